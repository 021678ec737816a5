//! Samplers: what they promise of every study, and how well they search where the answer is known.
#![cfg(feature = "train")]
#![expect(clippy::cast_precision_loss, reason = "small numbers")]

use heteroq::config::search::SamplerKind;
use heteroq::data::random::Random;
use heteroq::search::domain::{Choice, Dimension, Point};
use heteroq::search::front;
use heteroq::search::ranking;
use heteroq::search::sampler::{self, Sampler, Study, grid::Grid, nsga2::Nsga2, tpe::Tpe, warm::Warm};
use heteroq::search::trial::Direction::{self, Maximize, Minimize};
use heteroq::search::trial::{State, Trial};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const KINDS: [SamplerKind; 5] =
    [SamplerKind::Random, SamplerKind::Tpe, SamplerKind::Asha, SamplerKind::Nsga2, SamplerKind::Grid];

/// One dimension for each number of choices.
fn dimensions(choices: &[usize]) -> Vec<Dimension> {
    let list = |n: usize| (0..n).map(|at| Choice::Text(format!("quantized_bits({at})"))).collect();
    choices
        .iter()
        .enumerate()
        .map(|(at, &n)| Dimension { name: format!("p{at}"), choices: list(n) })
        .collect()
}

fn complete(number: u64, point: Point, values: Vec<f64>) -> Trial {
    Trial {
        number,
        point: Some(point),
        state: State::Complete,
        values,
        violation: 0.0,
        steps: Vec::new(),
        figures: BTreeMap::new(),
    }
}

/// What a search by one worker finds in so many trials.
fn searched(
    sampler: &dyn Sampler,
    dimensions: &[Dimension],
    directions: &[Direction],
    seed: u64,
    trials: u64,
    values: impl Fn(&Point) -> Vec<f64>,
) -> Vec<Trial> {
    let mut done = Vec::new();
    for number in 0..trials {
        let Some(point) = sampler.ask(&Study { dimensions, directions, seed, trials: &done }, number) else {
            break;
        };
        let found = values(&point);
        done.push(complete(number, point, found));
    }
    done
}

// What every sampler promises.

/// A history of trials of any kind: some without points, some with values that are no numbers, some that cannot be.
fn history(sizes: Vec<usize>) -> impl Strategy<Value = Vec<Trial>> {
    let value = prop_oneof![4 => -1.0..1.0, 1 => Just(f64::NAN), 1 => Just(f64::INFINITY), 1 => Just(0.0)];
    let state = prop_oneof![
        4 => Just(State::Complete),
        1 => Just(State::Pruned),
        1 => Just(State::Failed),
        1 => Just(State::Running),
        1 => Just(State::Waiting)
    ];
    let trial = (
        state,
        prop::collection::vec(any::<prop::sample::Index>(), sizes.len()),
        prop::collection::vec(value.clone(), 2),
        prop_oneof![3 => Just(0.0), 1 => 0.0..2.0, 1 => Just(f64::NAN)],
        value,
        prop::bool::weighted(0.9),
    );
    let built = move |(number, (state, indices, values, violation, metric, has_point)): (usize, _)| {
        let indices: Vec<prop::sample::Index> = indices;
        let point: Point = indices.iter().zip(&sizes).map(|(index, &n)| index.index(n)).collect();
        let values = if state == State::Complete { values } else { Vec::new() };
        let point = (has_point || state == State::Complete).then_some(point);
        let steps = vec![(1, metric), (3, metric)];
        Trial { point, state, violation, steps, ..complete(number as u64, Vec::new(), values) }
    };
    prop::collection::vec(trial, 0..40).prop_map(move |all| all.into_iter().enumerate().map(&built).collect())
}

fn studies() -> impl Strategy<Value = (Vec<usize>, Vec<Trial>, u64)> {
    prop::collection::vec(1usize..5, 0..4)
        .prop_flat_map(|sizes| (Just(sizes.clone()), history(sizes), any::<u64>()))
}

