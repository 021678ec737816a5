//! Fronts, hypervolumes, scores and the order of trials, against their definitions.
#![cfg(feature = "train")]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::float_cmp,
    reason = "small whole numbers, and figures that are exact"
)]

use heteroq::config::search::{
    BitsRule, Choices, EnergyRule, Filters, Forgiving, Goal, Judge, Last, Metric, Order, Reference,
    SamplerKind, Search,
};
use heteroq::data::random::Random;
use heteroq::search::front::{self, Losses, dominates, fronts, hypervolume, pareto};
use heteroq::search::ranking::{self, Kind};
use heteroq::search::score::{Costs, ScoreError, factor, judge, objectives};
use heteroq::search::trial::Direction::{Maximize, Minimize};
use heteroq::search::trial::{State, Trial};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Points of 1 to 4 objectives with few different values, so that many are equal in something or in everything.
fn points() -> impl Strategy<Value = Vec<Losses>> {
    (1usize..5).prop_flat_map(|objectives| {
        let loss = prop_oneof![(0u8..6).prop_map(f64::from), Just(-0.0)];
        prop::collection::vec(prop::collection::vec(loss, objectives), 0..40)
    })
}

/// The definition: take away what nothing left dominates, again and again.
fn peeled(points: &[Losses]) -> Vec<usize> {
    let mut front = vec![usize::MAX; points.len()];
    for number in 0.. {
        let left: Vec<usize> = (0..points.len()).filter(|&at| front[at] == usize::MAX).collect();
        if left.is_empty() {
            break;
        }
        let free = |&&at: &&usize| !left.iter().any(|&other| dominates(&points[other], &points[at]));
        left.iter().filter(free).for_each(|&at| front[at] = number);
    }
    front
}

/// How many unit cubes of the grid 0..6 the points dominate: the definition of a hypervolume of whole numbers.
fn cubes(points: &[Losses], objectives: usize) -> usize {
    let corner = |cube: usize| -> Losses {
        (0..objectives).map(|d| (cube / 6usize.pow(d as u32) % 6) as f64).collect()
    };
    let covered =
        |cube: &usize| points.iter().any(|p| p.iter().zip(corner(*cube)).all(|(loss, low)| *loss <= low));
    (0..6usize.pow(objectives as u32)).filter(covered).count()
}

proptest! {
    #[test]
    fn fronts_are_what_peeling_finds(points in points()) {
        prop_assert_eq!(fronts(&points), peeled(&points));
        let first: Vec<usize> = (0..points.len()).filter(|&at| peeled(&points)[at] == 0).collect();
        prop_assert_eq!(pareto(&points), first);
    }

    #[test]
    fn a_hypervolume_is_the_cubes_below_it(points in points()) {
        let objectives = points.first().map_or(2, Vec::len);
        let volume = hypervolume(&points, &vec![6.0; objectives]);
        prop_assert_eq!(volume, cubes(&points, objectives) as f64);
    }

    #[test]
    fn equal_points_crowd_and_the_first_stands_for_all(points in points()) {
        let distances = front::crowding(&points);
        for (at, point) in points.iter().enumerate() {
            let first = points.iter().position(|other| other == point).unwrap();
            prop_assert!(first == at || distances[at] == 0.0);
        }
        let alone: Vec<Losses> = (0..points.len()).filter(|&at| !points[..at].contains(&points[at])).map(|at| points[at].clone()).collect();
        let kept: Vec<f64> = (0..points.len()).filter(|&at| !points[..at].contains(&points[at])).map(|at| distances[at]).collect();
        prop_assert_eq!(front::crowding(&alone), kept);
    }
}

#[test]
fn crowding_is_that_of_the_paper() {
    let line = [vec![0.0, 10.0], vec![4.0, 3.0], vec![1.0, 6.0], vec![10.0, 0.0]];
    let distances = front::crowding(&line);
    assert_eq!(distances[0], f64::INFINITY);
    assert_eq!(distances[3], f64::INFINITY);
    assert!((distances[2] - (0.4 + 0.7)).abs() < 1e-12, "{distances:?}");
    assert!((distances[1] - (0.9 + 0.6)).abs() < 1e-12, "{distances:?}");
}

#[test]
fn a_hypervolume_of_fractions_is_that_of_monte_carlo() {
    let mut random = Random::new(11);
    let mut unit = || f64::from(random.unit());
    let points: Vec<Losses> = (0..12).map(|_| vec![unit(), unit(), unit()]).collect();
    let inside = |sample: &[f64]| points.iter().any(|p| p.iter().zip(sample).all(|(loss, at)| loss <= at));
    let hits = (0..200_000).filter(|_| inside(&[unit() * 0.9, unit() * 0.8, unit()])).count();
    let expected = hits as f64 / 200_000.0 * 0.9 * 0.8;
    let found = hypervolume(&points, &[0.9, 0.8, 1.0]);
    assert!((found - expected).abs() < 0.004, "{found} for {expected}");
}

