//! A network with every form it goes through, its events and their results.

use super::failure::Failure;
use super::graph_executor::GraphExecutor;
use super::wish::Wish;
use super::{graphs, nets};
use heteroq::arith::{Options, Plan};
use heteroq::data::random::Random;
use heteroq::emulate::fast::Emulator;
use heteroq::fixed::Dyadic;
use heteroq::graph::{self, Graph};
use heteroq::net::execute::{Executes, Interpreted, compare};
use heteroq::net::{self, Net, interp};
use heteroq::schedule::interp::Pipeline;
use heteroq::schedule::{self, Staged};
use heteroq::sim::clocked::Clocked;
use heteroq::sim::rust_hdl::Blocks;
use heteroq::sim::vectors::corners_and_random;
use heteroq::sim::{Bench, stimulus};
use heteroq::{lower, map, rtl, verilog};

/// How many events a network is tried on.
const EVENTS: usize = 72;

/// How many events there may be for all of them to be tried.
const MOST_OF_ALL: u128 = 256;

/// One design.
#[derive(Debug, Clone)]
pub struct Case {
    /// What to write to see it again: `SEED=3`.
    pub replay: String,
    /// The network, if it did not begin as a net.
    pub graph: Option<Graph>,
    /// What else was asked for.
    pub wish: Wish,
    /// The graph in integers.
    pub lowered: Net,
    /// The net after each pass.
    pub passes: Vec<(String, Net)>,
    /// The net with cycles.
    pub staged: Staged,
    /// The blocks.
    pub top: rtl::Top,
    /// What goes in.
    pub events: Vec<Vec<i128>>,
    /// What must come out.
    pub expected: Vec<Vec<i128>>,
    seed: u64,
}

impl Case {
    /// The network of `seed`, with at most `layers` layers.
    ///
    /// A draw with a value beyond 127 bits is refused by the program, and drawn again here.
    pub fn random(seed: u64, layers: usize) -> Case {
        let mut random = Random::new(seed);
        let wish = Wish::random(&mut random);
        loop {
            let network = graphs::random(&format!("net{seed}"), Random::new(random.bits()), layers);
            if let Some(graph) = network.ok().filter(|graph| lower::lower(graph).is_ok()) {
                return Case::of_graph(graph, wish, seed);
            }
        }
    }

    /// The integer network of `seed`: any operation, any width.
    pub fn random_net(seed: u64) -> Case {
        let mut random = Random::new(seed);
        let wish = Wish::random(&mut random);
        Case::of_net(&format!("ops{seed}"), nets::random(&mut random), wish, seed)
    }

    /// The design of `graph`.
    pub fn of_graph(graph: Graph, wish: Wish, seed: u64) -> Case {
        graph::validate(&graph).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        let lowered = lower::lower(&graph).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        let mut case = Case::of_net(&graph.name, lowered, wish, seed);
        case.graph = Some(graph);
        case
    }

    /// The design of `lowered`: what the program does with a config, from there on.
    pub fn of_net(name: &str, lowered: Net, wish: Wish, seed: u64) -> Case {
        let show = || format!("seed {seed}\n{}", net::text::write(&lowered));
        net::validate(&lowered).unwrap_or_else(|broken| panic!("{broken}\n{}", show()));
        let mut passes = Vec::new();
        let mapped = optimized(&lowered, &wish, &mut passes);
        let staged = schedule::pipeline(&mapped, &wish.family, &wish.timing());
        schedule::validate(&staged).unwrap_or_else(|broken| panic!("{broken}\n{}", show()));
        let style = rtl::Style { adder_modules: wish.adder_modules() };
        let top = rtl::build(&staged, name, style);
        let events = all(&lowered).unwrap_or_else(|| corners_and_random(&lowered, EVENTS, seed));
        let expected = events.iter().map(|event| interp::run(&lowered, event)).collect();
        let replay = format!("SEED={seed}");
        Case { replay, graph: None, wish, lowered, passes, staged, top, events, expected, seed }
    }

    /// The net that hardware computes.
    pub fn mapped(&self) -> &Net {
        &self.staged.net
    }

    /// Its Verilog.
    pub fn files(&self) -> Vec<verilog::File> {
        verilog::files(&self.top, "0123456789abcdef", self.wish.adder_modules())
    }

    /// `design` in a bench with this case's ports and timing.
    pub fn bench<D: Clocked>(&self, design: D) -> Bench<D> {
        Bench::new(design, &self.staged, self.wish.event_clocks(), self.seed)
    }

    /// What is applied, clock by clock.
    pub fn stimulus(&self) -> stimulus::Stimulus {
        self.bench(Blocks(self.top.clone())).stimulus(&self.events)
    }

