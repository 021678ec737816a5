//! A call's arguments in their parameters' places: each value checked, given or by default.

use super::formula::Noise;
use super::number::exponent_of;
use super::parameter::{Parameter, Takes, common};
use super::scale::Alpha;
use super::sigmoid::Sigmoid;
use super::syntax::{Call, Spanned, Value};
use super::{QuantizerError, suggest};
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

/// Gives each parameter of the quantizer `name` its value from `call`, or its default; its formulas have `sigmoid`.
pub(super) fn bind(
    name: &'static str,
    parameters: &'static [Parameter],
    call: Call,
    sigmoid: Sigmoid,
) -> Result<Arguments, QuantizerError> {
    let mut given: Vec<Option<Spanned<Value>>> = vec![None; parameters.len()];
    let mut named = false;
    for (position, argument) in call.arguments.into_iter().enumerate() {
        let place = match &argument.name {
            Some(key) => place_of(key, name, parameters)?,
            None if named => return Err(position_after_name(argument.value.span)),
            None => place_at(position, name, parameters, &argument.value.span)?,
        };
        named |= argument.name.is_some();
        let value = check(&parameters[place], argument.value)?;
        if given[place].is_some() {
            let span = argument.name.map_or(value.span, |key| key.span);
            return Err(QuantizerError::new(format!("`{}` is given twice", parameters[place].name), span));
        }
        given[place] = Some(value);
    }
    let (values, spans) = filled(parameters, given, &call.name.span);
    Ok(Arguments { parameters, values, spans, sigmoid })
}

/// The values, each with its bytes, or the default with those of the `whole` call.
fn filled(
    parameters: &[Parameter],
    given: Vec<Option<Spanned<Value>>>,
    whole: &Range<usize>,
) -> (Vec<Value>, Vec<Range<usize>>) {
    let filled = given.into_iter().zip(parameters).map(|(value, parameter)| match value {
        Some(value) => (value.it, value.span),
        None => (parameter.default.clone(), whole.clone()),
    });
    filled.unzip()
}

fn place_of(key: &Spanned<String>, name: &str, parameters: &[Parameter]) -> Result<usize, QuantizerError> {
    parameters.iter().position(|p| p.name == key.it).ok_or_else(|| {
        let near = suggest::nearest(&key.it, parameters.iter().map(|p| p.name));
        let near = near.map_or(String::new(), |near| format!("did you mean `{near}`? "));
        QuantizerError::new(format!("`{name}` has no argument `{}`", key.it), key.span.clone())
            .help(format!("{near}it has {}", names(parameters)))
    })
}

fn place_at(
    position: usize,
    name: &str,
    parameters: &[Parameter],
    span: &Range<usize>,
) -> Result<usize, QuantizerError> {
    // `round` has no position: QKeras may add arguments of its own.
    let positions = parameters.iter().take_while(|p| p.name != common::ROUND.name).count();
    (position < positions).then_some(position).ok_or_else(|| {
        QuantizerError::new(format!("`{name}` takes at most {positions} arguments"), span.clone())
            .help(format!("it has {}", names(parameters)))
    })
}

fn position_after_name(span: Range<usize>) -> QuantizerError {
    QuantizerError::new("an argument without a name after one with a name", span)
        .help("write the arguments without names first")
}

/// The value, in the form that the parameter's readers expect; or why it cannot be.
fn check(parameter: &Parameter, value: Spanned<Value>) -> Result<Spanned<Value>, QuantizerError> {
    let Parameter { name, takes, .. } = *parameter;
    let it = whole(value.it);
    let fits = match (takes, &it) {
        (Takes::Whole(least, most) | Takes::WholeOrNone(least, most), Value::Int(i)) => {
            (least..=most).contains(i)
        }
        (Takes::WholesOrNone, Value::Int(i)) => (0..=MOST_INDEX).contains(i),
        (Takes::WholesOrNone, Value::List(list)) => !list.is_empty() && list.iter().all(is_index),
        (Takes::Truth, it) => matches!(it, Value::Int(0 | 1) | Value::Bool(_)),
        (Takes::Word(words), Value::Text(word)) => words.contains(&&**word),
        (Takes::Alpha, Value::Text(word)) => ["auto", "auto_po2"].contains(&&**word),
        (Takes::Alpha | Takes::Scales, Value::List(list)) => {
            !list.is_empty() && list.iter().all(|v| matches!(v, Value::Int(_) | Value::Float(_)))
        }
        (Takes::Fraction, it) => number(it).is_some_and(|x| (0.0..=1.0).contains(&x)),
        (
            Takes::Number | Takes::NumberOrNone | Takes::Alpha | Takes::Scales,
            Value::Int(_) | Value::Float(_),
        )
        | (
            Takes::NumberOrNone | Takes::Alpha | Takes::Scales | Takes::WholeOrNone(..) | Takes::WholesOrNone,
            Value::None,
        )
        | (Takes::Anything, _) => true,
        _ => false,
    };
    if !fits {
        let message = format!("`{name}` takes {}, not {it}", takes.describe());
        return Err(QuantizerError::new(message, value.span));
    }
    let it = match (takes, it) {
        (Takes::Truth, Value::Int(i)) => Value::Bool(i == 1),
        (_, it) => it,
    };
    Ok(Spanned { it, span: value.span })
}

/// The greatest axis, or number of neighbours: far beyond any tensor.
const MOST_INDEX: i64 = 1 << 30;

fn is_index(value: &Value) -> bool {
    matches!(value, Value::Int(i) if (0..=MOST_INDEX).contains(i))
}

/// The value as TensorFlow sees it, if it is a number.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "as TensorFlow does")]
fn number(value: &Value) -> Option<f32> {
    match value {
        Value::Int(i) => Some(*i as f32),
        Value::Float(x) => Some(*x as f32),
        _ => None,
    }
}

/// `2.0` and `2` are the same argument.
fn whole(value: Value) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53 is an i64")]
    match value {
        Value::Float(x) if x.fract() == 0.0 && x.abs() < 2f64.powi(53) => Value::Int(x as i64),
        Value::List(list) => Value::List(list.into_iter().map(whole).collect()),
        other => other,
    }
}

fn names(parameters: &[Parameter]) -> String {
    parameters.iter().map(|p| p.name).collect::<Vec<_>>().join(", ")
}

impl Arguments {
    fn place(&self, name: &str) -> usize {
        let place = self.parameters.iter().position(|p| p.name == name);
        place.expect("a quantizer asks for its own parameters only")
    }

    fn value(&self, name: &str) -> &Value {
        &self.values[self.place(name)]
    }

    /// The value of a parameter that there may be.
    fn find(&self, name: &str) -> Option<&Value> {
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
        let Some(number) = number(self.value(name)) else { return Ok(None) };
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
        let scales: Vec<f32> = all.iter().filter_map(number).collect();
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
