//! One command line → one call.

use crate::config::{self, Config, Weights};
use crate::flow::emulate::Engine;
use crate::flow::generate::{Generated, folder_of, generate};
use crate::flow::synthesize::{Choice, synthesize};
use crate::flow::{Design, Failure, check, design, emulate, evaluate, quantize, run};
use crate::report::{Report, collect, html, json, text};
use clap::{Args, Parser, Subcommand};
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
    /// Print the names of all passes, in order.
    #[arg(long)]
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
    Check(Source),
    /// Accuracy, AUC and confusion of the exact net.
    Evaluate {
        /// The network.
        #[command(flatten)]
        source: Source,
        /// Labelled events [default: the config's test file].
        #[arg(long)]
        data: Option<PathBuf>,
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
        #[arg(long)]
        vectors: Option<usize>,
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
        /// Numbers: .npy, .npz or .csv.
        #[arg(long)]
        input: PathBuf,
        /// Quantized numbers: .npy.
        #[arg(long)]
        output: PathBuf,
    },
}

/// What a command has to say on standard output: for people, and as JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// For people.
    pub text: String,
    /// For programs.
    pub json: serde_json::Value,
}

impl Said {
    fn new(text: impl Into<String>, json: impl serde::Serialize) -> Said {
        let json = serde_json::to_value(json).expect("what is said is plain data");
        Said { text: text.into(), json }
    }

    fn report(report: &Report) -> Said {
        let json = serde_json::from_str(&json::write(report)).expect("a report is JSON");
        Said { text: text::write(report), json }
    }
}

/// Does what the command line asks for.
///
/// # Errors
/// Whatever ends a command; [`Failure::exit_code`] is the program's.
pub fn execute(cli: &Cli) -> Result<Said, Failure> {
    if cli.common.list_passes {
        let names = design::pass_names(None);
        return Ok(Said::new(names.join("\n") + "\n", names));
    }
    let Some(command) = &cli.command else {
        return Err(Failure::Input(miette::miette!("say what to do: `heteroq --help` lists the commands")));
    };
    if let (Some(pass), Some(path)) = (&cli.common.dump_after, command.config()) {
        let text = run::dump(&load(path)?.1, pass)?;
        return Ok(Said::new(text.clone(), text));
    }
    command.execute()
}

impl Command {
    /// The config that the command is about.
    fn config(&self) -> Option<&Path> {
        match self {
            Command::Run(t) | Command::Gen(t) | Command::Report(t) => Some(&t.config),
            Command::Sim { target, .. } | Command::Synth { target, .. } => Some(&target.config),
            Command::Check(s) => Some(&s.config),
            Command::Evaluate { source, .. } | Command::Emulate { source, .. } => Some(&source.config),
            Command::Quantize { .. } => None,
        }
    }

    fn execute(&self) -> Result<Said, Failure> {
        match self {
            Command::Run(target) => {
                let report = run::run(&config::load(&target.config)?, target.output.as_deref())?;
                Ok(Said::report(&report))
            }
            Command::Check(source) => {
                let checked = check::check(&config::load(&source.config)?)?;
                Ok(Said::new(check::text(&checked), &checked))
            }
            Command::Evaluate { source, data } => said_evaluation(&source.config, data.as_deref()),
            Command::Gen(target) => {
                let (design, generated) = generated(target)?;
                Ok(said_generated(&design, &generated))
            }
            Command::Emulate { source, input, output, engine, raw } => {
                let (_, design) = load(&source.config)?;
                let events = emulate::emulate(&design, *engine, input, output, *raw)?;
                let text = format!("{events} events: {}\n", output.display());
                Ok(Said::new(text, serde_json::json!({"events": events, "output": output})))
            }
            Command::Sim { target, vectors, waves } => {
                let (design, generated) = generated(target)?;
                let vectors = vectors.unwrap_or(design.config.verify.vectors);
                run::simulated(&design, &generated, vectors, *waves)?;
                said_report(&generated.folder)
            }
            Command::Synth { target, device, tool } => {
                let (design, generated) = generated(target)?;
                let step = || synthesize(&design, &generated, device.as_deref(), *tool);
                let (found, seconds) = run::timed("synth", step);
                run::keep_synthesis(&design, &generated, found?, seconds)?;
                said_report(&generated.folder)
            }
            Command::Report(target) => {
                let name = config::load(&target.config)?.name;
                said_report(&folder_of(&name, target.output.as_deref()))
            }
            Command::Quantize { quantizer, input, output } => {
                let text = quantize::quantize(quantizer, input, output)?;
                Ok(Said::new(text.clone(), text))
            }
        }
    }
}

fn load(path: &Path) -> Result<(Config, Design), Failure> {
    let config = config::load(path)?;
    config.require_quantized()?;
    let weights = Weights::require(&config)?;
    let design = Design::new(&config, &weights)?;
    Ok((config, design))
}

fn generated(target: &Target) -> Result<(Design, Generated), Failure> {
    let (config, design) = load(&target.config)?;
    let folder = folder_of(&config.name, target.output.as_deref());
    let generated = generate(&design, &folder)?;
    Ok((design, generated))
}

fn said_generated(design: &Design, generated: &Generated) -> Said {
    let text = format!(
        "{}: {} clocks ({} ns) at {} MHz, about {:.0} LUTs: {}\n",
        design.config.name,
        design.staged.latency,
        design.latency_ns(),
        design.config.hardware.clock_mhz,
        design.luts().iter().sum::<f64>(),
        generated.folder.display()
    );
    let json = serde_json::json!({
        "name": design.config.name, "folder": generated.folder, "design_hash": design.hash,
        "latency_cycles": design.staged.latency, "latency_ns": design.latency_ns(),
    });
    Said::new(text, json)
}

fn said_evaluation(path: &Path, data: Option<&Path>) -> Result<Said, Failure> {
    let (config, design) = load(path)?;
    let Some(data) = data.or(config.data.test.as_deref()) else {
        return Err(Failure::Input(miette::miette!(
            help = "name a file with `--data`, or in the config as `data: {{test: …}}`",
            "there are no labelled events"
        )));
    };
    let found = evaluate::evaluate(&design, data)?;
    Ok(Said::new(crate::report::text::evaluation(&found, &config.output.classes), &found))
}

fn said_report(folder: &Path) -> Result<Said, Failure> {
    let report = collect::load(&folder.join("report.json"))?;
    collect::write(&folder.join("report.html"), &html::write(&report))?;
    Ok(Said::report(&report))
}
