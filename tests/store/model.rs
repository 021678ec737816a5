//! Random deeds of several workers, some of which die, beside a model in memory: each trial is done once, by who holds it.

use crate::support::{identity, open, scratch};
use heteroq::search::domain::Point;
use heteroq::search::store::{Claim, Next, Outcome, SqliteStore, Store};
use heteroq::search::trial::{State, Trial};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::json;
use std::collections::BTreeMap;

/// What a worker does. A claim is one of all that were ever given, and it need not be the worker's.
#[derive(Debug, Clone)]
enum Deed {
    Next { worker: Index, total: u64 },
    Point { worker: Index, claim: Index, point: Point },
    Report { worker: Index, claim: Index, step: u64, value: f64 },
    Finish { worker: Index, claim: Index, outcome: Outcome },
    Release { worker: Index, claim: Index },
    Die { worker: Index },
}

fn deed() -> impl Strategy<Value = Deed> {
    let who = any::<Index>;
    prop_oneof![
        6 => (who(), 1u64..7).prop_map(|(worker, total)| Deed::Next { worker, total }),
        2 => (who(), who(), 0usize..4, 0usize..3)
            .prop_map(|(worker, claim, a, b)| Deed::Point { worker, claim, point: vec![a, b] }),
        2 => (who(), who(), 1u64..4, -1.0..1.0)
            .prop_map(|(worker, claim, step, value)| Deed::Report { worker, claim, step, value }),
        3 => (who(), who(), outcome()).prop_map(|(worker, claim, outcome)| Deed::Finish { worker, claim, outcome }),
        1 => (who(), who()).prop_map(|(worker, claim)| Deed::Release { worker, claim }),
        2 => who().prop_map(|worker| Deed::Die { worker }),
    ]
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        (-1.0..1.0, 0.0..1.0)
            .prop_map(|(value, violation)| Outcome::Complete { values: vec![value, -value], violation }),
        Just(Outcome::Pruned),
        Just(Outcome::Failed("diverged".to_owned())),
    ]
}

/// What the store should hold.
#[derive(Default)]
struct Model {
    trials: Vec<Trial>,
    /// For each trial, the claim that holds it.
    holders: Vec<Option<usize>>,
    /// Every claim ever given, with the life of the worker that it was given to.
    claims: Vec<(Claim, usize)>,
}

impl Model {
    /// The dead lose what they hold.
    fn bury(&mut self, lives: &[usize]) {
        for (trial, holder) in self.trials.iter_mut().zip(&mut self.holders) {
            if holder.is_some_and(|claim| !lives.contains(&self.claims[claim].1)) {
                *holder = None;
                wait(trial);
            }
        }
    }

    /// What the next claim of the first `total` should be: number and point.
    fn next(&mut self, total: u64) -> Result<(u64, Option<Point>), Next> {
        let first = |state| self.trials.iter().find(|t| t.number < total && t.state == state);
        if let Some(trial) = first(State::Waiting) {
            return Ok((trial.number, trial.point.clone()));
        }
        let busy = first(State::Running).is_some();
        let known = self.trials.len() as u64;
        match known < total {
            true => Ok((known, None)),
            false if busy => Err(Next::Wait),
            false => Err(Next::Done),
        }
    }

    fn give(&mut self, claim: Claim, life: usize) {
        let place = usize::try_from(claim.number).unwrap();
        if place == self.trials.len() {
            self.trials.push(fresh(claim.number));
            self.holders.push(None);
        }
        self.trials[place].state = State::Running;
        self.holders[place] = Some(self.claims.len());
        self.claims.push((claim, life));
    }

    /// The trial, if this claim still holds it.
    fn held(&mut self, claim: usize) -> Option<&mut Trial> {
        let place = usize::try_from(self.claims[claim].0.number).unwrap();
        (self.holders[place] == Some(claim)).then(|| &mut self.trials[place])
    }
}

fn fresh(number: u64) -> Trial {
    let (values, steps, figures) = (Vec::new(), Vec::new(), BTreeMap::new());
    Trial { number, point: None, state: State::Running, values, violation: 0.0, steps, figures }
}

fn wait(trial: &mut Trial) {
    trial.state = State::Waiting;
    trial.steps.clear();
}

