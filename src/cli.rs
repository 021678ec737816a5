//! One command line → one call.
//!
//! | file | answers |
//! |---|---|
//! | [`said`] | what a command says on standard output |
//! | [`log`] | what the steps say on standard error |

pub mod log;
pub mod said;

pub use said::Said;

use crate::config::{self, Config, Weights};
use crate::flow::emulate::{Engine, emulate};
use crate::flow::generate::{Generated, folder_of, generate};
#[cfg(feature = "train")]
use crate::flow::scan::{self, setting::Setting};
#[cfg(feature = "train")]
use crate::flow::search;
use crate::flow::synthesize::Choice;
use crate::flow::{
    Design, Failure, check, convert, design, dump, estimates, evaluate, profile, quantize, record, run,
};
#[cfg(feature = "train")]
use crate::flow::{float, train};
use crate::metrics::evaluation::BACKGROUND_RATES;
use crate::quantizer::Sigmoid;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use miette::miette;
use std::path::{Path, PathBuf};

/// From the description of a small neural network to bit-exact, fixed-latency Verilog.
#[derive(Debug, Parser)]
#[command(
    version,
    arg_required_else_help = true,
    after_help = "Exit codes: 0 done; 1 the design failed; 2 the input is wrong; 3 an outside tool is missing or failed; 130 interrupted."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// What goes for every command.
    #[command(flatten)]
    pub common: Common,
}

/// Options of every command.
#[derive(Debug, Args)]
pub struct Common {
    /// Say more; twice: everything.
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub verbose: u8,
    /// Say nothing but results and errors.
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Print one JSON object on standard output.
    #[arg(long, global = true)]
    pub json: bool,
    /// Print the net after this pass (or `graph`, `lower`, `schedule`) and stop.
    #[arg(long, value_name = "PASS", global = true)]
    pub dump_after: Option<String>,
    /// Print the names of all passes, in order, and stop.
    #[arg(long, global = true)]
    pub list_passes: bool,
}

/// A config file.
#[derive(Debug, Args)]
pub struct Source {
    /// The network's config.yaml.
    pub config: PathBuf,
}

