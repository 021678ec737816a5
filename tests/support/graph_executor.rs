//! The graph's own definition as an executor: exactly, and in doubles where those are exact too.

use heteroq::fixed::Dyadic;
use heteroq::graph::{Graph, interp};
use heteroq::net::Net;
use heteroq::net::execute::{ExecuteError, Executes};

/// A graph behind the ports of the net it was lowered to.
pub struct GraphExecutor<'a> {
    graph: &'a Graph,
    net: &'a Net,
    in_doubles: Option<interp::InDoubles<'a>>,
}

impl<'a> GraphExecutor<'a> {
    /// `graph`, with the port formats of `net`.
    pub fn new(graph: &'a Graph, net: &'a Net) -> GraphExecutor<'a> {
        GraphExecutor { graph, net, in_doubles: interp::InDoubles::new(graph).unwrap() }
    }

    fn event(&self, event: &[i128]) -> Result<Vec<i128>, ExecuteError> {
        let features: Vec<Dyadic> =
            event.iter().zip(&self.net.inputs).map(|(v, port)| Dyadic::new(*v, -port.frac)).collect();
        let exact = interp::run(self.graph, &features)?;
        if let Some(in_doubles) = &self.in_doubles {
            let quick = in_doubles.run(&features.iter().map(|x| x.to_f64()).collect::<Vec<_>>())?;
            let quick: Option<Vec<Dyadic>> = quick.into_iter().map(Dyadic::from_f64).collect();
            if quick.as_ref() != Some(&exact) {
                return Err(format!("in doubles {quick:?}, exactly {exact:?}, for {event:?}").into());
            }
        }
        let integers = exact.iter().zip(&self.net.outputs).map(|(v, port)| v.to_integer(port.frac));
        integers.collect::<Option<Vec<i128>>>().ok_or_else(|| "a value is off its port's grid".into())
    }
}

impl Executes for GraphExecutor<'_> {
    fn name(&self) -> &'static str {
        "graph"
    }

    fn run(&mut self, events: &[Vec<i128>]) -> Result<Vec<Vec<i128>>, ExecuteError> {
        events.iter().map(|event| self.event(event)).collect()
    }
}
