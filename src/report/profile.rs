//! The table of a profile, for a terminal, and what it comes to in words.

use super::number::{count, plain};
use super::table::Table;
use super::text::{WIDTH, hanging, section};
use crate::metrics::profile::{Profile, Tensor};

/// The fraction of values cut off from which on it is worth a line.
const MUCH: f64 = 0.01;

/// The tables of nodes and parameters, then what stands out.
pub fn write(profile: &Profile) -> String {
    let title = format!("values over {}, in %", count(profile.events as u64, "event"));
    let lines = [
        section(&title, table(&profile.nodes)),
        section("parameters, in %", table(&profile.parameters)),
        section("what stands out", remarks(profile).iter().flat_map(|line| hanging(line)).collect()),
    ];
    lines.concat().join("\n") + "\n"
}

fn table(tensors: &[Tensor]) -> Vec<String> {
    let heads = ["<layer", "<", "allowed", "reached", "spare", "zero", "at lo", "at hi", "below", "above"];
    let mut table = Table::new(&heads);
    tensors.iter().for_each(|tensor| table.row(cells(tensor)));
    table.lines(WIDTH - 4)
}

fn cells(tensor: &Tensor) -> Vec<String> {
    let none = || "–".to_owned();
    let names = [tensor.layer.clone(), tensor.what.clone()];
    let ranges = [tensor.allowed.map_or_else(none, range), range(tensor.reached)];
    let spare = tensor.spare_bits.map_or_else(none, |bits| bits.to_string());
    let share = |n: u64| percentage(fraction(n, tensor));
    let pairs = [tensor.at_ends, tensor.clipped];
    let pairs = pairs.into_iter().flat_map(|pair| pair.map_or([none(), none()], |pair| pair.map(share)));
    names.into_iter().chain(ranges).chain([spare, share(tensor.zeros)]).chain(pairs).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a fraction for people")]
fn fraction(n: u64, tensor: &Tensor) -> f64 {
    n as f64 / tensor.values.max(1) as f64
}

/// Two decimals, but never 0 or 100 for what is neither.
fn percentage(fraction: f64) -> String {
    match 100.0 * fraction {
        p if p > 0.0 && p < 0.005 => "<0.01".to_owned(),
        p if (99.995..100.0).contains(&p) => ">99.99".to_owned(),
        p => plain((p * 100.0).round() / 100.0),
    }
}

fn range([lo, hi]: [f64; 2]) -> String {
    format!("{}…{}", brief(lo), brief(hi))
}

/// Four digits.
fn brief(x: f64) -> String {
    let rounded: f64 = format!("{x:.3e}").parse().expect("a float as it was written");
    match rounded.abs() {
        0.0 => "0".to_owned(),
        1e-3..1e6 => rounded.to_string(),
        _ => format!("{rounded:e}"),
    }
}

/// What a user may want to act on: bits that are not used, values that are cut off, units that say nothing.
fn remarks(profile: &Profile) -> Vec<String> {
    let all = profile.nodes.iter().chain(&profile.parameters);
    all.flat_map(|tensor| [cut_off(tensor), unused(tensor), constant(tensor)]).flatten().collect()
}

/// Below 0 where that is the lower end, a quantizer cuts off on purpose.
fn cut_off(tensor: &Tensor) -> Option<String> {
    let ([below, above], [lo, hi]) = (tensor.clipped?, tensor.allowed?);
    let below = if lo == 0.0 && tensor.what != "input" { 0 } else { below };
    let much = fraction(below + above, tensor);
    (much >= MUCH).then(|| {
        format!(
            "{} clips {} % of its values at {} and {} % at {}: an integer bit more holds twice the range",
            name(tensor),
            percentage(fraction(below, tensor)),
            brief(lo),
            percentage(fraction(above, tensor)),
            brief(hi)
        )
    })
}

/// Only a quantizer's bits are the author's to choose.
fn unused(tensor: &Tensor) -> Option<String> {
    let bits = tensor.spare_bits.filter(|bits| *bits > 0 && tensor.quantizer.is_some())?;
    let highest = if bits == 1 { "highest bit".to_owned() } else { format!("{bits} highest bits") };
    Some(format!("{} never needs its {highest}", name(tensor)))
}

fn constant(tensor: &Tensor) -> Option<String> {
    let constant = tensor.constant.filter(|constant| *constant > 0)?;
    Some(format!("{}: {constant} of {} never change", name(tensor), count(tensor.elements as u64, "element")))
}

/// The layer in quotes, and what of it.
fn name(tensor: &Tensor) -> String {
    let Tensor { layer, what, .. } = tensor;
    if layer == what { format!("`{layer}`") } else { format!("`{layer}` ({what})") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relu() -> Tensor {
        Tensor {
            layer: "fc1".to_owned(),
            what: "quantize".to_owned(),
            quantizer: Some("quantized_relu(4)".to_owned()),
            elements: 2,
            constant: Some(1),
            values: 40_000,
            allowed: Some([0.0, 0.9375]),
            reached: [0.0, 0.25],
            spare_bits: Some(1),
            before: Some([-3.0, 1.0]),
            zeros: 39_999,
            at_ends: Some([39_999, 0]),
            clipped: Some([30_000, 1]),
            mean: 0.0,
            deviation: 0.0,
        }
    }

    fn profile(node: Tensor) -> Profile {
        Profile { events: 20_000, nodes: vec![node], parameters: Vec::new() }
    }

    #[test]
    fn each_column_shows_its_own_figure() {
        let text = write(&profile(relu()));
        let row = text.lines().find(|line| line.contains("fc1")).unwrap();
        let cells: Vec<&str> = row.split_whitespace().collect();
        let expected = ["fc1", "quantize", "0…0.9375", "0…0.25", "1", ">99.99", ">99.99", "0", "75", "<0.01"];
        assert_eq!(cells, expected);
        assert!(text.contains("`fc1` (quantize) never needs its highest bit\n"), "{text}");
        assert!(text.contains("`fc1` (quantize): 1 of 2 elements never change\n"), "{text}");
        assert!(!text.contains("clips"), "below 0 a relu cuts off on purpose:\n{text}");
    }

    #[test]
    fn what_is_cut_off_stands_out() {
        let above = Tensor { clipped: Some([30_000, 400]), ..relu() };
        let text = write(&profile(above));
        assert!(text.contains("clips 0 % of its values at 0 and 1 % at 0.9375"), "{text}");
        let below =
            Tensor { allowed: Some([-1.0, 0.9375]), spare_bits: Some(2), constant: Some(0), ..relu() };
        let text = write(&profile(below));
        assert!(text.contains("clips 75 % of its values at -1 and <0.01 % at 0.9375"), "{text}");
        assert!(text.contains("its 2 highest bits") && !text.contains("never change"), "{text}");
        let input = Tensor { layer: "input".to_owned(), what: "input".to_owned(), ..relu() };
        assert!(write(&profile(input)).contains("`input` clips 75 %"));
    }

    #[test]
    fn four_digits_whatever_the_size() {
        let all = [0.0, -0.96875, 130.3125, 999_999.0, 1_234_567.0, 0.000_123_44, -0.001];
        let texts = ["0", "-0.9688", "130.3", "1e6", "1.235e6", "1.234e-4", "-0.001"];
        assert_eq!(all.map(brief), texts);
    }
}
