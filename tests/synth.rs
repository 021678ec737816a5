//! Synthesis of small designs by the tools that are installed, and the netlists as executors.

use heteroq::device;
use heteroq::net::execute::Executes;
use heteroq::synth::execute::{DataPort, Interface, NetlistRun};
use heteroq::synth::netlist::Netlist;
use heteroq::synth::{Job, nextpnr, vivado, yosys};
use heteroq::tool::{NEXTPNR_ECP5, NEXTPNR_ICE40, Tool, VIVADO, YOSYS};
use std::fs;
use std::path::Path;

/// `y = max(3a + b, 0)`, registered at its inputs and outputs. `late` is what stands for the registered b.
fn pipeline(late: &str) -> String {
    format!(
        "module pipeline(input clk, input rst, input in_valid, input signed [5:0] a, input signed [4:0] b,
  output reg out_valid, output reg [8:0] y, output reg signed [5:0] copy);
  reg valid;
  reg signed [5:0] ra;
  reg signed [4:0] rb;
  wire signed [9:0] sum = ra + ra + ra + {late};
  always @(posedge clk) begin
    ra <= a;
    rb <= b;
    y <= sum[9] ? 9'd0 : sum[8:0];
    copy <= ra;
    valid <= rst ? 1'b0 : in_valid;
    out_valid <= rst ? 1'b0 : valid;
  end
endmodule
"
    )
}

fn interface(latency: u32) -> Interface {
    let port = |name: &str, width, signed| DataPort { name: name.to_owned(), width, signed };
    Interface {
        inputs: vec![port("a", 6, true), port("b", 5, true)],
        outputs: vec![port("y", 9, false), port("copy", 6, true)],
        latency,
        interval: 1,
        event_interval: 4,
    }
}

/// Every pair of inputs, with what must come out.
fn every_event() -> (Vec<Vec<i128>>, Vec<Vec<i128>>) {
    let pairs = (-32..32).flat_map(|a| (-16..16).map(move |b| (a, b)));
    pairs.map(|(a, b)| (vec![a, b], vec![(3 * a + b).max(0), a])).unzip()
}

fn job(folder: &Path, top: &str, source: &str, target: &str) -> Job {
    let path = folder.join("the source.v");
    fs::write(&path, source).unwrap();
    let device = device::find(target).unwrap();
    let (top, work_dir) = (top.to_owned(), folder.join("work"));
    Job { top, sources: vec![path], device, hard_blocks: true, clock_mhz: 100.0, work_dir }
}

fn present(tools: &[Tool]) -> bool {
    let missing = tools.iter().find_map(|tool| tool.find().err());
    if let Some(missing) = &missing {
        eprintln!("skipped: {missing}");
    }
    missing.is_none()
}