/// A config file and where its design goes.
#[derive(Debug, Args)]
pub struct Target {
    /// The network's config.yaml.
    pub config: PathBuf,
    /// The design's folder [default: `rtl_out/NAME`].
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Do everything the config asks for, to the report.
    Run(Target),
    /// Parse, validate, and print layers, formats, parameters and bits.
    Check {
        /// The network.
        #[command(flatten)]
        source: Source,
        /// Show the data types and the energy of each layer, as QTools estimates them for a 45 nm ASIC.
        #[arg(long)]
        energy: bool,
    },
    #[cfg(feature = "train")]
    /// Train with the quantizers in the loop; an interrupted training goes on when it is started again.
    Train {
        /// The network.
        #[command(flatten)]
        source: Source,
        /// The weights file [default: the config's].
        #[arg(long, value_name = "W.safetensors")]
        out: Option<PathBuf>,
        /// Weights to start from, those of a network of the same shapes [default: drawn by the seed].
        #[arg(long, value_name = "W.safetensors")]
        from: Option<PathBuf>,
        /// Threads [default: one for each core]; the weights do not depend on it.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
        threads: Option<u32>,
        /// Begin anew, whatever an interrupted training has left.
        #[arg(long)]
        fresh: bool,
    },
    /// Accuracy and hardware against bits: quantized while training, and after it.
    #[cfg(feature = "train")]
    Scan {
        /// The network.
        #[command(flatten)]
        source: Source,
        /// Bits of weights and activations, `binary`, `ternary`.
        #[arg(long, value_name = "BITS,…", value_delimiter = ',', default_value = Setting::DEFAULT)]
        bits: Vec<Setting>,
        /// Trainings of each, with the seeds from the config's on.
        #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=1000))]
        seeds: u32,
        /// Epochs of each training [default: the config's].
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        epochs: Option<u32>,
        /// Threads [default: one for each core]; the results do not depend on it.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
        threads: Option<u32>,
        /// The folder of the results [default: `rtl_out/NAME.scan`].
        #[arg(short, long, value_name = "DIR")]
        output: Option<PathBuf>,
    },
    /// Find which quantizer each layer should have; an interrupted search goes on when it is started again.
    #[cfg(feature = "train")]
    Search {
        /// The network, and how to search.
        #[command(flatten)]
        source: Source,
        /// Trials in all [default: the config's].
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        trials: Option<u32>,
        /// Workers, each a process of its own.
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1024))]
        jobs: u32,
        /// Threads of each training [default: the cores, shared among the workers]; the results do not depend on it.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
        threads: Option<u32>,
        /// The folder of the study [default: `search/NAME`].
        #[arg(long, value_name = "DIR")]
        study: Option<PathBuf>,
        /// Show what was found so far, and train nothing.
        #[arg(long, conflicts_with_all = ["take", "worker"])]
        list: bool,
        /// Write the network of a trial to `--output`, trained in full.
        #[arg(long, value_name = "N", requires = "output", conflicts_with = "worker")]
        take: Option<u64>,
        /// The folder of the network that is taken.
        #[arg(short, long, value_name = "DIR", requires = "take")]
        output: Option<PathBuf>,
        /// Do trials for another process that shows them, and end when there are none left.
        #[arg(long, hide = true)]
        worker: bool,
    },
    /// Accuracy, AUC and confusion of the exact net.
    Evaluate {
        /// The network.
        #[command(flatten)]
        source: Source,
        /// Labelled events [default: the config's test file].
        #[arg(long)]
        data: Option<PathBuf>,
        /// Fractions of background at which to give the signal's efficiency, such as `0.01,0.001`.
        #[arg(long, value_name = "RATES", value_delimiter = ',', value_parser = fraction,
            default_values_t = BACKGROUND_RATES)]
        background_rates: Vec<f64>,
        /// Show the range of each layer's values, its zeros, and what its quantizer clips.
        #[arg(long)]
        profile: bool,
    },
    /// Put quantizers into a float network, as QKeras's `model_quantize`.
    Convert {
        /// The float network's config.yaml.
        config: PathBuf,
        /// Quantizers by layer name or class: QKeras's `quantizer_config`, as YAML or JSON.
        #[arg(long, value_name = "Q.yaml")]
        quantizers: PathBuf,
        /// Bits of the quantizers that relu, tanh and sigmoid become where none is named.
        #[arg(long, value_name = "BITS", default_value_t = 4)]
        activation_bits: u32,
        /// The quantized network's config.
        #[arg(short, long, value_name = "NEW.yaml")]
        output: PathBuf,
    },
    /// Write Verilog, manifest, constraints, test bench and C++ emulator.
    Gen(Target),
    /// Run events from a file through the network.
    Emulate {
        /// The network.
        #[command(flatten)]
        source: Source,
        /// Events: .npy, .npz or .csv, rows × features.
        #[arg(long)]
        input: PathBuf,
        /// Results: .npy, rows × outputs.
        #[arg(long)]
        output: PathBuf,
        /// What computes.
        #[arg(long, value_enum, default_value_t)]
        engine: Engine,
        /// Both files hold port integers.
        #[arg(long)]
        raw: bool,
    },
    /// Compare every executor with the net, Verilator among them.
    Sim {
        /// The network.
        #[command(flatten)]
        target: Target,
        /// Random events, and twice as many of the test file [default: the config's].
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        vectors: Option<u32>,
        /// Keep the waves of the Verilator run.
        #[arg(long)]
        waves: bool,
    },
    /// Synthesize, and compare the netlist with the net.
    Synth {
        /// The network.
        #[command(flatten)]
        target: Target,
        /// A device or family other than the config's.
        #[arg(long = "target", value_name = "DEVICE")]
        device: Option<String>,
        /// One tool only [default: every one that suits].
        #[arg(long, value_enum)]
        tool: Option<Choice>,
    },
    /// Show what the steps left: text, report.json, report.html.
    Report(Target),
    /// Run one quantizer on an array.
    Quantize {
        /// The quantizer, as in QKeras: `quantized_bits(6, 0, alpha=1)`.
        quantizer: String,
        /// The sigmoid in its formulas, as in QKeras's `set_internal_sigmoid`.
        #[arg(long, value_name = "WORD", default_value = "hard", value_parser = sigmoids())]
        sigmoid: Sigmoid,
        /// Numbers: .npy, .npz or .csv.
        #[arg(long)]
        input: PathBuf,
        /// Quantized numbers: .npy.
        #[arg(long)]
        output: PathBuf,
    },
}

