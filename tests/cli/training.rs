//! Training: data with a fault, and what accidents leave behind.

use crate::bench::{Bench, Ended, bench, ended};
use crate::tools::{nothing_half_written, wait_for};
use heteroq::data::random::Random;
use rustix::process::{Pid, Signal, kill_process};
use safetensors::SafeTensors;
use std::fmt::Write;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Where training writes in these tests.
const OUT: &str = "w.safetensors";

/// Enough to learn something.
const QUICK: &str = "epochs: 3, batch_size: 8, learning_rate: 0.02";

const CHECKPOINT: &str = "w.safetensors.checkpoint";

const TRAIN: [&str; 6] = ["train", "config.yaml", "--out", OUT, "--threads", "1"];

/// A bench without weights, with `csv` to train with.
fn bench_of(csv: &str, train: &str) -> Bench {
    let bench = bench();
    std::fs::remove_file(bench.path("weights.safetensors")).unwrap();
    let keys = format!("\ndata: {{train: jets.csv, standardize: true}}\ntrain: {{{train}}}\n\nverify:");
    bench.change("\nverify:", &keys);
    bench.write("jets.csv", csv);
    bench
}

/// `rows` events of two classes, which lie apart along all features but the last: that is always 3.
fn jets(rows: usize) -> String {
    let mut random = Random::new(4);
    let mut csv = "a,b,c,d,y\n".to_owned();
    for row in 0..rows {
        let label = row % 2;
        let mut feature = || random.unit() * 2.0 + label as f32 * 0.75;
        writeln!(csv, "{},{},{},3,{label}", feature(), feature(), feature()).unwrap();
    }
    csv
}

fn bench_with_jets(rows: usize, train: &str) -> Bench {
    bench_of(&jets(rows), train)
}

#[test]
fn events_that_cannot_be_learnt_from() {
    let good = jets(40);
    for (csv, words) in [
        (good.clone() + "1,nan,3,4,0\n", &["jets.csv: line 42, column 2: `nan`", "leave its line out"][..]),
        (good.clone() + "1,2,3,4\n", &["jets.csv: line 42 has 4 fields where the first has 5"]),
        (good.clone() + "1,2,x,4,1\n", &["jets.csv: line 42, column 3: `x`"]),
        (good.clone() + "1,2,3,4,top\n", &["jets.csv: line 42, column 5: the label `top`", "classes.index"]),
        (good.clone() + "1,2,3,4,2\n", &["jets.csv: row 40 has label 2", "0 to 1"]),
        (good.replace(",1\n", ",0\n"), &["jets.csv", "are of class 0", "of two at the least"]),
        ("a,b,c,d,y\n".to_owned(), &["jets.csv: holds no data"]),
    ] {
        let bench = bench_of(&csv, "epochs: 2");
        bench.refuses(&TRAIN, 2, words);
        bench.refuses(&["run", "config.yaml"], 2, words);
    }
    let bench = bench();
    bench.refuses(&TRAIN, 2, &["no events to train with", "data: {train: events.npz}"]);
}

#[test]
fn a_constant_feature_is_divided_by_1() {
    let bench = bench_with_jets(200, QUICK);
    let told = bench.tells(&TRAIN);
    assert!(told["validation_accuracy"].as_f64().unwrap() > 0.6, "{told}");
    let bytes = bench.read(OUT);
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let doubles = |name: &str| -> Vec<f64> {
        let data = file.tensor(name).unwrap().data().to_vec();
        match data.len() {
            16 => data.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b).into()).collect(),
            _ => data.as_chunks().0.iter().map(|b| f64::from_le_bytes(*b)).collect(),
        }
    };
    assert_eq!((doubles("input/mean")[3], doubles("input/scale")[3]), (3.0, 1.0));
    assert!(!bench.path(CHECKPOINT).exists(), "it is done");
    assert_eq!(bench.read(OUT), bench.does(&TRAIN).code.map(|_| bench.read(OUT)).unwrap());
}

