//! What one entry asks for: its keys, and the quantizers under them.

use crate::config::fields::{Fields, read};
use crate::config::keys::{Key, Table, key};
use crate::config::problem::{Code, Place, Problem};
use crate::config::quantizers;
use crate::config::tree::{Node, Value};
use crate::config::{Function, Kind};
use crate::quantizer::{Sigmoid, Spec};

/// The quantizers of an entry.
pub(super) enum Wish {
    /// For a dense layer.
    Dense {
        /// The kernel's; without one the layer is left alone.
        kernel: Option<Quantized>,
        /// The bias's.
        bias: Option<Quantized>,
        /// The one after it; without one, a float function becomes its usual quantizer.
        activation: Option<Quantized>,
    },
    /// For an activation.
    Activation {
        /// By the float function that it replaces.
        functions: Vec<(Function, Quantized)>,
        /// Whatever it replaces.
        any: Option<Quantized>,
    },
}

/// A quantizer that a layer is to get.
#[derive(Clone)]
pub(super) struct Quantized {
    /// As it is written.
    pub(super) written: String,
    /// As `check` shows it.
    pub(super) canonical: String,
}

/// QKeras's key for what a layer ends in.
const ANY: &str = "activation_quantizer";

const fn entry(name: &'static str, meaning: &'static str) -> Key {
    key(name, "quantizer", "none", meaning)
}

const DENSE: Table = Table {
    title: "the entry of a dense layer",
    common: &[],
    keys: &[
        entry("kernel_quantizer", "the kernel's quantizer"),
        entry("bias_quantizer", "the bias's quantizer"),
        entry(ANY, "the quantizer after it"),
        entry("kernel", "`kernel_quantizer`"),
        entry("bias", "`bias_quantizer`"),
        entry("activation", "`activation_quantizer`"),
    ],
};

const ACTIVATION: Table = Table {
    title: "the entry of an activation",
    common: &[],
    keys: &[
        entry("linear", "the quantizer in the place of `linear`"),
        entry("relu", "the quantizer in the place of `relu`"),
        entry("tanh", "the quantizer in the place of `tanh`"),
        entry("sigmoid", "the quantizer in the place of `sigmoid`"),
        entry("softmax", "the quantizer in the place of `softmax`"),
        entry(ANY, "the quantizer, whatever it replaces"),
        entry("activation", "`activation_quantizer`"),
        entry("quantizer", "`activation_quantizer`"),
    ],
};

const NOTHING: Table = Table { title: "the entry of a layer without quantizers", common: &[], keys: &[] };

/// Which keys an entry has.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// Those of a dense layer.
    Dense,
    /// Those of what stands in a function's place.
    Activation,
    /// None.
    Nothing,
}

impl Form {
    /// The form of the entry for a layer of this kind.
    pub(super) fn of(kind: &Kind) -> Form {
        match kind {
            Kind::Dense(_) => Form::Dense,
            Kind::Activation | Kind::Add | Kind::Concatenate => Form::Activation,
            Kind::Flatten | Kind::BatchNorm(_) | Kind::Dropout(_) => Form::Nothing,
        }
    }
}

/// What `node`, under the key at `place`, asks for; nothing, if it is empty.
///
/// # Errors
/// What is wrong, at its place.
pub(super) fn wish(node: &Node, place: Place, form: Form, sigmoid: Sigmoid) -> Result<Option<Wish>, Problem> {
    let fields = |node, table| Fields::of(node, place, table).map(|fields| fields.with_sigmoid(sigmoid));
    match (&node.value, form) {
        (Value::Nothing, _) => Ok(None),
        (_, Form::Dense) => dense(&fields(node, &DENSE)?).map(Some),
        (Value::Text(_), Form::Activation) => activation(&fields(&whatever(node), &ACTIVATION)?).map(Some),
        (_, Form::Activation) => activation(&fields(node, &ACTIVATION)?).map(Some),
        (_, Form::Nothing) => fields(node, &NOTHING).map(|_| None),
    }
}

/// A text alone is the quantizer, whatever it replaces.
fn whatever(text: &Node) -> Node {
    let key = Node { value: Value::Text(ANY.to_owned()), place: text.place };
    Node { value: Value::Map(vec![(key, text.clone())]), place: text.place }
}

fn dense(fields: &Fields) -> Result<Wish, Problem> {
    Ok(Wish::Dense {
        kernel: quantizer(fields, &["kernel_quantizer", "kernel"], quantizers::kernel)?,
        bias: quantizer(fields, &["bias_quantizer", "bias"], quantizers::parameter)?,
        activation: quantizer(fields, &[ANY, "activation"], quantizers::activation)?,
    })
}

fn activation(fields: &Fields) -> Result<Wish, Problem> {
    let mut functions = Vec::new();
    for function in Function::ALL {
        let found = quantizer(fields, &[function.word()], quantizers::activation)?;
        functions.extend(found.map(|found| (*function, found)));
    }
    let any = quantizer(fields, &[ANY, "activation", "quantizer"], quantizers::activation)?;
    Ok(Wish::Activation { functions, any })
}

type Reader = fn(&Fields, &str) -> Result<Option<Spec>, Problem>;

/// The quantizer of the one of `names`, all for the same, that is given; `null` gives none, as in QKeras.
fn quantizer(fields: &Fields, names: &[&str], reader: Reader) -> Result<Option<Quantized>, Problem> {
    let given: Vec<&str> = names.iter().copied().filter(|name| fields.node(name).is_some()).collect();
    if let [first, second, ..] = given[..] {
        return Err(Problem::new(Code::Conflict, format!("`{first}` and `{second}` are the same key"))
            .at(fields.key_place(first), "this")
            .at(fields.key_place(second), "and this")
            .help("remove one of the two"));
    }
    let node = given.first().and_then(|name| fields.node(name));
    let Some(node) = node.filter(|node| !matches!(node.value, Value::Nothing)) else { return Ok(None) };
    let canonical = reader(fields, given[0])?.expect("the key is given").text().to_owned();
    Ok(Some(Quantized { written: read(node)?, canonical }))
}
