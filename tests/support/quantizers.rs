//! Which quantizer is drawn for a tensor.

use heteroq::data::random::Random;
use heteroq::fixed::Dyadic;
use heteroq::graph::SharedQuantizer;
use heteroq::graph::format::Element;
use heteroq::quantizer::{Hardware, Spec, Tensor, parse};

const ROUNDINGS: [&str; 3] = ["half_even", "half_up", "floor"];

const BINARIES: [&str; 5] = [
    "binary(alpha=1)",
    "binary(use_01=True, alpha=1)",
    "binary(alpha=0.75)",
    "stochastic_binary()",
    "stochastic_binary(alpha=2)",
];

const TERNARIES: [&str; 5] = [
    "ternary(alpha=1)",
    "ternary(alpha=0.5, threshold=0.7)",
    "ternary(alpha=0.3, threshold=2)",
    "ternary(alpha=1, threshold=0.001)",
    "stochastic_ternary(alpha=1, threshold=0.5)",
];

/// Those of few levels whose scale may be found from the tensor.
const SIGNS: [&str; 4] = ["binary", "ternary", "stochastic_binary", "stochastic_ternary"];

/// Draws quantizers.
pub struct Quantizers<'a>(pub &'a mut Random);

impl Quantizers<'_> {
    fn between(&mut self, lo: i64, hi: i64) -> i64 {
        lo + i64::try_from(self.0.below(usize::try_from(hi - lo + 1).unwrap())).unwrap()
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.0.below(n) == 0
    }

    fn pick<'t>(&mut self, words: &[&'t str]) -> &'t str {
        words[self.0.below(words.len())]
    }

    /// A width from 1 to 20, more often a small one.
    fn bits(&mut self) -> i64 {
        if self.one_in(2) { self.between(1, 7) } else { self.between(1, 20) }
    }

    /// For features: an evenly spaced grid of 1 to 20 bits, with -4 to 24 fraction digits.
    pub fn of_features(&mut self) -> SharedQuantizer {
        let (bits, frac) = (self.bits(), self.between(-4, 24));
        self.grid(bits, frac)
    }

    /// For a kernel or a bias with this many elements along its last axis.
    pub fn of_parameters(&mut self, last: usize) -> Spec {
        let (bits, integer) = (self.between(2, 8), self.between(-2, 2));
        let text = match self.between(0, 15) {
            0 => self
                .pick(&["binary(alpha=1)", "binary(1, alpha=0.3)", "stochastic_binary(alpha=1)"])
                .to_owned(),
            1 => self.pick(&TERNARIES).to_owned(),
            2 => format!("quantized_po2({}, {})", self.between(2, 5), self.pick(&["1", "4", "0.5"])),
            3 => format!("quantized_relu_po2({}, {}, 0.5)", self.between(2, 5), self.pick(&["1", "4"])),
            4 => format!("quantized_linear({bits}, {integer}, alpha={})", self.pick(&["1", "0.75"])),
            5 => format!("quantized_bits({}, {integer}, 1, alpha=0.75)", self.between(2, 4)),
            6 => format!("quantized_bits({bits}, {integer}, alpha={})", self.list(last)),
            7 => format!("quantized_bits({bits}, {integer}, alpha={})", self.automatic()),
            8 => format!("quantized_linear({bits}, {integer}, alpha={})", self.automatic()),
            9 => format!("{}(alpha={})", self.pick(&SIGNS), self.automatic()),
            10 => self.curve(bits.min(5), integer),
            11 => return self.uniform_parameters(),
            _ => format!("quantized_bits({bits}, {integer}, {}, alpha=1)", self.between(0, 1)),
        };
        spec(&text)
    }

    fn uniform_parameters(&mut self) -> Spec {
        let (bits, frac) = (self.between(1, 20), self.between(-4, 24));
        spec(&self.grid_text(bits, frac))
    }

    fn automatic(&mut self) -> &'static str {
        self.pick(&["'auto'", "'auto_po2'", "'auto_po2'"])
    }

    /// A scale for each of `len` channels: powers of two, or any numbers.
    fn list(&mut self, len: usize) -> String {
        let numbers: &[&str] =
            if self.one_in(2) { &["0.25", "0.5", "1", "2", "8"] } else { &["0.3", "0.75", "1", "1.7", "2"] };
        let list: Vec<&str> = (0..len).map(|_| self.pick(numbers)).collect();
        format!("[{}]", list.join(", "))
    }

    /// A quantizer that bends, or rounds a curve.
    fn curve(&mut self, bits: i64, integer: i64) -> String {
        let (symmetric, real) = (self.between(0, 1), self.between(0, 1));
        match self.between(0, 4) {
            0 => format!("quantized_tanh({bits}, symmetric={symmetric}, use_real_tanh={real})"),
            1 => format!("quantized_sigmoid({bits}, {symmetric}, {real})"),
            2 => format!(
                "quantized_ulaw({bits}, {integer}, {symmetric}, {})",
                self.pick(&["255.0", "15", "1"])
            ),
            3 => format!("quantized_relu({bits}, {integer}, use_sigmoid=1)"),
            _ => format!("quantized_hswish({}, {integer}, {symmetric}, alpha=1)", bits.max(2)),
        }
    }

    /// For a tensor with elements like `x`: most often a grid whose ends lie near those of `x`, so that the result
    /// is neither constant nor always saturated.
    pub fn of_tensor(&mut self, x: Element) -> SharedQuantizer {
        let bits = self.bits();
        let top = i64::from(x.interval.width()) - i64::from(x.frac) - self.between(1, 5);
        let integer = if self.one_in(12) { bits - self.between(-4, 24) } else { top };
        let (least, most) = if self.one_in(2) { (-4, 24) } else { (-40, 50) };
        let frac = (bits - integer).clamp(least, most);
        let integer = bits - frac;
        let round = self.pick(&ROUNDINGS);
        let drawn = self.between(0, 19);
        // Tables of thousands of entries take a simulator long to compile: few of those.
        let large_table = matches!(drawn, 2 | 3 | 6 | 16..) && (257..=4096).contains(&x.interval.count());
        let few = self.between(2, 5);
        match drawn {
            _ if self.one_in(12) => needless(x),
            _ if large_table && !self.one_in(30) => self.grid(bits, frac),
            0 => made(self.pick(&BINARIES)),
            1 => made(self.pick(&TERNARIES)),
            2 => made(&format!("quantized_po2({few}, {})", self.pick(&["2", "8", "0.5"]))),
            3 => self.sloping(bits.clamp(2, 5), top),
            4 => self.bounded(bits, integer, round),
            5 => {
                let (symmetric, alpha) = (self.pick(&["True", "False"]), self.pick(&["1", "0.5", "4"]));
                made(&format!(
                    "quantized_linear({bits}, {integer}, {symmetric}, alpha={alpha}, round='{round}')"
                ))
            }
            6 => made(&format!("quantized_linear({few}, {top}, alpha=0.75, round='{round}')")),
            7 => made(&format!("quantized_bits({few}, {top}, alpha=0.3, round='{round}')")),
            8..=11 => self.grid(bits, frac),
            // What does not only rise is tried integer by integer.
            16 if x.interval.count() <= 4096 => made(&self.curve(few, top.clamp(-4, 12))),
            16..=18 => made(&self.rising_curve(few, top.clamp(-4, 12))),
            19 => made(&format!("quantized_relu_po2({few}, {})", self.pick(&["2, 0.25", "8", "0.5"]))),
            _ => made(&format!("quantized_relu({bits}, {integer}, round='{round}')")),
        }
    }

    /// A [`Quantizers::curve`] that never falls.
    fn rising_curve(&mut self, bits: i64, integer: i64) -> String {
        loop {
            let text = self.curve(bits, integer);
            if !text.contains("hswish") {
                return text;
            }
        }
    }

    /// For `len` elements, each with a scale of its own.
    pub fn of_channels(&mut self, len: usize) -> Vec<SharedQuantizer> {
        let (bits, integer, list) = (self.between(2, 6), self.between(-2, 4), self.list(len));
        let text = format!("quantized_bits({bits}, {integer}, alpha={list})");
        spec(&text).of_channels(len).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn sloping(&mut self, bits: i64, integer: i64) -> SharedQuantizer {
        let (slope, round) = (self.pick(&["0.25", "0.5", "0.0625"]), self.pick(&ROUNDINGS));
        made(&format!("quantized_relu({bits}, {integer}, negative_slope={slope}, round='{round}')"))
    }

    /// A relu with an upper bound on its grid.
    fn bounded(&mut self, bits: i64, integer: i64, round: &str) -> SharedQuantizer {
        let bound = Dyadic::new(self.between(1, 40).into(), i32::try_from(integer - bits).unwrap()).to_f64();
        made(&format!(
            "quantized_relu({bits}, {integer}, relu_upper_bound={bound}, is_quantized_clip=False, round='{round}')"
        ))
    }

    /// `bits` in all, `frac` of them fraction digits.
    fn grid(&mut self, bits: i64, frac: i64) -> SharedQuantizer {
        made(&self.grid_text(bits, frac))
    }

    fn grid_text(&mut self, bits: i64, frac: i64) -> String {
        // A single bit with a sign is a sign, not a grid.
        let keep = bits > 1 && self.one_in(2);
        let (symmetric, round) = (self.between(0, 1), self.pick(&ROUNDINGS));
        let (integer, word) = (bits - i64::from(keep) - frac, if keep { "True" } else { "False" });
        let alpha = self.pick(&["1", "1", "1", "2", "0.25"]);
        format!(
            "quantized_bits({bits}, {integer}, {symmetric}, keep_negative={word}, alpha={alpha}, round='{round}')"
        )
    }

    /// What `spec` makes of random numbers, zeros with a probability of `zeros` percent.
    pub fn values(&mut self, spec: &Spec, shape: &[usize], zeros: usize) -> Vec<Dyadic> {
        let count = shape.iter().product();
        if let Some(quantizer) = spec.fixed() {
            return (0..count).map(|_| self.value(&quantizer, zeros)).collect();
        }
        let channels: Vec<i64> = (0..shape[shape.len() - 1]).map(|_| self.between(-3, 3)).collect();
        let stored: Vec<f32> = (0..count).map(|i| self.stored(channels[i % channels.len()], zeros)).collect();
        let tensor = Tensor { shape, values: &stored };
        let scales = spec.scales(&tensor).unwrap_or_else(|error| panic!("{}: {error}", spec.text()));
        let exact =
            |(i, x): (usize, &f32)| spec.at(scales.at(i)).exact(Dyadic::from_f32(*x).unwrap()).unwrap();
        stored.iter().enumerate().map(exact).collect()
    }

    /// A weight before quantization, in a channel of magnitude `2^exponent`.
    fn stored(&mut self, exponent: i64, zeros: usize) -> f32 {
        if self.0.below(100) < zeros {
            return 0.0;
        }
        let weight =
            Dyadic::new(self.between(-1 << 14, 1 << 14).into(), i32::try_from(exponent).unwrap() - 14);
        #[expect(clippy::cast_possible_truncation, reason = "15 bits")]
        let weight = weight.to_f64() as f32;
        weight
    }

    /// A value that `quantizer` gives, zero with a probability of `zeros` percent where it has one.
    fn value(&mut self, quantizer: &SharedQuantizer, zeros: usize) -> Dyadic {
        let x = match quantizer.hardware() {
            _ if self.0.below(100) < zeros => Dyadic::ZERO,
            Hardware::Grid { frac, lo, hi, .. } => {
                Dyadic::new(self.0.within(heteroq::fixed::Interval { lo, hi }), -frac)
            }
            _ => Dyadic::new(self.between(-1 << 12, 1 << 12).into(), -10),
        };
        quantizer.exact(x).unwrap()
    }
}

/// A grid that changes no element like `x`.
fn needless(x: Element) -> SharedQuantizer {
    let (bits, word) = (x.interval.width().min(126), if x.interval.signed() { "True" } else { "False" });
    let integer = i64::from(bits) - i64::from(x.interval.signed()) - i64::from(x.frac);
    made(&format!(
        "quantized_bits({bits}, {}, keep_negative={word}, alpha=1, round='half_up')",
        integer.clamp(-126, 126)
    ))
}

fn spec(text: &str) -> Spec {
    parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn made(text: &str) -> SharedQuantizer {
    spec(text).fixed().unwrap_or_else(|| panic!("{text} has one scale"))
}
