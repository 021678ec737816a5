//! A quantizer made of one formula, which runs on floats and on exact numbers.

use super::number::Number;
use super::{Alpha, Hardware, Quantizer};
use crate::fixed::{Dyadic, TooWide};
use std::fmt;
use std::sync::Arc;

/// What a quantizer's own file says: its formula, and what is known of it.
pub(super) trait Formula: fmt::Debug + Send + Sync + 'static {
    /// The grid value of `x`, in QKeras's order of operations.
    fn value<N: Number>(&self, x: N) -> N;

    /// As [`Quantizer::hardware`].
    fn hardware(&self) -> Hardware;

    /// As [`Quantizer::alpha`].
    fn alpha(&self) -> Alpha;

    /// As [`Quantizer::max`].
    fn max(&self) -> f32;

    /// As [`Quantizer::min`].
    fn min(&self) -> f32;
}

/// The quantizer with this canonical string and formula.
pub(super) fn quantizer(text: &str, formula: impl Formula) -> Arc<dyn Quantizer> {
    Arc::new(Named { text: text.to_owned(), formula })
}

#[derive(Debug)]
struct Named<F> {
    text: String,
    formula: F,
}

impl<F: Formula> Quantizer for Named<F> {
    fn text(&self) -> String {
        self.text.clone()
    }

    fn forward(&self, x: f32) -> f32 {
        self.formula.value(x)
    }

    fn exact(&self, x: Dyadic) -> Result<Dyadic, TooWide> {
        Ok(self.formula.value(x))
    }

    fn hardware(&self) -> Hardware {
        self.formula.hardware()
    }

    fn alpha(&self) -> Alpha {
        self.formula.alpha()
    }

    fn max(&self) -> f32 {
        self.formula.max()
    }

    fn min(&self) -> f32 {
        self.formula.min()
    }
}
