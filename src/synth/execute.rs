//! A netlist as an executor: events go in, and come out exactly `LATENCY` clocks later.

use super::netlist::Netlist;
use super::simulation::{LANES, Simulation};
use super::stream::{Noise, Stream};
use crate::net::execute::{ExecuteError, Executes};
use thiserror::Error;

/// One data port of the design.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataPort {
    /// Its name in the Verilog.
    pub name: String,
    /// How many bits it has, at most 127.
    pub width: u32,
    /// Whether they are two's complement.
    pub signed: bool,
}

/// The ports of a design and when it reads and writes them: `clk`, `rst`, `in_valid`, `out_valid`, and data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// One for each input of the net, in its order.
    pub inputs: Vec<DataPort>,
    /// One for each output of the net, in its order.
    pub outputs: Vec<DataPort>,
    /// An event sampled at edge k has its outputs sampled by their reader at edge k + `latency`.
    pub latency: u32,
    /// Clocks between two events that the design can do with.
    pub interval: u32,
    /// Clocks between two events that it is built for.
    pub event_interval: u32,
}

/// What is wrong with the netlist as an executor.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NetlistRunError {
    /// The netlist and the interface do not fit.
    #[error("the netlist has no {direction} port `{name}` of {width} bits")]
    Port {
        /// `input` or `output`.
        direction: &'static str,
        /// The port that is expected.
        name: String,
        /// Its width.
        width: u32,
    },
    /// `out_valid` rises or falls at the wrong time.
    #[error("out_valid is {got} in clock {clock} of stream {lane}, where it should be {}", !got)]
    Valid {
        /// Clocks since the end of the reset.
        clock: usize,
        /// Which of the streams.
        lane: usize,
        /// What it is.
        got: bool,
    },
}

/// Runs a netlist on events, in 64 streams with different spacings.
#[derive(Debug, Clone)]
pub struct NetlistRun {
    netlist: Netlist,
    interface: Interface,
}

impl NetlistRun {
    /// `netlist` with the ports and the timing of `interface`.
    pub fn new(netlist: Netlist, interface: Interface) -> NetlistRun {
        NetlistRun { netlist, interface }
    }
}

impl Executes for NetlistRun {
    fn name(&self) -> &'static str {
        "netlist"
    }

    fn run(&mut self, events: &[Vec<i128>]) -> Result<Vec<Vec<i128>>, ExecuteError> {
        let mut bench = Bench::new(&self.netlist, &self.interface)?;
        bench.reset();
        Ok(bench.stream(events)?)
    }
}

/// A simulation with its ports found.
struct Bench<'n> {
    simulation: Simulation<'n>,
    interface: &'n Interface,
    reset: usize,
    in_valid: usize,
    out_valid: usize,
    inputs: Vec<usize>,
    outputs: Vec<usize>,
    noise: Noise,
}

impl<'n> Bench<'n> {
    fn new(netlist: &'n Netlist, interface: &'n Interface) -> Result<Bench<'n>, NetlistRunError> {
        let find = |name: &str, width: u32, is_input: bool| {
            let fits = |port: &usize| {
                let port = &netlist.ports[*port];
                port.is_input == is_input && port.width() == width as usize
            };
            let direction = if is_input { "input" } else { "output" };
            let missing = || NetlistRunError::Port { direction, name: name.to_owned(), width };
            netlist.port(name).filter(fits).ok_or_else(missing)
        };
        let all = |ports: &[DataPort], is_input| {
            ports.iter().map(|port| find(&port.name, port.width, is_input)).collect::<Result<Vec<_>, _>>()
        };
        Ok(Bench {
            simulation: Simulation::new(netlist),
            interface,
            reset: find("rst", 1, true)?,
            in_valid: find("in_valid", 1, true)?,
            out_valid: find("out_valid", 1, false)?,
            inputs: all(&interface.inputs, true)?,
            outputs: all(&interface.outputs, false)?,
            noise: Noise(1),
        })
    }

    /// One edge with `rst` on must do, and what is offered meanwhile is no event.
    fn reset(&mut self) {
        for lane in 0..LANES {
            self.simulation.set(self.reset, lane, 1);
            self.offer(lane, None);
            self.simulation.set(self.in_valid, lane, 1);
        }
        self.simulation.clock();
        (0..LANES).for_each(|lane| self.simulation.set(self.reset, lane, 0));
    }

    /// Event `i` goes through stream `i % 64`; what comes out is put back in order.
    fn stream(&mut self, events: &[Vec<i128>]) -> Result<Vec<Vec<i128>>, NetlistRunError> {
        let mut results = vec![Vec::new(); events.len()];
        let mut streams: Vec<Stream> = (0..LANES).map(Stream::new).collect();
        let mut clock = 0;
        while streams.iter().any(|stream| !stream.is_done(events.len())) {
            for stream in &mut streams {
                let event = stream.next_at(clock, events.len(), self.interface, &mut self.noise);
                self.offer(stream.lane, event.map(|event| events[event].as_slice()));
            }
            let valid = self.simulation.get_bit(self.out_valid);
            for stream in &mut streams {
                let got = valid >> stream.lane & 1 == 1;
                let due = stream.due_at(clock);
                if got != due.is_some() {
                    return Err(NetlistRunError::Valid { clock, lane: stream.lane, got });
                }
                if let Some(event) = due {
                    results[event] = self.outputs(stream.lane);
                }
            }
            self.simulation.clock();
            clock += 1;
        }
        Ok(results)
    }

    /// Puts an event on the inputs of a lane, or noise that is not valid.
    fn offer(&mut self, lane: usize, event: Option<&[i128]>) {
        self.simulation.set(self.in_valid, lane, u128::from(event.is_some()));
        for (place, port) in self.inputs.iter().enumerate() {
            let bits = event.map_or_else(|| self.noise.wide(), |event| event[place].cast_unsigned());
            self.simulation.set(*port, lane, bits);
        }
    }

    fn outputs(&mut self, lane: usize) -> Vec<i128> {
        let ports = self.outputs.iter().zip(&self.interface.outputs);
        ports.map(|(port, data)| data.value(self.simulation.get(*port, lane))).collect()
    }
}

impl DataPort {
    /// The integer that the port's bits stand for.
    fn value(&self, bits: u128) -> i128 {
        let unused = 128 - self.width;
        if self.signed { (bits << unused).cast_signed() >> unused } else { bits.cast_signed() }
    }
}
