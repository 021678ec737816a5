//! A complement stands beside its reader, where it costs nothing.
//!
//! ```text
//! layer a                            layer a
//! v1: u4 = sub v9, v0                layer b
//! layer b                            v1: u4 = sub v9, v0
//! v2: u5 = add v1, v3         →      v2: u5 = add v1, v3
//! v4: u6 = add v1, v5                v3: u4 = sub v9, v0
//!                                    v4: u6 = add v3, v5
//! ```
//!
//! Each sum gets a complement of its own, in its own layer, so that the schedule can put both in one cycle and
//! the registers between carry the value itself.

use crate::arith::Pass;
use crate::arith::rewrite::rewrite;
use crate::net::complement::complemented;
use crate::net::{Id, Net, Op};
use std::collections::BTreeMap;

/// Gives each sum that reads complements its own.
#[derive(Debug, Clone, Copy)]
pub struct Beside;

impl Pass for Beside {
    fn name(&self) -> &'static str {
        "beside"
    }

    fn run(&self, net: &Net) -> Net {
        rewrite(net, |new, id, mut draft| {
            if is_sum(&draft.op) && complemented(net, id).is_none() {
                let own = copies(new, &draft.op);
                for (complement, copy) in &own {
                    let interval = new.interval(*complement);
                    let pushed = new.push_with(copy.clone(), interval, draft.layer);
                    draft.op =
                        draft.op.renamed(|operand| if operand == *complement { pushed } else { operand });
                }
            }
            draft.push(new)
        })
    }
}

fn is_sum(op: &Op) -> bool {
    matches!(op, Op::Add { .. } | Op::Sub { .. } | Op::Add3(_))
}

/// The complements among the operands of `op`, with how they are computed.
fn copies(net: &Net, op: &Op) -> BTreeMap<Id, Op> {
    let complements = op.operands().into_iter().filter(|id| complemented(net, *id).is_some());
    complements.map(|id| (id, net.op(id).clone())).collect()
}
