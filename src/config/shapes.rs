//! What each layer reads, and the shapes that follow; whether they fit, and fit a device.

use super::layers::{Draft, DraftDense, DraftKind, Inputs};
use super::model::{Arithmetic, BatchNorm, Dense, Fold, Input, Kind, Layer, Operand};
use super::ports::{MAX_ELEMENTS, elements, twice};
use super::problem::{Code, Place, Problem};
use super::suggest;
use crate::quantizer::{QuantizerError, Spec};

/// Constant products of a network, at most. At [`LUTS_PER_PRODUCT`] that is more than the largest
/// FPGA there is (some four million LUTs).
pub const MAX_PRODUCTS: u64 = 400_000;

/// Layers of a network, at most.
const MAX_LAYERS: usize = 1000;

/// LUTs of one constant product with its addition at 6 bits: what 16-64-32-32-5 takes.
pub const LUTS_PER_PRODUCT: u64 = 11;

/// `drafts` with their operands and shapes.
///
/// # Errors
/// The first thing that does not fit, at its place.
pub(super) fn resolve(
    drafts: Vec<Draft>,
    input: &Input,
    arithmetic: Arithmetic,
) -> Result<Vec<Layer>, Problem> {
    few_enough(&drafts)?;
    different_names(&drafts)?;
    let names: Vec<String> = drafts.iter().map(|draft| draft.name.clone()).collect();
    let mut layers: Vec<Layer> = Vec::new();
    let mut products = 0;
    for draft in drafts {
        let inputs = operands(&draft, layers.len(), &names)?;
        let shapes: Vec<&[usize]> = inputs.iter().map(|&operand| shape_of(operand, &layers, input)).collect();
        let shape = result_shape(&draft, &shapes)?;
        let fan_in = shapes[0].last().copied().unwrap_or(1);
        small_enough(&draft, fan_in, &shape, &mut products)?;
        let kind = with_last(draft.kind, fan_in, arithmetic);
        layers.push(Layer {
            name: draft.name,
            inputs,
            kind,
            activation: draft.activation.quantizer,
            float: draft.activation.float,
            shape,
            place: draft.place,
        });
    }
    all_used(&layers)?;
    layers.iter().try_for_each(scales_fit)?;
    Ok(layers)
}

/// Lists of scales are as long as their axis, axes exist, groups divide them.
fn scales_fit(layer: &Layer) -> Result<(), Problem> {
    let wrong = |key: &str, spec: &Spec, error: QuantizerError| {
        let message = format!("layer `{}`, `{key}: {}`: {}", layer.name, spec.text(), error.message);
        let problem = Problem::new(Code::TensorScale, message).at(layer.place, "in this layer");
        error.help.map_or(problem.clone(), |help| problem.help(help))
    };
    if let Some(spec) = &layer.activation {
        let last = layer.shape.last().copied().unwrap_or(1);
        spec.of_channels(last).map_err(|error| wrong("activation", spec, error))?;
    }
    for (key, spec, shape) in quantized_tensors(&layer.kind) {
        let Some(spec) = spec else { continue };
        spec.suits(&shape).map_err(|error| wrong(key, spec, error))?;
    }
    Ok(())
}

/// The quantizers of a layer's tensors, with their keys and the tensors' shapes.
fn quantized_tensors(kind: &Kind) -> Vec<(&'static str, &Option<Spec>, Vec<usize>)> {
    match kind {
        Kind::Dense(dense) => vec![
            ("kernel", &dense.kernel, vec![dense.fan_in, dense.units]),
            ("bias", &dense.bias, vec![dense.units]),
        ],
        Kind::BatchNorm(BatchNorm { channels, quantizers: q, .. }) => {
            let all = [
                ("gamma", &q.gamma),
                ("beta", &q.beta),
                ("mean", &q.mean),
                ("variance", &q.variance),
                ("inverse", &q.inverse),
            ];
            all.into_iter().map(|(key, spec)| (key, spec, vec![*channels])).collect()
        }
        Kind::Activation | Kind::Flatten | Kind::Add | Kind::Concatenate | Kind::Dropout(_) => vec![],
    }
}

