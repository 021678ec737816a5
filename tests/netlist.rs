//! The netlist evaluator against Icarus Verilog with the cell models that Yosys ships, bit for bit:
//! every cell on its own, and random designs mapped by Yosys.

use heteroq::synth::netlist::Netlist;
use heteroq::synth::simulation::{LANES, Simulation};
use heteroq::synth::{Job, yosys};
use heteroq::tool::{IVERILOG, Run, VVP, YOSYS};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// How many of the 64 lanes Icarus repeats.
const REPEATED: usize = 3;
const CLOCKS: usize = 400;

/// A fixed sequence of numbers without order (xorshift64*).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % bound
    }
}

/// The folder with the cell models, if all tools are there.
fn models(family: &str) -> Option<PathBuf> {
    let missing = [YOSYS, IVERILOG, VVP].iter().find_map(|tool| tool.find().err());
    if let Some(missing) = missing {
        eprintln!("skipped: {missing}");
        return None;
    }
    let yosys = YOSYS.find().unwrap().canonicalize().unwrap();
    let models = yosys.parent().unwrap().join("../share/yosys").join(family).join("cells_sim.v");
    if !models.is_file() {
        eprintln!("skipped: there is no {}", models.display());
        return None;
    }
    Some(models)
}

/// What each input holds in each clock of each lane. A reset (`n0` a negated one) is mostly off, so that state builds up.
fn stimulus(netlist: &Netlist, random: &mut Random) -> Vec<Vec<Vec<u128>>> {
    let mut value = |name: &str| match name {
        "clk" => 0,
        "r0" => u128::from(random.below(6) == 0),
        "n0" => u128::from(random.below(6) != 0),
        _ => u128::from(random.next()) << 64 | u128::from(random.next()),
    };
    let mut row = |_| netlist.ports.iter().map(|port| value(&port.name)).collect();
    (0..CLOCKS).map(|_| (0..LANES).map(&mut row).collect()).collect()
}

/// All outputs just before each edge of the first lanes, as a text of one line a clock and lane.
fn ours(netlist: &Netlist, stimulus: &[Vec<Vec<u128>>]) -> String {
    let mut simulation = Simulation::new(netlist);
    let mut text = String::new();
    for clock in stimulus {
        for (lane, row) in clock.iter().enumerate() {
            for (port, value) in row.iter().enumerate().filter(|(port, _)| netlist.ports[*port].is_input) {
                simulation.set(port, lane, *value);
            }
        }
        for lane in 0..REPEATED {
            for (port, shape) in netlist.ports.iter().enumerate().filter(|(_, port)| !port.is_input) {
                write!(text, "{:0width$b} ", simulation.get(port, lane), width = shape.width()).unwrap();
            }
            text.push('\n');
        }
        simulation.clock();
    }
    text
}

/// The same from Icarus: one instance of `top` for each repeated lane.
fn icarus(netlist: &Netlist, stimulus: &[Vec<Vec<u128>>], sources: &[&Path], folder: &Path) -> String {
    let mut bench = "`timescale 1ns/1ps\nmodule bench; reg clk = 0;\n".to_owned();
    let mut memory = String::new();
    for clock in stimulus {
        for row in &clock[..REPEATED] {
            for (port, value) in netlist.ports.iter().zip(row).filter(|(port, _)| port.is_input) {
                writeln!(memory, "{:x}", value & (u128::MAX >> (128 - port.width()))).unwrap();
            }
        }
    }
    let words = memory.lines().count();
    writeln!(bench, "reg [127:0] memory [0:{}]; integer i = 0;", words - 1).unwrap();
    let (mut wires, mut take, mut show) = (String::new(), String::new(), String::new());
    for lane in 0..REPEATED {
        let mut pins = Vec::new();
        for port in &netlist.ports {
            let (name, last) = (&port.name, port.width() - 1);
            match (name.as_str(), port.is_input) {
                ("clk", _) => take.push_str("i = i + 1;\n"),
                (_, true) => {
                    writeln!(wires, "reg [{last}:0] {name}_{lane} = 0;").unwrap();
                    writeln!(take, "{name}_{lane} = memory[i]; i = i + 1;").unwrap();
                }
                (_, false) => {
                    writeln!(wires, "wire [{last}:0] {name}_{lane};").unwrap();
                    writeln!(show, "$write(\"%b \", {name}_{lane});").unwrap();
                }
            }
            let wire = if name == "clk" { "clk".to_owned() } else { format!("{name}_{lane}") };
            pins.push(format!(".{name}({wire})"));
        }
        writeln!(wires, "{} lane{lane}({});", netlist.top, pins.join(", ")).unwrap();
        show.push_str("$write(\"\\n\");\n");
    }
    let run = format!("repeat ({CLOCKS}) begin\n{take}#4;\n{show}#1 clk = 1; #5 clk = 0;\nend");
    let load = "$readmemh(\"memory.hex\", memory);";
    write!(bench, "{wires}initial begin {load} #1;\n{run}\n$finish; end\nendmodule\n").unwrap();
    fs::write(folder.join("memory.hex"), memory).unwrap();
    fs::write(folder.join("bench.v"), bench).unwrap();
    let compile = Run::of(&IVERILOG).unwrap().args([
        "-g2005-sv",
        "-grelative-include",
        "-DNO_ICE40_DEFAULT_ASSIGNMENTS",
        "-o",
        "bench.vvp",
        "bench.v",
    ]);
    compile.args(sources).folder(folder).log(folder.join("iverilog.log")).run().unwrap();
    let printed = Run::of(&VVP).unwrap().args(["-n", "bench.vvp"]).folder(folder).output().unwrap();
    printed.lines().filter(|line| line.starts_with(['0', '1', 'x', 'z'])).map(|l| format!("{l}\n")).collect()
}

