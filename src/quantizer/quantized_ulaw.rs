//! `quantized_ulaw`: a sigmoid on a grid, then the µ-law's logarithm. The levels are not evenly spaced.
//!
//! ```text
//! r = 2 · round(sigmoid(x · 2^-integer) · 2^n) · 2^-n − 1                          n = bits − 1
//! y = 2^integer · clip(sign(r) · ln(1 + u·|r|) / ln(1 + u), −1 + symmetric · 2^-n, 1 − 2^-n)
//! ```
//!
//! The logarithm and what follows are f32's, with TensorFlow's last bit (`log`), so the levels are f32 numbers.

use super::arguments::Arguments;
use super::formula::{Formula, Rule};
use super::log;
use super::number::Number;
use super::parameter::{FALSE, Takes, common};
use super::registry::Kind;
use super::scale::Scale;
use super::sigmoid::Sigmoid;
use super::squash;
use super::syntax::Value;
use super::{Hardware, QuantizerError};
use std::sync::Arc;

pub(super) const KIND: Kind = Kind {
    name: "quantized_ulaw",
    meaning: "a sigmoid, then the u-law's logarithm: levels that are dense near 0",
    parameters: &[
        common::parameter("bits", Takes::Whole(1, 16), &Value::Int(8), "of the number of levels, 2^bits"),
        common::INTEGER,
        common::parameter("symmetric", Takes::Truth, FALSE, common::SYMMETRIC_MEANING),
        common::parameter("u", Takes::Number, &Value::Int(255), "how much denser they are near 0; above 0"),
    ],
    build,
};

#[derive(Debug)]
struct QuantizedUlaw {
    /// Bits but for the sign.
    unsigned_bits: i32,
    integer: i32,
    symmetric: bool,
    u: f32,
    /// `ln(1 + u)`
    whole: f32,
    sigmoid: Sigmoid,
}

fn build(arguments: &mut Arguments) -> Result<Arc<dyn Rule>, QuantizerError> {
    let u = arguments.number("u")?.filter(|u| *u > 0.0 && 1.0 + *u > 1.0);
    let Some(u) = u else {
        let small = arguments.fault("u", "leaves 1 + u at 1 or below");
        return Err(small.help("write a number above zero, such as 255"));
    };
    Ok(Arc::new(QuantizedUlaw {
        unsigned_bits: arguments.whole("bits") - 1,
        integer: arguments.whole("integer"),
        symmetric: arguments.truth("symmetric"),
        u,
        whole: log::ln(1.0 + u),
        sigmoid: arguments.sigmoid(),
    }))
}

impl QuantizedUlaw {
    /// `r` above, from −1 to 1.
    fn squashed<N: Number>(&self, x: N) -> N {
        let p = self.sigmoid.of(x.scaled(-self.integer)).scaled(self.unsigned_bits);
        squash::nearest(p).scaled(1 - self.unsigned_bits).plus(-1.0)
    }

    /// The law itself.
    fn law(&self, r: f32) -> f32 {
        (log::ln(1.0 + self.u * r.abs()) / self.whole).copysign(r)
    }

    /// The least and the greatest value, before the power of two.
    fn ends(&self) -> (f32, f32) {
        let step = f32::power_of_two(-self.unsigned_bits);
        (if self.symmetric { step - 1.0 } else { -1.0 }, 1.0 - step)
    }

    /// Whether the law rises from each `r` to the next, in spite of f32's rounding.
    fn rises(&self) -> bool {
        let count = 1i128 << self.unsigned_bits;
        let law = |k: i128| self.law(f32::integer(2 * k - count).scaled(-self.unsigned_bits));
        (0..count).all(|k| law(k) <= law(k + 1))
    }
}

impl Formula for QuantizedUlaw {
    fn value<N: Number>(&self, x: N, _scale: Scale) -> N {
        let (lo, hi) = self.ends();
        let law = self.law(self.squashed(x).to_float());
        N::float(law.clamp(lo, hi)).scaled(self.integer)
    }

    fn hardware(&self, _scale: Scale) -> Hardware {
        Hardware::Levels { monotone: self.rises() }
    }

    fn max(&self) -> f32 {
        if self.unsigned_bits > 0 { f32::power_of_two(self.integer).max(1.0) } else { 1.0 }
    }

    fn min(&self) -> f32 {
        -Formula::max(self)
    }

    fn surrogate(&self, x: f32, _scale: Scale) -> f32 {
        let r = 2.0 * self.sigmoid.of(x.scaled(-self.integer)) - 1.0;
        self.law(r).scaled(self.integer)
    }

    /// The law's at `r`, where it has no corner and is not cut off, times twice that of the sigmoid.
    fn slope(&self, x: f32, _scale: Scale) -> f32 {
        let r: f32 = self.squashed(x);
        let (lo, hi) = self.ends();
        if r == 0.0 || !(lo..=hi).contains(&self.law(r)) {
            return 0.0;
        }
        let law = self.u / (1.0 + self.u * r.abs()) / self.whole;
        law * 2.0 * self.sigmoid.slope(x.scaled(-self.integer))
    }
}

#[cfg(test)]
mod tests {
    use crate::quantizer::{Hardware, parse};

    #[test]
    fn u_must_lie_above_zero() {
        for u in ["0", "-255", "1e-9"] {
            let error = parse(&format!("quantized_ulaw(4, u={u})")).unwrap_err();
            assert!(error.message.contains("leaves 1 + u at 1 or below"), "{error}");
            assert_eq!(error.help.as_deref(), Some("write a number above zero, such as 255"));
        }
    }

    #[test]
    fn it_rises_if_its_levels_do() {
        for text in ["quantized_ulaw(8)", "quantized_ulaw(16, 2, u=1e-3)", "quantized_ulaw(1)"] {
            let hardware = parse(text).unwrap().fixed().unwrap().hardware();
            assert_eq!(hardware, Hardware::Levels { monotone: true }, "{text}");
        }
    }

    #[test]
    fn it_is_odd_but_for_the_ends() {
        let ulaw = parse("quantized_ulaw(6, 1)").unwrap().fixed().unwrap();
        for x in (1..48).map(|i| i as f32 / 32.0) {
            assert_eq!(ulaw.forward(-x), -ulaw.forward(x), "{x}");
        }
        assert_eq!((ulaw.forward(-9.0), ulaw.forward(9.0)), (-2.0, 1.9375));
    }
}
