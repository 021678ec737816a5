//! Which clock, device and registers are asked for.

use heteroq::arith::Arithmetic;
use heteroq::data::random::Random;
use heteroq::device::{self, Family};
use heteroq::schedule::Timing;

/// The clocks of the experiments, in MHz: whole numbers of them fit 25 ns.
pub const CLOCKS_MHZ: [u32; 8] = [40, 80, 160, 200, 240, 320, 360, 400];

/// What is asked of a design beside what it computes.
#[derive(Debug, Clone)]
pub struct Wish {
    /// What it is made for.
    pub family: Family,
    /// Its clock.
    pub clock_mhz: u32,
    /// Whether inputs are registered.
    pub register_inputs: bool,
    /// Whether outputs are registered.
    pub register_outputs: bool,
    /// The fewest register ranks.
    pub least_latency: u32,
    /// From which of two multipliers and shifts each layer is made, again and again.
    pub arithmetic: Vec<Arithmetic>,
}

impl Wish {
    /// Anything that may be asked.
    pub fn random(random: &mut Random) -> Wish {
        let mut pick = |n: usize| random.below(n);
        let families = ["xcup", "xc7", "ice40", "ecp5"];
        Wish {
            family: device::find(families[pick(4)]).unwrap().family,
            clock_mhz: CLOCKS_MHZ[pick(CLOCKS_MHZ.len())],
            register_inputs: pick(3) > 0,
            register_outputs: pick(3) > 0,
            least_latency: [0, 0, 0, 0, 1, 2, 3, 6][pick(8)],
            arithmetic: (0..5).map(|_| [Arithmetic::ShiftAdd, Arithmetic::Multiply][pick(2)]).collect(),
        }
    }

    /// What the schedule is asked for.
    pub fn timing(&self) -> Timing {
        Timing {
            clock_mhz: f64::from(self.clock_mhz),
            register_inputs: self.register_inputs,
            register_outputs: self.register_outputs,
            least_latency: self.least_latency,
        }
    }

    /// Clocks between two events 25 ns apart.
    pub fn event_clocks(&self) -> u32 {
        self.clock_mhz / 40
    }

    /// Whether sums are modules of their own, as the program decides it.
    pub fn adder_modules(&self) -> bool {
        self.family.ternary_adder
    }

    /// In one line.
    pub fn text(&self) -> String {
        let Wish { family, clock_mhz, register_inputs, register_outputs, least_latency, arithmetic } = self;
        format!(
            "{} at {clock_mhz} MHz, registered inputs {register_inputs}, outputs {register_outputs}, \
             at least {least_latency} ranks, {arithmetic:?}",
            family.name
        )
    }
}
