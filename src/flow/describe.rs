//! What a quantizer is, in words: its values, grid, scale and hardware, for `heteroq quantize`.
//!
//! ```text
//! ternary()
//! values: -1, 0, 1
//! grid: -1, 0, 1
//! scale: 1
//! hardware: s2.0, by thresholds or a table
//! ```

use crate::fixed::{Dyadic, Format, Interval};
use crate::quantizer::levels::{self, Level};
use crate::quantizer::{Hardware, NoStairs, Quantizer, Scale, Scales, Spec};
use serde::Serialize;

/// What a quantizer is, in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Described {
    /// As a config would have it.
    pub quantizer: String,
    /// The values that the array got.
    pub values: String,
    /// The values that it could have got.
    pub grid: String,
    /// What its result is multiplied by: one number, or one for each channel or group of the array.
    pub scale: Vec<f32>,
    /// The shape of the scales, which broadcasts to that of the array.
    pub scale_shape: Vec<usize>,
    /// What it is in hardware.
    pub hardware: String,
}

/// Fraction digits of an input, for which some quantizers are grids that else are none.
const USUAL_DIGITS: i32 = 16;

/// Inputs over which a staircase that only rises is followed: beyond them there is nothing new, or too much.
const WIDE: (Interval, i32) = (Interval { lo: -(1 << 125), hi: 1 << 125 }, 63);

/// Inputs over which a staircase that also falls is followed.
const NARROW: (Interval, i32) = (Interval { lo: -(1 << 15), hi: (1 << 15) - 1 }, 10);

/// Up to so many values of an array, or scales, are listed.
const LISTED: usize = 8;

/// Up to so many levels are listed.
const FEW: usize = 4;

impl Described {
    /// `spec`, which has these scales and results on an array.
    pub(super) fn of(spec: &Spec, scales: &Scales, results: &[f32]) -> Described {
        let automatic = spec.alpha().is_automatic();
        let of_its_own = automatic || scales.count() > 1;
        let quantizer = spec.at(if of_its_own { Scale::ONE } else { scales.at(0) });
        let Words { mut grid, format, form } = words(quantizer.as_ref());
        let mut hardware = format!("{format}{form}");
        if of_its_own && !matches!(quantizer.hardware(), Hardware::Never { .. }) {
            grid += ", times the scale";
            hardware = if automatic { format + CONSTANTS } else { hardware + CHANNELS };
        }
        let (quantizer, scale_shape) = (spec.text().to_owned(), scales.shape.clone());
        Described { quantizer, values: values(results), grid, scale: scales.outputs(), scale_shape, hardware }
    }
}

/// What hardware makes of a scale that is found.
const CONSTANTS: &str = " times the scale: constants, for kernels and biases only (an activation's scale would change with each event)";

/// What hardware makes of scales that are given.
const CHANNELS: &str = ", then a shift or a product by the scale";

/// What there is to say of a quantizer at one scale.
struct Words {
    grid: String,
    format: String,
    /// What stands behind the format: how it is computed.
    form: String,
}

fn words(quantizer: &dyn Quantizer) -> Words {
    match quantizer.hardware_for(USUAL_DIGITS) {
        Hardware::Grid { frac, rounding, lo, hi, scale, offset } => {
            let middle = offset.to_integer(-scale.exponent()).map_or(0, |steps| steps / scale.mantissa());
            let all = Interval { lo: lo + middle, hi: hi + middle };
            let (digits, form) = match scale.mantissa() {
                1 => (-scale.exponent(), format!(", {rounding}")),
                factor => (frac, format!(", {rounding}, then a product by the constant {factor}")),
            };
            Words { grid: integers(all, scale), format: Format::of(all, digits).to_string(), form }
        }
        Hardware::Levels { monotone: true } => staircase(quantizer, WIDE, "by thresholds or a table"),
        Hardware::Levels { monotone: false } => staircase(quantizer, NARROW, "by a table"),
        Hardware::Never { why, instead } => {
            Words { grid: "none".to_owned(), format: "none".to_owned(), form: format!(": {why} ({instead})") }
        }
    }
}

