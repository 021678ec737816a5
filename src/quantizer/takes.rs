//! What an argument may be: in words for errors and the documentation, and as a check of values.

use super::syntax::Value;

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Takes {
    /// A whole number between two.
    Whole(i64, i64),
    /// True or False, or 1 or 0.
    Truth,
    /// A number.
    Number,
    /// A number or None.
    NumberOrNone,
    /// A number from 0 to 1.
    Fraction,
    /// A whole number between two, or None.
    WholeOrNone(i64, i64),
    /// A whole number that is not negative, a list of them, or None.
    WholesOrNone,
    /// One of these words.
    Word(&'static [&'static str]),
    /// None, a number, a list of numbers, 'auto' or `'auto_po2'`.
    Alpha,
    /// None, a number, or a list of numbers.
    Scales,
    /// Anything: it changes nothing here.
    Anything,
}

impl Takes {
    /// In words.
    pub fn describe(self) -> String {
        match self {
            Takes::Whole(least, most) => format!("a whole number from {least} to {most}"),
            Takes::Truth => "True or False".to_owned(),
            Takes::Number => "a number".to_owned(),
            Takes::NumberOrNone => "a number or None".to_owned(),
            Takes::Fraction => "a number from 0 to 1".to_owned(),
            Takes::WholeOrNone(least, most) => format!("a whole number from {least} to {most}, or None"),
            Takes::WholesOrNone => "a whole number from 0 up, a list of them, or None".to_owned(),
            Takes::Word(words) => words.iter().map(|w| format!("'{w}'")).collect::<Vec<_>>().join(" or "),
            Takes::Alpha => "None, a number, a list of numbers, 'auto' or 'auto_po2'".to_owned(),
            Takes::Scales => "None, a number, or a list of numbers".to_owned(),
            Takes::Anything => "anything".to_owned(),
        }
    }

    /// The value in its plainest form: `2.0` is 2, and 1 is True where a truth is asked for. The same value back if
    /// it is not taken.
    pub(super) fn plain(self, value: Value) -> Result<Value, Value> {
        let value = whole(value);
        match (self, value) {
            (Takes::Truth, Value::Int(i @ (0 | 1))) => Ok(Value::Bool(i == 1)),
            (_, value) if self.accepts(&value) => Ok(value),
            (_, value) => Err(value),
        }
    }

    fn accepts(self, value: &Value) -> bool {
        match (self, value) {
            (Takes::Whole(least, most) | Takes::WholeOrNone(least, most), Value::Int(i)) => {
                (least..=most).contains(i)
            }
            (Takes::WholesOrNone, Value::List(list)) => !list.is_empty() && list.iter().all(is_index),
            (Takes::WholesOrNone, Value::Int(_)) => is_index(value),
            (Takes::Word(words), Value::Text(word)) => words.contains(&&**word),
            (Takes::Alpha, Value::Text(word)) => ["auto", "auto_po2"].contains(&&**word),
            (Takes::Alpha | Takes::Scales, Value::List(list)) => {
                !list.is_empty() && list.iter().all(|v| v.as_f32().is_some())
            }
            (Takes::Fraction, value) => value.as_f32().is_some_and(|x| (0.0..=1.0).contains(&x)),
            (
                Takes::Number | Takes::NumberOrNone | Takes::Alpha | Takes::Scales,
                Value::Int(_) | Value::Float(_),
            )
            | (
                Takes::NumberOrNone
                | Takes::Alpha
                | Takes::Scales
                | Takes::WholeOrNone(..)
                | Takes::WholesOrNone,
                Value::None,
            )
            | (Takes::Truth, Value::Bool(_))
            | (Takes::Anything, _) => true,
            _ => false,
        }
    }
}

/// The greatest axis, or number of neighbours: far beyond any tensor.
const MOST_INDEX: i64 = 1 << 30;

fn is_index(value: &Value) -> bool {
    matches!(value, Value::Int(i) if (0..=MOST_INDEX).contains(i))
}

/// `2.0` and `2` are the same argument.
fn whole(value: Value) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53 is an i64")]
    match value {
        Value::Float(x) if x.fract() == 0.0 && x.abs() < 2f64.powi(53) => Value::Int(x as i64),
        Value::List(list) => Value::List(list.into_iter().map(whole).collect()),
        other => other,
    }
}