proptest! {
    #[test]
    fn whatever_was_tried_the_next_is_new_and_a_choice_of_each_list((sizes, trials, seed) in studies()) {
        let dimensions = dimensions(&sizes);
        let directions = [Maximize, Minimize];
        let mut turned = trials.clone();
        turned.reverse();
        let tried: BTreeSet<&Point> = trials.iter().filter_map(|trial| trial.point.as_ref()).collect();
        for kind in KINDS {
            let sampler = sampler::of(kind, 40, 9);
            let study = Study { dimensions: &dimensions, directions: &directions, seed, trials: &trials };
            let number = trials.len() as u64;
            let asked = sampler.ask(&study, number);
            prop_assert_eq!(&asked, &sampler.ask(&study, number), "asked twice");
            prop_assert_eq!(&asked, &sampler.ask(&Study { trials: &turned, ..study }, number), "in another order");
            for trial in &trials {
                let hopeless = sampler.is_hopeless(&study, trial.number);
                prop_assert_eq!(hopeless, sampler.is_hopeless(&Study { trials: &turned, ..study }, trial.number));
                prop_assert!(!hopeless || kind == SamplerKind::Asha);
            }
            if let Some(point) = &asked {
                prop_assert_eq!(point.len(), sizes.len());
                prop_assert!(point.iter().zip(&sizes).all(|(at, n)| at < n));
            }
            if matches!(kind, SamplerKind::Tpe | SamplerKind::Nsga2) {
                prop_assert_eq!(asked.is_none(), tried.len() == sizes.iter().product::<usize>());
                prop_assert!(asked.is_none_or(|point| !tried.contains(&point)));
            }
        }
    }

    #[test]
    fn every_point_is_tried_once_and_then_there_is_none(sizes in prop::collection::vec(1usize..4, 0..4), seed in any::<u64>()) {
        let all: usize = sizes.iter().product();
        for kind in KINDS {
            let sampler = sampler::of(kind, all, 3);
            let trials = searched(&*sampler, &dimensions(&sizes), &[Maximize], seed, all as u64 + 5, |point| vec![point.iter().sum::<usize>() as f64]);
            let points: BTreeSet<&Point> = trials.iter().filter_map(|trial| trial.point.as_ref()).collect();
            prop_assert_eq!((trials.len(), points.len()), (all, all), "{:?}", kind);
        }
    }
}

#[test]
fn a_grid_counts_and_knows_nothing_of_the_others() {
    let dimensions = dimensions(&[2, 1, 3]);
    let some = [complete(0, vec![1, 0, 2], vec![f64::NAN])];
    let study = Study { dimensions: &dimensions, directions: &[Maximize], seed: 7, trials: &some };
    let points: Vec<Point> = (0..).map_while(|number| Grid.ask(&study, number)).collect();
    assert_eq!(points, [[0, 0, 0], [0, 0, 1], [0, 0, 2], [1, 0, 0], [1, 0, 1], [1, 0, 2]]);
    assert_eq!(Grid.ask(&study, u64::MAX), None);
}

#[test]
fn random_points_are_even_and_know_nothing_of_the_others() {
    let dimensions = dimensions(&[4, 3, 8, 8]);
    let random = sampler::of(SamplerKind::Random, 100, 1);
    let study = |seed, trials| Study { dimensions: &dimensions, directions: &[Maximize], seed, trials };
    let mut counts = [[0; 4]; 2];
    for seed in 0..4000 {
        for (number, counts) in counts.iter_mut().enumerate() {
            counts[random.ask(&study(seed, &[]), number as u64).unwrap()[0]] += 1;
        }
    }
    assert!(counts.iter().flatten().all(|c| (880..1120).contains(c)), "{counts:?}");
    let some = searched(&*random, &dimensions, &[Maximize], 5, 20, |_| vec![1.0]);
    assert_eq!(random.ask(&study(5, &some), 20), random.ask(&study(5, &some[..3]), 20));
    assert_ne!(random.ask(&study(5, &some), 20), random.ask(&study(6, &some), 20));
}

#[test]
fn many_dimensions_do_not_overflow() {
    let dimensions = dimensions(&[9; 200]);
    for kind in KINDS {
        let sampler = sampler::of(kind, 30, 3);
        let trials =
            searched(&*sampler, &dimensions, &[Minimize], 3, 30, |p| vec![p.iter().sum::<usize>() as f64]);
        assert_eq!(trials.len(), 30, "{kind:?}");
    }
}

#[test]
fn workers_do_not_try_what_others_work_on() {
    let dimensions = dimensions(&[6, 6]);
    let value = |point: &Point| vec![(point[0] + point[1]) as f64];
    for kind in [SamplerKind::Tpe, SamplerKind::Nsga2] {
        let sampler = sampler::of(kind, 36, 3);
        let mut trials = searched(&*sampler, &dimensions, &[Minimize], 1, 16, value);
        for number in 16..24 {
            let study = Study { dimensions: &dimensions, directions: &[Minimize], seed: 1, trials: &trials };
            let point = sampler.ask(&study, number).unwrap();
            assert!(trials.iter().all(|trial| trial.point.as_ref() != Some(&point)), "{kind:?}");
            trials.push(Trial { state: State::Running, ..complete(number, point, Vec::new()) });
        }
    }
}

