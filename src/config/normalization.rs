//! Batch normalizations and dropout as they are written.

use super::decimal::Decimal;
use super::fields::{Fields, read, word};
use super::keys;
use super::model::{BatchNorm, Dropout, Fold, NormQuantizers, Statistics};
use super::problem::{Code, Problem};
use super::quantizers;
use super::tree::{Node, Value};
use crate::quantizer::{self, Spec};

const STATISTICS: &[(&str, Statistics)] = &[("moving", Statistics::Moving), ("batch", Statistics::Batch)];

/// A batch normalization of its own; its channels are yet to be counted.
///
/// # Errors
/// What is wrong, at its place.
pub(super) fn batch_norm(fields: &Fields) -> Result<BatchNorm, Problem> {
    let norm = plain(fields)?;
    for (key, used) in [("gamma", norm.scale), ("beta", norm.center)] {
        if !used && fields.node(key).is_some() {
            let without = if key == "gamma" { "scale" } else { "center" };
            return Err(together(fields, key, without, &format!("a quantizer for a {key} that is not used")));
        }
    }
    let quantizers = of_parameters(fields, &norm)?;
    Ok(BatchNorm { quantizers, ..norm })
}

/// One without quantizers.
fn plain(fields: &Fields) -> Result<BatchNorm, Problem> {
    Ok(BatchNorm {
        channels: 0,
        momentum: within(
            fields,
            "momentum",
            0.99,
            |m| (0.0..1.0).contains(&m),
            "at least 0 and less than 1",
        )?,
        epsilon: within(fields, "epsilon", 1e-3, |e| (1e-12..=1.0).contains(&e), "from 1e-12 to 1")?,
        center: fields.or("center", true)?,
        scale: fields.or("scale", true)?,
        quantizers: NormQuantizers::default(),
    })
}

/// The quantizers that are given; with `quantized: true` those of `QBatchNormalization` for the others. As in QKeras,
/// gamma and variance are quantized as kernels are.
fn of_parameters(fields: &Fields, norm: &BatchNorm) -> Result<NormQuantizers, Problem> {
    let inverse = quantizers::kernel(fields, "inverse")?;
    for key in ["gamma", "variance"] {
        if inverse.is_some() && fields.node(key).is_some() {
            let message = format!("quantizers for the inverse and for the {key} in it");
            return Err(together(fields, key, "inverse", &message));
        }
    }
    let quantized = fields.or("quantized", false)?;
    let or_default = |given: Option<Spec>, used: bool, text: &str| {
        given.or_else(|| {
            (quantized && used).then(|| quantizer::parse(text).expect("a default is a quantizer"))
        })
    };
    let apart = inverse.is_none();
    let (gamma, beta) = (quantizers::kernel(fields, "gamma")?, quantizers::parameter(fields, "beta")?);
    let (mean, variance) = (quantizers::parameter(fields, "mean")?, quantizers::kernel(fields, "variance")?);
    Ok(NormQuantizers {
        gamma: or_default(gamma, norm.scale && apart, "quantized_relu_po2(6, 2048)"),
        beta: or_default(beta, norm.center, "quantized_po2(5)"),
        mean: or_default(mean, true, "quantized_po2(5)"),
        variance: or_default(variance, apart, "quantized_relu_po2(6, quadratic_approximation=True)"),
        inverse,
    })
}

/// Two keys that cannot stand together.
fn together(fields: &Fields, key: &str, other: &str, message: &str) -> Problem {
    Problem::new(Code::Conflict, message)
        .at(fields.key_place(key), "this quantizer")
        .at(fields.key_place(other), "with this")
        .help("remove one of the two")
}

/// The batch normalization of a dense layer: the word `fold`, or a section.
///
/// # Errors
/// What is wrong, at its place.
pub(super) fn fold(fields: &Fields, key: &str) -> Result<Option<Fold>, Problem> {
    let Some(node) = fields.node(key) else { return Ok(None) };
    let place = fields.key_place(key);
    if let Value::Map(_) = node.value {
        return folded(&Fields::of(node, place, &keys::FOLD)?).map(Some);
    }
    word(node, key, &[("fold", ())])?;
    let empty = Node { value: Value::Map(Vec::new()), place };
    folded(&Fields::of(&empty, place, &keys::FOLD)?).map(Some)
}

fn folded(fields: &Fields) -> Result<Fold, Problem> {
    let steps = || fields.whole("freeze_delay", 0, 0, u64::MAX);
    Ok(Fold {
        norm: plain(fields)?,
        statistics: fields.word("fold", STATISTICS)?.unwrap_or_default(),
        freeze_delay: fields.node("freeze_delay").map(|_| steps()).transpose()?,
    })
}

/// A dropout.
///
/// # Errors
/// What is wrong, at its place.
pub(super) fn dropout(fields: &Fields) -> Result<Dropout, Problem> {
    fields.required_node("rate")?;
    let rate = within(fields, "rate", 0.0, |r| (0.0..1.0).contains(&r), "at least 0 and less than 1")?;
    Ok(Dropout { rate })
}

/// The number of `key`, or `default`, as the nearest f32, which must be one of those that are `right`.
#[expect(clippy::cast_possible_truncation, reason = "Keras computes with the nearest f32")]
fn within(
    fields: &Fields,
    key: &str,
    default: f32,
    right: impl Fn(f32) -> bool,
    range: &str,
) -> Result<f32, Problem> {
    let Some(node) = fields.node(key) else { return Ok(default) };
    let number = read::<Decimal>(node)?.to_f64();
    if right(number as f32) {
        return Ok(number as f32);
    }
    Err(Problem::new(Code::OutOfRange, format!("`{key}` is {number}"))
        .at(node.place, format!("this must be {range}")))
}
