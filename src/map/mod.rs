//! A net becomes one that suits a device.
//!
//! | file | answers |
//! |---|---|
//! | [`ternary`] | which additions of two become additions of three |
//! | [`beside`] | a complement stands beside its reader |
//!
//! [`cost`] counts a net's LUTs on the device.

pub mod beside;
pub mod ternary;

use crate::arith::Plan;
pub use crate::arith::cost;
use crate::arith::remove_dead::RemoveDead;
use crate::device::Family;
use beside::Beside;
use ternary::Ternary;

/// The order in which a net is mapped, read top to bottom.
pub fn plan(family: &Family) -> Plan {
    Plan::default()
        .then(Ternary(family.clone())) // additions of two become additions of three, where a LUT adds three bits
        .then(Beside) // a complement stands beside its reader, where it costs nothing
        .then(RemoveDead) // …and the sums and complements that nobody reads any more go away
}
