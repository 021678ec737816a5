//! The Verilog of `rtl_out/tiny`, compiled into this test, against the net's definition.

use heteroq::config::{self, Weights};
use heteroq::flow::Design;
use heteroq::net::execute::compare;
use heteroq::net::interp;
use heteroq::sim::{Bench, vectors};
use heteroq::verilated::Tiny;
use std::path::Path;

fn design() -> Design {
    let config = config::load(Path::new("examples/tiny/config.yaml")).unwrap();
    let weights = Weights::require(&config).unwrap();
    Design::new(&config, &weights).unwrap_or_else(|failure| panic!("{:?}", failure.into_report()))
}

#[test]
fn it_agrees_with_the_net_in_process() {
    let design = design();
    let events = vectors::corners_and_random(&design.lowered, 2000, 7);
    let expected: Vec<Vec<i128>> = events.iter().map(|event| interp::run(&design.lowered, event)).collect();
    let required = design.config.hardware.event_interval;
    let mut bench = Bench::new(Tiny::new(design.mapped()), &design.staged, required, 7);
    let agreement = compare(&mut bench, &events, &expected).unwrap();
    assert_eq!((agreement.vectors, agreement.mismatches), (events.len(), 0), "{agreement:?}");
}

#[test]
fn two_models_know_nothing_of_one_another() {
    let design = design();
    let events = vectors::corners_and_random(&design.lowered, 1, 1);
    let required = design.config.hardware.event_interval;
    let bench = |n| Bench::new(Tiny::new(design.mapped()), &design.staged, required, n);
    let run = |bench: &mut Bench<Tiny>| {
        let expected: Vec<Vec<i128>> = events.iter().map(|e| interp::run(&design.lowered, e)).collect();
        compare(bench, &events, &expected).unwrap().mismatches
    };
    let (mut one, mut other) = (bench(1), bench(2));
    assert_eq!((run(&mut one), run(&mut other)), (0, 0));
    drop(one);
    assert_eq!(run(&mut other), 0);
}
