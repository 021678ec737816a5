//! By which rule a number is compared with QKeras's.

use heteroq::quantizer::{Alpha, Scale, Spec};

/// How two numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// Bit for bit, but for the sign of zero.
    Equal,
    /// Within 2 units in the last place, or within a millionth of the expected number.
    Near,
}

impl Rule {
    /// The rule for scales and values of a quantizer: a scale that is found and no power of two is a mean of many
    /// numbers, whose order TensorFlow does not tell; the logarithm of the u-law has no last bit that all agree on.
    pub fn of(spec: &Spec) -> Rule {
        let near = spec.alpha() == &Alpha::Auto || spec.text().starts_with("quantized_ulaw");
        if near { Rule::Near } else { Rule::Equal }
    }

    /// Whether `got` will do for `expected`.
    pub fn holds(self, expected: f32, got: f32) -> bool {
        let equal = expected.partial_cmp(&got).is_some_and(std::cmp::Ordering::is_eq);
        equal || self == Rule::Near && (is_next_to(expected, got) || is_close(expected, got))
    }
}

fn is_next_to(expected: f32, got: f32) -> bool {
    expected.signum() == got.signum() && expected.to_bits().abs_diff(got.to_bits()) <= 2
}

fn is_close(expected: f32, got: f32) -> bool {
    (f64::from(expected) - f64::from(got)).abs() <= 1e-6 * f64::from(expected).abs()
}

/// Our scale with QKeras's output put in; where the input is divided by the same number, by QKeras's too.
#[expect(clippy::float_cmp, reason = "whether it is the same number")]
pub fn with_output(ours: Scale, output: f32) -> Scale {
    if ours.input == ours.output { Scale::both(output) } else { Scale { output, ..ours } }
}

/// The grid value `q` of `x` as QKeras's last operation leaves it: `base + (q − base)` in the classes that have no
/// `use_ste=False`.
pub fn straight_through(spec: &Spec, x: f32, q: f32) -> f32 {
    let class = spec.text().split('(').next().unwrap_or_default();
    let base = match class {
        "binary" | "ternary" | "stochastic_binary" | "stochastic_ternary" if spec.alpha() == &Alpha::None => {
            libm::tanhf(x)
        }
        "binary" | "ternary" | "stochastic_binary" | "stochastic_ternary" | "quantized_linear" => x,
        _ => return q,
    };
    base + (q - base)
}
