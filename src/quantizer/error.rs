//! What is wrong with a quantizer string, where, and what to write instead.

use std::ops::Range;

/// A quantizer string that means nothing, or nothing that is supported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QuantizerError {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// The bytes of the string that are meant; never beyond its end.
    pub span: Range<usize>,
}

impl QuantizerError {
    pub(super) fn new(message: impl Into<String>, span: Range<usize>) -> QuantizerError {
        QuantizerError { message: message.into(), help: None, span }
    }

    pub(super) fn help(self, help: impl Into<String>) -> QuantizerError {
        QuantizerError { help: Some(help.into()), ..self }
    }
}