/// The words of `--sigmoid`.
fn sigmoids() -> impl TypedValueParser<Value = Sigmoid> {
    let words = config::SIGMOIDS.iter().map(|(word, _)| *word);
    let of = |word: String| config::SIGMOIDS.iter().find(|(known, _)| *known == word);
    PossibleValuesParser::new(words).map(move |word| of(word).expect("one of the possible words").1)
}

/// A number from 0 to 1.
fn fraction(text: &str) -> Result<f64, String> {
    let number = text.trim().parse().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| {
        "a rate is a fraction from 0 to 1; 0.01 keeps one background event of a hundred".to_owned()
    })
}

/// Does what the command line asks for.
///
/// # Errors
/// Whatever ends a command; [`Failure::exit_code`] is the program's.
pub fn execute(cli: &Cli) -> Result<Said, Failure> {
    let Common { list_passes, dump_after, .. } = &cli.common;
    let config = cli.command.as_ref().and_then(Command::config);
    match (&cli.command, dump_after, config) {
        _ if *list_passes => passes(config),
        (None, ..) => Err(Failure::Input(miette!("say what to do: `heteroq --help` lists the commands"))),
        (Some(_), Some(pass), Some(path)) => Ok(Said::dump(pass, dump::dump(&load(path)?, pass)?)),
        (Some(_), Some(_), None) => Err(Failure::Input(miette!("this command has no passes"))),
        (Some(command), None, _) => command.execute(),
    }
}

/// The passes of a config, whose device may have some of its own.
fn passes(config: Option<&Path>) -> Result<Said, Failure> {
    let config = config.map(config::load).transpose()?;
    Ok(Said::passes(&design::pass_names(config.as_ref())))
}

impl Command {
    /// The config that the command is about.
    fn config(&self) -> Option<&Path> {
        match self {
            Command::Run(t) | Command::Gen(t) | Command::Report(t) => Some(&t.config),
            Command::Sim { target, .. } | Command::Synth { target, .. } => Some(&target.config),
            #[cfg(feature = "train")]
            Command::Train { source, .. } => Some(&source.config),
            Command::Check { source, .. }
            | Command::Evaluate { source, .. }
            | Command::Emulate { source, .. } => Some(&source.config),
            #[cfg(feature = "train")]
            Command::Scan { source, .. } | Command::Search { source, .. } => Some(&source.config),
            Command::Convert { .. } | Command::Quantize { .. } => None,
        }
    }

