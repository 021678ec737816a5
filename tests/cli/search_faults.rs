//! `heteroq search`: what is refused, what is said of it, and what goes on after it.

use crate::bench::{Bench, Ended, bench, ended};
use crate::tools::{nothing_half_written, wait_for};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const SEARCH: [&str; 4] = ["search", "config.yaml", "--threads", "1"];

const TRAIN: &str = "train: {epochs: 3, batch_size: 32, learning_rate: 0.02}";

/// Where the study of the tiny network is kept.
const STUDY: &str = "search/tiny/study.db";

/// The tiny network without weights, with events whose class is a sum's sign, and a search of these keys.
fn bench_with_search(keys: &[&str]) -> Bench {
    let bench = bench();
    fs::remove_file(bench.path("weights.safetensors")).unwrap();
    bench.write_events();
    let data =
        format!("data: {{train: train.csv, test: test.csv}}\n{TRAIN}\nsearch:\n  {}", keys.join("\n  "));
    bench.change("weights: weights.safetensors", &format!("weights: weights.safetensors\n{data}"));
    bench
}

/// A small search by bits.
const BITS: [&str; 5] =
    ["goal: bits", "limit: {dense: [4, 4, 4]}", "trials: 4", "epochs: 2", "final: {epochs: 2, seeds: 1}"];

fn with(key: &'static str) -> Bench {
    bench_with_search(&[&BITS[..], &[key]].concat())
}

fn instead(place: usize, key: &'static str) -> Bench {
    let mut keys = BITS;
    keys[place] = key;
    bench_with_search(&keys)
}

#[test]
fn a_config_that_asks_for_nothing_sensible() {
    bench().refuses(&SEARCH, 2, &["search::none", "says nothing of a search", "search: {goal: bits"]);
    let refuses = |bench: Bench, words: &[&str]| bench.refuses(&SEARCH, 2, words);
    refuses(instead(1, "limit: {\"hiden\": [4, 4, 4]}"), &["config::matches_nothing", "hiden", "hidden"]);
    refuses(instead(1, "limit: {hidden: [[], 4, 4]}"), &["config::empty", "no quantizer to choose"]);
    refuses(instead(1, "limit: {hidden: [[\"ternary(alpha=1)\"], 1, 1]}"), &["config::"]);
    refuses(instead(2, "trials: 0"), &["config::out_of_range", "trials"]);
    refuses(with("budget: {}"), &["config::empty", "a budget of no cost"]);
    refuses(with("bits: {parameters: false, activations: false}"), &["config::conflict", "costs 0 bits"]);
    let one = "limit: {hidden: [[\"ternary(alpha=1)\"], [\"quantized_bits(4, 0, alpha=1)\"], [\"quantized_relu(4)\"]]}";
    refuses(instead(1, one), &["search::nothing", "there is nothing to search", "tune_filters: layer"]);
    let front = bench_with_search(&[&BITS[1..], &["goal: [bits, energy]", "sampler: asha"]].concat());
    refuses(front, &["config::conflict", "ends trials early", "sampler: nsga2"]);
    let bench = with("sampler: random");
    bench.refuses(&[&SEARCH[..], &["--trials", "0"]].concat(), 2, &["--trials"]);
    bench.refuses(&[&SEARCH[..], &["--jobs", "0"]].concat(), 2, &["--jobs"]);
}

/// Hardware is built of the best ones at the latest: a layer that stays float is said before the first trial.
#[test]
fn layers_that_stay_float_are_refused_before_anything_is_tried() {
    for more in ["goal: bits", "goal: luts", "metric: auc", "metric: {efficiency: 0.1}"] {
        let mut keys = vec!["limit: {hidden: [4, 4, 4]}"];
        keys.push(more);
        let bench = bench_with_search(&keys);
        let out = "units: 2\n    kernel: \"quantized_bits(4, 0, alpha=1)\"";
        bench.change(out, "units: 2");
        let words = ["layer `out` is float", "config.yaml", "name: out", "let `limit` name it"];
        bench.refuses(&SEARCH, 2, &words);
        bench.change("limit: {hidden:", "limit: {dense:");
        bench.does(&[&SEARCH[..], &["--trials", "1"]].concat());
    }
}

