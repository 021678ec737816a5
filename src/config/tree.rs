//! YAML as a tree whose every node knows its place.

use super::problem::{Code, Place, Problem};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_yaml::{Location, Spanned};
use std::fmt;

/// A node and its place.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// What it is.
    pub(super) value: Value,
    /// Where it stands.
    pub(super) place: Place,
}

/// What a node is.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// Nothing, `null`, `~`.
    Nothing,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    /// Any other text.
    Text(String),
    /// `[…]`.
    List(Vec<Node>),
    /// `{…}`, in the order of the file.
    Map(Vec<(Node, Node)>),
}

impl Value {
    /// What it is, in a diagnostic.
    pub(super) fn what(&self) -> &'static str {
        match self {
            Value::Nothing => "nothing",
            Value::Bool(_) => "a truth value",
            Value::Number(_) => "a number",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }
}

/// The tree of `text`.
///
/// # Errors
/// [`Code::Syntax`], where the parser stopped.
pub(super) fn parse(text: &str) -> Result<Node, Problem> {
    let options = serde_yaml::options! { strict_booleans: true, with_snippet: false };
    let raw: Spanned<Raw> =
        serde_yaml::from_str_with_options(text, options).map_err(|error| syntax(&error, text))?;
    Ok(node(raw, text))
}

fn syntax(error: &serde_yaml::Error, text: &str) -> Problem {
    let problem = Problem::new(Code::Syntax, plain_words(&error.without_snippet().to_string()));
    match error.location() {
        Some(location) => problem.at(place(location, text), "here"),
        None => problem,
    }
}

/// What the parser says, without the place, which a label shows, and without advice to its programmer.
fn plain_words(message: &str) -> &str {
    if message.contains("budget breached") {
        return "too deeply nested or too large for a config";
    }
    let line = message.lines().next().unwrap_or_default();
    let ends =
        [" at line ", ", set DuplicateKeyPolicy", "; use from_str", " rejected by the configured policy"];
    let ends = ends.into_iter();
    let end = ends.filter_map(|end| line.find(end)).min().unwrap_or(line.len());
    &line[..end]
}

/// The bytes of `text` at `location`.
fn place(location: Location, text: &str) -> Place {
    let bytes = |n: Option<u64>| n.and_then(|n| usize::try_from(n).ok());
    let span = location.span();
    match (bytes(span.byte_offset()), bytes(span.byte_len())) {
        (Some(offset), Some(len)) if offset + len <= text.len() => Place::new(offset.into(), len),
        _ => Place::new(start(location, text).into(), 0),
    }
}

/// Where the line and column of `location` are, which count from 1.
fn start(location: Location, text: &str) -> usize {
    let before = |n: u64| usize::try_from(n.saturating_sub(1)).unwrap_or(usize::MAX);
    let mut lines = text.split_inclusive('\n').skip(before(location.line()));
    let line = lines.next().unwrap_or_default();
    let rest: usize = lines.map(str::len).sum();
    let into: usize = line.chars().take(before(location.column())).map(char::len_utf8).sum();
    text.len() - rest - line.len() + into
}

/// A node as the parser hands it over.
enum Raw {
    Nothing,
    Bool(bool),
    Number,
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<Raw>, Spanned<Raw>)>),
}

fn node(raw: Spanned<Raw>, text: &str) -> Node {
    let place = place(raw.defined, text);
    let value = match raw.value {
        Raw::Nothing => Value::Nothing,
        Raw::Bool(truth) => Value::Bool(truth),
        Raw::Number => Value::Number(written(place, text).to_owned()),
        Raw::Text(text) => Value::Text(text),
        Raw::List(items) => Value::List(items.into_iter().map(|item| node(item, text)).collect()),
        Raw::Map(pairs) => {
            Value::Map(pairs.into_iter().map(|(key, value)| (node(key, text), node(value, text))).collect())
        }
    };
    Node { value, place }
}

/// The text at `place`: a number is read from it exactly, never through a float.
fn written(place: Place, text: &str) -> &str {
    text.get(place.offset()..place.offset() + place.len()).unwrap_or_default().trim()
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("YAML")
    }

    fn visit_unit<E: Error>(self) -> Result<Raw, E> {
        Ok(Raw::Nothing)
    }

    fn visit_none<E: Error>(self) -> Result<Raw, E> {
        Ok(Raw::Nothing)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(truth))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Raw, E> {
        Ok(Raw::Number)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Raw, E> {
        Ok(Raw::Number)
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<Raw, E> {
        Ok(Raw::Number)
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<Raw, E> {
        Ok(Raw::Number)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Raw, E> {
        Ok(Raw::Number)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Raw::Map(pairs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_knows_the_bytes_it_was_written_in() {
        let text = "# é\nclock: 40.0790\nnames: [zß, \"y\", 1e-3]\nfold: &f {a: 1}\nagain: *f\n";
        let Value::Map(pairs) = parse(text).unwrap().value else { panic!("a map") };
        let at = |node: &Node| &text[node.place.offset()..node.place.offset() + node.place.len()];
        assert_eq!(at(&pairs[0].0), "clock");
        assert!(matches!(&pairs[0].1.value, Value::Number(n) if n == "40.0790"));
        let Value::List(names) = &pairs[1].1.value else { panic!("a list") };
        assert_eq!(names.iter().map(at).collect::<Vec<_>>(), ["zß", "\"y\"", "1e-3"]);
        let Value::Map(again) = &pairs[3].1.value else { panic!("a map") };
        assert!(matches!(&again[0].1.value, Value::Number(n) if n == "1"));
    }
}