    /// Everything that runs in this process and is quick: graph, each net, pipeline, fast emulator.
    pub fn check_software(&self) -> Result<(), Failure> {
        self.check_text()?;
        if let Some(graph) = &self.graph {
            self.check_formats(graph)?;
            self.check(&mut GraphExecutor::new(graph, &self.lowered))?;
        }
        for (n, (pass, net)) in self.passes.iter().enumerate() {
            self.check(&mut Interpreted { name: format!("pass {n} {pass}"), net: net.clone() })?;
        }
        self.check(&mut Pipeline::new(&self.staged))?;
        self.check(&mut Emulator::new(&self.lowered))?;
        self.check(&mut Emulator::new(self.mapped()))
    }

    /// The blocks in rust-hdl's simulator, and what rust-hdl itself finds wrong with them.
    pub fn check_blocks(&self) -> Result<(), Failure> {
        let checked = rust_hdl::core::check_error::check_all(&self.top);
        checked.map_err(|error| self.failure("rust-hdl's checks", format!("{error:?}")))?;
        self.check(&mut self.bench(Blocks(self.top.clone())))
    }

    /// Compares `executor` with the definition.
    pub fn check(&self, executor: &mut dyn Executes) -> Result<(), Failure> {
        let name = executor.name().to_owned();
        let agreement = compare(executor, &self.events, &self.expected);
        let agreement = agreement.map_err(|error| self.failure(&name, error.to_string()))?;
        let Some(first) = agreement.first else { return Ok(()) };
        let event = self.events.get(first.event);
        let shares = format!("{} of {} events differ", agreement.mismatches, agreement.vectors);
        Err(self.failure(&name, format!("{first} ({shares}; inputs {event:?})")))
    }

    /// A net that is written down can be read back, but for names that are no words.
    fn check_text(&self) -> Result<(), Failure> {
        for net in [&self.lowered, self.mapped()] {
            let text = net::text::write(net);
            let back = net::text::read(&text).map_err(|e| self.failure("text", e.to_string()))?;
            let outputs = |net: &Net| net.outputs.iter().map(|o| (o.frac, o.id)).collect::<Vec<_>>();
            let inputs = |net: &Net| net.inputs.iter().map(|i| (i.frac, i.interval)).collect::<Vec<_>>();
            let parts = |net: &Net| (net.ops.clone(), net.intervals.clone(), inputs(net), outputs(net));
            if parts(&back) != parts(net) {
                return Err(self.failure("text", format!("comes back as\n{}", net::text::write(&back))));
            }
        }
        Ok(())
    }

    /// The formats that the graph predicts for its outputs hold every result. (The net may know better: the graph
    /// does not see that two elements are one.)
    fn check_formats(&self, graph: &Graph) -> Result<(), Failure> {
        let elements = graph::format::elements(graph).map_err(|e| self.failure("format", e.to_string()))?;
        let predicted = &elements[graph.output().index()];
        for (n, (element, output)) in predicted.iter().zip(&self.lowered.outputs).enumerate() {
            let on_its_grid = |v: i128| Dyadic::new(v, -output.frac).to_integer(element.frac);
            let holds = |row: &Vec<i128>| on_its_grid(row[n]).is_some_and(|v| element.interval.contains(v));
            if !self.expected.iter().all(holds) {
                return Err(self.failure("format", format!("{element:?} for {output:?}")));
            }
        }
        Ok(())
    }

    /// Outputs that are not the same for all events, and how many there are.
    pub fn varying(&self) -> (usize, usize) {
        let outputs = self.lowered.outputs.len();
        let varies = |o: &usize| self.expected.iter().any(|row| row[*o] != self.expected[0][*o]);
        ((0..outputs).filter(varies).count(), outputs)
    }

    /// What is told about this case.
    pub fn failure(&self, executor: &str, what: String) -> Failure {
        let graph = self.graph.as_ref().map(graph::text::write).unwrap_or_default();
        Failure {
            replay: self.replay.clone(),
            executor: executor.to_owned(),
            what,
            network: format!("{}\n{graph}{}", self.wish.text(), net::text::write(&self.lowered)),
        }
    }
}

/// Every event there is, if those are few.
fn all(net: &Net) -> Option<Vec<Vec<i128>>> {
    let count = net.inputs.iter().map(|i| i.interval.count()).try_fold(1u128, u128::checked_mul)?;
    let event = |n: u128| {
        let mut rest = n;
        let digit = |i: &net::Input| {
            let digit = rest % i.interval.count();
            rest /= i.interval.count();
            i.interval.lo + digit.cast_signed()
        };
        net.inputs.iter().map(digit).collect()
    };
    (count <= MOST_OF_ALL).then(|| (0..count).map(event).collect())
}

fn optimized(lowered: &Net, wish: &Wish, passes: &mut Vec<(String, Net)>) -> Net {
    let arithmetic = wish.arithmetic.iter().copied().cycle().take(lowered.layers.len()).collect();
    let options = Options { arithmetic, family: wish.family.clone() };
    let mut observe = |name: &str, net: &Net| passes.push((name.to_owned(), net.clone()));
    let cheaper = Plan::standard(&options).run(lowered, &mut observe);
    map::plan(&wish.family).run(&cheaper, &mut observe)
}
