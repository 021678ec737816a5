//! Which quantizer is drawn for a tensor.

use heteroq::data::random::Random;
use heteroq::fixed::Dyadic;
use heteroq::graph::SharedQuantizer;
use heteroq::graph::format::Element;
use heteroq::quantizer::{Hardware, Spec, parse};

const ROUNDINGS: [&str; 3] = ["half_even", "half_up", "floor"];

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

    /// For a kernel or a bias; `inputs` tells how many values its products are summed over.
    pub fn of_parameters(&mut self) -> Spec {
        let (bits, integer) = (self.between(2, 8), self.between(-2, 2));
        match self.between(0, 9) {
            0 => spec("binary(alpha=1)"),
            1 => spec(self.pick(&["ternary(alpha=1)", "ternary(alpha=0.5, threshold=0.7)"])),
            2 => spec(&format!("quantized_po2({}, {})", self.between(2, 5), self.pick(&["1", "4", "0.5"]))),
            3 => spec(&format!("quantized_linear({bits}, {integer}, alpha=1)")),
            4 => spec(&format!("quantized_bits({}, {integer}, 1, alpha=0.75)", self.between(2, 4))),
            5 => {
                let (bits, frac) = (self.between(1, 20), self.between(-4, 24));
                spec(&self.grid_text(bits, frac))
            }
            _ => spec(&format!("quantized_bits({bits}, {integer}, {}, alpha=1)", self.between(0, 1))),
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
        let drawn = self.between(0, 15);
        // Tables of thousands of entries take a simulator long to compile: few of those.
        let large_table = matches!(drawn, 2 | 3 | 6) && (257..=4096).contains(&x.interval.count());
        match drawn {
            _ if self.one_in(12) => needless(x),
            _ if large_table && !self.one_in(30) => self.grid(bits, frac),
            0 => made(self.pick(&["binary(alpha=1)", "binary(use_01=True, alpha=1)", "binary(alpha=0.75)"])),
            1 => made(&format!("ternary(alpha=1, threshold={})", self.pick(&["0.33", "2", "0.001"]))),
            2 => made(&format!("quantized_po2({}, {})", self.between(2, 5), self.pick(&["2", "8", "0.5"]))),
            3 => self.sloping(bits.clamp(2, 5), top),
            4 => self.bounded(bits, integer, round),
            5 => {
                let (symmetric, alpha) = (self.pick(&["True", "False"]), self.pick(&["1", "0.5", "4"]));
                made(&format!(
                    "quantized_linear({bits}, {integer}, {symmetric}, alpha={alpha}, round='{round}')"
                ))
            }
            6 => {
                let bits = bits.clamp(2, 5);
                made(&format!("quantized_bits({bits}, {top}, alpha=0.75, round='{round}')"))
            }
            7..=10 => self.grid(bits, frac),
            _ => made(&format!("quantized_relu({bits}, {integer}, round='{round}')")),
        }
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

    /// A value that `quantizer` gives, zero with a probability of `zeros` percent where it has one.
    pub fn value(&mut self, quantizer: &SharedQuantizer, zeros: usize) -> Dyadic {
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

fn made(text: &str) -> SharedQuantizer {
    spec(text).fixed().unwrap_or_else(|| panic!("{text}: its scale is not one number"))
}

fn spec(text: &str) -> Spec {
    parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}
