//! A constant matrix and its bias become one dot product for each unit.
//!
//! Each unit's sum lies on the finest grid of its products and its bias, so nothing is rounded:
//! the weight of input `i` is the integer `kernel[i][o] · 2^(frac - frac_i)`.

use super::{Lowering, Wire};
use crate::fixed::TooWide;
use crate::graph::{Parameter, format::dense_frac};
use crate::net::{Id, Op};
use std::collections::BTreeMap;

impl Lowering<'_> {
    /// The units of a dense layer.
    pub(super) fn dense(
        &mut self,
        x: &[Wire],
        kernel: &Parameter,
        bias: Option<&Parameter>,
    ) -> Result<Vec<Wire>, TooWide> {
        let fracs: Vec<i32> = x.iter().map(|w| w.frac).collect();
        let unit = |o| {
            let frac = dense_frac(&fracs, kernel, bias, o);
            Ok(Wire { id: self.push(dot(x, kernel, bias, o, frac)?)?, frac })
        };
        (0..kernel.shape[1]).map(unit).collect()
    }
}

/// Unit `o` in units of `2^-frac`. A value that stands in `x` more than once gets the sum of its weights.
fn dot(x: &[Wire], kernel: &Parameter, bias: Option<&Parameter>, o: usize, frac: i32) -> Result<Op, TooWide> {
    let mut weights: BTreeMap<Id, i128> = BTreeMap::new();
    for (wire, weight) in x.iter().zip(kernel.values.iter().skip(o).step_by(kernel.shape[1])) {
        let weight = weight.to_integer(frac - wire.frac).ok_or(TooWide)?;
        let total = weights.entry(wire.id).or_default();
        *total = total.checked_add(weight).ok_or(TooWide)?;
    }
    let terms = weights.into_iter().filter(|(_, weight)| *weight != 0).collect();
    let constant = bias.map_or(Ok(0), |b| b.values[o].to_integer(frac).ok_or(TooWide))?;
    Ok(Op::Dot { terms, constant })
}
