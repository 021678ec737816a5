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

    /// Adds `pairs` of keys and texts to `map`, behind the value of the key that stands at `after`.
    pub(super) fn insert(&mut self, map: &Node, after: &Node, pairs: &[(&str, String)]) {
        let end = self.end(after);
        let is_flow = self.text[map.place.offset()..].starts_with('{');
        let (at, before) = if is_flow { (end, ", ".to_owned()) } else { self.line_after(map, end) };
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
            let same_place = n > 0 && self.changes[n - 1].0.start == place.start;
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