#[test]
fn a_trial_that_runs_again_is_asked_as_the_first_time() {
    let dimensions = dimensions(&[8; 6]);
    for kind in [SamplerKind::Tpe, SamplerKind::Nsga2] {
        let sampler = sampler::of(kind, 100, 3);
        let mut trials = searched(&*sampler, &dimensions, &[Minimize], 1, 30, |p| vec![p[0] as f64]);
        let last = trials.pop().unwrap();
        let study = |trials| Study { dimensions: &dimensions, directions: &[Minimize], seed: 1, trials };
        let again = Trial { state: State::Running, values: Vec::new(), ..last.clone() };
        let with: Vec<Trial> = trials.iter().cloned().chain([again]).collect();
        assert_eq!(sampler.ask(&study(&trials), 29), last.point);
        assert_eq!(sampler.ask(&study(&with), 29), last.point);
    }
}

// How well they search.

/// A toy of six lists of 8 choices: the sum over the lists of how far the choice is from a hidden best.
struct Toy {
    hidden: Vec<usize>,
    /// What each choice means: the places themselves, or all mixed up.
    meaning: Vec<Vec<usize>>,
}

impl Toy {
    fn of(seed: u64, mixed: bool) -> Toy {
        let mut random = Random::of(&[seed, 99, 7]);
        let hidden = (0..6).map(|_| random.below(8)).collect();
        let mut meaning = vec![(0..8).collect::<Vec<usize>>(); 6];
        for list in meaning.iter_mut().filter(|_| mixed) {
            (1..8).rev().for_each(|at| list.swap(at, random.below(at + 1)));
        }
        Toy { hidden, meaning }
    }

    fn distance(&self, point: &Point) -> f64 {
        let each = point.iter().zip(&self.meaning).zip(&self.hidden);
        each.map(|((&at, meaning), &best)| meaning[at].abs_diff(best)).sum::<usize>() as f64
    }

    /// The same with sums of neighbours: what is good in one list depends on two others.
    fn entangled(&self, point: &Point) -> f64 {
        let pair = |of: &[usize], at: usize| (of[at] + of[(at + 1) % 6]) % 8;
        (0..6).map(|at| pair(point, at).abs_diff(pair(&self.hidden, at))).sum::<usize>() as f64
    }
}

/// The sum over 20 seeds of the best of 200 trials.
fn sum_of_best(sampler: &dyn Sampler, mixed: bool, value: fn(&Toy, &Point) -> f64) -> f64 {
    let best = |seed| {
        let toy = Toy::of(seed, mixed);
        let value = |point: &Point| vec![value(&toy, point)];
        let trials = searched(sampler, &dimensions(&[8; 6]), &[Minimize], seed, 200, value);
        ranking::best(&trials, &[Minimize]).unwrap().values[0]
    };
    (0..20).map(best).sum()
}

#[test]
fn tpe_finds_what_is_hidden_in_equal_lists() {
    let tpe = Tpe::default();
    let random = sampler::of(SamplerKind::Random, 200, 1);
    let of = |sampler: &dyn Sampler| {
        [
            sum_of_best(sampler, false, Toy::distance),
            sum_of_best(sampler, true, Toy::distance),
            sum_of_best(sampler, false, Toy::entangled),
        ]
    };
    let (found, even) = (of(&tpe), of(&*random));
    eprintln!("TPE {found:?}, random {even:?}");
    assert!(found[0] <= 21.0 && found[1] <= 25.0 && found[2] <= 60.0, "{found:?}"); // Optuna 5.0: 19, 22, 48
    assert!(even.iter().zip(found).all(|(even, found)| found < 0.7 * even), "{found:?}, random {even:?}");
}

/// A metric that falls with fewer bits, the first lists more than the last, and a cost in bits: a front of many points.
fn accuracy_and_cost(point: &Point) -> Vec<f64> {
    let bits = |at: usize| 1.0 + at as f64;
    let lost: f64 =
        point.iter().enumerate().map(|(list, &at)| 0.5f64.powf(bits(at)) / (1.0 + list as f64)).sum();
    let cost: f64 =
        point.iter().enumerate().map(|(list, &at)| bits(at) * (1.0 + ((list * 5) % 6) as f64)).sum();
    vec![1.0 - lost / 2.0, cost]
}

