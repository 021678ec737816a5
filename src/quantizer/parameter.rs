//! The parameters of a quantizer: one list of names, types and defaults that serves the parser,
//! the printer, the errors and the documentation.

use super::syntax::Value;
pub use super::takes::Takes;

/// One parameter, in the order in which a call may give them without names.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// What it is when not given.
    pub default: &'static Value,
    /// What it does.
    pub meaning: &'static str,
}

pub(super) const NONE: &Value = &Value::None;
pub(super) const FALSE: &Value = &Value::Bool(false);
pub(super) const TRUE: &Value = &Value::Bool(true);
pub(super) const ZERO: &Value = &Value::Int(0);
pub(super) const ONE: &Value = &Value::Int(1);

/// Parameters that several quantizers have.
pub(super) mod common {
    use super::{FALSE, NONE, ONE, Parameter, TRUE, Takes, Value, ZERO};
    use std::borrow::Cow;

    /// The most bits a grid may have, so that the number of its levels is an integer too.
    const MAX_BITS: i64 = crate::fixed::MAX_WIDTH as i64 - 1;

    pub(in super::super) const SYMMETRIC_MEANING: &str =
        "drop the lowest value, so that the ends are ±the same";
    pub(in super::super) const BITS: Parameter = parameter(
        "bits",
        Takes::Whole(1, MAX_BITS),
        &Value::Int(8),
        "width of the grid's integers, the sign included",
    );
    pub(in super::super) const INTEGER: Parameter =
        parameter("integer", Takes::Whole(-126, 126), ZERO, "bits before the point, the sign not among them");
    pub(in super::super) const KEEP_NEGATIVE: Parameter = parameter(
        "keep_negative",
        Takes::Truth,
        TRUE,
        "whether values below zero are kept, at the cost of a bit",
    );
    pub(in super::super) const ALPHA: Parameter = parameter(
        "alpha",
        Takes::Alpha,
        NONE,
        "the scale, or one for each index of the last axis; None is 1, but `auto_po2` for a kernel",
    );
    pub(in super::super) const STOCHASTIC: Parameter =
        parameter("use_stochastic_rounding", Takes::Truth, FALSE, "round at random while training");
    pub(in super::super) const SCALE_AXIS: Parameter = parameter(
        "scale_axis",
        Takes::WholesOrNone,
        NONE,
        "the axis, or axes, whose indices have automatic scales of their own; None is the last",
    );
    pub(in super::super) const ELEMENTS_PER_SCALE: Parameter = parameter(
        "elements_per_scale",
        Takes::WholesOrNone,
        NONE,
        "how many neighbours along `scale_axis` share an `auto_po2` scale",
    );
    pub(in super::super) const MIN_PO2_EXPONENT: Parameter = parameter(
        "min_po2_exponent",
        Takes::WholeOrNone(-126, 127),
        NONE,
        "the least exponent of an `auto_po2` scale",
    );
    pub(in super::super) const MAX_PO2_EXPONENT: Parameter = parameter(
        "max_po2_exponent",
        Takes::WholeOrNone(-126, 127),
        NONE,
        "the greatest exponent of an `auto_po2` scale",
    );
    pub(in super::super) const POST_TRAINING_SCALE: Parameter = parameter(
        "post_training_scale",
        Takes::Scales,
        NONE,
        "an automatic scale that was found before, or one for each index of the last axis",
    );
    pub(in super::super) const QNOISE_FACTOR: Parameter =
        parameter("qnoise_factor", Takes::Fraction, ONE, "how much of the quantization is applied");
    pub(in super::super) const VAR_NAME: Parameter =
        parameter("var_name", Takes::Anything, NONE, "a name inside TensorFlow; no effect here");
    pub(in super::super) const USE_STE: Parameter =
        parameter("use_ste", Takes::Truth, TRUE, "matters with `qnoise_factor` below 1 only");
    pub(in super::super) const USE_VARIABLES: Parameter =
        parameter("use_variables", Takes::Anything, FALSE, "a storage inside TensorFlow; no effect here");
    pub(in super::super) const ROUND: Parameter = parameter(
        "round",
        Takes::Word(&["half_even", "half_up", "floor"]),
        &Value::Text(Cow::Borrowed("half_even")),
        "how digits are dropped (not in QKeras)",
    );

    pub(in super::super) const fn parameter(
        name: &'static str,
        takes: Takes,
        default: &'static Value,
        meaning: &'static str,
    ) -> Parameter {
        Parameter { name, takes, default, meaning }
    }
}
