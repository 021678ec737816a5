//! Designs at the edges of what can be asked: no registers at all, nothing but constants, ports that are one another,
//! single bits, 127 bits, names that mean something else in Verilog.

mod support;

use heteroq::arith::Arithmetic;
use heteroq::device;
use heteroq::net::text;
use heteroq::sim::verilator::Verilated;
use heteroq::tool::{CXX, VERILATOR};
use support::case::Case;
use support::failure;
use support::many::Many;
use support::wish::Wish;

/// Each net once with all registers at 320 MHz, once with none at 40.
const NETS: [(&str, &str); 25] = [
    (
        "saturations of a signed value",
        "v0: s8 = input\nv1: s4 -5..6 = clamp v0, -5, 6\nv2: u5 = clamp v0, 0, 31\nv3: s8 -128..37 = clamp v0, -128, 37\n\
         v4: s8 -77..127 = clamp v0, -77, 127\nv5: u3 3..5 = clamp v0, 3, 5\nv6: s5 -9..-3 = clamp v0, -9, -3\n\
         v7: s7 = clamp v0, -64, 63\n\
         output v1\noutput v2\noutput v3\noutput v4\noutput v5\noutput v6\noutput v7\n",
    ),
    (
        "saturations of an unsigned value",
        "v0: u8 = input\nv1: u4 = clamp v0, 0, 15\nv2: u8 0..200 = clamp v0, 0, 200\nv3: u8 90..255 = clamp v0, 90, 255\n\
         v4: u7 32..99 = clamp v0, 32, 99\nv5: u7 = clamp v0, 0, 127\n\
         output v1\noutput v2\noutput v3\noutput v4\noutput v5\n",
    ),
    (
        "comparisons",
        "v0: s4 = input\nv1: u4 = input\nv2: u1 = greater v0, v1\nv3: u1 = greater v1, v0\nv4: u1 = at_least v0, 0\n\
         v5: u1 = at_least v0, -3\nv6: u1 = at_least v1, 9\nv7: u1 = at_least v1, 8\n\
         v8: s5 -8..15 = select v3, v0, v1\noutput v2\noutput v3\noutput v4\noutput v5\noutput v6\noutput v7\noutput v8\n",
    ),
    ("an output is an input", "v0: s8 = input\noutput v0\n"),
    ("an input twice", "v0: u1 = input\noutput v0\noutput v0\n"),
    ("outputs in another order", "v0: s3 = input\nv1: u5 = input\noutput v1\noutput v0\n"),
    ("an input that nobody reads", "v0: s8 = input\nv1: s4 = input\nv2: s8 = clamp v0, -3, 100\noutput v2\n"),
    ("no input is read", "v0: s8 = input\nv1: u7 100..100 = const 100\noutput v1\n"),
    ("a negative constant", "v0: u1 = input\nv1: s4 -5..-5 = const -5\noutput v1\noutput v1\n"),
    ("zero", "v0: u1 = input\nv1: u1 0..0 = const 0\noutput v1\n"),
    (
        "one bit with a sign",
        "v0: s1 = input\nv1: s1 = input\nv2: s2 -2..0 = add v0, v1\noutput v2\noutput v0\n",
    ),
    (
        "one signed bit shifted",
        "v0: s1 = input\nv1: s9 -256..0 = shl v0, 8\nv2: s1 = shr v1, 8\noutput v1\noutput v2\n",
    ),
    (
        "one signed bit compared",
        "v0: s1 = input\nv1: u1 = at_least v0, 0\nv2: u1 = greater v0, v1\noutput v1\noutput v2\n",
    ),
    (
        "one bit selects",
        "v0: u1 = input\nv1: s1 = input\nv2: u4 = input\nv3: s5 -1..15 = select v0, v1, v2\noutput v3\n",
    ),
    ("a table of one signed bit", "v0: s1 = input\nv1: s8 -100..7 = table v0, -1, [7 -100]\noutput v1\n"),
    (
        "a table of one integer",
        "v0: u3 = input\nv1: u1 0..0 = clamp v0, 0, 0\nv2: u6 33..33 = table v1, 0, [33]\noutput v2\n",
    ),
    (
        "127 bits",
        "v0: s126 = input\nv1: s126 = input\nv2: s127 = add v0, v1\nv3: s126 = shr v2, 1\noutput v2\noutput v3\n",
    ),
    (
        "127 bits less one",
        "v0: u126 = input\nv1: u1 = input\nv2: s127 -1..85070591730234615865843651857942052863 = sub v0, v1\noutput v2\n",
    ),
    (
        "wide and shifted away",
        "v0: s120 = input\nv1: s1 = shr v0, 126\nv2: u1 = bit v0, 119\noutput v1\noutput v2\n",
    ),
    (
        "a wide table",
        "v0: u2 = input\nv1: s90 -600000000000000000000000000..5 = table v0, 0, [1 5 -600000000000000000000000000 -1]\noutput v1\n",
    ),
    (
        "bits beyond the width",
        "v0: s4 = input\nv1: u4 = input\nv2: u1 = bit v0, 90\nv3: u1 0..0 = bit v1, 90\noutput v2\noutput v3\n",
    ),
    (
        "any of the digits, and beyond the width: a sign, or zeros",
        "v0: s4 = input\nv1: u2 0..2 = input\nv2: u1 = any v0, 5\nv3: u1 = any v0, 16\nv4: u1 = any v1, 5\nv5: u1 = any v1, 2\n\
         v6: u1 = any v0, 340282366920938463463374607431768211455\nv7: u1 = any v0, 11\n\
         output v2\noutput v3\noutput v4\noutput v5\noutput v6\noutput v7\n",
    ),
    (
        "narrow comparisons with negative numbers",
        "v0: s3 = input\nv1: s4 = input\nv2: s2 = input\nv3: u1 = at_least v0, -2\nv4: u1 = at_least v1, -7\nv5: u1 = at_least v2, -1\n\
         v6: s4 -4..7 = clamp v1, -4, 7\nv7: s2 -2..1 = clamp v0, -2, 1\nv8: s3 -3..2 = clamp v1, -3, 2\n\
         output v3\noutput v4\noutput v5\noutput v6\noutput v7\noutput v8\n",
    ),
    (
        "an interval without zero",
        "v0: u4 9..12 = input\nv1: s6 -20..-17 = input\nv2: u6 26..32 = sub v0, v1\nv3: u3 0..4 = table v0, 9, [4 3 2 0]\noutput v2\noutput v3\n",
    ),
    (
        "names",
        "layer valid\nv0: u2 = input clk frac 1\nv1: u2 = input CLK\nv2: u2 = input clk_2\nv3: u2 = input v3\n\
         v4: u2 = input v3_c1\nv5: u2 = input reg\nv6: u2 = input größe\nv7: u2 = input gr__e\nv8: u2 = input unused\n\
         layer clk_c1\nv9: u3 = add v0, v1\nlayer Valid\nv10: u3 = add v2, v3\nlayer reg\nv11: u4 = add v9, v10\n\
         layer 0\nv12: u3 = add v4, v5\nlayer valid_c0\nv13: u3 = add v6, v7\nv14: u4 = add v12, v13\n\
         layer v14\nv15: u5 = add v11, v14\nv16: u5 = add v15, v8\n\
         output v16 out_valid\noutput v16 OUT_VALID\noutput v15 wire\noutput v14 valid\noutput v9 LATENCY\noutput v8 clk\n",
    ),
];

