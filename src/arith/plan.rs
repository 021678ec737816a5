//! Which passes run, in which order.
//!
//! To add a pass: a file with a [`Pass`], a line in [`Plan::standard`], and a net under `tests/passes/`.

use super::dot::Dot;
use super::narrow::Narrow;
use super::remove_dead::RemoveDead;
use super::share::Share;
use super::simplify::Simplify;
use super::{Arithmetic, Pass};
use crate::device::Family;
use crate::net::{Layer, Net, text, validate};

/// What the passes need to know beside the net.
#[derive(Debug, Clone)]
pub struct Options {
    /// What each layer's products are made of, by the index of its [`Layer`]; layers beyond the end are
    /// [`Arithmetic::ShiftAdd`].
    pub arithmetic: Vec<Arithmetic>,
    /// The device family whose LUTs are counted.
    pub family: Family,
}

impl Options {
    /// Every layer in shifts and additions, for `family`.
    pub fn new(family: Family) -> Options {
        Options { arithmetic: Vec::new(), family }
    }

    /// What the products of `layer` are made of.
    pub fn arithmetic_of(&self, layer: Layer) -> Arithmetic {
        self.arithmetic.get(layer.index()).copied().unwrap_or_default()
    }
}

/// Passes, one after the other.
#[derive(Default)]
pub struct Plan(Vec<Box<dyn Pass>>);

impl Plan {
    /// The order used by `heteroq`, read top to bottom.
    pub fn standard(options: &Options) -> Plan {
        Plan::default()
            .then(Simplify) // constants fold, needless clamps and shifts disappear
            .then(Share) // equal operations become one value
            .then(Narrow) // intervals shrink to what is really reached
            .then(Simplify) // …which makes more of them needless
            .then(RemoveDead) // values that nobody reads go away
            .then(Dot(options.clone())) // constant matrices become shifts and additions, or multipliers
            .then(Simplify) // zeros and shifts of shifts that the matrices left
            .then(Share) // …and what two matrices both computed
            .then(Narrow) // sums cancel: their intervals are those of the whole matrix row
            .then(Simplify)
            .then(Share)
            .then(RemoveDead)
    }

    /// This plan with `pass` at its end.
    #[must_use]
    pub fn then(mut self, pass: impl Pass + 'static) -> Plan {
        self.0.push(Box::new(pass));
        self
    }

    /// The names of the passes, in order.
    pub fn names(&self) -> Vec<&'static str> {
        self.0.iter().map(|pass| pass.name()).collect()
    }

    /// The net after all passes. `observe` sees the net after each of them.
    ///
    /// # Panics
    /// If a pass breaks a rule of [`validate()`](crate::net::validate()): an error of this program, shown with
    /// the pass, the rule and the net.
    pub fn run(&self, net: &Net, observe: &mut dyn FnMut(&str, &Net)) -> Net {
        let mut net = net.clone();
        for pass in &self.0 {
            net = checked(pass.as_ref(), &net);
            observe(pass.name(), &net);
        }
        net
    }
}

fn checked(pass: &dyn Pass, net: &Net) -> Net {
    let _span = tracing::info_span!("pass", name = pass.name(), values = net.len()).entered();
    let after = pass.run(net);
    tracing::debug!(before = net.len(), after = after.len(), "pass done");
    if let Err(broken) = validate(&after) {
        panic!("internal error: pass `{}` breaks a rule: {broken}\n{}", pass.name(), text::write(&after));
    }
    after
}
