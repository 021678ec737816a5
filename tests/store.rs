//! A study's file: who gets which trial, what survives a killed worker, and what Optuna makes of it.
#![cfg(feature = "train")]

#[path = "store/damage.rs"]
mod damage;
#[path = "store/killed.rs"]
mod killed;
#[path = "store/model.rs"]
mod model;
#[path = "store/optuna.rs"]
mod optuna;
#[path = "store/support.rs"]
mod support;

use heteroq::search::store::{Next, Outcome, Said, Store};
use heteroq::search::trial::State;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Barrier;
use support::{claimed, complete, identity, open, scratch};

#[test]
fn a_trial_is_kept_as_it_was_told() {
    let (_folder, path) = scratch();
    let mut store = open(&path, &identity());
    let claim = claimed(store.next(3));
    assert_eq!((claim.number, &claim.point), (0, &None));
    assert!(store.set_point(&claim, &vec![2, 0]).unwrap());
    for (step, value) in [(3, f64::NEG_INFINITY), (1, 0.1), (2, f64::INFINITY), (1, 0.25)] {
        assert!(store.report(&claim, &[(step, value)]).unwrap());
    }
    let figures = BTreeMap::from([("bits".to_owned(), json!(1234)), ("why".to_owned(), json!({"a": [1.5]}))]);
    let outcome = Outcome::Complete { values: vec![0.1 + 0.2, f64::INFINITY], violation: 0.5 };
    assert!(store.finish(&claim, &outcome, &figures).unwrap());
    drop(store);

    let trials = open(&path, &identity()).trials().unwrap();
    assert_eq!(trials.len(), 1);
    assert_eq!(trials[0].number, 0);
    assert_eq!(trials[0].state, State::Complete);
    assert_eq!(trials[0].point, Some(vec![2, 0]));
    assert_eq!(trials[0].values, [0.1 + 0.2, f64::INFINITY]);
    assert_eq!(trials[0].violation.to_bits(), 0.5f64.to_bits());
    assert_eq!(trials[0].steps, [(1, 0.25), (2, f64::INFINITY), (3, f64::NEG_INFINITY)]);
    assert_eq!(trials[0].figures, figures);
}

#[test]
fn a_violation_may_be_infinite_and_a_step_no_number() {
    let (_folder, path) = scratch();
    let mut store = open(&path, &identity());
    let claim = claimed(store.next(1));
    store.report(&claim, &[(1, f64::NAN)]).unwrap();
    let outcome = Outcome::Complete { values: vec![0.5, 1.0], violation: f64::INFINITY };
    store.finish(&claim, &outcome, &BTreeMap::new()).unwrap();
    let trial = &store.trials().unwrap()[0];
    assert!(trial.violation.is_infinite());
    assert!(trial.steps[0].1.is_nan());
}

#[test]
fn a_trial_without_values_says_why() {
    let (_folder, path) = scratch();
    let mut store = open(&path, &identity());
    let (diverged, odd) = (claimed(store.next(9)), claimed(store.next(9)));
    store.finish(&diverged, &Outcome::Failed("the loss is infinite".to_owned()), &BTreeMap::new()).unwrap();
    let outcome = Outcome::Complete { values: vec![1.0, f64::NAN], violation: 0.0 };
    store.finish(&odd, &outcome, &BTreeMap::new()).unwrap();
    let trials = store.trials().unwrap();
    assert_eq!(trials[0].state, State::Failed);
    assert_eq!(trials[0].figures["failure"], json!("the loss is infinite"));
    assert_eq!((trials[1].state, trials[1].values.len()), (State::Failed, 0));
    assert_eq!(trials[1].figures["failure"], json!("value 1 is not a number"));
}

