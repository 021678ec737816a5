//! Which graphs are well formed. Whatever passes may be executed and lowered.

use super::{Graph, Kind, LayerError, Node, NodeId};

/// Checks every rule.
///
/// # Errors
/// The first rule that is broken, with the layer that breaks it.
pub fn validate(graph: &Graph) -> Result<(), LayerError> {
    for id in graph.ids() {
        let node = graph.node(id);
        let broken = inputs_come_first(id, node)
            .or_else(|| the_first_node_alone_is_the_input(id, node))
            .or_else(|| shapes_fit(graph, node))
            .or_else(|| quantizers_fit(node));
        if let Some(message) = broken {
            return Err(LayerError { layer: node.layer.clone(), message, help: None });
        }
    }
    let (classes, outputs) = (graph.classes.len(), graph.node(graph.output()).len());
    let message = format!("there are {classes} class names for {outputs} outputs");
    let layer = graph.node(graph.output()).layer.clone();
    if classes == outputs { Ok(()) } else { Err(LayerError { layer, message, help: None }) }
}

/// A node reads only nodes listed before it.
fn inputs_come_first(id: NodeId, node: &Node) -> Option<String> {
    let late = node.inputs.iter().find(|input| **input >= id)?;
    Some(format!("reads {late}, which is not listed before it"))
}

/// The first node is the input, no other is; every other kind reads as many nodes as it needs.
fn the_first_node_alone_is_the_input(id: NodeId, node: &Node) -> Option<String> {
    let is_input = matches!(node.kind, Kind::Input { .. });
    if is_input != (id.index() == 0) {
        return Some("the first node, and no other, is the input".into());
    }
    let (needed, given) = match node.kind {
        Kind::Input { .. } => (0..=0, node.inputs.len()),
        Kind::Add | Kind::Concatenate => (2..=usize::MAX, node.inputs.len()),
        _ => (1..=1, node.inputs.len()),
    };
    (!needed.contains(&given)).then(|| format!("a {} layer cannot have {given} inputs", node.kind.word()))
}

/// Every tensor has the shape that its node makes of its inputs'.
fn shapes_fit(graph: &Graph, node: &Node) -> Option<String> {
    let inputs: Vec<&Node> = node.inputs.iter().map(|id| graph.node(*id)).collect();
    let lens = || inputs.iter().map(|n| n.len());
    let expected = match &node.kind {
        Kind::Input { features, .. } => features.len(),
        Kind::Dense { kernel, bias } => {
            let units = kernel.shape.get(1).copied().unwrap_or(0);
            let fits = kernel.shape == [inputs[0].len(), units]
                && kernel.values.len() == inputs[0].len() * units
                && bias.as_ref().is_none_or(|b| b.shape == [units] && b.values.len() == units);
            if !fits {
                return Some(format!(
                    "its kernel {:?} does not fit {} inputs",
                    kernel.shape,
                    inputs[0].len()
                ));
            }
            units
        }
        Kind::Quantize(_) | Kind::Flatten => inputs[0].len(),
        Kind::Add if inputs.iter().any(|n| n.shape != inputs[0].shape) => {
            return Some("its inputs have different shapes".into());
        }
        Kind::Add => inputs[0].len(),
        Kind::Concatenate => lens().sum(),
        Kind::Argmax => 1,
    };
    (expected == 0 || node.len() != expected).then(|| format!("has {} elements, not {expected}", node.len()))
}

/// A quantizer for each element, or one for all.
fn quantizers_fit(node: &Node) -> Option<String> {
    let (Kind::Quantize(quantizer) | Kind::Input { quantizer, .. }) = &node.kind else { return None };
    let given = quantizer.len_if_each().filter(|n| *n != node.len())?;
    Some(format!("has {given} quantizers for {} elements", node.len()))
}
