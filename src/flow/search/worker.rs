//! A worker: it takes one trial after the other until all are done.

use super::figures::Figures;
use super::line::Line;
use super::plan::Plan;
use super::trial::{self, End};
use crate::config::search::SamplerKind;
use crate::flow::Failure;
use crate::search::domain::Point;
use crate::search::store::{Claim, Next, Outcome, Said, Store};
use crate::search::trial::Trial;
use crate::tool;
use std::collections::BTreeMap;
use std::time::Duration;

/// How often a worker looks whether another one has died over the last trials.
const PATIENCE: Duration = Duration::from_millis(100);

/// Works until every trial of `plan` is done.
///
/// # Errors
/// A store that cannot be read or written; a signal.
pub fn work(plan: &Plan, store: &mut dyn Store, line: &mut Line) -> Result<(), Failure> {
    loop {
        match store.next(plan.trials).map_err(Failure::input)? {
            Next::Done => return Ok(()),
            Next::Wait => {
                tool::uninterrupted(|| ())?;
                std::thread::sleep(PATIENCE);
                line.update(plan, &store.trials().map_err(Failure::input)?);
            }
            Next::Trial(claim) => tool::uninterrupted(|| one_or_none(plan, store, &claim, line))??,
        }
    }
}

/// One trial; if it comes to no end, by a signal or what cannot be read or written, it waits for whoever comes next: this worker
/// has not died over it.
fn one_or_none(plan: &Plan, store: &mut dyn Store, claim: &Claim, line: &mut Line) -> Result<(), Failure> {
    one(plan, store, claim, line).inspect_err(|_| drop(store.release(claim)))
}

/// One trial, from its claim to its end.
fn one(plan: &Plan, store: &mut dyn Store, claim: &Claim, line: &mut Line) -> Result<(), Failure> {
    let trials = store.trials().map_err(Failure::input)?;
    line.update(plan, &trials);
    let (end, steps) = match point(plan, store, claim, &trials)? {
        Found::Point(point) => trained(plan, store, claim, &point)?,
        Found::None => (End::Failed("there is no other point left to try".to_owned()), Vec::new()),
        Found::NotOurs => return Ok(()),
    };
    let (outcome, figures) = outcome(plan, end);
    let ours = store.report(claim, &steps).and_then(|_| store.finish(claim, &outcome, &figures));
    if ours.map_err(Failure::input)? {
        line.end(plan, &store.trials().map_err(Failure::input)?, claim.number);
    }
    Ok(())
}

/// Trains the network of `point`. What came of it, and the steps that were not reported yet: where trials may be ended early,
/// others hear of each at once; else all of them are told together, at the end.
fn trained(
    plan: &Plan,
    store: &mut dyn Store,
    claim: &Claim,
    point: &Point,
) -> Result<(End, Vec<(u64, f64)>), Failure> {
    let config = plan.network(point, claim.number)?;
    let promise = plan.promise(&config);
    let mut steps = Vec::new();
    let end = trial::run(plan, &config, &mut |epoch, accuracy| {
        tool::uninterrupted(|| ())?;
        steps.push((epoch, promise.value(accuracy)));
        if plan.search.sampler != SamplerKind::Asha {
            return Ok(true);
        }
        let is_ours = store.report(claim, &std::mem::take(&mut steps)).map_err(Failure::input)?;
        Ok(is_ours && !plan.is_hopeless(&store.trials().map_err(Failure::input)?, claim.number))
    })?;
    Ok((end, steps))
}

/// Where a trial's point comes from.
enum Found {
    /// This one.
    Point(Point),
    /// There is none left.
    None,
    /// The trial is not ours any more.
    NotOurs,
}

/// The point of the trial: that of a worker that died over it, else the sampler's. Where another worker has said the same since
/// the trials were read, the sampler is asked again.
fn point(plan: &Plan, store: &mut dyn Store, claim: &Claim, trials: &[Trial]) -> Result<Found, Failure> {
    if let Some(point) = &claim.point {
        return Ok(Found::Point(point.clone()));
    }
    let mut asked = plan.ask(trials, claim.number);
    while let Some(point) = asked {
        match store.set_new_point(claim, &point).map_err(Failure::input)? {
            Said::Kept => return Ok(Found::Point(point)),
            Said::NotOurs => return Ok(Found::NotOurs),
            Said::Taken => asked = plan.ask(&store.trials().map_err(Failure::input)?, claim.number),
        }
        if asked.as_ref() == Some(&point) {
            // Of the others this sampler knows nothing.
            let is_ours = store.set_point(claim, &point).map_err(Failure::input)?;
            return Ok(if is_ours { Found::Point(point) } else { Found::NotOurs });
        }
    }
    Ok(Found::None)
}

fn outcome(plan: &Plan, end: End) -> (Outcome, BTreeMap<String, serde_json::Value>) {
    let judged = |figures: &Figures| match plan.judge(figures) {
        Ok(judged) => Outcome::Complete { values: judged.values, violation: judged.violation },
        Err(error) => Outcome::Failed(error.to_string()),
    };
    match end {
        End::Done(figures) => (judged(&figures), figures.by_name()),
        End::Pruned => (Outcome::Pruned, BTreeMap::new()),
        End::Failed(why) => (Outcome::Failed(why), BTreeMap::new()),
    }
}
