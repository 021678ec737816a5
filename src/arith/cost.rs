//! How many LUTs a value takes: what the passes try to lower.
//!
//! Counted as Yosys counts for AMD 7 series, inverters included, measured on the Verilog that is emitted: a
//! carry chain takes a LUT for each digit that two operands have; the digits below, which only one operand
//! has, are wires, and the digits above an operand that is never negative only pass the carry on.

use super::csd;
use super::simplify::constant;
use crate::device::Family;
use crate::fixed::Interval;
use crate::net::complement::complemented;
use crate::net::{Id, Net, Op, Term};

/// Bits of the smallest product that Yosys puts into a DSP block.
const LEAST_PRODUCT: u32 = 9;

/// The digits of one operand of a carry chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Its lowest digit.
    pub first: u32,
    /// One above its highest digit.
    pub end: u32,
    /// Whether it goes on above: by its sign, or because it is subtracted.
    pub endless: bool,
    /// Whether it is subtracted.
    pub negative: bool,
}

impl Span {
    /// The digits of a value of `interval`, shifted left.
    pub fn of(interval: Interval, shift: u32, negative: bool) -> Span {
        let endless = negative || interval.signed();
        Span { first: shift, end: shift + interval.width(), endless, negative }
    }

    fn has(self, digit: u32) -> bool {
        self.first <= digit && (self.endless || digit < self.end)
    }
}

/// LUTs of a carry chain that adds up two or three operands to `width` digits.
pub fn chain_luts(spans: &[Span], width: u32, family: &Family) -> f64 {
    let mut firsts: Vec<u32> = spans.iter().map(|s| s.first).collect();
    firsts.sort_unstable();
    let lowest_negative = spans.iter().any(|s| s.negative && s.first == firsts[0]);
    let start = if lowest_negative { firsts[0] } else { firsts[1] };
    let three = spans.len() == 3 && family.ternary_adder;
    // What is subtracted has ones below its lowest digit and above its highest.
    let every_digit = !family.ternary_adder || spans.iter().any(|s| s.negative);
    let operands = |digit: u32| spans.iter().filter(|s| s.has(digit)).count();
    let takes = |digit: &u32| {
        let carries_two = three && *digit > start && operands(digit - 1) > 1 && operands(*digit) > 0;
        operands(*digit) > 1 || carries_two || every_digit
    };
    // Above both operands a sum of two repeats one digit, a function of the signs.
    let top = spans.iter().map(|s| s.end).max().unwrap_or(0);
    let counted_to = if spans.len() == 2 && family.ternary_adder { width.min(top) } else { width };
    let luts = counted((start..counted_to).filter(takes));
    if spans.len() == 3 && !family.ternary_adder { 2.0 * luts } else { luts }
}

/// How many digits there are, at most 127.
fn counted(digits: impl Iterator<Item = u32>) -> f64 {
    digits.fold(0.0, |count, _| count + 1.0)
}

/// LUTs of each value, by [`Id::index`].
pub fn luts(net: &Net, family: &Family) -> Vec<f64> {
    net.ids().map(|id| of(net, id, family)).collect()
}

/// LUTs of all values.
pub fn total(net: &Net, family: &Family) -> f64 {
    luts(net, family).iter().sum()
}

