//! What was compared, and which values are excepted.

use crate::goldens::bytes;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The most values that may be excepted, in all tests together.
const MOST_EXCEPTIONS: usize = 5;

/// How many mismatches a failure shows.
const MOST_SHOWN: usize = 40;

/// A value that differs from QKeras's, and why it may.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Exception {
    id: String,
    what: String,
    element: usize,
    reason: String,
}

/// An entry for which QKeras raises and heteroq does not, and why.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Extension {
    /// A part of what QKeras says.
    pub(crate) error: String,
    /// What heteroq does.
    pub(crate) reason: String,
}

/// `exceptions.json`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Exceptions {
    values: Vec<Exception>,
    /// Entries for which QKeras raises.
    pub(crate) extensions: Vec<Extension>,
}

impl Exceptions {
    /// The checked file.
    pub(crate) fn read() -> Exceptions {
        let all: Exceptions =
            serde_json::from_slice(&bytes("quantizers/exceptions.json")).expect("lists of exceptions");
        assert!(all.values.len() <= MOST_EXCEPTIONS, "{} exceptions", all.values.len());
        assert!(all.values.iter().all(|exception| !exception.reason.is_empty()));
        all
    }
}

/// What was compared in one class.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Count {
    /// Entries.
    pub(crate) entries: usize,
    /// Values that agree.
    pub(crate) values: usize,
    /// Values left out: the reference is not finite, or the input is 2^60 or more.
    pub(crate) skipped: usize,
    /// Values that `exceptions.json` names.
    pub(crate) excepted: usize,
}

impl Count {
    fn add(&mut self, other: &Count) {
        self.entries += other.entries;
        self.values += other.values;
        self.skipped += other.skipped;
        self.excepted += other.excepted;
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Count { entries, values, skipped, excepted } = self;
        write!(f, "{entries:5} entries, {values:7} values compared, {skipped:5} skipped, {excepted} excepted")
    }
}

/// The count of one kind of value (`y`, `g`, …) over all classes, and what is wrong.
pub(crate) struct Tally {
    what: &'static str,
    classes: BTreeMap<String, Count>,
    wrong: Vec<String>,
    exceptions: Vec<Exception>,
    used: BTreeSet<(String, usize)>,
}

impl Tally {
    /// Nothing yet.
    pub(crate) fn of(what: &'static str) -> Tally {
        let mut exceptions = Exceptions::read().values;
        exceptions.retain(|exception| exception.what == what);
        Tally { what, classes: BTreeMap::new(), wrong: Vec::new(), exceptions, used: BTreeSet::new() }
    }

    /// The count of a class.
    pub(crate) fn class(&mut self, class: &str) -> &mut Count {
        self.classes.entry(class.to_owned()).or_default()
    }

    /// Counts a value of entry `id`; `difference` says what is wrong with it, if anything is.
    pub(crate) fn value(&mut self, class: &str, id: &str, element: usize, difference: Option<String>) {
        let Some(difference) = difference else {
            self.class(class).values += 1;
            return;
        };
        let excepted = |exception: &Exception| exception.id == id && exception.element == element;
        if self.exceptions.iter().any(excepted) {
            self.used.insert((id.to_owned(), element));
            self.class(class).excepted += 1;
        } else {
            self.wrong.push(difference);
        }
    }

    /// Prints what was compared; fails if anything is wrong, or an exception is none.
    pub(crate) fn finish(self) -> Count {
        let mut all = Count::default();
        for (class, count) in &self.classes {
            eprintln!("{:5} {class:18} {count}", self.what);
            all.add(count);
        }
        eprintln!("{:5} {:18} {all}", self.what, "all");
        let shown: Vec<String> = self.wrong.iter().take(MOST_SHOWN).cloned().collect();
        assert!(self.wrong.is_empty(), "{} are wrong:\n{}", self.wrong.len(), shown.join("\n"));
        assert_eq!(self.used.len(), self.exceptions.len(), "some exceptions agree: {:?}", self.exceptions);
        all
    }
}
