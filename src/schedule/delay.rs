//! How long an operation takes on a device: from its operands to its result, in nanoseconds.

use crate::device::Family;
use crate::fixed::Interval;
use crate::net::complement::{complemented, flipped};
use crate::net::{Id, Net, Op};

/// The delay of every value of `net`, by [`Id::index`].
pub fn of_all(net: &Net, family: &Family) -> Vec<f64> {
    net.ids().map(|id| of(net, id, family)).collect()
}

/// The delay of one value.
pub fn of(net: &Net, id: Id, family: &Family) -> f64 {
    let width = net.interval(id).width();
    let bits = |a: Id| net.interval(a).width();
    let free = complemented(net, id).or(flipped(net, id)).is_some();
    if free || net.interval(id).constant().is_some() {
        return 0.0;
    }
    match net.op(id) {
        Op::Input(_) | Op::Const(_) | Op::Shl { .. } | Op::Shr { .. } | Op::Bit { .. } => 0.0,
        Op::Dot { terms, .. } => of_dot(net, terms, width, family),
        Op::Add { .. } | Op::Sub { .. } => family.carry_chain_ns(width),
        Op::Add3(_) => family.ternary_adder_ns(width),
        Op::Mul { a, factor } => family.product_ns(bits(*a), Interval::point(*factor).width()),
        Op::Any { mask, .. } => family.function_ns(mask.count_ones()),
        Op::Clamp { a, .. } => family.function_ns(bits(*a).saturating_sub(width) + 1) + family.function_ns(3),
        Op::AtLeast { a, .. } => of_comparison(bits(*a), family),
        Op::Greater { a, b } => family.carry_chain_ns(bits(*a).max(bits(*b))),
        Op::Select { .. } => family.function_ns(3),
        Op::Table { a, .. } => family.function_ns(bits(*a)),
    }
}

/// A comparison with a constant: one function if it has few inputs, else a chain that takes two bits a LUT.
fn of_comparison(bits: u32, family: &Family) -> f64 {
    let function = family.function_ns(bits);
    if bits <= family.lut_inputs + 2 { function } else { family.carry_chain_ns(bits / 2) }
}

/// A sum of constant products that no pass has taken apart: the slowest product, then a tree of sums.
fn of_dot(net: &Net, terms: &[(Id, i128)], width: u32, family: &Family) -> f64 {
    let product = |(id, weight): &(Id, i128)| match weight.unsigned_abs().is_power_of_two() {
        true => 0.0,
        false => family.product_ns(net.interval(*id).width(), Interval::point(*weight).width()),
    };
    let slowest = terms.iter().map(product).fold(0.0, f64::max);
    let levels = (terms.len() + 1).next_power_of_two().trailing_zeros();
    slowest + f64::from(levels) * family.carry_chain_ns(width)
}
