//! A worker: it takes one trial after the other until all are done.

use super::figures::Figures;
use super::line::Line;
use super::plan::Plan;
use super::trial::{self, End};
use crate::flow::Failure;
use crate::search::domain::Point;
use crate::search::store::{Claim, Next, Outcome, Store};
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
            Next::Trial(claim) => one(plan, store, &claim, line)?,
        }
    }
}

/// One trial, from its claim to its end.
fn one(plan: &Plan, store: &mut dyn Store, claim: &Claim, line: &mut Line) -> Result<(), Failure> {
    let trials = store.trials().map_err(Failure::input)?;
    line.update(plan, &trials);
    let Some(point) = point(plan, store, claim, &trials)? else { return Ok(()) };
    let mut is_ours = true;
    let end = trial::run(plan, &plan.network(&point, claim.number)?, &mut |epoch, accuracy| {
        is_ours = store.report(claim, epoch, accuracy).map_err(Failure::input)?;
        Ok(is_ours && !plan.is_hopeless(&store.trials().map_err(Failure::input)?, claim.number))
    })?;
    if !is_ours {
        return Ok(());
    }
    let (outcome, figures) = outcome(plan, end);
    if store.finish(claim, &outcome, &figures).map_err(Failure::input)? {
        line.end(plan, &store.trials().map_err(Failure::input)?, claim.number);
    }
    Ok(())
}

/// The point of the trial: that of a worker that died over it, else the sampler's. None if the trial is not ours any more.
fn point(
    plan: &Plan,
    store: &mut dyn Store,
    claim: &Claim,
    trials: &[Trial],
) -> Result<Option<Point>, Failure> {
    if let Some(point) = &claim.point {
        return Ok(Some(point.clone()));
    }
    let point = plan.ask(trials, claim.number).expect("a study has no more trials than points");
    Ok(store.set_point(claim, &point).map_err(Failure::input)?.then_some(point))
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