#[test]
fn what_is_no_number_is_on_no_front() {
    let values = [[f64::NAN, 1.0], [0.5, f64::INFINITY], [0.5, 3.0], [0.25, 2.0], [0.5, 3.0], [0.25, 3.0]];
    let points: Vec<Losses> = values.iter().map(|v| front::losses(v, &[Maximize, Minimize])).collect();
    assert_eq!(pareto(&points), [2, 3, 4]);
    assert!(hypervolume(&points, &[0.0, 4.0]).is_finite());
    assert!(front::crowding(&points).iter().all(|distance| !distance.is_nan()));
    assert!(pareto(&[]).is_empty() && front::crowding(&[]).is_empty() && fronts(&[]).is_empty());
}

#[test]
fn a_cost_ten_times_smaller_is_worth_the_same_anywhere() {
    let area = |networks: &[(f64, f64)]| front::hypervolume_of_log_cost(networks, (10_000.0, 0.5));
    assert!((area(&[(100.0, 0.75)]) - 2.0 * area(&[(1000.0, 0.75)])).abs() < 1e-12);
    let both = area(&[(100.0, 0.75), (1000.0, 1.0)]);
    assert!((both - 10f64.ln() * (2.0 * 0.25 + 0.25)).abs() < 1e-12);
    assert_eq!(area(&[(100.0, 0.5), (20_000.0, 0.9), (f64::NAN, 0.9), (100.0, f64::NAN)]), area(&[]));
    assert_eq!(area(&[(0.0, 1.0)]), area(&[(1.0, 1.0)]));
}

fn trial(number: u64, state: State, values: &[f64], violation: f64) -> Trial {
    Trial {
        number,
        point: Some(vec![0]),
        state,
        values: values.to_vec(),
        violation,
        steps: Vec::new(),
        figures: BTreeMap::new(),
    }
}

fn numbers(trials: &[&Trial]) -> Vec<u64> {
    trials.iter().map(|trial| trial.number).collect()
}

#[test]
fn trials_are_ranked_by_kind_then_value_then_number() {
    let pruned = |number, step, metric| Trial {
        steps: vec![(step, metric)],
        ..trial(number, State::Pruned, &[], 0.0)
    };
    let mut trials = vec![
        trial(0, State::Failed, &[], 0.0),
        trial(1, State::Complete, &[0.9], 0.5),
        pruned(2, 1, 0.9),
        trial(3, State::Complete, &[0.7], 0.0),
        trial(4, State::Running, &[], 0.0),
        trial(5, State::Complete, &[0.8], 0.0),
        pruned(6, 3, 0.5),
        trial(7, State::Complete, &[f64::NAN], 0.0),
        trial(8, State::Complete, &[0.7], 0.0),
        trial(9, State::Complete, &[0.2], 0.25),
        pruned(10, 3, f64::NAN),
        trial(11, State::Complete, &[0.7], 0.0),
        trial(12, State::Complete, &[0.99], f64::NAN),
        trial(13, State::Waiting, &[], 0.0),
    ];
    let expected = [5, 3, 8, 11, 9, 1, 6, 10, 2, 0, 7, 12];
    for _ in 0..trials.len() {
        trials.rotate_left(1);
        let found: Vec<u64> =
            ranking::standings(&trials, &[Maximize]).iter().map(|s| s.trial.number).collect();
        assert_eq!(found, expected);
    }
    assert_eq!(ranking::best(&trials, &[Maximize]).unwrap().number, 5);
    assert_eq!(ranking::best(&trials, &[Minimize]).unwrap().number, 3);
    assert_eq!(ranking::nearest(&trials, &[Maximize]).unwrap().number, 9);
    assert_eq!(ranking::standings(&trials, &[Maximize])[4].kind, Kind::OverBudget);
}

#[test]
fn the_front_of_trials_leaves_out_what_is_over_the_budget() {
    let trials = [
        trial(0, State::Complete, &[0.7, 100.0], 0.0),
        trial(1, State::Complete, &[0.9, 10.0], 0.1),
        trial(2, State::Complete, &[0.8, 300.0], 0.0),
        trial(3, State::Complete, &[0.7, 200.0], 0.0),
        trial(4, State::Complete, &[0.7, 100.0], 0.0),
    ];
    assert_eq!(numbers(&ranking::front(&trials, &[Maximize, Minimize])), [0, 2, 4]);
    assert!(
        ranking::best(&[], &[Maximize]).is_none() && ranking::nearest(&trials[..1], &[Maximize]).is_none()
    );
}

