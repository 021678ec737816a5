//! The emulator against the definition.

use super::lane::Lane;
use super::{BLOCK, BLOCKS_A_TASK, Emulator, PortError};
use crate::emulate::random::{Random, Size, events, net};
use crate::fixed::Interval;
use crate::net::execute::{Executes, Interpreted, compare};
use crate::net::{Net, text};
use proptest::prelude::*;
use std::fmt::Write;

fn agrees(net: &Net, events: &[Vec<i128>]) {
    let expected = Interpreted { name: "net".into(), net: net.clone() }.run(events).expect("interp runs");
    let agreement = compare(&mut Emulator::new(net), events, &expected).expect("the emulator runs");
    assert_eq!(agreement.first, None, "{}", text::write(net));
    assert_eq!(agreement.vectors, events.len());
}

fn sizes() -> impl Strategy<Value = Size> {
    (1..8usize, 1..80usize, prop_oneof![Just(6u32), Just(16), Just(40), Just(127)])
        .prop_map(|(inputs, values, width)| Size { inputs, values, width })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn random_nets_give_the_integers_of_the_definition(seed in any::<u64>(), size in sizes()) {
        let net = net(seed, size);
        agrees(&net, &events(&net, seed, 40));
    }
}

/// The random nets reach every operation in every lane: a kernel that is never run proves nothing.
#[test]
fn random_nets_reach_every_step() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..400 {
        let size =
            Size { inputs: 4, values: 60, width: [6, 16, 40, 127][usize::try_from(seed % 4).unwrap()] };
        for mut step in Emulator::new(&net(seed, size)).program.steps {
            let (lane, _) = step.target();
            let code = format!("{step:?}");
            let word = code.split_once(", ").unwrap().1.split([' ', '(']).next().unwrap().to_owned();
            seen.insert((word, lane));
        }
    }
    let lanes = [Lane::I16, Lane::I32, Lane::I64, Lane::I128];
    let words = "Convert Dot Add Sub Shl Shr Bit Clamp AtLeast Greater Select Table";
    for word in words.split(' ') {
        for lane in lanes {
            assert!(seen.contains(&(word.to_owned(), lane)), "no {word} in {lane:?}");
        }
    }
}

#[test]
fn every_number_of_events_is_a_whole_number_of_results() {
    let net = net(7, Size { inputs: 3, values: 40, width: 12 });
    let task = BLOCK * BLOCKS_A_TASK;
    for count in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, task - 1, task, task + 1, 2 * task + 3] {
        agrees(&net, &events(&net, 1, count));
    }
}

#[test]
fn one_core_gives_the_results_of_all() {
    let net = net(11, Size { inputs: 5, values: 50, width: 14 });
    let events = events(&net, 3, 5000);
    let flat: Vec<i128> = events.concat();
    let emulator = Emulator::new(&net);
    assert_eq!(emulator.run(&flat, 5000), emulator.run_on_one_core(&flat, 5000));
}

#[test]
fn constants_and_inputs_may_be_outputs_and_inputs_may_be_unread() {
    let net = text::read(
        "v0: s8 = input
         v1: s8 = input unread
         v2: u100 = const 1267650600228229401496703205375
         v3: u1 0..0 = sub v0, v0
         output v2
         output v0
         output v3
         output v2",
    )
    .unwrap();
    agrees(&net, &events(&net, 5, 10));
}

#[test]
fn a_net_without_inputs_or_without_outputs_runs() {
    let constant = text::read("v0: u3 5..5 = const 5\noutput v0").unwrap();
    agrees(&constant, &vec![vec![]; BLOCK + 1]);
    let mute = text::read("v0: s8 = input").unwrap();
    agrees(&mute, &events(&mute, 1, 3));
}

/// Each lane's ends, alone and in a sum that cancels what does not fit.
#[test]
fn the_ends_of_lanes_are_held() {
    for width in [1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 125] {
        for sign in ['s', 'u'] {
            let (sum, all) = (Interval::of_width(sign == 's', width), Interval::of_width(true, width + 2));
            let back = text::write(&{
                let mut net = Net::default();
                let layer = net.layer_named("net");
                for name in ["a", "b"] {
                    net.push_input(crate::net::Input { name: name.into(), frac: 0, interval: sum }, layer);
                }
                net
            });
            let net = text::read(&format!(
                "{back}
                 v2: s{} {} = sub v0, v1
                 v3: {sign}{width} {sum} = add v2, v1
                 v4: u1 = greater v0, v1
                 v5: {sign}{width} {sum} = select v4, v0, v1
                 output v2
                 output v3
                 output v5",
                width + 2,
                all
            ))
            .unwrap();
            agrees(&net, &events(&net, 1, 30));
        }
    }
}

#[test]
fn what_does_not_fit_a_port_is_refused() {
    let net = text::read("v0: u3 = input pt\nv1: u80 = shl v0, 77\noutput v1 wide").unwrap();
    let emulator = Emulator::new(&net);
    let wide = emulator.run(&[1i64], 1).unwrap_err();
    assert_eq!(
        wide.to_string(),
        "output `wide` takes 80 bits, more than the 64 of the results: ask for i128"
    );
    assert_eq!(emulator.run(&[1i128], 1).unwrap(), [1 << 77]);
    assert_eq!(emulator.run(&[1i128], 2).unwrap_err(), PortError::Shape { given: 1, events: 2, ports: 1 });
    let mut events = vec![1i128; 10_000];
    events[9_000] = 8;
    assert_eq!(
        emulator.run(&events, 10_000).unwrap_err().to_string(),
        "event 9000, input `pt`: 8 is not in 0..7"
    );
}

#[test]
fn executes_refuses_rows_of_another_length_and_integers_beyond_the_port() {
    let net = text::read("v0: u3 = input pt\noutput v0").unwrap();
    let mut emulator = Emulator::new(&net);
    assert_eq!(Executes::name(&emulator), "fast");
    assert!(Executes::run(&mut emulator, &[vec![1, 2]]).is_err());
    assert!(Executes::run(&mut emulator, &[vec![1, 2], vec![]]).is_err());
    let beyond = Executes::run(&mut emulator, &[vec![(1 << 64) + 1]]).unwrap_err();
    assert_eq!(beyond.to_string(), "event 0, input `pt`: 18446744073709551617 is not in 0..7");
}

#[test]
fn places_are_used_again() {
    let mut text = String::from("v0: s8 = input\nv1: s8 = input\n");
    for n in 2..2000 {
        let _ = writeln!(text, "v{n}: s11 -1000..1000 = clamp v{}, -1000, {}", n - 1, 1 + n % 100);
    }
    let net = text::read(&format!("{text}output v1999")).unwrap();
    let places: u32 = Emulator::new(&net).program.places.iter().sum();
    assert!(places <= 4, "{places} places for a chain");
}

#[test]
fn random_numbers_lie_in_their_interval() {
    let mut random = Random::new(3);
    for interval in [Interval::point(-3), Interval::of_width(true, 127), Interval { lo: -5, hi: 9 }] {
        assert!((0..1000).all(|_| interval.contains(random.within(interval))));
    }
}
