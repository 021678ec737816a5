//! How a staged net is written down: the net's lines, under the cycle in which they are computed.
//!
//! ```text
//! cycle 0
//!   v0: s8 = input x0
//! rank 0: 8 bits
//! cycle 1
//!   v1: s9 = add v0, v0 << 1
//! rank 1: 10 bits
//! output v1 y0 at cycle 2
//! ```

use super::Staged;
use crate::net::text::line;
use std::fmt::Write;

/// The text of `staged`.
pub fn write(staged: &Staged) -> String {
    let mut text = String::new();
    let bits = staged.register_bits();
    for cycle in 0..=staged.latency {
        let _ = writeln!(text, "cycle {cycle}");
        for id in staged.net.ids().filter(|id| staged.cycle(*id) == cycle) {
            let _ = writeln!(text, "  {}", line(&staged.net, id));
        }
        if let Some(bits) = bits.get(cycle as usize) {
            let _ = writeln!(text, "rank {cycle}: {bits} bits");
        }
    }
    for output in &staged.net.outputs {
        let _ = writeln!(text, "output {} {} at cycle {}", output.id, output.name, staged.latency);
    }
    text
}
