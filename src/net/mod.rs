//! The integer network: every value an exact integer, every operation listed
//! after the values it reads. It is complete in itself and knows no clocks and no files.
//!
//! | file | answers |
//! |---|---|
//! | [`op`] | what can be computed |
//! | [`complement`] | which values are others with every digit turned |
//! | [`reach`] | which integers an operation can yield |
//! | [`validate`](mod@validate) | which networks are well formed |
//! | [`text`] | how a network is written down and read back |
//! | [`interp`] | what a network computes, by definition |
//! | [`execute`] | how anything else that computes it is compared with that definition |
//!
//! ```
//! let net = heteroq::net::text::read("
//!     v0: s8 = input
//!     v1: s8 = input
//!     v2: s10 = add v0, v1 << 1
//!     output v2
//! ").unwrap();
//! assert_eq!(heteroq::net::interp::run(&net, &[1, 2]), [5]);
//! ```

pub mod complement;
pub mod execute;
pub mod interp;
pub mod op;
pub mod reach;
pub mod text;
pub mod validate;

use crate::fixed::{Interval, TooWide};
pub use op::{Op, Term};
use std::fmt;
pub use validate::validate;

/// The name of a value: its place in the list. Printed `v7` in text, logs, errors and Verilog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(u32);

impl Id {
    /// The value at place `index`.
    pub fn new(index: usize) -> Id {
        Id(u32::try_from(index).expect("a net has fewer than 2^32 values"))
    }

    /// Its place in the list.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

/// Which layer of the graph a value belongs to: an index into [`Net::layers`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Layer(u16);

impl Layer {
    /// The layer at place `index`.
    pub fn new(index: usize) -> Layer {
        Layer(u16::try_from(index).expect("a net has fewer than 65,536 layers"))
    }

    /// Its place in [`Net::layers`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One input of the net, in the order in which events hold them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// The feature's name as its author wrote it.
    pub name: String,
    /// Fraction digits: the integer `v` stands for `v · 2^-frac`. The net itself never looks at it.
    pub frac: i32,
    /// The integers that may come in.
    pub interval: Interval,
}

/// One output of the net, in the order in which results hold them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The class's name as its author wrote it.
    pub name: String,
    /// Fraction digits, as for [`Input::frac`].
    pub frac: i32,
    /// The value that goes out.
    pub id: Id,
}

/// A network of integers for one event.
///
/// `ops`, `intervals` and `layer` are parallel tables keyed by [`Id`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Net {
    /// Names of the graph's layers that values belong to, in the order of the data.
    pub layers: Vec<String>,
    /// What comes in.
    pub inputs: Vec<Input>,
    /// What each value is computed from.
    pub ops: Vec<Op>,
    /// The integers that each value can take.
    pub intervals: Vec<Interval>,
    /// The layer that each value belongs to.
    pub layer: Vec<Layer>,
    /// What goes out.
    pub outputs: Vec<Output>,
}

impl Net {
    /// A net with the ports and layers of `other` and no values: where a pass starts to rebuild.
    pub fn shell_of(other: &Net) -> Net {
        Net { layers: other.layers.clone(), inputs: other.inputs.clone(), ..Net::default() }
    }

    /// The layer called `name`, added at the end if there is none.
    pub fn layer_named(&mut self, name: &str) -> Layer {
        let place = self.layers.iter().position(|l| l == name).unwrap_or_else(|| {
            self.layers.push(name.to_owned());
            self.layers.len() - 1
        });
        Layer::new(place)
    }

    /// Adds an input port and the value that reads it.
    pub fn push_input(&mut self, input: Input, layer: Layer) -> Id {
        let interval = input.interval;
        self.inputs.push(input);
        self.push_with(Op::Input(self.inputs.len() - 1), interval, layer)
    }

    /// Adds a value; its interval is what `op` can reach from its operands'.
    ///
    /// # Errors
    /// [`TooWide`] if that takes more than 127 bits.
    pub fn push(&mut self, op: Op, layer: Layer) -> Result<Id, TooWide> {
        let interval = reach::reach(self, &op)?;
        Ok(self.push_with(op, interval, layer))
    }

    /// Adds a value whose interval is known to be `interval`.
    pub fn push_with(&mut self, op: Op, interval: Interval, layer: Layer) -> Id {
        self.ops.push(op);
        self.intervals.push(interval);
        self.layer.push(layer);
        Id::new(self.ops.len() - 1)
    }

    /// Adds an output port.
    pub fn push_output(&mut self, name: impl Into<String>, frac: i32, id: Id) {
        self.outputs.push(Output { name: name.into(), frac, id });
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.ops.len()
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }

    /// Every value's name, in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = Id> + use<> {
        (0..self.ops.len()).map(Id::new)
    }

    /// What `id` is computed from.
    pub fn op(&self, id: Id) -> &Op {
        &self.ops[id.index()]
    }

    /// The integers that `id` can take.
    pub fn interval(&self, id: Id) -> Interval {
        self.intervals[id.index()]
    }

    /// The layer that `id` belongs to.
    pub fn layer_of(&self, id: Id) -> Layer {
        self.layer[id.index()]
    }

    /// For each value, how many operands and outputs read it.
    pub fn uses(&self) -> Vec<usize> {
        let mut uses = vec![0; self.len()];
        for op in &self.ops {
            op.for_each_operand(|id| uses[id.index()] += 1);
        }
        for output in &self.outputs {
            uses[output.id.index()] += 1;
        }
        uses
    }
}
