//! The pipeline as a picture: time runs to the right, one lane a layer, one line a register rank.

use super::details::{LayerRow, RankRow};
use super::markup::escape;
use super::number::{grouped, rounded, short};
use super::table::cut;
use super::{Details, Report};

/// Units of the picture: the page scales it to its width.
const WIDTH: f64 = 960.0;
/// Where lanes begin, right of the layers' names.
const GUTTER: f64 = 196.0;
/// What is left free at the right.
const MARGIN: f64 = 26.0;
/// Where the first lane begins, below the ranks' numbers.
const TOP: f64 = 34.0;
/// A lane and the box in it.
const LANE: f64 = 46.0;
const BOX: f64 = 32.0;
/// The highest bar of register bits, and the room around it.
const BARS: f64 = 56.0;
const FOOT: f64 = 92.0;

/// The picture; nothing where layers are not known.
pub(super) fn svg(report: &Report) -> String {
    let details = &report.details;
    if details.layers.is_empty() {
        return String::new();
    }
    let scale = Scale::of(details);
    let bottom = TOP + LANE * len(details.layers.len());
    let ranks: String = details.ranks.iter().map(|rank| rank_line(rank, &scale, bottom, report)).collect();
    let flows: String = (1..details.layers.len()).map(|i| flow(&details.layers, i, &scale)).collect();
    let boxes: String = details.layers.iter().enumerate().map(|(i, layer)| lane(layer, i, &scale)).collect();
    let captions = format!(
        "<text class=\"small\" x=\"0\" y=\"20\">register rank</text>\
         <text class=\"small\" x=\"0\" y=\"{:.1}\">register bits</text>\n",
        bottom + FOOT - 14.0
    );
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {:.1}\" role=\"img\" aria-label=\"The pipeline\">\n{captions}{ranks}{boxes}{flows}</svg>\n",
        bottom + FOOT
    )
}

/// Where in the picture a rank stands.
struct Scale {
    first: u32,
    slot: f64,
    most_bits: u64,
}

impl Scale {
    fn of(details: &Details) -> Scale {
        let layers = || details.layers.iter();
        let first = layers().map(|layer| layer.first_stage).min().unwrap_or(1).min(1);
        let end = layers()
            .map(|layer| layer.last_stage + 1)
            .chain(details.ranks.iter().map(|rank| rank.rank))
            .max();
        let slots = end.unwrap_or(1).saturating_sub(first).max(1);
        let most_bits = details.ranks.iter().map(|rank| rank.bits).max().unwrap_or(0).max(1);
        Scale { first, slot: (WIDTH - GUTTER - MARGIN) / f64::from(slots), most_bits }
    }

    /// The line of `rank`: the left edge of the stage of that number.
    fn x(&self, rank: u32) -> f64 {
        GUTTER + self.slot * f64::from(rank.saturating_sub(self.first))
    }

    /// Whether there is room for a label at `rank`.
    fn labels(&self, rank: u32) -> bool {
        let every = if self.slot >= 30.0 {
            1
        } else if self.slot >= 15.0 {
            2
        } else {
            5
        };
        rank % every == 1 % every
    }
}

/// A rank's line and number, and below the lanes its bits.
fn rank_line(rank: &RankRow, scale: &Scale, bottom: f64, report: &Report) -> String {
    let x = scale.x(rank.rank);
    let is_port = rank.rank == 1 || rank.rank == report.latency_cycles;
    let class = if is_port { "rank port" } else { "rank" };
    let height = BARS * ratio(rank.bits, scale.most_bits);
    let (base, half) = (bottom + FOOT - 22.0, (scale.slot * 0.3).min(13.0));
    let after = f64::from(rank.rank.saturating_sub(1)) * 1000.0 / report.clock_mhz;
    let title =
        format!("rank {}: {} bits, {} ns after the event", rank.rank, grouped(rank.bits), short(after));
    let labels = if scale.labels(rank.rank) {
        format!(
            "<text class=\"small mid\" x=\"{x:.1}\" y=\"20\">{}</text>\
             <text class=\"small mid\" x=\"{x:.1}\" y=\"{:.1}\">{}</text>",
            rank.rank,
            base + 14.0,
            thousands(rank.bits)
        )
    } else {
        String::new()
    };
    format!(
        "<g><title>{title}</title><line class=\"{class}\" x1=\"{x:.1}\" y1=\"26\" x2=\"{x:.1}\" y2=\"{bottom:.1}\"/>\
         <rect class=\"bits\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\" rx=\"1.5\"/>{labels}</g>\n",
        x - half,
        base - height,
        2.0 * half
    )
}

