//! BH: after training, for each layer and kind of parameter the fewest bits that cost little accuracy.
//!
//! All begin with as many bits, fitted to the ranges of the float network. From the first layer to the last, kernel, bias
//! and activation in turn lose one bit after the other as long as the network with all that was lowered so far stays, on
//! the validation jets, within its part of [`LOSS`]: of n tensors the k-th may use up k/n of it.

use crate::after::{accuracy, with};
use heteroq::config::convert::requantize::Quantizers;
use heteroq::config::{Config, Weights};
use heteroq::flow::Failure;
use heteroq::flow::lessons::Lessons;
use heteroq::flow::post_training::{self, ranges};

/// Accuracy that all of it may cost.
pub(crate) const LOSS: f64 = 0.005;
/// The fewest bits.
const LEAST: u32 = 2;
/// Training jets that show the ranges of the float network.
const JETS: usize = 10_000;

/// The quantizers of `config` after training, from `most` bits downwards; `float` is its float network.
pub(crate) fn quantizers(
    config: &Config,
    float: &Config,
    lessons: &Lessons,
    most: u32,
) -> Result<Vec<Quantizers>, Failure> {
    let weights = Weights::require(float)?;
    let jets = lessons.train.first(JETS.min(lessons.train.len()));
    let ranges = ranges::ranges(float, &weights, &jets)?;
    let fitted = |bits| post_training::fitted(config, &ranges, bits);
    let judged = |quantizers: &[Quantizers]| accuracy(&with(config, float, quantizers)?, &weights, lessons);
    let mut chosen = fitted(most)?;
    let (begin, all) = (judged(&chosen)?, places(&chosen));
    for (done, (layer, tensor)) in all.iter().copied().enumerate() {
        let least = begin - LOSS * part(done + 1, all.len());
        for bits in (LEAST..most).rev() {
            // Fewer bits than there are before the point are no quantizer.
            let Ok(fewer) = fitted(bits) else { break };
            let mut lower = chosen.clone();
            lower[layer][tensor] = fewer[layer][tensor].clone();
            match judged(&lower) {
                Ok(accuracy) if accuracy >= least => chosen = lower,
                Ok(_) => break,
                Err(Failure::Tool(signal)) => return Err(Failure::Tool(signal)),
                Err(_) => break,
            }
        }
    }
    Ok(chosen)
}

/// Every quantizer: its layer, and its place there.
fn places(quantizers: &[Quantizers]) -> Vec<(usize, usize)> {
    let of_layer = |(layer, all): (usize, &Quantizers)| (0..all.len()).map(move |tensor| (layer, tensor));
    quantizers.iter().enumerate().flat_map(of_layer).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a dozen tensors")]
fn part(done: usize, all: usize) -> f64 {
    done as f64 / all as f64
}