/// Two branches of a sum with units of their own: what the error says to write is then right.
#[test]
fn units_that_do_not_fit_are_all_named() {
    let bench = with("tune_filters: layer");
    let text = String::from_utf8(bench.read("config.yaml")).unwrap();
    let dense = "units: 3, kernel: \"ternary()\", activation: \"quantized_relu(3)\"}";
    let branches = format!(
        "layers:\n  - {{name: left, kind: dense, inputs: [input], {dense}\n  - {{name: right, kind: dense, inputs: [input], \
         {dense}\n  - {{name: sum, kind: add, inputs: [left, right]}}\n  - {{name: first, kind: dense, {dense}\n"
    );
    bench.write("config.yaml", text.replace("layers:\n", &branches));
    bench.refuses(&SEARCH, 2, &["config::shape_mismatch", "sum", "\"^(left", "right)$\""]);
    bench.change("tune_filters: layer", "tune_filters: layer\n  tune_filters_exceptions: left");
    bench.refuses(&SEARCH, 2, &["config::shape_mismatch", "\"left", "^(right)$\""]);
    bench.change("exceptions: left", "exceptions: \"left|^(right)$\"");
    bench.does(&SEARCH);
}

#[test]
fn events_that_are_missing() {
    let bench = with("sampler: random");
    fs::remove_file(bench.path("train.csv")).unwrap();
    bench.refuses(&SEARCH, 2, &["train.csv"]);
    bench.change("train: train.csv, ", "");
    bench.refuses(&SEARCH, 2, &["there are no events to train with"]);
    let bench = with("sampler: random");
    fs::remove_file(bench.path("test.csv")).unwrap();
    bench.refuses(&SEARCH, 2, &["test.csv"]);
}

const NOTHING: &str = "name: nothing\ninput: {shape: [2], quantizer: \"quantized_bits(4, 1)\"}\n\
    layers: [{name: a, kind: activation, quantizer: quantized_relu(4)}]\noutput: {classes: [no, yes]}\n";

#[test]
fn a_reference_that_is_none() {
    let bench = with("reference: other.yaml");
    bench.refuses(&SEARCH, 2, &["the network that `reference` names cannot be used", "other.yaml"]);
    let bench = bench_with_search(&[&BITS[1..], &["goal: luts", "reference: other.yaml"]].concat());
    let text = String::from_utf8(bench.read("config.yaml")).unwrap();
    bench.write("other.yaml", text.split("search:").next().unwrap());
    bench.refuses(&SEARCH, 2, &["the network that `reference` names", "weights.safetensors"]);
    bench.write("other.yaml", "name: [");
    bench.refuses(&SEARCH, 2, &["other.yaml", "config::syntax"]);

    // A network without parameters has no bits of them.
    let bench =
        bench_with_search(&[&BITS[..], &["reference: zero.yaml", "bits: {activations: false}"]].concat());
    bench.write("zero.yaml", NOTHING);
    bench.refuses(&SEARCH, 2, &["search::reference", "the bits of the reference are 0", "`budget`"]);
    bench.change("reference: zero.yaml", "reference: {bits: 8}");
    bench.does(&SEARCH);
}

#[test]
fn a_budget_that_nothing_meets_shows_the_nearest() {
    let bench = bench_with_search(&[&BITS[1..], &["budget: {bits: 10, luts: 1}"]].concat());
    let ended = bench.run(&SEARCH);
    ended.refused(
        1,
        &["search::budget", "no trial is within the budget; the nearest is trial", "bits", "LUTs"],
    );
    nothing_half_written(&bench);
    assert!(!bench.path("search/tiny/trial_0000").exists());
    // A budget that is raised is another search.
    bench.change("bits: 10, luts: 1", "bits: 100000");
    let words = ["search::study", "is another one than this search", "judge:", "10.0", "100000.0"];
    bench.run(&SEARCH).refused(2, &words);
}

#[test]
fn a_reference_that_has_changed_is_another_one() {
    let bench = with("reference: other.yaml");
    let text = String::from_utf8(bench.read("config.yaml")).unwrap();
    let text = text.split("search:").next().unwrap();
    bench.write("other.yaml", text);
    bench.does(&SEARCH);
    bench.write("other.yaml", text.replace("units: 4\n", "units: 5\n"));
    bench.run(&SEARCH).refused(2, &["is another one than this search", "reference:", "other.yaml"]);
    bench.write("other.yaml", text);
    bench.does(&SEARCH);
}

