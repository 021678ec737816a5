//! Operands joined: their sum, or one after another.

use super::{How, Operation, Scratch};

/// The sum of all operands, element by element, in f32 from the first one on.
#[derive(Debug, Clone)]
pub struct Add {
    /// Elements of a row.
    pub width: usize,
}

impl Operation for Add {
    fn width(&self) -> usize {
        self.width
    }

    fn forward(&self, inputs: &[&[f32]], output: &mut [f32], _: &mut Scratch, _: How) {
        output.copy_from_slice(inputs[0]);
        for input in &inputs[1..] {
            output.iter_mut().zip(*input).for_each(|(y, x)| *y += x);
        }
    }

    fn backward(&self, _: &[&[f32]], slope: &mut [f32], wanted: &[bool], scratch: &mut Scratch) {
        for (toward, _) in scratch.toward.iter_mut().zip(wanted).filter(|(_, wanted)| **wanted) {
            toward.clear();
            toward.extend_from_slice(slope);
        }
    }
}

/// The operands one after another along their last dimension, as Keras's `Concatenate`.
#[derive(Debug, Clone)]
pub struct Concatenate {
    /// The last dimension of each operand.
    pub parts: Vec<usize>,
    /// How many such pieces a row has: the product of the other dimensions.
    pub pieces: usize,
}

impl Concatenate {
    fn last(&self) -> usize {
        self.parts.iter().sum()
    }

    /// Where each operand begins in a piece.
    fn starts(&self) -> impl Iterator<Item = (usize, usize)> {
        let mut start = 0;
        self.parts.iter().map(move |part| {
            start += part;
            (start - part, *part)
        })
    }
}

impl Operation for Concatenate {
    fn width(&self) -> usize {
        self.pieces * self.last()
    }

    fn forward(&self, inputs: &[&[f32]], output: &mut [f32], _: &mut Scratch, _: How) {
        for (input, (start, part)) in inputs.iter().zip(self.starts()) {
            let pieces = output.chunks_exact_mut(self.last());
            pieces.zip(input.chunks_exact(part)).for_each(|(y, x)| y[start..start + part].copy_from_slice(x));
        }
    }

    fn backward(&self, _: &[&[f32]], slope: &mut [f32], wanted: &[bool], scratch: &mut Scratch) {
        let operands = scratch.toward.iter_mut().zip(self.starts()).zip(wanted);
        for ((toward, (start, part)), _) in operands.filter(|(_, wanted)| **wanted) {
            let pieces = slope.chunks_exact(self.last()).flat_map(|dy| &dy[start..start + part]);
            toward.clear();
            toward.extend(pieces);
        }
    }
}
