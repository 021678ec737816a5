//! A factor and an offset for each channel go into what the integers stand for: nothing is computed here, but where
//! a dense layer reads the result.
//!
//! A quantizer of few levels then has thresholds on the integers before; any other reader multiplies, once. A dense
//! layer would have the factor in each of its weights, so its product is made first; signs, powers of two and the
//! offset cost its weights and its bias nothing.

use super::{Lowering, Wire};
use crate::fixed::{Dyadic, Interval, TooWide};
use crate::graph::{Kind, NodeId, Parameter};
use crate::net::Op;

impl Lowering<'_> {
    /// `a · x + b` for each element: `a` and `b` have one number for each index of the last dimension.
    pub(super) fn batch_norm(
        &mut self,
        x: &[Wire],
        a: &Parameter,
        b: &Parameter,
    ) -> Result<Vec<Wire>, TooWide> {
        let weighted = self.is_weighted(NodeId::new(self.wires.len()));
        let channels = a.values.iter().zip(&b.values).cycle();
        let one = |(x, (a, b)): (&Wire, (&Dyadic, &Dyadic))| {
            let wire = self.affine(*x, *a, *b)?;
            if weighted { self.odd_factor(wire) } else { Ok(wire) }
        };
        x.iter().zip(channels).map(one).collect()
    }

    fn affine(&mut self, x: Wire, a: Dyadic, b: Dyadic) -> Result<Wire, TooWide> {
        if a == Dyadic::ZERO {
            let id = self.push(Op::Const(b.mantissa()))?;
            return Ok(self.wire(id, -b.exponent()));
        }
        let wire = self.scaled(x.id, x.scale.times(a)?, x.offset.times(a)?.plus(b)?);
        self.held(wire)
    }

    /// The same wire, if as a plain integer it would be held: whoever needs the product later can have it.
    fn held(&self, wire: Wire) -> Result<Wire, TooWide> {
        let integer = |v: Dyadic| v.to_integer(wire.digits()).ok_or(TooWide);
        let product = self.interval(wire).times(integer(wire.scale)?)?;
        product.plus(Interval::point(integer(wire.offset)?)).map(|_| wire)
    }

    /// The same wire with a power of two, or its negative, for its scale.
    fn odd_factor(&mut self, wire: Wire) -> Result<Wire, TooWide> {
        let factor = wire.scale.mantissa();
        if factor.abs() == 1 {
            return Ok(wire);
        }
        let id = self.push(Op::Dot { terms: vec![(wire.id, factor)], constant: 0 })?;
        Ok(self.scaled(id, Dyadic::power_of_two(wire.scale.exponent()), wire.offset))
    }

    /// Whether a dense layer reads node `id`, through layers that hand its values on.
    fn is_weighted(&self, id: NodeId) -> bool {
        let readers = self.graph.ids().filter(|reader| self.graph.node(*reader).inputs.contains(&id));
        readers.into_iter().any(|reader| match &self.graph.node(reader).kind {
            Kind::Dense { .. } => true,
            _ => self.graph.node(reader).passes_on() && self.is_weighted(reader),
        })
    }
}
