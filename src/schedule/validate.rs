//! Which staged nets are well formed. Whatever passes may be emitted.

use super::Staged;
use crate::net::{self, Op, validate::Invalid};

/// Checks every rule: the net's own, then those of time.
///
/// # Errors
/// The first rule that is broken.
pub fn validate(staged: &Staged) -> Result<(), Invalid> {
    net::validate(&staged.net)?;
    if staged.places.len() != staged.net.len() {
        return Err(Invalid { at: "places".into(), rule: "there is not one place for each value".into() });
    }
    for id in staged.net.ids() {
        let broken = |rule: String| Err(Invalid { at: id.to_string(), rule });
        let cycle = staged.cycle(id);
        if cycle > staged.latency {
            return broken(format!("is computed in cycle {cycle}, after the last, {}", staged.latency));
        }
        if matches!(staged.net.op(id), Op::Input(_)) && cycle != 0 {
            return broken(format!("comes in at cycle {cycle}, not 0"));
        }
        let early = staged.net.op(id).operands().into_iter().find(|operand| staged.cycle(*operand) > cycle);
        if let Some(late) = early {
            return broken(format!("reads {late} in cycle {cycle}, before it is computed"));
        }
    }
    Ok(())
}
