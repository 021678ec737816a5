//! By what a quantizer's grid is stretched: what the string says, and what a tensor makes of it.

use super::QuantizerError;
use super::number::exponent_of;
use std::ops::Range;

/// What a quantizer's `alpha` argument says about its scale.
#[derive(Debug, Clone, PartialEq)]
pub enum Alpha {
    /// The quantizer has no such argument.
    Absent,
    /// Not given: 1, but `auto_po2` for a kernel, as in QKeras.
    None,
    /// This number.
    Number(f32),
    /// A number for each index of the last axis.
    List(Vec<f32>),
    /// Found from the tensor.
    Auto,
    /// Found from the tensor, a power of two.
    AutoPo2,
}

impl Alpha {
    /// Whether the scale is found from a tensor.
    pub fn is_automatic(&self) -> bool {
        matches!(self, Alpha::Auto | Alpha::AutoPo2)
    }

    /// The numbers it holds: one, or one for each index of the last axis. None if they are found from a tensor.
    pub fn numbers(&self) -> Option<Vec<f32>> {
        match self {
            Alpha::Absent | Alpha::None => Some(vec![1.0]),
            Alpha::Number(alpha) => Some(vec![*alpha]),
            Alpha::List(list) => Some(list.clone()),
            Alpha::Auto | Alpha::AutoPo2 => None,
        }
    }

    /// The first number, or 1.
    pub(super) fn first(&self) -> f32 {
        self.numbers().map_or(1.0, |numbers| numbers[0])
    }

    /// The greatest number, at least 1: what QKeras bounds weights by.
    pub(super) fn bound(&self) -> f32 {
        self.numbers().unwrap_or_default().into_iter().fold(1.0, f32::max)
    }

    /// Whether every number is a power of two. An automatic one is not known.
    pub(super) fn is_power_of_two(&self) -> bool {
        match self {
            Alpha::Auto => false,
            alpha => alpha.numbers().into_iter().flatten().all(|n| exponent_of(n).is_some()),
        }
    }
}

/// The scale of one element: `y = output · level(x / input)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// What the input is divided by, above zero. (1 where the string gives a number: QKeras then scales the result
    /// only, but for `quantized_linear`.)
    pub input: f32,
    /// What the result is multiplied by.
    pub output: f32,
}

impl Scale {
    /// Nothing is scaled.
    pub const ONE: Scale = Scale { input: 1.0, output: 1.0 };

    /// The same number for the input and the result.
    pub fn both(scale: f32) -> Scale {
        Scale { input: scale, output: scale }
    }

    /// A number for the result alone.
    pub fn of_output(output: f32) -> Scale {
        Scale { input: 1.0, output }
    }
}

/// A tensor of f32, last index fastest.
#[derive(Debug, Clone, Copy)]
pub struct Tensor<'a> {
    /// Its dimensions.
    pub shape: &'a [usize],
    /// Its elements, all of them (or none, where only the shape matters).
    pub values: &'a [f32],
}

/// The scales of a tensor's elements: elements of one cell share theirs.
#[derive(Debug, Clone, PartialEq)]
pub struct Scales {
    /// The tensor's dimensions, 1 where the scale does not depend on the index: it broadcasts to the tensor.
    pub shape: Vec<usize>,
    /// The cell of each element.
    cell_of: Vec<usize>,
    /// The scale of each cell, last index fastest.
    cells: Vec<Scale>,
}

impl Scales {
    /// One scale for each of the cells of `layout`.
    pub(super) fn new(layout: Layout, cells: Vec<Scale>) -> Scales {
        debug_assert_eq!(layout.count, cells.len());
        Scales { shape: layout.shape, cell_of: layout.cell_of, cells }
    }

    /// Scales that were found before: `outputs`, in `shape`, for a tensor. None if they do not broadcast to it.
    pub fn found(tensor: &Tensor, shape: &[usize], outputs: &[f32]) -> Option<Scales> {
        let axes: Vec<usize> = (0..shape.len()).filter(|axis| shape[*axis] != 1).collect();
        let cells = outputs.iter().map(|scale| Scale::both(*scale)).collect();
        let fits = shape.len() == tensor.shape.len() && axes.iter().all(|a| shape[*a] == tensor.shape[*a]);
        fits.then(|| Scales::new(Layout::along(tensor, &axes), cells))
    }