#[test]
fn two_goals_are_searched_better_than_at_random() {
    let directions = [Maximize, Minimize];
    let area = |sampler: &dyn Sampler, seed| {
        let trials = searched(sampler, &dimensions(&[8; 6]), &directions, seed, 200, accuracy_and_cost);
        let losses: Vec<_> = trials.iter().map(|trial| front::losses(&trial.values, &directions)).collect();
        front::hypervolume(&losses, &[-0.3, 170.0])
    };
    let most = front::hypervolume(&best_of_all(), &[-0.3, 170.0]);
    let missed = |sampler: &dyn Sampler| (0..10).map(|seed| most - area(sampler, seed)).sum::<f64>() / 10.0;
    let random = missed(&*sampler::of(SamplerKind::Random, 200, 1));
    let (nsga2, tpe) = (missed(&Nsga2::new(200)), missed(&Tpe::default()));
    eprintln!("of {most}, NSGA-II misses {nsga2}, TPE {tpe}, random {random}");
    assert!(nsga2 < 0.8 * random && tpe < 0.65 * random, "NSGA-II {nsga2}, TPE {tpe}, random {random}");
}

/// The front of the whole grid.
fn best_of_all() -> Vec<front::Losses> {
    let directions = [Maximize, Minimize];
    let trials = searched(&Grid, &dimensions(&[8; 6]), &directions, 0, 1 << 18, accuracy_and_cost);
    let losses: Vec<_> = trials.iter().map(|trial| front::losses(&trial.values, &directions)).collect();
    front::pareto(&losses).into_iter().map(|at| losses[at].clone()).collect()
}

/// The best metric of 150 trials within a budget that about one point in a hundred meets.
fn best_within(kind: SamplerKind, seed: u64, budget: f64) -> Option<f64> {
    let (sampler, dimensions) = (sampler::of(kind, 150, 1), dimensions(&[8; 6]));
    let mut trials: Vec<Trial> = Vec::new();
    for number in 0..150 {
        let study = Study { dimensions: &dimensions, directions: &[Maximize], seed, trials: &trials };
        let point = sampler.ask(&study, number).unwrap();
        let values = accuracy_and_cost(&point);
        let violation = (values[1] / budget - 1.0).max(0.0);
        trials.push(Trial { violation, ..complete(number, point, vec![values[0]]) });
    }
    ranking::best(&trials, &[Maximize]).map(|trial| trial.values[0])
}

#[test]
fn a_budget_is_met_and_used_up() {
    let budget = 50.0;
    let most = best_of_all()
        .iter()
        .filter(|losses| losses[1] <= budget)
        .map(|losses| -losses[0])
        .fold(0.0, f64::max);
    let missed =
        |kind| (0..10).map(|seed| most - best_within(kind, seed, budget).unwrap_or(0.0)).sum::<f64>() / 10.0;
    let (random, tpe, nsga2) =
        (missed(SamplerKind::Random), missed(SamplerKind::Tpe), missed(SamplerKind::Nsga2));
    eprintln!("of {most}, TPE misses {tpe}, NSGA-II {nsga2}, random {random}");
    assert!(tpe < 0.3 * random && nsga2 < 0.3 * random, "TPE {tpe}, NSGA-II {nsga2}, random {random}");
}

/// A training whose metric after any epoch says something of the last.
fn course(point: &Point, epoch: u64) -> f64 {
    let end = 0.8 - point.iter().map(|&at| at as f64).sum::<f64>() / 60.0;
    let noise = Random::of(&point.iter().map(|&at| at as u64).chain([epoch]).collect::<Vec<u64>>()).unit();
    end - 0.3 / epoch as f64 + 0.02 * f64::from(noise)
}

/// One worker's trials of 27 epochs: the best metric at the end, and epochs in all.
fn trained(sampler: &dyn Sampler, seed: u64) -> (f64, u64) {
    let dimensions = dimensions(&[8; 4]);
    let (mut trials, mut best, mut epochs): (Vec<Trial>, f64, u64) = (Vec::new(), f64::NEG_INFINITY, 0);
    for number in 0..60 {
        let study = Study { dimensions: &dimensions, directions: &[Maximize], seed, trials: &trials };
        let point = sampler.ask(&study, number).unwrap();
        trials.push(Trial { state: State::Running, ..complete(number, point.clone(), Vec::new()) });
        for epoch in 1..=27 {
            epochs += 1;
            trials.last_mut().unwrap().steps.push((epoch, course(&point, epoch)));
            if sampler.is_hopeless(
                &Study { dimensions: &dimensions, directions: &[Maximize], seed, trials: &trials },
                number,
            ) {
                trials.last_mut().unwrap().state = State::Pruned;
                break;
            }
        }
        let last = trials.last_mut().unwrap();
        if last.state == State::Running {
            last.state = State::Complete;
            last.values = vec![course(&point, 27)];
            best = best.max(last.values[0]);
        }
    }
    (best, epochs)
}

