//! Searches in blocks: which layers are searched when, with how many trials, and what a block leaves to the next one.
#![cfg(feature = "train")]

#[path = "search_blocks/support.rs"]
mod support;

use heteroq::config::search::Goal;
use heteroq::config::{self, Config, Kind, Weights};
use heteroq::flow::course::Course;
use heteroq::flow::search::line::Line;
use heteroq::flow::search::member::Member;
use heteroq::flow::search::plan::{Base, Plan};
use heteroq::flow::search::promise::Promise;
use heteroq::flow::search::{handed_on, list, stages, study, take, worker};
use heteroq::search::domain::Choice;
use heteroq::search::space::{Scope, Space};
use heteroq::search::trial::{State, Trial};
use std::fs;
use std::process::Command;
use support::{Bench, Parts, best, shown};

const TWO: &str = "goal: bits, limit: {dense: [4, 4, 4]}, trials: 24, blocks: [\"fc.*\", out]";

/// What the config of a network says of its layers: names, units, quantizers.
fn layers(config: &Config) -> Vec<String> {
    let spec = |spec: &Option<heteroq::quantizer::Spec>| spec.as_ref().map(|spec| spec.text().to_owned());
    let layer = |layer: &config::Layer| match &layer.kind {
        Kind::Dense(dense) => format!(
            "{} {} {:?} {:?} {:?}",
            layer.name,
            dense.units,
            spec(&dense.kernel),
            spec(&dense.bias),
            spec(&layer.activation)
        ),
        _ => layer.name.clone(),
    };
    config.layers.iter().map(layer).collect()
}

/// The trials of the first of two blocks, and what the second one begins with.
fn after_first<'a>(
    parts: &'a Parts,
    terms: &heteroq::flow::search::plan::Terms<'a>,
) -> (Plan<'a>, Trial, Base) {
    let stages = parts.stages();
    let plan = stages[0].plan(terms, stages::first(&parts.config)).unwrap();
    let best = best(&parts.trials(&plan, "net/1_fc.*")).clone();
    let base = stages::next(&plan, &best, &parts.folder).unwrap_or_else(shown);
    (plan, best, base)
}

/// At 8 bits: the input 4 · 8; fc1 (4 · 8 + 8) · 8 + 8 · 8 = 384; fc2 (8 · 4 + 4) · 8 + 4 · 8 = 320; out (4 · 3 + 3) · 8 = 120; 856
/// in all.
#[test]
fn trials_are_shared_out_by_what_layers_cost() {
    for (order, blocks, wanted) in [
        ("sequential", "[out, fc2, fc1]", [("out", 14), ("fc2", 37), ("fc1", 44)]),
        ("cost", "[out, fc2, fc1]", [("fc1", 44), ("fc2", 37), ("out", 14)]),
        ("cost", "[out, \"fc2|out\", \"fc.*\"]", [("fc.*", 82), ("fc2|out", 51), ("out", 14)]),
    ] {
        let search =
            format!("goal: bits, limit: {{dense: [4, 4, 4]}}, blocks: {blocks}, schedule_block: {order}");
        let parts = Parts::of(&Bench::new(&search), "study", None);
        let stages = parts.stages();
        let found: Vec<_> = stages
            .iter()
            .map(|stage| (stage.block.as_ref().unwrap().pattern.as_str(), stage.trials))
            .collect();
        assert_eq!(found, wanted);
        let fewer = Parts::of(&Bench::new(&search), "study", Some(40)).stages();
        let share = |all: usize| (40 * all / 100).max(10);
        for (stage, (_, trials)) in fewer.iter().zip(wanted) {
            assert!(stage.trials.abs_diff(share(trials)) <= 1, "{} of {trials}", stage.trials);
        }
    }
}

