//! Changes of a YAML text in place: everything else stays as it was written, comments and order too.
//!
//! ```yaml
//! - name: fc1                          - name: fc1
//!   units: 4 # of them          →        units: 4 # of them
//!   activation: relu                     kernel: "ternary()"
//!                                        activation: "quantized_relu(4)"
//! ```

use crate::config::problem::Place;
use crate::config::tree::{Node, Value};
use std::fmt::Write;
use std::ops::Range;

/// Changes of a text.
pub(super) struct Edits<'a> {
    text: &'a str,
    changes: Vec<(Range<usize>, String)>,
}

impl<'a> Edits<'a> {
    /// None as yet.
    pub(super) fn of(text: &'a str) -> Edits<'a> {
        Edits { text, changes: Vec::new() }
    }

    /// Puts the text `value` in the place of the one at `node`, in quotes if that one has them or YAML wants them.
    pub(super) fn replace(&mut self, node: &Node, value: &str) {
        let place = range(node.place);
        let quoted = self.text[place.clone()].starts_with(['"', '\'']);
        let value = if !quoted && is_plain(value) { value.to_owned() } else { quote(value) };
        self.changes.push((place, value));
    }

    /// Puts `value`, which needs no quotes, in the place of the one at `node`.
    pub(super) fn write(&mut self, node: &Node, value: &str) {
        self.changes.push((range(node.place), value.to_owned()));
    }

    /// Adds `pairs` of keys and values, which need no quotes, at the beginning of `map`.
    pub(super) fn begin(&mut self, map: &Node, pairs: &[(&str, String)]) {
        let Value::Map(own) = &map.value else { return };
        if let Some((first, _)) = own.first() {
            return self.before_key(map, first, pairs);
        }
        let all: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}: {value}")).collect();
        let at = map.place.offset() + 1; // behind the brace of `{}`
        self.changes.push((at..at, all.join(", ")));
    }

    /// Adds `pairs` of keys and values, which need no quotes, to `map` before its `key`.
    pub(super) fn before(&mut self, map: &Node, key: &str, pairs: &[(&str, String)]) {
        let Value::Map(own) = &map.value else { return };
        if let Some((found, _)) = own.iter().find(|(name, _)| is_key(name, key)) {
            self.before_key(map, found, pairs);
        }
    }

    fn before_key(&mut self, map: &Node, key: &Node, pairs: &[(&str, String)]) {
        let at = key.place.offset();
        let line = self.text[..at].rsplit('\n').next().unwrap_or_default();
        let indent = line.trim_start_matches('\u{feff}').chars().count();
        let has_return = self.text[at..].split('\n').next().is_some_and(|line| line.ends_with('\r'));
        let line_end = if has_return { "\r\n" } else { "\n" };
        let after =
            if self.is_flow(map) { ", ".to_owned() } else { line_end.to_owned() + &" ".repeat(indent) };
        let added: String = pairs.iter().map(|(key, value)| format!("{key}: {value}{after}")).collect();
        self.changes.push((at..at, added));
    }

    /// Takes `key` and its value out of `map`, which has other keys too. Comments that stand beside its keys stay.
    pub(super) fn remove(&mut self, map: &Node, key: &str) {
        let Value::Map(own) = &map.value else { return };
        let Some((found, value)) = own.iter().find(|(name, _)| is_key(name, key)) else { return };
        let start = found.place.offset();
        let next = own.iter().map(|(name, _)| name.place.offset()).filter(|at| *at > start).min();
        let place = match (self.is_flow(map), next) {
            (true, Some(next)) => start..next,
            (true, None) => self.text[..start].rfind(',').unwrap_or(start)..self.flow_end(value),
            (false, next) => self.lines_of(start, next.unwrap_or(self.text.len())),
        };
        self.changes.push((place, String::new()));
    }

    fn is_flow(&self, map: &Node) -> bool {
        self.text[map.place.offset()..].starts_with('{')
    }