/// A float network whose gradients have no upper end, at this learning rate.
fn float(rate: &str) -> Bench {
    let train = format!("optimizer: sgd, loss: mse, batch_size: 4, epochs: 60, learning_rate: {rate}");
    let bench = bench_with_jets(200, &train);
    bench.change("train: jets.csv", "train: jets.csv, validation: jets.csv");
    bench.change("units: 4", "units: 64");
    bench.change(
        "    kernel: \"quantized_bits(4, 0, alpha=1)\"\n    bias: \"quantized_bits(4, 0, alpha=1)\"\n",
        "",
    );
    bench.change("    activation: \"quantized_relu(3, 1, round='half_up')\"\n", "");
    bench
}

#[test]
fn a_rate_that_diverges_keeps_the_last_good_weights() {
    let bench = float("{peak: 1, warmup: 50}");
    let ended = bench.run(&TRAIN);
    ended.refused(1, &["train::diverged", "the training diverged in epoch", "lower `learning_rate`"]);
    let (epoch, diverged) =
        (after(&ended.reason(), "the weights of epoch "), after(&ended.reason(), "diverged in epoch "));
    assert!(0 < epoch && epoch < diverged && diverged < 50, "{}", ended.stderr);
    nothing_half_written(&bench);
    let kept = bench.read(OUT);
    assert!(bench.path(CHECKPOINT).exists());

    bench.change("weights: weights.safetensors", &format!("weights: {OUT}"));
    let found = bench.tells(&["evaluate", "config.yaml", "--data", "jets.csv"]);
    let accuracy = format!("accuracy {:.2} %", 100.0 * found["accuracy"].as_f64().unwrap());
    let line = ended.stderr.lines().find(|line| line.contains(&format!("epoch {epoch}/60:"))).unwrap();
    assert!(line.contains(&accuracy), "{line}: {accuracy}");

    // The same again ends the same, from where it was.
    let again = bench.run(&TRAIN);
    let words = [format!("diverged in epoch {diverged},"), format!("of epoch {epoch} are kept")];
    again.refused(1, &words.each_ref().map(String::as_str));
    assert!(again.stderr.contains(&format!("going on after epoch {}", diverged - 1)), "{}", again.stderr);
    assert_eq!(bench.read(OUT), kept);
}

/// The whole number behind `words`.
fn after(text: &str, words: &str) -> usize {
    let (_, rest) = text.split_once(words).unwrap_or_else(|| panic!("no `{words}` in {text}"));
    rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap()
}

#[test]
fn a_rate_that_diverges_at_once_leaves_what_was_there() {
    let bench = float("1");
    bench.write(OUT, "weights of an earlier day");
    bench.run(&TRAIN).refused(1, &["train::diverged", "in epoch 1, step", "the learning rate was 1"]);
    assert_eq!(bench.read(OUT), b"weights of an earlier day");
    assert!(!bench.path(CHECKPOINT).exists());
    nothing_half_written(&bench);
}

/// Enough epochs to be caught in the middle.
const LONG: &str = "epochs: 600, batch_size: 100";

