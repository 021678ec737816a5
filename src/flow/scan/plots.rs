//! The results of a scan as plots: accuracy, LUTs, registers, DSP blocks and latency against bits.

use super::setting::{Setting, Way};
use super::summary::{Cost, Summary};
use crate::metrics::spread::Spread;
use crate::report::plot::{Axes, Axis, Curve, Point, Style, svg};

/// A figure of hardware that is plotted.
struct Figure {
    file: &'static str,
    title: &'static str,
    unit: &'static str,
    of: fn(&Cost) -> Spread,
    logarithmic: bool,
    /// Whether shifts and additions have it too.
    of_both: bool,
}

const FIGURES: [Figure; 4] = [
    Figure {
        file: "lut.svg",
        title: "LUTs, estimated",
        unit: "LUT",
        of: |cost| cost.lut,
        logarithmic: true,
        of_both: true,
    },
    Figure {
        file: "ff.svg",
        title: "Register bits",
        unit: "FF",
        of: |cost| cost.ff,
        logarithmic: true,
        of_both: true,
    },
    Figure {
        file: "dsp.svg",
        title: "DSP blocks, estimated",
        unit: "DSP",
        of: |cost| cost.dsp,
        logarithmic: false,
        of_both: false,
    },
    Figure {
        file: "latency.svg",
        title: "Latency",
        unit: "ns",
        of: |cost| cost.latency_ns,
        logarithmic: false,
        of_both: true,
    },
];

/// Every plot, with the name of its file.
pub(super) fn plots(summaries: &[Summary]) -> Vec<(&'static str, String)> {
    let all = FIGURES.iter().map(|figure| (figure.file, hardware(summaries, figure)));
    [("accuracy.svg", accuracy(summaries))].into_iter().chain(all).collect()
}

fn accuracy(summaries: &[Summary]) -> String {
    let figure = |summary: &Summary| Some(summary.accuracy.times(100.0));
    let mut curves: Vec<Curve> = Way::ALL
        .iter()
        .flat_map(|way| of_way(summaries, *way, Style::Solid, way.title().to_owned(), figure))
        .collect();
    curves.extend(float(summaries));
    svg(&axes(summaries, "Accuracy of the exact network", "test events, %", false), &curves)
}

/// The float network, from end to end.
fn float(summaries: &[Summary]) -> Option<Curve> {
    let found = summaries.iter().find(|summary| summary.setting == Setting::Float)?;
    let last = places(summaries).last().map_or(0.0, |(place, _)| *place);
    let mean = found.accuracy.times(100.0).mean;
    let points = [0.0, last].map(|x| Point { x, mean, deviation: 0.0 }).to_vec();
    Some(Curve { label: Some("float".to_owned()), colour: Way::ALL.len(), style: Style::Dashed, points })
}

fn hardware(summaries: &[Summary], figure: &Figure) -> String {
    let shift_add = |summary: &Summary| summary.shift_add.as_ref().map(figure.of);
    let multiply = |summary: &Summary| summary.multiply.as_ref().map(figure.of);
    // On a logarithmic axis there is no 0.
    let shown = |spread: &Spread| !figure.logarithmic || spread.mean > 0.0;
    let mut curves = Vec::new();
    for way in Way::ALL {
        let title = way.title();
        if figure.of_both {
            let shown = |summary: &Summary| shift_add(summary).filter(shown);
            curves.extend(of_way(summaries, way, Style::Solid, title.to_owned(), shown));
        }
        let shown = |summary: &Summary| multiply(summary).filter(shown);
        curves.extend(of_way(summaries, way, Style::Dashed, format!("{title}, *"), shown));
    }
    svg(&axes(summaries, figure.title, figure.unit, figure.logarithmic), &curves)
}

fn axes(summaries: &[Summary], title: &str, y: &str, logarithmic: bool) -> Axes {
    let ticks = places(summaries).into_iter().map(|(_, setting)| setting.to_string()).collect();
    let y = if logarithmic { Axis::logarithmic(y) } else { Axis::even(y) };
    Axes { title: title.to_owned(), x: Axis::words("bits", ticks), y }
}

/// The settings along the x axis; the float network has no place there.
fn places(summaries: &[Summary]) -> Vec<(f64, Setting)> {
    let mut settings: Vec<Setting> = summaries.iter().map(|summary| summary.setting).collect();
    settings.dedup();
    settings.retain(|setting| *setting != Setting::Float);
    let count = |place: &mut f64, setting| {
        *place += 1.0;
        Some((*place, setting))
    };
    settings.into_iter().scan(-1.0, count).collect()
}

/// The curve of one way. Binary and ternary networks, which are of another kind, stand apart.
fn of_way(
    summaries: &[Summary],
    way: Way,
    style: Style,
    label: String,
    figure: impl Fn(&Summary) -> Option<Spread>,
) -> Vec<Curve> {
    let colour = Way::ALL.iter().position(|other| *other == way).unwrap_or(0);
    let point = |(x, setting): &(f64, Setting)| {
        let found = summaries.iter().find(|summary| (summary.setting, summary.way) == (*setting, way))?;
        let Spread { mean, deviation } = figure(found)?;
        Some(Point { x: *x, mean, deviation: deviation.unwrap_or(0.0) })
    };
    let (grids, signs): (Vec<_>, Vec<_>) =
        places(summaries).into_iter().partition(|(_, setting)| matches!(setting, Setting::Bits(_)));
    let curve = |label, places: &[(f64, Setting)]| {
        let points: Vec<Point> = places.iter().filter_map(point).collect();
        Curve { label, colour, style, points }
    };
    let (grids, signs) = (curve(Some(label.clone()), &grids), curve(None, &signs));
    let unlabelled = grids.points.is_empty();
    let signs = Curve { label: unlabelled.then_some(label), ..signs };
    [grids, signs].into_iter().filter(|curve| !curve.points.is_empty()).collect()
}
