//! A net that puts out every value of its graph: what a profile looks at.

use super::wire::times_in;
use super::{Lowering, Wire, lowered};
use crate::fixed::{Dyadic, TooWide};
use crate::graph::{Graph, LayerError};
use crate::net::Net;

/// A net with an output for each element of each node of a graph, in their order.
#[derive(Debug, Clone)]
pub struct Watched {
    /// The net; its outputs' fraction digits say nothing, see [`Meaning`].
    pub net: Net,
    /// For each node, what the integers of its elements stand for.
    pub nodes: Vec<Vec<Meaning>>,
}

/// What the integers of an output stand for: `k · scale + offset`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning {
    /// Its place among the net's outputs.
    pub output: usize,
    /// What one of them stands for; not 0.
    pub scale: Dyadic,
    /// What 0 stands for.
    pub offset: Dyadic,
}

/// The net of `graph`, watched: lowered as [`super::lower()`] does, before any pass.
///
/// # Errors
/// As [`super::lower()`].
pub fn watched(graph: &Graph) -> Result<Watched, LayerError> {
    let Lowering { mut net, wires, .. } = lowered(graph)?;
    let mut output = |wire: Wire| {
        let place = net.outputs.len();
        net.push_output(format!("o{place}"), 0, wire.id);
        Meaning { output: place, scale: wire.scale, offset: wire.offset }
    };
    let nodes = wires.into_iter().map(|node| node.into_iter().map(&mut output).collect()).collect();
    Ok(Watched { net, nodes })
}

impl Meaning {
    /// What `k` stands for.
    ///
    /// # Errors
    /// A number of more than 127 bits.
    pub fn value(&self, k: i128) -> Result<Dyadic, TooWide> {
        Dyadic::new(k, 0).times(self.scale)?.plus(self.offset)
    }

    /// The integer that stands for `value`, if there is one.
    pub fn integer(&self, value: Dyadic) -> Option<i128> {
        times_in(value.plus(self.offset.negated()).ok()?, self.scale)
    }

    /// The fraction digits that every value has enough of.
    pub fn digits(&self) -> i32 {
        -super::common(&[self.scale, self.offset]).exponent()
    }
}