fn few_enough(drafts: &[Draft]) -> Result<(), Problem> {
    let Some(one_too_many) = drafts.get(MAX_LAYERS) else { return Ok(()) };
    Err(Problem::new(Code::TooLarge, format!("a network of {} layers", drafts.len()))
        .at(one_too_many.place, format!("at most {MAX_LAYERS} in all")))
}

fn different_names(drafts: &[Draft]) -> Result<(), Problem> {
    for (i, draft) in drafts.iter().enumerate() {
        if let Some(first) = drafts[..i].iter().find(|other| other.name == draft.name) {
            return Err(twice(&draft.name, "layer", first.place, draft.place));
        }
    }
    Ok(())
}

fn shape_of<'a>(operand: Operand, layers: &'a [Layer], input: &'a Input) -> &'a [usize] {
    match operand {
        Operand::Input => &input.shape,
        Operand::Layer(place) => &layers[place].shape,
    }
}

/// What the layer at place `index` reads: one operand or more, all of them before it.
fn operands(draft: &Draft, index: usize, names: &[String]) -> Result<Vec<Operand>, Problem> {
    let many = matches!(draft.kind, DraftKind::Add | DraftKind::Concatenate);
    let Some(inputs) = &draft.inputs else {
        return if many { Err(no_inputs(draft)) } else { Ok(vec![before(index)]) };
    };
    if many != (inputs.names.len() > 1) || inputs.names.is_empty() {
        return Err(input_count(draft, inputs, many));
    }
    inputs.names.iter().map(|(name, place)| operand(name, *place, index, names)).collect()
}

fn before(index: usize) -> Operand {
    index.checked_sub(1).map_or(Operand::Input, Operand::Layer)
}

fn no_inputs(draft: &Draft) -> Problem {
    Problem::new(Code::MissingKey, format!("layer `{}` needs the key `inputs`", draft.name))
        .at(draft.place, "this layer reads two or more others")
        .help("name them, such as `inputs: [a, b]`")
}

fn input_count(draft: &Draft, inputs: &Inputs, many: bool) -> Problem {
    let wanted = if many { "two operands or more" } else { "one operand" };
    let message = format!("layer `{}` reads {wanted}, not {}", draft.name, inputs.names.len());
    Problem::new(Code::InputCount, message).at(inputs.place, format!("{wanted} here"))
}

fn operand(name: &str, place: Place, index: usize, names: &[String]) -> Result<Operand, Problem> {
    if name == "input" {
        return Ok(Operand::Input);
    }
    let found = names.iter().position(|other| other == name);
    match found {
        Some(layer) if layer < index => Ok(Operand::Layer(layer)),
        Some(_) => Err(Problem::new(Code::UnknownInput, format!("layer `{name}` does not come before"))
            .at(place, "this layer is computed later")
            .help("a layer reads `input` and the layers above it: move that one up")),
        None => {
            let known = std::iter::once("input").chain(names[..index].iter().map(String::as_str));
            Err(Problem::new(Code::UnknownInput, format!("there is no layer `{name}`"))
                .at(place, "this operand")
                .help(suggest::help(name, "a layer may read", known)))
        }
    }
}

/// Dimensions of what `draft` computes from operands of `shapes`.
fn result_shape(draft: &Draft, shapes: &[&[usize]]) -> Result<Vec<usize>, Problem> {
    match &draft.kind {
        DraftKind::Dense(dense) if shapes[0].len() == 1 => Ok(vec![dense.units]),
        DraftKind::Dense(_) => Err(does_not_fit(draft, shapes, "a dense layer reads one dimension")
            .help("put a layer of kind `flatten` before it")),
        DraftKind::Activation | DraftKind::BatchNorm(_) | DraftKind::Dropout(_) => Ok(shapes[0].to_vec()),
        DraftKind::Flatten => Ok(vec![elements(shapes[0])]),
        DraftKind::Add if shapes.iter().all(|shape| *shape == shapes[0]) => Ok(shapes[0].to_vec()),
        DraftKind::Add => Err(does_not_fit(draft, shapes, "a sum needs operands of one shape")),
        DraftKind::Concatenate => concatenated(draft, shapes),
    }
}