/// Of a quantizer that has levels, over the integers of an interval with some fraction digits.
fn staircase(quantizer: &dyn Quantizer, (inputs, frac): (Interval, i32), form: &str) -> Words {
    let found = levels::of(quantizer, inputs, frac).map(distinct);
    let on_one_grid = found.as_ref().map_err(|why| *why).and_then(|found| levels::on_one_grid(found));
    let (format, form) = match &on_one_grid {
        Ok((integers, frac)) => (Format::of(levels::ends(integers), *frac).to_string(), format!(", {form}")),
        Err(NoStairs::TooMany) => (String::new(), format!("{form}, of those levels that its input reaches")),
        Err(why) => (String::new(), format!("{form}, of those levels that its input reaches ({why})")),
    };
    let grid = match (&found, &on_one_grid) {
        (Ok(found), Ok((integers, frac))) => listed_levels(found, integers, *frac),
        (Ok(found), Err(_)) => from_to(found),
        (Err(NoStairs::TooMany), _) => format!("more than {} levels", levels::MOST_LEVELS),
        (Err(_), _) => "levels".to_owned(),
    };
    Words { grid, format, form }
}

/// Each value once, the least first.
fn distinct(mut all: Vec<Level>) -> Vec<Level> {
    all.sort_by(|a, b| a.value.to_f64().total_cmp(&b.value.to_f64()));
    all.dedup_by_key(|level| level.value);
    all
}

/// Levels that are `integers · 2^-frac`, as briefly as they allow.
fn listed_levels(found: &[Level], integers: &[i128], frac: i32) -> String {
    if found.len() <= FEW {
        let all: Vec<String> = found.iter().map(|level| number(level.value.to_f64())).collect();
        return all.join(", ");
    }
    let step = integers[1] - integers[0];
    let even = integers.windows(2).all(|pair| pair[1] - pair[0] == step) && integers[0] % step == 0;
    if even {
        let ends = Interval { lo: integers[0] / step, hi: integers[integers.len() - 1] / step };
        return self::integers(ends, Dyadic::new(step, -frac));
    }
    from_to(found)
}

fn from_to(found: &[Level]) -> String {
    let end = |level: &Level| number(level.value.to_f64());
    let (least, greatest) = (end(&found[0]), end(&found[found.len() - 1]));
    format!("{} levels from {least} to {greatest}, not evenly spaced", found.len())
}

fn integers(all: Interval, step: Dyadic) -> String {
    let step = step.to_f64();
    format!(
        "integers {}..{}, each times {}",
        all.lo,
        all.hi,
        power_of_two(step, 0).unwrap_or_else(|| number(step))
    )
}

/// The different values of an array.
fn values(results: &[f32]) -> String {
    let mut all: Vec<f32> = results.iter().map(|x| x + 0.0).collect(); // -0 is 0
    all.sort_by(f32::total_cmp);
    all.dedup();
    if all.len() <= LISTED {
        return listed(&all);
    }
    format!("{} different ones from {} to {}", all.len(), single(all[0]), single(all[all.len() - 1]))
}

