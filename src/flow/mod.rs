//! The commands: from a config to what was asked for, one step after the other.
//!
//! | file | answers |
//! |---|---|
//! | [`design`] | config → graph → net → staged net → blocks, with everything in between |
//! | [`error`] | what can end a command, and with which exit code |
//! | [`check`] | `heteroq check` |
//! | [`estimates`] | what QKeras's estimators say: operations, and with `check --energy` energies |
//! | `scales` | which layers multiply by a scale that is no power of two |
//! | [`convert`](mod@convert) | `heteroq convert`: a float network with quantizers put in |
//! | [`generate`] | `heteroq gen`: all files of a design |
//! | [`lock`] | one heteroq at a time works on a design's folder |
//! | [`inputs`] | how physical units become what the network takes |
//! | [`events`] | files of events, checked against the network |
//! | [`lessons`] | what a training reads |
//! | [`train`] | `heteroq train` |
//! | [`course`] | a training epoch by epoch, in memory |
//! | [`validate`] | how good weights are after an epoch, by the exact net |
//! | `resume`, `progress` | checkpoints of a training; what it shows |
//! | [`evaluate`] | `heteroq evaluate` |
//! | [`float`] | the same of a float network |
//! | [`scores`] | what a net says of events, to be compared |
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
//! | [`hardware`] | what a network takes on its device, to be compared |
//! | [`figures`] | what the report says of a design |
//! | [`record`] | how a step leaves its part in the report |
//! | `post_training` | quantizers for a network that was trained without any (feature `train`) |
//! | `scan` | `heteroq scan`: accuracy and hardware against bits (feature `train`) |
//! | `search` | `heteroq search`: which quantizer each layer should have (feature `train`) |
//! | [`quietly`](mod@quietly) | work of which nobody wants to hear each warning |
//! | [`run`](mod@run) | `heteroq run`: all of it, to the report |

pub mod check;
pub mod constants;
pub mod convert;
#[cfg(feature = "train")]
pub mod course;
pub mod describe;
pub mod design;
pub mod dump;
pub mod emulate;
pub mod error;
pub mod estimates;
pub mod evaluate;
pub mod events;
pub mod figures;
#[cfg(feature = "train")]
pub mod float;
pub mod generate;
pub mod hardware;
pub mod inputs;
#[cfg(feature = "train")]
pub mod lessons;
pub mod lock;
#[cfg(feature = "train")]
pub mod post_training;
pub mod profile;
#[cfg(feature = "train")]
mod progress;
pub mod quantize;
#[cfg(feature = "train")]
pub mod quietly;
pub mod record;
#[cfg(feature = "train")]
mod resume;
pub mod run;
mod scales;
#[cfg(feature = "train")]
pub mod scan;
pub mod scores;
#[cfg(feature = "train")]
pub mod search;
pub mod simulate;
pub mod synthesize;
mod tensor;
#[cfg(feature = "train")]
pub mod train;
#[cfg(feature = "train")]
pub mod validate;
pub mod watch;

pub use design::Design;
pub use error::Failure;
