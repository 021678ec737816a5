//! The C++ emulator against the definition, and what its files look like.

use super::compiled::Compiled;
use super::files;
use crate::emulate::random::{Size, events, net};
use crate::fixed::Interval;
use crate::net::execute::{Executes, Interpreted, compare};
use crate::net::{Input, Net, text};
use crate::tool::{CXX, MAKE, Run};
use expect_test::expect;
use std::fmt::Write;
use std::fs;
use std::path::Path;

fn expected(net: &Net, events: &[Vec<i128>]) -> Vec<Vec<i128>> {
    Interpreted { name: "net".into(), net: net.clone() }.run(events).expect("interp runs")
}

fn rows(events: &[Vec<i128>]) -> String {
    let row = |event: &Vec<i128>| event.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ") + "\n";
    events.iter().map(row).collect()
}

/// All nets in one program, compiled once: each net's own main as a function in a namespace of its own.
fn agree(nets: &[Net], folder: &Path) {
    let (mut includes, mut mains, mut calls) = (String::new(), String::new(), String::new());
    for (n, net) in nets.iter().enumerate() {
        let name = format!("net{n}");
        let all = events(net, n as u64, 40);
        fs::write(folder.join(format!("{name}.in")), rows(&all)).unwrap();
        fs::write(folder.join(format!("{name}.out")), rows(&expected(net, &all))).unwrap();
        let files = files(net, &name, "test");
        fs::write(folder.join(&files[0].0), &files[0].1).unwrap();
        let (included, main): (Vec<&str>, Vec<&str>) =
            files[1].1.lines().partition(|line| line.starts_with("#include"));
        includes += &(included.join("\n") + "\n");
        let _ = writeln!(
            mains,
            "namespace in_{name} {{\n{}\n}}",
            main.join("\n").replace("int main(", "static int check(")
        );
        let _ = writeln!(calls, "check(in_{name}::check, \"{name}.in\", \"{name}.out\");");
    }
    fs::write(folder.join("main.cpp"), format!("{includes}{mains}{CHECK}int main() {{\n{calls}}}\n"))
        .unwrap();
    let quiet = ["-std=c++17", "-O1", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-pedantic", "-Werror"];
    let checked = ["-fsanitize=undefined", "-fno-sanitize-recover=all", "main.cpp", "-o", "all"];
    Run::of(&CXX).unwrap().args(quiet).args(checked).folder(folder).run().unwrap();
    let printed = Run::program(folder.join("all")).folder(folder).output().unwrap();
    let agreed = printed.lines().filter(|line| *line == "40 vectors, 0 mismatches").count();
    assert_eq!(agreed, nets.len(), "{printed}");
}

/// Calls a net's main with the names of its vectors.
const CHECK: &str = "
static void check(int (*main)(int, char**), std::string in, std::string out) {
    char* arguments[] = {&in[0], &in[0], &out[0], nullptr};
    main(3, arguments);
}
";

/// Compiled quiet, and under the sanitizer of undefined behaviour.
#[test]
fn random_nets_give_the_integers_of_the_definition() {
    let folder = tempfile::tempdir().unwrap();
    let size = |n: u64| Size {
        inputs: 1 + usize::try_from(n % 5).unwrap(),
        values: 30 + usize::try_from(n).unwrap() * 3,
        width: [6, 16, 31, 40, 64, 127][usize::try_from(n % 6).unwrap()],
    };
    let nets: Vec<Net> = (0..24).map(|n| net(1000 + n, size(n))).collect();
    agree(&nets, folder.path());
}

/// Inputs and outputs of 32, 64 and 127 bits at their ends, and constants.
fn ends() -> Net {
    let mut net = Net::default();
    let layer = net.layer_named("ends \\");
    for (n, width) in [1, 31, 32, 33, 63, 64, 65, 126, 127].into_iter().enumerate() {
        for signed in [true, false] {
            let interval = Interval::of_width(signed, width);
            let id = net.push_input(Input { name: format!("x\"{n}\\"), frac: -3, interval }, layer);
            net.push_output(format!("y{n}\n"), 200, id);
            for end in [interval.lo, interval.hi] {
                let end = net.push(crate::net::Op::Const(end), layer).unwrap();
                net.push_output("end", 0, end);
            }
        }
    }
    net
}

#[test]
fn the_ends_of_types_pass_through() {
    let folder = tempfile::tempdir().unwrap();
    let mute = text::read("v0: s8 = input").unwrap();
    let constant = text::read("v0: u3 5..5 = const 5\noutput v0").unwrap();
    agree(&[ends(), mute, constant], folder.path());
}

#[test]
fn compiled_executes() {
    let folder = tempfile::tempdir().unwrap();
    let net = net(3, Size { inputs: 4, values: 60, width: 127 });
    let mut compiled = Compiled::new(&net, "any net", "heteroq 0\ndesign 1", folder.path()).unwrap();
    let events = events(&net, 5, 300);
    let agreement = compare(&mut compiled, &events, &expected(&net, &events)).unwrap();
    assert_eq!((agreement.executor.as_str(), agreement.vectors, agreement.first), ("c++", 300, None));
    assert_eq!(fs::read_to_string(folder.path().join("compile.log")).unwrap(), "");
}

fn small() -> Net {
    text::read(
        "layer input
         v0: s8 = input pt frac 2
         v1: u3 = input eta
         layer fc1
         v2: s12 = dot v0 * 3, v1 * -5, 100
         v3: s9 = shr v2, 3
         v4: u5 = clamp v3, 0, 31
         v5: u40 = mul v4, 34359738368
         v6: s41 = sub v5, v0 << 2
         v7: s8 = table v1, 0, [3 -1 4 1 -5 9 2 -128]
         output v6 score frac 7
         output v7 class",
    )
    .unwrap()
}

#[test]
fn the_header_reads_well() {
    let files = files(&small(), "jet tagger", "heteroq 0.1.0, design 123abc");
    let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["jet_tagger.h", "test_main.cpp", "Makefile"]);
    expect![[r#"
        // heteroq 0.1.0, design 123abc
        // The network as the firmware computes it, bit for bit.
        //
        // `run` takes the integers of one event's inputs and gives those of its outputs. An integer v stands for
        // v * 2^-frac. A port is one 64-bit word, or, where its integers do not fit that, two: the low one first.
        // Inputs must lie within their ports' width; quantize and saturate before.
        #ifndef HETEROQ_JET_TAGGER_H
        #define HETEROQ_JET_TAGGER_H

        #include <algorithm>
        #include <array>
        #include <cstddef>
        #include <cstdint>

        namespace jet_tagger {

        static_assert((-1 >> 1) == -1, "a shift to the right must keep the sign");

        struct Port {
            const char* name;
            int frac;
            bool is_signed;
            int width;
            std::size_t words;
        };

        inline constexpr std::size_t INPUTS = 2;
        inline constexpr std::size_t INPUT_WORDS = 2;
        inline constexpr std::array<Port, INPUTS> input_ports = {{
            {"pt", 2, true, 8, 1},
            {"eta", 0, false, 3, 1},
        }};

        inline constexpr std::size_t OUTPUTS = 2;
        inline constexpr std::size_t OUTPUT_WORDS = 2;
        inline constexpr std::array<Port, OUTPUTS> output_ports = {{
            {"score", 7, true, 41, 1},
            {"class", 0, true, 8, 1},
        }};

        inline constexpr std::int32_t table_v7[] = {
            3, -1, 4, 1, -5, 9, 2, -128,
        };

        inline void run(const std::int64_t* in, std::int64_t* out) {
            // input
            const std::int32_t v0 = static_cast<std::int32_t>(in[0]);
            const std::int32_t v1 = static_cast<std::int32_t>(in[1]);
            // fc1
            const std::int32_t v2 = (v0 * 3) - (v1 * 5) + 100;
            const std::int32_t v3 = v2 >> 3;
            const std::int32_t v4 = std::clamp<std::int32_t>(v3, 0, 31);
            const std::int64_t v5 = std::int64_t{v4} * 34359738368;
            const std::int64_t v6 = v5 - (std::int64_t{v0} * 4);
            const std::int32_t v7 = table_v7[static_cast<std::size_t>(v1)];

            out[0] = v6; // score
            out[1] = v7; // class
        }

        } // namespace jet_tagger

        #endif
    "#]].assert_eq(&files[0].1);
    assert!(
        files[1].1.starts_with("// heteroq 0.1.0, design 123abc\n// Checks jet_tagger.h against vectors")
    );
    assert!(files[2].1.starts_with("# heteroq 0.1.0, design 123abc\n# `make` builds"));
}

/// The folders of a design: `emulator/` beside `vectors/`.
#[test]
fn make_test_reports_the_first_mismatch_and_files_that_are_none() {
    let design = tempfile::tempdir().unwrap();
    let (emulator, vectors) = (design.path().join("emulator"), design.path().join("vectors"));
    fs::create_dir_all(&emulator).unwrap();
    fs::create_dir_all(&vectors).unwrap();
    for (path, text) in files(&small(), "small", "test") {
        fs::write(emulator.join(path), text).unwrap();
    }
    let make = || Run::of(&MAKE).unwrap().arg("test").folder(&emulator).run();
    let fails = |code: &str, message: &str| {
        let error = make().unwrap_err().to_string();
        assert!(error.contains(code) && error.contains(message), "{error}");
    };
    fails("Error 2", "../vectors/inputs.txt: cannot be opened");
    fs::write(vectors.join("inputs.txt"), "0 0\n-128 7\n").unwrap();
    fails("Error 2", "../vectors/outputs.txt: cannot be opened");
    fs::write(vectors.join("outputs.txt"), "412316860416 3\n512 -128\n").unwrap();
    assert!(make().unwrap().text().ends_with("2 vectors, 0 mismatches\n"));
    fs::write(vectors.join("outputs.txt"), "412316860416 3\n512 127\n").unwrap();
    fails("Error 1", "event 1, output class: expected 127, got -128\n2 vectors, 1 mismatches");
    fs::write(vectors.join("outputs.txt"), "412316860416 3\n").unwrap();
    fails("Error 2", "2 events of inputs, 1 of outputs");
    fs::write(vectors.join("outputs.txt"), "412316860416 3\n512\n").unwrap();
    fails("Error 2", "../vectors/outputs.txt: line 2 holds 1 integers, not 2");
    fs::write(vectors.join("inputs.txt"), "0 0\n1 2x\n").unwrap();
    fails("Error 2", "../vectors/inputs.txt: line 2: `2x` is no integer");
}

#[test]
fn names_become_identifiers() {
    let names = [
        ("jet_tagger", "jet_tagger"),
        ("2 jets", "net_2_jets"),
        ("", "net"),
        ("_", "net"),
        ("int", "net_int"),
    ];
    for (given, wanted) in names.into_iter().chain([("a__b-", "a_b"), ("τ", "net"), ("std", "net_std")]) {
        assert_eq!(super::word::name(given), wanted);
    }
}