#[test]
fn asha_ends_hopeless_trials_and_keeps_the_best() {
    let (asha, random) = (sampler::of(SamplerKind::Asha, 60, 27), sampler::of(SamplerKind::Random, 60, 27));
    for seed in 0..10 {
        let ((found, epochs), (even, all)) = (trained(&*asha, seed), trained(&*random, seed));
        assert_eq!(all, 60 * 27);
        assert!(epochs * 2 < all && found > even - 0.03, "{epochs} epochs for {found}, {all} for {even}");
    }
}

#[test]
fn rungs_are_where_thirds_of_the_epochs_are() {
    let asha = sampler::of(SamplerKind::Asha, 9, 10);
    let dimensions = dimensions(&[9]);
    let with = |metrics: &[f64], step: u64| -> Vec<bool> {
        let trial = |(number, &metric): (usize, &f64)| {
            let steps = vec![(step, metric)];
            Trial { state: State::Running, steps, ..complete(number as u64, vec![number], Vec::new()) }
        };
        let trials: Vec<Trial> = metrics.iter().enumerate().map(trial).collect();
        let study = Study { dimensions: &dimensions, directions: &[Maximize], seed: 0, trials: &trials };
        (0..trials.len() as u64).map(|number| asha.is_hopeless(&study, number)).collect()
    };
    let metrics = [0.5, 0.9, 0.7, f64::NAN, 0.8, 0.6, 0.9];
    let hopeless = [true, false, true, true, true, true, false];
    for step in 1..=10 {
        let expected = if [1, 3].contains(&step) { hopeless } else { [false; 7] };
        assert_eq!(with(&metrics, step), expected, "after {step} epochs");
    }
    assert_eq!(with(&[0.1], 1), [false]);
    assert_eq!(with(&[f64::NAN], 3), [true]);
}

/// Its own points for the first trials, whoever asks when; then the other's, which has learned from them.
#[test]
fn a_warm_start_is_learned_from() {
    let dimensions = dimensions(&[8; 6]);
    let best = [5usize, 1, 7, 0, 3, 6];
    let distance = |point: &Point| {
        let far: usize = point.iter().zip(best).map(|(&a, b)| a.abs_diff(b)).sum();
        vec![far as f64]
    };
    let first: Vec<Point> = (0..8).map(|rung| vec![rung; 6]).collect();
    for kind in [SamplerKind::Tpe, SamplerKind::Nsga2] {
        let warm = Warm { first: first.clone(), then: sampler::of(kind, 60, 1) };
        let trials = searched(&warm, &dimensions, &[Minimize], 3, 60, distance);
        let said: Vec<&Point> = trials.iter().filter_map(|trial| trial.point.as_ref()).collect();
        assert!(said[..8].iter().zip(&first).all(|(said, first)| *said == first));
        assert_eq!(said.iter().collect::<BTreeSet<_>>().len(), 60, "{kind:?} says a point twice");
        assert!(first.iter().all(|point| !said[8..].contains(&point)));
        // One that somebody has tried already is left to the other sampler.
        let done = [complete(0, first[1].clone(), vec![1.0])];
        let study = Study { dimensions: &dimensions, directions: &[Minimize], seed: 3, trials: &done };
        assert_ne!(warm.ask(&study, 1).as_ref(), Some(&first[1]));
        assert_eq!(warm.ask(&study, 5).as_ref(), Some(&first[5]), "trials may be asked for in any order");
    }
    // Where a rung is near the best, it is found sooner.
    let near = |point: &Point| {
        let far: usize =
            point.iter().zip([2, 2, 3, 2, 1, 2]).map(|(&a, b): (&usize, usize)| a.abs_diff(b)).sum();
        vec![far as f64]
    };
    let sum = |sampler: &dyn Sampler| -> f64 {
        let trials = |seed| searched(sampler, &dimensions, &[Minimize], seed, 40, near);
        let best = |seed| trials(seed).iter().map(|trial| trial.values[0]).fold(f64::INFINITY, f64::min);
        (0..20).map(best).sum()
    };
    let (cold, warm) = (sum(&Tpe::default()), sum(&Warm { first, then: Box::new(Tpe::default()) }));
    assert!(warm < 0.5 * cold, "{warm} with a warm start, {cold} without");
}
