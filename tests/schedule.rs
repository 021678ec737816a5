//! Schedules, checked by other means than they are made: every stage's longest path by its own count, every rank's bits,
//! and staged nets that break a rule.

mod support;

use heteroq::net::{Net, Op, text};
use heteroq::schedule::{self, Place, Staged, Timing, Unit, delay};
use rayon::prelude::*;
use support::case::Case;
use support::failure::{self, Failure};
use support::graphs::MOST_LAYERS;

const NETWORKS: u64 = 150;

fn each(check: impl Fn(&Case) -> Result<(), String> + Sync) {
    let both = |seed| [Case::random(seed, MOST_LAYERS), Case::random_net(seed)];
    let failing = |case: Case| check(&case).err().map(|what| case.failure("schedule", what));
    let failures: Vec<Failure> =
        (1..=NETWORKS).into_par_iter().flat_map_iter(both).filter_map(failing).collect();
    failure::none(&failures);
}

/// Within each cycle, the longest chain of operations takes no more than the clock leaves, unless one of them alone
/// does; then it is alone.
#[test]
fn no_stage_takes_longer_than_the_clock_leaves() {
    each(|case| {
        let (staged, family) = (&case.staged, &case.wish.family);
        let budget = family.stage_budget_ns(1000.0 / f64::from(case.wish.clock_mhz));
        let mut ready = vec![0.0f64; staged.net.len()];
        for id in staged.net.ids() {
            let here = |o: &heteroq::net::Id| staged.cycle(*o) == staged.cycle(id);
            let starts = staged.net.op(id).operands().into_iter().filter(here).map(|o| ready[o.index()]);
            let (start, own) = (starts.fold(0.0, f64::max), delay::of(&staged.net, id, family));
            // An operation that is too slow alone may still begin late in its cycle's zeros.
            if start + own.min(budget) > budget + 1e-9 {
                return Err(format!("{id} is ready {:.3} ns into its cycle of {budget:.3} ns", start + own));
            }
            ready[id.index()] = start + own.min(budget);
        }
        Ok(())
    });
}

/// Moving operations never costs more register bits than computing everything as early as it can be.
#[test]
fn the_cheapest_cuts_are_no_dearer_than_the_earliest_schedule() {
    each(|case| {
        let earliest = earliest(case);
        let (bits, most) = (total(&case.staged), total(&earliest));
        if bits <= most {
            Ok(())
        } else {
            Err(format!("{bits} bits registered, {most} as early as possible"))
        }
    });
}

fn total(staged: &Staged) -> u64 {
    staged.register_bits().iter().sum()
}

/// Every value in the first cycle in which it can be ready.
fn earliest(case: &Case) -> Staged {
    let net = case.mapped();
    let delays = delay::of_all(net, &case.wish.family);
    let timing = case.wish.timing();
    let budget = case.wish.family.stage_budget_ns(timing.period_ns());
    let slots = schedule::earliest::Slots::new(net, &delays, budget, &timing);
    let cycles = slots.earliest(net);
    let places = net.ids().zip(cycles).map(|(id, cycle)| Place { unit: Unit::of(id), cycle }).collect();
    let staged = Staged { net: net.clone(), places, latency: slots.latency, initiation_interval: 1 };
    schedule::validate(&staged).unwrap();
    staged
}

/// Inputs enter in cycle 0, and where they are registered nothing else is computed there; where outputs are
/// registered, nothing is computed in the last cycle.
#[test]
fn ports_are_registered_where_it_is_asked() {
    each(|case| {
        let staged = &case.staged;
        let computed =
            staged.net.ids().filter(|id| !matches!(staged.net.op(*id), Op::Input(_) | Op::Const(_)));
        let last = staged.latency - u32::from(case.wish.register_outputs);
        let wrong = computed
            .map(|id| staged.cycle(id))
            .find(|c| *c < u32::from(case.wish.register_inputs) || *c > last);
        wrong.map_or(Ok(()), |cycle| Err(format!("something is computed in cycle {cycle}")))
    });
}

fn staged(net: &str, cycles: &[u32], latency: u32) -> Staged {
    let net: Net = text::read(net).unwrap();
    let places =
        net.ids().zip(cycles).map(|(id, cycle)| Place { unit: Unit::of(id), cycle: *cycle }).collect();
    Staged { net, places, latency, initiation_interval: 1 }
}

const CHAIN: &str = "v0: s8 = input\nv1: s9 = shl v0, 1\nv2: s10 = shl v1, 1\noutput v2\n";

#[test]
fn a_staged_net_that_breaks_a_rule_is_refused() {
    let refusal = |cycles: &[u32], latency| {
        schedule::validate(&staged(CHAIN, cycles, latency)).map_err(|e| e.to_string())
    };
    assert_eq!(refusal(&[0, 1, 2], 3), Ok(()));
    assert_eq!(refusal(&[0, 0, 0], 0), Ok(()));
    assert_eq!(refusal(&[0, 2, 1], 3), Err("v2: reads v1 in cycle 1, before it is computed".into()));
    assert_eq!(refusal(&[1, 1, 1], 3), Err("v0: comes in at cycle 1, not 0".into()));
    assert_eq!(refusal(&[0, 1, 4], 3), Err("v2: is computed in cycle 4, after the last, 3".into()));
    assert_eq!(refusal(&[0, 1], 3), Err("places: there is not one place for each value".into()));
}

/// `v0` (8 bits) crosses rank 0, `v1` (9 bits) rank 1, `v2` (10 bits) ranks 2 and 3.
#[test]
fn registers_follow_from_cycles() {
    assert_eq!(staged(CHAIN, &[0, 1, 2], 4).register_bits(), [8, 9, 10, 10]);
    // What is read twice crosses once, to its last reader; a constant never does.
    let net = "v0: s8 = input\nv1: u3 5..5 = const 5\nv2: s9 = add v0, v1\nv3: s10 = add v2, v0\noutput v3\n";
    assert_eq!(staged(net, &[0, 0, 1, 3], 3).register_bits(), [8, 8 + 9, 8 + 9]);
}

/// At a clock so slow that everything fits one cycle, only the asked ranks are there; each halving of the period
/// needs as many ranks or more.
#[test]
fn a_faster_clock_never_takes_fewer_ranks() {
    each(|case| {
        let mut before = 0;
        for clock_mhz in support::wish::CLOCKS_MHZ {
            let timing = Timing { clock_mhz: clock_mhz.into(), least_latency: 0, ..case.wish.timing() };
            let latency = schedule::pipeline(case.mapped(), &case.wish.family, &timing).latency;
            if latency < before {
                return Err(format!("{latency} ranks at {clock_mhz} MHz, {before} at the clock before"));
            }
            before = latency;
        }
        Ok(())
    });
}
