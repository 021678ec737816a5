//! `heteroq search`: what is left of a search, listed, and taken out of it.

use crate::bench::{Bench, bench};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::SystemTime;

/// The tiny network with events of two classes, and this section `search`.
fn bench_of(search: &str) -> Bench {
    let bench = bench();
    for (name, first) in [("train.csv", 1), ("validation.csv", 3), ("test.csv", 7)] {
        let row = |n: u32| {
            let [a, b, c, d] = [5, 7, 11, 13].map(|k| f64::from((n * k + first * k * k) % 29) / 10.0 - 1.4);
            format!("{a},{b},{c},{d},{}\n", u8::from(a + b - c > 0.1 * f64::from(n % 5) - 0.2))
        };
        bench.write(name, "a,b,c,d,y\n".to_owned() + &(0..300).map(row).collect::<String>());
    }
    let keys = format!(
        "data: {{train: train.csv, validation: validation.csv, test: test.csv}}\n\
         train: {{epochs: 3, batch_size: 32, learning_rate: 0.02}}\n\
         search: {{trials: 5, epochs: 1, final: {{epochs: 2, seeds: 2}}, {search}}}"
    );
    bench.change("weights: weights.safetensors", &format!("weights: weights.safetensors\n{keys}"));
    bench.change("quantized_relu(3, 1, round='half_up')", "quantized_relu(3, 1)");
    bench
}

const SEARCH: [&str; 3] = ["search", "config.yaml", "--threads"];

fn search<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&SEARCH[..], &["1"], more].concat()
}

/// The lines of the first table in Markdown, as maps from heads to cells.
fn table(text: &str) -> Vec<BTreeMap<String, String>> {
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let mut lines = text.lines().skip_while(|line| !line.starts_with('|')).take_while(|l| l.starts_with('|'));
    let heads = cells(lines.next().unwrap());
    lines.next();
    lines.map(|line| heads.iter().cloned().zip(cells(line)).collect()).collect()
}

/// The lines of a CSV file, as maps from heads to cells.
fn records(bench: &Bench, name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(bench.path(name)).unwrap();
    reader.deserialize().map(|record| record.unwrap()).collect()
}

fn ranked(rows: &[BTreeMap<String, String>]) -> Vec<&String> {
    rows.iter().map(|row| &row["trial"]).collect()
}

fn spread(values: &[f64], digits: usize) -> String {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let square: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    let deviation = format!("{:.digits$}", (square / (values.len() as f64 - 1.0)).sqrt());
    let zero = format!("{:.digits$}", 0.0);
    if deviation == zero { format!("{mean:.digits$}") } else { format!("{mean:.digits$} ± {deviation}") }
}

/// The figure of each full training in a report.
fn all(report: &Value, path: &str) -> Vec<f64> {
    let trained = report["trained"].as_array().unwrap();
    trained.iter().map(|one| one.pointer(path).unwrap().as_f64().unwrap()).collect()
}

fn changed(bench: &Bench) -> Vec<(std::path::PathBuf, SystemTime)> {
    let files = bench.listing().into_iter().map(|(name, _)| name);
    let files = files.filter(|name| name.is_relative() && bench.path(name).is_file());
    let kept = files.filter(|name| {
        let text = name.to_string_lossy();
        !text.contains("study.db") && !text.contains("workers") && !text.ends_with(".lock")
    });
    kept.map(|name| (name.clone(), bench.path(name).metadata().unwrap().modified().unwrap())).collect()
}

