//! A call's arguments in their parameters' places: each value checked, given or by default.

use super::parameter::{Parameter, Takes, common};
use super::syntax::{Call, Spanned, Value};
use super::{Alpha, QuantizerError, suggest};
use crate::fixed::Rounding;
use std::ops::Range;

/// The value of every parameter, given or by default, and the canonical text of the whole.
#[derive(Debug)]
pub(super) struct Arguments {
    parameters: &'static [Parameter],
    values: Vec<Value>,
    spans: Vec<Range<usize>>,
    /// The canonical string.
    pub(super) text: String,
}

/// Gives each parameter of the quantizer `name` its value from `call`, or its default.
pub(super) fn bind(
    name: &'static str,
    parameters: &'static [Parameter],
    call: Call,
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
    Ok(arguments(name, parameters, given, &call.name.span))
}

fn arguments(
    name: &str,
    parameters: &'static [Parameter],
    given: Vec<Option<Spanned<Value>>>,
    whole: &Range<usize>,
) -> Arguments {
    let filled = given.into_iter().zip(parameters).map(|(value, parameter)| match value {
        Some(value) => (value.it, value.span),
        None => (parameter.default.clone(), whole.clone()),
    });
    let (values, spans): (Vec<Value>, Vec<Range<usize>>) = filled.unzip();
    let text = print(name, parameters, &values);
    Arguments { parameters, values, spans, text }
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
    let Parameter { name, takes, default, .. } = *parameter;
    let it = match (takes, whole(value.it)) {
        (Takes::Whole(least, most), Value::Int(i)) if (least..=most).contains(&i) => Value::Int(i),
        (Takes::Truth, Value::Int(i @ (0 | 1))) => Value::Bool(i == 1),
        (Takes::Word(words), Value::Text(word)) if words.contains(&&*word) => Value::Text(word),
        (Takes::Alpha, it @ (Value::Text(_) | Value::List(_))) => return Err(alpha_later(&it, value.span)),
        (Takes::Number | Takes::NumberOrNone | Takes::Alpha, it @ (Value::Int(_) | Value::Float(_)))
        | (Takes::NumberOrNone | Takes::Alpha, it @ Value::None)
        | (Takes::Truth, it @ Value::Bool(_))
        | (Takes::Anything, it) => it,
        (Takes::DefaultOnly, it) if same(&it, default) => default.clone(),
        (Takes::DefaultOnly, it) => {
            let later = QuantizerError::new(format!("`{name}={it}` is not supported yet"), value.span);
            return Err(later.help(format!("write `{name}={default}`, its default")));
        }
        (_, it) => {
            let message = format!("`{name}` takes {}, not {it}", takes.describe());
            return Err(QuantizerError::new(message, value.span));
        }
    };
    Ok(Spanned { it, span: value.span })
}

/// A scale that must be found from a tensor: read, but not applied as if it were 1.
fn alpha_later(alpha: &Value, span: Range<usize>) -> QuantizerError {
    match alpha {
        Value::Text(word) if word != "auto" && word != "auto_po2" => {
            QuantizerError::new(format!("`alpha` takes {}, not {alpha}", Takes::Alpha.describe()), span)
        }
        _ => QuantizerError::new(format!("`alpha={alpha}` is not supported yet"), span)
            .help("write alpha=1, or wait for auto_po2"),
    }
}

/// `2.0` and `2` are the same argument.
fn whole(value: Value) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53 is an i64")]
    match value {
        Value::Float(x) if x.fract() == 0.0 && x.abs() < 2f64.powi(53) => Value::Int(x as i64),
        other => other,
    }
}

/// Whether Python takes both for the same: `False == 0`.
fn same(a: &Value, b: &Value) -> bool {
    let number = |value: &Value| match value {
        Value::Bool(truth) => Value::Int(i64::from(*truth)),
        other => other.clone(),
    };
    number(a) == number(b)
}

/// The canonical string: no defaults but those that later arguments without names stand behind.
fn print(name: &str, parameters: &[Parameter], values: &[Value]) -> String {
    let differs = |place: usize| values[place] != *parameters[place].default;
    let positional = parameters.iter().take_while(|p| matches!(p.takes, Takes::Whole(..))).count();
    let unnamed = (0..positional).rev().find(|place| differs(*place)).map_or(0, |place| place + 1);
    let unnamed_text = values[..unnamed].iter().map(Value::to_string);
    let named = (unnamed..values.len()).filter(|place| differs(*place));
    let named_text = named.map(|place| format!("{}={}", parameters[place].name, values[place]));
    format!("{name}({})", unnamed_text.chain(named_text).collect::<Vec<_>>().join(", "))
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

    /// The number `name` as TensorFlow sees it, if there is one.
    pub(super) fn number(&self, name: &str) -> Result<Option<f32>, QuantizerError> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "as TensorFlow does"
        )]
        let number = match self.value(name) {
            Value::Int(i) => *i as f32,
            Value::Float(x) => *x as f32,
            _ => return Ok(None),
        };
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

    /// The argument `alpha`: a number must be above zero.
    pub(super) fn alpha(&self) -> Result<Alpha, QuantizerError> {
        let Some(alpha) = self.number("alpha")? else { return Ok(Alpha::None) };
        if alpha.is_normal() && alpha > 0.0 {
            Ok(Alpha::Number(alpha))
        } else {
            Err(self.fault("alpha", "is not an f32 above zero").help("write alpha=1, or the scale wanted"))
        }
    }

    /// An error at the argument `name`: "`name=value` `what`".
    pub(super) fn fault(&self, name: &str, what: &str) -> QuantizerError {
        let place = self.place(name);
        let message = format!("`{name}={}` {what}", self.values[place]);
        QuantizerError::new(message, self.spans[place].clone())
    }
}