    /// The scale of element `place`.
    pub fn at(&self, place: usize) -> Scale {
        self.cells[self.cell_of[place]]
    }

    /// The only scale, if there is just one.
    pub fn one(&self) -> Option<Scale> {
        (self.cells.len() == 1).then(|| self.cells[0])
    }

    /// What the results are multiplied by, in [`Scales::shape`].
    pub fn outputs(&self) -> Vec<f32> {
        self.cells.iter().map(|cell| cell.output).collect()
    }

    /// How many different output scales there are.
    pub fn count(&self) -> usize {
        let mut outputs: Vec<u32> = self.cells.iter().map(|cell| cell.output.to_bits()).collect();
        outputs.sort_unstable();
        outputs.dedup();
        outputs.len()
    }
}

/// Which elements of a tensor share a scale.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    /// The tensor's dimensions, 1 along every axis that a cell spans.
    pub(super) shape: Vec<usize>,
    /// The cell of each element.
    pub(super) cell_of: Vec<usize>,
    /// How many cells there are.
    pub(super) count: usize,
}

impl Layout {
    /// One cell for each index along `axes`.
    pub(super) fn along(tensor: &Tensor, axes: &[usize]) -> Layout {
        Layout::grouped(tensor, axes, &vec![1; axes.len()])
    }

    /// One cell for each `elements` neighbouring indices along the `axes`, whose sizes they divide.
    pub(super) fn grouped(tensor: &Tensor, axes: &[usize], elements: &[usize]) -> Layout {
        let mut shape = vec![1; tensor.shape.len()];
        let mut divisors = tensor.shape.to_vec();
        for (axis, n) in axes.iter().zip(elements) {
            shape[*axis] = tensor.shape[*axis] / n;
            divisors[*axis] = *n;
        }
        // From the last axis, which is the fastest: what is left of the element, its cell, and the cells of a step.
        let cell = |element: usize| {
            let axes = tensor.shape.iter().zip(&divisors).zip(&shape).rev();
            let whole = axes.fold((element, 0, 1), |(rest, cell, step), ((size, divisor), cells)| {
                (rest / size, cell + rest % size / divisor * step, step * cells)
            });
            whole.1
        };
        let cell_of = (0..tensor.values.len()).map(cell).collect();
        Layout { count: shape.iter().product(), shape, cell_of }
    }

    /// One cell for the whole tensor.
    pub(super) fn whole(tensor: &Tensor) -> Layout {
        Layout::along(tensor, &[])
    }

    /// One cell for each index of the last axis.
    pub(super) fn channels(tensor: &Tensor) -> Layout {
        Layout::along(tensor, &[tensor.shape.len().saturating_sub(1)])
    }

    /// For each element, what `of` makes of its cell's values (in the tensor's order).
    pub(super) fn reduce(&self, values: &[f32], of: impl Fn(&[f32]) -> f32) -> Vec<f32> {
        let mut cells = vec![Vec::new(); self.count];
        for (cell, value) in self.cell_of.iter().zip(values) {
            cells[*cell].push(*value);
        }
        let reduced: Vec<f32> = cells.iter().map(|all| of(all)).collect();
        self.cell_of.iter().map(|cell| reduced[*cell]).collect()
    }
}

/// The scales that `alpha` gives without a look at the values; `scale_of` says how a number acts.
///
/// # Errors
/// A list that is not as long as the last axis. (An automatic alpha has no scales here.)
pub(super) fn given(
    alpha: &Alpha,
    tensor: &Tensor,
    scale_of: impl Fn(f32) -> Scale,
) -> Result<Scales, QuantizerError> {
    let numbers = alpha.numbers().expect("an automatic scale is fitted");
    let cells: Vec<Scale> = numbers.into_iter().map(scale_of).collect();
    let last = tensor.shape.last().copied().unwrap_or(1);
    match cells.len() {
        1 => Ok(Scales::new(Layout::whole(tensor), cells)),
        n if n == last => Ok(Scales::new(Layout::channels(tensor), cells)),
        n => Err(wrong_length(n, last, 0..0)),
    }
}

/// A list of `given` scales for an axis of another length.
pub(super) fn wrong_length(given: usize, last: usize, span: Range<usize>) -> QuantizerError {
    QuantizerError::new(format!("`alpha` is a list of {given} scales for a last axis of {last}"), span)
        .help(format!("write one number, or {last} of them"))
}
