//! One section read by its table of keys: each value of the type asked for, or the problem at its place.

use super::keys::Table;
use super::problem::{Code, Place, Problem};
use super::suggest;
use super::tree::{Node, Value};
use crate::quantizer::Sigmoid;

/// A section whose keys are all known.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    table: &'static Table,
    place: Place,
    pairs: &'a [(Node, Node)],
    /// The sigmoid inside its quantizers.
    pub(super) sigmoid: Sigmoid,
}

/// A type that a node can be read as.
pub(super) trait Read: Sized {
    /// What a node must be, as in "this must be a number".
    const WANTED: &'static str;

    /// The value, `None` if the node is something else.
    fn read(node: &Node) -> Option<Self>;
}

/// `node` as a `T`.
///
/// # Errors
/// [`Code::WrongType`] at its place.
pub(super) fn read<T: Read>(node: &Node) -> Result<T, Problem> {
    T::read(node).ok_or_else(|| wrong_type(node, T::WANTED))
}

fn wrong_type(node: &Node, wanted: &str) -> Problem {
    let what = node.value.what();
    Problem::new(Code::WrongType, format!("{what} where {wanted} is wanted"))
        .at(node.place, format!("this must be {wanted}"))
}

/// The pairs of a map; empty for anything else.
pub(super) fn pairs(node: &Node) -> &[(Node, Node)] {
    match &node.value {
        Value::Map(pairs) => pairs,
        _ => &[],
    }
}

/// The value of `key` in `pairs`.
pub(super) fn find<'a>(pairs: &'a [(Node, Node)], key: &str) -> Option<&'a Node> {
    let is_key = |node: &Node| matches!(&node.value, Value::Text(text) if text == key);
    pairs.iter().find(|(name, _)| is_key(name)).map(|(_, value)| value)
}

impl<'a> Fields<'a> {
    /// The section at `node`, which stands under the key at `place`.
    ///
    /// # Errors
    /// Not a map; an unknown key.
    pub(super) fn of(node: &'a Node, place: Place, table: &'static Table) -> Result<Fields<'a>, Problem> {
        let Value::Map(pairs) = &node.value else {
            return Err(wrong_type(node, "a map of keys and values"));
        };
        for (key, _) in pairs {
            known(key, table)?;
        }
        Ok(Fields { table, place, pairs, sigmoid: Sigmoid::default() })
    }

    /// The section at `place` with no key given.
    pub(super) fn none(place: Place, table: &'static Table) -> Fields<'a> {
        Fields { table, place, pairs: &[], sigmoid: Sigmoid::default() }
    }

    /// The same, with this sigmoid inside its quantizers.
    pub(super) fn with_sigmoid(self, sigmoid: Sigmoid) -> Fields<'a> {
        Fields { sigmoid, ..self }
    }

    /// Where the section's key stands.
    pub(super) fn own_place(&self) -> Place {
        self.place
    }

    /// The node of `key`.
    pub(super) fn node(&self, key: &str) -> Option<&'a Node> {
        debug_assert!(self.table.names().any(|name| name == key), "{key} is in its table");
        find(self.pairs, key)
    }

    /// Where the name of `key` stands; the section's own place if it is not given.
    pub(super) fn key_place(&self, key: &str) -> Place {
        let is_key = |node: &Node| matches!(&node.value, Value::Text(text) if text == key);
        self.pairs.iter().find(|(name, _)| is_key(name)).map_or(self.place, |(name, _)| name.place)
    }

    /// The node of `key`, which must be given.
    pub(super) fn required_node(&self, key: &str) -> Result<&'a Node, Problem> {
        self.node(key).ok_or_else(|| missing(key, self.place, self.table))
    }

    /// The value of `key`, if it is given.
    pub(super) fn optional<T: Read>(&self, key: &str) -> Result<Option<T>, Problem> {
        self.node(key).map(read).transpose()
    }

    /// The value of `key`, or `default`.
    pub(super) fn or<T: Read>(&self, key: &str, default: T) -> Result<T, Problem> {
        Ok(self.optional(key)?.unwrap_or(default))
    }

    /// The whole number of `key`, or `default`; within `least..=greatest`.
    pub(super) fn whole(&self, key: &str, default: u64, least: u64, greatest: u64) -> Result<u64, Problem> {
        self.node(key).map_or(Ok(default), |node| within(node, least, greatest))
    }

    /// What the word of `key` stands for among `words`, if it is given.
    pub(super) fn word<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Result<Option<T>, Problem> {
        self.node(key).map(|node| word(node, key, words)).transpose()
    }
}

/// That the section at `place` does not give `key` of its `table`.
pub(super) fn missing(key: &str, place: Place, table: &Table) -> Problem {
    Problem::new(Code::MissingKey, format!("{} needs the key `{key}`", table.title))
        .at(place, format!("`{key}` is missing here"))
        .help(format!("`{key}`: {}", table.meaning(key)))
}

fn known(key: &Node, table: &Table) -> Result<(), Problem> {
    let name: String = read(key)?;
    if table.names().any(|known| known == name) {
        return Ok(());
    }
    let names: Vec<&str> = table.names().collect();
    Err(Problem::new(Code::UnknownKey, format!("{} has no key `{name}`", table.title))
        .at(key.place, "this key")
        .help(suggest::help(&name, "the keys are", names.into_iter())))
}

/// The whole number at `node`, within `least..=greatest`.
///
/// # Errors
/// [`Code::WrongType`], [`Code::OutOfRange`].
pub(super) fn within(node: &Node, least: u64, greatest: u64) -> Result<u64, Problem> {
    let number: i128 = read(node)?;
    u64::try_from(number).ok().filter(|n| (least..=greatest).contains(n)).ok_or_else(|| {
        Problem::new(Code::OutOfRange, format!("{number} is not within {least} to {greatest}"))
            .at(node.place, format!("this must be {least} to {greatest}"))
    })
}

/// What the word at `node` stands for among `words`.
///
/// # Errors
/// [`Code::WrongType`], [`Code::UnknownWord`].
pub(super) fn word<T: Copy>(node: &Node, key: &str, words: &[(&str, T)]) -> Result<T, Problem> {
    let text: String = read(node)?;
    let known = words.iter().find(|(word, _)| *word == text);
    known.map(|(_, value)| *value).ok_or_else(|| {
        Problem::new(Code::UnknownWord, format!("there is no {key} `{text}`"))
            .at(node.place, "this word")
            .help(suggest::help(&text, "there are", words.iter().map(|(word, _)| *word)))
    })
}

impl Read for String {
    const WANTED: &'static str = "text";

    /// Numbers and truth values are names too: a class may be called `1`.
    fn read(node: &Node) -> Option<String> {
        match &node.value {
            Value::Text(text) | Value::Number(text) => Some(text.clone()),
            Value::Bool(truth) => Some(truth.to_string()),
            _ => None,
        }
    }
}

impl Read for bool {
    const WANTED: &'static str = "true or false";

    fn read(node: &Node) -> Option<bool> {
        match node.value {
            Value::Bool(truth) => Some(truth),
            _ => None,
        }
    }
}

impl Read for i128 {
    const WANTED: &'static str = "a whole number";

    fn read(node: &Node) -> Option<i128> {
        match &node.value {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        }
    }
}

impl Read for Vec<Node> {
    const WANTED: &'static str = "a list";

    fn read(node: &Node) -> Option<Vec<Node>> {
        match &node.value {
            Value::List(items) => Some(items.clone()),
            _ => None,
        }
    }
}
