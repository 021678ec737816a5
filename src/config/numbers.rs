//! Numbers that must lie within bounds.

use super::decimal::Decimal;
use super::fields::{Fields, read};
use super::problem::{Code, Problem};
use super::tree::Node;
use std::ops::{Bound, RangeBounds};

/// The least and the greatest number, themselves in it or not.
pub(super) type Range = (Bound<f64>, Bound<f64>);

/// Above 0, at most 1.
pub(super) const TO_ONE: Range = (Bound::Excluded(0.0), Bound::Included(1.0));

/// Between 0 and 1.
pub(super) const BETWEEN: Range = (Bound::Excluded(0.0), Bound::Excluded(1.0));

/// From 0 to below 1.
pub(super) const BELOW_ONE: Range = (Bound::Included(0.0), Bound::Excluded(1.0));

/// From 0 to 1.
pub(super) const UNIT: Range = (Bound::Included(0.0), Bound::Included(1.0));

/// From 0 to a million.
pub(super) const NOT_NEGATIVE: Range = (Bound::Included(0.0), Bound::Included(1e6));

/// The number of `key` within `range`, or `default`.
///
/// # Errors
/// [`Code::WrongType`], [`Code::OutOfRange`].
pub(super) fn number(fields: &Fields, key: &str, default: f64, range: Range) -> Result<f64, Problem> {
    fields.node(key).map_or(Ok(default), |node| number_at(node, key, range))
}

/// The number at `node`, the value of `key`, within `range`.
///
/// # Errors
/// [`Code::WrongType`], [`Code::OutOfRange`].
pub(super) fn number_at(node: &Node, key: &str, range: Range) -> Result<f64, Problem> {
    let value = read::<Decimal>(node)?.to_f64();
    if range.contains(&value) {
        return Ok(value);
    }
    Err(Problem::new(Code::OutOfRange, format!("`{key}` is {value}"))
        .at(node.place, format!("this must be {}", words(range))))
}

/// The whole number of `key`, at least 1 and at most a million, or `default`.
///
/// # Errors
/// [`Code::WrongType`], [`Code::OutOfRange`].
pub(super) fn count(fields: &Fields, key: &str, default: u64) -> Result<usize, Problem> {
    Ok(usize::try_from(fields.whole(key, default, 1, 1_000_000)?).expect("at most a million"))
}

/// "greater than 0 and at most 1".
fn words((least, greatest): Range) -> String {
    let least = match least {
        Bound::Included(least) => format!("at least {least}"),
        Bound::Excluded(least) => format!("greater than {least}"),
        Bound::Unbounded => "any number".to_owned(),
    };
    match greatest {
        Bound::Included(greatest) => format!("{least} and at most {greatest}"),
        Bound::Excluded(greatest) => format!("{least} and less than {greatest}"),
        Bound::Unbounded => least,
    }
}
