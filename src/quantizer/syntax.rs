//! The Python call that a quantizer is written as, read into names and values. No meaning yet.
//!
//! ```text
//! call  = name | name "(" [argument {"," argument} [","]] ")"
//! argument = [name "="] value
//! value = "None" | "True" | "False" | int | float | 'text' | "text" | "[" [value {"," value}] "]"
//! ```
//!
//! A list holds no lists.

use super::QuantizerError;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// A Python value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `None`
    None,
    /// `True`, `False`
    Bool(bool),
    /// `-3`
    Int(i64),
    /// `1.`, `1e-3`
    Float(f64),
    /// `'auto'`, `"auto"`
    Text(Cow<'static, str>),
    /// `[1.0, 2.0]`
    List(Vec<Value>),
}

impl Value {
    /// The number as TensorFlow sees it.
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "as TensorFlow does")]
    pub(super) fn as_f32(&self) -> Option<f32> {
        match self {
            Value::Int(i) => Some(*i as f32),
            Value::Float(x) => Some(*x as f32),
            _ => None,
        }
    }
}

/// As Python writes it, a whole number without its point.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::None => f.write_str("None"),
            Value::Bool(true) => f.write_str("True"),
            Value::Bool(false) => f.write_str("False"),
            Value::Int(i) => write!(f, "{i}"),
            Value::Float(x) if x.fract() == 0.0 && x.abs() < 1e15 => write!(f, "{x:.0}"),
            Value::Float(x) => write!(f, "{x:?}"),
            Value::Text(text) => write!(f, "'{text}'"),
            Value::List(values) => {
                let values: Vec<String> = values.iter().map(Value::to_string).collect();
                write!(f, "[{}]", values.join(", "))
            }
        }
    }
}

/// A thing and the bytes it was written in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spanned<T> {
    pub(super) it: T,
    pub(super) span: Range<usize>,
}

/// `name = value`, or a value alone.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Argument {
    pub(super) name: Option<Spanned<String>>,
    pub(super) value: Spanned<Value>,
}

/// A name and its arguments.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Call {
    pub(super) name: Spanned<String>,
    pub(super) arguments: Vec<Argument>,
}

/// Reads a whole string as a call.
pub(super) fn call(text: &str) -> Result<Call, QuantizerError> {
    let mut reader = Reader { text, at: 0 };
    let name = reader.name().ok_or_else(|| reader.expected("the name of a quantizer"))?;
    let arguments = if reader.take('(') { reader.arguments()? } else { Vec::new() };
    match reader.peek() {
        None => Ok(Call { name, arguments }),
        Some(_) => {
            Err(reader.expected("nothing more").help("a quantizer is a name, or a name(with, its=arguments)"))
        }
    }
}

/// What may stand for an argument's value.
const A_VALUE: &str =
    "a value is a number, True, False, None, a 'text' in quotes or a [list]; nothing is computed";