fn end(trial: &mut Trial, outcome: &Outcome) {
    trial.figures.insert("bits".to_owned(), json!(trial.number));
    match outcome {
        Outcome::Complete { values, violation } => {
            trial.state = State::Complete;
            trial.values.clone_from(values);
            trial.violation = *violation;
        }
        Outcome::Pruned => trial.state = State::Pruned,
        Outcome::Failed(why) => {
            trial.state = State::Failed;
            trial.figures.insert("failure".to_owned(), json!(why));
        }
    }
}

fn step(trial: &mut Trial, step: u64, value: f64) {
    let mut steps: BTreeMap<u64, f64> = trial.steps.iter().copied().collect();
    steps.insert(step, value);
    trial.steps = steps.into_iter().collect();
}

/// The store and its workers; a life is a number that no other worker has.
struct World {
    path: std::path::PathBuf,
    workers: Vec<(SqliteStore, usize)>,
    lives: usize,
    model: Model,
}

impl World {
    fn new(path: std::path::PathBuf) -> World {
        let workers = (0..3).map(|life| (open(&path, &identity()), life)).collect();
        World { path, workers, lives: 3, model: Model::default() }
    }

    /// The deed, in the store and in the model, and whether both say the same of it.
    fn act(&mut self, deed: &Deed) {
        match deed {
            Deed::Next { worker, total } => self.next(worker.index(3), *total),
            Deed::Die { worker } => {
                self.workers[worker.index(3)] = (open(&self.path, &identity()), self.lives);
                self.lives += 1;
            }
            _ if self.model.claims.is_empty() => {}
            Deed::Point { worker, claim, point } => {
                let set = |trial: &mut Trial| trial.point = Some(point.clone());
                self.compare(*worker, *claim, |store, claim| store.set_point(claim, point).unwrap(), set);
            }
            Deed::Report { worker, claim, step: at, value } => {
                let told =
                    |store: &mut SqliteStore, claim: &Claim| store.report(claim, &[(*at, *value)]).unwrap();
                self.compare(*worker, *claim, told, |trial| step(trial, *at, *value));
            }
            Deed::Finish { worker, claim, outcome } => {
                let told = |store: &mut SqliteStore, claim: &Claim| {
                    let figures = BTreeMap::from([("bits".to_owned(), json!(claim.number))]);
                    store.finish(claim, outcome, &figures).unwrap()
                };
                let place = self.compare(*worker, *claim, told, |trial| end(trial, outcome));
                self.forget(place);
            }
            Deed::Release { worker, claim } => {
                let held = self.model.held(claim.index(self.model.claims.len())).is_some();
                let told = |store: &mut SqliteStore, claim: &Claim| {
                    store.release(claim).unwrap();
                    held
                };
                let place = self.compare(*worker, *claim, told, wait);
                self.forget(place);
            }
        }
    }

    fn next(&mut self, worker: usize, total: u64) {
        let lives: Vec<usize> = self.workers.iter().map(|(_, life)| *life).collect();
        self.model.bury(&lives);
        let (store, life) = &mut self.workers[worker];
        match (store.next(total).unwrap(), self.model.next(total)) {
            (Next::Trial(claim), Ok(wanted)) => {
                assert_eq!((claim.number, claim.point.clone()), wanted);
                self.model.give(claim, *life);
            }
            (other, wanted) => assert_eq!(Err(other), wanted),
        }
    }

    /// The trial's place, if the claim held it.
    fn compare(
        &mut self,
        worker: Index,
        claim: Index,
        told: impl Fn(&mut SqliteStore, &Claim) -> bool,
        meant: impl Fn(&mut Trial),
    ) -> Option<usize> {
        let at = claim.index(self.model.claims.len());
        let said = told(&mut self.workers[worker.index(3)].0, &self.model.claims[at].0);
        let trial = self.model.held(at);
        assert_eq!(said, trial.is_some());
        trial.map(|trial| {
            meant(trial);
            usize::try_from(trial.number).unwrap()
        })
    }

    fn forget(&mut self, place: Option<usize>) {
        if let Some(place) = place {
            self.model.holders[place] = None;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_store_does_what_the_model_says(deeds in prop::collection::vec(deed(), 1..40)) {
        let (_folder, path) = scratch();
        let mut world = World::new(path);
        for deed in &deeds {
            world.act(deed);
            let kept = world.workers[0].0.trials().unwrap();
            prop_assert_eq!(&kept, &world.model.trials, "after {:?}", deed);
        }
    }
}
