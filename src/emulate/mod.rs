//! The network as fast software: the integers of the firmware, millions of events a second.
//!
//! | file | answers |
//! |---|---|
//! | [`fast`] | what a net computes for many events at once, in this process |
//! | [`cpp`] | the net as C++17, for other people's software |
//! | [`io`] | how real numbers become port integers, and results a file |
//!
//! ```
//! use heteroq::emulate::fast::Emulator;
//! let net = heteroq::net::text::read("
//!     v0: s8 = input
//!     v1: s8 = input
//!     v2: s10 = add v0, v1 << 1
//!     output v2
//! ").unwrap();
//! assert_eq!(Emulator::new(&net).run(&[1i64, 2, -128, 127], 2).unwrap(), [5, 126]);
//! ```

pub mod cpp;
pub mod fast;
pub mod io;
mod least;
#[cfg(test)]
mod random;
