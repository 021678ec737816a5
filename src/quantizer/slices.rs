//! A quantizer over many numbers at one scale: what training calls, compiled for each instruction set.
//!
//! Evenly spaced grids, which most networks have, need no more than their hardware form: rounding, both ends, the
//! step. All others go through their formula. `tests/quantizer_properties` compares both with one number at a time.

use super::Hardware;
use super::formula::{Formula, Rule, flushed};
use super::number::Number;
use super::scale::Scale;
use crate::fixed::{Dyadic, Rounding};
use multiversion::multiversion;

/// What training computes of each `x`: [`Rule::training`].
pub(super) fn train_each<F: Formula>(formula: &F, x: &[f32], scale: Scale, y: &mut [f32]) {
    match Even::of(Rule::hardware(formula, scale)) {
        Some(grid) => grid.each(x, y, flushed),
        None => formula_each(formula, x, y, |formula, x| Rule::training(formula, x, scale)),
    }
}

/// The grid value of each `x`: [`Rule::float`]. Where there is a hardware form, nothing is left unquantized.
pub(super) fn forward_each<F: Formula>(formula: &F, x: &[f32], scale: Scale, y: &mut [f32]) {
    match Even::of(Rule::hardware(formula, scale)) {
        Some(grid) => grid.each(x, y, |x| x),
        None => formula_each(formula, x, y, |formula, x| Rule::float(formula, x, scale)),
    }
}

#[multiversion(targets("x86_64+avx2+fma"))]
fn formula_each<F: Formula>(formula: &F, x: &[f32], y: &mut [f32], of: impl Fn(&F, f32) -> f32) {
    for (y, x) in y.iter_mut().zip(x) {
        *y = of(formula, *x);
    }
}

/// Each `slope` times the derivative at its `x`: [`Rule::gradient`].
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn slope_each<F: Formula>(formula: &F, x: &[f32], scale: Scale, slope: &mut [f32]) {
    for (slope, x) in slope.iter_mut().zip(x) {
        *slope *= Rule::gradient(formula, *x, scale);
    }
}

/// An evenly spaced grid whose integers and steps f32 holds.
struct Even {
    /// Steps in 1.
    per_one: f32,
    lo: f32,
    hi: f32,
    step: f32,
    rounding: Rounding,
}

impl Even {
    fn of(hardware: Hardware) -> Option<Even> {
        let Hardware::Grid { frac, rounding, lo, hi, scale, offset } = hardware else { return None };
        let exact = |k: i128| (k.unsigned_abs() <= 1 << 24).then(|| f32::integer(k));
        let (lo, hi) = (exact(lo)?, exact(hi)?);
        // Beyond, products of grid values and steps could leave the normal numbers.
        let near = scale.mantissa() == 1 && scale.exponent().abs() < 100 && frac.abs() < 100;
        (near && offset == Dyadic::ZERO).then(|| Even {
            per_one: f32::power_of_two(frac),
            lo,
            hi,
            step: f32::power_of_two(scale.exponent()),
            rounding,
        })
    }

    /// The grid value of what `first` makes of each `x`.
    fn each(&self, x: &[f32], y: &mut [f32], first: impl Fn(f32) -> f32) {
        let steps = |x: f32| first(x) * self.per_one;
        match self.rounding {
            Rounding::HalfEven => even_each(self, x, y, |x| steps(x).rounded(Rounding::HalfEven)),
            Rounding::HalfUp => even_each(self, x, y, |x| steps(x).rounded(Rounding::HalfUp)),
            Rounding::Floor => even_each(self, x, y, |x| steps(x).rounded(Rounding::Floor)),
        }
    }
}

#[multiversion(targets("x86_64+avx2+fma"))]
fn even_each(grid: &Even, x: &[f32], y: &mut [f32], rounded: impl Fn(f32) -> f32) {
    for (y, x) in y.iter_mut().zip(x) {
        *y = rounded(*x).clamped(grid.lo, grid.hi) * grid.step;
    }
}