/// Compares and says where the first difference is. A bit that Icarus leaves undefined may be anything.
fn assert_equal(ours: &str, icarus: &str) {
    assert_eq!(ours.lines().count(), icarus.lines().count());
    let undefined = icarus.chars().filter(|c| *c == 'x').count();
    assert!(undefined * 50 < icarus.len(), "{undefined} of {} bits are undefined", icarus.len());
    for (place, (ours, icarus)) in ours.lines().zip(icarus.lines()).enumerate() {
        let same = ours.len() == icarus.len()
            && ours.chars().zip(icarus.chars()).all(|(ours, icarus)| icarus == 'x' || ours == icarus);
        let (clock, lane) = (place / REPEATED, place % REPEATED);
        assert!(same, "clock {clock}, lane {lane}:\n{ours} from ours\n{icarus} from Icarus");
    }
}

/// The lines of `text` that change from clock to clock: a test in which nothing moves proves nothing.
fn assert_moves(text: &str) {
    let columns = text.lines().next().unwrap().len();
    let still = (0..columns).filter(|column| {
        let mut bits = text.lines().map(|line| line.as_bytes()[*column]);
        let first = bits.next();
        first != Some(b' ') && bits.all(|bit| Some(bit) == first)
    });
    let still = still.count();
    assert!(still * 3 < columns, "{still} of {columns} output bits never change");
}

const XILINX_CELLS: &[(&str, &[&str], &str)] = &[
    ("FDRE", &["IS_D_INVERTED", "IS_R_INVERTED", "INIT"], "R"),
    ("FDSE", &["IS_D_INVERTED", "IS_S_INVERTED", "INIT"], "S"),
    ("FDCE", &["IS_D_INVERTED", "IS_CLR_INVERTED", "INIT"], "CLR"),
    ("FDPE", &["IS_D_INVERTED", "IS_PRE_INVERTED", "INIT"], "PRE"),
];

