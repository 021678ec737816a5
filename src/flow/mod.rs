//! The commands: from a config to what was asked for, one step after the other.
//!
//! | file | answers |
//! |---|---|
//! | [`design`] | config → graph → net → staged net → blocks, with everything in between |
//! | [`error`] | what can end a command, and with which exit code |
//! | [`check`] | `heteroq check` |
//! | `scales` | which layers multiply by a scale that is no power of two |
//! | [`convert`](mod@convert) | `heteroq convert`: a float network with quantizers put in |
//! | [`generate`] | `heteroq gen`: all files of a design |
//! | `post_training` | quantizers for a network that was trained without any (feature `train`) |
//! | `scan` | `heteroq scan`: accuracy and hardware against bits (feature `train`) |
//! | [`lock`] | one heteroq at a time works on a design's folder |
//! | [`events`] | files of events → port integers |
//! | [`evaluate`] | `heteroq evaluate` |
//! | [`simulate`] | `heteroq sim`: every executor on the same events |
//! | [`synthesize`] | `heteroq synth` |
//! | [`emulate`](mod@emulate) | `heteroq emulate` |
//! | [`quantize`] | `heteroq quantize` |
//! | [`describe`] | what a quantizer is, in words |
//! | [`mod@dump`] | `--dump-after PASS` |
//! | [`figures`] | what the report says of a design |
//! | [`record`] | how a step leaves its part in the report |
//! | [`run`](mod@run) | `heteroq run`: all of it, to the report |

pub mod check;
pub mod convert;
pub mod describe;
pub mod design;
pub mod dump;
pub mod emulate;
pub mod error;
pub mod evaluate;
pub mod events;
pub mod figures;
pub mod generate;
pub mod lock;
#[cfg(feature = "train")]
pub mod post_training;
pub mod quantize;
pub mod record;
pub mod run;
mod scales;
#[cfg(feature = "train")]
pub mod scan;
pub mod simulate;
pub mod synthesize;

pub use design::Design;
pub use error::Failure;
