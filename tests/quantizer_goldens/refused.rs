//! Entries for which QKeras raises: heteroq says what is wrong, or its extension stands in `exceptions.json`.

use crate::golden::Stored;
use crate::tally::Exceptions;

#[test]
fn what_qkeras_refuses_is_refused_or_an_extension() {
    let stored = Stored::read();
    let mut extensions = Exceptions::read().extensions;
    let (mut refused, mut extended) = (0, vec![0; extensions.len()]);
    for entry in &stored.entries {
        let Some(error) = &entry.error else { continue };
        match entry.spec() {
            Err(_) => refused += 1,
            Ok(_) => {
                let known = extensions.iter().position(|extension| error.contains(&extension.error));
                let known = known.unwrap_or_else(|| panic!("{} runs here: {error}", entry.quantizer));
                extended[known] += 1;
            }
        }
    }
    for (extension, count) in extensions.drain(..).zip(&extended) {
        eprintln!("{count} entries are an extension: {}", extension.reason);
        assert!(*count > 0, "{} does not happen", extension.error);
    }
    assert_eq!((refused, extended.iter().sum::<usize>()), (1, 25));
}