/// A layer's name with what goes in and out, and its box over the stages that it works in.
fn lane(layer: &LayerRow, place: usize, scale: &Scale) -> String {
    let y = TOP + LANE * len(place) + (LANE - BOX) / 2.0;
    let (left, right) = ends(layer, scale);
    let wide = right - left;
    let luts = format!("{} LUTs", rounded(layer.luts));
    let inside = if wide >= 84.0 {
        format!(
            "<text class=\"on mid\" x=\"{:.1}\" y=\"{:.1}\">{luts}</text>",
            left + wide / 2.0,
            y + BOX / 2.0 + 4.0
        )
    } else {
        String::new()
    };
    let ports = format!(
        "{} → {} values, {} → {} bits",
        layer.inputs,
        layer.outputs,
        grouped(layer.input_bits),
        grouped(layer.output_bits)
    );
    format!(
        "<g><title>{}: {ports}, {luts}, {} adders</title>\
         <text class=\"name\" x=\"0\" y=\"{:.1}\">{}</text><text class=\"small\" x=\"0\" y=\"{:.1}\">{ports}</text>\
         <rect class=\"box\" x=\"{left:.1}\" y=\"{y:.1}\" width=\"{wide:.1}\" height=\"{BOX}\" rx=\"5\"/>{inside}</g>\n",
        escape(&layer.name),
        grouped(layer.adders as u64),
        y + 13.0,
        escape(&cut(&layer.name, 21)),
        y + 28.0
    )
}

/// The box's left and right edge.
fn ends(layer: &LayerRow, scale: &Scale) -> (f64, f64) {
    let gap = (scale.slot * 0.12).min(4.0);
    (scale.x(layer.first_stage) + gap, scale.x(layer.last_stage.max(layer.first_stage) + 1) - gap)
}

/// An arrow from the layer before `place` down to the one at it.
fn flow(layers: &[LayerRow], place: usize, scale: &Scale) -> String {
    let inset = (scale.slot * 0.3).min(9.0);
    let from = ends(&layers[place - 1], scale).1 - inset;
    let to = ends(&layers[place], scale).0 + inset;
    let (top, bottom) =
        (TOP + LANE * len(place) - (LANE - BOX) / 2.0, TOP + LANE * len(place) + (LANE - BOX) / 2.0);
    let (middle, tip) = (f64::midpoint(top, bottom), bottom - 4.0);
    format!(
        "<path class=\"flow\" d=\"M{from:.1} {top:.1}C{from:.1} {middle:.1} {to:.1} {middle:.1} {to:.1} {tip:.1}\"/>\
         <path class=\"tip\" d=\"M{:.1} {tip:.1}h7l-3.5 4z\"/>\n",
        to - 3.5
    )
}

/// `2904` as `2.9k`.
#[expect(clippy::cast_precision_loss, reason = "a label of three digits")]
fn thousands(n: u64) -> String {
    match n {
        0..1000 => n.to_string(),
        1000..9950 => format!("{:.1}k", n as f64 / 1000.0),
        _ => format!("{:.0}k", n as f64 / 1000.0),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a length in the picture")]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

#[expect(clippy::cast_precision_loss, reason = "a length in the picture")]
fn len(lanes: usize) -> f64 {
    lanes as f64
}
