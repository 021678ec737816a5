//! Every quantizer against what QKeras itself computed.
//!
//! | file | compares |
//! |---|---|
//! | [`values`] | scales and the values of the grid |
//! | [`gradients`] | the derivatives that training sees |
//! | [`strings`] | texts, arguments, bounds, and what a layer makes of its kernel's quantizer |
//! | [`refused`] | entries for which QKeras raises |
//! | [`stochastic`] | how often each value is drawn at random |
//! | [`golden`] | what is stored |
//! | [`golden_rule`] | by which rule a number is compared |
//! | [`tally`] | what was compared, and which values are excepted |

mod golden;
#[path = "../support/golden_rule.rs"]
#[allow(unreachable_pub, reason = "other tests use it too")]
mod golden_rule;
#[path = "../support/goldens.rs"]
#[allow(dead_code, unreachable_pub, reason = "other tests use the rest of it")]
mod goldens;
mod gradients;
mod refused;
mod stochastic;
mod strings;
mod tally;
mod values;