/// LUTs of layers are those of the reference, which is built for it: the parts of disjoint blocks are at most the whole.
#[test]
fn blocks_are_ordered_by_luts() {
    let search =
        "goal: luts, limit: {dense: [4, 4, 4]}, blocks: [out, fc2, fc1], schedule_block: cost, trials: 1000";
    let parts = Parts::of(&Bench::new(search), "study", None);
    let stages = parts.stages();
    let found: Vec<_> =
        stages.iter().map(|stage| (stage.block.as_ref().unwrap().pattern.as_str(), stage.trials)).collect();
    assert_eq!(
        found.iter().map(|(pattern, _)| *pattern).collect::<Vec<_>>(),
        ["fc1", "fc2", "out"],
        "{found:?}"
    );
    let sum: usize = found.iter().map(|(_, trials)| trials).sum();
    assert!((980..=1000).contains(&sum), "all LUTs are some layer's: {found:?}");
}

#[test]
fn a_block_stands_on_what_the_one_before_has_chosen() {
    let bench = Bench::new(TWO);
    let found = bench.search("study", None);
    let parts = Parts::of(&bench, "study", None);
    let terms = parts.terms();
    let (plan, best_of_first, base) = after_first(&parts, &terms);
    let second = format!("net/2_out after {}", best_of_first.number);
    let wanted = [("net".to_owned(), 0, 0), ("net/1_fc.*".to_owned(), 19, 0), (second.clone(), 10, 0)];
    assert_eq!(bench.studies("study"), wanted);

    // The second block's network: the first one's choices, and all else as it was written.
    let chosen = plan.chosen(best_of_first.point.as_ref().unwrap());
    let text = |name: &str| match &chosen[name] {
        Choice::Text(text) => text.clone(),
        Choice::Number(number) => number.to_string(),
    };
    let written = layers(&parts.config);
    let of = |layer: &str, units: usize| {
        let quantizers =
            ["kernel", "bias", "activation"].map(|what| Some(text(&format!("{layer}_{what}_quantizer"))));
        let [kernel, bias, activation] = quantizers;
        format!("{layer} {units} {kernel:?} {bias:?} {activation:?}")
    };
    assert_eq!(layers(&base.config), [of("fc1", 8), of("fc2", 4), written[2].clone()]);
    assert_eq!(chosen.len(), 6);
    assert_eq!(base.chosen, chosen);
    let text_of = |config: &Config| config.source.inner().clone();
    assert!(
        text_of(&base.config).contains("name: net # three layers")
            && text_of(&base.config).contains("} # last")
    );
    assert_eq!((&base.config.data, &base.config.search), (&parts.config.data, &base.config.search));

    // The networks that are found hold the choices of both.
    let member = &found.members[0];
    assert_eq!(member.chosen.len(), 8);
    assert!(chosen.iter().all(|(name, choice)| member.chosen[name] == *choice));
    let folder = bench.path(&format!("study/trial_{:04}", member.trial));
    let config = config::load(&folder.join("config.yaml")).unwrap();
    assert_eq!(layers(&config)[..2], layers(&base.config)[..2]);
    assert_eq!(
        config.data.train.as_ref().unwrap().canonicalize().unwrap(),
        bench.path("train.npz").canonicalize().unwrap()
    );
    assert_eq!((config.name.clone(), config.search.is_none()), (format!("net_{:04}", member.trial), true));
}

