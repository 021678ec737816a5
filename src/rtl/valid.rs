//! The pipe that carries the valid bit beside the data: the only registers that are reset.

use rust_hdl::prelude::*;

/// A shift register of run-time depth for a typed bit.
#[derive(Clone, Debug)]
pub struct ValidPipe {
    /// The clock.
    pub clk: Signal<In, Clock>,
    /// Synchronous, active high.
    pub rst: Signal<In, Bit>,
    /// Whether an event comes in.
    pub d: Signal<In, Bit>,
    /// Whether an event goes out.
    pub q: Signal<Out, Bit>,
    line: Vec<bool>,
}

impl ValidPipe {
    /// A pipe of `depth` registers, at least one.
    pub fn new(depth: u32) -> ValidPipe {
        ValidPipe {
            clk: Signal::default(),
            rst: Signal::default(),
            d: Signal::default(),
            q: Signal::default(),
            line: vec![false; depth as usize],
        }
    }
}

impl Logic for ValidPipe {
    fn update(&mut self) {
        if self.clk.pos_edge() {
            self.line.rotate_right(1);
            self.line[0] = self.d.val();
            if self.rst.val() {
                self.line.fill(false);
            }
            self.q.next = self.line[self.line.len() - 1];
        }
    }

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        let depth = self.line.len();
        if depth == 1 {
            return Verilog::Custom("always @(posedge clk)\n    q <= d & ~rst;\n".to_owned());
        }
        let top = depth - 2;
        let shifted = if depth == 2 { "d".to_owned() } else { format!("{{line[{}:0], d}}", depth - 3) };
        let range = if depth == 2 { String::new() } else { format!("[{top}:0] ") };
        let last = if depth == 2 { "line".to_owned() } else { format!("line[{top}]") };
        let zero = format!("{}'d0", depth - 1);
        Verilog::Custom(format!(
            "reg {range}line;\nalways @(posedge clk) begin\n    line <= rst ? {zero} : {shifted};\n    \
             q <= {last} & ~rst;\nend\n"
        ))
    }
}

impl Block for ValidPipe {
    fn connect_all(&mut self) {
        self.connect();
        self.clk.connect_all();
    }

    fn update_all(&mut self) {
        self.update();
        self.clk.update_all();
        self.rst.update_all();
        self.d.update_all();
        self.q.update_all();
    }

    fn has_changed(&self) -> bool {
        self.clk.has_changed() || self.rst.has_changed() || self.d.has_changed() || self.q.has_changed()
    }

    fn accept(&self, name: &str, probe: &mut dyn Probe) {
        probe.visit_start_scope(name, self);
        self.clk.accept("clk", probe);
        self.rst.accept("rst", probe);
        self.d.accept("d", probe);
        self.q.accept("q", probe);
        probe.visit_end_scope(name, self);
    }
}