fn concatenated(draft: &Draft, shapes: &[&[usize]]) -> Result<Vec<usize>, Problem> {
    let all_but_last = |shape: &[usize]| shape[..shape.len() - 1].to_vec();
    let front = all_but_last(shapes[0]);
    if shapes.iter().any(|shape| all_but_last(shape) != front) {
        return Err(does_not_fit(draft, shapes, "operands may differ in their last dimension only"));
    }
    let last = shapes.iter().map(|shape| shape[shape.len() - 1]).sum();
    Ok([front, vec![last]].concat())
}

fn does_not_fit(draft: &Draft, shapes: &[&[usize]], rule: &str) -> Problem {
    let given = shapes.iter().map(|shape| format!("{shape:?}")).collect::<Vec<_>>().join(" and ");
    Problem::new(Code::ShapeMismatch, format!("layer `{}` reads {given}: {rule}", draft.name))
        .at(draft.place, "this layer")
}

/// Counts the layer's constant products and elements.
fn small_enough(draft: &Draft, fan_in: usize, shape: &[usize], products: &mut u64) -> Result<(), Problem> {
    let mut place = draft.place;
    let values = shape.iter().fold(1u64, |all, &n| all.saturating_mul(n as u64));
    let own = match &draft.kind {
        DraftKind::Dense(dense) => {
            place = dense.units_place;
            values.saturating_mul(fan_in as u64)
        }
        DraftKind::BatchNorm(_) => values,
        _ => 0,
    };
    *products = products.saturating_add(own);
    if *products <= MAX_PRODUCTS && values <= MAX_ELEMENTS {
        return Ok(());
    }
    Err(too_large(draft, place, values, *products))
}

fn too_large(draft: &Draft, place: Place, values: u64, products: u64) -> Problem {
    let luts = products.saturating_mul(LUTS_PER_PRODUCT);
    let size = format!("{values} values and, with the layers before, {products} constant products");
    Problem::new(Code::TooLarge, format!("layer `{}` brings {size}: some {luts} LUTs", draft.name))
        .at(place, format!("at most {MAX_ELEMENTS} values and {MAX_PRODUCTS} products"))
        .help("the largest FPGAs have some 4000000 LUTs: use fewer units")
}

/// The kind, given the last dimension of what it reads.
fn with_last(kind: DraftKind, last: usize, arithmetic: Arithmetic) -> Kind {
    match kind {
        DraftKind::Dense(DraftDense { units, kernel, bias, use_bias, fold, arithmetic: own, .. }) => {
            Kind::Dense(Dense {
                fan_in: last,
                units,
                kernel,
                bias,
                use_bias,
                fold: fold.map(|fold| Fold { norm: BatchNorm { channels: units, ..fold.norm }, ..fold }),
                arithmetic: own.unwrap_or(arithmetic),
            })
        }
        DraftKind::Activation => Kind::Activation,
        DraftKind::Flatten => Kind::Flatten,
        DraftKind::Add => Kind::Add,
        DraftKind::Concatenate => Kind::Concatenate,
        DraftKind::BatchNorm(norm) => Kind::BatchNorm(BatchNorm { channels: last, ..norm }),
        DraftKind::Dropout(dropout) => Kind::Dropout(dropout),
    }
}

/// Every layer but the last is read by another.
fn all_used(layers: &[Layer]) -> Result<(), Problem> {
    let is_read = |index| layers.iter().any(|layer| layer.inputs.contains(&Operand::Layer(index)));
    let last = layers.len().saturating_sub(1);
    let unused = (0..last).find(|&index| !is_read(index));
    unused.map_or(Ok(()), |index| {
        let layer = &layers[index];
        Err(Problem::new(Code::UnusedLayer, format!("nobody reads layer `{}`", layer.name))
            .at(layer.place, "this layer")
            .help("only the last layer goes out: name this one among the `inputs` of another, or remove it"))
    })
}
