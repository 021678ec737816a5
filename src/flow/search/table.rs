//! The best networks of a search as a table.

use super::last::{Tested, Trained};
use super::results::Member;
use crate::flow::hardware::Hardware;
use crate::metrics::spread::Spread;
use crate::report::number::{rounded, spread};

/// The members, ranked: mean ± standard deviation over the seeds of their full trainings.
pub fn markdown(members: &[Member]) -> String {
    let head = "| trial | accuracy, % | AUC | bits | energy, pJ (ASIC) | LUT | FF | ns | `*`: LUT | DSP | FF | ns |\n\
                |---|---|---|---|---|---|---|---|---|---|---|---|\n";
    head.to_owned() + &members.iter().map(row).collect::<String>()
}

fn row(member: &Member) -> String {
    let Member { trial, trained, .. } = member;
    let of = |figure: &dyn Fn(&Trained) -> f64| Spread::of(&trained.iter().map(figure).collect::<Vec<_>>());
    let accuracy = of(&|one| 100.0 * one.test.map_or(one.validation_accuracy, |test| test.accuracy));
    let auc = trained.iter().filter_map(|one| one.test).map(|test: Tested| test.auc).collect::<Vec<_>>();
    let auc = if auc.is_empty() { "–".to_owned() } else { spread(Spread::of(&auc), |x| format!("{x:.4}")) };
    let whole = |figure: &dyn Fn(&Trained) -> f64| spread(of(figure), rounded);
    format!(
        "| {trial} | {} | {auc} | {} | {} | {} | {} |\n",
        spread(accuracy, |x| format!("{x:.2}")),
        whole(&|one| one.bits),
        whole(&|one| one.energy),
        hardware(trained, |one| one.shift_add, false),
        hardware(trained, |one| one.multiply, true),
    )
}

#[expect(clippy::cast_precision_loss, reason = "registers and blocks are fewer than 2^53")]
fn hardware(trained: &[Trained], of: impl Fn(&Trained) -> Hardware, with_dsp: bool) -> String {
    let mean = |figure: &dyn Fn(Hardware) -> f64| {
        Spread::of(&trained.iter().map(|one| figure(of(one))).collect::<Vec<_>>())
    };
    let whole = |figure: &dyn Fn(Hardware) -> f64| spread(mean(figure), rounded);
    let dsp = if with_dsp { format!(" | {}", whole(&|h| h.dsp as f64)) } else { String::new() };
    let ns = spread(mean(&|h| h.latency_ns), |x| format!("{x:.1}"));
    format!("{}{dsp} | {} | {ns}", whole(&|h| h.lut), whole(&|h| h.ff as f64))
}
