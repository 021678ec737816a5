//! What can be wrong with a file of data, and where.

use miette::Diagnostic;
use std::path::Path;
use thiserror::Error;

/// A file of data that cannot be used. Every message names the file; rows and columns count from 0
/// in arrays (as in numpy), lines and columns from 1 in text (as in an editor).
#[derive(Debug, Error, Diagnostic)]
pub enum DataError {
    /// It cannot be opened or read.
    #[error("{file}: cannot be read: {cause}")]
    #[diagnostic(code(data::unreadable))]
    Unreadable {
        /// The file.
        file: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Its name does not say what it is.
    #[error("{file}: is neither .npy, .npz nor .csv")]
    #[diagnostic(
        code(data::unknown_kind),
        help("save it with numpy.save, numpy.savez or numpy.savetxt(…, delimiter=',')")
    )]
    UnknownKind {
        /// The file.
        file: String,
    },
    /// It is not what its name says, or is cut short.
    #[error("{file}: is no {kind} file: {reason}")]
    #[diagnostic(code(data::malformed))]
    Malformed {
        /// The file, and the array in it.
        file: String,
        /// `.npy`, `.npz` or `.csv`.
        kind: &'static str,
        /// Where it breaks.
        reason: String,
    },
    /// Its elements are of a kind that is not read.
    #[error("{file}: has elements of type {descr}")]
    #[diagnostic(
        code(data::element_type),
        help("save features as float32, float64 or an integer type, labels as whole numbers from 0")
    )]
    ElementType {
        /// The file, and the array in it.
        file: String,
        /// Numpy's type string.
        descr: String,
    },
    /// An `.npz` file without the array that is needed.
    #[error("{file}: has no array {wanted}; it has {present}")]
    #[diagnostic(code(data::no_such_array), help("numpy.savez({file:?}, x=features, y=labels)"))]
    NoSuchArray {
        /// The file.
        file: String,
        /// What was looked for.
        wanted: String,
        /// What there is.
        present: String,
    },
    /// There are no rows or no columns.
    #[error("{file}: holds no data")]
    #[diagnostic(code(data::empty))]
    Empty {
        /// The file, and the array in it.
        file: String,
    },
    /// An array of other dimensions than rows × features.
    #[error("{file}: has shape {shape:?}, not {wanted}")]
    #[diagnostic(code(data::shape))]
    Shape {
        /// The file, and the array in it.
        file: String,
        /// Its shape.
        shape: Vec<usize>,
        /// What was needed.
        wanted: String,
    },
    /// A line of text with more or fewer fields than the first.
    #[error("{file}: line {line} has {found} fields where the first has {wanted}")]
    #[diagnostic(code(data::ragged), help("correct the line, or leave it out"))]
    Ragged {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// Its fields.
        found: usize,
        /// The first line's fields.
        wanted: usize,
    },
    /// A field of text that is no finite number.
    #[error("{file}: line {line}, column {column}: `{field}` is not {wanted}")]
    #[diagnostic(code(data::not_a_number), help("correct the field, or leave its line out"))]
    Field {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// The field, from 1.
        column: usize,
        /// What stands there.
        field: String,
        /// What should.
        wanted: &'static str,
    },
    /// An element of an array that is not finite, or no integer where ports are read.
    #[error("{file}: element {index:?} is {value}, not {wanted}")]
    #[diagnostic(code(data::value), help("correct the element, or leave its row out"))]
    Value {
        /// The file, and the array in it.
        file: String,
        /// Its place, from 0.
        index: Vec<usize>,
        /// What stands there.
        value: String,
        /// What should.
        wanted: &'static str,
    },
    /// A label that is no class of the network.
    #[error("{file}: row {row} has label {label}; there are {classes} classes, 0 to {}", classes.saturating_sub(1))]
    #[diagnostic(
        code(data::label_out_of_range),
        help("labels count from 0; the classes are the network's outputs")
    )]
    Label {
        /// The file.
        file: String,
        /// The row, from 0.
        row: usize,
        /// Its label.
        label: String,
        /// How many classes there are.
        classes: usize,
    },
    /// A label that is no class at all: text, a fraction, a number below 0.
    #[error("{file}: {place}: the label `{label}` is not a class, counted from 0")]
    #[diagnostic(
        code(data::not_a_class),
        help(
            "labels are whole numbers from 0, in the order of the network's outputs: from names, in Python, \
             `y = [classes.index(name) for name in y]`"
        )
    )]
    NotAClass {
        /// The file, and the array in it.
        file: String,
        /// The row, from 0, or the line and column, from 1.
        place: String,
        /// What stands there.
        label: String,
    },
    /// Nothing to learn.
    #[error("{file}: all {rows} events for training are of class {label}")]
    #[diagnostic(
        code(data::one_class),
        help("a network learns to tell classes apart: give it events of two at the least")
    )]
    OneClass {
        /// The file.
        file: String,
        /// How many events there are.
        rows: usize,
        /// Their label.
        label: u32,
    },
    /// Features that do not fit the network.
    #[error("{file}: has {found} features where the network's input takes {wanted}")]
    #[diagnostic(
        code(data::features),
        help(
            "the config's `input: {{shape: …}}` says how many there are; give the columns it means, or change it"
        )
    )]
    Features {
        /// The file.
        file: String,
        /// Columns of the file.
        found: usize,
        /// Elements of the network's input.
        wanted: usize,
    },
    /// The network's features in another order.
    #[error("{file}: column {column} is `{found}` where the network's input takes `{wanted}`")]
    #[diagnostic(
        code(data::feature_order),
        help("columns are taken in their order: sort them as the config's `names` are")
    )]
    FeatureOrder {
        /// The file.
        file: String,
        /// The first column that stands in the wrong place, from 1.
        column: usize,
        /// Its name in the file.
        found: String,
        /// The name in the config.
        wanted: String,
    },
    /// Features and labels of different length.
    #[error("{file}: has {rows} rows of `x` and {labels} labels in `y`")]
    #[diagnostic(code(data::rows), help("give one label for each row of features"))]
    Rows {
        /// The file.
        file: String,
        /// Rows of `x`.
        rows: usize,
        /// Elements of `y`.
        labels: usize,
    },
}

/// A place that messages name: a file, or an array in one.
pub(super) fn name(path: &Path) -> String {
    path.display().to_string()
}

impl DataError {
    /// `cause` happened to `file`.
    pub(super) fn unreadable(file: &str, cause: std::io::Error) -> DataError {
        DataError::Unreadable { file: file.to_owned(), cause }
    }

    /// `file` is no `kind`.
    pub(super) fn malformed(file: &str, kind: &'static str, reason: impl ToString) -> DataError {
        DataError::Malformed { file: file.to_owned(), kind, reason: reason.to_string() }
    }
}