    fn execute(&self) -> Result<Said, Failure> {
        match self {
            Command::Run(target) => {
                let report = run::run(&config::load(&target.config)?, target.output.as_deref())?;
                Ok(Said::report(&report))
            }
            Command::Check { source, energy } => {
                let config = config::load(&source.config)?;
                let said = Said::checked(&check::check(&config)?).and_stats(&estimates::stats(&config)?);
                let estimate = energy.then(|| estimates::estimate(&config));
                Ok(estimate.iter().fold(said, Said::and_energy))
            }
            Command::Evaluate { source, data, background_rates, profile } => {
                evaluated(&source.config, data.as_deref(), background_rates, *profile)
            }
            #[cfg(feature = "train")]
            Command::Train { source, out, from, threads, fresh } => {
                let options = train::Options {
                    output: out.clone(),
                    from: from.clone(),
                    threads: threads.map_or(0, |threads| threads as usize),
                    fresh: *fresh,
                };
                Ok(Said::trained(&run::trained(&config::load(&source.config)?, &options)?))
            }
            #[cfg(feature = "train")]
            Command::Scan { source, bits, seeds, epochs, threads, output } => {
                let config = config::load(&source.config)?;
                let options = scan::Options {
                    settings: bits.clone(),
                    seeds: *seeds,
                    epochs: epochs.map(|epochs| epochs as usize),
                    folder: scan::folder_of(&config.name, output.as_deref()),
                };
                let threads = threads.map_or(0, |threads| threads as usize);
                Ok(Said::scanned(&scan::run(&config, &options, threads)?, &options.folder))
            }
            #[cfg(feature = "train")]
            Command::Search { source, trials, jobs, threads, study, list, take, output, worker } => {
                let config = config::load(&source.config)?;
                let options = search::Options {
                    trials: trials.map(|trials| trials as usize),
                    jobs: *jobs as usize,
                    worker: *worker,
                    threads: threads.map_or(0, |threads| threads as usize),
                    folder: search::folder_of(&config.name, study.as_deref()),
                };
                searched(&config, &options, *list, take.zip(output.as_deref()))
            }
            Command::Convert { config, quantizers, activation_bits, output } => {
                Ok(Said::converted(&convert::convert(config, quantizers, *activation_bits, output)?, output))
            }
            Command::Gen(target) => {
                let (design, generated) = generated(target)?;
                Ok(Said::generated(&design, &generated))
            }
            Command::Emulate { source, input, output, engine, raw } => {
                let events = emulate(&load(&source.config)?, *engine, input, output, *raw)?;
                Ok(Said::emulated(events, output))
            }
            Command::Sim { target, vectors, waves } => {
                let (design, generated) = generated(target)?;
                let vectors = vectors.map_or(design.config.verify.vectors, |vectors| vectors as usize);
                run::simulated(&design, &generated, vectors, *waves)?;
                Ok(Said::report(&record::show(&generated.folder)?))
            }
            Command::Synth { target, device, tool } => {
                let (design, generated) = generated(target)?;
                run::synthesized(&design, &generated, device.as_deref(), *tool)?;
                Ok(Said::report(&record::show(&generated.folder)?))
            }
            Command::Report(target) => {
                let name = config::load(&target.config)?.name;
                Ok(Said::report(&record::show(&folder_of(&name, target.output.as_deref()))?))
            }
            Command::Quantize { quantizer, sigmoid, input, output } => {
                Ok(Said::quantizer(&quantize::quantize(quantizer, *sigmoid, input, output)?))
            }
        }
    }
}

fn load(path: &Path) -> Result<Design, Failure> {
    let config: Config = config::load(path)?;
    config.require_quantized()?;
    let weights = Weights::require(&config)?;
    Design::new(&config, &weights)
}

fn generated(target: &Target) -> Result<(Design, Generated), Failure> {
    let design = load(&target.config)?;
    let folder = folder_of(&design.config.name, target.output.as_deref());
    let generated = generate(&design, &folder)?;
    Ok((design, generated))
}

/// A search, what is known of it, or one of its networks.
#[cfg(feature = "train")]
fn searched(
    config: &Config,
    options: &search::Options,
    list: bool,
    take: Option<(u64, &Path)>,
) -> Result<Said, Failure> {
    match take {
        Some((number, output)) => Ok(Said::taken(&search::take::take(config, options, number, output)?)),
        None if list => Ok(Said::searched(Some(&search::list::list(config, options)?))),
        None => Ok(Said::searched(search::search(config, options)?.as_ref())),
    }
}

fn evaluated(path: &Path, data: Option<&Path>, rates: &[f64], profile: bool) -> Result<Said, Failure> {
    let config = config::load(path)?;
    let weights = Weights::require(&config)?;
    let Some(data) = data.or(config.data.test.as_deref()) else {
        return Err(Failure::Input(miette!(
            help = "name a file with `--data`, or in the config as `data: {test: …}`",
            "there are no labelled events"
        )));
    };
    #[cfg(feature = "train")]
    if !profile && config.require_quantized().is_err() {
        let found = float::evaluate(&config, &weights, data, rates)?;
        return Ok(Said::evaluation(&found, &config.label_classes()));
    }
    let design = Design::new(&config, &weights)?;
    let found = evaluate::evaluate(&design, data, rates)?;
    let said = Said::evaluation(&found, &config.label_classes());
    let profile = profile.then(|| profile::profile(&design, data)).transpose()?;
    Ok(profile.iter().fold(said, Said::and_profile))
}
