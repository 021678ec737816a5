//! LUTs by layer, as bars.

use super::details::LayerRow;
use super::markup::escape;
use super::number::rounded;
use super::table::cut;

const WIDTH: f64 = 960.0;
const GUTTER: f64 = 196.0;
/// Room at the right for a bar's figures.
const FIGURES: f64 = 118.0;
const ROW: f64 = 28.0;

/// The chart; nothing where no layer takes LUTs.
pub(super) fn svg(layers: &[LayerRow]) -> String {
    let most = layers.iter().map(|layer| layer.luts).fold(0.0, f64::max);
    let total: f64 = layers.iter().map(|layer| layer.luts).sum();
    if most <= 0.0 {
        return String::new();
    }
    let mut y = 0.0;
    let mut bars = String::new();
    for layer in layers {
        bars.push_str(&bar(layer, y, most, total));
        y += ROW;
    }
    let base = format!("<line class=\"base\" x1=\"{GUTTER}\" y1=\"0\" x2=\"{GUTTER}\" y2=\"{y:.1}\"/>");
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {y:.1}\" role=\"img\" aria-label=\"LUTs by layer\">\n{bars}{base}</svg>\n"
    )
}

fn bar(layer: &LayerRow, y: f64, most: f64, total: f64) -> String {
    let wide = (WIDTH - GUTTER - FIGURES) * layer.luts.max(0.0) / most;
    format!(
        "<text class=\"name\" x=\"0\" y=\"{baseline:.1}\">{}</text>\
         <rect class=\"bar\" x=\"{GUTTER}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"{:.1}\" rx=\"2\"/>\
         <text x=\"{:.1}\" y=\"{baseline:.1}\">{} · {:.0} %</text>\n",
        escape(&cut(&layer.name, 21)),
        y + 5.0,
        ROW - 10.0,
        GUTTER + wide + 8.0,
        rounded(layer.luts),
        100.0 * layer.luts / total,
        baseline = y + ROW / 2.0 + 4.5
    )
}