#[test]
fn a_search_leaves_its_best_networks_for_other_commands() {
    let bench = bench_of("goal: luts, limit: {dense: [4, 4, 4]}");
    let first = bench.does(&search(&[]));
    assert!(
        first.stderr.contains("search: trial 0: ") && first.stderr.contains("final: trial "),
        "{first:?}"
    );
    for file in ["search.md", "front.csv", "trials.csv", "front.svg", "bits.svg", "study.db"] {
        assert!(bench.path(format!("search/tiny/{file}")).is_file(), "{file}");
    }
    let rows = table(&first.stdout);
    assert!(!rows.is_empty(), "{}", first.stdout);
    for row in &rows {
        let folder = format!("search/tiny/trial_{:04}", row["trial"].parse::<u64>().unwrap());
        let report = bench.json(&format!("{folder}/report.json"));
        let percent = |path| all(&report, path).iter().map(|part| 100.0 * part).collect::<Vec<_>>();
        assert_eq!(row["accuracy, %"], spread(&percent("/test/accuracy"), 2));
        assert_eq!(row["AUC"], spread(&all(&report, "/test/auc"), 4));
        assert_eq!(row["bits"], spread(&all(&report, "/bits"), 0));
        assert_eq!(row["LUT"], spread(&all(&report, "/shift_add/lut"), 0));
        assert_eq!(row["`*`: LUT"], spread(&all(&report, "/multiply/lut"), 0));
        agrees(&bench, &format!("{folder}/config.yaml"), &report);
    }
    let best = format!("search/tiny/trial_{:04}", rows[0]["trial"].parse::<u64>().unwrap());
    assert!(first.stdout.contains(&format!("next: heteroq run {best}/config.yaml\n")), "{}", first.stdout);

    let front = records(&bench, "search/tiny/front.csv");
    assert_eq!(front.iter().map(|one| &one["trial"]).collect::<Vec<_>>(), ranked(&rows));
    for one in &front {
        let number: u64 = one["trial"].parse().unwrap();
        let report = bench.json(&format!("search/tiny/trial_{number:04}/report.json"));
        let luts = all(&report, "/hardware/lut");
        let mean = luts.iter().sum::<f64>() / luts.len() as f64;
        assert!((one["luts"].parse::<f64>().unwrap() - mean).abs() < 1e-9, "{one:?}");
    }
    let trials = records(&bench, "search/tiny/trials.csv");
    assert_eq!(trials.len(), 5);
    assert!(
        trials.iter().all(|one| one["state"] == "complete" && !one["hidden_kernel_quantizer"].is_empty())
    );

    // The same from what is there, and again: nothing is done.
    let before = changed(&bench);
    assert_eq!(bench.does(&search(&["--list"])).stdout, first.stdout);
    let again = bench.does(&search(&[]));
    assert_eq!(again.stdout, first.stdout);
    assert!(!again.stderr.contains("trial "), "{}", again.stderr);
    assert_eq!(changed(&bench), before);
}

/// That the figures of the training that was taken are what other commands say of it.
fn agrees(bench: &Bench, config: &str, report: &Value) {
    bench.does(&["check", config]);
    let trained = report["trained"].as_array().unwrap();
    let text = String::from_utf8(bench.read(config)).unwrap();
    assert!(!text.contains("search:"), "{text}");
    let validation = |one: &&Value| one["validation_accuracy"].as_f64().unwrap();
    let best = trained.iter().rev().max_by(|a, b| validation(a).total_cmp(&validation(b))).unwrap();
    assert!(text.contains(&format!("seed: {}", best["seed"])), "{text}");
    assert_eq!(bench.tells(&["evaluate", config])["accuracy"], best["test"]["accuracy"]);
    let judged = bench.tells(&["evaluate", config, "--data", "validation.csv"]);
    assert_eq!(judged["accuracy"], best["validation_accuracy"]);
    let design = bench.tells(&["gen", config, "-o", "design"]);
    assert_eq!(design["cost_luts"], best["hardware"]["lut"]);
    assert_eq!(design["latency_ns"], best["hardware"]["latency_ns"]);
    assert!(!bench.tells(&["check", config, "--energy"])["energy"]["total"].is_null());
}

