//! Strings that nobody would write, through the parser of quantizers: each is a quantizer whose own text means the
//! same, or an error with its place. Never a panic.
//!
//! `make fuzz N=10000000` tries more of them; `SEED=17 make fuzz` other ones.

use heteroq::config::SIGMOIDS;
use heteroq::data::random::Random;
use heteroq::quantizer::registry::KINDS;
use heteroq::quantizer::{self, QuantizerError, Sigmoid, Spec, Tensor};
use rayon::prelude::*;
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Strings, unless `FUZZ` says otherwise.
const STRINGS: u64 = 1_000_000;

/// Strings that one stream of random numbers makes.
const A_STREAM: u64 = 10_000;

/// The tensor on which every quantizer is called, 3 × 3.
const NUMBERS: [f32; 9] = [0.0, -0.0, 1.0, -1.5, 0.3, 1e-30, -1e-42, 3e38, f32::MIN];

/// What stands between names, and what Python has beside it.
const TOKENS: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    "=",
    ":",
    ";",
    ".",
    "'",
    "\"",
    "\\",
    "#",
    "+",
    "-",
    "*",
    "**",
    "/",
    "%",
    "@",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\0",
    "\u{a0}",
    "\u{feff}",
    "None",
    "True",
    "False",
    "lambda",
    "import",
    "exec",
    "__import__",
    "os.system",
    "f'",
    "0",
    "1",
    "2",
    "8",
    "-1",
    "127",
    "1000",
    "4.0",
    "0.5",
    ".25",
    "1.",
    "1e3",
    "1e-3",
    "1e999",
    "-0",
    "nan",
    "inf",
    "0x10",
    "1_000",
    "99999999999999999999",
    "'auto'",
    "\"auto_po2\"",
    "'half_up'",
    "'floor'",
    "'rnd'",
    "[1, 2]",
    "[0.5, 0.25]",
    "é",
    "（",
    "，",
    "ｑ",
    "а",
    "∞",
    "🦀",
];

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable}={text} is no whole number")))
}

/// Where strings come from: random numbers, valid strings, and the words that occur in them.
struct Source<'a> {
    random: Random,
    valid: &'a [String],
    words: &'a [&'a str],
}

impl Source<'_> {
    fn one<'b, T: ?Sized>(&mut self, of: &[&'b T]) -> &'b T {
        of[self.random.below(of.len())]
    }

    fn string(&mut self) -> String {
        match self.random.below(8) {
            0 => self.bytes(),
            1 | 2 => self.soup(),
            3 | 4 => self.call(),
            _ => self.mutated(),
        }
    }

    /// Bytes, mostly of ASCII, that happen to be text.
    fn bytes(&mut self) -> String {
        let length = self.random.below(40);
        let mask = if self.random.below(2) == 0 { 0x7f } else { 0xff };
        let bytes: Vec<u8> = (0..length).map(|_| self.random.bits().to_le_bytes()[0] & mask).collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn token(&mut self) -> String {
        let words = self.words;
        let tokens = if self.random.below(2) == 0 { words } else { TOKENS };
        self.one(tokens).to_owned()
    }

    fn soup(&mut self) -> String {
        let length = self.random.below(16);
        (0..length).map(|_| self.token()).collect()
    }

    /// A quantizer's name with arguments that mostly are its own.
    fn call(&mut self) -> String {
        let kind = &KINDS[self.random.below(KINDS.len())];
        let mut text = format!("{}(", kind.name);
        for _ in 0..self.random.below(5) {
            let name = kind.parameters[self.random.below(kind.parameters.len())].name;
            let value = self.value();
            match self.random.below(3) {
                0 => write!(text, "{value}, "),
                _ => write!(text, "{name}={value}, "),
            }
            .unwrap();
        }
        text + ")"
    }

    fn value(&mut self) -> String {
        match self.random.below(4) {
            0 => self.random.below(20).to_string(),
            1 => format!("{:?}", f32::from_bits(u32::try_from(self.random.bits() >> 32).unwrap())),
            2 => format!("{}.{}", self.random.below(3), self.random.below(1000)),
            _ => self.token(),
        }
    }

    /// A valid string with a few changes.
    fn mutated(&mut self) -> String {
        let valid = self.valid;
        let mut text: Vec<char> = valid[self.random.below(valid.len())].chars().collect();
        for _ in 0..=self.random.below(4) {
            let at = self.random.below(text.len() + 1);
            let end = (at + self.random.below(6)).min(text.len());
            match self.random.below(5) {
                0 => drop(text.drain(at..end)),
                1 => drop(text.splice(at..end, self.token().chars().collect::<Vec<_>>())),
                2 => drop(text.splice(at..at, text[at..end].to_vec())),
                3 => text.truncate(at),
                _ => {
                    let other: Vec<char> = valid[self.random.below(valid.len())].chars().collect();
                    let from = self.random.below(other.len());
                    drop(text.splice(at..end, other[from..].to_vec()));
                }
            }
        }
        text.into_iter().collect()
    }
}

