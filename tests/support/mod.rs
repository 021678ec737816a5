//! What several tests share.
#![allow(dead_code, reason = "each test binary uses its own part of this")]

pub mod graphs;
pub mod many;
