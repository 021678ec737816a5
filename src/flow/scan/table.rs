//! The results of a scan as a table: Markdown for people, CSV for programs.

use super::point::Point;
use super::setting::Setting;
use super::summary::{Cost, Summary};
use crate::flow::hardware::Hardware;
use crate::metrics::spread::Spread;
use crate::report::number::{rounded, spread};

/// The networks of each setting and way in a row, mean ± standard deviation over their seeds: with products of shifts
/// and additions, then with multipliers.
pub(super) fn markdown(summaries: &[Summary]) -> String {
    let head = "| bits | quantized | accuracy, % | LUT | FF | ns | `*`: LUT | DSP | FF | ns |\n\
                |---|---|---|---|---|---|---|---|---|---|\n";
    head.to_owned() + &summaries.iter().map(row).collect::<String>()
}

fn row(summary: &Summary) -> String {
    let accuracy = percents(summary.accuracy);
    let how = match summary.setting {
        Setting::Float => "not".to_owned(),
        // A tag in Markdown, else.
        _ => summary.way.title().replace("<b,6>", "`<b,6>`"),
    };
    let shift_add = summary.shift_add.map_or_else(|| " – |".repeat(3), |cost| figures(&cost, false));
    let multiply = summary.multiply.map_or_else(|| " – |".repeat(4), |cost| figures(&cost, true));
    format!("| {} | {how} | {accuracy} |{shift_add}{multiply}\n", summary.setting)
}

fn figures(cost: &Cost, with_dsp: bool) -> String {
    let dsp = if with_dsp { format!(" {} |", whole(cost.dsp)) } else { String::new() };
    format!(" {} |{dsp} {} | {} |", whole(cost.lut), whole(cost.ff), spread(cost.latency_ns, tenths))
}

fn tenths(x: f64) -> String {
    format!("{x:.1}")
}

fn whole(figure: Spread) -> String {
    spread(figure, rounded)
}

fn percents(figure: Spread) -> String {
    spread(figure, |x| format!("{:.2}", 100.0 * x))
}

/// Every network on a line of its own, for each arithmetic.
pub(super) fn csv(points: &[Point]) -> String {
    let head = "bits,way,seed,accuracy,arithmetic,lut,ff,dsp,latency_cycles,latency_ns\n";
    head.to_owned() + &points.iter().flat_map(lines).collect::<String>()
}

fn lines(point: &Point) -> Vec<String> {
    let both = [("shift_add", point.shift_add), ("multiply", point.multiply)];
    let of_hardware = |(word, hardware): (&str, Option<Hardware>)| {
        let Hardware { lut, ff, dsp, latency_cycles, latency_ns } = hardware?;
        Some(format!("{},{word},{lut},{ff},{dsp},{latency_cycles},{latency_ns}\n", start(point)))
    };
    let lines: Vec<String> = both.into_iter().filter_map(of_hardware).collect();
    if lines.is_empty() { vec![format!("{},,,,,,\n", start(point))] } else { lines }
}

fn start(point: &Point) -> String {
    let way = if point.id.setting == Setting::Float { "" } else { point.id.way.word() };
    format!("{},{way},{},{}", point.id.setting, point.id.seed, point.accuracy)
}
