//! The table at the end of a run, for a terminal: at most 100 columns.

use super::details::Details;
use super::number::{count, grouped, percent, plain, rounded, seconds, short};
use super::table::{Table, cut, length, wrap};
use super::{Report, SynthRow};
use crate::metrics::evaluation::Evaluation;
use std::io::Write;

/// Columns of the whole.
pub(super) const WIDTH: usize = 96;

/// Columns of a row's title.
const TITLE: usize = 16;

/// Prints the report to standard output. A reader that has gone away is no error.
pub fn print(report: &Report) {
    let mut out = std::io::stdout().lock();
    drop(out.write_all(write(report).as_bytes()).and_then(|()| out.flush()));
}

/// The report as text.
pub fn write(report: &Report) -> String {
    let sections = [
        heading(report),
        figures(report),
        classes(&report.details),
        synthesis(report),
        agreement(report),
        section("skipped", report.skipped.iter().flat_map(|line| hanging(line)).collect()),
        section("files", files(&report.details)),
        section("seconds", steps(report)),
    ];
    let lines: Vec<String> = sections.into_iter().flatten().collect();
    let rule = "━".repeat(WIDTH);
    format!("{rule}\n{}\n{rule}\n", lines.join("\n"))
}

/// The figures of an evaluation by themselves: accuracy, classes, confusion.
pub fn evaluation(found: &Evaluation, classes: &[String]) -> String {
    let details =
        Details { evaluation: Some(found.clone()), classes: classes.to_vec(), ..Details::default() };
    let head = format!("accuracy {} of {}", percent(found.accuracy), count(found.events as u64, "event"));
    let lines = [vec![head], self::classes(&details), confusion(found, classes)].concat();
    lines.join("\n") + "\n"
}

/// A row a true class, a column a class found.
fn confusion(found: &Evaluation, classes: &[String]) -> Vec<String> {
    let name = |class: usize| classes.get(class).cloned().unwrap_or_else(|| class.to_string());
    let heads: Vec<String> = (0..found.confusion.len()).map(name).collect();
    let heads: Vec<&str> = ["<true \\ found"].into_iter().chain(heads.iter().map(String::as_str)).collect();
    let mut table = Table::new(&heads);
    for (class, row) in found.confusion.iter().enumerate() {
        table.row(std::iter::once(name(class)).chain(row.iter().map(|n| grouped(*n))));
    }
    section("confusion", table.lines(WIDTH - 4))
}

fn heading(report: &Report) -> Vec<String> {
    let hash: String = report.design_hash.chars().take(12).collect();
    let right = format!("heteroq {} · design {hash}", report.version);
    let left = cut(&report.name, WIDTH - length(&right) - 4);
    let space = " ".repeat(WIDTH - 2 - length(&left) - length(&right));
    vec![format!(" {left}{space}{right}")]
}

/// A rule with a title, then `lines` indented; nothing if there are none.
pub(super) fn section(title: &str, lines: Vec<String>) -> Vec<String> {
    if lines.is_empty() {
        return Vec::new();
    }
    let rule = format!("── {title} {}", "─".repeat(WIDTH - 4 - length(title)));
    [vec![rule], lines.into_iter().map(|line| format!("   {line}")).collect()].concat()
}

fn figures(report: &Report) -> Vec<String> {
    let details = &report.details;
    let rows = [
        ("accuracy", accuracy(report)),
        ("latency", latency(report)),
        ("event interval", interval(report)),
        ("pipeline", pipeline(report)),
        ("arithmetic", arithmetic(report)),
        ("target", details.target.clone()),
    ];
    let shown = rows.into_iter().filter(|(_, text)| !text.is_empty());
    let lines = shown.flat_map(|(title, text)| titled(title, &text)).collect();
    section("design", lines)
}

/// A title and what it says, wrapped beside it.
fn titled(title: &str, text: &str) -> Vec<String> {
    let lines = wrap(text, WIDTH - 4 - TITLE);
    let title = |place: usize| if place == 0 { title } else { "" };
    lines.iter().enumerate().map(|(place, line)| format!("{:<TITLE$}{line}", title(place))).collect()
}

fn accuracy(report: &Report) -> String {
    let events = report.details.evaluation.as_ref().map(|e| format!(", {}", count(e.events as u64, "event")));
    match report.accuracy {
        Some(accuracy) => format!("{} (exact net{})", percent(accuracy), events.unwrap_or_default()),
        None => "not known: no test events".to_owned(),
    }
}

fn latency(report: &Report) -> String {
    let verdict = if report.within_budget() { "within" } else { "BEYOND" };
    let budget =
        report.details.max_latency_ns.map(|ns| format!(", {verdict} the budget of {} ns", short(ns)));
    let clocks = count(u64::from(report.latency_cycles), "clock");
    let (ns, mhz) = (short(report.latency_ns), short(report.clock_mhz));
    format!("{clocks} = {ns} ns at {mhz} MHz{}", budget.unwrap_or_default())
}

fn interval(report: &Report) -> String {
    let required = count(u64::from(report.event_interval_cycles), "clock");
    let ns = f64::from(report.event_interval_cycles) * 1000.0 / report.clock_mhz;
    let ns = if ns.is_finite() { format!(" ({} ns)", short(ns)) } else { String::new() };
    format!("{required}{ns} required, {} achieved", report.initiation_interval)
}

