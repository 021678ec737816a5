//! What is wrong with the user's files: the place, the reason and the fix.

use miette::{Diagnostic, LabeledSpan, NamedSource, Severity, SourceCode, SourceSpan};
use std::fmt;
use std::sync::Arc;

/// A place in config.yaml: bytes `offset..offset + len`.
pub type Place = SourceSpan;

/// The text of config.yaml with the name that diagnostics show.
pub type Source = Arc<NamedSource<String>>;

macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident = $word:literal,)*) => {
        /// The kinds of problems. Each has a test file of its name under `tests/config_errors/`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code { $($(#[$doc])* $code,)* }

        impl Code {
            /// Every code.
            pub const ALL: &[Code] = &[$(Code::$code),*];

            /// The word after `config::` in a diagnostic.
            pub fn word(self) -> &'static str {
                match self { $(Code::$code => $word,)* }
            }
        }
    };
}

codes! {
    /// The config file cannot be read.
    Unreadable = "unreadable",
    /// The config file is not YAML.
    Syntax = "syntax",
    /// A key that the section does not have.
    UnknownKey = "unknown_key",
    /// A key that must be given.
    MissingKey = "missing_key",
    /// Text where a number is wanted, and the like.
    WrongType = "wrong_type",
    /// A number that is too small or too large.
    OutOfRange = "out_of_range",
    /// A word that is none of those the key takes.
    UnknownWord = "unknown_word",
    /// Keys that contradict each other.
    Conflict = "conflict",
    /// A quantizer string that cannot be read.
    BadQuantizer = "bad_quantizer",
    /// A pattern that is no regular expression.
    BadPattern = "bad_pattern",
    /// A pattern or class that means no layer, or none that is searched.
    MatchesNothing = "matches_nothing",
    /// A quantizer whose scale would be found from the tensor.
    TensorScale = "tensor_scale",
    /// A name that cannot become a Verilog name.
    IllegalName = "illegal_name",
    /// Two things of one name.
    DuplicateName = "duplicate_name",
    /// Names as many as there are features, classes as many as there are outputs.
    NameCount = "name_count",
    /// An operand that is no earlier layer.
    UnknownInput = "unknown_input",
    /// Too few or too many operands.
    InputCount = "input_count",
    /// A layer that nobody reads.
    UnusedLayer = "unused_layer",
    /// Shapes that do not fit.
    ShapeMismatch = "shape_mismatch",
    /// No layer, no feature, no unit, no choice.
    Empty = "empty",
    /// A network that no device holds.
    TooLarge = "too_large",
    /// An argmax over one class.
    ArgmaxOfOne = "argmax_of_one",
    /// An interval between events that is no whole number of clocks.
    InitiationNotWhole = "initiation_not_whole",
    /// A target that is neither a device nor a family.
    UnknownTarget = "unknown_target",
    /// A layer without kernel quantizer, where integers are wanted.
    FloatLayer = "float_layer",
    /// The weights file does not exist, where it is needed.
    WeightsAbsent = "weights_absent",
    /// The weights file cannot be read.
    WeightsUnreadable = "weights_unreadable",
    /// The weights file is no safetensors file.
    WeightsNotSafetensors = "weights_not_safetensors",
    /// A tensor that a layer needs is not in the weights file.
    WeightsMissingTensor = "weights_missing_tensor",
    /// A tensor of the weights file that no layer needs.
    WeightsExtraTensor = "weights_extra_tensor",
    /// A tensor of the wrong shape.
    WeightsShape = "weights_shape",
    /// A tensor that is neither f32 nor f64.
    WeightsType = "weights_type",
    /// A weight that is not a finite number.
    WeightsNotFinite = "weights_not_finite",
    /// A standardization that divides by zero or less.
    WeightsScale = "weights_scale",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "config::{}", self.word())
    }
}

/// One thing that is wrong, where, and how to mend it.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// Its kind.
    pub code: Code,
    /// What is wrong, in one line.
    pub message: String,
    /// The places that matter, each with a word to it.
    pub labels: Vec<LabeledSpan>,
    /// What to write instead.
    pub help: Option<String>,
    file: Option<Source>,
}

impl Problem {
    /// A problem without a place as yet.
    pub fn new(code: Code, message: impl Into<String>) -> Problem {
        Problem { code, message: message.into(), labels: Vec::new(), help: None, file: None }
    }

    /// Points at `place` and says `what` there.
    #[must_use]
    pub fn at(mut self, place: Place, what: impl Into<String>) -> Problem {
        self.labels.push(LabeledSpan::new_with_span(Some(what.into()), place));
        self
    }

    /// Says what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Problem {
        self.help = Some(help.into());
        self
    }

    /// Its places are places in `source`.
    #[must_use]
    pub fn within(mut self, source: &Source) -> Problem {
        self.file = Some(source.clone());
        self
    }
}

impl Diagnostic for Problem {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn severity(&self) -> Option<Severity> {
        Some(Severity::Error)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        (!self.labels.is_empty()).then(|| Box::new(self.labels.iter().cloned()) as _)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.file.as_ref().map(|file| file.as_ref() as &dyn SourceCode)
    }
}

/// Everything found wrong at once. Exit code 2.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{first}")]
pub struct ConfigError {
    /// The first problem.
    pub first: Box<Problem>,
    /// The others.
    pub others: Vec<Problem>,
}

impl ConfigError {
    /// `problems`, whose places are places in `source`; `None` if there are none.
    pub fn of(problems: Vec<Problem>, source: &Source) -> Option<ConfigError> {
        let mut problems = problems.into_iter().map(|problem| problem.within(source));
        let first = Box::new(problems.next()?);
        Some(ConfigError { first, others: problems.collect() })
    }

    /// The first problem, then the others.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        std::iter::once(&*self.first).chain(&self.others)
    }
}

impl From<Problem> for ConfigError {
    fn from(problem: Problem) -> ConfigError {
        ConfigError { first: Box::new(problem), others: Vec::new() }
    }
}

impl Diagnostic for ConfigError {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.first.code()
    }

    fn severity(&self) -> Option<Severity> {
        self.first.severity()
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Diagnostic::help(&*self.first)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.first.labels()
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.first.source_code()
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        let others = self.others.iter().map(|problem| problem as &dyn Diagnostic);
        (!self.others.is_empty()).then(|| Box::new(others) as _)
    }
}
