//! Entries for which QKeras raises, or computes nothing: heteroq says what is wrong, or its extension stands in
//! `exceptions.json`.

use crate::golden::Stored;
use crate::tally::Exceptions;

#[test]
fn what_qkeras_refuses_is_refused_or_an_extension() {
    let stored = Stored::read();
    let extensions = Exceptions::read().extensions;
    let (mut refused, mut extended) = (0, vec![0; extensions.len()]);
    for entry in &stored.entries {
        let Some(failure) = stored.failure(entry) else { continue };
        let Err(error) = entry.spec() else {
            let known = extensions.iter().position(|extension| failure.contains(&extension.error));
            let known = known.unwrap_or_else(|| panic!("{} runs here: {failure}", entry.quantizer));
            extended[known] += 1;
            continue;
        };
        assert!(error.help.is_some(), "{}: {error}", entry.quantizer);
        refused += 1;
    }
    for (extension, count) in extensions.iter().zip(&extended) {
        eprintln!("{count} entries are an extension: {}", extension.reason);
        assert!(*count > 0, "{} does not happen", extension.error);
    }
    eprintln!("{refused} entries are refused");
    assert_eq!((refused, extended.iter().sum::<usize>()), (10, 27));
}
