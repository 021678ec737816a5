//! Rounding and saturation.
//!
//! Half-up is `floor(x + 1/2)`: the half goes into the constant of the sum that is rounded, where only the
//! quantizer reads that sum, and so costs nothing. Half-even adds one to what is kept, with one
//! more digit, where any other digit dropped or the lowest one kept is a one. A saturation that the interval proves needless is not written.

use super::levels::stairs_of;
use super::staircase::MOST_DIGITS;
use super::{Lowering, Wire, luts};
use crate::fixed::{Interval, Rounding, TooWide};
use crate::graph::{Broadcast, LayerError, Node, SharedQuantizer};
use crate::net::{Id, Op};
use crate::quantizer::{Hardware, Quantizer};

/// The most integers of a grid for which a staircase is weighed against a product.
const MOST_STEPS: u128 = 1 << 6;

impl Lowering<'_> {
    /// Each element of `x` through its quantizer.
    pub(super) fn quantize(
        &mut self,
        node: &Node,
        x: &[Wire],
        quantizer: &Broadcast<SharedQuantizer>,
    ) -> Result<Vec<Wire>, LayerError> {
        let alone = self.read_once(node.inputs[0]);
        let one = |(i, wire): (usize, &Wire)| self.quantized(node, *wire, quantizer.at(i).as_ref(), alone);
        x.iter().enumerate().map(one).collect()
    }

    /// `alone`: nobody else reads `x`, so that a rounding constant may go into its sum.
    fn quantized(
        &mut self,
        node: &Node,
        x: Wire,
        quantizer: &dyn Quantizer,
        alone: bool,
    ) -> Result<Wire, LayerError> {
        // A function that is a grid for these digits only is smaller as a table, where one has room for the input.
        let hardware = match quantizer.hardware() {
            Hardware::Levels { .. } if self.interval(x).width() > MOST_DIGITS => {
                quantizer.hardware_for(x.digits())
            }
            hardware => hardware,
        };
        let Hardware::Grid { frac, rounding, lo, hi, scale, offset } = hardware else {
            return self.levels(node, x, quantizer);
        };
        if let Some(wire) = self.without_product(x, quantizer, Interval { lo, hi }) {
            return Ok(wire);
        }
        let too_wide = LayerError::too_wide(&node.layer);
        let (id, own) = self.plain(x).map_err(&too_wide)?;
        let alone = alone || id != x.id;
        let id = self.rounded((id, own), frac, rounding, alone).and_then(|id| self.clamped(id, lo, hi));
        Ok(self.scaled(id.map_err(too_wide)?, scale, offset))
    }

    /// Where `x` has a scale that is no power of two and the grid few integers: the staircase over the integers of
    /// `x`, if it takes fewer LUTs than the product with the scale.
    fn without_product(&mut self, x: Wire, quantizer: &dyn Quantizer, grid: Interval) -> Option<Wire> {
        let interval = self.interval(x);
        if x.frac().is_some() || grid.count().min(interval.count()) > MOST_STEPS {
            return None;
        }
        let (stairs, scale, offset) = stairs_of(quantizer, x, interval).ok()?;
        let product = luts::of_product(x.scale.mantissa(), interval.width());
        let rounded = f64::from(interval.width() + grid.width());
        if stairs.cheapest().1 > product + rounded {
            return None;
        }
        let id = self.staircase(x.id, &stairs).ok()?;
        Some(self.scaled(id, scale, offset))
    }

    /// `x`, of `own` fraction digits, on a grid of `frac` of them.
    fn rounded(
        &mut self,
        (x, own): (Id, i32),
        frac: i32,
        rounding: Rounding,
        alone: bool,
    ) -> Result<Id, TooWide> {
        let Some(shift) = u32::try_from(own - frac).ok().filter(|s| *s > 0) else {
            return self.align(x, own, frac);
        };
        if shift > 127 {
            let level = |v: i128| rounding.shift_right(v, shift);
            return self.beyond_every_digit(x, level);
        }
        let half = 1i128 << (shift - 1);
        let ready = match rounding {
            Rounding::Floor => x,
            Rounding::HalfUp => self.plus_constant(x, half, alone)?,
            Rounding::HalfEven => return self.half_even(x, shift),
        };
        self.push(Op::Shr { a: ready, shift })
    }

    /// `x` without its lowest `shift` digits, ties to even: what is left goes up where the first digit dropped is a
    /// one, and so is another one dropped, or the lowest one kept.
    fn half_even(&mut self, x: Id, shift: u32) -> Result<Id, TooWide> {
        let half = 1u128 << (shift - 1);
        let others = self.push(Op::Any { a: x, mask: (half - 1) | (half << 1) })?;
        let kept = if shift == 1 { x } else { self.push(Op::Shr { a: x, shift: shift - 1 })? };
        let up = self.push(Op::Dot { terms: vec![(kept, 1), (others, 1)], constant: 0 })?;
        self.push(Op::Shr { a: up, shift: 1 })
    }

    /// All digits of `x` are dropped: what is left tells at most whether it was below zero.
    fn beyond_every_digit(&mut self, x: Id, level: impl Fn(i128) -> i128) -> Result<Id, TooWide> {
        let Interval { lo, hi } = self.net.interval(x);
        if level(lo) == level(hi) {
            return self.push(Op::Const(level(lo)));
        }
        let positive = self.push(Op::AtLeast { a: x, threshold: 0 })?;
        self.push(Op::Dot { terms: vec![(positive, 1)], constant: -1 })
    }

    /// `a + constant`: within the sum that `a` is, if nobody else reads it.
    fn plus_constant(&mut self, a: Id, constant: i128, alone: bool) -> Result<Id, TooWide> {
        match self.net.op(a).clone() {
            Op::Dot { terms, constant: old } if alone => {
                let constant = old.checked_add(constant).ok_or(TooWide)?;
                let interval = self.net.interval(a).plus(Interval::point(constant - old))?;
                self.net.ops[a.index()] = Op::Dot { terms, constant };
                self.net.intervals[a.index()] = interval;
                Ok(a)
            }
            _ => self.push(Op::Dot { terms: vec![(a, 1)], constant }),
        }
    }

    pub(super) fn clamped(&mut self, a: Id, lo: i128, hi: i128) -> Result<Id, TooWide> {
        let fits = Interval { lo, hi }.covers(self.net.interval(a));
        if fits { Ok(a) } else { self.push(Op::Clamp { a, lo, hi }) }
    }
}
