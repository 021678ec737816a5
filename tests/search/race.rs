//! What two workers do at the same moment.

use crate::support::bench;
use heteroq::config;
use heteroq::flow::search::line::Line;
use heteroq::flow::search::plan::Plan;
use heteroq::flow::search::{self, Options, study, worker};
use heteroq::search::domain::Point;
use heteroq::search::store::{Claim, Next, Outcome, Said, SqliteStore, Store, StoreError};
use heteroq::search::trial::Trial;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A worker's store. Once the worker has read the trials, another one does the next trial, and says the same point first.
struct Late<'a> {
    own: SqliteStore,
    other: Option<SqliteStore>,
    plan: &'a Plan<'a>,
}

impl Late<'_> {
    fn overtake(mut other: SqliteStore, plan: &Plan, seen: &[Trial]) {
        let Next::Trial(claim) = other.next(plan.trials).unwrap() else { panic!("there is another trial") };
        let point = plan.ask(seen, claim.number - 1).unwrap();
        assert!(other.set_point(&claim, &point).unwrap());
        assert!(other.finish(&claim, &Outcome::Pruned, &BTreeMap::new()).unwrap());
    }
}

impl Store for Late<'_> {
    fn trials(&mut self) -> Result<Vec<Trial>, StoreError> {
        let seen = self.own.trials()?;
        if let Some(other) = self.other.take() {
            Late::overtake(other, self.plan, &seen);
        }
        Ok(seen)
    }

    fn next(&mut self, total: u64) -> Result<Next, StoreError> {
        self.own.next(total)
    }

    fn set_point(&mut self, claim: &Claim, point: &Point) -> Result<bool, StoreError> {
        self.own.set_point(claim, point)
    }

    fn set_new_point(&mut self, claim: &Claim, point: &Point) -> Result<Said, StoreError> {
        self.own.set_new_point(claim, point)
    }

    fn report(&mut self, claim: &Claim, steps: &[(u64, f64)]) -> Result<bool, StoreError> {
        self.own.report(claim, steps)
    }

    fn finish(
        &mut self,
        claim: &Claim,
        outcome: &Outcome,
        figures: &BTreeMap<String, Value>,
    ) -> Result<bool, StoreError> {
        self.own.finish(claim, outcome, figures)
    }

    fn release(&mut self, claim: &Claim) -> Result<(), StoreError> {
        self.own.release(claim)
    }

    fn attribute(&mut self, name: &str) -> Result<Option<Value>, StoreError> {
        self.own.attribute(name)
    }

    fn keep_attribute(&mut self, name: &str, value: &Value) -> Result<Value, StoreError> {
        self.own.keep_attribute(name, value)
    }
}

#[test]
fn two_workers_that_are_asked_at_once_do_not_try_the_same() {
    let bench = bench(&["goal: bits", "sampler: tpe", "trials: 6", "epochs: 1"]);
    let config = config::load(&bench.path("config.yaml")).unwrap();
    let folder = bench.path("study");
    let options = Options { trials: None, jobs: 1, worker: true, threads: 1, folder: folder.clone() };
    let wanted = search::wanted(&config, &options).unwrap();
    let lessons = search::lessons(&config, &wanted).unwrap();
    let plan = search::plan(&config, &wanted, &lessons, 1).unwrap();
    let open = || study::open(&plan, &config.name, &folder).unwrap();
    let mut late = Late { own: open(), other: Some(open()), plan: &plan };
    worker::work(&plan, &mut late, &mut Line::new(plan.trials)).unwrap();
    let trials = open().trials().unwrap();
    let points: BTreeSet<&Point> = trials.iter().filter_map(|trial| trial.point.as_ref()).collect();
    assert_eq!((trials.len(), points.len()), (6, 6));
}
