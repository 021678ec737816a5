//! The page: one file without anything from elsewhere, for screen (light and dark) and paper.
//! The same report gives the same bytes.

use super::markup::{escape, figure, list, pair, section, table};
use super::number::{count, grouped, percent, rounded, seconds, short};
use super::{Details, LayerRow, Report, chart, pipeline, text};
use crate::metrics::evaluation::Evaluation;

const STYLE: &str = include_str!("page.css");

/// The report as a page.
pub fn write(report: &Report) -> String {
    let details = &report.details;
    let body = [
        header(report),
        tiles(report),
        figure("Pipeline", &pipeline::svg(report), &pipeline_caption(report)),
        figure(
            "LUTs by layer",
            &chart::svg(&details.layers),
            "LUTs that the cost model expects, and their share.",
        ),
        section("Layers", &layers(&details.layers)),
        section("Synthesis", &synthesis(report)),
        pair(&[section("Agreement with the exact net", &agreement(report)), section("Time", &steps(report))]),
        details.evaluation.as_ref().map(|e| evaluation(e, details)).unwrap_or_default(),
        pair(&[section("Config", &settings(details)), section("Files", &files(details))]),
        section("Skipped", &list(&report.skipped)),
    ];
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{}</main>\n</body>\n</html>\n",
        escape(&report.name),
        body.concat()
    )
}

fn header(report: &Report) -> String {
    let hash: String = report.design_hash.chars().take(16).collect();
    let target = match report.details.target.as_str() {
        "" => String::new(),
        target => format!(" · for {}", escape(target)),
    };
    let (class, verdict) = verdict(report);
    format!(
        "<header>\n<h1>{}</h1>\n<span class=\"badge {class}\">{verdict}</span>\n\
         <p>heteroq {} · design <code>{}</code>{target}</p>\n</header>\n",
        escape(&report.name),
        escape(&report.version),
        escape(&hash)
    )
}

fn verdict(report: &Report) -> (&'static str, String) {
    let executors = count(report.agreement.len() as u64, "executor");
    match (report.agreement.is_empty(), report.agrees()) {
        (true, _) => ("soft", "not yet compared".to_owned()),
        (false, true) => ("good", format!("bit-exact in {executors}")),
        (false, false) => ("bad", "executors disagree".to_owned()),
    }
}

fn tiles(report: &Report) -> String {
    let budget =
        report.details.max_latency_ns.map(|ns| format!(", budget {} ns", short(ns))).unwrap_or_default();
    let class = if report.within_budget() { "" } else { " class=\"bad\"" };
    let clocks = count(u64::from(report.latency_cycles), "clock");
    let events = report.details.evaluation.as_ref().map(|e| count(e.events as u64, "test event"));
    let all = [
        tile(
            "",
            &report.accuracy.map_or("not known".to_owned(), percent),
            "accuracy",
            &events.unwrap_or_default(),
        ),
        tile(class, &format!("{} ns", short(report.latency_ns)), "latency", &format!("{clocks}{budget}")),
        tile("", &format!("{} MHz", short(report.clock_mhz)), "clock", &stages(report)),
        tile(
            "",
            &count(u64::from(report.event_interval_cycles), "clock"),
            "between events",
            &format!("{} achieved", report.initiation_interval),
        ),
        tile("", &rounded(report.cost_luts), "LUTs expected", &count(report.adders as u64, "adder")),
    ];
    format!("<div class=\"tiles\">\n{}</div>\n", all.concat())
}

fn tile(class: &str, figure: &str, what: &str, more: &str) -> String {
    format!("<div class=\"tile\"><span>{what}</span><b{class}>{figure}</b><span>{more}</span></div>\n")
}

fn stages(report: &Report) -> String {
    count(u64::from(report.stages), "stage")
}

fn pipeline_caption(report: &Report) -> String {
    let bits: u64 = report.details.ranks.iter().map(|rank| rank.bits).sum();
    format!(
        "Time runs to the right: {} of {} ns. Each line is a register rank, the coloured ones those of the ports; \
         a box spans the stages in which its layer works. {} in all.",
        count(u64::from(report.latency_cycles), "clock"),
        short(1000.0 / report.clock_mhz),
        count(bits, "register bit")
    )
}