#[test]
fn a_trial_of_the_dead_is_done_once_by_the_living() {
    let (_folder, path) = scratch();
    let mut first = open(&path, &identity());
    let mut second = open(&path, &identity());
    let lost = claimed(first.next(1));
    first.set_point(&lost, &vec![1, 1]).unwrap();
    first.report(&lost, &[(1, 0.5)]).unwrap();
    assert_eq!(second.next(1).unwrap(), Next::Wait);
    drop(first);

    let claim = claimed(second.next(1));
    assert_eq!((claim.number, &claim.point), (0, &Some(vec![1, 1])));
    assert_ne!((claim.id, &claim.token), (lost.id, &lost.token));
    let trial = &second.trials().unwrap()[0];
    assert_eq!(
        (trial.state, trial.steps.len()),
        (State::Running, 0),
        "what the dead one reported is not its own"
    );

    let mut ghost = open(&path, &identity());
    for stale in [&lost, &heteroq::search::store::Claim { id: claim.id, ..lost.clone() }] {
        assert!(!ghost.set_point(stale, &vec![0, 0]).unwrap());
        assert!(!ghost.report(stale, &[(2, 0.1)]).unwrap());
        assert!(!ghost.finish(stale, &complete(0.0), &BTreeMap::new()).unwrap());
        ghost.release(stale).unwrap();
    }
    assert_eq!(&second.trials().unwrap()[0], trial);
    assert!(second.finish(&claim, &complete(1.0), &BTreeMap::new()).unwrap());
    assert!(!second.finish(&claim, &complete(2.0), &BTreeMap::new()).unwrap(), "it is done");
    assert_eq!(second.next(1).unwrap(), Next::Done);
    assert_eq!(second.trials().unwrap()[0].values, [1.0, 1.0]);
}

/// A trial that kills whoever works on it would be begun again by every worker to come.
#[test]
fn the_tenth_death_over_a_trial_is_its_end() {
    let (_folder, path) = scratch();
    for death in 0..10 {
        let mut store = open(&path, &identity());
        let claim = claimed(store.next(2));
        assert_eq!(claim.number, 0, "death {death}");
        if death == 0 {
            store.set_point(&claim, &vec![2, 1]).unwrap();
        }
        // Given back as often as one likes, it is none the worse for it.
        store.release(&claim).unwrap();
        assert_eq!(claimed(store.next(2)).number, 0);
    }
    let mut store = open(&path, &identity());
    assert_eq!(claimed(store.next(2)).number, 1);
    assert_eq!(store.next(2).unwrap(), Next::Wait);
    let trial = &store.trials().unwrap()[0];
    assert_eq!((trial.state, &trial.point), (State::Failed, &Some(vec![2, 1])));
    assert_eq!(trial.figures["failure"], json!("10 workers have died over it, one after the other"));
}

#[test]
fn a_trial_given_back_comes_first_and_has_its_number() {
    let (_folder, path) = scratch();
    let mut store = open(&path, &identity());
    let (zero, one) = (claimed(store.next(9)), claimed(store.next(9)));
    for claim in [&one, &zero] {
        store.set_point(claim, &vec![claim.number.try_into().unwrap(), 1]).unwrap();
        store.report(claim, &[(1, 0.5)]).unwrap();
        store.release(claim).unwrap();
    }
    let waiting = store.trials().unwrap();
    assert!(waiting.iter().all(|trial| trial.state == State::Waiting && trial.steps.is_empty()));
    let again = [claimed(store.next(9)), claimed(store.next(9)), claimed(store.next(9))];
    let seen: Vec<_> = again.iter().map(|claim| (claim.number, claim.point.clone())).collect();
    assert_eq!(seen, [(0, Some(vec![0, 1])), (1, Some(vec![1, 1])), (2, None)]);
}

#[test]
fn more_trials_may_be_asked_for_later_and_fewer() {
    let (_folder, path) = scratch();
    let mut store = open(&path, &identity());
    let claims = [claimed(store.next(2)), claimed(store.next(2))];
    assert_eq!(store.next(2).unwrap(), Next::Wait);
    store.finish(&claims[0], &complete(0.5), &BTreeMap::new()).unwrap();
    store.release(&claims[1]).unwrap();
    assert_eq!(store.next(1).unwrap(), Next::Done, "trial 1 is none of the first");
    assert_eq!(claimed(store.next(3)).number, 1);
    assert_eq!(claimed(store.next(3)).number, 2);
}

