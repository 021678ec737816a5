//! A quantizer as it is written: its scale may still have to be found from a tensor.

use super::arguments::Arguments;
use super::formula::{Rule, Uniform};
use super::registry::{self, Kind};
use super::scale::{self, Alpha, Scale, Scales, Tensor};
use super::syntax::Value;
use super::{Hardware, Quantizer, QuantizerError};
use crate::fixed::{Dyadic, TooWide};
use std::fmt;
use std::sync::Arc;

/// A quantizer as it is written. [`Spec::at`] a scale it is a [`Quantizer`], a function of one number.
#[derive(Clone)]
pub struct Spec(Arc<Written>);

/// What a string says.
struct Written {
    kind: &'static Kind,
    arguments: Arguments,
    text: String,
    alpha: Alpha,
    rule: Arc<dyn Rule>,
}

impl Spec {
    pub(super) fn new(kind: &'static Kind, mut arguments: Arguments) -> Result<Spec, QuantizerError> {
        let rule = (kind.build)(&mut arguments)?;
        let (text, alpha) = (arguments.text(kind.name), arguments.alpha()?);
        Ok(Spec(Arc::new(Written { kind, arguments, text, alpha, rule })))
    }

    /// The canonical string: [`super::parse_with`] gives the same quantizer back, with the same sigmoid.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// The name of its kind, such as `quantized_bits`.
    pub fn name(&self) -> &'static str {
        self.0.kind.name
    }

    /// The same quantizer with another whole number as its argument `name`.
    ///
    /// # Errors
    /// No such argument, or a number that it does not take.
    ///
    /// ```
    /// let relu = heteroq::quantizer::parse("quantized_relu(6, round='half_up')").unwrap();
    /// let wider = relu.with_whole("bits", 8).unwrap().with_whole("integer", -1).unwrap();
    /// assert_eq!(wider.text(), "quantized_relu(8, -1, round='half_up')");
    /// assert!(heteroq::quantizer::parse("ternary()").unwrap().with_whole("bits", 8).is_err());
    /// ```
    pub fn with_whole(&self, name: &str, value: i32) -> Result<Spec, QuantizerError> {
        let text = self.0.arguments.with_whole(name, value)?.text(self.0.kind.name);
        registry::parse_with(&text, self.0.arguments.sigmoid())
    }

    /// What its `alpha` says.
    pub fn alpha(&self) -> &Alpha {
        &self.0.alpha
    }

    /// QKeras's `max()`, which bounds weights while training: `max(1, 2^integer)` and the like,
    /// not the greatest value of the grid.
    pub fn max(&self) -> f32 {
        self.0.rule.max()
    }

    /// QKeras's `min()`, as [`Spec::max`].
    pub fn min(&self) -> f32 {
        self.0.rule.min()
    }

    /// QKeras's `bits`: the argument, or where there is none 2 for a ternary and 1 for a binary quantizer.
    pub fn bits(&self) -> i32 {
        let otherwise = if self.0.kind.name.contains("ternary") { 2 } else { 1 };
        self.0.arguments.whole_or_none("bits").unwrap_or(otherwise)
    }

    /// The value of its argument `name`, given or by default; none where there is no such argument.
    ///
    /// ```
    /// use heteroq::quantizer::{self, syntax::Value};
    /// let relu = quantizer::parse("quantized_relu(6, 2)").unwrap();
    /// assert_eq!(relu.argument("integer"), Some(&Value::Int(2)));
    /// assert_eq!(relu.argument("keep_negative"), None);
    /// ```
    pub fn argument(&self, name: &str) -> Option<&Value> {
        self.0.arguments.find(name)
    }

    /// What it is as a kernel's quantizer: an `alpha` that is not given becomes `'auto_po2'`, and the grid symmetric,
    /// as QKeras's layers do to their kernels, not to their biases.
    ///
    /// # Errors
    /// Arguments that an automatic scale does not go with.
    pub fn for_kernel(&self) -> Result<Spec, QuantizerError> {
        match self.0.alpha {
            Alpha::None => Spec::new(self.0.kind, self.0.arguments.with_automatic_scale()),
            _ => Ok(self.clone()),
        }
    }

    /// The quantizer at this scale.
    pub fn at(&self, scale: Scale) -> Arc<dyn Quantizer> {
        Arc::new(Pinned { text: self.0.text.clone(), rule: Arc::clone(&self.0.rule), scale })
    }

    /// The quantizer, if one scale that the string gives serves every element.
    pub fn fixed(&self) -> Option<Arc<dyn Quantizer>> {
        match self.0.alpha.numbers()?.as_slice() {
            [alpha] => Some(self.at(self.0.rule.scale_of(*alpha))),
            _ => None,
        }
    }

    /// The quantizer of each index of a last axis of `length`, or one for all of them.
    ///
    /// # Errors
    /// A list of scales of another length; a scale that must be found from a tensor.
    pub fn of_channels(&self, length: usize) -> Result<Vec<Arc<dyn Quantizer>>, QuantizerError> {
        let place = self.0.arguments.span("alpha");
        let numbers = self.0.alpha.numbers().ok_or_else(|| {
            QuantizerError::new("an activation's scale is the same for every event", place.clone())
                .help("write a number for alpha, or a list with one for each channel")
        })?;
        if numbers.len() != 1 && numbers.len() != length {
            return Err(scale::wrong_length(numbers.len(), length, place));
        }
        Ok(numbers.into_iter().map(|alpha| self.at(self.0.rule.scale_of(alpha))).collect())
    }

    /// The scale of each element of `tensor`: given, or found from its values.
    ///
    /// # Errors
    /// A list of scales that is not as long as the last axis; axes that the tensor does not have.
    pub fn scales(&self, tensor: &Tensor) -> Result<Scales, QuantizerError> {
        if self.0.alpha.is_automatic() {
            return self.0.rule.fit(tensor);
        }
        scale::given(&self.0.alpha, tensor, |alpha| self.0.rule.scale_of(alpha))
            .map_err(|error| QuantizerError { span: self.0.arguments.span("alpha"), ..error })
    }

    /// Whether a tensor of this shape can have its scales.
    ///
    /// # Errors
    /// As [`Spec::scales`], but for what depends on the values.
    pub fn suits(&self, shape: &[usize]) -> Result<(), QuantizerError> {
        self.scales(&Tensor { shape, values: &[] }).map(drop)
    }

    /// The grid value of `x` at a scale, exactly.
    pub fn exact(&self, x: Dyadic, scale: Scale) -> Dyadic {
        self.0.rule.exact(x, scale)
    }

    /// The grid values of a tensor. Nothing is random: where QKeras draws at inference too (`bernoulli`), the
    /// likelier value.
    ///
    /// # Errors
    /// As [`Spec::scales`].
    pub fn forward(&self, tensor: &Tensor) -> Result<Vec<f32>, QuantizerError> {
        Ok(self.forward_at(tensor, &self.scales(tensor)?))
    }

    /// The grid values of a tensor at scales that are known.
    pub fn forward_at(&self, tensor: &Tensor, scales: &Scales) -> Vec<f32> {
        tensor.values.iter().enumerate().map(|(i, x)| self.0.rule.float(*x, scales.at(i))).collect()
    }

    /// What a training step computes of a tensor: its grid values, or a mixture with the unquantized ones
    /// (`qnoise_factor`), or values drawn at random (`use_stochastic_rounding`, `stochastic_*`, `bernoulli`).
    ///
    /// # Errors
    /// As [`Spec::scales`].
    pub fn training(&self, tensor: &Tensor, random: &mut Uniform) -> Result<Vec<f32>, QuantizerError> {
        self.0.rule.sample(tensor, &self.scales(tensor)?, random)
    }

    /// [`Spec::training`] at scales that are known, without what it draws at random.
    pub fn training_at(&self, tensor: &Tensor, scales: &Scales) -> Vec<f32> {
        let mut values = vec![0.0; tensor.values.len()];
        if let Some(scale) = scales.one() {
            self.0.rule.train_each(tensor.values, scale, &mut values);
        } else {
            let elements = values.iter_mut().zip(tensor.values).enumerate();
            elements.for_each(|(i, (y, x))| *y = self.0.rule.training(*x, scales.at(i)));
        }
        values
    }

    /// Each `slope` times the derivative at its element, at scales that are known: [`Spec::gradient`].
    pub fn slope_at(&self, tensor: &Tensor, scales: &Scales, slope: &mut [f32]) {
        if let Some(scale) = scales.one() {
            return self.0.rule.slope_each(tensor.values, scale, slope);
        }
        let elements = slope.iter_mut().zip(tensor.values).enumerate();
        elements.for_each(|(i, (slope, x))| *slope *= self.0.rule.gradient(*x, scales.at(i)));
    }

    /// Whether [`Spec::training`] draws at random.
    pub fn is_random(&self) -> bool {
        self.0.rule.is_random() || self.0.arguments.draws()
    }

    /// The same with this `qnoise_factor`, if it has one.
    #[must_use]
    pub fn with_noise(&self, factor: f32) -> Spec {
        let arguments = self.0.arguments.with_noise(factor);
        Spec::new(self.0.kind, arguments).expect("any factor goes with any other argument")
    }

    /// The derivative at each element, as QKeras's straight-through estimator has it: of [`Spec::training`] without what
    /// it draws at random; a scale found from the tensor counts as a constant.
    ///
    /// # Errors
    /// As [`Spec::scales`].
    pub fn gradient(&self, tensor: &Tensor) -> Result<Vec<f32>, QuantizerError> {
        let scales = self.scales(tensor)?;
        Ok(tensor.values.iter().enumerate().map(|(i, x)| self.0.rule.gradient(*x, scales.at(i))).collect())
    }
}

