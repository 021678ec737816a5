//! A call's arguments, as a quantizer's own file asks for them.

use super::QuantizerError;
use super::formula::Noise;
use super::number::exponent_of;
use super::parameter::{Parameter, common};
use super::scale::Alpha;
use super::sigmoid::Sigmoid;
use super::syntax::Value;
use super::takes::Takes;
use crate::fixed::Rounding;
use std::ops::Range;

/// The value of every parameter, given or by default.
#[derive(Debug, Clone)]
pub(super) struct Arguments {
    parameters: &'static [Parameter],
    values: Vec<Value>,
    spans: Vec<Range<usize>>,
    sigmoid: Sigmoid,
}

impl Arguments {
    /// A value for each of `parameters`, and the bytes it was written in.
    pub(super) fn new(
        parameters: &'static [Parameter],
        values: Vec<Value>,
        spans: Vec<Range<usize>>,
        sigmoid: Sigmoid,
    ) -> Arguments {
        Arguments { parameters, values, spans, sigmoid }
    }

    fn place(&self, name: &str) -> usize {
        let place = self.parameters.iter().position(|p| p.name == name);
        place.expect("a quantizer asks for its own parameters only")
    }

    fn value(&self, name: &str) -> &Value {
        &self.values[self.place(name)]
    }

    /// The value of a parameter that there may be.
    pub(super) fn find(&self, name: &str) -> Option<&Value> {
        let place = self.parameters.iter().position(|p| p.name == name)?;
        Some(&self.values[place])
    }

    /// The canonical string of the quantizer `name`: no defaults but those that later arguments without names stand
    /// behind.
    pub(super) fn text(&self, name: &str) -> String {
        let Arguments { parameters, values, .. } = self;
        let differs = |place: usize| values[place] != *parameters[place].default;
        let positional = parameters.iter().take_while(|p| matches!(p.takes, Takes::Whole(..))).count();
        let unnamed = (0..positional).rev().find(|place| differs(*place)).map_or(0, |place| place + 1);
        let unnamed_text = values[..unnamed].iter().map(Value::to_string);
        let named = (unnamed..values.len()).filter(|place| differs(*place));
        let named_text = named.map(|place| format!("{}={}", parameters[place].name, values[place]));
        format!("{name}({})", unnamed_text.chain(named_text).collect::<Vec<_>>().join(", "))
    }

    /// The whole number `name`.
    pub(super) fn whole(&self, name: &str) -> i32 {
        match self.value(name) {
            Value::Int(i) => i32::try_from(*i).expect("the parameter's bounds lie in an i32"),
            other => unreachable!("`{name}` was checked to be a whole number, but is {other}"),
        }
    }

    /// Whether `name` is true.
    pub(super) fn truth(&self, name: &str) -> bool {
        *self.value(name) == Value::Bool(true)
    }

    /// Whether `name` is true, or `otherwise` where there is no such parameter.
    pub(super) fn truth_or(&self, name: &str, otherwise: bool) -> bool {
        self.find(name).map_or(otherwise, |value| *value == Value::Bool(true))
    }

    /// The whole number `name`, if there is one.
    pub(super) fn whole_or_none(&self, name: &str) -> Option<i32> {
        match self.find(name)? {
            Value::Int(i) => Some(i32::try_from(*i).expect("the parameter's bounds lie in an i32")),
            _ => None,
        }
    }

