//! Which graphs are well formed. Whatever passes may be executed and lowered.

use super::{Graph, Kind, LayerError, Node, NodeId, Parameter};

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
    (!needed.contains(&given)).then(|| format!("`{}` cannot have {given} inputs", node.kind.word()))
}

/// Every tensor has the shape that its node makes of its inputs'.
fn shapes_fit(graph: &Graph, node: &Node) -> Option<String> {
    let inputs: Vec<&Node> = node.inputs.iter().map(|id| graph.node(*id)).collect();
    let lens = || inputs.iter().map(|n| n.len());
    let expected = match &node.kind {
        Kind::Input { features, .. } => features.len(),
        Kind::Dense { kernel, bias } => {
            let (fan_in, units) = (inputs[0].len(), kernel.shape.get(1).copied().unwrap_or(0));
            if !is_dense(kernel, bias.as_ref(), fan_in, units) {
                return Some(format!("its kernel {:?} does not fit {fan_in} inputs", kernel.shape));
            }
            units
        }
        Kind::Quantize(_) | Kind::Flatten => inputs[0].len(),
        Kind::Add if inputs.iter().any(|n| n.shape != inputs[0].shape) => {
            return Some("its inputs have different shapes".into());
        }
        Kind::Add => inputs[0].len(),
        Kind::BatchNorm { a, b } => {
            let last = inputs[0].shape.last().copied().unwrap_or(1);
            let fits = |p: &Parameter| p.shape == [last] && p.values.len() == last;
            if !(fits(a) && fits(b)) {
                return Some(format!(
                    "its constants {:?} and {:?} do not fit {last} channels",
                    a.shape, b.shape
                ));
            }
            inputs[0].len()
        }
        Kind::Concatenate if inputs.iter().any(|n| front(n) != front(inputs[0])) => {
            return Some("its inputs differ in more than their last dimension".into());
        }
        Kind::Concatenate => lens().sum(),
        Kind::Argmax => 1,
    };
    (expected == 0 || node.len() != expected).then(|| format!("has {} elements, not {expected}", node.len()))
}

/// Whether the parameters are those of a dense layer of so many inputs and units.
fn is_dense(kernel: &Parameter, bias: Option<&Parameter>, fan_in: usize, units: usize) -> bool {
    kernel.shape == [fan_in, units]
        && kernel.values.len() == fan_in * units
        && bias.is_none_or(|b| b.shape == [units] && b.values.len() == units)
}

/// All dimensions but the last.
fn front(node: &Node) -> &[usize] {
    node.shape.split_last().map_or(&[], |(_, front)| front)
}

/// A quantizer for each element, or one for all.
fn quantizers_fit(node: &Node) -> Option<String> {
    let (Kind::Quantize(quantizer) | Kind::Input { quantizer, .. }) = &node.kind else { return None };
    let given = quantizer.len_if_each().filter(|n| *n != node.len())?;
    Some(format!("has {given} quantizers for {} elements", node.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::Dyadic;
    use crate::graph::Broadcast;

    fn graph(nodes: Vec<(&[usize], Kind, &[usize])>, classes: usize) -> Graph {
        let node = |(inputs, kind, shape): (&[usize], Kind, &[usize])| Node {
            layer: "layer".to_owned(),
            inputs: inputs.iter().map(|n| NodeId::new(*n)).collect(),
            kind,
            shape: shape.to_vec(),
        };
        let nodes = nodes.into_iter().map(node).collect();
        Graph { name: "made".to_owned(), nodes, classes: vec![String::new(); classes] }
    }

    fn input(features: usize) -> Kind {
        let quantizer =
            Broadcast::All(crate::quantizer::parse("quantized_bits(4, 1)").unwrap().fixed().unwrap());
        Kind::Input { features: vec![String::new(); features], quantizer }
    }

    fn dense(inputs: usize, units: usize) -> Kind {
        let values = vec![Dyadic::ONE; inputs * units];
        Kind::Dense { kernel: Parameter { shape: vec![inputs, units], quantizer: None, values }, bias: None }
    }

    fn refused(nodes: Vec<(&[usize], Kind, &[usize])>, classes: usize) -> String {
        validate(&graph(nodes, classes)).map_or_else(|e| e.message, |()| "nothing".to_owned())
    }

    #[test]
    fn what_fits_passes() {
        assert_eq!(refused(vec![(&[], input(3), &[3]), (&[0], dense(3, 2), &[2])], 2), "nothing");
        let joined = vec![(&[][..], input(6), &[2, 3][..]), (&[0, 0], Kind::Concatenate, &[2, 6])];
        assert_eq!(refused(joined, 12), "nothing");
    }

    #[test]
    fn each_rule_is_checked() {
        let late = vec![(&[][..], input(3), &[3][..]), (&[1], Kind::Flatten, &[3])];
        assert_eq!(refused(late, 3), "reads n1, which is not listed before it");
        let inputs = vec![(&[][..], input(3), &[3][..]), (&[], input(3), &[3])];
        assert_eq!(refused(inputs, 3), "the first node, and no other, is the input");
        let lonely = vec![(&[][..], input(3), &[3][..]), (&[0], Kind::Add, &[3])];
        assert_eq!(refused(lonely, 3), "`add` cannot have 1 inputs");
        let narrow = vec![(&[][..], input(3), &[3][..]), (&[0], dense(2, 2), &[2])];
        assert_eq!(refused(narrow, 2), "its kernel [2, 2] does not fit 3 inputs");
        let shapes = vec![(&[][..], input(6), &[2, 3][..]), (&[0], Kind::Flatten, &[6])];
        let added = [shapes.clone(), vec![(&[0, 1][..], Kind::Add, &[6][..])]].concat();
        assert_eq!(refused(added, 6), "its inputs have different shapes");
        let joined = [shapes, vec![(&[0, 1][..], Kind::Concatenate, &[12][..])]].concat();
        assert_eq!(refused(joined, 12), "its inputs differ in more than their last dimension");
        let constants = |n| Parameter { shape: vec![n], quantizer: None, values: vec![Dyadic::ONE; n] };
        let norm = |a, b| Kind::BatchNorm { a: constants(a), b: constants(b) };
        let normed = |a, b| vec![(&[][..], input(6), &[2, 3][..]), (&[0], norm(a, b), &[2, 3])];
        assert_eq!(refused(normed(3, 3), 6), "nothing");
        assert_eq!(refused(normed(6, 3), 6), "its constants [6] and [3] do not fit 3 channels");
        assert_eq!(refused(normed(3, 2), 6), "its constants [3] and [2] do not fit 3 channels");
        let long = vec![(&[][..], input(3), &[3][..]), (&[0], Kind::Flatten, &[4])];
        assert_eq!(refused(long, 4), "has 4 elements, not 3");
        assert_eq!(refused(vec![(&[], input(3), &[3])], 2), "there are 2 class names for 3 outputs");
        let one = Broadcast::Each(vec![crate::quantizer::parse("binary(alpha=1)").unwrap().fixed().unwrap()]);
        let each = vec![(&[][..], input(3), &[3][..]), (&[0], Kind::Quantize(one), &[3])];
        assert_eq!(refused(each, 3), "has 1 quantizers for 3 elements");
    }
}
