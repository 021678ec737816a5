//! Additions of two become additions of three, where a LUT adds three bits.
//!
//! ```text
//! v3 = add v0, v1
//! v4 = add v3, v2     →     v4 = add3 v0, v1, v2
//! ```
//!
//! An addition may take in one of its operands if it alone reads it. Which takes in which is a maximum-weight
//! matching on the trees of such additions: the weight of an edge is what it saves in LUTs.

use crate::arith::Pass;
use crate::arith::cost::{self, Span, chain_luts};
use crate::arith::rewrite::rewrite;
use crate::device::Family;
use crate::net::complement::complemented;
use crate::net::{Id, Net, Op, Term};

/// Fuses additions where that saves LUTs of the family.
#[derive(Debug, Clone)]
pub struct Ternary(pub Family);

impl Pass for Ternary {
    fn name(&self) -> &'static str {
        "ternary"
    }

    fn run(&self, net: &Net) -> Net {
        if !self.0.ternary_adder {
            return net.clone();
        }
        let taken = matching(net, &self.0);
        rewrite(net, |new, id, mut draft| {
            if let Some(inner) = taken[id.index()] {
                // The operand's own terms have their new names in its place in the new net, which is `id`'s operand.
                let outer = summands(&draft.op).expect("only additions take in");
                let place =
                    summands(net.op(id)).expect("only additions take in").iter().position(|t| t.id == inner);
                let place = place.expect("an addition takes in an operand");
                draft.op = Op::Add3(fused(new, outer, place).expect("the matching holds only what fuses"));
            }
            draft.push(new)
        })
    }
}

/// For each addition the operand that it takes in.
fn matching(net: &Net, family: &Family) -> Vec<Option<Id>> {
    let uses = net.uses();
    // The best saving of the tree below a value: whether or not it takes in an operand, and if it may not.
    let mut best = vec![(0.0, 0.0); net.len()];
    let mut choice = vec![None; net.len()];
    for id in net.ids() {
        let Some(terms) = summands(net.op(id)) else { continue };
        let alone: Vec<(usize, Id)> =
            terms.iter().enumerate().map(|(i, t)| (i, t.id)).filter(|(_, t)| uses[t.index()] == 1).collect();
        let free: f64 = alone.iter().map(|(_, t)| best[t.index()].0).sum();
        best[id.index()] = (free, free);
        for (place, inner) in alone {
            let Some(saving) = saving(net, id, &terms, place, family) else { continue };
            let total: f64 = free - best[inner.index()].0 + best[inner.index()].1 + saving;
            if total > best[id.index()].0 {
                best[id.index()].0 = total;
                choice[id.index()] = Some(inner);
            }
        }
    }
    settle(net, choice)
}

/// From the outermost additions inwards: what has been taken in takes in nothing itself.
fn settle(net: &Net, mut choice: Vec<Option<Id>>) -> Vec<Option<Id>> {
    for id in net.ids().rev() {
        if let Some(inner) = choice[id.index()] {
            choice[inner.index()] = None;
        }
    }
    choice
}

/// The terms of an addition of two.
fn summands(op: &Op) -> Option<[Term; 2]> {
    let term = |id: &Id, shift: &u32, negative| Term { id: *id, shift: *shift, negative };
    match op {
        Op::Add { a, shift_a, b, shift_b } => Some([term(a, shift_a, false), term(b, shift_b, false)]),
        Op::Sub { a, shift_a, b, shift_b } => Some([term(a, shift_a, false), term(b, shift_b, true)]),
        _ => None,
    }
}

/// The three terms of an addition that takes in its operand at `place`.
fn fused(net: &Net, outer: [Term; 2], place: usize) -> Option<[Term; 3]> {
    let (taken, other) = (outer[place], outer[1 - place]);
    let inner = summands(net.op(taken.id))?.map(|t| Term {
        id: t.id,
        shift: t.shift + taken.shift,
        negative: t.negative != taken.negative,
    });
    let terms = [inner[0], inner[1], other];
    (terms.iter().filter(|t| t.negative).count() < 3).then_some(terms)
}

/// LUTs saved when `id` takes in its operand at `place`, if any are.
fn saving(net: &Net, id: Id, outer: &[Term; 2], place: usize, family: &Family) -> Option<f64> {
    let inner = outer[place].id;
    if complemented(net, inner).is_some() || complemented(net, id).is_some() {
        return None;
    }
    let terms = fused(net, *outer, place)?;
    let spans = terms.map(|t| Span::of(net.interval(t.id), t.shift, t.negative));
    let apart = cost::of(net, id, family) + cost::of(net, inner, family);
    let saved = apart - chain_luts(&spans, net.interval(id).width(), family);
    (saved > 0.0).then_some(saved)
}
