//! What a float network computes, in the f32 of training: for its ranges and its accuracy.

use crate::config::{Config, Weights};
use crate::data::Dataset;
use crate::data::events::Events;
use crate::flow::inputs::{self, Inputs};
use crate::flow::scores::Verdict;
use crate::flow::{Failure, lessons};
use crate::train::engine::{Batch, Engine};
use crate::train::network::{Fusion, Network};
use crate::train::rule::batches;
use miette::miette;

/// Events that are computed together.
const BATCH: usize = 1 << 14;

/// A float network with its numbers.
#[derive(Debug)]
pub struct Float<'a> {
    config: &'a Config,
    weights: &'a Weights,
    inputs: Inputs,
}

impl Float<'_> {
    /// The network of `config`, some of whose layers are float.
    ///
    /// # Errors
    /// Weights that hold a batch normalization's constants alone, a standardization that is none, an input that is no
    /// grid.
    pub fn new<'a>(config: &'a Config, weights: &'a Weights) -> Result<Float<'a>, Failure> {
        let network = Network::new(config, Fusion::Fused, &mut |_| {});
        let missing = network.parameters.0.iter().find(|p| !weights.tensors.contains_key(&p.name));
        if let Some(parameter) = missing {
            return Err(Failure::Input(miette!(
                help = "train it, or quantize all of its layers",
                "a float network is evaluated from what training moves, and the weights file has no `{}`",
                parameter.name
            )));
        }
        let inputs = Inputs::new(config, inputs::stored(config, weights)?)?;
        Ok(Float { config, weights, inputs })
    }

    /// These `rows` of `data`, as the network takes them.
    ///
    /// # Errors
    /// Another number of features than the network has.
    pub fn events(&self, data: &Dataset, rows: &[usize]) -> Result<Events, Failure> {
        Ok(lessons::on_grid(&self.inputs, (data, rows), false)?.0)
    }

    /// What the layer at `place` gives for each of `events`, in physical units: events × elements. A softmax is left out.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn results(&self, place: usize, events: &Events) -> Result<Vec<f32>, Failure> {
        let mut engine = self.engine(place)?;
        let order: Vec<u32> = (0..).take(events.len()).collect();
        let predict = |rows| engine.predict(&Batch { x: &events.x, labels: &events.y, rows });
        Ok(batches::batches(&order, BATCH).flat_map(predict).collect())
    }

    /// The network up to the layer at `place`.
    fn engine(&self, place: usize) -> Result<Engine, Failure> {
        let layers = self.config.layers[..=place].to_vec();
        let config = Config { layers, ..self.config.clone() };
        let mut network = Network::new(&config, Fusion::Fused, &mut |_| {});
        network.parameters.take(self.weights);
        Engine::new(network, 1).map_err(|e| Failure::Input(miette!("there is no thread to be had: {e}")))
    }

    /// What the last layer gives for each event of `data`: rows × outputs.
    ///
    /// # Errors
    /// As [`Float::events`] and [`Float::results`].
    pub fn outputs(&self, data: &Dataset) -> Result<Vec<f64>, Failure> {
        let rows: Vec<usize> = (0..data.len()).collect();
        let last = self.config.layers.len() - 1;
        Ok(self.results(last, &self.events(data, &rows)?)?.into_iter().map(f64::from).collect())
    }

    /// The class that the network finds for each event of `data`.
    ///
    /// # Errors
    /// As [`Float::outputs`].
    pub fn classes(&self, data: &Dataset) -> Result<Vec<usize>, Failure> {
        Ok(Verdict::of(self.outputs(data)?, self.config.output.classes.len()).classes)
    }
}