/// What QKeras 0.9's `ForgivingFactorBits` says of its own models: `delta_p`, `delta_n`, `rate`, `stress`, the stressed
/// reference, the trial, and 0.75 times the factor.
const QKERAS: [([f64; 4], f64, f64, f64); 9] = [
    ([8.0, 8.0, 2.0, 1.0], 36304.0, 27270.0, 0.774_768_828_764_122_1),
    ([8.0, 8.0, 2.0, 1.0], 9076.0, 27144.0, 0.655_169_710_998_259_6),
    ([8.0, 8.0, 2.0, 1.0], 27186.0, 27186.0, 0.75),
    ([8.0, 4.0, 2.0, 0.5], 18152.0, 27270.0, 0.732_384_414_464_496_1),
    ([5.0, 10.0, 4.0, 1.0], 9076.0, 27144.0, 0.690_731_069_373_912_4),
    ([5.0, 10.0, 4.0, 1.0], 36304.0, 27270.0, 0.757_740_258_988_788_2),
    ([2.0, 8.0, 3.0, 1.5], 13614.0, 27144.0, 0.712_312_964_430_720_9),
    ([2.0, 8.0, 3.0, 1.5], 54456.0, 27270.0, 0.759_442_901_293_784),
    ([1.0, 1.0, 10.0, 0.25], 11220.0, 8496.0, 0.750_905_837_636_291_4),
];

#[test]
fn the_forgiving_factor_is_that_of_qkeras() {
    for ([delta_p, delta_n, rate, stress], stressed, cost, expected) in QKERAS {
        let forgiving = Forgiving { delta_p, delta_n, rate, stress };
        let score = 0.75 * factor(&forgiving, Goal::Bits, cost, stressed / stress).unwrap();
        assert!((score - expected).abs() < 1e-6 * expected, "{score} for {expected}");
    }
}

#[test]
fn no_cost_becomes_a_score_that_is_no_number() {
    let forgiving = Forgiving::default();
    let of = |cost, reference| factor(&forgiving, Goal::Luts, cost, reference);
    assert_eq!(of(0.0, 1.0), Err(ScoreError::NotPositive("network", "luts", 0.0)));
    assert_eq!(of(1.0, 0.0), Err(ScoreError::NotPositive("reference", "luts", 0.0)));
    assert!(of(f64::NAN, 1.0).is_err() && of(1.0, f64::INFINITY).is_err() && of(-1.0, 1.0).is_err());
    assert!(of(1.0, 0.0).unwrap_err().to_string().contains("above zero"));
}

fn search(goals: &[Goal], judge: Judge) -> Search {
    Search {
        goals: goals.to_vec(),
        judge,
        reference: Reference::Config(PathBuf::new()),
        metric: Metric::Auc,
        limit: Vec::new(),
        choices: Choices { kernel: Vec::new(), bias: Vec::new(), activation: Vec::new(), linear: Vec::new() },
        tune_filters: Filters::Fixed,
        tune_filters_exceptions: None,
        frozen: Vec::new(),
        tune_learning_rate: false,
        sampler: SamplerKind::Tpe,
        warm_start: false,
        trials: 1,
        epochs: 1,
        events: None,
        seed: 1,
        last: Last { epochs: 1, seeds: 1 },
        blocks: Vec::new(),
        schedule_block: Order::Sequential,
        bits: BitsRule::default(),
        energy: EnergyRule::default(),
        place: (0, 0).into(),
    }
}

const COSTS: Costs = Costs { bits: 1000.0, energy: 50.0, luts: Some(3000.0), latency_ns: Some(60.0) };

#[test]
fn a_score_has_one_value() {
    let search = search(&[Goal::Energy], Judge::Score(Forgiving { stress: 2.0, ..Forgiving::default() }));
    assert_eq!(
        objectives(&search).iter().map(|o| (o.name, o.direction)).collect::<Vec<_>>(),
        [("score", Maximize)]
    );
    let judged = judge(&search, 0.5, &COSTS, Some(100.0)).unwrap();
    assert!((judged.values[0] - 0.5 * 1.16).abs() < 1e-12 && judged.violation == 0.0);
    assert_eq!(judge(&search, 0.5, &COSTS, None), Err(ScoreError::NoReference("energy")));
    assert!(judge(&search, f64::NAN, &COSTS, Some(100.0)).is_err());
}

#[test]
fn a_budget_adds_up_what_is_over_it() {
    let budget = Judge::Budget(vec![(Goal::Luts, 2000.0), (Goal::Latency, 50.0), (Goal::Bits, 1000.0)]);
    let search = search(&[Goal::Luts, Goal::Latency, Goal::Bits], budget);
    assert_eq!(objectives(&search)[0].name, "auc");
    let judged = judge(&search, 0.5, &COSTS, None).unwrap();
    assert_eq!(judged.values, [0.5]);
    assert!((judged.violation - 0.7).abs() < 1e-12);
    let within = Costs { luts: Some(2000.0), latency_ns: Some(1.0), ..COSTS };
    assert_eq!(judge(&search, 0.5, &within, None).unwrap().violation, 0.0);
    assert_eq!(judge(&search, 0.5, &Costs { luts: None, ..COSTS }, None), Err(ScoreError::Unknown("luts")));
}

#[test]
fn a_front_has_the_metric_and_every_goal() {
    let search = search(&[Goal::Luts, Goal::Bits], Judge::Front);
    let found: Vec<_> = objectives(&search).iter().map(|o| (o.name, o.direction)).collect();
    assert_eq!(found, [("auc", Maximize), ("luts", Minimize), ("bits", Minimize)]);
    assert_eq!(judge(&search, 0.5, &COSTS, None).unwrap().values, [0.5, 3000.0, 1000.0]);
}