#[test]
fn weights_are_handed_on() {
    let bench = Bench::new(TWO);
    bench.search("study", None);
    let parts = Parts::of(&bench, "study", None);
    let terms = parts.terms();
    let (plan, best_of_first, base) = after_first(&parts, &terms);
    let start = base.start.clone().unwrap();

    // A file that is damaged is written again.
    let files = || fs::read_dir(parts.folder.join("handed_on")).unwrap().map(|entry| entry.unwrap().path());
    let sound: Vec<_> = files().map(|file| fs::read(file).unwrap()).collect();
    files().for_each(|file| fs::write(file, b"damaged").unwrap());
    assert_eq!(after_first(&parts, &terms).2.start.as_ref(), Some(&start));
    assert!(files().any(|file| sound.contains(&fs::read(file).unwrap())));

    // They are those of the best trial: its network is as good as it was.
    let network =
        plan.network(best_of_first.point.as_ref().unwrap(), best_of_first.number).unwrap_or_else(shown);
    let mut course = Course::new(&network, &parts.lessons, 1, Some(&start)).unwrap_or_else(shown);
    let accuracy = best_of_first.figures["accuracy"].as_f64().unwrap();
    assert_eq!(course.validate().unwrap_or_else(shown).accuracy.to_bits(), accuracy.to_bits());

    // Each trial of the second block has learned from there on, and not from nothing.
    let second = parts.stages()[1].plan(&terms, base).unwrap();
    let trials = parts.trials(&second, &format!("net/2_out after {}", best_of_first.number));
    let learned = |trial: &Trial, start: Option<&Weights>| {
        let network = second.network(trial.point.as_ref().unwrap(), trial.number).unwrap_or_else(shown);
        let mut course = Course::new(&network, &parts.lessons, 1, start).unwrap_or_else(shown);
        while !course.is_over() {
            course.epoch(&mut |_| ()).unwrap_or_else(shown);
        }
        course.progress.best.unwrap().accuracy
    };
    let accuracy = |trial: &Trial| trial.figures["accuracy"].as_f64().unwrap();
    assert!(trials.iter().all(|trial| learned(trial, Some(&start)).to_bits() == accuracy(trial).to_bits()));
    let others = trials.iter().filter(|trial| learned(trial, None).to_bits() != accuracy(trial).to_bits());
    assert!(others.count() > trials.len() / 2);
}

/// What was found, the studies with their trials, and the weights of the networks.
type Left = (String, Vec<(String, i64, i64)>, Vec<Vec<u8>>);

/// Everything that a search leaves, but where it is.
fn left(bench: &Bench, folder: &str) -> Left {
    let found = bench.search(folder, None);
    let text = serde_json::to_string(&found).unwrap().replace(&*bench.path(folder).to_string_lossy(), "");
    let weights =
        found.members.iter().map(|member| format!("{folder}/trial_{:04}/weights.safetensors", member.trial));
    (text, bench.studies(folder), weights.map(|name| bench.bytes(&name)).collect())
}

#[test]
fn an_interrupted_search_comes_to_the_same() {
    let bench = Bench::new(TWO);
    let whole = left(&bench, "whole");
    assert_eq!(left(&bench, "whole"), whole, "a search that is done does nothing more");
    let handed = || fs::read_dir(bench.path("whole/handed_on")).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = handed().collect();
    files.sort();
    let bytes: Vec<_> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    fs::remove_dir_all(bench.path("whole/handed_on")).unwrap();
    assert_eq!(left(&bench, "whole"), whole, "weights that are lost are found again");
    assert!(files.iter().zip(&bytes).all(|(file, bytes)| fs::read(file).unwrap() == *bytes));

    for (folder, of_first, of_second) in [("inside", 5, 0), ("between", 19, 0), ("behind", 19, 4)] {
        let parts = Parts::of(&bench, folder, None);
        let terms = parts.terms();
        let stages = parts.stages();
        let mut plan = stages[0].plan(&terms, stages::first(&parts.config)).unwrap();
        plan.trials = of_first;
        let mut store = study::open(&plan, "net/1_fc.*", &parts.folder).unwrap_or_else(shown);
        worker::work(&plan, &mut store, &mut Line::new(plan.trials)).unwrap_or_else(shown);
        drop(store);
        if of_second > 0 {
            let (_, best, base) = after_first(&parts, &terms);
            let mut plan = stages[1].plan(&terms, base).unwrap();
            plan.trials = of_second;
            let name = format!("net/2_out after {}", best.number);
            let mut store = study::open(&plan, &name, &parts.folder).unwrap_or_else(shown);
            worker::work(&plan, &mut store, &mut Line::new(plan.trials)).unwrap_or_else(shown);
        }
        assert_eq!(left(&bench, folder), whole, "{folder}");
    }
}

