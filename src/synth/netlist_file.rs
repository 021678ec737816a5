//! How Yosys writes a netlist in JSON.

use super::cells::{Cell, Net};
use super::circuit::Circuit;
use super::netlist::Port;
use super::netlist_error::NetlistError;
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// A module of the file: its ports, and its cells taken apart.
#[derive(Debug)]
pub(super) struct Module {
    pub(super) ports: Vec<Port>,
    pub(super) circuit: Circuit,
}

/// Module `top` of the file at `path`.
pub(super) fn read(path: &Path, top: &str) -> Result<Module, NetlistError> {
    let path = path.to_owned();
    let bytes = std::fs::read(&path).map_err(|cause| NetlistError::File { path: path.clone(), cause })?;
    let file: FileText =
        serde_json::from_slice(&bytes).map_err(|cause| NetlistError::Json { path: path.clone(), cause })?;
    let mut modules = file.modules;
    let module = modules.remove(top).ok_or_else(|| NetlistError::NoModule(top.to_owned()))?;
    match module.cells.refused {
        Some(error) => Err(error),
        None => Ok(Module {
            ports: module.ports.into_iter().map(|(name, port)| port.named(name)).collect(),
            circuit: module.cells.circuit,
        }),
    }
}

/// The file as Yosys writes it, so far as it matters here.
#[derive(Deserialize)]
struct FileText {
    modules: BTreeMap<String, ModuleText>,
}

#[derive(Deserialize)]
struct ModuleText {
    #[serde(default)]
    ports: BTreeMap<String, PortText>,
    #[serde(default)]
    cells: Cells,
}

#[derive(Deserialize)]
struct PortText {
    direction: String,
    bits: Vec<Bit>,
}

impl PortText {
    fn named(self, name: String) -> Port {
        Port {
            name,
            is_input: self.direction != "output",
            bits: self.bits.into_iter().map(|bit| bit.0).collect(),
        }
    }
}

#[derive(Deserialize)]
struct CellText {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    parameters: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    connections: BTreeMap<String, Vec<Bit>>,
}

impl CellText {
    fn named(self, name: String) -> Cell {
        let text = |value: serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let nets = |bits: Vec<Bit>| bits.into_iter().map(|bit| bit.0).collect();
        Cell {
            name,
            kind: self.kind,
            parameters: self.parameters.into_iter().map(|(name, value)| (name, text(value))).collect(),
            pins: self.connections.into_iter().map(|(name, bits)| (name, nets(bits))).collect(),
        }
    }
}

/// A bit in the file: a number from 2, or `"0"`, `"1"`, `"x"`, `"z"`.
struct Bit(Net);

impl<'de> Deserialize<'de> for Bit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Bit, D::Error> {
        struct BitVisitor;
        impl Visitor<'_> for BitVisitor {
            type Value = Bit;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a net's number from 2, or one of \"0\", \"1\", \"x\", \"z\"")
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Bit, E> {
                Net::in_file(number).map(Bit).ok_or_else(|| E::custom(format!("there is no net {number}")))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Bit, E> {
                match text {
                    "0" => Ok(Bit(Net::ZERO)),
                    "1" => Ok(Bit(Net::ONE)),
                    "x" | "z" => Ok(Bit(Net::UNKNOWN)),
                    _ => Err(E::custom(format!("there is no bit {text:?}"))),
                }
            }
        }
        deserializer.deserialize_any(BitVisitor)
    }
}

/// The cells of a module, taken apart one by one while they are read: as text they would fill the memory.
#[derive(Default)]
struct Cells {
    circuit: Circuit,
    refused: Option<NetlistError>,
}

impl<'de> Deserialize<'de> for Cells {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Cells, D::Error> {
        struct CellsVisitor;
        impl<'de> Visitor<'de> for CellsVisitor {
            type Value = Cells;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of cells")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cells, A::Error> {
                let mut cells = Cells::default();
                while let Some((name, text)) = map.next_entry::<String, CellText>()? {
                    cells.add(&text.named(name));
                }
                Ok(cells)
            }
        }
        deserializer.deserialize_map(CellsVisitor)
    }
}

impl Cells {
    fn add(&mut self, cell: &Cell) {
        if let Err(error) = self.circuit.add(cell) {
            self.refused.get_or_insert(error);
        }
    }
}
