//! How a pass rebuilds a net, value by value.

use crate::fixed::Interval;
use crate::net::{Id, Layer, Net, Op};
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

/// A table loses the entries beyond its operand's interval; other operations stay as they are.
pub fn fitted(net: &Net, op: Op) -> Op {
    let Op::Table { a, first, entries } = op else { return op };
    let interval = net.interval(a);
    let place = |v: i128| usize::try_from(v - first).expect("a table covers its operand's interval");
    let kept: Arc<[i128]> = entries[place(interval.lo)..=place(interval.hi)].into();
    Op::Table { a, first: interval.lo, entries: kept }
}

impl Draft {
    /// Pushes the value as it stands.
    pub fn push(self, net: &mut Net) -> Id {
        net.push_with(self.op, self.interval, self.layer)
    }
}
