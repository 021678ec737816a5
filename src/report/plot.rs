//! Curves with error bars, as SVG: what a study shows.
//!
//! White background, 720 × 480, the legend beside the axes, so that it never hides a curve. The text is the same
//! for the same curves.

mod places;

use super::number::{rounded, short};
use places::Places;
use plotters::coord::Shift;
use plotters::coord::ranged1d::{AsRangedCoord, Ranged, ValueFormatter};
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
    pub x: String,
    /// What stands at x = 0, 1, 2, …
    pub ticks: Vec<String>,
    /// At its left.
    pub y: String,
    /// Whether y is logarithmic; only where every mean is above 0.
    pub logarithmic: bool,
}

/// A curve: lines from point to point.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Its name in the legend; none for a part of another one.
    pub label: Option<String>,
    /// Which colour it has, counted from 0.
    pub colour: usize,
    /// Whether lines are broken and points hollow.
    pub dashed: bool,
    /// Its points, from left to right.
    pub points: Vec<Point>,
}

/// A point with its error bar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Where it is among the ticks.
    pub x: f64,
    /// Its height.
    pub mean: f64,
    /// Half the length of its error bar; 0 for none.
    pub deviation: f64,
}

impl Point {
    fn low(self) -> f64 {
        self.mean - self.deviation
    }

    fn high(self) -> f64 {
        self.mean + self.deviation
    }
}

/// The plot as an SVG file's text.
///
/// ```
/// use heteroq::report::plot::{Axes, Curve, Point, svg};
/// let words = |words: &[&str]| words.iter().map(ToString::to_string).collect();
/// let axes = Axes { title: "T".into(), x: "bits".into(), ticks: words(&["2", "4"]), y: "LUT".into(), logarithmic: true };
/// let points = vec![Point { x: 0.0, mean: 10.0, deviation: 2.0 }, Point { x: 1.0, mean: 1000.0, deviation: 0.0 }];
/// let text = svg(&axes, &[Curve { label: Some("aware".into()), colour: 0, dashed: false, points }]);
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
    let points = || curves.iter().flat_map(|curve| &curve.points);
    let logarithmic = axes.logarithmic && points().next().is_some() && points().all(|point| point.mean > 0.0);
    let low = points().map(|point| point.low()).fold(f64::INFINITY, f64::min);
    let high = points().map(|point| point.high()).fold(f64::NEG_INFINITY, f64::max);
    if logarithmic {
        let least = points().map(|point| point.mean).fold(f64::INFINITY, f64::min);
        let low = if low > 0.0 { low } else { least / 2.0 };
        return on(area, axes, curves, low, (low / 1.25..high * 1.25).log_scale());
    }
    let (low, high) = if low <= high { (low, high) } else { (0.0, 1.0) };
    let room = if high > low { (high - low) * 0.06 } else { 1.0 };
    // A scale that nearly begins at 0 begins there.
    let bottom = if low >= 0.0 && low < high / 3.0 { 0.0 } else { low - room };
    on(area, axes, curves, bottom, bottom..high + room)
}

/// Axes and curves over `y`, which begins at `bottom`.
fn on<Y>(area: &Area, axes: &Axes, curves: &[Curve], bottom: f64, y: Y) -> Drawn
where
    Y: AsRangedCoord<Value = f64>,
    Y::CoordDescType: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    let mut chart = ChartBuilder::on(area)
        .caption(&axes.title, ("sans-serif", 18))
        .margin(10)
        .x_label_area_size(42)
        .y_label_area_size(68)
        .build_cartesian_2d(Places::new(&axes.ticks), y)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.12))
        .x_labels(axes.ticks.len())
        .y_label_formatter(&|y| height(*y))
        .x_desc(&axes.x)
        .y_desc(&axes.y)
        .label_style(("sans-serif", 13))
        .axis_desc_style(("sans-serif", 14))
        .draw()?;
    for curve in curves {
        let colour = COLOURS[curve.colour % COLOURS.len()];
        let line = curve.points.iter().map(|point| (point.x, point.mean));
        match curve.dashed {
            false => drop(chart.draw_series(LineSeries::new(line, colour.stroke_width(2)))?),
            true => drop(chart.draw_series(DashedLineSeries::new(line, 5, 4, colour.stroke_width(2)))?),
        }
        let bars = curve.points.iter().filter(|point| point.deviation > 0.0);
        chart.draw_series(bars.map(|point| {
            let low = point.low().max(bottom);
            ErrorBar::new_vertical(point.x, low, point.mean, point.high(), colour.stroke_width(1), 8)
        }))?;
        let marks = curve.points.iter().map(|point| Circle::new((point.x, point.mean), 4, mark(curve)));
        chart.draw_series(marks)?;
    }
    Ok(())
}

/// Hollow for a broken line.
fn mark(curve: &Curve) -> ShapeStyle {
    let colour = COLOURS[curve.colour % COLOURS.len()];
    if curve.dashed { colour.stroke_width(2) } else { colour.filled() }
}

fn legend_on(area: &Area, curves: &[Curve]) -> Drawn {
    let mut y = 48;
    for curve in curves {
        let Some(label) = &curve.label else { continue };
        let colour = COLOURS[curve.colour % COLOURS.len()].stroke_width(2);
        let pieces: &[(i32, i32)] = if curve.dashed { &[(0, 5), (9, 14), (18, 23)] } else { &[(0, 24)] };
        for (from, to) in pieces {
            area.draw(&PathElement::new(vec![(*from, y), (*to, y)], colour))?;
        }
        area.draw(&Circle::new((12, y), 4, mark(curve)))?;
        let style = ("sans-serif", 13).into_font().color(&BLACK).pos(Pos::new(HPos::Left, VPos::Center));
        area.draw(&Text::new(label.clone(), (30, y), style))?;
        y += LINE;
    }
    Ok(())
}

/// A number beside the y axis.
fn height(y: f64) -> String {
    if y.abs() >= 1000.0 { rounded(y) } else { short(y) }
}
