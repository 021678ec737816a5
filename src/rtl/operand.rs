//! How the values that an operation reads are written: brought to a width, cut into parts.
//!
//! What is read is remembered bit by bit, so that the rest can be named to a lint.

use crate::net::{Id, Net, Op};
use std::collections::BTreeMap;

/// The values of one module as operands.
#[derive(Debug)]
pub struct Operands<'a> {
    net: &'a Net,
    used: BTreeMap<Id, u128>,
}

impl<'a> Operands<'a> {
    /// Values of `net`, none of them read yet.
    pub fn new(net: &'a Net) -> Operands<'a> {
        Operands { net, used: BTreeMap::new() }
    }

    /// `a << shift` in `width` bits: cut off at the top, or its sign repeated.
    pub fn aligned(&mut self, a: Id, shift: u32, width: u32) -> String {
        if shift >= width {
            return literal(0, width);
        }
        if let Op::Const(v) = self.net.op(a) {
            return literal(v << shift, width);
        }
        let (have, need) = (self.width(a), width - shift);
        let mut parts = Vec::new();
        if need > have {
            parts.push(self.padding(a, need - have));
        }
        parts.push(self.low_part(a, need.min(have)));
        if shift > 0 {
            parts.push(format!("{shift}'d0"));
        }
        if parts.len() == 1 { parts.remove(0) } else { format!("{{{}}}", parts.join(", ")) }
    }

    /// What stands before the highest bit of `a`: its sign, or zeros.
    fn padding(&mut self, a: Id, count: u32) -> String {
        if !self.net.interval(a).signed() {
            return format!("{count}'d0");
        }
        let sign = self.bit(a, self.width(a) - 1);
        if count == 1 { sign } else { format!("{{{count}{{{sign}}}}}") }
    }

    /// `floor(a / 2^shift)` in `width` bits.
    pub fn high_part(&mut self, a: Id, shift: u32, width: u32) -> String {
        let have = self.width(a);
        if shift >= have {
            return self.padding(a, width);
        }
        let top = (shift + width).min(have);
        let part = self.slice(a, top - 1, shift);
        let missing = width - (top - shift);
        if missing == 0 { part } else { format!("{{{}, {part}}}", self.padding(a, missing)) }
    }

    /// The lowest `bits` bits of `a`, at most as many as it has.
    pub fn low_part(&mut self, a: Id, bits: u32) -> String {
        self.slice(a, bits - 1, 0)
    }

    /// All bits of `a`.
    pub fn whole(&mut self, a: Id) -> String {
        self.slice(a, self.width(a) - 1, 0)
    }

    /// One bit of `a`.
    pub fn bit(&mut self, a: Id, index: u32) -> String {
        self.slice(a, index, index)
    }

    /// Bits `high..=low` of `a`. A constant is written as a literal.
    pub fn slice(&mut self, a: Id, high: u32, low: u32) -> String {
        if let Op::Const(v) = self.net.op(a) {
            return literal(v >> low, high - low + 1);
        }
        self.use_bits(a, high, low);
        slice(a, self.width(a), high, low)
    }

    fn use_bits(&mut self, a: Id, high: u32, low: u32) {
        let mask = u128::MAX >> (127 - (high - low)) << low;
        *self.used.entry(a).or_default() |= mask;
    }

    /// Whether somebody reads a bit of `id`.
    pub fn is_used(&self, id: Id) -> bool {
        self.used.contains_key(&id)
    }

    /// All of `id` leaves the module.
    pub fn use_all(&mut self, id: Id) {
        self.use_bits(id, self.width(id) - 1, 0);
    }

    /// The parts of `ids` that nobody reads, for a wire that says so to a lint.
    pub fn unused(&self, ids: impl Iterator<Item = Id>) -> Vec<String> {
        ids.flat_map(|id| self.unused_parts(id)).collect()
    }

    fn unused_parts(&self, id: Id) -> Vec<String> {
        let width = self.width(id);
        let used = self.used.get(&id).copied().unwrap_or(0);
        let mut parts = Vec::new();
        let mut low = 0;
        while low < width {
            let free = (used >> low).trailing_zeros().min(width - low);
            if free > 0 {
                parts.push(slice(id, width, low + free - 1, low));
            }
            low += free;
            low += (used.checked_shr(low).unwrap_or(0)).trailing_ones();
        }
        parts
    }

    /// How many bits `id` has.
    pub fn width(&self, id: Id) -> u32 {
        self.net.interval(id).width()
    }
}

/// Bits `high..=low` of a value of `width` bits.
fn slice(id: Id, width: u32, high: u32, low: u32) -> String {
    match () {
        () if high - low + 1 == width => id.to_string(),
        () if high == low => format!("{id}[{low}]"),
        () => format!("{id}[{high}:{low}]"),
    }
}

/// The low `width` bits of the two's complement of `v`.
pub fn literal(v: i128, width: u32) -> String {
    let bits = v.cast_unsigned() & (u128::MAX >> (128 - width));
    if width <= 32 { format!("{width}'d{bits}") } else { format!("{width}'h{bits:x}") }
}