fn started(bench: &Bench) -> Child {
    bench.command(&TRAIN).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Starts the long training and ends it by `signal` once there is a checkpoint newer than that of before.
fn caught(bench: &Bench, signal: Signal) -> Ended {
    let before = std::fs::read(bench.path(CHECKPOINT)).unwrap_or_default();
    let child = started(bench);
    wait_for(&bench.path(CHECKPOINT));
    while bench.read(CHECKPOINT) == before {
        std::thread::sleep(Duration::from_millis(3));
    }
    kill_process(Pid::from_child(&child), signal).unwrap();
    let ended = ended(child.wait_with_output());
    assert!(!bench.path(OUT).exists(), "it was over before it was caught");
    ended
}

#[test]
fn a_training_that_is_killed_goes_on_to_the_same_bytes() {
    let (bench, whole) = (bench_with_jets(1_000, LONG), bench_with_jets(1_000, LONG));
    let all = whole.tells(&TRAIN);
    assert_eq!(caught(&bench, Signal::KILL).code, None);
    assert_eq!(caught(&bench, Signal::KILL).code, None);
    // As if one of them had been writing its weights; the other is somebody else's.
    let [left, kept] = ["1234.tmp", "old.tmp"].map(|end| bench.path(format!(".{OUT}.{end}")));
    for path in [&left, &kept] {
        fs::write(path, "half").unwrap();
    }
    let interrupted = caught(&bench, Signal::INT);
    assert_eq!((interrupted.code, interrupted.stdout.as_str()), (Some(130), ""));
    assert!(!left.exists() && kept.exists());
    fs::remove_file(kept).unwrap();
    nothing_half_written(&bench);
    let told = bench.tells(&TRAIN);
    assert!(told["resumed_after"].as_u64().unwrap() >= 3, "{}", told["resumed_after"]);
    assert_eq!(bench.read(OUT), whole.read(OUT));
    assert_eq!(
        (&told["best_epoch"], &told["validation_accuracy"]),
        (&all["best_epoch"], &all["validation_accuracy"])
    );
    assert!(!bench.path(CHECKPOINT).exists());
}

#[test]
fn two_trainings_of_one_file_are_told_so() {
    let bench = bench_with_jets(1_000, LONG);
    let mut first = started(&bench);
    wait_for(&bench.path(CHECKPOINT));
    bench.run(&TRAIN).refused(2, &["another heteroq is at work on", OUT, "--out W.safetensors"]);
    first.kill().unwrap();
    first.wait().unwrap();
}

/// The training where no byte goes into a file any more: as on a full disk, but that the system says it otherwise.
fn on_a_full_disk(bench: &Bench) -> Ended {
    let line = format!("trap '' XFSZ; ulimit -f 0; exec \"$0\" {}", TRAIN.join(" "));
    let mut shell = Command::new("sh");
    shell.args(["-c", &line, env!("CARGO_BIN_EXE_heteroq")]).current_dir(bench.path(""));
    ended(shell.output())
}

#[test]
fn a_full_disk_leaves_the_checkpoint_of_before() {
    let (bench, whole) = (bench_with_jets(1_000, LONG), bench_with_jets(1_000, LONG));
    bench.write(OUT, "weights of an earlier day");
    let words = ["train::checkpoint", "cannot write", CHECKPOINT, "File too large", "make room"];
    on_a_full_disk(&bench).refused(2, &words);
    assert!(!bench.path(CHECKPOINT).exists());
    assert_eq!(bench.read(OUT), b"weights of an earlier day");
    nothing_half_written(&bench);

    std::fs::remove_file(bench.path(OUT)).unwrap();
    caught(&bench, Signal::KILL);
    let before = bench.read(CHECKPOINT);
    on_a_full_disk(&bench).refused(2, &words);
    assert_eq!(bench.read(CHECKPOINT), before);
    nothing_half_written(&bench);
    bench.does(&TRAIN);
    whole.does(&TRAIN);
    assert_eq!(bench.read(OUT), whole.read(OUT));
}

#[test]
fn a_full_disk_leaves_the_weights_of_before() {
    let (bench, whole) = (bench_with_jets(200, "epochs: 3"), bench_with_jets(200, "epochs: 3"));
    // Where a folder is in the way of the weights, all epochs are done and the checkpoint of the last one is left.
    std::fs::create_dir_all(bench.path(OUT).join("in the way")).unwrap();
    bench.run(&TRAIN).refused(2, &["cannot write", OUT]);
    assert!(bench.path(CHECKPOINT).exists());
    nothing_half_written(&bench);
    std::fs::remove_dir_all(bench.path(OUT)).unwrap();

    bench.write(OUT, "weights of an earlier day");
    on_a_full_disk(&bench).refused(2, &["cannot write", OUT, "File too large", "still there"]);
    assert_eq!(bench.read(OUT), b"weights of an earlier day");
    nothing_half_written(&bench);

    let told = bench.tells(&TRAIN);
    assert_eq!((&told["resumed_after"], told["epochs"].as_array().unwrap().len()), (&3.into(), 3));
    whole.does(&TRAIN);
    assert_eq!(bench.read(OUT), whole.read(OUT));
    assert!(!bench.path(CHECKPOINT).exists());
}

/// A bench whose training stopped after its last epoch, and its checkpoint.
fn with_checkpoint() -> (Bench, Vec<u8>) {
    let bench = bench_with_jets(200, "epochs: 2");
    std::fs::create_dir_all(bench.path(OUT).join("in the way")).unwrap();
    bench.run(&TRAIN);
    std::fs::remove_dir_all(bench.path(OUT)).unwrap();
    let checkpoint = bench.read(CHECKPOINT);
    (bench, checkpoint)
}

#[test]
fn a_checkpoint_that_is_none() {
    let (bench, checkpoint) = with_checkpoint();
    let words = ["train::checkpoint", CHECKPOINT, "is no checkpoint of this training", "--fresh"];
    let text = String::from_utf8_lossy(&checkpoint[8..]).into_owned();
    assert!(text.contains("plateau"));
    let replaced = |from: &[u8], to: &[u8]| {
        assert_eq!(from.len(), to.len());
        let place = checkpoint.windows(from.len()).position(|part| part == from).expect("it is there");
        [&checkpoint[..place], to, &checkpoint[place + to.len()..]].concat()
    };
    let cases = [
        Vec::new(),
        b"not a checkpoint".to_vec(),
        checkpoint[..7].to_vec(),
        checkpoint[..checkpoint.len() / 2].to_vec(),
        checkpoint[..checkpoint.len() - 1].to_vec(),
        [&checkpoint[..], b"more"].concat(),
        replaced(b"plateau", b"plateux"),
        replaced(b"\"training\"", b"\"trainink\""),
        replaced(b"latent/hidden/kernel", b"latent/hidden/colonel"[..20].as_ref()),
        replaced(b"optimizer/out/bias/mean", b"optimizer/out/bias/main"),
    ];
    for bytes in cases {
        bench.write(CHECKPOINT, bytes);
        let before = bench.listing();
        bench.run(&TRAIN).refused(2, &words);
        assert_eq!(bench.listing(), before);
    }
    let fresh = bench.does(&[&TRAIN[..], &["--fresh"]].concat());
    assert!(!fresh.stderr.contains("going on"), "{}", fresh.stderr);
    assert!(bench.path(OUT).exists() && !bench.path(CHECKPOINT).exists());
}

#[test]
fn a_checkpoint_of_another_training_is_moved_aside() {
    for (from, to, csv, what) in [
        ("epochs: 2", "epochs: 3", jets(200), "`train` or the weights it starts from"),
        ("quantized_relu(3, 1", "quantized_relu(4, 1", jets(200), "the layers, or the version of heteroq"),
        ("epochs: 2", "epochs: 2", jets(201), "the events"),
    ] {
        let (bench, checkpoint) = with_checkpoint();
        bench.change(from, to);
        bench.write("jets.csv", csv);
        let reason = bench.does(&TRAIN).reason();
        assert!(reason.contains(&format!("a checkpoint of another training ({what} differ)")), "{reason}");
        assert!(reason.contains(&format!("{CHECKPOINT}.old now")), "{reason}");
        assert_eq!(bench.read(format!("{CHECKPOINT}.old")), checkpoint);
        assert!(!bench.path(CHECKPOINT).exists());
    }
}

#[test]
fn a_training_that_stopped_early_is_done() {
    let bench = bench_with_jets(200, "epochs: 80, early_stopping: 2");
    let first = bench.tells(&TRAIN);
    assert!(first["epochs"].as_array().unwrap().len() < 80);
    assert!(!bench.path(CHECKPOINT).exists());
    let weights = bench.read(OUT);
    let again = bench.tells(&TRAIN);
    assert_eq!((&again["resumed_after"], &again["best_epoch"]), (&0.into(), &first["best_epoch"]));
    assert_eq!(bench.read(OUT), weights);
}

/// What comes after needs a tool, which is not there.
#[test]
fn run_trains_where_there_are_no_weights() {
    let bench = bench_with_jets(200, QUICK);
    let run = || ended(bench.command(&["run", "config.yaml"]).env("HETEROQ_VERILATOR", "/none").output());
    let first = run();
    first.refused(3, &["Verilator is missing", "train: epoch 3/3: loss"]);
    let weights = bench.read("weights.safetensors");
    let second = run();
    assert!(!second.stderr.contains("epoch 1/3"), "{}", second.stderr);
    assert_eq!(bench.read("weights.safetensors"), weights);
    let other = bench.tells(&["evaluate", "config.yaml", "--data", "jets.csv"]);
    assert!(other["accuracy"].as_f64().unwrap() > 0.6, "{other}");
}
