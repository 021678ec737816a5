//! Automatic heterogeneous quantization: which point of a space to try next, and what is known of those tried.
//!
//! | file | answers |
//! |---|---|
//! | [`domain`] | what a point is: one choice of each dimension's list |
//! | [`trial`] | what is known of one trial |
//! | [`sampler`] | which point is tried next: one ask/tell interface |
//! | [`store`] | where trials are kept, so that several processes share them |

pub mod domain;
pub mod sampler;
pub mod store;
pub mod trial;
