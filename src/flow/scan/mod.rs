//! `heteroq scan`: accuracy and hardware against bits, quantized while training and after it.
//!
//! | file | answers |
//! |---|---|
//! | [`setting`] | what is varied: how a network is quantized, and at how many bits |
//! | [`aware`] | a network's quantizers at another number of bits |
//! | [`networks`] | the config and the weights of each network |
//! | [`point`] | the figures of one network |
//! | [`store`] | how they are kept, so that a scan that was stopped goes on |
//! | [`summary`] | mean and standard deviation over the seeds |
//! | `table`, `plots` | how all of it is shown |

pub mod aware;
pub mod networks;
mod plots;
pub mod point;
pub mod setting;
pub mod store;
pub mod summary;
mod table;

use crate::config::Config;
use crate::flow::quietly::quietly;
use crate::flow::{Failure, train};
use crate::report::number;
use networks::{Networks, Train};
use point::Point;
use setting::Setting;
use std::path::{Path, PathBuf};
use store::Store;
use tracing::{Span, info, info_span};
use tracing_indicatif::span_ext::IndicatifSpanExt;
use tracing_indicatif::style::ProgressStyle;

/// What is to be scanned.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// How coarse the networks are.
    pub settings: Vec<Setting>,
    /// Trainings of each, from the config's seed on.
    pub seeds: u32,
    /// Epochs of each training; the config's if nothing is said.
    pub epochs: Option<usize>,
    /// Where the results go.
    pub folder: PathBuf,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Scanned {
    /// Every network, in the order of the scan.
    pub points: Vec<Point>,
    /// The table, as `scan.md` has it.
    pub table: String,
}

/// The folder of the results, if none is named.
pub fn folder_of(name: &str, output: Option<&Path>) -> PathBuf {
    output.map_or_else(|| Path::new("rtl_out").join(format!("{name}.scan")), Path::to_owned)
}

/// [`scan`] with the trainings of [`crate::flow::train`], of which the scan alone tells, on so many threads; 0 takes as many
/// as there are cores.
///
/// # Errors
/// As [`scan`].
pub fn run(config: &Config, options: &Options, threads: usize) -> Result<Scanned, Failure> {
    let how = train::Options { output: None, from: None, threads, fresh: true };
    let train = |config: &Config| quietly(|| train::train(config, &how).map(drop));
    scan(config, options, &train)
}

/// Trains the networks that `options` ask for by `train`, quantizes them, finds their figures, and leaves a table
/// and plots in the folder. What is there already, of the same config, data and version, is not done again.
///
/// # Errors
/// A network that cannot be quantized in these ways; those of training; a folder that cannot be written.
pub fn scan(config: &Config, options: &Options, train: &Train) -> Result<Scanned, Failure> {
    let ids = setting::ids(&options.settings, config.train.seed, options.seeds)?;
    let networks = Networks::new(config, options, train)?;
    networks.check(&options.settings)?;
    let store = Store::open(&options.folder, networks.key()?)?;
    let span = info_span!("scan");
    span.pb_set_style(&counted());
    span.pb_set_length(ids.len() as u64);
    let step = || -> Result<Vec<Point>, Failure> {
        ids.iter()
            .map(|id| {
                Span::current().pb_set_message(&id.to_string());
                let point = networks.point(*id, &store)?;
                info!("{}", line(&point));
                Span::current().pb_inc(1);
                Ok(point)
            })
            .collect()
    };
    let points = span.in_scope(step)?;
    let table = leave(&store, &points)?;
    Ok(Scanned { points, table })
}

/// A bar of the networks that are done, and the one at work.
fn counted() -> ProgressStyle {
    let template = "{spinner} {span_name}  {elapsed}  {bar:30} {pos}/{len}  {msg}";
    ProgressStyle::with_template(template).expect("a template without a fault").progress_chars("━╸ ")
}

/// A network in a line.
fn line(point: &Point) -> String {
    let accuracy = number::percent(point.accuracy);
    let hardware = point.shift_add.map_or(String::new(), |hardware| {
        format!(", {} LUTs, {} ns", number::rounded(hardware.lut), number::short(hardware.latency_ns))
    });
    format!("{}: {accuracy}{hardware}", point.id)
}

/// Writes table and plots; the table.
fn leave(store: &Store, points: &[Point]) -> Result<String, Failure> {
    let summaries = summary::summaries(points);
    let table = table::markdown(&summaries);
    store.write("scan.md", &table)?;
    store.write("scan.csv", &table::csv(points))?;
    for (name, text) in plots::plots(&summaries) {
        store.write(name, &text)?;
    }
    Ok(table)
}
