//! The adders made of device primitives equal their behavioural twins: proven by Yosys for small widths,
//! simulated by Icarus with Yosys's own cell models for large ones, and quiet under Verilator.

use heteroq::arith::cost;
use heteroq::fixed::Interval;
use heteroq::net::{Input, Net, Op, Term};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

const PRIMITIVES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/verilog/primitives");

/// One operand's parameters.
#[derive(Debug, Clone, Copy)]
struct Operand {
    width: u32,
    shift: u32,
    signed: u32,
    role: u32,
}

/// An instance: two or three operands, and the width of the result.
#[derive(Debug, Clone)]
struct Case {
    width: u32,
    operands: Vec<Operand>,
}

/// The same cases each time for the same seed.
fn cases(count: usize, widest: u32, seed: u64) -> Vec<Case> {
    let mut state = seed;
    let mut below = |n: u32| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(state >> 33).expect("31 bits") % n
    };
    let mut one = || {
        let size = 2 + below(2);
        let mut subtracted = 0;
        let operand = |_| {
            let role = [0, 0, 1, 2][below(4) as usize];
            // One operand at least is not subtracted.
            let role = if role == 1 && subtracted + 2 > size { 0 } else { role };
            subtracted += u32::from(role == 1);
            let signed = if role == 2 { 0 } else { below(2) };
            Operand { width: 1 + below(widest), shift: [0, 0, 1, 2, 5][below(5) as usize], signed, role }
        };
        let operands: Vec<Operand> = (0..size).map(operand).collect();
        Case { width: 1 + below(widest + 4), operands }
    };
    (0..count).map(|_| one()).collect()
}

impl Case {
    fn ports(&self) -> String {
        let port = |(o, name): (&Operand, char)| format!("input [{}:0] {name}, ", o.width - 1);
        self.operands.iter().zip('a'..).map(port).collect()
    }

    /// An instance of `module` that drives `output`.
    fn instance(&self, module: &str, output: &str) -> String {
        let mut parameters = format!(".W({})", self.width);
        let mut ports = String::new();
        for (o, name) in self.operands.iter().zip('A'..) {
            let Operand { width, shift, signed, role } = o;
            let _ = write!(
                parameters,
                ", .W{name}({width}), .S{name}({shift}), .E{name}({signed}), .N{name}({role})"
            );
            let lower = name.to_ascii_lowercase();
            let _ = write!(ports, ".{lower}({lower}), ");
        }
        let size = self.operands.len();
        format!("{module}{size} #({parameters}) {output}_of ({ports}.y({output}));\n")
    }

    /// A module with both, for the proof.
    fn pair(&self, name: &str) -> String {
        let top = self.width - 1;
        let head = format!("module {name} ({}output [{top}:0] y, output [{top}:0] z);\n", self.ports());
        head + &self.instance("heteroq_add", "y") + &self.instance("twin", "z") + "endmodule\n"
    }
}

/// A folder of its own, with the primitives and the twins under another module name.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("a folder for the test");
    for size in ["2", "3"] {
        let twin = std::fs::read_to_string(format!("{PRIMITIVES}/heteroq_add{size}.v")).expect("the twin");
        let renamed = twin.replace(&format!("module heteroq_add{size} "), &format!("module twin{size} "));
        std::fs::write(folder.join(format!("twin{size}.v")), renamed).expect("written");
    }
    folder
}

fn run(folder: &Path, program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output();
    let output = output.unwrap_or_else(|e| panic!("{program}: {e}; `make setup` installs it"));
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}\n{text}");
    text
}

#[test]
fn yosys_proves_that_the_primitives_equal_their_twins() {
    let folder = folder("prove");
    let cases = cases(50, 5, 1);
    let name = |i: usize| format!("case{i}");
    let modules: String = cases.iter().enumerate().map(|(i, case)| case.pair(&name(i))).collect();
    std::fs::write(folder.join("cases.v"), modules).expect("written");
    let mut script = format!(
        "read_verilog +/xilinx/cells_sim.v\nread_verilog {PRIMITIVES}/heteroq_add2_xilinx.v {PRIMITIVES}/heteroq_add3_xilinx.v twin2.v twin3.v cases.v\ndesign -save all\n"
    );
    for name in (0..cases.len()).map(name) {
        let _ = write!(script, "design -load all\nhierarchy -top {name}\nproc\nflatten\nopt\n");
        let _ = writeln!(script, "sat -verify -prove y z {name}");
    }
    std::fs::write(folder.join("prove.ys"), script).expect("written");
    let log = run(&folder, "yosys", &["prove.ys"]);
    assert_eq!(log.matches("SAT proof finished - no model found: SUCCESS!").count(), cases.len());
}

/// The file with Yosys's models of the device's cells, which lies beside the program.
fn cells(folder: &Path) -> String {
    let yosys = run(folder, "which", &["yosys"]);
    let programs = Path::new(yosys.trim()).parent().expect("a program lies in a folder");
    programs.join("../share/yosys/xilinx/cells_sim.v").display().to_string()
}