#[test]
fn one_network_is_taken() {
    let bench = bench_of("goal: bits, limit: {dense: [4, 4, 4]}, sampler: random");
    bench.refuses(
        &search(&["--list"]),
        2,
        &["there is no search `tiny` in search/tiny", "heteroq search config.yaml"],
    );
    bench.does(&search(&[]));
    let listed = bench.tells(&search(&["--list"]));
    let members: Vec<u64> =
        listed["members"].as_array().unwrap().iter().map(|m| m["trial"].as_u64().unwrap()).collect();
    let member = members[0];
    let taken = bench.tells(&search(&["--take", &member.to_string(), "-o", "net/best"]));
    assert_eq!(taken["config"], "net/best/config.yaml");
    let own = format!("search/tiny/trial_{member:04}");
    assert_eq!(bench.read("net/best/weights.safetensors"), bench.read(format!("{own}/weights.safetensors")));
    let accuracy = &taken["trained"]["test"]["accuracy"];
    assert_eq!(&bench.tells(&["evaluate", "net/best/config.yaml"])["accuracy"], accuracy);
    // The same again changes nothing; another network does not replace it.
    let before = bench.listing();
    bench.does(&search(&["--take", &member.to_string(), "-o", "net/best"]));
    assert_eq!(bench.listing(), before);

    // One that was not worth a full training is trained now, with the config's seed.
    let other = (0..5).find(|trial| !members.contains(trial)).expect("five trials are not all on the front");
    let take = search(&["--take"]);
    let words = ["net/best holds other things already: config.yaml", "-o DIR"];
    let ended = bench.run(&[&take[..], &[&other.to_string(), "-o", "net/best"]].concat());
    ended.refused(2, &words);
    let taken = bench.tells(&[&take[..], &[&other.to_string(), "-o", "net/other"]].concat());
    assert_eq!(taken["trained"]["seed"], 1);
    let found = bench.tells(&["evaluate", "net/other/config.yaml"]);
    assert_eq!(found["accuracy"], taken["trained"]["test"]["accuracy"]);
    bench.does(&["gen", "net/other/config.yaml"]);

    std::fs::create_dir(bench.path("mine")).unwrap();
    bench.write("mine/notes.txt", "mine");
    let take = |number: &str, output: &str, words: &[&str]| {
        bench.refuses(&search(&["--take", number, "-o", output]), 2, words);
    };
    take("99", "new", &["trial 99 in search/tiny does not exist", "these can be taken: 0-4"]);
    take("0", "mine", &["mine holds other things already: notes.txt"]);
    take("x", "new", &["--take"]);
    bench.refuses(&search(&["--take", "1"]), 2, &["--output"]);
    bench.refuses(&search(&["--list", "--take", "1", "-o", "new"]), 2, &["--list"]);
}

#[test]
fn what_is_not_done_is_listed_as_trials() {
    let bench = bench_of("goal: bits, limit: {dense: [4, 4, 4]}, sampler: random");
    // A worker does trials, and no full training.
    bench.does(&["search", "config.yaml", "--worker"]);
    let listed = bench.does(&search(&["--list"]));
    let rows = table(&listed.stdout);
    assert_eq!(rows.len(), 5, "{}", listed.stdout);
    let scores: Vec<f64> = rows.iter().map(|row| row["score"].parse().unwrap()).collect();
    assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
    assert!(listed.stdout.contains("5 of 5 trials: 5 complete"), "{}", listed.stdout);
    assert!(listed.stdout.contains("not all trained in full"), "{}", listed.stdout);
    let told = bench.tells(&search(&["--list", "--trials", "9"]));
    assert_eq!((told["members"].as_array().unwrap().len(), told["trials"].as_array().unwrap().len()), (0, 5));
    let more = bench.does(&search(&["--list", "--trials", "9"])).stdout;
    assert!(more.contains("5 of 9 trials"), "{more}");
}

#[test]
fn a_budget_that_nothing_meets_is_listed_with_how_far_each_is_over() {
    let bench = bench_of("budget: {luts: 1}, limit: {dense: [4, 4, 4]}");
    bench.run(&search(&[])).refused(1, &["no trial is within the budget"]);
    let listed = bench.does(&search(&["--list"])).stdout;
    assert!(listed.contains("none of them is within the budget"), "{listed}");
    let over: Vec<f64> = table(&listed)
        .iter()
        .map(|row| row["budget"].strip_suffix(" % over").unwrap().parse().unwrap())
        .collect();
    assert!(over.len() == 5 && over.is_sorted(), "{over:?}");
}

