//! Where the seed's numbers come from: of every split, every shuffle and every random event.

use crate::fixed::Interval;

/// `SplitMix64`: a counter, mixed (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// OOPSLA 2014, with the constants of its reference code). The same numbers on every platform.
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
}

impl Random {
    /// The sequence of `seed`.
    pub fn new(seed: u64) -> Random {
        Random { state: seed }
    }

    /// The sequence that belongs to all of `keys`, in this order, and to no others.
    pub fn of(keys: &[u64]) -> Random {
        let mix = |state: u64, key: &u64| Random::new(state ^ *key).bits();
        Random::new(keys.iter().fold(keys.len() as u64, mix))
    }

    /// 64 even bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in `0..n`, each as likely as the others: draws that would favour some are thrown away.
    ///
    /// # Panics
    /// If `n` is zero.
    pub fn below(&mut self, n: usize) -> usize {
        let n = n as u64;
        let excess = (u64::MAX % n + 1) % n;
        loop {
            let bits = self.bits();
            if bits <= u64::MAX - excess {
                return usize::try_from(bits % n).expect("below a usize");
            }
        }
    }

    /// A number from 0 up to, not including, 1: a multiple of `2^-24`.
    #[expect(clippy::cast_precision_loss, reason = "24 bits, which an f32 holds")]
    pub fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / 16_777_216.0
    }

    /// An integer of `interval`, each about as likely as the others.
    pub fn within(&mut self, interval: Interval) -> i128 {
        let wide = (u128::from(self.bits()) << 64) | u128::from(self.bits());
        match interval.count() {
            u128::MAX => wide.cast_signed(),
            count => interval.lo.wrapping_add((wide % count).cast_signed()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_that_of_the_reference_code() {
        let mut random = Random::new(1_234_567);
        let first: Vec<u64> = (0..5).map(|_| random.bits()).collect();
        let reference = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(first, reference);
    }

    #[test]
    fn every_number_below_three_is_as_likely() {
        let mut random = Random::new(7);
        let mut counts = [0; 3];
        (0..30_000).for_each(|_| counts[random.below(3)] += 1);
        assert!(counts.iter().all(|c| (9_700..10_300).contains(c)), "{counts:?}");
    }
}
