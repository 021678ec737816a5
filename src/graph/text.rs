//! How a graph is written down, for people and for tests.
//!
//! ```text
//! graph tiny
//! n0 input = input 4 quantized_bits(8, 3)
//! n1 fc1 = dense n0 4x4 quantized_bits(4, 1, alpha=1) bias quantized_bits(4, 1, alpha=1)
//! n2 fc1 = quantize n1 quantized_relu(4, 2)
//! output n2 yes no maybe never
//! ```

use super::{Broadcast, Graph, Kind, Parameter, SharedQuantizer};
use std::fmt::Write;

/// The text of `graph`: its structure and quantizers, without the parameters' values.
pub fn write(graph: &Graph) -> String {
    let mut text = format!("graph {}\n", graph.name);
    for id in graph.ids() {
        let node = graph.node(id);
        let inputs: String = node.inputs.iter().map(|i| format!(" {i}")).collect();
        let _ = writeln!(text, "{id} {} = {}{inputs}{}", node.layer, node.kind.word(), details(&node.kind));
    }
    let _ = writeln!(text, "output {} {}", graph.output(), graph.classes.join(" "));
    text
}

fn details(kind: &Kind) -> String {
    match kind {
        Kind::Input { features, quantizer } => format!(" {} {}", features.len(), broadcast(quantizer)),
        Kind::Dense { kernel, bias } => {
            let shape: Vec<String> = kernel.shape.iter().map(ToString::to_string).collect();
            let bias = bias.as_ref().map_or(String::new(), |b| format!(" bias {}", parameter(b)));
            format!(" {} {}{bias}", shape.join("x"), parameter(kernel))
        }
        Kind::BatchNorm { a, .. } => format!(" {}", a.values.len()),
        Kind::Quantize(quantizer) => format!(" {}", broadcast(quantizer)),
        Kind::Flatten | Kind::Add | Kind::Concatenate | Kind::Argmax => String::new(),
    }
}

fn parameter(parameter: &Parameter) -> String {
    parameter.quantizer.as_ref().map_or("as stored".to_owned(), |q| q.text().to_owned())
}

fn broadcast(quantizer: &Broadcast<SharedQuantizer>) -> String {
    match quantizer {
        Broadcast::All(one) => one.text(),
        Broadcast::Each(many) => many.iter().map(|q| q.text()).collect::<Vec<_>>().join("; "),
    }
}