#[test]
fn a_study_of_something_else_is_refused_with_both() {
    let bench = with("sampler: random");
    bench.does(&SEARCH);
    let before = bench.read(STUDY);
    let changed = |from: &str, to: &str, words: &[&str]| {
        bench.change(from, to);
        bench.run(&SEARCH).refused(2, words);
        bench.change(to, from);
        assert_eq!(bench.read(STUDY), before, "{to}");
    };
    let other = "is another one than this search";
    changed("    units: 4\n", "    units: 5\n", &[other, "network:", "in the file", "now", "another name"]);
    changed(
        "[4, 4, 4]",
        "[8, 4, 4]",
        &[
            other,
            "choices of hidden_kernel_quantizer: [binary(alpha='auto_po2'),",
            "quantized_bits(symmetric=True, alpha='auto_po2'), quantized_po2(4, max_value=1)] now",
        ],
    );
    changed(
        "epochs: 3, batch_size: 32,",
        "epochs: 3, batch_size: 32, seed: 9,",
        &[other, "seed: 1 in the file, 9 now"],
    );
    changed("sampler: random", "sampler: tpe", &[other, "sampler: Random in the file, Tpe now"]);
    changed("goal: bits", "goal: energy", &[other, "goal: [Bits] in the file, [Energy] now"]);
    // What is done with the best ones is not what a trial is.
    bench.change("seeds: 1", "seeds: 2");
    bench.does(&SEARCH);
}

#[test]
fn a_study_that_cannot_be_read() {
    let bench = with("sampler: random");
    bench.does(&SEARCH);
    let whole = bench.read(STUDY);
    let refuses = |bytes: &[u8], words: &[&str]| {
        bench.write(STUDY, bytes);
        bench.run(&SEARCH).refused(2, words);
        assert_eq!(bench.read(STUDY), bytes);
    };
    refuses(&whole[..whole.len() / 2], &["study.db is damaged", "put a copy back"]);
    refuses(&[b"no database".repeat(100)].concat(), &["study.db is no SQLite database", "move it away"]);
    let mut spoilt = whole.clone();
    spoilt[4096..8192].fill(0xa5);
    refuses(&spoilt, &["study.db is damaged"]);
    fs::remove_file(bench.path(STUDY)).unwrap();
    fs::create_dir(bench.path(STUDY)).unwrap();
    bench.run(&SEARCH).refused(2, &["study.db", "must be there and writable"]);
    fs::remove_dir(bench.path(STUDY)).unwrap();
    bench.write(STUDY, whole);
    bench.does(&SEARCH);
    bench.write("file", "");
    bench
        .run(&[&SEARCH[..], &["--study", "file"]].concat())
        .refused(2, &["file", "must be there and writable"]);
}

/// Biases of a linear layer that are not quantized have no upper end, and at this rate they overshoot ever further.
#[test]
fn trials_that_all_fail_are_said_with_the_reason() {
    let bench = instead(1, "limit: {out: [4, 4]}");
    bench.change(TRAIN, "train: {batch_size: 4, optimizer: sgd, loss: mse, learning_rate: 1}");
    let hidden = "    kernel: \"quantized_bits(4, 0, alpha=1)\"\n    bias: \"quantized_bits(4, 0, alpha=1)\"\n    \
                  activation: \"quantized_relu(3, 1, round='half_up')\"\n";
    bench
        .change(&format!("units: 4\n{hidden}"), "units: 64\n    kernel: \"quantized_bits(4, 0, alpha=1)\"\n");
    let ended = bench.run(&SEARCH);
    let failed = ended.stderr.lines().filter(|line| line.contains(": the training diverged in epoch 1"));
    assert!(failed.count() >= 4, "{}", ended.stderr);
    ended.refused(
        1,
        &["search::failed", "none of 4 trials has figures; trial 0:", "diverged", "`--study DIR`"],
    );
    nothing_half_written(&bench);
    // What failed would fail again: it is not tried again.
    let again = bench.run(&SEARCH);
    again.refused(1, &["search::failed"]);
    let take = [&SEARCH[..], &["--take", "0", "-o", "taken"]].concat();
    bench
        .run(&take)
        .refused(2, &["search::trial", "trial 0 in search/tiny has failed: ", "diverged in epoch 1"]);
    assert!(!again.stderr.contains("search: trial 0"), "{}", again.stderr);
}