#[test]
fn attributes_are_kept_by_the_first() {
    let (_folder, path) = scratch();
    let (mut first, mut second) = (open(&path, &identity()), open(&path, &identity()));
    assert_eq!(first.attribute("cost").unwrap(), None);
    assert_eq!(first.keep_attribute("cost", &json!({"bits": 0.1})).unwrap(), json!({"bits": 0.1}));
    assert_eq!(second.keep_attribute("cost", &json!(7)).unwrap(), json!({"bits": 0.1}));
    assert_eq!(second.attribute("cost").unwrap(), Some(json!({"bits": 0.1})));
}

#[test]
fn studies_of_one_file_do_not_mix() {
    let (_folder, path) = scratch();
    let mut other = identity();
    other.name = "stage 2".to_owned();
    other.dimensions.pop();
    let (mut first, mut second) = (open(&path, &identity()), open(&path, &other));
    let (a, b) = (claimed(first.next(2)), claimed(second.next(2)));
    assert_eq!((a.number, b.number), (0, 0));
    first.set_point(&a, &vec![0, 1]).unwrap();
    second.set_point(&b, &vec![2]).unwrap();
    first.keep_attribute("cost", &json!(1)).unwrap();
    assert_eq!(second.attribute("cost").unwrap(), None);
    assert_eq!(second.trials().unwrap()[0].point, Some(vec![2]));
    assert_eq!(claimed(first.next(2)).number, 1);
}

#[test]
fn workers_leave_no_files_behind() {
    let (folder, path) = scratch();
    let workers = folder.path().join("workers");
    let files = || std::fs::read_dir(&workers).unwrap().count();
    let first = open(&path, &identity());
    std::fs::write(workers.join("1-dead.lock"), "").unwrap();
    let second = open(&path, &identity());
    assert_eq!(files(), 2, "the dead one's is gone, those of the living are there");
    drop((first, second));
    assert_eq!(files(), 0);
}

/// Threads with a store each: every trial is claimed once.
#[test]
fn many_workers_share_the_trials() {
    const WORKERS: usize = 4;
    const TOTAL: u64 = 24;
    let (_folder, path) = scratch();
    let barrier = Barrier::new(WORKERS);
    let work = || {
        barrier.wait();
        let mut store = open(&path, &identity());
        let mut done = Vec::new();
        while let Next::Trial(claim) = store.next(TOTAL).unwrap() {
            store.report(&claim, &[(1, 0.5)]).unwrap();
            assert!(store.finish(&claim, &complete(0.5), &BTreeMap::new()).unwrap());
            done.push(claim.number);
        }
        done
    };
    let done: Vec<u64> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert_eq!(done.len() as u64, TOTAL);
    assert_eq!(done.into_iter().collect::<BTreeSet<_>>(), (0..TOTAL).collect());
}

/// Two workers may say the same point at once: the second one is told.
#[test]
fn a_new_point_is_that_of_one_trial() {
    let (_folder, path) = scratch();
    let (mut first, mut second) = (open(&path, &identity()), open(&path, &identity()));
    let (a, b) = (claimed(first.next(9)), claimed(second.next(9)));
    assert_eq!(first.set_new_point(&a, &vec![1, 2]).unwrap(), Said::Kept);
    assert_eq!(second.set_new_point(&b, &vec![1, 2]).unwrap(), Said::Taken);
    assert_eq!(second.trials().unwrap()[1].point, None);
    assert_eq!(first.set_new_point(&a, &vec![1, 2]).unwrap(), Said::Kept, "it is its own");
    assert_eq!(second.set_new_point(&b, &vec![1, 1]).unwrap(), Said::Kept);
    drop(second);
    assert_eq!(claimed(first.next(9)).number, 1);
    assert_eq!(first.set_new_point(&b, &vec![0, 0]).unwrap(), Said::NotOurs);
}
