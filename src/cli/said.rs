//! What a command says on standard output: for people, or as one JSON object.

use crate::config::convert::Converted;
use crate::flow::check::{self, Checked};
use crate::flow::convert;
use crate::flow::describe::Described;
use crate::flow::design::Design;
use crate::flow::estimates::{self, Estimate};
use crate::flow::generate::Generated;
#[cfg(feature = "train")]
use crate::flow::scan::Scanned;
#[cfg(feature = "train")]
use crate::flow::search::{results::Found, take::Taken};
#[cfg(feature = "train")]
use crate::flow::train::{self, Trained};
use crate::metrics::evaluation::Evaluation;
use crate::metrics::profile::Profile;
use crate::qtools::Stats;
use crate::report::{Report, json, number, profile, text};
use serde::Serialize;
use serde_json::{Value, json};
use std::path::Path;

/// What a command has to say on standard output.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// For people.
    pub text: String,
    /// For programs.
    pub json: Value,
}

impl Said {
    /// The names of passes, in order.
    pub fn passes(names: &[&str]) -> Said {
        Said { text: names.join("\n") + "\n", json: json!({"passes": names}) }
    }

    /// A form of a design as text.
    pub fn dump(pass: &str, text: String) -> Said {
        Said { json: json!({"pass": pass, "text": text}), text }
    }

    /// The report: its JSON is report.json.
    pub fn report(report: &Report) -> Said {
        let json = serde_json::from_str(&json::write(report)).expect("a report is JSON");
        Said { text: text::write(report), json }
    }

    /// The network as it was understood.
    pub fn checked(checked: &Checked) -> Said {
        Said { text: check::text(checked), json: value(checked) }
    }

    /// The same, and the operations of all layers under `stats`.
    #[must_use]
    pub fn and_stats(mut self, stats: &Stats) -> Said {
        self.text += &estimates::stats_text(stats);
        self.json["stats"] = value(stats);
        self
    }

    /// The same, and the energies and data types of all layers under `energy`.
    #[must_use]
    pub fn and_energy(mut self, estimate: &Estimate) -> Said {
        self.text += &estimate.text();
        self.json["energy"] = estimate.json();
        self
    }

    /// Figures of the exact net.
    pub fn evaluation(found: &Evaluation, classes: &[String]) -> Said {
        Said { text: text::evaluation(found, classes), json: value(found) }
    }

    /// The same, and the values of all layers under `profile`.
    #[must_use]
    pub fn and_profile(mut self, found: &Profile) -> Said {
        self.text += &profile::write(found);
        self.json["profile"] = value(found);
        self
    }

    /// What a training gave.
    #[cfg(feature = "train")]
    pub fn trained(trained: &Trained) -> Said {
        Said { text: train::text(trained), json: value(trained) }
    }

    /// What a search found; nothing of a worker for another process.
    #[cfg(feature = "train")]
    pub fn searched(found: Option<&Found>) -> Said {
        let text = found.map_or(String::new(), |found| found.text.clone());
        Said { text, json: found.map_or(json!({}), value) }
    }

    /// A network that was taken out of a search.
    #[cfg(feature = "train")]
    pub fn taken(taken: &Taken) -> Said {
        let (trial, config) = (taken.trial, taken.config.display());
        let (what, events) = match taken.trained.test {
            Some(_) => (taken.trained.accuracy(), "test"),
            None => (taken.trained.validation_accuracy, "validation"),
        };
        let right = number::percent(what);
        Said {
            text: format!("{config}\ntrial {trial}: {right} of the {events} events right\n"),
            json: value(taken),
        }
    }

    /// What a scan found.
    #[cfg(feature = "train")]
    pub fn scanned(scanned: &Scanned, folder: &Path) -> Said {
        let path = folder.display().to_string();
        Said {
            text: format!("{}\n{path}: scan.md, scan.csv, plots\n", scanned.table),
            json: json!({"folder": path, "points": scanned.points}),
        }
    }

    /// What `convert` wrote.
    pub fn converted(converted: &Converted, output: &Path) -> Said {
        let path = output.display().to_string();
        let text = format!("{path}\n{}", convert::text(converted));
        let (layers, unused) = (&converted.layers, &converted.unused);
        Said { text, json: json!({"config": path, "layers": layers, "unused": unused}) }
    }

    /// What `gen` wrote.
    pub fn generated(design: &Design, generated: &Generated) -> Said {
        let (name, latency) = (&design.config.name, design.staged.latency);
        let (latency_ns, clock_mhz) = (design.latency_ns(), design.config.hardware.clock_mhz);
        let cost_luts = design.luts().iter().sum::<f64>();
        let folder = generated.folder.display().to_string();
        let text = format!(
            "{name}: {} ({} ns) at {} MHz, about {} LUTs: {folder}\n",
            number::count(latency.into(), "clock"),
            number::short(latency_ns),
            number::short(clock_mhz),
            number::rounded(cost_luts),
        );
        let json = json!({
            "name": name, "folder": folder, "design_hash": design.hash, "latency_cycles": latency,
            "latency_ns": latency_ns, "clock_mhz": clock_mhz, "cost_luts": cost_luts,
        });
        Said { text, json }
    }

    /// What `emulate` wrote.
    pub fn emulated(events: usize, output: &Path) -> Said {
        let path = output.display().to_string();
        let text = format!("{}: {path}\n", number::count(events as u64, "event"));
        Said { text, json: json!({"events": events, "output": path}) }
    }

    /// What a quantizer is.
    pub fn quantizer(described: &Described) -> Said {
        Said { text: described.to_string(), json: value(described) }
    }
}

fn value(data: impl Serialize) -> Value {
    serde_json::to_value(data).expect("what is said is plain data")
}
