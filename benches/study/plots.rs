//! The fronts as plots.

use crate::networks::Network;
use crate::study::{Front, Study, tested};
use heteroq::flow::search::last::Trained;
use heteroq::metrics::spread::Spread;
use heteroq::report::plot::{Axes, Axis, Curve, Point, Style, svg};
use heteroq::search::front;

/// A plot of accuracy against a cost.
struct Figure {
    file: &'static str,
    title: &'static str,
    cost: &'static str,
    of: fn(&Trained) -> f64,
    /// The fronts that it shows: name, colour, line.
    fronts: &'static [(&'static str, usize, Style)],
}

const FIGURES: [Figure; 3] = [
    Figure {
        file: "luts.svg",
        title: "Fronts: accuracy against LUTs",
        cost: "LUT, estimated, shifts and additions",
        of: |one| one.shift_add.lut,
        fronts: &[
            ("ours", 0, Style::Solid),
            ("random", 0, Style::Dashed),
            ("homogeneous", 1, Style::Solid),
            ("ours_warm", 3, Style::Solid),
            ("ours_uniform", 5, Style::Solid),
            ("front_uniform", 5, Style::Dashed),
            ("QE", 2, Style::Solid),
            ("QB", 4, Style::Solid),
            ("AutoQKeras_energy", 2, Style::Dashed),
            ("AutoQKeras_bits", 4, Style::Dashed),
        ],
    },
    Figure {
        file: "energy.svg",
        title: "Fronts: accuracy against energy",
        cost: "pJ, of a 45 nm ASIC",
        of: |one| one.energy,
        fronts: &[
            ("QE", 2, Style::Solid),
            ("QE_random", 5, Style::Dashed),
            ("homogeneous", 1, Style::Solid),
            ("ours", 0, Style::Solid),
            ("AutoQKeras_energy", 2, Style::Dashed),
        ],
    },
    Figure {
        file: "bits.svg",
        title: "Fronts: accuracy against bits",
        cost: "bits of parameters and activations",
        of: |one| one.bits,
        fronts: &[
            ("QB", 4, Style::Solid),
            ("QB_random", 5, Style::Dashed),
            ("homogeneous", 1, Style::Solid),
            ("ours", 0, Style::Solid),
            ("AutoQKeras_bits", 4, Style::Dashed),
        ],
    },
];

/// Every plot, with the name of its file.
pub(crate) fn all(study: &Study) -> Vec<(&'static str, String)> {
    FIGURES.iter().map(|figure| (figure.file, plot(study, figure))).collect()
}

fn plot(study: &Study, figure: &Figure) -> String {
    let shown = figure.fronts.iter().filter_map(|(name, colour, style)| {
        let front = study.fronts.iter().find(|front| front.name == *name)?;
        Some(curves(front, figure, *colour, *style))
    });
    let mut all: Vec<Curve> = shown.flatten().collect();
    let six = point(study.row("Q6"), figure.of);
    all.push(Curve { label: Some("Q6".to_owned()), colour: 3, style: Style::Points, points: vec![six] });
    let (x, y) = (Axis::logarithmic(figure.cost), Axis::even("test jets, %"));
    svg(&Axes { title: figure.title.to_owned(), x, y }, &all)
}

/// The networks that none beats on the test jets as a line, and the others.
fn curves(front: &Front, figure: &Figure, colour: usize, style: Style) -> [Curve; 2] {
    let mut points: Vec<Point> = front.members.iter().map(|member| point(member, figure.of)).collect();
    points.sort_by(|a, b| a.x.total_cmp(&b.x));
    let losses: Vec<Vec<f64>> = points.iter().map(|point| vec![point.x, -point.mean]).collect();
    let best = front::pareto(&losses);
    let (line, others): (Vec<_>, Vec<_>) =
        points.into_iter().enumerate().partition(|(place, _)| best.contains(place));
    let curve = |label, style, points: Vec<(usize, Point)>| {
        let points = points.into_iter().map(|(_, point)| point).collect();
        Curve { label, colour, style, points }
    };
    [curve(Some(front.name.clone()), style, line), curve(None, Style::Faint, others)]
}

fn point(network: &Network, cost: fn(&Trained) -> f64) -> Point {
    let Spread { mean, deviation } = network.spread(tested).times(100.0);
    Point { x: network.spread(cost).mean, mean, deviation: deviation.unwrap_or(0.0) }
}
