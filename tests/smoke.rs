mod support;
use heteroq::fixed::Dyadic;
use heteroq::net::execute::{Interpreted, compare};
use heteroq::{device, lower, net, rtl, schedule, sim, verilog};

#[test]
fn random_networks_agree_before_any_pass() {
    for seed in 0..200 {
        let graph = support::graphs::random(seed);
        heteroq::graph::validate(&graph).unwrap();
        let net = match lower::lower(&graph) {
            Ok(n) => n,
            Err(e) => {
                eprintln!("seed {seed}: {e}");
                continue;
            }
        };
        net::validate(&net).unwrap();
        assert!(net::text::read(&net::text::write(&net)).unwrap() == net, "seed {seed}");
        let events = sim::vectors::corners_and_random(&net, 40, seed);
        let expected: Vec<Vec<i128>> = events.iter().map(|e| net::interp::run(&net, e)).collect();
        for (e, x) in events.iter().zip(&expected) {
            let f: Vec<Dyadic> = e.iter().zip(&net.inputs).map(|(v, i)| Dyadic::new(*v, -i.frac)).collect();
            let y = heteroq::graph::interp::run(&graph, &f).unwrap();
            let y: Vec<i128> =
                y.iter().zip(&net.outputs).map(|(v, o)| v.to_integer(o.frac).unwrap()).collect();
            assert_eq!(&y, x, "seed {seed}\n{}", heteroq::graph::text::write(&graph));
        }
        let family = device::find(["xcup", "xc7", "ice40"][seed as usize % 3]).unwrap().family;
        let timing = schedule::Timing {
            clock_mhz: [40., 80., 160., 200., 240., 320., 400.][seed as usize % 7],
            register_inputs: seed % 2 == 0,
            register_outputs: seed % 5 != 0,
            least_latency: 0,
        };
        let staged = schedule::pipeline(&net, &family, &timing);
        schedule::validate(&staged).unwrap();
        let mut pipe = schedule::interp::Pipeline::new(&staged);
        let a = compare(&mut pipe, &events, &expected).unwrap();
        assert_eq!(a.mismatches, 0, "seed {seed} {a:?}");
        let top = rtl::build(&staged, &graph.name, rtl::Style { adder_modules: seed % 3 != 2 });
        rust_hdl::core::check_error::check_all(&top).unwrap();
        let mut bench = sim::Bench::new(sim::rust_hdl::Blocks(top.clone()), &staged, 8, seed);
        let a = compare(&mut bench, &events, &expected).unwrap();
        assert_eq!(a.mismatches, 0, "seed {seed} {a:?}");
        if seed < 6 {
            let folder = std::env::temp_dir().join(format!("hq{seed}"));
            let files = verilog::files(&top, "0123456789abcdef00", seed % 3 != 2);
            verilog::folder::write(&folder, &files).unwrap();
            let sources = sim::verilator::Sources { top: top.layout().name.clone(), folder: folder.clone() };
            sources.lint(&folder.join("lint.log")).unwrap();
            let v = sim::verilator::Verilated::compile(&sources, &net, &folder.join("work"), None).unwrap();
            let mut bench = sim::Bench::new(v, &staged, 8, seed);
            let a = compare(&mut bench, &events, &expected).unwrap();
            assert_eq!(a.mismatches, 0, "seed {seed} {a:?}");
        }
    }
}