/// The search where no file may grow beyond so many blocks of 512 bytes: as on a full disk, but that the system says it
/// otherwise.
fn on_a_full_disk(bench: &Bench, blocks: u32) -> Ended {
    let line = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" {}", SEARCH.join(" "));
    let mut shell = Command::new("sh");
    shell.args(["-c", &line, env!("CARGO_BIN_EXE_heteroq")]).current_dir(bench.path(""));
    ended(shell.output())
}

/// Where the disk fills during the trials, and where it does during the full trainings.
#[test]
fn a_full_disk_is_said_and_the_search_goes_on_afterwards() {
    let (bench, whole) = (with("sampler: random"), with("sampler: random"));
    whole.does(&SEARCH);
    on_a_full_disk(&bench, 0).refused(2, &["study.db cannot be read and written", "its disk is full"]);
    for blocks in [64, 160, 200, 230] {
        let ended = on_a_full_disk(&bench, blocks);
        if ended.code != Some(0) {
            ended.refused(2, &["search/tiny"]);
        }
        nothing_half_written(&bench);
    }
    bench.does(&SEARCH);
    assert_eq!(reports(&bench), reports(&whole));
}

/// Every report of a member, by its path.
fn reports(bench: &Bench) -> Vec<(String, Value)> {
    let names = bench.listing().into_iter().map(|(path, _)| path.display().to_string());
    let mut all: Vec<String> = names.filter(|name| name.ends_with("report.json")).collect();
    all.sort();
    assert!(!all.is_empty());
    all.into_iter().map(|name| (name.clone(), bench.json(&name))).collect()
}

fn started(bench: &Bench, more: &[&str]) -> Child {
    let args = [&SEARCH[..], more].concat();
    bench.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Long enough to be caught in the middle.
const LONG: [&str; 4] = ["goal: bits", "limit: {dense: [8, 8, 8]}", "trials: 40", "epochs: 300"];

#[test]
fn ctrl_c_ends_a_search_with_all_its_workers_at_once() {
    for signal in [Signal::INT, Signal::TERM] {
        for jobs in ["1", "3"] {
            let bench = bench_with_search(&LONG);
            let child = started(&bench, &["--jobs", jobs]);
            wait_for(&bench.path(if jobs == "1" { STUDY } else { "search/tiny/worker_2.log" }));
            std::thread::sleep(Duration::from_millis(300));
            kill_process(Pid::from_child(&child), signal).unwrap();
            let begun = Instant::now();
            let ended = ended(child.wait_with_output());
            assert_eq!((ended.code, ended.stdout.as_str()), (Some(130), ""), "{}", ended.stderr);
            assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
            assert!(!ended.stderr.contains("ended early"), "{}", ended.stderr);
            assert_eq!(at_work(&bench), 0);
            bench.does(&[&SEARCH[..], &["--trials", "1"]].concat());
        }
    }
}

/// The processes whose study is this one's.
fn at_work(bench: &Bench) -> usize {
    let folder = fs::canonicalize(bench.path("")).unwrap();
    let is_here = |entry: &fs::DirEntry| {
        fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd == folder)
            && fs::read(entry.path().join("cmdline")).is_ok_and(|line| !line.is_empty())
    };
    fs::read_dir("/proc").unwrap().flatten().filter(is_here).count()
}

#[test]
fn a_worker_that_dies_is_said_and_the_others_go_on() {
    let bench = bench_with_search(
        &[&BITS[..2], &["trials: 12", "epochs: 100", "final: {epochs: 1, seeds: 1}"]].concat(),
    );
    let child = started(&bench, &["--jobs", "2"]);
    wait_for(&bench.path("search/tiny/worker_1.log"));
    std::thread::sleep(Duration::from_millis(100));
    let task = format!("/proc/{}/task", child.id());
    let children = fs::read_dir(task).unwrap().flatten().map(|task| task.path().join("children"));
    let worker =
        children.filter_map(|file| fs::read_to_string(file).ok()).find(|text| !text.trim().is_empty());
    let worker: i32 = worker.expect("a worker").split_whitespace().next().unwrap().parse().unwrap();
    kill_process(Pid::from_raw(worker).unwrap(), Signal::KILL).unwrap();
    let ended = ended(child.wait_with_output());
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let reason = ended.reason();
    for word in ["worker 1 has ended early", "SIGKILL", "--worker", "search/tiny/worker_1.log"] {
        assert!(reason.contains(word), "no `{word}` in: {reason}");
    }
}