/// LUTs of one value.
pub fn of(net: &Net, id: Id, family: &Family) -> f64 {
    let (width, of_operand) = (f64::from(net.interval(id).width()), |a: &Id| net.interval(*a).width());
    match net.op(id) {
        Op::Input(_) | Op::Const(_) | Op::Shl { .. } | Op::Shr { .. } | Op::Bit { .. } => 0.0,
        Op::Sub { .. } if complemented(net, id).is_some() => 0.0,
        Op::Add { a, shift_a, b, shift_b } => {
            sum(net, id, &[(*a, *shift_a, false), (*b, *shift_b, false)], family)
        }
        Op::Sub { a, shift_a, b, shift_b } => {
            sum(net, id, &[(*a, *shift_a, false), (*b, *shift_b, true)], family)
        }
        Op::Add3(terms) => {
            sum(net, id, &terms.map(|Term { id, shift, negative }| (id, shift, negative)), family)
        }
        Op::Dot { terms, .. } => {
            terms.iter().map(|(a, weight)| product_luts(*weight, of_operand(a)) + width).sum::<f64>() - width
        }
        Op::Mul { a, factor } => product_luts(*factor, of_operand(a)),
        Op::Any { mask, .. } => (f64::from(mask.count_ones()) - 1.0) / f64::from(family.lut_inputs - 1),
        Op::Clamp { a, .. } => clamp_luts(of_operand(a), net.interval(id).width(), family),
        Op::AtLeast { a, .. } => (f64::from(of_operand(a)) / 3.0).ceil(),
        Op::Greater { a, b } => (f64::from(of_operand(a).max(of_operand(b))) / 2.0).ceil(),
        Op::Select { .. } => width,
        Op::Table { a, first, entries } => {
            let values = patterns(net.interval(*a), *first, entries, family);
            family.table_luts(&values, net.interval(id).width())
        }
    }
}

/// DSP blocks that Yosys makes of one value: those of a product of at least 9 bits, one for each tile of its operands
/// that a block's signed multiplier takes. A smaller product stays in LUTs.
pub fn dsps(net: &Net, id: Id, family: &Family) -> u64 {
    let (Op::Mul { a, factor }, Some(dsp)) = (net.op(id), family.dsp) else { return 0 };
    if net.interval(id).width() < LEAST_PRODUCT {
        return 0;
    }
    let signed = |interval: Interval| interval.width() + u32::from(!interval.signed());
    let (x, y) = (signed(net.interval(*a)), signed(Interval::point(*factor)));
    let (wide, narrow) = (x.max(y), x.min(y));
    u64::from(wide.div_ceil(dsp.a)) * u64::from(narrow.div_ceil(dsp.b))
}

/// A sum. One of a value and a constant takes no LUT, but an inverter for each digit where both have a one.
fn sum(net: &Net, id: Id, operands: &[(Id, u32, bool)], family: &Family) -> f64 {
    let width = net.interval(id).width();
    let span = |(id, shift, negative): &(Id, u32, bool)| Span::of(net.interval(*id), *shift, *negative);
    if let [x, y] = operands
        && family.ternary_adder
    {
        let turned = |value: i128, shift: u32, other: Span| {
            let one = |digit: &u32| value >> (digit - shift).min(127) & 1 == 1;
            counted((shift..width).filter(|digit| other.has(*digit)).filter(one))
        };
        match (constant(net, x.0), constant(net, y.0)) {
            (Some(value), _) => return turned(value, x.1, span(y)),
            (_, Some(value)) => return turned(value, y.1, span(x)),
            _ => {}
        }
    }
    chain_luts(&operands.iter().map(span).collect::<Vec<_>>(), width, family)
}

/// A product in LUTs: an adder for each further digit of the factor.
fn product_luts(factor: i128, width: u32) -> f64 {
    f64::from(csd::count(factor).saturating_sub(1)) * f64::from(width)
}

/// The entries of a table by the patterns of its operand's digits: from 0 up, then the negative ones. A pattern that never
/// comes has the entry beside it.
fn patterns(operand: Interval, first: i128, entries: &[i128], family: &Family) -> Vec<i128> {
    let all = Interval::of_width(operand.signed(), operand.width().max(family.lut_inputs));
    let entry = |v: i128| {
        let place = usize::try_from(v.clamp(operand.lo, operand.hi) - first);
        entries[place.expect("a table has an entry for each value of its operand")]
    };
    (0..=all.hi).chain(all.lo..0).map(entry).collect()
}

/// One function a digit, after a few LUTs that find out whether the operand is too large.
fn clamp_luts(operand: u32, result: u32, family: &Family) -> f64 {
    let above = operand.saturating_sub(result);
    let free = family.lut_inputs - 1;
    f64::from(result) + f64::from(above.saturating_sub(free).div_ceil(family.lut_inputs))
}
