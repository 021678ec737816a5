//! How an operation is written in C++.
//!
//! C++ leaves the overflow of signed integers undefined, so a sum is computed in a type that holds every term and
//! every partial sum, and shifts to the left are written as products.

use super::word::{Type, literal};
use crate::fixed::{Interval, TooWide};
use crate::net::op::folded;
use crate::net::{Id, Net, Op};

/// The type that a value is kept in.
pub(super) fn type_of(net: &Net, id: Id) -> Type {
    Type::of(net.interval(id))
}

/// A value, or the number if it is always the same.
pub(super) fn value(net: &Net, id: Id) -> String {
    net.interval(id).constant().map_or_else(|| id.to_string(), literal)
}

/// What the value `id` is, in its own type. `net` has least intervals, `id` is neither an input nor constant.
pub(super) fn expression(net: &Net, id: Id) -> String {
    let own = type_of(net, id);
    let (text, of) = computed(net, id);
    if of == own { text } else { format!("static_cast<{}>({text})", own.name()) }
}

/// What the value is, and the type that C++ computes it in.
fn computed(net: &Net, id: Id) -> (String, Type) {
    let at = |id: &Id| value(net, *id);
    let kind = |id: &Id| type_of(net, *id);
    match net.op(id) {
        Op::Input(_) | Op::Const(_) => unreachable!("inputs are read, constants are literals"),
        Op::Dot { .. } | Op::Add { .. } | Op::Sub { .. } | Op::Add3(_) | Op::Mul { .. } | Op::Shl { .. } => {
            sum(net, net.op(id))
        }
        Op::Shr { a, shift } => (format!("{} >> {}", at(a), shift.min(&(kind(a).bits() - 1))), kind(a)),
        Op::Bit { a, index } => (format!("({} >> {}) & 1", at(a), index.min(&(kind(a).bits() - 1))), kind(a)),
        Op::Any { a, mask } => {
            let mask = literal(folded(*mask, kind(a).bits()));
            (format!("({} & {mask}) != 0 ? 1 : 0", at(a)), Type::Int32)
        }
        Op::Clamp { a, lo, hi } => (clamp(net, *a, *lo, *hi), kind(a)),
        Op::AtLeast { a, threshold } => {
            (format!("{} >= {} ? 1 : 0", at(a), literal(*threshold)), Type::Int32)
        }
        Op::Greater { a, b } => (format!("{} > {} ? 1 : 0", at(a), at(b)), Type::Int32),
        Op::Select { condition, on_true, on_false } => {
            let text = format!("{} != 0 ? {} : {}", at(condition), at(on_true), at(on_false));
            (text, kind(on_true).max(kind(on_false)))
        }
        Op::Table { a, first, .. } => {
            let index =
                if *first < 0 { format!("{} + {}", at(a), literal(-first)) } else { less(&at(a), *first) };
            (format!("{}[static_cast<std::size_t>({index})]", table_name(id)), type_of_table(net, id))
        }
    }
}

fn less(a: &str, first: i128) -> String {
    if first == 0 { a.to_owned() } else { format!("{a} - {}", literal(first)) }
}

/// The name of a table's entries.
pub(super) fn table_name(id: Id) -> String {
    format!("table_{id}")
}

/// The type of a table's entries.
pub(super) fn type_of_table(net: &Net, id: Id) -> Type {
    let Op::Table { entries, .. } = net.op(id) else { unreachable!("{id} is no table") };
    let all = entries.iter().map(|v| Interval::point(*v)).reduce(Interval::union);
    Type::of(all.unwrap_or(Interval::point(0)))
}

/// The ends that can be reached.
fn clamp(net: &Net, a: Id, lo: i128, hi: i128) -> String {
    let (all, name, at) = (net.interval(a), type_of(net, a).name(), value(net, a));
    match (lo > all.lo, hi < all.hi) {
        (true, true) => format!("std::clamp<{name}>({at}, {}, {})", literal(lo), literal(hi)),
        (true, false) => format!("std::max<{name}>({at}, {})", literal(lo)),
        (false, true) => format!("std::min<{name}>({at}, {})", literal(hi)),
        (false, false) => at,
    }
}

/// `± factor · id`, or a number.
#[derive(Debug, Clone, Copy)]
struct Term {
    id: Option<Id>,
    /// Not negative where there is an id.
    factor: i128,
    negative: bool,
    /// What it can be, without its sign.
    interval: Interval,
}

