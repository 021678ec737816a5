//! How a scale is found from a tensor: its arguments, and QKeras's least squares.
//!
//! For integers `k` that stand for the elements `x` of a group, the scale that makes `Σ (x − s·k)²` least is
//!
//! ```text
//! s = mean(x·k) / (mean(k·k) + ε)          ε = 1e-7
//! 'auto_po2':  2^round(log2(s + ε)), between 2^min_po2_exponent and 2^max_po2_exponent
//! ```
//!
//! A group is all elements with one index along the last axis, or along `scale_axis`; with `elements_per_scale`,
//! that many neighbouring indices. In a tensor of one axis each element is a group of its own.

use super::QuantizerError;
use super::arguments::Arguments;
use super::log;
use super::number::Number;
use super::scale::{self, Alpha, Layout, Scale, Scales, Tensor};

/// Keras's epsilon.
pub(super) const EPSILON: f32 = 1e-7;

/// The arguments of an automatic scale.
#[derive(Debug, Clone, Default)]
pub(super) struct Fit {
    /// Whether scales are powers of two.
    pub(super) power_of_two: bool,
    /// The axes whose indices have scales of their own; empty: the last one.
    axes: Vec<usize>,
    /// How many neighbouring indices along each of the axes share a scale; empty: one.
    elements: Vec<usize>,
    least: Option<i32>,
    most: Option<i32>,
    /// The scales themselves, found before: one, or one for each index of the last axis.
    frozen: Option<Vec<f32>>,
}

impl Fit {
    /// The arguments `alpha`, `scale_axis`, `elements_per_scale`, `min_po2_exponent`, `max_po2_exponent` and
    /// `post_training_scale`, of which a quantizer may have the first alone.
    pub(super) fn of(arguments: &Arguments) -> Result<Fit, QuantizerError> {
        let alpha = arguments.alpha()?;
        let power_of_two = alpha == Alpha::AutoPo2;
        // Without an alpha it may still become a kernel's, whose alpha is then 'auto_po2'.
        let other = !power_of_two && alpha != Alpha::None;
        let only_po2 = ["elements_per_scale", "min_po2_exponent", "max_po2_exponent"];
        if let Some(name) = only_po2.into_iter().find(|name| other && arguments.is_given(name)) {
            let alone = arguments.fault(name, "goes with alpha='auto_po2' only");
            return Err(alone.help("write alpha='auto_po2', or leave it out"));
        }
        let axes = arguments.wholes("scale_axis");
        Ok(Fit {
            power_of_two,
            elements: elements(arguments, axes.len())?,
            axes,
            least: arguments.whole_or_none("min_po2_exponent"),
            most: arguments.whole_or_none("max_po2_exponent"),
            frozen: arguments.frozen()?,
        })
    }

    /// The scales of `tensor`, given one for each element: those of one cell are equal.
    ///
    /// # Errors
    /// An axis that the tensor does not have; a scale beyond f32, as that of elements beyond it.
    pub(super) fn scales(&self, tensor: &Tensor, of_elements: &[Scale]) -> Result<Scales, QuantizerError> {
        let cells = self.cells(tensor)?;
        if !of_elements.iter().all(|scale| scale.input.is_finite() && scale.output.is_finite()) {
            let message = "a scale found from the tensor is too large for an f32";
            return Err(
                QuantizerError::new(message, 0..0).help("write a number for alpha, or smaller elements")
            );
        }
        let mut scales = vec![Scale::ONE; cells.count];
        cells.cell_of.iter().zip(of_elements).for_each(|(cell, scale)| scales[*cell] = *scale);
        Ok(Scales::new(cells, scales))
    }

    /// The scales that the string itself gives for later use (`post_training_scale`).
    pub(super) fn frozen(&self, tensor: &Tensor) -> Option<Result<Scales, QuantizerError>> {
        let list = Alpha::List(self.frozen.clone()?);
        Some(scale::given(&list, tensor, Scale::both))
    }

    /// For each element, the greatest of `values` over its cell.
    ///
    /// # Errors
    /// An axis that the tensor does not have.
    pub(super) fn greatest(&self, tensor: &Tensor, values: &[f32]) -> Result<Vec<f32>, QuantizerError> {
        Ok(self.cells(tensor)?.reduce(values, greatest))
    }

    /// For each element, the greatest magnitude in its cell; in a tensor of one axis, of all elements.
    ///
    /// # Errors
    /// An axis that the tensor does not have.
    pub(super) fn widest(&self, tensor: &Tensor) -> Result<Vec<f32>, QuantizerError> {
        let magnitudes: Vec<f32> = tensor.values.iter().map(|x| x.abs()).collect();
        let cells = if tensor.shape.len() == 1 { Layout::whole(tensor) } else { self.cells(tensor)? };
        Ok(cells.reduce(&magnitudes, greatest))
    }

    /// For each element, the least-squares scale of its group, for the integers `levels` that stand for the elements.
    ///
    /// # Errors
    /// An axis that the tensor does not have; groups that do not divide theirs.
    pub(super) fn least_squares(&self, tensor: &Tensor, levels: &[f32]) -> Result<Vec<f32>, QuantizerError> {
        Ok(self.of_groups(&self.groups(tensor)?, tensor, levels))
    }

