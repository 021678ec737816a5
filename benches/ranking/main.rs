//! Whether the estimated LUTs of searched networks rank as Yosys's do: `make ranking`.
//!
//! ```text
//! cargo bench --bench ranking -- [--nets 24] [--folder rtl_out/ranking] [FOLDER_OF_CONFIGS]
//! ```
//!
//! Without a folder of configs the networks are drawn: `examples/jet_tagger` with the quantizers that AutoQKeras may
//! choose, briefly trained, so that their weights are no noise. With one, every `config.yaml` in it or below it is taken,
//! with its weights. Prints a Markdown table, the smallest network first, then Spearman's rank correlation and the
//! relative errors. An estimate is made anew each time; what Yosys counts is kept in the folder under the hash of the
//! design and of its Verilog, so that an interrupted study goes on.

mod counted;
mod drawn;
mod statistics;

use heteroq::config::{self, Config, Dense, Kind, Weights};
use heteroq::flow::{Design, Failure};
use heteroq::quantizer::Spec;
use std::fs;
use std::path::{Path, PathBuf};

/// What the command line says.
struct Options {
    nets: u64,
    folder: PathBuf,
    configs: Option<PathBuf>,
}

impl Options {
    fn read() -> Options {
        let mut options = Options { nets: 24, folder: PathBuf::from("rtl_out/ranking"), configs: None };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().unwrap_or_else(|| panic!("`{word}` takes a value"));
            match word.as_str() {
                "--bench" => {} // cargo's own
                "--nets" => options.nets = value().parse().expect("--nets takes a number"),
                "--folder" => options.folder = PathBuf::from(value()),
                _ => options.configs = Some(PathBuf::from(word)),
            }
        }
        options
    }
}

/// A network and its design.
struct Net {
    name: String,
    design: Design,
    /// LUTs by the cost model.
    estimate: f64,
}

#[expect(clippy::print_stdout, reason = "the table is what it is for")]
fn main() {
    let options = Options::read();
    let paths = match &options.configs {
        Some(folder) => found(folder),
        None => drawn::networks(&options.folder, options.nets),
    };
    let mut nets: Vec<Net> = paths.iter().filter_map(|path| or_say(path, net(path))).collect();
    nets.sort_by(|a, b| a.estimate.total_cmp(&b.estimate));

    println!("| network | neurons | kernels | activations | estimate | LUT + INV | error | Yosys, s |");
    println!("|---|---|---|---|---|---|---|---|");
    let mut pairs = Vec::new();
    for net in &nets {
        let folder = options.folder.join(&net.name);
        let Some(counted) = or_say(&folder, counted::counted(&net.design, &folder)) else { continue };
        let yosys = counted.luts();
        println!("{}", row(net, yosys, counted.seconds));
        pairs.push((net.estimate, yosys));
    }
    println!("\n{}", statistics::summary(&pairs));
}

/// Every `config.yaml` in a folder and in those below it.
fn found(folder: &Path) -> Vec<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    let below = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    folders.extend(below.filter_map(|entry| Some(entry.ok()?.path())));
    folders.sort();
    folders.into_iter().map(|folder| folder.join("config.yaml")).filter(|path| path.is_file()).collect()
}

fn net(path: &Path) -> Result<Net, Failure> {
    let config = config::load(path)?;
    let design = Design::new(&config, &Weights::require(&config)?)?;
    let folder = path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let estimate = design.luts().iter().sum();
    Ok(Net { name: folder.unwrap_or(config.name), design, estimate })
}

/// What was found, or nothing and a line on standard error.
fn or_say<T>(path: &Path, result: Result<T, Failure>) -> Option<T> {
    result.map_err(|failure| eprintln!("{}: left out: {}", path.display(), failure.into_report())).ok()
}

fn row(net: &Net, yosys: f64, seconds: f64) -> String {
    let (neurons, kernels, activations) = shape(&net.design.config);
    let Net { name, estimate, .. } = net;
    let error = 100.0 * (estimate / yosys - 1.0);
    format!(
        "| {name} | {neurons} | {kernels} | {activations} | {estimate:.0} | {yosys:.0} | {error:+.1} % | {seconds:.0} |"
    )
}

/// Neurons, kernels and activations from the first layer to the last, as the table has them.
fn shape(config: &Config) -> (String, String, String) {
    let words = |specs: Vec<&Spec>| {
        specs.iter().map(|spec| format!("`{}`", spec.text())).collect::<Vec<_>>().join(" ")
    };
    let dense: Vec<&Dense> = config.layers.iter().filter_map(|layer| dense(&layer.kind)).collect();
    let neurons: Vec<String> = dense.iter().map(|dense| dense.units.to_string()).collect();
    let kernels = dense.iter().filter_map(|dense| dense.kernel.as_ref()).collect();
    let activations = config.layers.iter().filter_map(|layer| layer.activation.as_ref()).collect();
    (neurons.join("-"), words(kernels), words(activations))
}

fn dense(kind: &Kind) -> Option<&Dense> {
    if let Kind::Dense(dense) = kind { Some(dense) } else { None }
}
