//! Dot products as multipliers at exact widths, and a tree of additions.

use super::dot::Matrix;
use crate::fixed::{Interval, TooWide};
use crate::net::{Id, Layer, Net, Op};
use std::collections::BTreeMap;

/// `± (id << shift)`, to be added up.
#[derive(Debug, Clone, Copy)]
struct Summand {
    id: Id,
    shift: u32,
    negative: bool,
}

/// The rows of `matrix`: a multiplier for each input and odd factor; signs and powers of two cost nothing.
pub fn rows(net: &mut Net, matrix: &Matrix, layer: Layer) -> Vec<Id> {
    let mut products = BTreeMap::new();
    let row = |(weights, constant): (&Vec<i128>, &i128)| {
        tree(net, &mut products, &matrix.inputs, weights, *constant, layer)
            .or_else(|TooWide| chain(net, &matrix.inputs, weights, *constant, layer))
            .expect("the partial sums of a dot product, in its order, fit if the dot product does")
    };
    matrix.rows.iter().zip(&matrix.constants).map(row).collect()
}

type Products = BTreeMap<(Id, i128), Id>;

/// The row as a balanced tree.
fn tree(
    net: &mut Net,
    products: &mut Products,
    inputs: &[Id],
    weights: &[i128],
    constant: i128,
    layer: Layer,
) -> Result<Id, TooWide> {
    let mut summands = Vec::new();
    for (id, weight) in inputs.iter().zip(weights).filter(|(_, weight)| **weight != 0) {
        summands.push(product(net, products, *id, *weight, layer)?);
    }
    while summands.len() > 1 {
        let mut next = Vec::with_capacity(summands.len().div_ceil(2));
        for pair in summands.chunks(2) {
            next.push(if let [x, y] = *pair { add(net, x, y, layer)? } else { pair[0] });
        }
        summands = next;
    }
    finish(net, summands.first().copied(), constant, layer)
}

/// One multiplier serves all weights that differ in sign or by a power of two.
fn product(
    net: &mut Net,
    products: &mut Products,
    id: Id,
    weight: i128,
    layer: Layer,
) -> Result<Summand, TooWide> {
    let (shift, negative) = (weight.trailing_zeros(), weight < 0);
    let factor = (weight >> shift).checked_abs().ok_or(TooWide)?;
    if factor == 1 {
        return Ok(Summand { id, shift, negative });
    }
    if let Some(product) = products.get(&(id, factor)) {
        return Ok(Summand { id: *product, shift, negative });
    }
    let product = net.push(Op::Mul { a: id, factor }, layer)?;
    products.insert((id, factor), product);
    Ok(Summand { id: product, shift, negative })
}

fn add(net: &mut Net, x: Summand, y: Summand, layer: Layer) -> Result<Summand, TooWide> {
    let low = x.shift.min(y.shift);
    let (x, y) = if x.negative { (y, x) } else { (x, y) };
    let (a, shift_a, b, shift_b) = (x.id, x.shift - low, y.id, y.shift - low);
    let op = if x.negative == y.negative {
        Op::Add { a, shift_a, b, shift_b }
    } else {
        Op::Sub { a, shift_a, b, shift_b }
    };
    Ok(Summand { id: net.push(op, layer)?, shift: low, negative: x.negative })
}

/// The sum with its sign, its shift and the constant.
fn finish(net: &mut Net, sum: Option<Summand>, constant: i128, layer: Layer) -> Result<Id, TooWide> {
    let number = |net: &mut Net| net.push_with(Op::Const(constant), Interval::point(constant), layer);
    let Some(Summand { id, shift, negative }) = sum else { return Ok(number(net)) };
    let op = match (negative, constant) {
        (false, 0) if shift == 0 => return Ok(id),
        (false, 0) => Op::Shl { a: id, shift },
        (false, _) => Op::Add { a: id, shift_a: shift, b: number(net), shift_b: 0 },
        (true, _) => Op::Sub { a: number(net), shift_a: 0, b: id, shift_b: shift },
    };
    net.push(op, layer)
}

/// The row as a chain in the order of the dot product, where a tree's partial sums would not fit 127 bits.
fn chain(
    net: &mut Net,
    inputs: &[Id],
    weights: &[i128],
    constant: i128,
    layer: Layer,
) -> Result<Id, TooWide> {
    let mut sum = net.push(Op::Const(constant), layer)?;
    for (id, weight) in inputs.iter().zip(weights).filter(|(_, weight)| **weight != 0) {
        let product = net.push(Op::Mul { a: *id, factor: *weight }, layer)?;
        sum = net.push(Op::Add { a: sum, shift_a: 0, b: product, shift_b: 0 }, layer)?;
    }
    Ok(sum)
}
