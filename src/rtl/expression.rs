//! How one operation is written in Verilog.
//!
//! Every operand is brought to the width of the result by hand, so that no tool has to guess: sign bits
//! repeated, zeros behind for a shift. Arithmetic modulo 2^width is right because the result's interval fits.

use super::operand::{Operands, literal};
use crate::fixed::Interval;
use crate::net::complement::{complemented, flipped};
use crate::net::op::folded;
use crate::net::{Id, Net, Op, Term};

/// Which forms the Verilog uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Sums are instances of `heteroq_add2` and `heteroq_add3`, whose carry chains a device's own file
    /// describes, instead of `+`.
    pub adder_modules: bool,
}

/// Writes the values of one module, and remembers which bits of them somebody reads.
#[derive(Debug)]
pub struct Writer<'a> {
    net: &'a Net,
    style: Style,
    /// What the values read are written as, and which of their bits are read.
    pub operands: Operands<'a>,
}

impl<'a> Writer<'a> {
    /// A writer for values of `net`.
    pub fn new(net: &'a Net, style: Style) -> Writer<'a> {
        Writer { net, style, operands: Operands::new(net) }
    }

    /// The lines that declare and define `id`.
    pub fn define(&mut self, id: Id) -> String {
        let comment = comment(self.net, id);
        let wire = format!("wire {}{id}", range(self.net.interval(id)));
        let op = self.net.op(id).clone();
        match &op {
            Op::Add { a, shift_a, b, shift_b }
                if self.style.adder_modules && flipped(self.net, id).is_none() =>
            {
                let terms = [term(*a, *shift_a, false), term(*b, *shift_b, false)];
                format!("{wire}; {comment}\n{}", self.adder(id, &terms))
            }
            Op::Sub { a, shift_a, b, shift_b }
                if self.style.adder_modules && complemented(self.net, id).is_none() =>
            {
                let terms = [term(*a, *shift_a, false), term(*b, *shift_b, true)];
                format!("{wire}; {comment}\n{}", self.adder(id, &terms))
            }
            Op::Add3(terms) if self.style.adder_modules => {
                format!("{wire}; {comment}\n{}", self.adder(id, terms))
            }
            Op::Table { a, first, entries } => self.table(id, *a, *first, entries),
            _ => format!("{wire} = {}; {comment}\n", self.expression(id, &op)),
        }
    }

    /// The right side of an assignment to `id`.
    fn expression(&mut self, id: Id, op: &Op) -> String {
        let width = self.operands.width(id);
        match op {
            Op::Input(_) | Op::Table { .. } => unreachable!("ports and tables are no expressions"),
            Op::Const(v) => literal(*v, width),
            Op::Dot { terms, constant } => self.dot(terms, *constant, width),
            Op::Add { a, .. } if flipped(self.net, id).is_some() => self.flip(*a),
            Op::Add { a, shift_a, b, shift_b } => {
                self.sum(&[term(*a, *shift_a, false), term(*b, *shift_b, false)], width)
            }
            Op::Sub { b, .. } if complemented(self.net, id).is_some() => {
                format!("~{}", self.operands.low_part(*b, width))
            }
            Op::Sub { a, shift_a, b, shift_b } => {
                self.sum(&[term(*a, *shift_a, false), term(*b, *shift_b, true)], width)
            }
            Op::Add3(terms) => self.sum(terms, width),
            Op::Mul { a, factor } => {
                format!("{} * {}", self.operands.aligned(*a, 0, width), literal(*factor, width))
            }
            Op::Shl { a, shift } => self.operands.aligned(*a, *shift, width),
            Op::Shr { a, shift } => self.operands.high_part(*a, *shift, width),
            Op::Bit { a, index } => self.operands.bit(*a, (*index).min(self.operands.width(*a) - 1)),
            Op::Any { a, mask } => self.any(*a, *mask),
            Op::Clamp { a, lo, hi } => self.clamp(*a, *lo, *hi, width),
            Op::AtLeast { a, threshold } => self.at_least(*a, *threshold),
            Op::Greater { a, b } => {
                let both = self.net.interval(*a).union(self.net.interval(*b));
                let (a, b) =
                    (self.operands.aligned(*a, 0, both.width()), self.operands.aligned(*b, 0, both.width()));
                if both.signed() { format!("$signed({a}) > $signed({b})") } else { format!("{a} > {b}") }
            }
            Op::Select { condition, on_true, on_false } => {
                let condition = self.operands.whole(*condition);
                let (a, b) =
                    (self.operands.aligned(*on_true, 0, width), self.operands.aligned(*on_false, 0, width));
                format!("{condition} ? {a} : {b}")
            }
        }
    }

    /// Whether a bit of `a` is one where `mask` has a one. Bits beyond the highest are its sign, or zeros.
    fn any(&mut self, a: Id, mask: u128) -> String {
        let width = self.operands.width(a);
        let signed = self.net.interval(a).signed();
        let mut rest = if signed { folded(mask, width).cast_unsigned() } else { mask };
        rest &= u128::MAX >> (128 - width);
        if rest == 0 {
            return literal(0, 1);
        }
        let mut parts = Vec::new();
        while rest != 0 {
            let low = rest.trailing_zeros();
            let ones = (rest >> low).trailing_ones();
            parts.push(self.operands.slice(a, low + ones - 1, low));
            rest &= !(u128::MAX >> (128 - ones) << low);
        }
        parts.reverse();
        if let [one] = parts.as_slice() { format!("|{one}") } else { format!("|{{{}}}", parts.join(", ")) }
    }

    /// The highest digit turned.
    fn flip(&mut self, a: Id) -> String {
        let top = self.operands.width(a) - 1;
        let high = self.operands.bit(a, top);
        if top == 0 { format!("~{high}") } else { format!("{{~{high}, {}}}", self.operands.low_part(a, top)) }
    }

    fn sum(&mut self, terms: &[Term], width: u32) -> String {
        let mut text = String::new();
        let mut ordered = terms.to_vec();
        ordered.sort_by_key(|t| t.negative);
        for (i, t) in ordered.iter().enumerate() {
            text += match (i, t.negative) {
                (0, false) => "",
                (0, true) => "-",
                (_, false) => " + ",
                (_, true) => " - ",
            };
            text += &self.operands.aligned(t.id, t.shift, width);
        }
        text
    }

    fn dot(&mut self, terms: &[(Id, i128)], constant: i128, width: u32) -> String {
        let mut text = literal(constant, width);
        for (id, weight) in terms {
            let operand = self.operands.aligned(*id, 0, width);
            text += &format!("\n        + {operand} * {}", literal(*weight, width));
        }
        text
    }

    /// An instance of the adder for two or three terms. It turns the digits of a complement itself.
    fn adder(&mut self, id: Id, terms: &[Term]) -> String {
        let mut parameters = format!(".W({})", self.operands.width(id));
        let mut ports = String::new();
        for (t, (upper, lower)) in terms.iter().zip([("A", "a"), ("B", "b"), ("C", "c")]) {
            let (read, role) = match complemented(self.net, t.id).filter(|_| !t.negative) {
                Some(turned) => (turned, 2),
                None => (t.id, u8::from(t.negative)),
            };
            let (signed, width) = (u8::from(self.net.interval(t.id).signed()), self.operands.width(read));
            parameters += &format!(
                ", .W{upper}({width}), .S{upper}({}), .E{upper}({signed}), .N{upper}({role})",
                t.shift
            );
            ports += &format!(".{lower}({}), ", self.operands.whole(read));
        }
        format!("heteroq_add{} #({parameters})\n    add_{id} ({ports}.y({id}));\n", terms.len())
    }

    fn table(&mut self, id: Id, a: Id, first: i128, entries: &[i128]) -> String {
        let (width, index) = (self.operands.width(id), self.operands.width(a));
        let mut text = format!(
            "reg {}{id}; // {id} = table of {a}\nalways @(*)\n    case ({})\n",
            range(self.net.interval(id)),
            self.operands.whole(a)
        );
        for (i, entry) in entries.iter().enumerate() {
            let key = literal(first + i as i128, index);
            text += &format!("        {key}: {id} = {};\n", literal(*entry, width));
        }
        text + &format!("        default: {id} = {{{width}{{1'bx}}}};\n    endcase\n")
    }

    /// `min(max(a, lo), hi)`. Bounds that are whole powers of two are seen from a few high bits.
    fn clamp(&mut self, a: Id, lo: i128, hi: i128, width: u32) -> String {
        let interval = self.net.interval(a);
        let low = self.operands.low_part(a, width.min(interval.width()));
        let low = if width > interval.width() { self.operands.aligned(a, 0, width) } else { low };
        let mut text = low;
        if hi < interval.hi {
            text = format!("{} ? {} : {text}", self.above(a, hi), literal(hi, width));
        }
        if lo > interval.lo {
            text = format!("{} ? {} : {text}", self.below(a, lo), literal(lo, width));
        }
        text
    }

    /// Whether `a > hi`, for `a` not below zero or `hi` compared as a signed number.
    fn above(&mut self, a: Id, hi: i128) -> String {
        let interval = self.net.interval(a);
        let digits = interval.width() - u32::from(interval.signed());
        let bits = Interval::new(0, hi).width();
        let all_ones = hi >= 0 && hi == Interval::of_width(false, bits).hi;
        if !all_ones || bits >= digits {
            return self.compare(a, ">", hi);
        }
        let high = self.operands.slice(a, digits - 1, bits);
        let high = if digits - 1 == bits { high } else { format!("(|{high})") };
        if interval.signed() { format!("(!{} && {high})", self.operands.bit(a, digits)) } else { high }
    }

    /// Whether `a < lo`.
    fn below(&mut self, a: Id, lo: i128) -> String {
        let interval = self.net.interval(a);
        if lo == 0 && interval.signed() {
            self.operands.bit(a, interval.width() - 1)
        } else {
            self.compare(a, "<", lo)
        }
    }

    fn at_least(&mut self, a: Id, threshold: i128) -> String {
        if threshold == 0 && self.net.interval(a).signed() {
            let sign = self.operands.bit(a, self.operands.width(a) - 1);
            return format!("!{sign}");
        }
        self.compare(a, ">=", threshold)
    }

    /// A comparison with a constant, in the width that holds both.
    fn compare(&mut self, a: Id, relation: &str, constant: i128) -> String {
        let both = self.net.interval(a).union(Interval::point(constant));
        if both.signed() && both.width() <= NARROW {
            return self.compare_turned(a, relation, constant, both.width());
        }
        let (a, c) = (self.operands.aligned(a, 0, both.width()), literal(constant, both.width()));
        match both.signed() {
            true => format!("($signed({a}) {relation} $signed({c}))"),
            false => format!("({a} {relation} {c})"),
        }
    }

    /// A comparison of two numbers of `width` bits whose highest digit is turned, which puts negative ones first.
    fn compare_turned(&mut self, a: Id, relation: &str, constant: i128, width: u32) -> String {
        let (have, top) = (self.operands.width(a), width - 1);
        let turned = literal(constant + (1i128 << top), width);
        let sign =
            if self.net.interval(a).signed() { self.operands.bit(a, have - 1) } else { "1'b0".to_owned() };
        if top == 0 {
            return format!("(~{sign} {relation} {turned})");
        }
        format!("({{~{sign}, {}}} {relation} {turned})", self.operands.aligned(a, 0, top))
    }
}

/// Signed comparisons of at most so many bits are written without a sign: Yosys 0.23 makes wrong LUTs of those of up
/// to four bits with a negative constant, for iCE40 and ECP5.
const NARROW: u32 = 6;

fn term(id: Id, shift: u32, negative: bool) -> Term {
    Term { id, shift, negative }
}

/// `// v17 = add v3, v5 << 2`
fn comment(net: &Net, id: Id) -> String {
    format!("// {id} = {}", short(net.op(id)))
}

/// The operation's text, without the long lists.
fn short(op: &Op) -> String {
    match op {
        Op::Dot { terms, .. } => format!("dot product of {} values", terms.len()),
        _ => op.to_string(),
    }
}

/// `signed [7:0] `, or nothing for one bit without sign.
pub fn range(interval: Interval) -> String {
    let signed = if interval.signed() { "signed " } else { "" };
    match interval.width() {
        1 => signed.to_owned(),
        width => format!("{signed}[{}:0] ", width - 1),
    }
}