#[test]
fn icarus_simulates_the_primitives_like_their_twins() {
    let folder = folder("simulate");
    let mut bench = String::from("module bench;\ninteger i, wrong = 0;\nreg [31:0] noise;\n");
    let cases = cases(30, 26, 2);
    let modules: String = cases.iter().enumerate().map(|(i, case)| case.pair(&format!("case{i}"))).collect();
    let mut draws = String::new();
    for (i, case) in cases.iter().enumerate() {
        let mut ports = String::new();
        for (operand, name) in case.operands.iter().zip('a'..) {
            let _ = writeln!(bench, "reg [{}:0] {name}{i};", operand.width - 1);
            let _ = writeln!(draws, "noise = $random; {name}{i} = noise;");
            let _ = write!(ports, ".{name}({name}{i}), ");
        }
        let _ = writeln!(
            bench,
            "wire [{0}:0] y{i}, z{i};\ncase{i} pair{i} ({ports}.y(y{i}), .z(z{i}));",
            case.width - 1
        );
    }
    let checks: String =
        (0..cases.len()).map(|i| format!("if (y{i} !== z{i}) wrong = wrong + 1;\n")).collect();
    let _ = write!(bench, "initial begin\nfor (i = 0; i < 2000; i = i + 1) begin\n{draws}#1;\n{checks}end\n");
    bench += "$display(\"%0d wrong\", wrong);\nend\nendmodule\n";
    std::fs::write(folder.join("bench.v"), modules + &bench).expect("written");
    let cells = cells(&folder);
    let sources = [
        &format!("{PRIMITIVES}/heteroq_add2_xilinx.v"),
        &format!("{PRIMITIVES}/heteroq_add3_xilinx.v"),
        &cells,
    ];
    let mut arguments = vec!["-g2005-sv", "-o", "bench", "-s", "bench", "bench.v", "twin2.v", "twin3.v"];
    arguments.extend(sources.map(String::as_str));
    run(&folder, "iverilog", &arguments);
    assert_eq!(run(&folder, "vvp", &["bench"]).lines().last(), Some("0 wrong"));
}

#[test]
fn verilator_has_nothing_to_say_about_the_twins() {
    let folder = folder("lint");
    for case in cases(12, 20, 3) {
        let size = case.operands.len();
        let module = format!("heteroq_add{size}");
        let mut arguments =
            vec!["--lint-only".to_owned(), "-Wall".into(), "--top-module".into(), module.clone()];
        arguments.push(format!("-GW={}", case.width));
        for (o, name) in case.operands.iter().zip('A'..) {
            let values = [("W", o.width), ("S", o.shift), ("E", o.signed), ("N", o.role)];
            arguments.extend(values.map(|(parameter, value)| format!("-G{parameter}{name}={value}")));
        }
        arguments.push(format!("{PRIMITIVES}/{module}.v"));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        assert_eq!(run(&folder, "verilator", &arguments), "", "{case:?}");
    }
}

/// What `arith::cost` counts for sums is what Yosys counts, inverters included.
#[test]
fn the_cost_of_sums_is_what_yosys_counts() {
    let folder = folder("cost");
    let family = heteroq::device::find("xc7").expect("a family of ours").family;
    let mut design = String::from("module top (");
    let mut instances = String::new();
    let mut predicted = 0.0;
    for (i, case) in cases(40, 14, 5).iter().enumerate() {
        let mut net = Net::default();
        let layer = net.layer_named("sum");
        let mut terms = Vec::new();
        for (k, operand) in case.operands.iter().enumerate() {
            let interval = Interval::of_width(operand.signed == 1, operand.width);
            let id = net.push_input(Input { name: format!("x{k}"), frac: 0, interval }, layer);
            terms.push(Term { id, shift: operand.shift, negative: operand.role == 1 });
            let _ = write!(
                design,
                "input [{}:0] {}{i}, ",
                operand.width - 1,
                char::from(b'a' + u8::try_from(k).unwrap())
            );
        }
        let id = net.push(sum(&terms), layer).expect("a narrow sum");
        predicted += cost::of(&net, id, &family);
        let width = net.interval(id).width();
        let plain = |o: &Operand| Operand { role: o.role % 2, ..*o };
        let case = Case { width, operands: case.operands.iter().map(plain).collect() };
        let mut instance = case.instance("heteroq_add", &format!("y{i}"));
        for name in ["a", "b", "c"] {
            instance = instance.replace(&format!(".{name}({name})"), &format!(".{name}({name}{i})"));
        }
        instances += &instance;
        let _ = write!(design, "output [{}:0] y{i}, ", width - 1);
    }
    let design = format!("{});\n{instances}endmodule\n", design.trim_end_matches(", "));
    std::fs::write(folder.join("design.v"), design).expect("written");
    let script = format!(
        "read_verilog {PRIMITIVES}/heteroq_add2_xilinx.v {PRIMITIVES}/heteroq_add3_xilinx.v design.v; \
         synth_xilinx -family xc7 -flatten -noiopad -noclkbuf -nosrl -top top; stat"
    );
    let counted = counted_luts(&run(&folder, "yosys", &["-p", &script]));
    assert!((predicted - counted).abs() <= 0.02 * counted, "predicted {predicted}, counted {counted}");
}

fn sum(terms: &[Term]) -> Op {
    let [x, y] = *terms else { return Op::Add3([terms[0], terms[1], terms[2]]) };
    let (x, y) = if x.negative { (y, x) } else { (x, y) };
    let (a, shift_a, b, shift_b) = (x.id, x.shift, y.id, y.shift);
    if y.negative { Op::Sub { a, shift_a, b, shift_b } } else { Op::Add { a, shift_a, b, shift_b } }
}

/// LUTs and inverters in the last table of cells that Yosys printed.
fn counted_luts(log: &str) -> f64 {
    let table = &log[log.rfind("Number of cells").expect("a table of cells")..];
    let rows = table.lines().filter_map(|line| line.trim().split_once(char::is_whitespace));
    let luts = rows.filter(|(cell, _)| cell.starts_with("LUT") || *cell == "INV");
    luts.filter_map(|(_, count)| count.trim().parse::<f64>().ok()).sum()
}