impl Term {
    fn constant(v: i128) -> Term {
        Term { id: None, factor: v, negative: false, interval: Interval::point(v) }
    }

    fn product(net: &Net, id: Id, weight: i128) -> Term {
        let product = |v: i128| v.checked_mul(weight).expect("reached in 127 bits");
        if let Some(v) = net.interval(id).constant() {
            return Term::constant(product(v));
        }
        let (factor, ends) = (weight.abs(), net.interval(id));
        let interval = Interval { lo: ends.lo * factor, hi: ends.hi * factor };
        Term { id: Some(id), factor, negative: weight < 0, interval }
    }

    fn shifted(net: &Net, id: Id, shift: u32, negative: bool) -> Term {
        match net.interval(id).constant() {
            Some(0) => Term::constant(0),
            _ => Term::product(net, id, if negative { -(1 << shift) } else { 1 << shift }),
        }
    }
}

/// A sum of products, and its type.
fn sum(net: &Net, op: &Op) -> (String, Type) {
    let terms = match op {
        Op::Add { a, shift_a, b, shift_b } => {
            vec![Term::shifted(net, *a, *shift_a, false), Term::shifted(net, *b, *shift_b, false)]
        }
        Op::Sub { a, shift_a, b, shift_b } => {
            vec![Term::shifted(net, *a, *shift_a, false), Term::shifted(net, *b, *shift_b, true)]
        }
        Op::Add3(terms) => terms.iter().map(|t| Term::shifted(net, t.id, t.shift, t.negative)).collect(),
        Op::Mul { a, factor } => vec![Term::product(net, *a, *factor)],
        Op::Shl { a, shift } => vec![Term::shifted(net, *a, *shift, false)],
        Op::Dot { terms, constant } => dot(net, terms, *constant),
        other => unreachable!("`{}` is no sum", other.word()),
    };
    // In the order in which `reach` adds, no partial sum takes more than 127 bits.
    let kind = type_of_sum(net, &terms).unwrap_or(Type::Int128);
    (written(net, &terms, kind), kind)
}

/// The constant stands last where the partial sums stay narrow.
fn dot(net: &Net, terms: &[(Id, i128)], constant: i128) -> Vec<Term> {
    let products = terms.iter().map(|(id, weight)| Term::product(net, *id, *weight));
    let number = (constant != 0 || terms.is_empty()).then_some(Term::constant(constant));
    let last: Vec<Term> = products.clone().chain(number).collect();
    match type_of_sum(net, &last) {
        Ok(_) => last,
        Err(TooWide) => number.into_iter().chain(products).collect(),
    }
}

/// The narrowest type that holds all that is met on the way.
fn type_of_sum(net: &Net, terms: &[Term]) -> Result<Type, TooWide> {
    let mut sum = Interval::point(0);
    let mut kind = Type::Int32;
    for term in terms {
        sum = if term.negative { sum.minus(term.interval)? } else { sum.plus(term.interval)? };
        let own = term.id.map_or(Type::Int32, |id| type_of(net, id));
        let met = [term.interval, sum, Interval::point(term.factor)];
        kind = met.into_iter().map(Type::of).fold(kind.max(own), Type::max);
    }
    Ok(kind)
}

fn written(net: &Net, terms: &[Term], kind: Type) -> String {
    let mut text = String::new();
    for (n, term) in terms.iter().enumerate() {
        text += match (n, term.negative) {
            (0, false) => "",
            (0, true) => "-",
            (_, false) => " + ",
            (_, true) => " - ",
        };
        text += &factors(net, *term, kind, terms.len() == 1);
    }
    text
}

/// A term without its sign; `kind` holds what it is computed in.
fn factors(net: &Net, term: Term, kind: Type, alone: bool) -> String {
    let Some(id) = term.id else {
        let number = literal(term.factor);
        return if kind == Type::Int32 { number } else { format!("{}{{{number}}}", kind.name()) };
    };
    let same = type_of(net, id) == kind;
    let operand = if same { value(net, id) } else { format!("{}{{{id}}}", kind.name()) };
    match term.factor {
        1 => operand,
        factor if alone && !term.negative => format!("{operand} * {}", literal(factor)),
        factor => format!("({operand} * {})", literal(factor)),
    }
}