/// A place in the string, and the rules of the grammar that read on from it.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    /// Arguments up to and with the closing parenthesis.
    fn arguments(&mut self) -> Result<Vec<Argument>, QuantizerError> {
        let open = self.at - 1;
        let mut arguments = Vec::new();
        while !self.take(')') {
            self.ended().map_or(Ok(()), |end| Err(unclosed("parenthesis", open, end)))?;
            arguments.push(self.argument()?);
            self.comma_before(')')?;
        }
        Ok(arguments)
    }

    fn argument(&mut self) -> Result<Argument, QuantizerError> {
        let start = self.at;
        let name = self.name().filter(|_| self.take('='));
        if name.is_none() {
            self.at = start;
        }
        Ok(Argument { name, value: self.value()? })
    }

    fn value(&mut self) -> Result<Spanned<Value>, QuantizerError> {
        if self.peek() != Some('[') {
            return self.scalar();
        }
        let open = self.at;
        self.at += 1;
        let mut values = Vec::new();
        while !self.take(']') {
            self.ended().map_or(Ok(()), |end| Err(unclosed("bracket", open, end)))?;
            values.push(self.scalar()?.it);
            self.comma_before(']')?;
        }
        Ok(Spanned { it: Value::List(values), span: open..self.at })
    }

    fn scalar(&mut self) -> Result<Spanned<Value>, QuantizerError> {
        match self.peek() {
            Some(quote @ ('\'' | '"')) => self.quoted(quote),
            Some('0'..='9' | '.' | '+' | '-') => self.number(),
            Some(_) => self.word(),
            None => Err(self.expected("a value")),
        }
    }

    fn quoted(&mut self, quote: char) -> Result<Spanned<Value>, QuantizerError> {
        let open = self.at;
        let rest = &self.text[open + 1..];
        let length = rest.find(quote).ok_or_else(|| unclosed("quote", open, self.text.len()))?;
        let text = &rest[..length];
        self.at = open + length + 2;
        if text.contains(['\\', '\'', '"']) {
            let error = QuantizerError::new("a text with quotes or backslashes", open..self.at);
            return Err(error.help("no argument takes such a text"));
        }
        Ok(Spanned { it: Value::Text(Cow::Owned(text.to_owned())), span: open..self.at })
    }

    fn number(&mut self) -> Result<Spanned<Value>, QuantizerError> {
        let start = self.at;
        let mut previous = ' ';
        let length = self.text[start..].find(|c: char| {
            let sign = matches!(c, '+' | '-') && matches!(previous, ' ' | 'e' | 'E');
            previous = c;
            !(sign || c.is_ascii_alphanumeric() || matches!(c, '.' | '_'))
        });
        let length = length.unwrap_or(self.text.len() - start);
        self.at += length;
        let text = &self.text[start..self.at];
        let value = number(text).ok_or_else(|| {
            let large = text.parse::<f64>().is_ok();
            let what = if large { "is too large a number" } else { "is not a number" };
            QuantizerError::new(format!("`{text}` {what}"), start..self.at)
                .help("a number is written 6, -1, 0.5 or 1e-3")
        })?;
        Ok(Spanned { it: value, span: start..self.at })
    }

    fn word(&mut self) -> Result<Spanned<Value>, QuantizerError> {
        let name = self.name().ok_or_else(|| self.expected("a value").help(A_VALUE))?;
        let value = match name.it.as_str() {
            "None" => Value::None,
            "True" => Value::Bool(true),
            "False" => Value::Bool(false),
            other => {
                let error = QuantizerError::new(format!("`{other}` is not a value"), name.span);
                return Err(error.help(A_VALUE));
            }
        };
        Ok(Spanned { it: value, span: name.span })
    }

    /// A name, if one starts here.
    fn name(&mut self) -> Option<Spanned<String>> {
        self.peek().filter(|c| c.is_ascii_alphabetic() || *c == '_')?;
        let start = self.at;
        let rest = &self.text[start..];
        self.at += rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        Some(Spanned { it: self.text[start..self.at].to_owned(), span: start..self.at })
    }

    fn comma_before(&mut self, close: char) -> Result<(), QuantizerError> {
        match self.peek() {
            Some(c) if c == close => Ok(()),
            Some(',') => {
                self.at += 1;
                Ok(())
            }
            None => Ok(()),
            Some(_) => Err(self.expected(&format!("`,` or `{close}`"))),
        }
    }

    fn take(&mut self, c: char) -> bool {
        let here = self.peek() == Some(c);
        self.at += if here { c.len_utf8() } else { 0 };
        here
    }

    /// The next character that is not a space.
    fn peek(&mut self) -> Option<char> {
        let rest = self.text[self.at..].trim_start();
        self.at = self.text.len() - rest.len();
        rest.chars().next()
    }

    fn ended(&mut self) -> Option<usize> {
        self.peek().is_none().then_some(self.text.len())
    }

    fn expected(&mut self, what: &str) -> QuantizerError {
        let Some(found) = self.peek() else {
            return QuantizerError::new(format!("expected {what}, found the end"), self.at..self.at);
        };
        let span = self.at..self.at + found.len_utf8();
        QuantizerError::new(format!("expected {what}, found {}", shown(found)), span)
    }
}

/// A letter as it looks, with its code where that deceives: a Cyrillic `а`, a space of no width.
fn shown(c: char) -> String {
    let code = u32::from(c);
    match c {
        ' '..='~' => format!("`{c}`"),
        _ if c.escape_debug().count() == 1 => format!("`{c}` (U+{code:04X})"),
        _ => format!("the invisible U+{code:04X}"),
    }
}

fn unclosed(what: &str, open: usize, end: usize) -> QuantizerError {
    QuantizerError::new(format!("this {what} is not closed"), open..end)
}

/// An int where it looks like one, else a finite float.
fn number(text: &str) -> Option<Value> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok().map(Value::Int);
    }
    let numeric = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let value: f64 = if numeric { text.parse().ok()? } else { return None };
    value.is_finite().then_some(Value::Float(value))
}
