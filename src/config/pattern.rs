//! Patterns on layer names: regular expressions, matched as Python's `re` does for AutoQKeras.

use super::problem::{Code, Place, Problem};
use regex::Regex;

/// A regular expression, with its place.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// As it is written.
    pub text: String,
    /// Where it stands.
    pub place: Place,
    regex: Regex,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Pattern) -> bool {
        (&self.text, self.place) == (&other.text, other.place)
    }
}

impl Pattern {
    /// The pattern `text`, which stands at `place`.
    ///
    /// # Errors
    /// [`Code::BadPattern`].
    pub fn new(text: String, place: Place) -> Result<Pattern, Problem> {
        match Regex::new(&text) {
            Ok(regex) => Ok(Pattern { text, place, regex }),
            Err(error) => Err(Problem::new(Code::BadPattern, format!("`{text}` is no pattern: {}", why(&error)))
                .at(place, "this pattern")
                .help("write a regular expression on layer names, such as \"fc[12]\", without look-around and back references")),
        }
    }

    /// Whether it matches at the beginning of `name`: Python's `re.match`. `fc1` matches `fc10` too; `fc1$` does not.
    ///
    /// ```
    /// # use heteroq::config::{problem::Place, search::Pattern};
    /// let pattern = |text: &str| Pattern::new(text.to_owned(), Place::new(0.into(), 0)).unwrap();
    /// assert!(pattern("fc|out").matches("fc10") && !pattern("1").matches("fc10") && pattern("1").is_in("fc10"));
    /// ```
    pub fn matches(&self, name: &str) -> bool {
        self.regex.find(name).is_some_and(|found| found.start() == 0)
    }

    /// Whether it matches anywhere in `name`: Python's `re.search`.
    pub fn is_in(&self, name: &str) -> bool {
        self.regex.is_match(name)
    }
}

/// What is wrong, in one line: the last of what the parser says.
fn why(error: &regex::Error) -> String {
    let text = error.to_string();
    let line = text.lines().last().unwrap_or_default();
    line.trim_start_matches("error: ").to_owned()
}
