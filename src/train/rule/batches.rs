//! In which order an epoch sees the events, and how they are cut.
//!
//! ```text
//! order    a permutation of all rows: a function of the seed and the epoch alone
//! batches  its rows, batch_size at a time; the last batch holds what is left
//! ```
//!
//! How a batch is cut further, [`crate::train::engine`] says.

use super::stream::stream;
use std::slice::Chunks;

/// The rows `0..rows` in the order of `epoch`, counted from 0. Every order is as likely as the others (Fisher and Yates;
/// Durstenfeld, CACM 7, 1964).
///
/// # Panics
/// If there are more than `2^32` rows.
pub fn order(seed: u64, epoch: u64, rows: usize) -> Vec<u32> {
    let last = u32::try_from(rows).expect("at most 2^32 rows");
    let mut order: Vec<u32> = (0..last).collect();
    let mut random = stream(seed, "order", epoch);
    (1..rows).rev().for_each(|place| order.swap(place, random.below(place + 1)));
    order
}

/// The batches of an epoch.
pub fn batches(order: &[u32], batch_size: usize) -> Chunks<'_, u32> {
    order.chunks(batch_size)
}

/// Batches of an epoch: the steps it takes.
pub fn count(rows: usize, batch_size: usize) -> usize {
    rows.div_ceil(batch_size)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(order: &[u32]) -> Vec<u32> {
        let mut sorted = order.to_vec();
        sorted.sort_unstable();
        sorted
    }

    #[test]
    fn an_order_holds_every_row_once() {
        for rows in [0, 1, 2, 1000] {
            assert_eq!(
                sorted(&order(3, 7, rows)),
                sorted(&(0..u32::try_from(rows).unwrap()).collect::<Vec<_>>())
            );
        }
    }

    #[test]
    fn an_order_is_a_function_of_seed_and_epoch() {
        assert_eq!(order(1, 2, 100), order(1, 2, 100));
        assert_ne!(order(1, 2, 100), order(1, 3, 100));
        assert_ne!(order(1, 2, 100), order(2, 2, 100));
        assert_ne!(order(1, 2, 100), order(2, 1, 100));
    }

    #[test]
    fn each_row_is_as_likely_at_each_place() {
        let mut counts = [[0; 4]; 4];
        for epoch in 0..8000 {
            order(9, epoch, 4).iter().enumerate().for_each(|(place, row)| counts[place][*row as usize] += 1);
        }
        assert!(counts.iter().flatten().all(|c| (1_850..2_150).contains(c)), "{counts:?}");
    }

    #[test]
    fn each_order_is_as_likely() {
        let mut counts = std::collections::BTreeMap::new();
        (0..6000).for_each(|epoch| *counts.entry(order(9, epoch, 3)).or_insert(0) += 1);
        assert_eq!(counts.len(), 6);
        assert!(counts.values().all(|c| (890..1_110).contains(c)), "{counts:?}");
    }

    #[test]
    fn nothing_is_lost_in_the_cuts() {
        let order = order(1, 0, 2_600);
        let batches: Vec<&[u32]> = batches(&order, 1_000).collect();
        assert_eq!(batches.iter().map(|b| b.len()).collect::<Vec<_>>(), [1_000, 1_000, 600]);
        assert_eq!((count(2_600, 1_000), count(2_000, 1_000)), (3, 2));
        assert_eq!(batches.concat(), order);
    }
}