/// What is there, as `--list` wants it: nothing is tried, and weights that are not there are not found.
#[test]
fn how_far_a_search_has_come() {
    let bench = Bench::new(TWO);
    let parts = Parts::of(&bench, "study", None);
    let terms = parts.terms();
    let stages = parts.stages();
    let reached = || {
        let (plan, trials) =
            stages::reached(&terms, &parts.config, &stages, &parts.folder).unwrap_or_else(shown);
        (plan.block.unwrap(), trials.len())
    };
    let (first, second) = ("block 1 of 2, fc.*".to_owned(), "block 2 of 2, out".to_owned());
    assert_eq!(reached(), (first.clone(), 0));
    let mut plan = stages[0].plan(&terms, stages::first(&parts.config)).unwrap();
    for (trials, wanted) in [(5, 5), (19, 19)] {
        plan.trials = trials;
        let mut store = study::open(&plan, "net/1_fc.*", &parts.folder).unwrap_or_else(shown);
        worker::work(&plan, &mut store, &mut Line::new(plan.trials)).unwrap_or_else(shown);
        assert_eq!(reached(), (first.clone(), wanted));
    }
    assert!(!bench.path("study/handed_on").exists());
    after_first(&parts, &terms);
    assert_eq!(reached(), (second.clone(), 0));
    bench.search("study", None);
    assert_eq!(reached(), (second, 10));
}

#[test]
fn two_workers_go_through_all_blocks() {
    let bench = Bench::new(TWO);
    let run = Command::new(env!("CARGO_BIN_EXE_heteroq"))
        .args(["search", "config.yaml", "--jobs", "2", "--threads", "1", "--study", "study"])
        .current_dir(bench.path(""))
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let studies = bench.studies("study");
    let counts: Vec<_> = studies.iter().map(|(_, complete, others)| (*complete, *others)).collect();
    assert_eq!(counts, [(0, 0), (19, 0), (10, 0)], "{studies:?}");
    let log = fs::read_to_string(bench.path("study/worker_1.log")).unwrap();
    assert!(log.contains("block 1 of 2, fc.*") && log.contains("block 2 of 2, out"), "{log}");
    let report = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(report.contains("trained on from the weights of its blocks"), "{report}");
}

#[test]
fn a_layer_of_two_blocks_is_searched_twice() {
    let search =
        "goal: bits, limit: {dense: [4, 4, 4]}, tune_filters: layer, trials: 20, blocks: [fc1, \"fc.*\"]";
    let bench = Bench::new(search);
    let found = bench.search("study", None);
    let parts = Parts::of(&bench, "study", None);
    let terms = parts.terms();
    let stages = parts.stages();
    let first = stages[0].plan(&terms, stages::first(&parts.config)).unwrap();
    let trials = parts.trials(&first, "net/1_fc1");
    let best_of_first = best(&trials);
    let base = stages::next(&first, best_of_first, &parts.folder).unwrap_or_else(shown);
    let second = stages[1].plan(&terms, base.clone()).unwrap();
    let again = first
        .space
        .dimensions
        .iter()
        .all(|one| second.space.dimensions.iter().any(|two| two.name == one.name));
    assert!(again);
    let trials = parts.trials(&second, &format!("net/2_fc.* after {}", best_of_first.number));
    let member = &found.members[0];
    let trial = &trials[usize::try_from(member.trial).unwrap()];
    assert_eq!(member.chosen, second.chosen(trial.point.as_ref().unwrap()), "what was chosen last counts");
    let folder = bench.path(&format!("study/trial_{:04}", member.trial));
    let config = config::load(&folder.join("config.yaml")).unwrap();
    let units = |config: &Config| match &config.layers[0].kind {
        Kind::Dense(dense) => dense.units,
        _ => 0,
    };
    let Choice::Number(factor) = member.chosen["network_filters_fc1"] else { panic!("a factor") };
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "few units"
    )]
    let wanted = ((units(&base.config) as f64 * factor) as usize).max(1);
    assert_eq!(units(&config), wanted);
}

#[test]
fn one_block_is_a_search_of_its_layers() {
    let common = "goal: bits, limit: {dense: [4, 4, 4]}, trials: 10";
    let (block, frozen) = (
        Bench::new(&format!("{common}, blocks: [fc1]")),
        Bench::new(&format!("{common}, frozen: [fc2, out]")),
    );
    block.search("study", None);
    frozen.search("study", None);
    let trials = |bench: &Bench, name: &str| {
        let parts = Parts::of(bench, "study", None);
        let terms = parts.terms();
        let plan = parts.stages()[0].plan(&terms, stages::first(&parts.config)).unwrap();
        parts.trials(&plan, name)
    };
    let (of_block, of_frozen) = (trials(&block, "net/1_fc1"), trials(&frozen, "net"));
    assert_eq!(of_block.len(), 10);
    assert_eq!(of_block, of_frozen);
}

