//! Each element through its activation: a quantizer, or a float function.

use super::{How, Operation, Scratch};
use crate::config::Function;
use crate::data::random::Random;
use crate::quantizer::{Quantizer, Spec, Tensor};
use crate::train::parameters::Parameters;
use std::sync::Arc;

/// What comes after a layer's sums, element by element.
#[derive(Debug, Clone)]
pub enum Activation {
    /// A quantizer for each channel, or one for all of them.
    Quantizer(Channels),
    /// A float function.
    Float(Function),
}

/// The quantizers of the last dimension's channels.
#[derive(Debug, Clone)]
pub struct Channels {
    spec: Spec,
    length: usize,
    noise: Option<f32>,
    /// At the noise of the last step.
    current: Spec,
    each: Vec<Arc<dyn Quantizer>>,
}

impl Channels {
    /// The quantizers of `length` channels.
    pub fn new(spec: &Spec, length: usize) -> Channels {
        let each = channels(spec, length);
        Channels { spec: spec.clone(), length, noise: None, current: spec.clone(), each }
    }

    fn prepare(&mut self, how: How) {
        let noise = how.noise();
        if noise.map(f32::to_bits) != self.noise.map(f32::to_bits) {
            self.current = noise.map_or_else(|| self.spec.clone(), |noise| self.spec.with_noise(noise));
            self.each = channels(&self.current, self.length);
            self.noise = noise;
        }
    }

    fn forward(&self, x: &[f32], y: &mut [f32], random: Option<&mut Random>, how: How) {
        if how == How::Inference {
            return self.by_channel(x, y, |q, x, y| q.forward_each(x, y));
        }
        match random.filter(|_| self.current.is_random()) {
            Some(random) => {
                let tensor = Tensor { shape: &[x.len() / self.length, self.length], values: x };
                let drawn = self.current.training(&tensor, &mut || random.unit());
                y.copy_from_slice(&drawn.expect("an activation's scale is given"));
            }
            None => self.by_channel(x, y, |q, x, y| q.train_each(x, y)),
        }
    }

    fn backward(&self, x: &[f32], slope: &mut [f32]) {
        self.by_channel(x, slope, |q, x, slope| q.slope_each(x, slope));
    }

    /// `of` for the whole of `x` and `y`, or for each element with its channel's quantizer.
    fn by_channel(&self, x: &[f32], y: &mut [f32], of: impl Fn(&dyn Quantizer, &[f32], &mut [f32])) {
        if let [one] = self.each.as_slice() {
            return of(one.as_ref(), x, y);
        }
        let elements = x.chunks(1).zip(y.chunks_mut(1));
        elements.zip(self.each.iter().cycle()).for_each(|((x, y), q)| of(q.as_ref(), x, y));
    }
}

fn channels(spec: &Spec, length: usize) -> Vec<Arc<dyn Quantizer>> {
    spec.of_channels(length).expect("the config was checked for the shapes of its activations")
}

impl Activation {
    /// Takes the noise of this step.
    pub fn prepare(&mut self, how: How) {
        if let Activation::Quantizer(channels) = self {
            channels.prepare(how);
        }
    }

    /// The result for each `x`.
    pub fn forward(&self, x: &[f32], y: &mut [f32], random: Option<&mut Random>, how: How) {
        match self {
            Activation::Quantizer(channels) => channels.forward(x, y, random, how),
            Activation::Float(function) => {
                x.iter().zip(y).for_each(|(x, y)| *y = value(*function, *x));
            }
        }
    }

    /// From the gradient `slope` of its result to that of `x`.
    pub fn backward(&self, x: &[f32], slope: &mut [f32]) {
        match self {
            Activation::Quantizer(channels) => channels.backward(x, slope),
            Activation::Float(function) => {
                x.iter().zip(slope).for_each(|(x, slope)| *slope *= derivative(*function, *x));
            }
        }
    }
}

/// A softmax belongs to the loss: here it is the identity. [`crate::config::Config::require_trainable`] refuses others.
fn value(function: Function, x: f32) -> f32 {
    match function {
        Function::Linear | Function::Softmax => x,
        Function::Relu => x.max(0.0),
        Function::Tanh => libm::tanhf(x),
        Function::Sigmoid => 1.0 / (1.0 + libm::expf(-x)),
    }
}

fn derivative(function: Function, x: f32) -> f32 {
    let y = value(function, x);
    match function {
        Function::Linear | Function::Softmax => 1.0,
        Function::Relu => f32::from(u8::from(x > 0.0)),
        Function::Tanh => 1.0 - y * y,
        Function::Sigmoid => y * (1.0 - y),
    }
}

/// A layer that is an activation alone.
#[derive(Debug, Clone)]
pub struct Activate {
    width: usize,
    activation: Activation,
}

impl Activate {
    /// The activation of rows of `width` elements.
    pub fn new(width: usize, activation: Activation) -> Activate {
        Activate { width, activation }
    }
}

impl Operation for Activate {
    fn width(&self) -> usize {
        self.width
    }

    fn prepare(&mut self, _: &Parameters, how: How, _: &mut Random) {
        self.activation.prepare(how);
    }

    fn forward(&self, inputs: &[&[f32]], output: &mut [f32], scratch: &mut Scratch, how: How) {
        self.activation.forward(inputs[0], output, scratch.random.as_mut(), how);
    }

    fn backward(&self, inputs: &[&[f32]], slope: &mut [f32], wanted: &[bool], scratch: &mut Scratch) {
        if wanted[0] {
            self.activation.backward(inputs[0], slope);
            scratch.toward[0].clear();
            scratch.toward[0].extend_from_slice(slope);
        }
    }
}
