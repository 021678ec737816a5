//! Arrays and labelled events from files: `.npy`, `.npz` and `.csv`.
//!
//! | file | answers |
//! |---|---|
//! | [`array`](mod@array) | rows × features of any file, as `f64` or as the integers of ports |
//! | [`dataset`] | features, labels and their names: what training and evaluation read |
//! | [`events`] | labelled events as training takes them |
//! | [`standardize`] | how physical units become what the network was trained on |
//! | [`split`] | which rows are kept back for validation |
//! | [`random`] | where the seed's numbers come from |
//! | [`error`] | what can be wrong with a file, and where |
//!
//! Files are read as streams: an array is never held twice, and the text of a `.csv` not at all.

pub mod array;
mod csv;
pub mod dataset;
mod element;
pub mod error;
pub mod events;
mod npy;
mod npz;
pub mod random;
pub mod split;
pub mod standardize;

pub use dataset::Dataset;
pub use element::Element;
pub use error::DataError;

#[cfg(test)]
mod tests;
