//! Weighted sums of wires: the units of a dense layer, and the sum of layers.
//!
//! A sum lies on the finest grid of its products and its constant, so nothing is rounded: the weight of a wire is
//! the integer `weight · scale · 2^frac`. Where all products are multiples of one number that takes many signed
//! digits, such as the scale that a kernel found for a unit, that number leaves the sum: it becomes the scale of
//! the result, and stays there until somebody needs the product.

use super::luts::signed_digits;
use super::wire::{common, times_in};
use super::{Lowering, Wire};
use crate::fixed::{Dyadic, TooWide};
use crate::net::{Id, Op};
use std::collections::BTreeMap;

impl Lowering<'_> {
    /// Element by element, the sum of `inputs`.
    pub(super) fn sum(&mut self, inputs: &[Vec<Wire>]) -> Result<Vec<Wire>, TooWide> {
        let terms = |i: usize| inputs.iter().map(|x| (x[i], Dyadic::ONE)).collect::<Vec<_>>();
        (0..inputs[0].len()).map(|i| self.weighted(&terms(i), Dyadic::ZERO)).collect()
    }

    /// `constant + Σ weight · wire`. A value that stands there more than once gets the sum of its weights.
    pub(super) fn weighted(&mut self, terms: &[(Wire, Dyadic)], constant: Dyadic) -> Result<Wire, TooWide> {
        let (mut products, mut constant) = (Vec::new(), constant);
        for (wire, weight) in terms.iter().filter(|(_, weight)| *weight != Dyadic::ZERO) {
            products.push((wire.id, weight.times(wire.scale)?));
            constant = constant.plus(weight.times(wire.offset)?)?;
        }
        let unit = common(&products.iter().map(|(_, product)| *product).collect::<Vec<_>>());
        if leaves(unit, &products)? {
            return self.in_units(&products, constant, unit);
        }
        let addends: Vec<Dyadic> = products.iter().map(|(_, product)| *product).chain([constant]).collect();
        let grid = common(&addends).exponent();
        let id = self.dot(&products, constant, Dyadic::power_of_two(grid))?;
        Ok(self.wire(id, -grid))
    }

    /// The sum as a multiple of `unit`; the constant stays outside where it is none.
    fn in_units(
        &mut self,
        products: &[(Id, Dyadic)],
        constant: Dyadic,
        unit: Dyadic,
    ) -> Result<Wire, TooWide> {
        let (inside, outside) = match times_in(constant, unit) {
            Some(_) => (constant, Dyadic::ZERO),
            None => (Dyadic::ZERO, constant),
        };
        let id = self.dot(products, inside, unit)?;
        Ok(self.scaled(id, unit, outside))
    }

    /// `constant + Σ product · id`, in units of `unit`.
    fn dot(&mut self, products: &[(Id, Dyadic)], constant: Dyadic, unit: Dyadic) -> Result<Id, TooWide> {
        let mut weights: BTreeMap<Id, i128> = BTreeMap::new();
        for (id, product) in products {
            let total = weights.entry(*id).or_default();
            let weight = times_in(*product, unit).ok_or(TooWide)?;
            *total = total.checked_add(weight).ok_or(TooWide)?;
        }
        let terms: Vec<(Id, i128)> = weights.into_iter().filter(|(_, weight)| *weight != 0).collect();
        let constant = times_in(constant, unit).ok_or(TooWide)?;
        match terms[..] {
            // Nothing is left to be computed but the scale.
            [(id, 1)] if constant == 0 && unit.mantissa() != 1 => Ok(id),
            _ => self.push(Op::Dot { terms, constant }),
        }
    }
}

/// The fewest signed digits of a factor that leaves a sum: fewer are found by those who share additions.
const FEWEST_DIGITS: u32 = 3;

/// Whether multiplying once, by the odd factor of `unit`, takes fewer digits than multiplying each product.
fn leaves(unit: Dyadic, products: &[(Id, Dyadic)]) -> Result<bool, TooWide> {
    let once = signed_digits(unit.mantissa());
    let (mut within, mut apart) = (0, once);
    for (_, product) in products {
        within += signed_digits(product.mantissa());
        apart += signed_digits(times_in(*product, unit).ok_or(TooWide)?);
    }
    Ok(once >= FEWEST_DIGITS && (products.len() == 1 || within > apart))
}
