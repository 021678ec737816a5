//! A signal whose width is known only at run time, as rust-hdl's own `Signal` is at compile time.

use rust_hdl::core::atom::{Atom, AtomKind};
use rust_hdl::core::signal::get_signal_id;
use rust_hdl::prelude::*;

/// An input or output of a block: an integer of `width` bits.
#[derive(Clone, Debug)]
pub struct Wire {
    /// What the block that drives it says; seen by others after the next update.
    pub next: i128,
    value: i128,
    changed: bool,
    driven: bool,
    id: usize,
    width: u32,
    signed: bool,
    kind: AtomKind,
}

impl Wire {
    /// An input of a block.
    pub fn input(width: u32, signed: bool) -> Wire {
        Wire::new(AtomKind::InputParameter, width, signed)
    }

    /// An output of a block.
    pub fn output(width: u32, signed: bool) -> Wire {
        Wire::new(AtomKind::OutputParameter, width, signed)
    }

    /// A `localparam` of 32 bits.
    pub fn constant(value: u32) -> Wire {
        let mut wire = Wire::new(AtomKind::Constant, 32, false);
        (wire.next, wire.value, wire.driven) = (value.into(), value.into(), true);
        wire
    }

    fn new(kind: AtomKind, width: u32, signed: bool) -> Wire {
        let id = get_signal_id();
        Wire { next: 0, value: 0, changed: false, driven: false, id, width, signed, kind }
    }

    /// What it carries: an input what it had at the last update, an output what its block has just said.
    pub fn get(&self) -> i128 {
        match self.kind {
            AtomKind::InputParameter => self.value,
            _ => self.wrapped(),
        }
    }

    /// Its bits.
    pub fn width(&self) -> u32 {
        self.width
    }

    fn wrapped(&self) -> i128 {
        let spare = 128 - self.width;
        let high = self.next << spare;
        if self.signed { high >> spare } else { (high.cast_unsigned() >> spare).cast_signed() }
    }
}

impl Atom for Wire {
    fn bits(&self) -> usize {
        self.width as usize
    }

    fn connected(&self) -> bool {
        self.driven
    }

    fn changed(&self) -> bool {
        self.changed
    }

    fn kind(&self) -> AtomKind {
        self.kind
    }

    fn descriptor(&self) -> TypeDescriptor {
        let width = self.bits();
        match self.signed {
            true => TypeDescriptor { name: format!("Signed::<{width}>"), kind: TypeKind::Signed(width) },
            false => TypeDescriptor { name: format!("Bits::<{width}>"), kind: TypeKind::Bits(width) },
        }
    }

    fn vcd(&self) -> VCDValue {
        let bit = |i| if self.value >> i & 1 == 1 { vcd::Value::V1 } else { vcd::Value::V0 };
        VCDValue::Vector((0..self.width).rev().map(bit).collect())
    }

    fn id(&self) -> usize {
        self.id
    }

    /// rust-hdl prints this for constants only; those are 32 bits wide.
    fn verilog(&self) -> VerilogLiteral {
        u32::try_from(self.value).unwrap_or(0).into()
    }

    fn constraints(&self) -> Vec<PinConstraint> {
        vec![]
    }
}

impl Logic for Wire {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.driven = true;
    }
}

impl Block for Wire {
    fn connect_all(&mut self) {}

    fn update_all(&mut self) {
        let next = self.wrapped();
        self.changed = next != self.value;
        self.value = next;
    }

    fn has_changed(&self) -> bool {
        self.changed
    }

    fn accept(&self, name: &str, probe: &mut dyn Probe) {
        probe.visit_atom(name, self);
    }
}
