//! Which layers multiply by a scale that is no power of two, and what that takes: a note for `heteroq check`.

use crate::fixed::{Dyadic, Interval};
use crate::graph::format::Element;
use crate::graph::{Kind, Node, Parameter};
use crate::lower::{common, luts};
use crate::quantizer::{Hardware, Quantizer};

/// A layer whose scale is no power of two, and what the product with it takes.
pub(super) fn note(node: &Node, own: &[Element]) -> Option<String> {
    let (what, factors): (&str, Vec<i128>) = match &node.kind {
        Kind::Dense { kernel, .. } => ("kernel", (0..node.len()).map(|o| unit_factor(kernel, o)).collect()),
        Kind::BatchNorm { a, .. } => {
            let channels = a.values.iter().map(|a| a.mantissa()).cycle();
            ("batch normalization", channels.take(node.len()).collect())
        }
        Kind::Quantize(q) => ("activation", (0..node.len()).map(|i| step_factor(q.at(i).as_ref())).collect()),
        _ => return None,
    };
    let luts = |(factor, x): (&i128, &Element)| {
        let digits = Interval::point(*factor).width();
        luts::of_product(*factor, x.interval.width().saturating_sub(digits).max(1))
    };
    let most = factors.iter().zip(own).map(luts).fold(0.0, f64::max);
    (most > 0.0).then(|| {
        format!(
            "`{}`: the scale of its {what} is no power of two: a constant product of some {most:.0} LUTs an \
             element, where a quantizer of few levels does not make it needless",
            node.layer
        )
    })
}

/// The odd factor that all weights of unit `o` have.
fn unit_factor(kernel: &Parameter, o: usize) -> i128 {
    let weights: Vec<Dyadic> = kernel.values.iter().skip(o).step_by(kernel.shape[1]).copied().collect();
    // Weights of a few bits may have a small factor by chance.
    Some(common(&weights).mantissa()).filter(|factor| *factor > 255).unwrap_or(1)
}

/// The odd factor of the grid's step.
fn step_factor(quantizer: &dyn Quantizer) -> i128 {
    match quantizer.hardware() {
        Hardware::Grid { scale, .. } => scale.mantissa(),
        Hardware::Levels { .. } | Hardware::Never { .. } => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::NodeId;

    fn note_of(weights: [Dyadic; 2]) -> Option<String> {
        let kernel = Parameter { shape: vec![2, 1], quantizer: None, values: weights.to_vec() };
        let kind = Kind::Dense { kernel, bias: None };
        let node = Node { layer: "fc".to_owned(), inputs: vec![NodeId::new(0)], kind, shape: vec![1] };
        note(&node, &[Element { frac: 0, interval: Interval::of_width(true, 34) }])
    }

    #[test]
    fn only_a_scale_that_is_no_power_of_two_is_noted() {
        let weight = |scale: f32, k| Dyadic::from_f32(scale).unwrap().times(Dyadic::new(k, 0)).unwrap();
        assert_eq!(note_of([weight(0.25, 3), weight(0.25, -5)]), None);
        // 0.3 is 5033165 · 2^-24: 23 digits of the 34, and 12 of them signed digits that are not zero.
        let text = note_of([weight(0.3, 3), weight(0.3, -5)]).unwrap();
        assert!(
            text.starts_with(
                "`fc`: the scale of its kernel is no power of two: a constant product of some 48 LUTs"
            ),
            "{text}"
        );
    }
}