#[test]
fn two_at_once_share_the_trials_and_show_the_same() {
    let bench = bench_with_search(
        &[&BITS[..2], &["trials: 12", "epochs: 60", "final: {epochs: 400, seeds: 2}"]].concat(),
    );
    let first = started(&bench, &[]);
    wait_for(&bench.path(STUDY));
    let second = started(&bench, &[]);
    let [first, second] = [first, second].map(|child| ended(child.wait_with_output()));
    assert_eq!((first.code, second.code), (Some(0), Some(0)), "{}{}", first.stderr, second.stderr);
    assert_eq!(first.stdout, second.stdout);
    assert!(!first.stdout.is_empty());
    let trials =
        |ended: &Ended| ended.stderr.lines().filter(|line| line.starts_with("search: trial ")).count();
    assert!(trials(&first) > 0 && trials(&second) > 0, "{}\n{}", first.stderr, second.stderr);
    assert_eq!(trials(&first) + trials(&second), 12);
    let waiting =
        [&first, &second].map(|ended| ended.stderr.contains("another heteroq trains the best networks"));
    assert_ne!(waiting[0], waiting[1], "{}\n{}", first.stderr, second.stderr);
}

/// When the file was changed last.
fn changed(bench: &Bench, name: &str) -> std::time::SystemTime {
    fs::metadata(bench.path(name)).unwrap().modified().unwrap()
}

/// Every training that was kept, and when it was written.
fn trainings(bench: &Bench) -> Vec<(String, std::time::SystemTime)> {
    let names = bench.listing().into_iter().map(|(path, _)| path.display().to_string());
    names
        .filter(|name| name.ends_with("figures.json"))
        .map(|name| (name.clone(), changed(bench, &name)))
        .collect()
}

/// More seeds, more trials, other epochs, a folder that is gone: what is done and still meant is not done again.
#[test]
fn a_search_that_is_done_goes_on_with_what_is_new() {
    let bench = with("sampler: random");
    bench.does(&SEARCH);
    let first = trainings(&bench);
    bench.change("seeds: 1", "seeds: 3");
    bench.does(&SEARCH);
    let more = trainings(&bench);
    assert_eq!(more.len(), 3 * first.len());
    assert!(first.iter().all(|one| more.contains(one)), "those that were there are as they were");
    let reported = reports(&bench);
    assert!(reported.iter().all(|(_, report)| report["trained"].as_array().unwrap().len() == 3));

    let gone = reported[0].0.strip_suffix("/report.json").unwrap().to_owned();
    fs::remove_dir_all(bench.path(&gone)).unwrap();
    bench.does(&SEARCH);
    assert_eq!(reports(&bench), reported, "trained again, it is the same");

    let ended = bench.does(&[&SEARCH[..], &["--trials", "7"]].concat());
    let trials: Vec<&str> = ended.stderr.lines().filter(|line| line.starts_with("search: trial ")).collect();
    assert_eq!(trials.len(), 3, "{}", ended.stderr);
    assert!(trials[0].starts_with("search: trial 4"), "{}", ended.stderr);

    let before = trainings(&bench);
    bench.change("final: {epochs: 2", "final: {epochs: 3");
    let ended = bench.does(&[&SEARCH[..], &["--trials", "7"]].concat());
    assert!(!ended.stderr.contains("search: trial "), "{}", ended.stderr);
    let after = trainings(&bench);
    assert!(!reports(&bench).is_empty() && after.iter().any(|one| !before.contains(one)));
    // What a worker of another day has said is no harm.
    bench.write("search/tiny/worker_1.log", "said long ago");
    bench.does(&[&SEARCH[..], &["--trials", "9", "--jobs", "2"]].concat());
    assert!(!String::from_utf8(bench.read("search/tiny/worker_1.log")).unwrap().contains("long ago"));
}