#[test]
fn a_block_without_a_choice_is_one_trial() {
    let search = "goal: bits, limit: {fc: [4, 4, 4], out: [[\"ternary(alpha=1)\"], [\"quantized_bits(3, 0, alpha=1)\"]]}, \
                  trials: 10, blocks: [out, fc]";
    let bench = Bench::new(search);
    let found = bench.search("study", None);
    let studies = bench.studies("study");
    assert_eq!(studies[1..], [("net/1_out".to_owned(), 1, 0), ("net/2_fc after 0".to_owned(), 10, 0)]);
    assert_eq!(found.members[0].chosen["out_kernel_quantizer"], Choice::Text("ternary(alpha=1)".to_owned()));
}

#[test]
fn the_best_is_trained_on_and_taken_if_it_is_better() {
    let mut taken = Vec::new();
    for seed in ["", ", seed: 1", ", seed: 2"] {
        let bench = Bench::new(&format!("{TWO}{seed}"));
        let found = bench.search("study", None);
        let member = &found.members[0];
        let tuned = member.fine_tuned.clone().unwrap();
        assert!(found.members[1..].iter().all(|member| member.fine_tuned.is_none()));
        let of_seeds: Vec<f64> = member.trained.iter().map(|one| one.validation_accuracy).collect();
        let most = of_seeds.iter().copied().fold(0.0, f64::max);
        assert_eq!(tuned.is_taken, tuned.trained.validation_accuracy > most, "{tuned:?} {of_seeds:?}");
        let folder = format!("study/trial_{:04}", member.trial);
        let weights = bench.bytes(&format!("{folder}/weights.safetensors"));
        let own = bench.bytes(&format!("{folder}/fine_tuned/weights.safetensors"));
        assert_eq!(weights == own, tuned.is_taken);
        let config = config::load(&bench.path(&format!("{folder}/config.yaml"))).unwrap();
        Weights::require(&config).unwrap();
        taken.push(tuned.is_taken);

        // It is told wherever the network is, and the network that is taken has the same weights.
        let line = format!("trial {}, trained on from the weights of its blocks", member.trial);
        let listed = list::list(&bench.config(), &bench.options("study", None)).unwrap_or_else(shown);
        assert!(found.text.contains(&line) && listed.text.contains(&line), "{}", listed.text);
        assert!(String::from_utf8(bench.bytes("study/search.md")).unwrap().contains(&line));
        assert_eq!(listed.members[0].fine_tuned.as_ref(), Some(&tuned));
        let report: Member = serde_json::from_slice(&bench.bytes(&format!("{folder}/report.json"))).unwrap();
        assert_eq!(report.fine_tuned.as_ref(), Some(&tuned));
        let options = bench.options("study", None);
        take::take(&bench.config(), &options, member.trial, &bench.path("taken")).unwrap_or_else(shown);
        assert!(bench.bytes("taken/weights.safetensors") == weights);
    }
    assert!(taken.contains(&true), "from good weights it goes on well: {taken:?}");
    let whole = Bench::new("goal: bits, limit: {fc1: [4, 4, 4]}, trials: 3").search("study", None);
    assert!(whole.members.iter().all(|member| member.fine_tuned.is_none()));
}

#[test]
fn before_it_is_trained_on_the_best_is_not_listed() {
    let bench = Bench::new(TWO);
    let found = bench.search("study", None);
    let own = bench.path(&format!("study/trial_{:04}/fine_tuned/figures.json", found.members[0].trial));
    let figures = fs::read(&own).unwrap();
    fs::remove_file(&own).unwrap();
    let list = || list::list(&bench.config(), &bench.options("study", None)).unwrap_or_else(shown);
    assert!(list().members.is_empty());
    fs::write(&own, figures).unwrap();
    assert_eq!(list().members, found.members);
}

