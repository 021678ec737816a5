//! How the points of a curve, their error bars and the line through them come onto the axes.

use super::axis::Along;
use super::{COLOURS, Curve, Drawn, Point, Style, mark, radius};
use plotters::chart::ChartContext;
use plotters::coord::cartesian::Cartesian2d;
use plotters::prelude::*;
use std::ops::Range;

type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<Along<'b>, Along<'b>>>;

/// Draws `curve` onto `chart`, whose y axis reaches over `range`.
pub(super) fn draw(chart: &mut Chart, range: &Range<f64>, curve: &Curve) -> Drawn {
    let stroke = COLOURS[curve.colour % COLOURS.len()].stroke_width(2);
    let line = curve.points.iter().map(|point| (point.x, point.mean));
    match curve.style {
        Style::Solid => drop(chart.draw_series(LineSeries::new(line, stroke))?),
        Style::Dashed => drop(chart.draw_series(DashedLineSeries::new(line, 5, 4, stroke))?),
        Style::Steps => drop(chart.draw_series(LineSeries::new(steps(&curve.points), stroke))?),
        Style::Points | Style::Hollow | Style::Faint => {}
        Style::Upright => {
            for point in &curve.points {
                let line = [range.start, range.end].map(|y| (point.x, y));
                chart.draw_series(DashedLineSeries::new(line, 5, 4, stroke))?;
            }
        }
    }
    match radius(curve.style) {
        Some(radius) => points(chart, range, curve, radius),
        None => Ok(()),
    }
}

/// The corners of a line that first goes along.
fn steps(points: &[Point]) -> Vec<(f64, f64)> {
    let first = points.iter().take(1).map(|point| (point.x, point.mean));
    let others = points.windows(2).flat_map(|two| [(two[1].x, two[0].mean), (two[1].x, two[1].mean)]);
    first.chain(others).collect()
}

fn points(chart: &mut Chart, range: &Range<f64>, curve: &Curve, radius: i32) -> Drawn {
    let colour = COLOURS[curve.colour % COLOURS.len()];
    let bars = curve.points.iter().filter(|point| point.deviation > 0.0);
    chart.draw_series(bars.map(|point| {
        let low = (point.mean - point.deviation).max(range.start);
        let high = point.mean + point.deviation;
        ErrorBar::new_vertical(point.x, low, point.mean, high, colour.stroke_width(1), 8)
    }))?;
    let marks = curve.points.iter().map(|point| Circle::new((point.x, point.mean), radius, mark(curve)));
    chart.draw_series(marks)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_go_along_first() {
        let points = [(1.0, 2.0), (3.0, 5.0)].map(|(x, mean)| Point { x, mean, deviation: 0.0 });
        assert_eq!(steps(&points), [(1.0, 2.0), (3.0, 2.0), (3.0, 5.0)]);
        assert_eq!(steps(&[]), []);
    }
}
