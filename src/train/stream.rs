//! Which random numbers serve which purpose: each purpose has a sequence of its own, found from the seed, its name and a
//! number, so that no sequence depends on how much was drawn from another.

use crate::data::random::Random;

/// The sequence of `seed` for the `number`th use of `purpose`.
///
/// ```
/// use heteroq::train::stream::stream;
/// assert_eq!(stream(1, "order", 3).bits(), stream(1, "order", 3).bits());
/// assert_ne!(stream(1, "order", 3).bits(), stream(1, "order", 4).bits());
/// assert_ne!(stream(1, "order", 3).bits(), stream(1, "fc1/kernel", 3).bits());
/// ```
pub fn stream(seed: u64, purpose: &str, number: u64) -> Random {
    [hash(purpose), number]
        .iter()
        .fold(Random::new(seed), |mut random, part| Random::new(random.bits() ^ part))
}

/// A number from 0 up to, not including, 1: a multiple of `2^-24`, each as likely as the others.
pub fn unit(random: &mut Random) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "24 bits fit an f32")]
    let part = (random.bits() >> 40) as f32;
    part / 16_777_216.0
}

/// FNV-1a, 64 bits (Fowler, Noll and Vo).
fn hash(text: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325;
    text.bytes().fold(start, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_its_authors() {
        assert_eq!(hash(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(hash("foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn units_are_even_from_0_to_below_1() {
        let mut random = stream(5, "test", 0);
        let units: Vec<f32> = (0..40_000).map(|_| unit(&mut random)).collect();
        assert!(units.iter().all(|u| (0.0..1.0).contains(u)));
        let mut counts = [0; 4];
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "one of 0..4")]
        units.iter().for_each(|u| counts[(u * 4.0) as usize] += 1);
        assert!(counts.iter().all(|c| (9_600..10_400).contains(c)), "{counts:?}");
    }
}
