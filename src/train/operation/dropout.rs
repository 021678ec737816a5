//! Dropout: training sets a part of the elements to 0 and divides the others by what is left.

use super::{How, Operation, Scratch};
use crate::config::model;

/// `x · 1/(1 − rate)` or 0, drawn for each element; at inference `x`.
#[derive(Debug, Clone)]
pub struct Dropout {
    rate: f32,
    width: usize,
}

impl Dropout {
    /// Of rows of `width` elements.
    pub fn new(layer: model::Dropout, width: usize) -> Dropout {
        Dropout { rate: layer.rate, width }
    }
}

impl Operation for Dropout {
    fn width(&self) -> usize {
        self.width
    }

    /// Keeps in `scratch.saved` what each element is multiplied by; nothing if by 1.
    fn forward(&self, inputs: &[&[f32]], output: &mut [f32], scratch: &mut Scratch, how: How) {
        let Scratch { saved, random, .. } = scratch;
        saved.clear();
        output.copy_from_slice(inputs[0]);
        if !how.trains() || self.rate == 0.0 {
            return;
        }
        let random = random.as_mut().expect("a shard has random numbers while training");
        let kept = 1.0 / (1.0 - self.rate);
        saved.extend(output.iter().map(|_| if random.unit() < self.rate { 0.0 } else { kept }));
        multiply(output, saved);
    }

    fn backward(&self, _inputs: &[&[f32]], slope: &mut [f32], wanted: &[bool], scratch: &mut Scratch) {
        if !scratch.saved.is_empty() {
            multiply(slope, &scratch.saved);
        }
        scratch.toward[0].clear();
        if wanted[0] {
            scratch.toward[0].extend_from_slice(slope);
        }
    }
}

fn multiply(values: &mut [f32], factors: &[f32]) {
    values.iter_mut().zip(factors).for_each(|(value, factor)| *value *= factor);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::operation::harness::{FIRST, forward, numbers, step};
    use crate::train::parameters::Parameters;

    const ROWS: usize = 4000;
    const WIDTH: usize = 5;

    fn dropout(rate: f32) -> Dropout {
        Dropout::new(model::Dropout { rate }, WIDTH)
    }

    #[test]
    fn a_part_is_zero_and_the_rest_makes_up_for_it() {
        let ones = vec![1.0; ROWS * WIDTH];
        let slope = numbers(1, ROWS * WIDTH, 2.0, 1.0);
        let found = step(&mut dropout(0.2), &Parameters::default(), &ones, &slope, &[ROWS / 2; 2], FIRST);
        let dropped = found.output.iter().filter(|y| **y == 0.0).count();
        assert!((3800..4200).contains(&dropped), "{dropped}");
        assert!(found.output.iter().all(|y| [0.0, 1.25].contains(y)));
        let by_hand: Vec<f32> =
            found.output.iter().zip(&slope).map(|(factor, slope)| factor * slope).collect();
        assert_eq!(found.toward, by_hand);
        let (first, second) = found.output.split_at(ROWS / 2 * WIDTH);
        assert_ne!(first, second, "each shard has its own random numbers");
    }

    #[test]
    fn nothing_is_dropped_in_use_or_at_a_rate_of_zero() {
        let x = numbers(2, 10 * WIDTH, 0.0, 1.0);
        assert_eq!(forward(&mut dropout(0.5), &Parameters::default(), &x, &[10], How::Inference), x);
        let found = step(&mut dropout(0.0), &Parameters::default(), &x, &x, &[10], FIRST);
        assert_eq!((&found.output, &found.toward), (&x, &x));
    }
}