    /// The lines from that of `start`, where a key stands, to before `next`, the next key or the end; without the
    /// comments and empty lines before `next` that are no deeper than the key.
    fn lines_of(&self, start: usize, next: usize) -> Range<usize> {
        let begin = |at: usize| self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        let (first, mut end) = (begin(start), if next < self.text.len() { begin(next) } else { next });
        let indent = start - first;
        while end > first {
            let before = begin(end - usize::from(self.text[..end].ends_with('\n')));
            let line = self.text[before..end].trim_end();
            let is_comment = line.trim_start().starts_with('#') && line.find('#') <= Some(indent);
            if before <= first || !(line.is_empty() || is_comment) {
                break;
            }
            end = before;
        }
        first..end
    }

    /// Where `node`, in a flow map, ends.
    fn flow_end(&self, node: &Node) -> usize {
        let start = node.place.offset();
        let mut depth = 0;
        let mut quote = None;
        for (at, c) in self.text[start..].char_indices() {
            match (quote, c) {
                (Some(open), c) if c == open => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') if depth > 0 => quote = Some(c),
                (None, '{' | '[') => depth += 1,
                (None, '}' | ']') if depth == 1 => return start + at + 1,
                (None, '}' | ']') => depth -= 1,
                (None, _) if depth == 0 => break,
                (None, _) => {}
            }
        }
        range(node.place).end
    }

    /// Adds `pairs` of keys and texts to `map`, behind the value of the key that stands at `after`.
    pub(super) fn insert(&mut self, map: &Node, after: &Node, pairs: &[(&str, String)]) {
        let end = self.end(after);
        let (at, before) = if self.is_flow(map) { (end, ", ".to_owned()) } else { self.line_after(map, end) };
        let mut added = String::new();
        for (key, value) in pairs {
            write!(added, "{before}{key}: {}", quote(value)).expect("a string takes all");
        }
        self.changes.push((at..at, added));
    }

    /// The end of the line that `end` is in, and what a line of the block `map` begins with.
    fn line_after(&self, map: &Node, end: usize) -> (usize, String) {
        let rest = &self.text[end..];
        let line = rest.split('\n').next().unwrap_or_default();
        let has_return = line.ends_with('\r');
        let at = end + line.len() - usize::from(has_return);
        let before_map = &self.text[..map.place.offset()];
        let line = before_map.rsplit('\n').next().unwrap_or_default();
        let indent = line.trim_start_matches('\u{feff}').chars().count();
        (at, format!("{}{}", if has_return { "\r\n" } else { "\n" }, " ".repeat(indent)))
    }

    /// Where the text of `node`, a scalar or a list of scalars, ends.
    fn end(&self, node: &Node) -> usize {
        let own = range(node.place).end;
        let Value::List(items) = &node.value else { return own };
        let last = items.last().map_or(own, |item| range(item.place).end);
        let is_flow = self.text[node.place.offset()..].starts_with('[');
        let close = self.text[last..].find(']').filter(|_| is_flow);
        close.map_or(last, |close| last + close + 1)
    }

    /// The changed text; none if two changes are for the same place.
    pub(super) fn apply(mut self) -> Option<String> {
        self.changes.sort_by_key(|(place, _)| (place.start, place.end));
        self.changes.dedup();
        let (mut out, mut done) = (String::new(), 0);
        for (n, (place, new)) in self.changes.iter().enumerate() {
            let same_place = n > 0 && place.is_empty() && self.changes[n - 1].0.start == place.start;
            if place.start < done || same_place {
                return None;
            }
            out += &self.text[done..place.start];
            out += new;
            done = place.end;
        }
        Some(out + &self.text[done..])
    }
}

fn is_key(node: &Node, key: &str) -> bool {
    matches!(&node.value, Value::Text(text) if text == key)
}

fn range(place: Place) -> Range<usize> {
    place.offset()..place.offset() + place.len()
}

/// Whether YAML reads `value` as this text without quotes: a path such as `../w.safetensors`, and never a number.
fn is_plain(value: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | '-');
    let a_path =
        value.contains('/') || value.starts_with(|c: char| c.is_ascii_alphabetic()) && value.contains('.');
    a_path && value.chars().all(plain)
}

/// `value` in quotes.
fn quote(value: &str) -> String {
    if value.chars().any(char::is_control) {
        return serde_json::Value::from(value).to_string(); // its escapes are among YAML's
    }
    match value.contains(['"', '\\']) {
        true => format!("'{}'", value.replace('\'', "''")),
        false => format!("\"{value}\""),
    }
}
