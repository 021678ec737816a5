//! Automatic heterogeneous quantization: which point of a space to try next, and what is known of those tried.
//!
//! | file | answers |
//! |---|---|
//! | [`domain`] | what a point is: one choice of each dimension's list |
//! | [`space`] | what may be changed of a network, and the config that a point means |
//! | [`blocks`] | which layers are searched together, in which order |
//! | [`trial`] | what is known of one trial |
//! | [`score`] | what makes one network better than another: the values of a trial |
//! | [`front`](mod@front) | which of several values at once are good: fronts, crowding, hypervolume |
//! | [`ranking`] | which trials are better than which |
//! | [`sampler`] | which point is tried next: one ask/tell interface |
//! | [`store`] | where trials are kept, so that several processes share them |

pub mod blocks;
pub mod domain;
pub mod front;
pub mod ranking;
pub mod sampler;
pub mod score;
pub mod space;
pub mod store;
pub mod trial;
