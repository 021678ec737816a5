//! The space of a search: AutoQKeras's own dimensions, blocks and networks, and the configs that points mean.

#![cfg(feature = "train")]

mod goldens;
mod ladder;
mod properties;
mod texts;
