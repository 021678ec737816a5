//! Values that nobody reads go away; inputs stay, read or not.
//!
//! ```text
//! v0: s8 = input              v0: s8 = input
//! v1: s8 = shl v0, 1     →
//! output v0                   output v0
//! ```

use super::Pass;
use crate::net::{Net, Op};

/// Drops what no output depends on.
#[derive(Debug, Clone, Copy)]
pub struct RemoveDead;

impl Pass for RemoveDead {
    fn name(&self) -> &'static str {
        "remove_dead"
    }

    fn run(&self, net: &Net) -> Net {
        let alive = alive(net);
        let mut new = Net::shell_of(net);
        let mut names = vec![None; net.len()];
        for id in net.ids().filter(|id| alive[id.index()]) {
            let op =
                net.op(id).renamed(|operand| names[operand.index()].expect("operands of the living live"));
            names[id.index()] = Some(new.push_with(op, net.interval(id), net.layer_of(id)));
        }
        for output in &net.outputs {
            let id = names[output.id.index()].expect("outputs live");
            new.push_output(output.name.clone(), output.frac, id);
        }
        new
    }
}

/// Which values an output depends on, and which are inputs.
pub fn alive(net: &Net) -> Vec<bool> {
    let mut alive: Vec<bool> = net.ops.iter().map(|op| matches!(op, Op::Input(_))).collect();
    for output in &net.outputs {
        alive[output.id.index()] = true;
    }
    for id in net.ids().rev() {
        if alive[id.index()] {
            net.op(id).for_each_operand(|operand| alive[operand.index()] = true);
        }
    }
    alive
}
