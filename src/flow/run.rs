//! `heteroq run`: everything the config asks for, to the report.

use super::evaluate::evaluate;
use super::generate::{Generated, folder_of, generate};
use super::record::{self, leave, timed};
use super::simulate::{self, Verification};
use super::synthesize::{self, Choice, Synthesized};
#[cfg(feature = "train")]
use super::train::{self, Trained};
use super::{Design, Failure, figures};
use crate::config::{Config, Weights};
use crate::metrics::evaluation::BACKGROUND_RATES;
use crate::report::{Report, number};
use std::path::Path;
use tracing::{info, info_span};

/// The whole way, from the config to the report. Each step leaves its part of the report behind, so that what
/// is done stays done when a later one fails.
///
/// # Errors
/// Those of every step.
pub fn run(config: &Config, output: Option<&Path>) -> Result<Report, Failure> {
    let weights = weights(config)?;
    let design = timed(info_span!("design"), || Design::new(config, &weights))?;
    let made = design.seconds;
    let design = design.value;
    let folder = folder_of(&config.name, output);
    let generated = timed(info_span!("gen"), || generate(&design, &folder))?;
    let written = generated.seconds;
    let generated = generated.value;
    leave(&design, &generated, ("design", made), |_| {})?;
    leave(&design, &generated, ("gen", written), |_| {})?;
    // What a later step needs is better missed now than after minutes.
    simulate::require_tools()?;
    synthesize::require_tools(None)?;
    evaluated(&design, &generated)?;
    simulated(&design, &generated, config.verify.vectors, false)?;
    synthesized(&design, &generated, None, None)?;
    record::show(&folder)
}

/// The weights of `config`: those of its file, or where there is none, those of a training.
fn weights(config: &Config) -> Result<Weights, Failure> {
    if let Some(weights) = Weights::read(config)? {
        return Ok(weights);
    }
    #[cfg(feature = "train")]
    if config.data.train.is_some() {
        trained(config, &train::Options { output: None, from: None, threads: 0, fresh: false })?;
    }
    Ok(Weights::require(config)?)
}

/// Trains, as a step that shows where it is.
///
/// # Errors
/// Those of [`train::train`].
#[cfg(feature = "train")]
pub fn trained(config: &Config, options: &train::Options) -> Result<Trained, Failure> {
    info_span!("train").in_scope(|| train::train(config, options))
}

/// Evaluates on the test file, if there is one, into the report.
fn evaluated(design: &Design, generated: &Generated) -> Result<(), Failure> {
    let Some(test) = design.config.data.test.as_deref() else { return Ok(()) };
    let step = || {
        let found = evaluate(design, test, &BACKGROUND_RATES)?;
        info!("accuracy {} of {}", number::percent(found.accuracy), test.display());
        Ok(found)
    };
    let found = timed(info_span!("evaluate"), step)?;
    leave(design, generated, ("evaluate", found.seconds), |report| report.set_evaluation(found.value))
}

/// Verifies into the report, and fails if executors disagree.
///
/// # Errors
/// Those of [`simulate::verify`], and a disagreement.
pub fn simulated(
    design: &Design,
    generated: &Generated,
    vectors: usize,
    waves: bool,
) -> Result<Verification, Failure> {
    simulate::require_tools()?;
    let found = timed(info_span!("sim"), || simulate::verify(design, generated, vectors, waves))?;
    let step = ("sim", found.seconds);
    let found = found.value;
    leave(design, generated, step, |report| report.set_agreement(&found.agreement))?;
    simulate::require_agreement(&found.agreement, &design.lowered)?;
    Ok(found)
}

/// Synthesizes for `target` with `tool` into the report, and fails if the netlist disagrees or the target has no
/// room.
///
/// # Errors
/// Those of [`synthesize::synthesize`], a disagreement, a design too large.
pub fn synthesized(
    design: &Design,
    generated: &Generated,
    target: Option<&str>,
    tool: Option<Choice>,
) -> Result<Synthesized, Failure> {
    synthesize::require_tools(tool)?;
    let step = || synthesize::synthesize(design, generated, target, tool);
    let found = timed(info_span!("synth"), step)?;
    let step = ("synth", found.seconds);
    let found = found.value;
    record::say_skipped(&found.skipped);
    leave(design, generated, step, |report| {
        found.usage.iter().for_each(|usage| report.set_synth(figures::row(usage)));
        report.set_agreement(&found.agreement);
        report.set_skipped("synth", &found.skipped);
    })?;
    simulate::require_agreement(&found.agreement, &design.lowered)?;
    synthesize::require_room(&found.usage)?;
    Ok(found)
}