/// Neither the choice of a list of one nor the layers that share a choice are in the names of what is searched.
#[test]
fn what_no_name_says_belongs_to_a_study_too() {
    let one = "[4, [\"quantized_bits(4, 0, alpha=1)\"], 4]";
    let bench = bench_with_search(&[&["limit: {\".*\": ONE}"], &BITS[2..]].concat());
    bench.change("ONE", one);
    bench.does(&SEARCH);
    let refuses = |from: &str, to: &str, words: &[&str]| {
        bench.change(from, to);
        bench.run(&SEARCH).refused(2, &[&["is another one than this search"], words].concat());
        bench.change(to, from);
    };
    let only = "only choice of .*_bias_quantizer: quantized_bits(4, alpha=1) in the file, quantized_bits(5, alpha=1) now";
    refuses("[\"quantized_bits(4, 0", "[\"quantized_bits(5, 0", &[only]);
    let layers = "layers of .*_kernel_quantizer: hidden, out in the file, hidden now";
    refuses("limit:", "frozen: [out]\n  limit:", &[layers]);
    bench.does(&SEARCH);
}

/// Kernels without a 0 are refused before a trial is spent on them: full trainings would refuse them at the end.
#[test]
fn choices_that_cannot_be_pruned_are_refused_before_anything_is_tried() {
    let bench = with("sampler: random");
    bench.change("train: {epochs: 3,", "train: {epochs: 3, pruning: {sparsity: 0.5, finish: 2},");
    let words = ["layer `hidden` cannot be pruned", "`binary(", "`limit` lets kernels be"];
    bench.refuses(&SEARCH, 2, &words);
    let kernels = "[\"ternary(alpha=1)\", \"quantized_bits(4, 0, alpha=1)\"]";
    bench.change("dense: [4, 4, 4]", &format!("dense: [{kernels}, 4, 4]"));
    bench.does(&SEARCH);
}

/// What is known of a network on another test file is no figure of this one: it is tested again, and not trained.
#[test]
fn another_test_file_is_another_test() {
    let bench = with("sampler: random");
    bench.does(&SEARCH);
    let weights = || {
        let names = bench.listing().into_iter().filter(|(path, _)| path.ends_with("weights.safetensors"));
        names.collect::<Vec<_>>()
    };
    let before = (weights(), reports(&bench));
    let text = String::from_utf8(bench.read("test.csv")).unwrap();
    let turned: String = text
        .lines()
        .map(|line| match line.strip_suffix(",1") {
            Some(events) => format!("{events},0\n"),
            None => format!(
                "{}\n",
                line.strip_suffix(",0").map_or(line.to_owned(), |events| format!("{events},1"))
            ),
        })
        .collect();
    bench.write("test.csv", turned);
    assert_eq!(bench.tells(&[&SEARCH[..], &["--list"]].concat())["members"].as_array().unwrap().len(), 0);
    bench.does(&SEARCH);
    assert_eq!(weights(), before.0);
    for ((path, old), (_, new)) in before.1.iter().zip(reports(&bench)) {
        let accuracy = |report: &Value| report["trained"][0]["test"]["accuracy"].as_f64().unwrap();
        assert!(
            (accuracy(old) + accuracy(&new) - 1.0).abs() < 1e-12,
            "{path}: {} {}",
            accuracy(old),
            accuracy(&new)
        );
    }
    bench.change(", test: test.csv", "");
    bench.does(&SEARCH);
    assert!(reports(&bench).iter().all(|(_, report)| report["trained"][0]["test"].is_null()));
}

/// The same config is the same reference, wherever it is looked at from; a path that looks like an address is a path.
#[test]
fn a_path_may_be_written_in_other_ways() {
    let bench = with("reference: other.yaml");
    let text = String::from_utf8(bench.read("config.yaml")).unwrap();
    bench.write("other.yaml", text.split("search:").next().unwrap());
    bench.does(&[&SEARCH[..], &["--study", "file:study"]].concat());
    assert!(bench.path("file:study/study.db").is_file());
    bench.does(&["search", "./config.yaml", "--threads", "1", "--study", "file:study"]);
}

#[test]
fn a_search_that_is_not_there_is_not_begun_by_a_look() {
    let bench = with("sampler: random");
    bench.does(&SEARCH);
    bench.change("name: tiny", "name: other");
    let list = [&SEARCH[..], &["--list", "--study", "search/tiny"]].concat();
    bench.refuses(&list, 2, &["search::not_begun", "there is no search `other` in search/tiny"]);
}
