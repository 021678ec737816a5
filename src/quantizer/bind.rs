//! A call's arguments find their parameters: by name or by position, each value checked.

use super::arguments::Arguments;
use super::parameter::{Parameter, common};
use super::sigmoid::Sigmoid;
use super::syntax::{Call, Spanned, Value};
use super::{QuantizerError, suggest};
use std::ops::Range;

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
        let value = checked(&parameters[place], argument.value)?;
        if given[place].is_some() {
            let span = argument.name.map_or(value.span, |key| key.span);
            return Err(QuantizerError::new(format!("`{}` is given twice", parameters[place].name), span));
        }
        given[place] = Some(value);
    }
    let (values, spans) = filled(parameters, given, &call.name.span);
    Ok(Arguments::new(parameters, values, spans, sigmoid))
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
fn checked(parameter: &Parameter, value: Spanned<Value>) -> Result<Spanned<Value>, QuantizerError> {
    let Parameter { name, takes, .. } = *parameter;
    match takes.plain(value.it) {
        Ok(it) => Ok(Spanned { it, span: value.span }),
        Err(it) => {
            let message = format!("`{name}` takes {}, not {it}", takes.describe());
            Err(QuantizerError::new(message, value.span))
        }
    }
}

fn names(parameters: &[Parameter]) -> String {
    parameters.iter().map(|p| p.name).collect::<Vec<_>>().join(", ")
}