/// One of each cell of the 7 series, with random tables and every combination of inverted pins.
fn xilinx_cells(random: &mut Random) -> String {
    let mut body = String::new();
    let mut outputs = Vec::new();
    for inputs in 1..=6 {
        let pins: String = (0..inputs).map(|i| format!(", .I{i}(a[{i}])")).collect();
        let bits = 1 << inputs;
        let init = random.next() & (u64::MAX >> (64 - bits));
        writeln!(body, "LUT{inputs} #(.INIT({bits}'h{init:x})) lut{inputs}(.O(lut[{}]){pins});", inputs - 1)
            .unwrap();
    }
    let pins: String = (0..6).map(|i| format!(", .I{i}(b[{i}])")).collect();
    writeln!(body, "LUT6_2 #(.INIT(64'h{:x})) dual(.O6(two[1]), .O5(two[0]){pins});", random.next()).unwrap();
    body.push_str(
        "INV inv(.I(a[0]), .O(y[0]));
MUXF7 f7(.I0(a[1]), .I1(a[2]), .S(b[0]), .O(y[1]));
MUXF8 f8(.I0(a[3]), .I1(a[4]), .S(b[1]), .O(y[2]));
CARRY4 low(.CI(1'b0), .CYINIT(c[0]), .DI(a[3:0]), .S(b[3:0]), .O(sum[3:0]), .CO(co[3:0]));
CARRY4 high(.CI(co[3]), .CYINIT(1'b0), .DI(a[7:4]), .S({b[7:5], co[1]}), .O(sum[7:4]), .CO(co[7:4]));
CARRY4 both(.CI(c[1]), .CYINIT(c[2]), .DI(c[6:3]), .S(a[5:2]), .O(sum[11:8]), .CO(co[11:8]));
",
    );
    for (kind, parameters, reset) in XILINX_CELLS {
        for chosen in 0..8u32 {
            let value = |i: usize| chosen >> i & 1;
            let set = parameters.iter().enumerate().map(|(i, p)| format!(".{p}(1'b{})", value(i)));
            let set = set.collect::<Vec<_>>().join(", ");
            let place = outputs.len();
            let instance = format!("{kind} #({set}) ff{place}");
            let r = if value(1) == 1 { "n0" } else { "r0" };
            outputs.push(format!(
                "{instance}(.Q(q[{place}]), .C(clk), .CE(c[0]), .D(a[{}]), .{reset}({r}));",
                place % 8
            ));
        }
    }
    let registers = outputs.join("\n");
    format!(
        "module dut(input clk, input r0, n0, input [7:0] a, b, c, output [5:0] lut, output [1:0] two,
output [2:0] y, output [11:0] sum, co, output [{}:0] q);\n{body}{registers}\nendmodule\n",
        outputs.len() - 1
    )
}

/// One of each cell of iCE40.
fn ice40_cells(random: &mut Random) -> String {
    let mut body = String::new();
    for place in 0..4 {
        let init = random.next() & 0xffff;
        let pins: String = (0..4).map(|i| format!(", .I{i}(a[{i}])")).collect();
        writeln!(body, "SB_LUT4 #(.LUT_INIT(16'h{init:x})) lut{place}(.O(lut[{place}]){pins});").unwrap();
    }
    body.push_str("SB_CARRY carry(.CO(co), .I0(a[0]), .I1(b[0]), .CI(c[0]));\n");
    let mut place = 0;
    for enable in ["", "E"] {
        for reset in ["", "SR", "R", "SS", "S"] {
            let enable_pin = if enable.is_empty() { "" } else { ", .E(c[1])" };
            let reset_pin = match reset {
                "" => "",
                "SR" | "R" => ", .R(r0)",
                _ => ", .S(r0)",
            };
            let pins = format!(".Q(q[{place}]), .C(clk), .D(a[{}]){enable_pin}{reset_pin}", place % 8);
            writeln!(body, "SB_DFF{enable}{reset} ff{place}({pins});").unwrap();
            place += 1;
        }
    }
    let ports = "input clk, input r0, input [7:0] a, b, c, output [3:0] lut, output co, output [9:0] q";
    format!("module dut({ports});\n{body}endmodule\n")
}

/// One of each cell of ECP5, every combination of settings of its carry and register among them.
fn ecp5_cells(random: &mut Random) -> String {
    let mut body = String::new();
    let mut init = || random.next() & 0xffff;
    writeln!(body, "LUT4 #(.INIT(16'h{:x})) lut(.Z(y[0]), .A(a[0]), .B(a[1]), .C(a[2]), .D(a[3]));", init())
        .unwrap();
    body.push_str(
        "PFUMX pfumx(.Z(y[1]), .ALUT(a[0]), .BLUT(a[1]), .C0(b[0]));
L6MUX21 l6mux(.Z(y[2]), .D0(a[2]), .D1(a[3]), .SD(b[1]));
",
    );
    for place in 0..4 {
        let word = |bit: usize| if place >> bit & 1 == 1 { "YES" } else { "NO" };
        let pins: String = (0..2)
            .map(|i| format!(", .A{i}(a[{i}]), .B{i}(a[{}]), .C{i}(b[{i}]), .D{i}(b[7])", i + 2))
            .collect();
        let set = format!(".INJECT1_0(\"{}\"), .INJECT1_1(\"{}\")", word(0), word(1));
        let tables = format!(".INIT0(16'h{:x}), .INIT1(16'h{:x})", init(), init());
        let outputs = format!(".S0(sum[{}]), .S1(sum[{}]), .COUT(co[{place}])", 2 * place, 2 * place + 1);
        writeln!(body, "CCU2C #({set}, {tables}) carry{place}({outputs}, .CIN(c[0]){pins});").unwrap();
    }
    for place in 0..24 {
        let enable = ["1", "INV", "CE"][place % 3];
        let word = |bit: usize, words: [&'static str; 2]| words[place >> bit & 1];
        let (mode, value) = (word(1, ["LSR_OVER_CE", "ASYNC"]), word(0, ["RESET", "SET"]));
        let (polarity, reset) = (word(2, ["LSR", "INV"]), word(2, ["r0", "n0"]));
        let set = format!(
            ".CEMUX(\"{enable}\"), .SRMODE(\"{mode}\"), .LSRMUX(\"{polarity}\"), .REGSET(\"{value}\")"
        );
        let pins = format!(".Q(q[{place}]), .CLK(clk), .CE(c[1]), .DI(a[{}]), .LSR({reset})", place % 8);
        writeln!(body, "TRELLIS_FF #({set}) ff{place}({pins});").unwrap();
    }
    let ports =
        "input clk, input r0, n0, input [7:0] a, b, c, output [2:0] y, output [7:0] sum, output [3:0] co";
    format!("module dut({ports}, output [23:0] q);\n{body}endmodule\n")
}

/// Compares module `dut` of `source` with its netlist in `json`.
fn compare(source: &Path, json: &Path, models: &Path, folder: &Path) {
    let netlist = Netlist::read(json, "dut").unwrap();
    let stimulus = stimulus(&netlist, &mut Random(7));
    let ours = ours(&netlist, &stimulus);
    assert_moves(&ours);
    assert_equal(&ours, &icarus(&netlist, &stimulus, &[source, models], folder));
}

/// Reads the cells as they stand, without mapping, and compares.
fn compare_cells(family: &str, design: &str) {
    let Some(models) = models(family) else { return };
    let folder = tempfile::tempdir().unwrap();
    let (source, json) = (folder.path().join("dut.v"), folder.path().join("dut.json"));
    fs::write(&source, design).unwrap();
    let script = format!(
        "read_verilog -lib +/{family}/cells_sim.v; read_verilog dut.v; hierarchy -check -top dut; proc; \
         json -o dut.json dut"
    );
    Run::of(&YOSYS).unwrap().args(["-q", "-p", &script]).folder(folder.path()).run().unwrap();
    compare(&source, &json, &models, folder.path());
}

#[test]
fn yosys_every_xilinx_cell_is_what_its_model_says() {
    compare_cells("xilinx", &xilinx_cells(&mut Random(1)));
}

#[test]
fn yosys_every_ice40_cell_is_what_its_model_says() {
    compare_cells("ice40", &ice40_cells(&mut Random(2)));
}

#[test]
fn yosys_every_ecp5_cell_is_what_its_model_says() {
    compare_cells("ecp5", &ecp5_cells(&mut Random(4)));
}

/// A random block with the inputs of `dut`: sums, comparisons, choices, tables, registers of every kind.
fn random_block(name: &str, random: &mut Random) -> String {
    let mut values: Vec<(String, usize)> =
        ["a", "b", "c"].map(|input| (format!("$signed({input})"), 8)).to_vec();
    let mut body = String::new();
    for place in 0..10 {
        let mut operand = || values[random.below(values.len())].clone();
        let ((a, a_width), (b, b_width), (c, _)) = (operand(), operand(), operand());
        let width = 1 + random.below(a_width.max(b_width) + 2);
        let new = format!("v{place}");
        writeln!(body, "reg signed [{}:0] {new} = {};", width - 1, random.below(2)).unwrap();
        let computed = match random.below(9) {
            0 => format!("{a} + {b}"),
            1 => format!("{a} - ({b} <<< 1)"),
            2 => format!("{a} < {b} ? {c} : {b}"),
            3 => format!("({a} & {b}) ^ ~{c}"),
            4 => format!("{a} == {b} ? 1 : {c} >>> 2"),
            5 if a_width * b_width < 50 => format!("{a} * {b}"),
            6 => {
                let row = |i: usize| format!("5'd{i}: {new} <= {};\n", random.below(1 << width.min(12)));
                let rows: String = (0..31).map(row).collect();
                writeln!(body, "always @(posedge clk) case ({{{a}, c}})\n{rows}default: {new} <= 0; endcase")
                    .unwrap();
                values.push((new, width));
                continue;
            }
            _ => format!("{a} + {b} + {c}"),
        };
        let process = match random.below(6) {
            0 => format!("always @(posedge clk) {new} <= {computed};"),
            1 => format!("always @(posedge clk) if (c[1]) {new} <= {computed};"),
            2 => format!(
                "always @(posedge clk) if (r0) {new} <= {}; else {new} <= {computed};",
                random.below(4)
            ),
            3 => format!("always @(posedge clk) if (r0) {new} <= 0; else if (c[2]) {new} <= {computed};"),
            4 => format!(
                "always @(posedge clk) if (c[3]) begin if (r0) {new} <= 1; else {new} <= {computed}; end"
            ),
            _ => format!("always @(posedge clk or posedge r0) if (r0) {new} <= 0; else {new} <= {computed};"),
        };
        writeln!(body, "{process}").unwrap();
        values.push((new, width));
    }
    let sum = values[3..].iter().map(|(value, _)| value.as_str()).collect::<Vec<_>>().join(", ");
    let width: usize = values[3..].iter().map(|(_, width)| width).sum();
    format!(
        "module {name}(input clk, input r0, input [7:0] a, b, c, output [{}:0] y);\n{body}assign y = {{{sum}}};\nendmodule\n",
        width - 1
    )
}

fn width_of(block: &str) -> usize {
    let after = block.split("output [").nth(1).unwrap();
    after.split(':').next().unwrap().parse::<usize>().unwrap() + 1
}

/// Many random blocks under one top, so that the tools start once.
fn random_design(blocks: usize, random: &mut Random) -> String {
    let blocks: Vec<String> = (0..blocks).map(|i| random_block(&format!("block{i}"), random)).collect();
    let ports: String =
        blocks.iter().enumerate().map(|(i, b)| format!(", output [{}:0] y{i}", width_of(b) - 1)).collect();
    let instances = (0..blocks.len()).map(|i| format!("block{i} b{i}(clk, r0, a, b, c, y{i});\n"));
    let instances: String = instances.collect();
    let top = format!("module dut(input clk, input r0, input [7:0] a, b, c{ports});\n{instances}endmodule\n");
    blocks.concat() + &top
}

/// ECP5 has one parameter for what a register holds at first and after a reset: Yosys refuses two values.
fn without_initial_values(design: &str) -> String {
    let line = |line: &str| match line.split_once(" = ") {
        Some((register, _)) if register.starts_with("reg ") => format!("{register};\n"),
        _ => format!("{line}\n"),
    };
    design.lines().map(line).collect()
}

/// Maps a random design and compares the netlist with the models of its cells, and both with the design.
fn compare_mapped(models_of: &str, target: &str) {
    let Some(models) = models(models_of) else { return };
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("source.v");
    let design = random_design(5, &mut Random(3));
    fs::write(&source, if models_of == "ecp5" { without_initial_values(&design) } else { design }).unwrap();
    let job = Job {
        top: "dut".to_owned(),
        sources: vec![source.clone()],
        device: heteroq::device::find(target).unwrap(),
        hard_blocks: false,
        clock_mhz: 200.0,
        work_dir: folder.path().join("work"),
    };
    let synthesis = yosys::synthesize(&job).unwrap();
    let mapped = folder.path().join("mapped.v");
    let script = format!("read_json {}; write_verilog -noattr mapped.v", synthesis.netlist.display());
    Run::of(&YOSYS).unwrap().args(["-q", "-p", &script]).folder(folder.path()).run().unwrap();
    compare(&mapped, &synthesis.netlist, &models, folder.path());
    compare(&source, &synthesis.netlist, &models, folder.path());
}

#[test]
fn yosys_random_designs_for_xc7_are_what_the_models_say() {
    compare_mapped("xilinx", "xc7");
}

#[test]
fn yosys_random_designs_for_ice40_are_what_the_models_say() {
    compare_mapped("ice40", "ice40");
}

#[test]
fn yosys_random_designs_for_ecp5_are_what_the_models_say() {
    compare_mapped("ecp5", "ecp5");
}
