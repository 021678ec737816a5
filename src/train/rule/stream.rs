//! Which random numbers serve which purpose: each purpose has a sequence of its own, found from the seed, its name and a
//! number, so that no sequence depends on how much was drawn from another.

use crate::data::random::Random;

/// The sequence of `seed` for the `number`th use of `purpose`.
///
/// ```
/// use heteroq::train::rule::stream::stream;
/// assert_eq!(stream(1, "order", 3).bits(), stream(1, "order", 3).bits());
/// assert_ne!(stream(1, "order", 3).bits(), stream(1, "order", 4).bits());
/// assert_ne!(stream(1, "order", 3).bits(), stream(1, "fc1/kernel", 3).bits());
/// ```
pub fn stream(seed: u64, purpose: &str, number: u64) -> Random {
    [hash(purpose), number]
        .iter()
        .fold(Random::new(seed), |mut random, part| Random::new(random.bits() ^ part))
}

/// FNV-1a, 64 bits (Fowler, Noll and Vo).
pub(in crate::train) fn hash(text: &str) -> u64 {
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
}
