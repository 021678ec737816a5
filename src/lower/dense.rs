//! A constant matrix and its bias become one weighted sum for each unit.

use super::{Lowering, Wire};
use crate::fixed::{Dyadic, TooWide};
use crate::graph::Parameter;

impl Lowering<'_> {
    /// The units of a dense layer.
    pub(super) fn dense(
        &mut self,
        x: &[Wire],
        kernel: &Parameter,
        bias: Option<&Parameter>,
    ) -> Result<Vec<Wire>, TooWide> {
        let unit = |o| {
            let weights = kernel.values.iter().skip(o).step_by(kernel.shape[1]);
            let terms: Vec<(Wire, Dyadic)> = x.iter().copied().zip(weights.copied()).collect();
            self.weighted(&terms, bias.map_or(Dyadic::ZERO, |b| b.values[o]))
        };
        (0..kernel.shape[1]).map(unit).collect()
    }
}