fn layers(layers: &[LayerRow]) -> String {
    let heads = ["<layer", "<kind", "<quantizers", "parameters", "in", "out", "adders", "LUTs", "stages"];
    let row = |layer: &LayerRow| {
        let quantizers: Vec<String> =
            layer.quantizers.iter().map(|q| format!("<code>{}</code>", escape(q))).collect();
        let stages = if layer.first_stage == layer.last_stage {
            layer.first_stage.to_string()
        } else {
            format!("{}–{}", layer.first_stage, layer.last_stage)
        };
        vec![
            escape(&layer.name),
            escape(&layer.kind),
            quantizers.join("<br>"),
            grouped(layer.parameters as u64),
            layer.inputs.to_string(),
            layer.outputs.to_string(),
            grouped(layer.adders as u64),
            rounded(layer.luts),
            stages,
        ]
    };
    table(&heads, layers.iter().map(row))
}

fn synthesis(report: &Report) -> String {
    let heads =
        ["<tool", "<target", "LUT", "INV", "FF", "DSP", "carry", "MUXF", "BRAM", "depth", "Fmax MHz", "fits"];
    let rows =
        report.synth.iter().map(|row| text::synth_cells(row).iter().map(|cell| escape(cell)).collect());
    let table = table(&heads, rows);
    if table.is_empty() {
        table
    } else {
        format!("{table}<p class=\"soft\">Out of context; depth in levels of logic.</p>\n")
    }
}

fn agreement(report: &Report) -> String {
    let row = |row: &super::AgreementRow| {
        let mark = if row.mismatches == 0 {
            "<span class=\"good\">✓</span>"
        } else {
            "<span class=\"bad\">✗</span>"
        };
        let (vectors, mismatches) = (grouped(row.vectors as u64), grouped(row.mismatches as u64));
        vec![escape(&row.executor), vectors, mismatches, mark.to_owned()]
    };
    let table = table(&["<executor", "vectors", "mismatches", ""], report.agreement.iter().map(row));
    table + &list(&report.details.differences)
}

fn evaluation(evaluation: &Evaluation, details: &Details) -> String {
    let name =
        |class: usize| details.classes.get(class).map_or_else(|| class.to_string(), |name| escape(name));
    let rates = text::signal_at(&evaluation.background_rates);
    let heads: Vec<&str> = ["<class", "AUC"].into_iter().chain(rates.iter().map(String::as_str)).collect();
    let against_rest = evaluation.auc.iter().enumerate().map(|(class, auc)| {
        let kept = evaluation.efficiency.get(class).into_iter().flatten().map(|e| percent(*e));
        [name(class), auc.map_or("–".to_owned(), |auc| format!("{auc:.4}"))].into_iter().chain(kept).collect()
    });
    let classes: Vec<String> = (0..evaluation.confusion.len()).map(name).collect();
    let taken: Vec<&str> = ["<is, taken for"].into_iter().chain(classes.iter().map(String::as_str)).collect();
    let confusion = evaluation.confusion.iter().enumerate().map(|(class, row)| {
        let total = row.iter().sum::<u64>().max(1);
        [name(class)].into_iter().chain(row.iter().map(|n| shaded(*n, total))).collect()
    });
    pair(&[
        section("Classes, each against the rest", &table(&heads, against_rest)),
        section("Confusion", &table(&taken, confusion)),
    ])
}

/// A count with the share of its row as depth of colour.
#[expect(clippy::cast_precision_loss, reason = "a shade")]
fn shaded(n: u64, total: u64) -> String {
    let share = 100.0 * n as f64 / total as f64;
    let background = format!("color-mix(in srgb, var(--accent) {:.0}%, transparent)", 0.55 * share);
    format!("<span class=\"shade\" style=\"background: {background}\">{}</span>", grouped(n))
}

fn settings(details: &Details) -> String {
    let row = |s: &super::Setting| vec![escape(&s.key), format!("<code>{}</code>", escape(&s.value))];
    table(&["<key", "<value"], details.settings.iter().map(row))
}

fn files(details: &Details) -> String {
    let row = |f: &super::FileRow| vec![escape(&f.what), format!("<code>{}</code>", escape(&f.path))];
    table(&["<what", "<where"], details.files.iter().map(row))
}

fn steps(report: &Report) -> String {
    let all = (!report.seconds.is_empty()).then(|| ("all", report.seconds.total()));
    let rows = report.seconds.iter().chain(all).map(|(step, took)| vec![escape(step), seconds(took)]);
    table(&["<step", "time"], rows)
}
