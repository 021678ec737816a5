//! Which quantizers a number of bits in `limit` chooses from: `quantizers` of `search`, AutoQKeras's
//! `quantization_config`.

use super::map;
use crate::config::fields::{Fields, read, within};
use crate::config::keys::search as keys;
use crate::config::problem::{Code, Place, Problem};
use crate::config::quantizers::{of_activation, of_kernel, of_parameter};
use crate::config::search::{Choices, Role};
use crate::config::tree::{Node, Value};
use crate::quantizer::{self, Hardware, Scale, Sigmoid, Spec};

/// Quantizers as they are written, and the bits that they count for.
type Usual = &'static [(&'static str, u32)];

/// AutoQKeras's `default_quantization_config`. Its activation `binary(alpha='auto_po2')` is not among them: that scale
/// would be found from each batch of events.
const KERNEL: Usual = &[
    ("binary()", 1),
    ("stochastic_binary()", 1),
    ("ternary()", 2),
    ("stochastic_ternary()", 2),
    ("quantized_bits(2, 1, 1, alpha=1.0)", 2),
    ("quantized_bits(4, 0, 1)", 4),
    ("quantized_bits(8, 0, 1)", 8),
    ("quantized_po2(4, 1)", 4),
];
const BIAS: Usual =
    &[("quantized_bits(4, 0, 1)", 4), ("quantized_bits(8, 3, 1)", 8), ("quantized_po2(4, 8)", 4)];
const ACTIVATION: Usual = &[
    ("binary()", 1),
    ("ternary()", 2),
    ("quantized_relu(3, 1)", 3),
    ("quantized_relu(4, 2)", 4),
    ("quantized_relu(8, 2)", 8),
    ("quantized_relu(8, 4)", 8),
    ("quantized_relu(16, 8)", 16),
    ("quantized_relu_po2(4, 4)", 4),
];
const LINEAR: Usual = &[
    ("binary()", 1),
    ("ternary()", 2),
    ("quantized_bits(4, 1)", 4),
    ("quantized_bits(8, 2)", 8),
    ("quantized_bits(16, 10)", 16),
    ("quantized_po2(6, 4)", 6),
];

/// `quantizers` of `search`.
///
/// # Errors
/// What is wrong, at its place.
pub(super) fn choices(fields: &Fields) -> Result<Choices, Problem> {
    let map = map(fields, "quantizers", &keys::QUANTIZERS)?;
    Ok(Choices {
        kernel: of_role(&map, "kernel", Role::Kernel, KERNEL)?,
        bias: of_role(&map, "bias", Role::Bias, BIAS)?,
        activation: of_role(&map, "activation", Role::Activation, ACTIVATION)?,
        linear: of_role(&map, "linear", Role::Linear, LINEAR)?,
    })
}

fn of_role(map: &Fields, key: &str, role: Role, usual: Usual) -> Result<Vec<(Spec, u32)>, Problem> {
    let Some(node) = map.node(key) else {
        return Ok(usual.iter().map(|(text, bits)| (known(text, role, map.sigmoid), *bits)).collect());
    };
    let Value::Map(pairs) = &node.value else {
        return Err(Problem::new(Code::WrongType, format!("{} where a map is wanted", node.value.what()))
            .at(node.place, "this must be a map of quantizers to the bits that they count for")
            .help("such as {\"quantized_bits(4, 0, alpha=1)\": 4}"));
    };
    if pairs.is_empty() {
        return Err(Problem::new(Code::Empty, "no quantizer to choose")
            .at(node.place, "this is empty")
            .help("such as {\"quantized_bits(4, 0, alpha=1)\": 4}, or remove the key: AutoQKeras's are chosen from then"));
    }
    let names: Vec<&Node> = pairs.iter().map(|(name, _)| name).collect();
    let specs = quantizers(&names, role, map.sigmoid, node.place)?;
    let bits = pairs.iter().map(|(_, bits)| Ok(u32::try_from(within(bits, 1, 64)?).expect("at most 64")));
    Ok(specs.into_iter().zip(bits.collect::<Result<Vec<_>, Problem>>()?).collect())
}

fn known(text: &str, role: Role, sigmoid: Sigmoid) -> Spec {
    let spec = quantizer::parse_with(text, sigmoid).expect("QKeras's own quantizers");
    if role == Role::Kernel { spec.for_kernel().expect("QKeras's own kernels") } else { spec }
}

/// The quantizers at `nodes`, in the list or map at `place`: at least one, all different.
///
/// # Errors
/// What is wrong, at its place.
pub(super) fn quantizers(
    nodes: &[&Node],
    role: Role,
    sigmoid: Sigmoid,
    place: Place,
) -> Result<Vec<Spec>, Problem> {
    let mut specs: Vec<Spec> = Vec::new();
    for node in nodes {
        let spec = match role {
            Role::Kernel => of_kernel(node, sigmoid)?,
            Role::Bias => of_parameter(node, sigmoid)?,
            Role::Activation | Role::Linear => of_activation(node, sigmoid)?,
        };
        has_exact_form(&spec, node)?;
        if let Some(first) = specs.iter().position(|other| other.text() == spec.text()) {
            return Err(twice(&read::<String>(node)?, nodes[first], node));
        }
        specs.push(spec);
    }
    if specs.is_empty() {
        return Err(Problem::new(Code::Empty, "no quantizer to choose")
            .at(place, "this is empty")
            .help("list the quantizers, or give a number: the most bits"));
    }
    Ok(specs)
}

/// That a network with this quantizer can be judged, and built: no trial with another one could.
fn has_exact_form(spec: &Spec, node: &Node) -> Result<(), Problem> {
    let Hardware::Never { why, instead } = spec.at(Scale::ONE).hardware() else { return Ok(()) };
    Err(Problem::new(Code::BadQuantizer, format!("`{}` has no exact form: {why}", spec.text()))
        .at(node.place, "every trial with it would fail")
        .help(instead))
}

fn twice(text: &str, first: &Node, second: &Node) -> Problem {
    Problem::new(Code::DuplicateName, format!("`{text}` is listed already"))
        .at(first.place, "this quantizer")
        .at(second.place, "is the same")
        .help("remove one of the two")
}