#[test]
fn every_way_to_judge_has_its_tables() {
    for (section, heads, files) in [
        (
            "goal: [bits, latency], metric: auc, limit: {dense: [4, 4, 4]}",
            ["validation auc, %", "AUC"],
            &["front.svg", "front_latency.svg"][..],
        ),
        (
            "budget: {luts: 5000, latency_ns: 100}, limit: {dense: [4, 4, 4]}",
            ["validation accuracy, %", "LUT"],
            &["front.svg", "front_latency.svg"],
        ),
        (
            "goal: energy, metric: {efficiency: 0.1}, limit: {dense: [4, 4, 4]}",
            ["score", "efficiency at 10 % background, %"],
            &["front.svg"],
        ),
    ] {
        let bench = bench_of(section);
        bench.change("  classes: [no, yes]", "  classes: [no, yes]\n  argmax: true");
        let done = bench.does(&search(&[]));
        let rows = table(&done.stdout);
        heads.iter().for_each(|head| assert!(rows[0].contains_key(*head), "{head} in {}", done.stdout));
        files.iter().for_each(|file| assert!(bench.path("search/tiny").join(file).is_file(), "{file}"));
        let told = bench.tells(&search(&["--list"]));
        let front = told["front"].as_array().unwrap();
        assert!(!front.is_empty() && front.len() <= rows.len());
        for row in &rows {
            let folder = format!("search/tiny/trial_{:04}", row["trial"].parse::<u64>().unwrap());
            let report = bench.json(&format!("{folder}/report.json"));
            agrees(&bench, &format!("{folder}/config.yaml"), &report);
        }
        assert_eq!(bench.does(&search(&["--list"])).stdout, done.stdout);
        // No network on a front of several goals is the best one.
        let of_front = section.starts_with("goal: [");
        let (says, says_not) = if of_front { ("highest auc: ", "best: ") } else { ("best: ", "highest") };
        assert!(done.stdout.contains(says) && !done.stdout.contains(says_not), "{}", done.stdout);
        if of_front {
            assert!(done.stdout.contains("| bits | latency, ns | auc, % | trial |"), "{}", done.stdout);
            let metric = |row: &&BTreeMap<String, String>| mean(&row["validation auc, %"]);
            let most = rows.iter().max_by(|a, b| metric(a).total_cmp(&metric(b))).unwrap();
            let next = format!("trial_{:04}/config.yaml\n", most["trial"].parse::<u64>().unwrap());
            assert!(done.stdout.ends_with(&next), "{}", done.stdout);
        }
    }
}

/// What stands before ±.
fn mean(spread: &str) -> f64 {
    spread.split(' ').next().unwrap().parse().unwrap()
}

/// More epochs, other weights: what a trial found within the budget may be over it at the end.
#[test]
fn a_network_over_the_budget_is_not_called_the_best() {
    let bench = bench_of("budget: {latency_ns: 40}, seed: 4, limit: {dense: [4, 4, 4]}");
    let done = bench.does(&search(&[])).stdout;
    assert!(done.contains("(over the budget) |"), "{done}");
    assert!(
        done.contains("\nover the budget, but nearest to it: trial 1 in search/tiny/trial_0001\n"),
        "{done}"
    );
    assert!(!done.contains("best: "), "{done}");
}

#[test]
fn more_trials_than_the_config_asks_for_are_counted() {
    let bench = bench_of("goal: bits, limit: {dense: [4, 4, 4]}");
    bench.does(&search(&["--trials", "7"]));
    let listed = bench.does(&search(&["--list"])).stdout;
    assert!(
        listed.contains("7 of 7 trials: 7 complete") && listed.contains(" of 7 trials, 2 seeds"),
        "{listed}"
    );
}

#[test]
fn a_float_network_is_searched_for_its_quantizers() {
    let bench = bench_of("goal: bits, limit: {dense: [4, 4, 4]}");
    let kernel =
        "    kernel: \"quantized_bits(4, 0, alpha=1)\"\n    bias: \"quantized_bits(4, 0, alpha=1)\"\n";
    bench.change(kernel, "");
    bench.change("activation: \"quantized_relu(3, 1)\"", "activation: relu");
    let done = bench.does(&search(&[]));
    for row in table(&done.stdout) {
        let folder = format!("search/tiny/trial_{:04}", row["trial"].parse::<u64>().unwrap());
        let report = bench.json(&format!("{folder}/report.json"));
        let hidden = &report["layers"][0];
        assert_eq!(hidden["layer"], "hidden");
        let bits = ["kernel", "bias", "activation"].map(|of| hidden[of]["bits"].as_i64().unwrap());
        assert!(bits.iter().all(|bits| (1..=4).contains(bits)), "{hidden}");
        agrees(&bench, &format!("{folder}/config.yaml"), &report);
    }
}

/// A trial that was ended early has no figures, and is trained in full all the same; taken again, it is the same.
#[test]
fn a_trial_that_was_ended_early_is_taken_twice() {
    let bench = bench_of("goal: bits, limit: {dense: [4, 4, 4]}, sampler: asha");
    bench.change(
        "trials: 5, epochs: 1, final: {epochs: 2, seeds: 2}",
        "trials: 9, epochs: 3, final: {epochs: 2, seeds: 1}",
    );
    bench.does(&search(&[]));
    let trials = records(&bench, "search/tiny/trials.csv");
    let pruned = &trials.iter().find(|trial| trial["state"] == "pruned").expect("hopeless trials")["trial"];
    for output in ["once", "twice"] {
        bench.does(&search(&["--take", pruned, "-o", output]));
    }
    assert_eq!(bench.read("once/weights.safetensors"), bench.read("twice/weights.safetensors"));
}