#[test]
fn yosys_accepts_a_good_design_and_refuses_loops_latches_and_open_nets() {
    if !present(&[YOSYS]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let check = |source: &str| yosys::check(&job(folder.path(), "pipeline", source, "xc7"));
    check(&pipeline("rb")).unwrap();
    let body = |text: &str| format!("module pipeline(input a, input b, output y);\n{text}\nendmodule\n");
    let through = "module inner(input i, output o); assign o = ~i; endmodule\n";
    let bad = [
        (body("wire w = y & a; assign y = w ^ b;"), "found logic loop"),
        (through.to_owned() + &body("wire w; inner one(y, w); inner two(w, y);"), "logic loop"),
        (body("reg l; always @* if (a) l = b; assign y = l;"), "Assertion failed: selection is not empty"),
        (body("wire w; assign y = w & a;"), "no driver"),
        (body("assign y = nothing.b;"), "ERROR"),
        (body("missing m(a, y);"), "is not part of the design"),
    ];
    for (source, reason) in bad {
        let error = check(&source).unwrap_err().to_string();
        assert!(error.contains(reason), "no `{reason}` in: {error}\n{source}");
    }
}

#[test]
fn yosys_maps_a_design_whose_netlist_computes_what_it_should() {
    if !present(&[YOSYS]) {
        return;
    }
    for target in ["xc7", "xcup", "ice40", "ecp5"] {
        let folder = tempfile::tempdir().unwrap();
        let synthesis = yosys::synthesize(&job(folder.path(), "pipeline", &pipeline("rb"), target)).unwrap();
        let usage = &synthesis.usage;
        assert!(usage.lut + usage.inv >= 10 && usage.lut + usage.inv <= 60, "{usage:?}");
        assert_eq!((usage.ff, usage.dsp, usage.fits), (6 + 5 + 9 + 6 + 2, 0, Some(true)));
        assert!(usage.other.is_empty() && usage.carry > 0 && usage.version.contains("Yosys"));
        let left: Vec<_> =
            fs::read_dir(folder.path().join("work")).unwrap().map(|f| f.unwrap().file_name()).collect();
        assert_eq!(left.len(), 3, "script, log and netlist: {left:?}");
        let netlist = Netlist::read(&synthesis.netlist, "pipeline").unwrap();
        let (events, expected) = every_event();
        let run = |latency| NetlistRun::new(netlist.clone(), interface(latency)).run(&events);
        assert_eq!(run(2).unwrap(), expected, "{target}");
        for wrong in [1, 3] {
            let error = run(wrong).unwrap_err().to_string();
            assert!(error.contains("out_valid is"), "{error}");
        }
    }
}

#[test]
fn yosys_netlist_with_a_missing_register_is_caught() {
    if !present(&[YOSYS]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let synthesis = yosys::synthesize(&job(folder.path(), "pipeline", &pipeline("b"), "xc7")).unwrap();
    let netlist = Netlist::read(&synthesis.netlist, "pipeline").unwrap();
    let (events, expected) = every_event();
    assert_ne!(NetlistRun::new(netlist.clone(), interface(2)).run(&events).unwrap(), expected);
    let one_port_less = Interface { inputs: interface(2).inputs[..1].to_vec(), ..interface(2) };
    let wider = DataPort { name: "a".to_owned(), width: 7, signed: true };
    let other_width = Interface { inputs: vec![wider], ..one_port_less };
    let error = NetlistRun::new(netlist, other_width).run(&events).unwrap_err().to_string();
    assert_eq!(error, "the netlist has no input port `a` of 7 bits");
}

/// Twelve bits of `a + b + c` modulo 4096, one `LUT6_2` a bit.
const TERNARY: &str = "
module ternary(input [11:0] a, b, c, output [11:0] y);
  wire [11:0] m, s;
  wire [12:0] shifted = {m, 1'b0};
  wire [11:0] co;
  genvar i;
  generate for (i = 0; i < 12; i = i + 1) begin : bits
    LUT6_2 #(.INIT(64'h69966996_E8E8E8E8)) lut (.I0(a[i]), .I1(b[i]), .I2(c[i]), .I3(shifted[i]), .I4(1'b0),
      .I5(1'b1), .O5(m[i]), .O6(s[i]));
  end
  for (i = 0; i < 12; i = i + 4) begin : chain
    CARRY4 carry (.CI(i == 0 ? 1'b0 : co[(i + 11) % 12]), .CYINIT(1'b0), .DI(shifted[i +: 4]), .S(s[i +: 4]),
      .O(y[i +: 4]), .CO(co[i +: 4]));
  end endgenerate
endmodule
module pipeline(input clk, input rst, input in_valid, input [11:0] a, input [11:0] b, input [11:0] c,
  output reg out_valid, output reg [11:0] y);
  wire [11:0] sum;
  ternary t(a, b, c, sum);
  always @(posedge clk) begin
    y <= sum;
    out_valid <= rst ? 1'b0 : in_valid;
  end
endmodule
";

#[test]
fn yosys_passes_ternary_adders_of_primitives_through() {
    if !present(&[YOSYS]) {
        return;
    }
    let port = |name: &str| DataPort { name: name.to_owned(), width: 12, signed: false };
    let interface = Interface {
        inputs: ["a", "b", "c"].map(port).to_vec(),
        outputs: vec![port("y")],
        latency: 1,
        interval: 1,
        event_interval: 8,
    };
    let events: Vec<Vec<i128>> =
        (0..500).map(|i| vec![i * 2731 % 4096, i * i % 4096, 4095 - i * 7919 % 4096]).collect();
    let expected: Vec<Vec<i128>> = events.iter().map(|e| vec![e.iter().sum::<i128>() % 4096]).collect();
    for target in ["xc7", "xcup"] {
        let folder = tempfile::tempdir().unwrap();
        let job = job(folder.path(), "pipeline", TERNARY, target);
        yosys::check(&job).unwrap();
        let synthesis = yosys::synthesize(&job).unwrap();
        assert_eq!((synthesis.usage.lut, synthesis.usage.carry, synthesis.usage.ff), (12, 3, 13));
        let netlist = Netlist::read(&synthesis.netlist, "pipeline").unwrap();
        assert_eq!(NetlistRun::new(netlist, interface.clone()).run(&events).unwrap(), expected);
    }
}

#[test]
fn yosys_depth_counts_cells_between_registers_only() {
    if !present(&[YOSYS]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let stages = "module top(input clk, input [5:0] x, output reg y);
      reg [5:0] r; reg t, u;
      always @(posedge clk) begin r <= x; t <= ^r; u <= t & r[0]; y <= u ^ t; end
    endmodule";
    let synthesis = yosys::synthesize(&job(folder.path(), "top", stages, "xc7")).unwrap();
    assert_eq!(synthesis.usage.depth, Some(1), "one LUT between any two registers");
    let wires = "module top(input clk, input x, output reg y); always @(posedge clk) y <= x; endmodule";
    let synthesis = yosys::synthesize(&job(folder.path(), "top", wires, "xc7")).unwrap();
    assert_eq!(synthesis.usage.depth, Some(0));
}

#[test]
fn yosys_multiplications_become_dsps_only_if_they_may() {
    if !present(&[YOSYS]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let product = "module top(input clk, input signed [11:0] a, b, output reg signed [23:0] y);
      always @(posedge clk) y <= a * b; endmodule";
    let with = job(folder.path(), "top", product, "xc7");
    let usage = yosys::synthesize(&with).unwrap().usage;
    assert_eq!((usage.dsp, usage.lut), (1, 0));
    let usage = yosys::synthesize(&Job { hard_blocks: false, ..with }).unwrap().usage;
    assert!(usage.dsp == 0 && usage.lut > 50, "{usage:?}");
}

#[test]
fn yosys_and_nextpnr_place_a_design_with_more_ports_than_pins() {
    if !present(&[YOSYS, NEXTPNR_ICE40]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let job = job(folder.path(), "pipeline", &pipeline("rb"), "ice40");
    let mapped = yosys::synthesize(&job).unwrap();
    let placed = nextpnr::place(&job, &interface(2), &mapped).unwrap();
    let mhz = placed.usage.fmax_mhz.unwrap();
    assert!(mhz > 50.0 && mhz < 500.0);
    assert_eq!((placed.usage.lut, placed.usage.ff, placed.usage.fits), (mapped.usage.lut, 28, Some(true)));
    let log = fs::read_to_string(folder.path().join("work/nextpnr_hx8k.log")).unwrap();
    assert!(log.contains("ICESTORM_LC:"), "{log}");
    let whole = Netlist::read(&placed.netlist, "heteroq_harness").unwrap();
    let alone = Netlist::read(&mapped.netlist, "pipeline").unwrap();
    // 13 input bits shift, 16 output bits are held, then 4 and 1 of the xor tree.
    assert_eq!(whole.registers.len(), alone.registers.len() + 13 + 16 + 4 + 1);
}

#[test]
fn yosys_and_nextpnr_say_that_a_design_is_too_large() {
    if !present(&[YOSYS, NEXTPNR_ICE40]) {
        return;
    }
    let large = "module large(input clk, input rst, input in_valid, input [15:0] a, input [15:0] b,
        output reg out_valid, output reg [31:0] y);
      wire [31:0] p = a * b, q = p[15:0] * p[31:16], r = q[15:0] * q[31:16];
      always @(posedge clk) begin y <= r; out_valid <= in_valid & ~rst; end
    endmodule";
    let port = |name: &str, width| DataPort { name: name.to_owned(), width, signed: false };
    let interface = Interface {
        inputs: vec![port("a", 16), port("b", 16)],
        outputs: vec![port("y", 32)],
        ..interface(1)
    };
    let folder = tempfile::tempdir().unwrap();
    let job = job(folder.path(), "large", large, "hx1k");
    let usage = nextpnr::place(&job, &interface, &yosys::synthesize(&job).unwrap()).unwrap().usage;
    assert!(usage.lut > 1280, "{usage:?}");
    assert_eq!((usage.fits, usage.fmax_mhz), (Some(false), None));
}

#[test]
fn vivado_is_skipped_where_it_is_not() {
    if VIVADO.is_present() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(vivado::place(&job(folder.path(), "pipeline", "", "xc7")).unwrap(), None);
}

#[test]
fn yosys_and_nextpnr_place_for_ecp5_where_it_is_installed() {
    if !present(&[YOSYS, NEXTPNR_ECP5]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let job = job(folder.path(), "pipeline", &pipeline("rb"), "lfe5u-25f");
    let placed = nextpnr::place(&job, &interface(2), &yosys::synthesize(&job).unwrap()).unwrap().usage;
    assert!(placed.fmax_mhz.unwrap() > 50.0 && placed.fits == Some(true) && placed.lut > 10);
}

/// Not a test of its own: the program that the next test interrupts.
#[test]
fn program_that_synthesizes() {
    let Some(folder) = std::env::var_os("HETEROQ_TEST_SYNTH") else { return };
    let products: String =
        (1..40).map(|i| format!("wire [31:0] p{i} = p{} * (p{} + 32'd{i});", i - 1, i - 1)).collect();
    let slow = format!("module top(input [31:0] p0, output [31:0] y); {products} assign y = p39; endmodule");
    let job = Job { hard_blocks: false, ..job(Path::new(&folder), "top", &slow, "xc7") };
    let error = yosys::synthesize(&job).unwrap_err();
    assert_eq!(error.to_string(), "interrupted");
    std::process::exit(i32::from(error.exit_code()));
}

/// The processes that work in `folder` or below.
fn processes_in(folder: &Path) -> usize {
    let processes = fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| fs::read_link(entry.unwrap().path().join("cwd")).ok());
    processes.filter(|cwd| cwd.starts_with(folder)).count()
}

#[test]
fn yosys_interrupted_leaves_no_process_and_no_half_written_file() {
    if !present(&[YOSYS]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut program = std::process::Command::new(std::env::current_exe().unwrap());
    program.args(["program_that_synthesizes", "--exact"]).env("HETEROQ_TEST_SYNTH", folder.path());
    let mut child = program.spawn().unwrap();
    let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while processes_in(folder.path()) == 0 {
        assert!(std::time::Instant::now() < until, "Yosys never starts");
    }
    std::thread::sleep(std::time::Duration::from_secs(1));
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(processes_in(folder.path()), 0);
    let mut left: Vec<_> =
        fs::read_dir(folder.path().join("work")).unwrap().map(|f| f.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["yosys_xc7vx690t.log", "yosys_xc7vx690t.ys"]);
}
