//! config → graph → net → cheaper net → net for the device → staged net → blocks.

use super::Failure;
use crate::arith::{self, Arithmetic, cost};
use crate::config::{self, Config, Kind, Weights};
use crate::graph::Graph;
use crate::net::{Layer, Net};
use crate::schedule::{Staged, Timing};
use crate::{graph, lower, map, net, rtl, schedule, verilog};
use sha2::{Digest, Sha256};

/// A design with every form it went through.
#[derive(Debug, Clone)]
pub struct Design {
    /// What was asked for.
    pub config: Config,
    /// The numbers it was trained to.
    pub weights: Weights,
    /// The network as its author sees it.
    pub graph: Graph,
    /// The graph in integers, exactly.
    pub lowered: Net,
    /// The net after each pass, with the pass's name.
    pub passes: Vec<(String, Net)>,
    /// The net for the device, with a cycle for every value.
    pub staged: Staged,
    /// Hash of the normalized config, the weights and the standardization.
    pub hash: String,
}

impl Design {
    /// The design of `config` with `weights`.
    ///
    /// # Errors
    /// A float layer, a layer without an exact form.
    pub fn new(config: &Config, weights: &Weights) -> Result<Design, Failure> {
        config.require_quantized()?;
        weights.stale(config).iter().for_each(|note| tracing::warn!("{note}"));
        let graph = config.graph(weights)?;
        graph::validate(&graph)?;
        let lowered = lower::lower(&graph)?;
        if let Err(broken) = net::validate(&lowered) {
            panic!("internal error: lowering breaks a rule: {broken}\n{}", net::text::write(&lowered));
        }
        let (mapped, passes) = optimized(config, &lowered);
        let staged = staged(config, &mapped);
        let hash = hash(config, weights);
        let (config, weights) = (config.clone(), weights.clone());
        Ok(Design { config, weights, graph, lowered, passes, staged, hash })
    }

    /// The net that hardware computes.
    pub fn mapped(&self) -> &Net {
        &self.staged.net
    }

    /// Latency, in nanoseconds.
    pub fn latency_ns(&self) -> f64 {
        f64::from(self.staged.latency) * 1000.0 / self.config.hardware.clock_mhz
    }

    /// Whether the Verilog's sums are modules of their own, which a device's carry chains describe.
    pub fn adder_modules(&self) -> bool {
        self.config.hardware.target.family.ternary_adder
    }

    /// The rust-hdl blocks.
    pub fn blocks(&self) -> rtl::Top {
        let style = rtl::Style { adder_modules: self.adder_modules() };
        rtl::build(&self.staged, &self.config.name, style)
    }

    /// LUTs of each value, by the device's cost model.
    pub fn luts(&self) -> Vec<f64> {
        cost::luts(self.mapped(), &self.config.hardware.target.family)
    }

    /// Fails if the latency is over the budget of the config.
    ///
    /// # Errors
    /// A design failure that shows the budget's line.
    pub fn require_budget(&self) -> Result<(), Failure> {
        let hardware = &self.config.hardware;
        let (latency_ns, clocks) = (self.latency_ns(), self.staged.latency);
        let Some(budget_ns) = hardware.max_latency_ns.filter(|budget| latency_ns > *budget) else {
            return Ok(());
        };
        let error = OverBudget {
            latency_ns,
            clocks,
            budget_ns,
            file: self.config.source.clone(),
            place: hardware.max_latency_place,
        };
        Err(Failure::Design(miette::Report::new(error)))
    }
}

/// A latency above `max_latency_ns`.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("the latency is {latency_ns} ns, {clocks} clocks, over the budget of {budget_ns} ns")]
#[diagnostic(
    code(design::latency_budget),
    help(
        "raise `max_latency_ns`, use fewer bits or layers, or do without `register_inputs` or `register_outputs`"
    )
)]
pub struct OverBudget {
    latency_ns: f64,
    clocks: u32,
    budget_ns: f64,
    #[source_code]
    file: config::problem::Source,
    #[label("this budget")]
    place: Option<config::problem::Place>,
}

/// The net after all passes, and what it was after each of them.
fn optimized(config: &Config, lowered: &Net) -> (Net, Vec<(String, Net)>) {
    let family = &config.hardware.target.family;
    let options = arith::Options { arithmetic: arithmetic(config, lowered), family: family.clone() };
    let mut passes = Vec::new();
    let mut observe = |name: &str, net: &Net| passes.push((name.to_owned(), net.clone()));
    let cheaper = arith::Plan::standard(&options).run(lowered, &mut observe);
    let mapped = map::plan(family).run(&cheaper, &mut observe);
    (mapped, passes)
}

/// What each layer's products are made of.
fn arithmetic(config: &Config, net: &Net) -> Vec<Arithmetic> {
    let of_layer = |name: &String| {
        let layer = config.layers.iter().find(|layer| &layer.name == name);
        match layer.map(|layer| &layer.kind) {
            Some(Kind::Dense(dense)) if dense.arithmetic == config::Arithmetic::Multiply => {
                Arithmetic::Multiply
            }
            Some(Kind::BatchNorm(_)) if config.hardware.arithmetic == config::Arithmetic::Multiply => {
                Arithmetic::Multiply
            }
            _ => Arithmetic::ShiftAdd,
        }
    };
    net.layers.iter().map(of_layer).collect()
}

fn staged(config: &Config, mapped: &Net) -> Staged {
    let hardware = &config.hardware;
    let timing = Timing {
        clock_mhz: hardware.clock_mhz,
        register_inputs: hardware.register_inputs,
        register_outputs: hardware.register_outputs,
        least_latency: 0,
    };
    let staged = schedule::pipeline(mapped, &hardware.target.family, &timing);
    if let Err(broken) = schedule::validate(&staged) {
        panic!("internal error: the schedule breaks a rule: {broken}\n{}", schedule::text::write(&staged));
    }
    staged
}

fn hash(config: &Config, weights: &Weights) -> String {
    let mut hash = Sha256::new();
    hash.update(config.design());
    for (name, tensor) in &weights.tensors {
        hash.update(format!("{name} {:?}", tensor.shape));
        tensor.values.iter().for_each(|v| hash.update(v.to_le_bytes()));
    }
    for (name, frozen) in &weights.scales {
        hash.update(format!("{name} {} {:?}", frozen.quantizer, frozen.scale.shape));
        frozen.scale.values.iter().for_each(|v| hash.update(v.to_le_bytes()));
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The net that the values of `layer` belong to, for figures by layer.
pub fn ids_of(net: &Net, layer: Layer) -> impl Iterator<Item = crate::net::Id> + '_ {
    net.ids().filter(move |id| net.layer_of(*id) == layer)
}

/// Names of all passes, in order.
pub fn pass_names(config: Option<&Config>) -> Vec<&'static str> {
    let family = config.map_or_else(
        || crate::device::find("xcup").expect("the default family exists").family,
        |config| config.hardware.target.family.clone(),
    );
    let options = arith::Options { arithmetic: Vec::new(), family: family.clone() };
    [arith::Plan::standard(&options).names(), map::plan(&family).names()].concat()
}

/// All files of the Verilog.
pub fn verilog_files(design: &Design, top: &rtl::Top) -> Vec<verilog::File> {
    verilog::files(top, &design.hash, design.adder_modules())
}
