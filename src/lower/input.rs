//! Features become ports.

use super::{Lowering, Wire};
use crate::fixed::{Dyadic, Interval};
use crate::graph::{Broadcast, LayerError, Node, SharedQuantizer};
use crate::net::Input;
use crate::quantizer::Hardware;

impl Lowering<'_> {
    /// A port for each feature, with all integers of its quantizer's grid.
    pub(super) fn input(
        &mut self,
        node: &Node,
        features: &[String],
        quantizer: &Broadcast<SharedQuantizer>,
    ) -> Result<Vec<Wire>, LayerError> {
        let port = |(i, name): (usize, &String)| match quantizer.at(i).hardware() {
            Hardware::Grid { lo, hi, scale, offset: Dyadic::ZERO, .. } if scale.mantissa() == 1 => {
                Ok(Input { name: name.clone(), frac: -scale.exponent(), interval: Interval { lo, hi } })
            }
            _ => Err(LayerError {
                layer: node.layer.clone(),
                message: format!(
                    "`{}` is no evenly spaced grid through 0 for a port, with a power of two for its step",
                    quantizer.at(i).text()
                ),
                help: Some("use quantized_bits(bits, integer) for the input".to_owned()),
            }),
        };
        let ports: Result<Vec<Input>, LayerError> = features.iter().enumerate().map(port).collect();
        let layer = self.layer;
        Ok(ports?
            .into_iter()
            .map(|port| {
                let frac = port.frac;
                let id = self.net.push_input(port, layer);
                self.wire(id, frac)
            })
            .collect())
    }
}
