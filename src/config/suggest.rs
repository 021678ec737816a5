//! The word that was probably meant, and the words there are.

use crate::quantizer::suggest::nearest;

/// "did you mean `x`? " if one of `words` is near to `word`, then `what` there is.
pub(super) fn help<'a>(word: &str, what: &str, words: impl Iterator<Item = &'a str> + Clone) -> String {
    let known = words.clone().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ");
    // Far longer than any key: near to none, and dear to compare.
    let near = if word.len() <= 64 { nearest(word, words) } else { None };
    match near {
        Some(meant) => format!("did you mean `{meant}`? {what} {known}"),
        None => format!("{what} {known}"),
    }
}