fn pipeline(report: &Report) -> String {
    let stages = count(u64::from(report.stages), "stage");
    let ranks = count(u64::from(report.latency_cycles), "register rank");
    let bits: u64 = report.details.ranks.iter().map(|rank| rank.bits).sum();
    let bits = if bits > 0 { format!(", {}", count(bits, "register bit")) } else { String::new() };
    format!("{stages}, {ranks}{bits}")
}

fn arithmetic(report: &Report) -> String {
    let adders = count(report.adders as u64, "adder");
    let multipliers = count(report.multipliers as u64, "multiplier");
    let tables = count(report.tables as u64, "table");
    format!("{adders}, {multipliers}, {tables}; about {} LUTs expected", rounded(report.cost_luts))
}

fn classes(details: &Details) -> Vec<String> {
    let Some(evaluation) = details.evaluation.as_ref().filter(|e| !e.auc.is_empty()) else {
        return Vec::new();
    };
    let rates = signal_at(&evaluation.background_rates);
    let heads: Vec<&str> = ["<class", "AUC"].into_iter().chain(rates.iter().map(String::as_str)).collect();
    let mut table = Table::new(&heads);
    for (class, auc) in evaluation.auc.iter().enumerate() {
        let name = details.classes.get(class).cloned().unwrap_or_else(|| class.to_string());
        let auc = auc.map_or("–".to_owned(), |auc| format!("{auc:.4}"));
        let kept = evaluation.efficiency.get(class).into_iter().flatten().map(|e| percent(*e));
        let kept = kept.chain(std::iter::repeat("–".to_owned())).take(rates.len());
        table.row([name, auc].into_iter().chain(kept));
    }
    section("classes, each against the rest", table.lines(WIDTH - 4))
}

/// The heads of the efficiencies; the words stand above the first alone where there are many.
pub(super) fn signal_at(rates: &[f64]) -> Vec<String> {
    let head = |(place, rate): (usize, &f64)| {
        let rate = plain(100.0 * rate);
        if rates.len() > 2 && place > 0 {
            format!("at {rate} %")
        } else {
            format!("signal at {rate} % background")
        }
    };
    rates.iter().enumerate().map(head).collect()
}

fn synthesis(report: &Report) -> Vec<String> {
    if report.synth.is_empty() {
        return Vec::new();
    }
    let heads =
        ["<tool", "<target", "LUT", "INV", "FF", "DSP", "carry", "MUXF", "BRAM", "depth", "Fmax MHz", "fits"];
    let mut table = Table::new(&heads);
    report.synth.iter().for_each(|row| table.row(synth_cells(row)));
    section("synthesis, out of context", table.lines(WIDTH - 4))
}

/// The cells of a row, as text and page show them.
pub(super) fn synth_cells(row: &SynthRow) -> Vec<String> {
    let counts = [row.lut, row.inv, row.ff, row.dsp, row.carry, row.muxf, row.bram].map(grouped);
    let tail = [
        row.depth.map_or("–".to_owned(), |depth| depth.to_string()),
        row.fmax_mhz.map_or("–".to_owned(), |mhz| format!("{mhz:.1}")),
        (if row.fits { "yes" } else { "no" }).to_owned(),
    ];
    let names = [format!("{} {}", row.tool, row.version), row.target.clone()];
    names.into_iter().chain(counts).chain(tail).collect()
}

fn agreement(report: &Report) -> Vec<String> {
    if report.agreement.is_empty() {
        return Vec::new();
    }
    let mut table = Table::new(&["<executor", "vectors", "mismatches", "<"]);
    for row in &report.agreement {
        let mark = if row.mismatches == 0 { "✓" } else { "✗" };
        let cells = [grouped(row.vectors as u64), grouped(row.mismatches as u64), mark.to_owned()];
        table.row([row.executor.clone()].into_iter().chain(cells));
    }
    let differences = report.details.differences.iter().flat_map(|line| hanging(line));
    section("agreement with the exact net", table.lines(WIDTH - 4).into_iter().chain(differences).collect())
}

/// A line, wrapped, with what follows indented.
pub(super) fn hanging(line: &str) -> Vec<String> {
    let lines = wrap(line, WIDTH - 6);
    lines
        .iter()
        .enumerate()
        .map(|(place, line)| format!("{}{line}", if place == 0 { "" } else { "  " }))
        .collect()
}

fn files(details: &Details) -> Vec<String> {
    let width = details.files.iter().map(|file| length(&file.what)).max().unwrap_or(0).max(TITLE - 2);
    details.files.iter().map(|file| format!("{:<width$}  {}", file.what, file.path)).collect()
}

fn steps(report: &Report) -> Vec<String> {
    if report.seconds.is_empty() {
        return Vec::new();
    }
    let step = |(name, took): (&str, f64)| format!("{name} {}", seconds(took));
    let all: Vec<String> = report.seconds.iter().map(step).collect();
    wrap(&format!("{} · all {}", all.join(" · "), seconds(report.seconds.total())), WIDTH - 4)
}