    /// [`Fit::least_squares`], for groups that are known.
    fn of_groups(&self, groups: &Layout, tensor: &Tensor, levels: &[f32]) -> Vec<f32> {
        let products: Vec<f32> = tensor.values.iter().zip(levels).map(|(x, k)| x * k).collect();
        let squares: Vec<f32> = levels.iter().map(|k| k * k).collect();
        let (xk, kk) = (groups.reduce(&products, mean), groups.reduce(&squares, mean));
        xk.iter().zip(&kk).map(|(xk, kk)| self.bounded(xk / (kk + EPSILON))).collect()
    }

    /// The scale of each element after up to `rounds` rounds of finding levels at the scale, and the scale of the
    /// levels; `level` gives the integer that stands for an element at a scale.
    ///
    /// # Errors
    /// As [`Fit::least_squares`].
    pub(super) fn iterate(
        &self,
        tensor: &Tensor,
        start: Vec<f32>,
        rounds: usize,
        level: impl Fn(f32, f32) -> f32,
    ) -> Result<Vec<f32>, QuantizerError> {
        let (groups, mut scales) = (self.groups(tensor)?, start);
        for _ in 0..rounds {
            let levels: Vec<f32> = tensor.values.iter().zip(&scales).map(|(x, s)| level(*x, *s)).collect();
            scales = self.of_groups(&groups, tensor, &levels);
        }
        Ok(scales)
    }

    /// One cell for each index along the axes that have scales of their own.
    fn cells(&self, tensor: &Tensor) -> Result<Layout, QuantizerError> {
        if self.axes.is_empty() {
            return Ok(Layout::channels(tensor));
        }
        match self.axes.iter().find(|axis| **axis >= tensor.shape.len()) {
            Some(axis) => Err(no_axis(*axis, tensor)),
            None => Ok(Layout::along(tensor, &self.axes)),
        }
    }

    /// The scale itself, or the power of two next to it. One that is not finite stays so, and is refused in the end.
    pub(super) fn near(&self, scale: f32) -> f32 {
        if !self.power_of_two || !scale.is_finite() {
            return scale;
        }
        let exponent = (log::ln(scale + EPSILON) / std::f32::consts::LN_2).round_ties_even();
        #[expect(clippy::cast_possible_truncation, reason = "the logarithm of an f32 is small")]
        f32::power_of_two(exponent as i32)
    }

    /// [`Fit::near`], within the bounds on its exponent.
    fn bounded(&self, scale: f32) -> f32 {
        let least = self.least.map_or(0.0, f32::power_of_two);
        let most = self.most.map_or(f32::INFINITY, f32::power_of_two);
        if scale.is_nan() { scale } else { self.near(scale).min(most).max(least) }
    }

    /// Which elements are pooled: those of one cell, or of `elements` neighbouring ones.
    fn groups(&self, tensor: &Tensor) -> Result<Layout, QuantizerError> {
        if self.elements.is_empty() {
            return self.cells(tensor);
        }
        for (axis, n) in self.axes.iter().zip(&self.elements) {
            let size = *tensor.shape.get(*axis).ok_or_else(|| no_axis(*axis, tensor))?;
            if size % n != 0 {
                let message = format!("`elements_per_scale={n}` does not divide axis {axis}, of size {size}");
                return Err(QuantizerError::new(message, 0..0).help("write a divisor of the size"));
            }
        }
        Ok(Layout::grouped(tensor, &self.axes, &self.elements))
    }
}

/// How many neighbours share a scale along each of `axes` axes.
fn elements(arguments: &Arguments, axes: usize) -> Result<Vec<usize>, QuantizerError> {
    let elements = arguments.wholes("elements_per_scale");
    let fault = |what| Err(arguments.fault("elements_per_scale", what));
    match elements.as_slice() {
        [] => Ok(elements),
        _ if axes == 0 => fault("needs a scale_axis").map_err(|e| e.help("write scale_axis=0, or another")),
        _ if elements.contains(&0) => fault("holds a 0"),
        [one] => Ok(vec![*one; axes]),
        many if many.len() == axes => Ok(elements),
        _ => fault("is not as long as scale_axis").map_err(|e| e.help("write one number for each axis")),
    }
}

/// For each element, what `of` makes of all `values` with its index along the last axis; in a tensor of one axis, of
/// all.
pub(super) fn of_channels(tensor: &Tensor, values: &[f32], of: impl Fn(&[f32]) -> f32) -> Vec<f32> {
    let all = if tensor.shape.len() == 1 { Layout::whole(tensor) } else { Layout::channels(tensor) };
    all.reduce(values, of)
}

/// The standard deviation, in f32.
pub(super) fn deviation(values: &[f32]) -> f32 {
    let centre = mean(values);
    let squares: Vec<f32> = values.iter().map(|x| (x - centre) * (x - centre)).collect();
    mean(&squares).sqrt()
}

fn greatest(values: &[f32]) -> f32 {
    values.iter().copied().fold(f32::MIN, f32::max)
}

fn no_axis(axis: usize, tensor: &Tensor) -> QuantizerError {
    let message =
        format!("`scale_axis={axis}`, but the tensor's axes go from 0 to {}", tensor.shape.len() - 1);
    QuantizerError::new(message, 0..0).help("a kernel's last axis is that of its outputs; None takes it")
}

/// The sum over the number of elements, in f32.
fn mean(values: &[f32]) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "as TensorFlow does")]
    let n = values.len() as f32;
    values.iter().sum::<f32>() / n
}