#[test]
fn the_nearest_is_handed_on_where_none_is_within_the_budget_yet() {
    let bench =
        Bench::new("budget: {bits: 330}, limit: {dense: [4, 4, 4]}, trials: 20, blocks: [fc1, fc2, out]");
    let found = bench.search("study", None);
    let first = bench.studies("study")[1].clone();
    assert_eq!((first.0.as_str(), first.2), ("net/1_fc1", 0));
    assert!(found.members.iter().all(|member| member.tried.bits <= 330.0));
    let parts = Parts::of(&bench, "study", None);
    let terms = parts.terms();
    let plan = parts.stages()[0].plan(&terms, stages::first(&parts.config)).unwrap();
    assert!(parts.trials(&plan, "net/1_fc1").iter().all(|trial| trial.violation > 0.0));
}

const FLOAT_OUT: [&str; 2] = [
    r#"{name: out, kind: dense, units: 3, kernel: "quantized_bits(6, 0, alpha=1)", bias: "quantized_bits(6, 0, alpha=1)"}"#,
    "{name: out, kind: dense, units: 3}",
];

#[test]
fn float_layers_wait_for_their_block() {
    let [from, to] = FLOAT_OUT;
    let of = |goal: &str, blocks: &str, limit: &str| {
        Bench::with(&format!("goal: {goal}, limit: {limit}, trials: 10, blocks: {blocks}"), from, to)
    };
    let all = "{dense: [4, 4, 4]}";
    let found = of("bits", "[fc1, fc2, out]", all).search("study", None);
    assert_eq!(found.members[0].chosen.len(), 8);
    let (code, text) = of("luts", "[fc1, fc2, out]", all).refusal();
    assert_eq!(code, "config::float_layer");
    assert!(text.contains("layer `out` is float while block `fc1` is searched"), "{text}");
    let (_, text) = of("bits", "[fc1, fc2]", all).refusal();
    assert!(text.contains("layer `out` has no quantizers, and `search` gives it none"), "{text}");
    let (_, text) = of("bits", "[]", "{\"fc.*\": [4, 4, 4]}").refusal();
    assert!(text.contains("a layer that is not searched stays float"), "{text}");
    of("luts", "[out, fc1]", all).search("study", None);
}

#[test]
fn a_front_has_no_best_one_to_go_on_with() {
    let front = "goal: [bits, energy], limit: {dense: [4, 4, 4]}";
    let (code, text) = Bench::new(&format!("{front}, blocks: [fc1, fc2]")).refusal();
    assert!(code == "search::front" && text.contains("`blocks` hand on"), "{text}");
}

/// AutoQKeras's rates: from `1 + total_factor` times that of the config to 1.1 times, where `total_factor` is
/// `cost / reference − 1` of the first choice of everything.
#[test]
fn learning_rates_follow_the_cost_of_the_smallest_choices() {
    let bench = Bench::new("goal: bits, limit: {dense: [4, 4, 4]}, tune_learning_rate: true");
    let parts = Parts::of(&bench, "study", None);
    let rates = |plan: &Plan| {
        let last = plan.space.dimensions.last().unwrap();
        assert_eq!(last.name, "learning_rate");
        let rate = |choice: &Choice| if let Choice::Number(rate) = choice { *rate } else { f64::NAN };
        last.choices.iter().map(rate).collect::<Vec<_>>()
    };
    let plan = stages::whole(&parts.search).plan(&parts.terms(), stages::first(&parts.config)).unwrap();
    // Binary kernels, biases of 4 bits, binary activations: 32 + (32 + 8 · 4 + 8) + (32 + 4 · 4 + 4) + (12 + 3 · 4) = 180 of 856.
    let least = 0.02 * 180.0 / 856.0;
    for (place, rate) in rates(&plan).into_iter().enumerate() {
        let wanted = least + (0.022 - least) * f64::from(u8::try_from(place).unwrap()) / 4.0;
        assert!((rate / wanted - 1.0).abs() < 1e-5, "{place}: {rate}, not {wanted}");
    }
    let luts = Bench::new("goal: luts, limit: {dense: [4, 4, 4]}, tune_learning_rate: true");
    let parts = Parts::of(&luts, "study", None);
    let plan = stages::whole(&parts.search).plan(&parts.terms(), stages::first(&parts.config)).unwrap();
    let usual = Space::of(&parts.config, &parts.search, &Scope::default()).unwrap();
    assert_eq!(plan.space, usual);
}

