//! What each shard does in a step, and where all shards have to meet.

use super::network::Network;

/// One thing that a shard does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Takes its rows.
    Begin,
    /// Sums what a node needs of the rows.
    Gather(usize),
    /// Computes a node.
    Forward(usize),
    /// Computes the loss.
    Lose,
    /// Sums what a node needs of the rows backwards.
    GatherBack(usize),
    /// Computes the gradients of what a node reads.
    Backward(usize),
}

/// Turns that a shard takes by itself. Where the last one gathers, its sums are handed over before the next run begins.
pub(super) type Run = Vec<Turn>;

/// Forwards through `network`, which has been prepared, and then backwards if it `trains`. As few runs as can be: where
/// one ends, threads wait for each other.
pub(super) fn runs(network: &Network, trains: bool) -> Vec<Run> {
    let gathers = |place: usize| network.nodes()[place].operation.gathers();
    let places = 0..network.nodes().len();
    let mut runs = vec![vec![Turn::Begin]];
    let mut push = |first: Option<Turn>, then: Turn| {
        if let Some(sums) = first {
            runs.last_mut().expect("a run at least").push(sums);
            runs.push(Vec::new());
        }
        runs.last_mut().expect("a run at least").push(then);
    };
    for place in places.clone() {
        push(gathers(place).then_some(Turn::Gather(place)), Turn::Forward(place));
    }
    if trains {
        push(None, Turn::Lose);
        for place in places.rev() {
            push(gathers(place).then_some(Turn::GatherBack(place)), Turn::Backward(place));
        }
    }
    runs
}
