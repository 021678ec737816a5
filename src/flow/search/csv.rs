//! The results of a search as CSV: one line for each network trained in full, one for each trial.

use super::last::Trained;
use super::member::Member;
use super::plan::Plan;
use super::rows::Row;
use crate::metrics::spread::Spread;
use crate::search::score::Objective;

/// A figure of a full training, by name.
type Figure = (&'static str, fn(&Trained) -> f64);

/// What `front.csv` has of each member: mean and standard deviation.
#[expect(clippy::cast_precision_loss, reason = "registers and blocks are fewer than 2^53")]
const FIGURES: [Figure; 16] = [
    ("validation_accuracy", |one| one.validation_accuracy),
    ("validation_metric", |one| one.validation_metric),
    ("accuracy", Trained::accuracy),
    ("metric", Trained::metric),
    ("auc", |one| one.test.map_or(f64::NAN, |test| test.auc)),
    ("bits", |one| one.bits),
    ("energy_pj", |one| one.energy),
    ("luts", |one| one.hardware.lut),
    ("latency_ns", |one| one.hardware.latency_ns),
    ("shift_add_lut", |one| one.shift_add.lut),
    ("shift_add_ff", |one| one.shift_add.ff as f64),
    ("shift_add_latency_ns", |one| one.shift_add.latency_ns),
    ("multiply_lut", |one| one.multiply.lut),
    ("multiply_ff", |one| one.multiply.ff as f64),
    ("multiply_dsp", |one| one.multiply.dsp as f64),
    ("multiply_latency_ns", |one| one.multiply.latency_ns),
];

/// The members in their order, and whether each is on the `front`.
pub(super) fn front(plan: &Plan, members: &[Member], front: &[u64]) -> String {
    let names = FIGURES.iter().map(|(name, _)| (*name).to_owned());
    let objectives = plan.objectives.iter().map(|objective| format!("ranked_by_{}", objective.name));
    let means = objectives.chain(names).flat_map(|name| [name.clone(), format!("{name}_sd")]);
    let head = ["rank", "trial", "front", "seeds"].map(str::to_owned).into_iter().chain(means);
    let rows = (1..).zip(members).map(|(rank, member): (usize, &Member)| {
        let on_front = u8::from(front.contains(&member.trial));
        let first = [rank.to_string(), member.trial.to_string(), on_front.to_string()];
        let ranked_by = plan.objectives.iter().map(|objective| member.ranked_by[objective.name]);
        let spreads = ranked_by.chain(FIGURES.iter().map(|(_, of)| member.spread(of)));
        let cells = spreads.flat_map(|Spread { mean, deviation }| [Some(mean), deviation].map(number));
        first.into_iter().chain([member.trained.len().to_string()]).chain(cells).collect()
    });
    written(head.collect(), rows)
}

/// A number; nothing where there is none.
fn number(value: Option<f64>) -> String {
    value.filter(|value| !value.is_nan()).map_or(String::new(), |value| value.to_string())
}

/// Every trial: how it ended, its values, its figures, its choices.
pub(super) fn trials(plan: &Plan, rows: &[Row]) -> String {
    let figures = ["metric", "accuracy", "bits", "energy_pj", "luts", "ff", "dsp", "latency_ns"];
    let values = plan.objectives.iter().map(|objective| format!("value_{}", objective.name));
    let choices: Vec<&String> = dimensions(plan).collect();
    let head = ["trial", "state", "rank"].into_iter().map(str::to_owned).chain(values);
    let head = head.chain(["violation", "epochs"].map(str::to_owned)).chain(figures.map(str::to_owned));
    let head = head.chain(choices.iter().map(|name| (*name).clone()));
    let line = |row: &Row| {
        let value = |objective: &Objective| number(row.values.get(objective.name).copied());
        let rank = row.rank.map_or(String::new(), |rank| rank.to_string());
        let first = [row.trial.to_string(), row.state.to_owned(), rank].into_iter();
        let first = first.chain(plan.objectives.iter().map(value));
        let first = first.chain([row.violation.to_string(), row.epochs.to_string()]).chain(of_network(row));
        let choice = |name: &&String| row.chosen.get(*name).map_or(String::new(), ToString::to_string);
        first.chain(choices.iter().map(choice)).collect()
    };
    written(head.collect(), rows.iter().map(line))
}

/// What is searched, and what has one choice.
fn dimensions<'a>(plan: &'a Plan) -> impl Iterator<Item = &'a String> {
    plan.space.dimensions.iter().chain(&plan.space.fixed).map(|dimension| &dimension.name)
}

#[expect(clippy::cast_precision_loss, reason = "registers and blocks are fewer than 2^53")]
fn of_network(row: &Row) -> [String; 8] {
    let known = row.figures.as_ref();
    let hardware = known.and_then(|figures| figures.hardware);
    [
        known.map(|figures| figures.metric),
        known.map(|figures| figures.accuracy),
        known.map(|figures| figures.bits),
        known.map(|figures| figures.energy),
        hardware.map(|hardware| hardware.lut),
        hardware.map(|hardware| hardware.ff as f64),
        hardware.map(|hardware| hardware.dsp as f64),
        hardware.map(|hardware| hardware.latency_ns),
    ]
    .map(number)
}

/// Lines under their heads.
fn written(head: Vec<String>, rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in std::iter::once(head).chain(rows) {
        writer.write_record(record).expect("a vector takes all, and every row is as long as the head");
    }
    let bytes = writer.into_inner().expect("a vector takes all");
    String::from_utf8(bytes).expect("it was text")
}
