//! How far a step moves the parameters: the learning rate over a training.
//!
//! ```text
//! rise         peak · step / warm-up steps
//! constant     peak
//! cosine       peak · (floor + (1 − floor) · (1 + cos(π · part)) / 2)      part of what follows the rise
//! exponential  peak · factor^(epochs after the rise)
//! plateau      peak · factor^(times it did not get better), at least peak · floor
//! ```

use crate::config::training::{LearningRate, Shape};
use serde::{Deserialize, Serialize};

/// The learning rate over a training of known length.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    rate: LearningRate,
    /// Steps of an epoch.
    steps: f64,
    epochs: f64,
    plateau: Plateau,
}

/// What a schedule has seen of the validation loss: all that it remembers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plateau {
    /// The least loss so far.
    pub best: Option<f64>,
    /// Epochs since then, or since the last fall of the rate.
    pub waited: usize,
    /// The rate, as a part of its greatest value.
    pub part: f64,
}

impl Default for Plateau {
    fn default() -> Plateau {
        Plateau { best: None, waited: 0, part: 1.0 }
    }
}

impl Schedule {
    /// The rate over `epochs` of `steps` steps each.
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^53")]
    pub fn new(rate: LearningRate, steps: usize, epochs: usize) -> Schedule {
        Schedule { rate, steps: steps as f64, epochs: epochs as f64, plateau: Plateau::default() }
    }

    /// The rate of the step before which `step` were done.
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^53")]
    pub fn at(&self, step: u64) -> f64 {
        let LearningRate { peak, warmup, shape } = self.rate;
        let epoch = step as f64 / self.steps;
        if epoch < warmup {
            return peak * (epoch / warmup);
        }
        peak * match shape {
            Shape::Constant => 1.0,
            Shape::Cosine { floor } => cosine(floor, (epoch - warmup) / (self.epochs - warmup)),
            Shape::Exponential { factor } => libm::pow(factor, epoch - warmup),
            Shape::Plateau { .. } => self.plateau.part,
        }
    }

    /// Takes the validation loss of an epoch, once for each, and says whether the rate falls. As Keras's
    /// `ReduceLROnPlateau` with a `min_delta` of 0; a loss that is not finite is no better.
    pub fn observe(&mut self, loss: f64) -> bool {
        let Shape::Plateau { factor, patience, floor } = self.rate.shape else { return false };
        let plateau = &mut self.plateau;
        if plateau.best.map_or(loss.is_finite(), |best| loss < best) {
            (plateau.best, plateau.waited) = (Some(loss), 0);
            return false;
        }
        plateau.waited += 1;
        if plateau.waited < patience {
            return false;
        }
        let before = plateau.part;
        (plateau.part, plateau.waited) = ((before * factor).max(floor).min(before), 0);
        plateau.part < before
    }

    /// What it remembers.
    pub fn state(&self) -> &Plateau {
        &self.plateau
    }

    /// Goes on from what [`Schedule::state`] gave.
    pub fn restore(&mut self, plateau: Plateau) {
        self.plateau = plateau;
    }
}

/// From 1 to `floor`, as `part` goes from 0 to 1.
fn cosine(floor: f64, part: f64) -> f64 {
    let fallen = 0.5 * (1.0 + libm::cos(std::f64::consts::PI * part.min(1.0)));
    floor + (1.0 - floor) * fallen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::rule::golden;

    #[derive(Deserialize)]
    struct Golden {
        cosine: Vec<f64>,
        cosine_warm: Vec<f64>,
        exponential: Vec<f64>,
        plateau: Observed,
    }

    #[derive(Deserialize)]
    struct Observed {
        losses: Vec<f64>,
        rates: Vec<f64>,
    }

    const PLATEAU: Shape = Shape::Plateau { factor: 0.5, patience: 2, floor: 0.1 };

    fn schedule(warmup: f64, shape: Shape) -> Schedule {
        Schedule::new(LearningRate { peak: 0.02, warmup, shape }, 5, 4)
    }

    fn rates(warmup: f64, shape: Shape) -> Vec<f64> {
        let schedule = schedule(warmup, shape);
        (0..21).map(|step| schedule.at(step)).collect()
    }

    #[test]
    fn a_schedule_is_that_of_keras() {
        let golden: Golden = golden::read("schedules");
        golden::close(&rates(0.0, Shape::Cosine { floor: 0.1 }), &golden.cosine, 1e-6);
        golden::close(&rates(1.4, Shape::Cosine { floor: 0.1 }), &golden.cosine_warm, 1e-6);
        golden::close(&rates(0.0, Shape::Exponential { factor: 0.7 }), &golden.exponential, 1e-6);
    }

    #[test]
    fn every_shape_rises_alike_and_starts_from_its_peak() {
        for shape in
            [Shape::Constant, Shape::Cosine { floor: 0.0 }, Shape::Exponential { factor: 0.5 }, PLATEAU]
        {
            let rates = rates(2.0, shape);
            golden::near(&rates[..3], &[0.0, 0.002, 0.004], 1e-15);
            golden::close(&rates[10..11], &[0.02], 1e-12);
        }
        assert_eq!(rates(2.0, Shape::Constant)[10..], [0.02; 11]);
        golden::close(&rates(2.0, Shape::Exponential { factor: 0.5 })[15..16], &[0.01], 1e-12);
    }

    #[test]
    fn a_plateau_is_that_of_keras_also_from_its_state_in_text() {
        let observed = golden::read::<Golden>("schedules").plateau;
        let mut plateau = schedule(0.0, PLATEAU);
        let mut rates = Vec::new();
        for loss in observed.losses {
            let before = plateau.at(0);
            let falls = plateau.observe(loss);
            assert_eq!(falls, plateau.at(0) < before);
            let text = serde_json::to_string(plateau.state()).unwrap();
            let mut again = schedule(0.0, PLATEAU);
            again.restore(serde_json::from_str(&text).unwrap());
            assert_eq!(again, plateau);
            plateau = again;
            rates.push(plateau.at(0));
        }
        golden::close(&rates, &observed.rates, 1e-6);
    }

    #[test]
    fn no_number_is_no_better() {
        let mut plateau = schedule(0.0, PLATEAU);
        let falls = [f64::NAN, f64::NAN, 1.0, f64::NAN, f64::INFINITY].map(|loss| plateau.observe(loss));
        assert_eq!(falls, [false, true, false, false, true]);
        assert_eq!(plateau.state().best, Some(1.0));
    }
}
