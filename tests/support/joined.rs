//! Many nets as one, for one compiler run.

use super::case::Case;
use super::failure::Failure;
use heteroq::emulate::cpp::Compiled;
use heteroq::net::execute::{ExecuteError, Executes};
use heteroq::net::{Id, Net, Op};
use std::path::Path;

/// The nets of all cases beside one another.
pub fn net(cases: &[Case]) -> Net {
    let mut joined = Net::default();
    for case in cases {
        let net = case.mapped();
        let (values, ports) = (joined.len(), joined.inputs.len());
        let layer = joined.layer_named(&case.top.layout().name);
        joined.inputs.extend(net.inputs.iter().cloned());
        for id in net.ids() {
            let op = match net.op(id).renamed(|operand| Id::new(values + operand.index())) {
                Op::Input(n) => Op::Input(ports + n),
                other => other,
            };
            joined.push_with(op, net.interval(id), layer);
        }
        for output in &net.outputs {
            joined.push_output(output.name.clone(), output.frac, Id::new(values + output.id.index()));
        }
    }
    heteroq::net::validate(&joined).unwrap();
    joined
}

/// The C++ emulator of all cases as one, compiled in `folder`.
pub fn check_cpp(cases: &[Case], folder: &Path) -> Vec<Failure> {
    let failure = |error: String| vec![cases[0].failure("c++", error)];
    let mut program = match Compiled::new(&net(cases), "joined", "joined", folder) {
        Ok(program) => program,
        Err(error) => return failure(error.to_string()),
    };
    let row = |n: usize| cases.iter().flat_map(|case| case.events[n % case.events.len()].clone()).collect();
    let most = cases.iter().map(|case| case.events.len()).max().unwrap_or(0);
    let events: Vec<Vec<i128>> = (0..most).map(row).collect();
    let rows = match program.run(&events) {
        Ok(rows) => rows,
        Err(error) => return failure(error.to_string()),
    };
    let mut place = 0;
    let mut failures = Vec::new();
    for case in cases {
        let width = case.lowered.outputs.len();
        let own = rows.iter().take(case.events.len()).map(|row| row[place..place + width].to_vec()).collect();
        failures.extend(case.check(&mut Share(own)).err());
        place += width;
    }
    failures
}

/// One case's share of the results.
struct Share(Vec<Vec<i128>>);

impl Executes for Share {
    fn name(&self) -> &'static str {
        "c++"
    }

    fn run(&mut self, _: &[Vec<i128>]) -> Result<Vec<Vec<i128>>, ExecuteError> {
        Ok(self.0.clone())
    }
}