    /// The whole numbers `name`: none, one, or a list.
    pub(super) fn wholes(&self, name: &str) -> Vec<usize> {
        let all = match self.find(name) {
            Some(Value::List(list)) => list.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        all.iter()
            .filter_map(|v| if let Value::Int(i) = v { usize::try_from(*i).ok() } else { None })
            .collect()
    }

    /// Whether there is a parameter `name` whose value is not its default.
    pub(super) fn is_given(&self, name: &str) -> bool {
        self.find(name).is_some_and(|value| *value != *self.parameters[self.place(name)].default)
    }

    /// The number `name` as TensorFlow sees it, if there is one.
    pub(super) fn number(&self, name: &str) -> Result<Option<f32>, QuantizerError> {
        let Some(number) = self.value(name).as_f32() else { return Ok(None) };
        if number.is_finite() { Ok(Some(number)) } else { Err(self.fault(name, "is too large for an f32")) }
    }

    /// The word `name`.
    pub(super) fn word(&self, name: &str) -> &str {
        match self.value(name) {
            Value::Text(word) => word,
            other => unreachable!("`{name}` was checked to be a word, but is {other}"),
        }
    }

    /// The argument `round`.
    pub(super) fn rounding(&self) -> Rounding {
        self.word(common::ROUND.name).parse().expect("the list of words holds the roundings only")
    }

    /// The argument `alpha`, absent if there is no such parameter: numbers must be above zero.
    pub(super) fn alpha(&self) -> Result<Alpha, QuantizerError> {
        match self.find("alpha") {
            None => Ok(Alpha::Absent),
            Some(Value::Text(word)) if word == "auto" => Ok(Alpha::Auto),
            Some(Value::Text(_)) => Ok(Alpha::AutoPo2),
            Some(_) => Ok(match self.scales("alpha")? {
                None => Alpha::None,
                Some(list) if list.len() == 1 => Alpha::Number(list[0]),
                Some(list) => Alpha::List(list),
            }),
        }
    }

    /// The argument `post_training_scale`, which goes with an automatic scale only.
    pub(super) fn frozen(&self) -> Result<Option<Vec<f32>>, QuantizerError> {
        let name = "post_training_scale";
        if self.is_given(name) && !self.alpha()?.is_automatic() {
            let alone = self.fault(name, "goes with an automatic scale only");
            return Err(alone.help("write alpha='auto_po2', or this number as alpha"));
        }
        if self.find(name).is_none() { Ok(None) } else { self.scales(name) }
    }

    /// The scale or scales `name`, all above zero.
    fn scales(&self, name: &str) -> Result<Option<Vec<f32>>, QuantizerError> {
        let all = match self.value(name) {
            Value::None => return Ok(None),
            Value::List(list) => list.as_slice(),
            one => std::slice::from_ref(one),
        };
        let scales: Vec<f32> = all.iter().filter_map(Value::as_f32).collect();
        if scales.iter().all(|scale| scale.is_normal() && *scale > 0.0) {
            return Ok(Some(scales));
        }
        let help = format!("write {name}=1, or the scale wanted");
        Err(self.fault(name, "is not an f32 above zero").help(help))
    }

    /// The argument `negative_slope`: the exponent of a power of two, or none for 0.
    pub(super) fn slope(&self) -> Result<Option<i32>, QuantizerError> {
        let slope = self.number("negative_slope")?.filter(|slope| *slope != 0.0);
        let Some(slope) = slope else { return Ok(None) };
        exponent_of(slope).map(Some).ok_or_else(|| {
            let fault = self.fault("negative_slope", "is not a power of two");
            fault.help("write 0, or a power of two such as 0.25")
        })
    }

    /// The sigmoid of its formulas.
    pub(super) fn sigmoid(&self) -> Sigmoid {
        self.sigmoid
    }

    /// The arguments `qnoise_factor` and `use_ste`.
    pub(super) fn noise(&self) -> Result<Noise, QuantizerError> {
        let factor = self.number("qnoise_factor")?.unwrap_or(1.0);
        let straight_through = self.find("use_ste").is_none_or(|ste| *ste == Value::Bool(true));
        Ok(Noise { factor, straight_through })
    }

    /// The same with another whole number as `name`, whether or not that parameter takes it.
    ///
    /// # Errors
    /// There is no such parameter.
    pub(super) fn with_whole(&self, name: &str, value: i32) -> Result<Arguments, QuantizerError> {
        let mut changed = self.clone();
        let Some(place) = self.parameters.iter().position(|p| p.name == name) else {
            return Err(QuantizerError::new(format!("there is no argument `{name}`"), 0..0));
        };
        changed.values[place] = Value::Int(value.into());
        Ok(changed)
    }

    /// The same with this `qnoise_factor`, if there is such a parameter.
    pub(super) fn with_noise(&self, factor: f32) -> Arguments {
        let mut noisy = self.clone();
        if noisy.find("qnoise_factor").is_some() {
            let place = noisy.place("qnoise_factor");
            noisy.values[place] = Value::Float(f64::from(factor));
        }
        noisy
    }

    /// Whether the argument `use_stochastic_rounding` is true.
    pub(super) fn draws(&self) -> bool {
        self.truth_or("use_stochastic_rounding", false)
    }

    /// The same with an automatic power-of-two scale, and a symmetric grid.
    pub(super) fn with_automatic_scale(&self) -> Arguments {
        let mut automatic = self.clone();
        let alpha = automatic.place("alpha");
        automatic.values[alpha] = Value::Text("auto_po2".into());
        if automatic.find("symmetric").is_some() {
            automatic.set_truth("symmetric", true);
        }
        automatic
    }

    /// Makes `name` true or false.
    pub(super) fn set_truth(&mut self, name: &str, truth: bool) {
        let place = self.place(name);
        self.values[place] = Value::Bool(truth);
    }

    /// The bytes of the argument `name`, or those of the whole call.
    pub(super) fn span(&self, name: &str) -> Range<usize> {
        let place = self.parameters.iter().position(|p| p.name == name).unwrap_or(0);
        self.spans[place].clone()
    }

    /// An error at the argument `name`: "`name=value` `what`".
    pub(super) fn fault(&self, name: &str, what: &str) -> QuantizerError {
        let place = self.place(name);
        let message = format!("`{name}={}` {what}", self.values[place]);
        QuantizerError::new(message, self.spans[place].clone())
    }
}
