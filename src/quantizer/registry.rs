//! Every quantizer there is. A new one is a file, its `mod` line and a line here.

use super::arguments::Arguments;
use super::bind;
use super::formula::Rule;
use super::parameter::Parameter;
use super::syntax::{self, Call};
use super::{QuantizerError, Sigmoid, Spec, suggest};
use super::{bernoulli, binary, stochastic_binary, stochastic_ternary, ternary};
use super::{quantized_bits, quantized_hswish, quantized_linear, quantized_po2, quantized_relu};
use super::{quantized_relu_po2, quantized_sigmoid, quantized_tanh, quantized_ulaw};
use std::sync::Arc;

/// A quantizer's name, its parameters, and how it is made of arguments.
#[derive(Debug)]
pub struct Kind {
    /// The name in the string.
    pub name: &'static str,
    /// What it does, in a line.
    pub meaning: &'static str,
    /// Its parameters, in order.
    pub parameters: &'static [Parameter],
    pub(super) build: fn(&mut Arguments) -> Result<Arc<dyn Rule>, QuantizerError>,
}

/// Every quantizer.
pub const KINDS: &[Kind] = &[
    quantized_bits::KIND,
    quantized_linear::KIND,
    quantized_relu::KIND,
    quantized_tanh::KIND,
    quantized_sigmoid::KIND,
    quantized_ulaw::KIND,
    quantized_hswish::KIND,
    quantized_po2::KIND,
    quantized_relu_po2::KIND,
    binary::KIND,
    ternary::KIND,
    stochastic_binary::KIND,
    stochastic_ternary::KIND,
    bernoulli::KIND,
];

/// The quantizer that `text` describes.
///
/// # Errors
/// What is wrong with it, at which bytes, and what to write.
///
/// ```
/// let quantizer = heteroq::quantizer::parse("quantized_bits(6, integer=0, alpha=1.0)").unwrap();
/// assert_eq!(quantizer.text(), "quantized_bits(6, alpha=1)");
/// assert_eq!(quantizer.fixed().unwrap().forward(0.3), 0.3125);
///
/// let error = heteroq::quantizer::parse("quantized_bit(6)").unwrap_err();
/// assert_eq!(error.help.unwrap(), "did you mean `quantized_bits`?");
/// assert_eq!(error.span, 0..13);
/// ```
pub fn parse(text: &str) -> Result<Spec, QuantizerError> {
    parse_with(text, Sigmoid::default())
}

/// The quantizer that `text` describes, with this sigmoid in its formulas (QKeras's `set_internal_sigmoid`).
///
/// # Errors
/// As [`parse`].
///
/// ```
/// use heteroq::quantizer::{Sigmoid, parse_with};
/// let at_2 = |sigmoid| parse_with("quantized_sigmoid(8)", sigmoid).unwrap().fixed().unwrap().forward(2.0);
/// assert_eq!(at_2(Sigmoid::Hard), 0.99609375); // 1, cut off
/// assert_eq!(at_2(Sigmoid::Smooth), 0.875);
/// assert_eq!(at_2(Sigmoid::Real), 0.87890625); // 1 / (1 + e^-2) = 0.8808, rounded
/// ```
pub fn parse_with(text: &str, sigmoid: Sigmoid) -> Result<Spec, QuantizerError> {
    let call = syntax::call(text)?;
    let kind = kind_of(&call)?;
    Spec::new(kind, bind::bind(kind.name, kind.parameters, call, sigmoid)?)
}

fn kind_of(call: &Call) -> Result<&'static Kind, QuantizerError> {
    let names = KINDS.iter().map(|kind| kind.name);
    KINDS.iter().find(|kind| kind.name == call.name.it).ok_or_else(|| {
        let help = match suggest::nearest(&call.name.it, names.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}", names.collect::<Vec<_>>().join(", ")),
        };
        QuantizerError::new(format!("unknown quantizer `{}`", call.name.it), call.name.span.clone())
            .help(help)
    })
}

/// The table of all quantizers and their arguments, in Markdown.
pub fn reference() -> String {
    let head = "| quantizer | argument | takes | default | meaning |\n|---|---|---|---|---|\n";
    head.to_owned() + &KINDS.iter().flat_map(rows).collect::<String>()
}

/// A row for the quantizer, and one for each of its parameters.
fn rows(kind: &Kind) -> Vec<String> {
    let first = format!("| `{}` | | | | {} |\n", kind.name, kind.meaning);
    let others = kind.parameters.iter().map(|p| {
        let takes = p.takes.describe();
        format!("| | `{}` | {takes} | `{}` | {} |\n", p.name, p.default, p.meaning)
    });
    [first].into_iter().chain(others).collect()
}
