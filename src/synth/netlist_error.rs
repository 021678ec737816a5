//! What a netlist can be refused for.

use super::cells::Cell;
use std::path::PathBuf;

/// A netlist that cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum NetlistError {
    /// The file cannot be read.
    #[error("cannot read the netlist {}: {cause}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// The system's answer.
        cause: std::io::Error,
    },
    /// The file is not what Yosys writes.
    #[error("{} is no JSON netlist: {cause}", path.display())]
    Json {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        cause: serde_json::Error,
    },
    /// There is no such module.
    #[error("the netlist has no module `{0}`")]
    NoModule(String),
    /// A kind of cell that is not evaluated here.
    #[error("cell `{name}` is a {kind}, which the netlist evaluator does not know")]
    UnknownCell {
        /// The cell's name.
        name: String,
        /// Its kind.
        kind: String,
    },
    /// A cell with a pin or parameter that is not as its library has it.
    #[error("cell `{name}` ({kind}): `{what}` is not as expected")]
    OddCell {
        /// The cell's name.
        name: String,
        /// Its kind.
        kind: String,
        /// The pin or parameter.
        what: String,
    },
    /// A register on the falling edge.
    #[error("cell `{0}` works on the falling edge of the clock, the others on the rising one")]
    FallingEdge(String),
    /// Registers with different clocks, or with one that is computed.
    #[error("the registers of `{0}` are not all clocked by one input port")]
    Clocks(String),
    /// Two cells or ports drive a net, or nothing drives one that is read.
    #[error("net {net} of `{top}` has {drivers} drivers")]
    Drivers {
        /// The module.
        top: String,
        /// The net's number in the file.
        net: u32,
        /// How many drive it.
        drivers: u32,
    },
    /// A combinational loop.
    #[error("`{top}` has a combinational loop ({cells} functions cannot be put in order)")]
    Loop {
        /// The module.
        top: String,
        /// How many tables are on a loop or behind one.
        cells: usize,
    },
}

impl NetlistError {
    pub(super) fn unknown(cell: &Cell) -> NetlistError {
        NetlistError::UnknownCell { name: cell.name.clone(), kind: cell.kind.clone() }
    }

    pub(super) fn odd(cell: &Cell, what: &str) -> NetlistError {
        NetlistError::OddCell { name: cell.name.clone(), kind: cell.kind.clone(), what: what.to_owned() }
    }

    pub(super) fn falling(cell: &Cell) -> NetlistError {
        NetlistError::FallingEdge(cell.name.clone())
    }
}
