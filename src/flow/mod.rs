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
//! | [`lock`] | one heteroq at a time works on a design's folder |
//! | [`inputs`] | how physical units become what the network takes |
//! | [`events`] | files of events, checked against the network |
//! | [`lessons`] | what a training reads |
//! | [`evaluate`] | `heteroq evaluate` |
//! | [`profile`](mod@profile) | `heteroq evaluate --profile` |
//! | [`watch`] | what is counted of each node's integers |
//! | [`constants`] | what a profile says of parameters |
//! | `tensor` | ranges and counts of many elements as those of one tensor |
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
pub mod constants;
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
pub mod inputs;
pub mod lessons;
pub mod lock;
pub mod profile;
mod progress;
pub mod quantize;
pub mod record;
mod resume;
pub mod run;
mod scales;
pub mod scores;
pub mod simulate;
pub mod synthesize;
mod tensor;
pub mod train;
pub mod validate;
pub mod watch;

pub use design::Design;
pub use error::Failure;
