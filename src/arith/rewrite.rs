//! How a pass rebuilds a net, value by value.

use crate::fixed::Interval;
use crate::net::{Id, Layer, Net, Op};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A value of the old net on its way into the new one: its operands are already renamed.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What it is computed from, in names of the new net.
    pub op: Op,
    /// The integers it can take.
    pub interval: Interval,
    /// Where it belongs.
    pub layer: Layer,
}

/// The net in which each value of `old` is what `place` makes of it: a new value pushed, or one already there.
///
/// Ports stay. `place` gets the new net so far, the old name and the value with renamed operands.
pub fn rewrite(old: &Net, mut place: impl FnMut(&mut Net, Id, Draft) -> Id) -> Net {
    let mut new = Net::shell_of(old);
    let mut names: Vec<Id> = Vec::with_capacity(old.len());
    for id in old.ids() {
        let op = old.op(id).renamed(|operand| names[operand.index()]);
        let draft = Draft { op: fitted(&new, op), interval: old.interval(id), layer: old.layer_of(id) };
        let name = place(&mut new, id, draft);
        names.push(name);
    }
    for output in &old.outputs {
        new.push_output(output.name.clone(), output.frac, names[output.id.index()]);
    }
    new
}

/// The operation after its operands have been renamed: a table loses the entries beyond its operand's interval,
/// a dot product adds up the weights of operands that turned out to be one; others stay as they are.
pub fn fitted(net: &Net, op: Op) -> Op {
    match op {
        Op::Table { a, first, entries } => {
            let interval = net.interval(a);
            let place = |v: i128| usize::try_from(v - first).expect("a table covers its operand's interval");
            let kept: Arc<[i128]> = entries[place(interval.lo)..=place(interval.hi)].into();
            Op::Table { a, first: interval.lo, entries: kept }
        }
        Op::Dot { terms, constant } => Op::Dot { terms: collected(terms), constant },
        other => other,
    }
}

/// Each value once, in order of names, without zeros.
fn collected(terms: Vec<(Id, i128)>) -> Vec<(Id, i128)> {
    let mut weights: BTreeMap<Id, i128> = BTreeMap::new();
    for (id, weight) in terms {
        let total = weights.entry(id).or_insert(0);
        // Products of both weights fit 127 bits, so a sum that does not fit belongs to a value that is always 0.
        *total = total.saturating_add(weight);
    }
    weights.into_iter().filter(|(_, weight)| *weight != 0).collect()
}

impl Draft {
    /// Pushes the value as it stands.
    pub fn push(self, net: &mut Net) -> Id {
        net.push_with(self.op, self.interval, self.layer)
    }
}
