//! Seconds for each step, in the order in which steps ran: a map in `report.json`.

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Seconds for each step, in their order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Seconds(Vec<(String, f64)>);

impl Seconds {
    /// `step` took `seconds`, kept to the millisecond; a step that ran before keeps its place.
    pub fn set(&mut self, step: &str, seconds: f64) {
        let seconds = (seconds * 1000.0).round() / 1000.0;
        match self.0.iter_mut().find(|(name, _)| name == step) {
            Some(entry) => entry.1 = seconds,
            None => self.0.push((step.to_owned(), seconds)),
        }
    }

    /// The steps with their seconds.
    pub fn iter(&self) -> impl Iterator<Item = (&str, f64)> {
        self.0.iter().map(|(step, seconds)| (step.as_str(), *seconds))
    }

    /// Whether no step ran.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Seconds of all steps.
    pub fn total(&self) -> f64 {
        self.0.iter().map(|(_, seconds)| seconds).sum()
    }
}

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (step, seconds) in &self.0 {
            map.serialize_entry(step, seconds)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Seconds, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Seconds;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a map from step to seconds")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Seconds, M::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Seconds(entries))
    }
}
