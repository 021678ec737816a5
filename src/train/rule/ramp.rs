//! How far a ramp has risen: of the quantization noise, of the sparsity of pruning.

use crate::config::training::Ramp;

impl Ramp {
    /// Its height at `epoch`: 0 up to the start, 1 from the finish on. `QNoiseScheduler` of QKeras (callbacks.py) and
    /// the polynomial of Zhu and Gupta (arXiv 1710.01878) are this.
    pub fn at(&self, epoch: f64) -> f64 {
        if epoch >= self.finish {
            return 1.0;
        }
        if epoch <= self.start {
            return 0.0;
        }
        1.0 - libm::pow((self.finish - epoch) / (self.finish - self.start), self.exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::rule::golden;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Row {
        ramp: [f64; 3],
        times: Vec<f64>,
        factors: Vec<f64>,
    }

    #[test]
    fn a_ramp_is_that_of_qkeras() {
        for row in golden::read::<Vec<Row>>("ramps") {
            let [start, finish, exponent] = row.ramp;
            let ramp = Ramp { start, finish, exponent };
            let factors: Vec<f64> = row.times.iter().map(|time| ramp.at(*time)).collect();
            golden::near(&factors, &row.factors, 1e-12);
        }
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "exactly these")]
    fn a_ramp_without_length_is_a_step() {
        let ramp = Ramp { start: 2.0, finish: 2.0, exponent: 3.0 };
        assert_eq!([1.9, 2.0, 2.1].map(|epoch| ramp.at(epoch)), [0.0, 1.0, 1.0]);
    }
}