/// What successive halving compares: with the factor of what is known, and behind all others where the budget is missed.
#[test]
fn trials_are_compared_by_what_they_can_come_to() {
    let promise = |search: &str| {
        let parts = Parts::of(&Bench::new(&format!("{search}, limit: {{dense: [4, 4, 4]}}")), "study", None);
        Promise::of(&parts.search, &parts.config, &parts.terms().reference).value(0.5)
    };
    // Kernels, biases and relus of 6 bits in the place of 8.
    let bits = f64::from(32 + (32 + 8 + 8 + 32 + 4 + 4 + 12 + 3) * 6);
    let factor = 1.0 + 0.08 * (856.0 / bits).log2();
    assert!((promise("goal: bits") - 0.5 * factor).abs() < 1e-12);
    assert!((promise("goal: luts") - 0.5 * factor).abs() < 1e-12);
    assert!((promise("goal: latency") - 0.5).abs() < 1e-12);
    assert!((promise("budget: {bits: 500}") - (1.0 - bits / 500.0)).abs() < 1e-12);
    assert!((promise("budget: {bits: 1000}") - 0.5).abs() < 1e-12);
    assert!((promise("budget: {luts: 1}") - 0.5).abs() < 1e-12);
    let parts = Parts::of(&Bench::new(TWO), "study", None);
    assert_eq!(parts.search.goals, [Goal::Bits]);
}

#[test]
fn more_trials_may_lead_elsewhere() {
    let bench = Bench::new(TWO);
    bench.search("study", None);
    let before = bench.studies("study");
    let found = bench.search("study", Some(60));
    let after = bench.studies("study");
    assert_eq!(after[1], ("net/1_fc.*".to_owned(), 49, 0));
    let parts = Parts::of(&bench, "study", Some(60));
    let terms = parts.terms();
    let (_, best, _) = after_first(&parts, &terms);
    let name = format!("net/2_out after {}", best.number);
    assert!(after.iter().any(|(study, complete, _)| *study == name && *complete == 10), "{after:?}");
    assert!(before.iter().all(|(study, ..)| after.iter().any(|(name, ..)| name == study)), "nothing is lost");
    assert!(found.members.iter().all(|member| member.trial < 10));
    assert!(handed_on::point(&best).len() == 6 && best.state == State::Complete);
}

/// The first trials of each block have the first choice of all of its lists, the next one, …, the last one.
#[test]
fn each_block_starts_warm() {
    let list = "[\"quantized_bits(2, 0, alpha=1)\", \"quantized_bits(4, 0, alpha=1)\", \"quantized_bits(6, 0, alpha=1)\"]";
    let search = format!(
        "goal: bits, limit: {{dense: [{list}, {list}, 4]}}, trials: 24, blocks: [\"fc.*\", out], warm_start: true"
    );
    let bench = Bench::new(&search);
    bench.search("study", None);
    let parts = Parts::of(&bench, "study", None);
    let terms = parts.terms();
    let (plan, best_of_first, base) = after_first(&parts, &terms);
    let second = parts.stages()[1].plan(&terms, base).unwrap();
    for (plan, name) in
        [(&plan, "net/1_fc.*".to_owned()), (&second, format!("net/2_out after {}", best_of_first.number))]
    {
        let ladder = plan.space.ladder();
        let trials = parts.trials(plan, &name);
        assert!(trials.len() > ladder.len() && ladder.len() >= 3);
        for (trial, rung) in trials.iter().zip(&ladder) {
            assert_eq!(trial.point.as_ref(), Some(rung), "trial {} of {name}", trial.number);
        }
    }
}