/// Numbers, the first eight of many.
fn listed(numbers: &[f32]) -> String {
    let shown: Vec<String> = numbers.iter().take(LISTED).map(|x| single(*x)).collect();
    let more = if numbers.len() > shown.len() { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// In the digits that tell this f32 from others.
fn single(x: f32) -> String {
    power_of_two(x.into(), READABLE).unwrap_or_else(|| whole(&format!("{x:?}")))
}

fn number(x: f64) -> String {
    power_of_two(x, READABLE).unwrap_or_else(|| whole(&format!("{x:?}")))
}

/// The least exponent of powers of two that are shown in digits.
const READABLE: i32 = -6;

/// A power of two as such, where its exponent is below `least`, or where it has many digits.
fn power_of_two(x: f64, least: i32) -> Option<String> {
    let exact = Dyadic::from_f64(x)?;
    let telling = exact.mantissa().abs() == 1 && !(least..10).contains(&exact.exponent());
    telling.then(|| format!("{}2^{}", if x < 0.0 { "-" } else { "" }, exact.exponent()))
}

/// `1` for `1.0`.
fn whole(digits: &str) -> String {
    digits.strip_suffix(".0").unwrap_or(digits).to_owned()
}

impl std::fmt::Display for Described {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}\nvalues: {}\ngrid: {}", self.quantizer, self.values, self.grid)?;
        let of =
            if self.scale.len() > 1 { format!(" (of shape {:?})", self.scale_shape) } else { String::new() };
        writeln!(f, "scale{of}: {}", listed(&self.scale))?;
        writeln!(f, "hardware: {}", self.hardware)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantizer::{Sigmoid, Tensor, parse_with};

    /// Values, grid and hardware on `x`, a row of two channels at least.
    fn of(quantizer: &str, sigmoid: Sigmoid, x: &[f32]) -> [String; 3] {
        let spec = parse_with(quantizer, sigmoid).unwrap();
        let tensor = Tensor { shape: &[1, x.len()], values: x };
        let described = Described::of(&spec, &spec.scales(&tensor).unwrap(), &spec.forward(&tensor).unwrap());
        [described.values, described.grid, described.hardware]
    }

    fn hard(quantizer: &str) -> [String; 3] {
        of(quantizer, Sigmoid::Hard, &[-3.0, 0.2, 3.0])
    }

    #[test]
    fn few_levels_are_listed_and_an_even_staircase_is_a_grid() {
        let stairs = "by thresholds or a table";
        assert_eq!(hard("ternary"), ["-1, 0, 1", "-1, 0, 1", &format!("s2.0, {stairs}")]);
        assert_eq!(hard("binary(alpha=0.25)")[1], "-0.25, 0.25");
        assert_eq!(
            hard("quantized_tanh(5, use_real_tanh=True)")[1..],
            ["integers -16..15, each times 2^-4".to_owned(), format!("s5.4, {stairs}")]
        );
        let po2 = hard("quantized_po2(5, 2)");
        assert_eq!(
            po2,
            ["-2, 0.25, 2", "20 levels from -2 to 2, not evenly spaced", &format!("s11.8, {stairs}")]
        );
        assert_eq!(hard("quantized_hswish(6, 2)")[1], "integers -3..31, each times 2^-3");
    }

    /// Around 1/2, none of the integers is below zero.
    #[test]
    fn a_grid_with_a_middle_of_its_own() {
        let sigmoid = "quantized_sigmoid(4)";
        assert_eq!(hard(sigmoid)[1..], ["integers 0..15, each times 2^-4", "u4.4, half_even"]);
        let smooth = of(sigmoid, Sigmoid::Smooth, &[-9.0, 9.0]);
        assert_eq!(
            smooth,
            ["0, 0.9375", "integers 0..15, each times 2^-4", "u4.4, by thresholds or a table"]
        );
    }

    #[test]
    fn scales_of_channels_stand_beside_the_grid() {
        let given = hard("quantized_bits(3, 0, alpha=[1, 0.3, 4])");
        assert_eq!(given[1], "integers -4..3, each times 2^-2, times the scale");
        assert_eq!(given[2], "s3.2, half_even, then a shift or a product by the scale");
        for quantizer in ["quantized_bits(3, alpha='auto_po2')", "quantized_linear(3, alpha='auto')"] {
            let found = hard(quantizer);
            assert_eq!(found[1], "integers -3..3, each times 2^-2, times the scale");
            assert!(found[2].starts_with("s3.2 times the scale: constants"), "{}", found[2]);
        }
        assert_eq!(hard("ternary(alpha='auto')")[1], "-1, 0, 1, times the scale");
    }

    #[test]
    fn what_has_no_staircase_says_why() {
        assert!(hard("bernoulli")[2].starts_with("none: bernoulli is random"));
        let wide = hard("quantized_po2(8)");
        assert!(wide[2].contains("more than 127"), "{}", wide[2]);
        let many = hard("quantized_tanh(16, use_real_tanh=True)");
        assert_eq!(
            many[1..],
            ["more than 4096 levels", "by thresholds or a table, of those levels that its input reaches"]
        );
    }
}
