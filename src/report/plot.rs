//! Curves with error bars, as SVG: what a study shows.
//!
//! White background, 720 × 480, the legend beside the axes, so that it never hides a curve. The text is the same
//! for the same curves.

mod axis;
mod series;

use axis::{Along, Bar};
pub use axis::{Axis, Scale};
use plotters::coord::Shift;
use plotters::coord::ranged1d::Ranged;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

const WIDTH: u32 = 720;
const HEIGHT: u32 = 480;
/// Room at the right for the legend.
const LEGEND: u32 = 150;
/// A line of the legend.
const LINE: i32 = 22;

/// Blue, vermilion, green, black, purple, orange: told apart by the colour-blind too (Okabe and Ito, 2008).
const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(0, 0, 0),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
];

/// What the axes say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axes {
    /// Above the plot.
    pub title: String,
    /// Below it.
    pub x: Axis,
    /// At its left.
    pub y: Axis,
}

/// Points that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Its name in the legend; none for a part of another one.
    pub label: Option<String>,
    /// Which colour it has, counted from 0.
    pub colour: usize,
    /// How it is drawn.
    pub style: Style,
    /// Its points, from left to right.
    pub points: Vec<Point>,
}

/// How points that belong together are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Lines from point to point, points filled.
    Solid,
    /// Broken lines, points hollow.
    Dashed,
    /// From each point along to the next one, then up or down to it: what is best up to there.
    Steps,
    /// Points alone.
    Points,
    /// The same, hollow.
    Hollow,
    /// The same, small and pale.
    Faint,
    /// A broken line from the bottom to the top at the x of each point, whose height says nothing.
    Upright,
}

/// A point with its error bar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Where it is along the x axis; among words, counted from 0.
    pub x: f64,
    /// Its height.
    pub mean: f64,
    /// Half the length of its error bar; 0 for none.
    pub deviation: f64,
}

/// The plot as an SVG file's text.
///
/// ```
/// use heteroq::report::plot::{Axes, Axis, Curve, Point, Style, svg};
/// let words = ["2", "4"].map(str::to_owned).to_vec();
/// let axes = Axes { title: "T".into(), x: Axis::words("bits", words), y: Axis::logarithmic("LUT") };
/// let points = vec![Point { x: 0.0, mean: 10.0, deviation: 2.0 }, Point { x: 1.0, mean: 1000.0, deviation: 0.0 }];
/// let text = svg(&axes, &[Curve { label: Some("aware".into()), colour: 0, style: Style::Solid, points }]);
/// assert!(text.starts_with("<svg width=\"720\" height=\"480\"") && text.contains("aware"));
/// ```
pub fn svg(axes: &Axes, curves: &[Curve]) -> String {
    let mut text = String::new();
    {
        let root = SVGBackend::with_string(&mut text, (WIDTH, HEIGHT)).into_drawing_area();
        let (plot, legend) = root.split_horizontally(WIDTH - LEGEND);
        let drawn = root.fill(&WHITE).and_then(|()| curves_on(&plot, axes, curves));
        drawn.and_then(|()| legend_on(&legend, curves)).expect("a string takes all");
        root.present().expect("a string takes all");
    }
    text
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<<SVGBackend<'static> as DrawingBackend>::ErrorType>>;

fn curves_on(area: &Area, axes: &Axes, curves: &[Curve]) -> Drawn {
    let along = curves.iter().flat_map(|curve| &curve.points);
    let along: Vec<Bar> = along.map(|point| Bar { mean: point.x, deviation: 0.0 }).collect();
    let up = curves.iter().filter(|curve| curve.style != Style::Upright).flat_map(|curve| &curve.points);
    let up: Vec<Bar> =
        up.map(|Point { mean, deviation, .. }| Bar { mean: *mean, deviation: *deviation }).collect();
    let (x, y) = (Along::of(&axes.x.scale, &along), Along::of(&axes.y.scale, &up));
    let (marks, range) = (x.marks(), y.range());
    let mut chart = ChartBuilder::on(area)
        .caption(&axes.title, ("sans-serif", 18))
        .margin(10)
        .x_label_area_size(42)
        .y_label_area_size(68)
        .build_cartesian_2d(x, y)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.12))
        .x_labels(marks)
        .x_desc(&axes.x.label)
        .y_desc(&axes.y.label)
        .label_style(("sans-serif", 13))
        .axis_desc_style(("sans-serif", 14))
        .draw()?;
    curves.iter().try_for_each(|curve| series::draw(&mut chart, &range, curve))
}

/// The style of a curve's points.
fn mark(curve: &Curve) -> ShapeStyle {
    let colour = COLOURS[curve.colour % COLOURS.len()];
    match curve.style {
        Style::Dashed | Style::Hollow => colour.stroke_width(2),
        Style::Faint => colour.mix(0.25).filled(),
        Style::Solid | Style::Steps | Style::Points | Style::Upright => colour.filled(),
    }
}

/// The radius of a curve's points; none where there are none.
fn radius(style: Style) -> Option<i32> {
    match style {
        Style::Upright => None,
        Style::Faint => Some(3),
        Style::Solid | Style::Dashed | Style::Steps | Style::Points | Style::Hollow => Some(4),
    }
}

fn legend_on(area: &Area, curves: &[Curve]) -> Drawn {
    let labelled = curves.iter().filter_map(|curve| Some((curve, curve.label.as_ref()?)));
    let mut y = 48;
    for (curve, label) in labelled {
        let colour = COLOURS[curve.colour % COLOURS.len()].stroke_width(2);
        let pieces: &[(i32, i32)] = match curve.style {
            Style::Solid | Style::Steps => &[(0, 24)],
            Style::Dashed | Style::Upright => &[(0, 5), (9, 14), (18, 23)],
            Style::Points | Style::Hollow | Style::Faint => &[],
        };
        for (from, to) in pieces {
            area.draw(&PathElement::new(vec![(*from, y), (*to, y)], colour))?;
        }
        if let Some(radius) = radius(curve.style) {
            area.draw(&Circle::new((12, y), radius, mark(curve)))?;
        }
        let style = ("sans-serif", 13).into_font().color(&BLACK).pos(Pos::new(HPos::Left, VPos::Center));
        area.draw(&Text::new(label.clone(), (30, y), style))?;
        y += LINE;
    }
    Ok(())
}
