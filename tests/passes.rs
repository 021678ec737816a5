//! Each file of `tests/passes/` is a net, the passes that run on it, vectors, and the net that comes out.
//!
//! `UPDATE_EXPECT=1 cargo test --test passes` rewrites what comes out; `git diff tests` is the review.

use heteroq::arith::dot::Dot;
use heteroq::arith::narrow::Narrow;
use heteroq::arith::remove_dead::RemoveDead;
use heteroq::arith::share::Share;
use heteroq::arith::simplify::Simplify;
use heteroq::arith::{Arithmetic, Options, Plan};
use heteroq::map::ternary::Ternary;
use heteroq::net::{Net, interp, text, validate};
use std::path::Path;

type Failure = Box<dyn std::error::Error>;

/// What stands after `; word:` in a test's lines.
fn marked<'a>(file: &'a str, word: &str) -> Vec<&'a str> {
    let mark = format!("; {word}:");
    file.lines().filter_map(|line| line.strip_prefix(&mark)).map(str::trim).collect()
}

fn plan(file: &str) -> Result<Plan, Failure> {
    let family = marked(file, "family").first().copied().unwrap_or("xc7");
    let family = heteroq::device::find(family)?.family;
    let multiply = marked(file, "arithmetic") == ["multiply"];
    let arithmetic = if multiply { vec![Arithmetic::Multiply; 9] } else { Vec::new() };
    let options = Options { arithmetic, family: family.clone() };
    let names = marked(file, "pass").join(" ");
    names.split_whitespace().try_fold(Plan::default(), |plan, name| {
        Ok(match name {
            "simplify" => plan.then(Simplify),
            "share" => plan.then(Share),
            "narrow" => plan.then(Narrow),
            "remove_dead" => plan.then(RemoveDead),
            "dot" => plan.then(Dot(options.clone())),
            "ternary" => plan.then(Ternary(family.clone())),
            other => return Err(format!("there is no pass `{other}`").into()),
        })
    })
}

/// `(1, 2) = (10)`
fn vector(line: &str) -> Result<(Vec<i128>, Vec<i128>), Failure> {
    let list = |side: &str| -> Result<Vec<i128>, Failure> {
        let inner = side.trim().trim_start_matches('(').trim_end_matches(')');
        let words = inner.split(',').map(str::trim).filter(|word| !word.is_empty());
        words.map(|word| word.parse().map_err(Failure::from)).collect()
    };
    let (inputs, outputs) = line.split_once('=').ok_or("a run line is `(inputs) = (outputs)`")?;
    Ok((list(inputs)?, list(outputs)?))
}

fn check_vectors(file: &str, net: &Net, which: &str) -> Result<(), Failure> {
    for line in marked(file, "run") {
        let (inputs, outputs) = vector(line)?;
        let values = interp::values(net, &inputs);
        let got: Vec<i128> = net.outputs.iter().map(|output| values[output.id.index()]).collect();
        if got != outputs {
            return Err(format!("{which} the passes, {inputs:?} gives {got:?}, not {outputs:?}").into());
        }
        if let Some(id) = net.ids().find(|id| !net.interval(*id).contains(values[id.index()])) {
            return Err(format!("{which} the passes, {id} leaves its interval on {inputs:?}").into());
        }
    }
    Ok(())
}

fn case(path: &Path) -> datatest_stable::Result<()> {
    let file = std::fs::read_to_string(path)?;
    let (given, expected) = file.split_once("; expect:\n").unwrap_or((&file, ""));
    let net = text::read(given)?;
    validate(&net)?;
    assert!(!marked(given, "run").is_empty(), "a test needs a `; run:` line");
    check_vectors(given, &net, "before")?;
    let after = plan(given)?.run(&net, &mut |_, _| ());
    check_vectors(given, &after, "after")?;
    let commented: String = text::write(&after).lines().map(|line| format!("; {line}\n")).collect();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, format!("{}\n\n; expect:\n{commented}", given.trim_end()))?;
    } else if commented != expected {
        return Err(format!("expected\n{expected}\ngot\n{commented}").into());
    }
    Ok(())
}

datatest_stable::harness! { { test = case, root = "tests/passes", pattern = r".*\.net$" } }