/// Whether `text` is a quantizer, or what is wrong with the parser.
fn judge(text: &str) -> Result<bool, String> {
    let sigmoid = SIGMOIDS[text.len() % SIGMOIDS.len()].1;
    let spec = match quantizer::parse_with(text, sigmoid) {
        Ok(spec) => spec,
        Err(error) => return has_its_place(&error, text).map(|()| false),
    };
    means_its_own_text(&spec, text, sigmoid)?;
    match spec.for_kernel() {
        Ok(kernel) => means_its_own_text(&kernel, text, sigmoid)?,
        Err(error) => has_its_place(&error, text)?,
    }
    Ok(true)
}

/// Its canonical text is a quantizer that gives the same numbers.
fn means_its_own_text(spec: &Spec, text: &str, sigmoid: Sigmoid) -> Result<(), String> {
    let own = spec.text();
    let again = quantizer::parse_with(own, sigmoid)
        .map_err(|error| format!("its own text `{own}` is refused: {error}"))?;
    if again.text() != own {
        return Err(format!("its own text `{own}` becomes `{}`", again.text()));
    }
    let (once, twice) = (numbers(spec), numbers(&again));
    if once.is_err() != twice.is_err() || once.as_ref().ok() != twice.as_ref().ok() {
        return Err(format!("`{own}` gives {twice:?}, not {once:?}"));
    }
    once.map_or_else(|error| has_its_place(&error, text), |_| Ok(()))
}

/// All that it makes of the tensor: values, what training sees, gradients, each as bits.
fn numbers(spec: &Spec) -> Result<Vec<u32>, QuantizerError> {
    let tensor = Tensor { shape: &[3, 3], values: &NUMBERS };
    let mut all = spec.forward(&tensor)?;
    all.extend(spec.training(&tensor, &mut || 0.25)?);
    all.extend(spec.gradient(&tensor)?);
    all.extend([spec.min(), spec.max()]);
    let scales = spec.scales(&tensor)?;
    let hardware = format!("{:?}", spec.at(scales.at(0)).hardware());
    all.extend(hardware.bytes().map(f32::from));
    Ok(all.into_iter().map(f32::to_bits).collect())
}

fn has_its_place(error: &QuantizerError, text: &str) -> Result<(), String> {
    match text.get(error.span.clone()) {
        Some(_) if !error.message.is_empty() => Ok(()),
        _ => Err(format!("an error `{error}` at {:?}", error.span)),
    }
}

/// How many of a stream's strings are quantizers; the first at which the parser fails.
fn stream(seed: u64, valid: &[String], words: &[&str], strings: u64) -> Result<usize, String> {
    let mut source = Source { random: Random::new(seed), valid, words };
    let mut quantizers = 0;
    for _ in 0..strings {
        let text = source.string();
        let judged = catch_unwind(AssertUnwindSafe(|| judge(&text)));
        let judged = judged.unwrap_or_else(|_| Err("a panic".to_owned()));
        quantizers += usize::from(judged.map_err(|why| format!("{text:?}: {why}"))?);
    }
    Ok(quantizers)
}

/// The strings of the goldens: every quantizer, every argument.
fn valid() -> Vec<String> {
    let text = std::fs::read_to_string("tests/goldens/quantizers/index.json").unwrap();
    let entries: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let mut strings: Vec<String> =
        entries.iter().map(|entry| entry["quantizer"].as_str().unwrap().to_owned()).collect();
    strings.sort();
    strings.dedup();
    strings
}

fn words() -> Vec<&'static str> {
    let parameters = KINDS.iter().flat_map(|kind| kind.parameters).map(|parameter| parameter.name);
    let mut words: Vec<&str> = KINDS.iter().map(|kind| kind.name).chain(parameters).collect();
    words.sort_unstable();
    words.dedup();
    words
}

#[test]
fn no_string_panics_and_every_error_has_its_place() {
    let (valid, words) = (valid(), words());
    let strings = number("FUZZ").unwrap_or(STRINGS);
    let first = number("SEED").unwrap_or(1) << 32;
    let streams = (first..first + strings.div_ceil(A_STREAM)).into_par_iter();
    let quantizers: usize = streams
        .map(|seed| stream(seed, &valid, &words, A_STREAM))
        .sum::<Result<_, _>>()
        .unwrap_or_else(|why| panic!("{why}"));
    eprintln!("{strings} strings, {quantizers} of them quantizers");
    let all = usize::try_from(strings).unwrap();
    assert!(
        quantizers > all / 50 && quantizers < all / 2,
        "{quantizers} of {all} are quantizers: too one-sided"
    );
}