impl fmt::Debug for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Spec({})", self.0.text)
    }
}

/// Two strings that mean the same, with the same sigmoid.
impl PartialEq for Spec {
    fn eq(&self, other: &Spec) -> bool {
        self.0.text == other.0.text && self.0.arguments.sigmoid() == other.0.arguments.sigmoid()
    }
}

/// A quantizer at a scale.
#[derive(Debug)]
struct Pinned {
    text: String,
    rule: Arc<dyn Rule>,
    scale: Scale,
}

impl Quantizer for Pinned {
    fn text(&self) -> String {
        self.text.clone()
    }

    fn forward(&self, x: f32) -> f32 {
        self.rule.float(x, self.scale)
    }

    fn training(&self, x: f32) -> f32 {
        self.rule.training(x, self.scale)
    }

    fn gradient(&self, x: f32) -> f32 {
        self.rule.gradient(x, self.scale)
    }

    fn forward_each(&self, x: &[f32], y: &mut [f32]) {
        self.rule.forward_each(x, self.scale, y);
    }

    fn train_each(&self, x: &[f32], y: &mut [f32]) {
        self.rule.train_each(x, self.scale, y);
    }

    fn slope_each(&self, x: &[f32], slope: &mut [f32]) {
        self.rule.slope_each(x, self.scale, slope);
    }

    fn exact(&self, x: Dyadic) -> Result<Dyadic, TooWide> {
        Ok(self.rule.exact(x, self.scale))
    }

    fn hardware(&self) -> Hardware {
        self.rule.hardware(self.scale)
    }

    fn hardware_for(&self, frac: i32) -> Hardware {
        self.rule.hardware_for(frac, self.scale)
    }
}