fn wishes() -> [Wish; 3] {
    let wish = |family: &str, clock_mhz, registered| Wish {
        family: device::find(family).unwrap().family,
        clock_mhz,
        register_inputs: registered,
        register_outputs: registered,
        least_latency: 0,
        arithmetic: vec![Arithmetic::ShiftAdd, Arithmetic::Multiply],
    };
    let slow = wish("ice40", 40, false);
    [wish("xcup", 320, true), slow.clone(), Wish { least_latency: 5, ..slow }]
}

fn cases() -> Vec<Case> {
    let all = NETS.iter().enumerate().flat_map(|(n, (what, net))| {
        let net = text::read(net).unwrap_or_else(|e| panic!("{what}: {e}"));
        wishes().into_iter().enumerate().map(move |(w, wish)| {
            let mut case = Case::of_net(&format!("extreme{n}_{w}"), net.clone(), wish, 1);
            case.replay = format!("({what})");
            case
        })
    });
    all.collect()
}

#[test]
fn extremes_agree_in_software() {
    let check = |case: &Case| case.check_software().and_then(|()| case.check_blocks()).err();
    failure::none(&cases().iter().filter_map(check).collect::<Vec<_>>());
}

#[test]
fn extremes_agree_in_verilator() {
    if !VERILATOR.is_present() || !CXX.is_present() {
        eprintln!("skipped: no Verilator or no C++ compiler");
        return;
    }
    let cases = cases();
    let many = Many(&cases);
    let folder = tempfile::tempdir().unwrap();
    let sources = many.write(&folder.path().join("design"));
    let log = folder.path().join("lint.log");
    sources.lint(&log).unwrap_or_else(|e| panic!("{e}\n{}", std::fs::read_to_string(&log).unwrap()));
    let mut model = Verilated::compile(&sources, &many.ports(), &folder.path().join("work"), None).unwrap();
    failure::none(&many.check(&mut model));
}

/// Without registers there is no latency, and without latency no register.
#[test]
fn a_design_without_registers_has_none() {
    for case in cases().iter().filter(|case| !case.wish.register_inputs && case.wish.least_latency == 0) {
        assert_eq!(case.staged.latency, 0, "{}", case.replay);
        let clocked = case
            .files()
            .iter()
            .any(|f| f.text.contains("posedge") && f.path.contains(&case.top.layout().name));
        assert!(!clocked, "{}", case.replay);
    }
}
