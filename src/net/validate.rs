//! Which networks are well formed. Whatever passes may be executed, scheduled and emitted.

use super::{Id, Net, Op, reach};
use crate::fixed::MAX_WIDTH;

/// A rule that a network breaks, with the value that breaks it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {rule}")]
pub struct Invalid {
    /// `v7`, or the port.
    pub at: String,
    /// The rule, and how it is broken.
    pub rule: String,
}

/// Checks every rule.
///
/// # Errors
/// The first rule that is broken.
pub fn validate(net: &Net) -> Result<(), Invalid> {
    tables_are_parallel(net)?;
    for id in net.ids() {
        let fail = |rule: String| Err(Invalid { at: id.to_string(), rule });
        operands_come_first(net, id).or_else(fail)?;
        operation_is_well_formed(net, id).or_else(fail)?;
        interval_is_sound(net, id).or_else(fail)?;
    }
    ports_are_well_formed(net)
}

/// `ops`, `intervals` and `layer` have one entry for each value, and layers exist.
fn tables_are_parallel(net: &Net) -> Result<(), Invalid> {
    let fail = |rule: &str| Err(Invalid { at: "net".into(), rule: rule.into() });
    if net.intervals.len() != net.len() || net.layer.len() != net.len() {
        return fail("the tables of operations, intervals and layers differ in length");
    }
    if net.layer.iter().any(|l| l.index() >= net.layers.len()) {
        return fail("a value belongs to a layer that is not there");
    }
    Ok(())
}

/// A value reads only values listed before it.
fn operands_come_first(net: &Net, id: Id) -> Result<(), String> {
    match net.op(id).operands().into_iter().find(|operand| *operand >= id) {
        Some(late) => Err(format!("reads {late}, which is not listed before it")),
        None => Ok(()),
    }
}

/// The fields of the operation make sense together.
fn operation_is_well_formed(net: &Net, id: Id) -> Result<(), String> {
    match net.op(id) {
        Op::Input(n) if *n >= net.inputs.len() => Err(format!("there is no input {n}")),
        Op::Dot { terms, .. } if terms.iter().any(|(_, weight)| *weight == 0) => {
            Err("a weight is zero".into())
        }
        Op::Dot { terms, .. } if has_twin(terms.iter().map(|(id, _)| *id).collect()) => {
            Err("a value stands twice in one dot product".into())
        }
        Op::Clamp { lo, hi, .. } if lo > hi => Err(format!("clamps to {lo}..{hi}, which is empty")),
        Op::Select { condition, .. }
            if !(0..=1).contains(&net.interval(*condition).lo) || net.interval(*condition).hi > 1 =>
        {
            Err(format!("its condition {condition} can be other than 0 and 1"))
        }
        Op::Table { a, first, entries } => {
            let (need, have) = (net.interval(*a), entries.len() as i128);
            let exact = need.lo == *first && need.hi == first + have - 1;
            exact
                .then_some(())
                .ok_or(format!("its table of {have} entries from {first} is not that of {need}"))
        }
        _ => Ok(()),
    }
}

/// The interval covers what the operation can reach, and is narrow enough to be held.
fn interval_is_sound(net: &Net, id: Id) -> Result<(), String> {
    let interval = net.interval(id);
    if interval.lo > interval.hi {
        return Err(format!("its interval {interval} is empty"));
    }
    if interval.width() > MAX_WIDTH {
        return Err(format!("its interval {interval} takes more than {MAX_WIDTH} bits"));
    }
    // A pass may know more than `reach` does (how operands hang together), so it may say less here:
    // the reachable interval and the stated one must meet, and `interp` on vectors does the rest.
    let reached = reach::reach(net, net.op(id)).map_err(|e| e.to_string())?;
    match reached.intersection(interval) {
        None => Err(format!("its interval {interval} holds no value of {reached}")),
        Some(_) => Ok(()),
    }
}

/// Each input port is read by at most one value, and outputs exist.
fn ports_are_well_formed(net: &Net) -> Result<(), Invalid> {
    let readers = net.ops.iter().filter_map(|op| if let Op::Input(n) = op { Some(*n) } else { None });
    if has_twin(readers.collect()) {
        return Err(Invalid { at: "inputs".into(), rule: "two values read the same port".into() });
    }
    match net.outputs.iter().find(|output| output.id.index() >= net.len()) {
        Some(output) => Err(Invalid { at: output.name.clone(), rule: format!("{} is not there", output.id) }),
        None => Ok(()),
    }
}

fn has_twin<T: Ord>(mut all: Vec<T>) -> bool {
    all.sort_unstable();
    all.windows(2).any(|pair| pair[0] == pair[1])
}
