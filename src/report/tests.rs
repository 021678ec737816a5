//! A small made-up report, written in all three forms.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use super::*;
use crate::metrics::evaluation::Evaluation;
use crate::net::execute::{Agreement, Mismatch};
use expect_test::{expect, expect_file};

fn layer(name: &str, ports: [usize; 2], bits: [u64; 2], cost: (usize, f64), stages: [u32; 2]) -> LayerRow {
    LayerRow {
        name: name.into(),
        kind: "dense".into(),
        inputs: ports[0],
        input_bits: bits[0],
        outputs: ports[1],
        output_bits: bits[1],
        quantizers: vec!["quantized_bits(6, 0, alpha=1)".into(), "quantized_relu(6)".into()],
        parameters: ports[0] * ports[1] + ports[1],
        adders: cost.0,
        luts: cost.1,
        first_stage: stages[0],
        last_stage: stages[1],
    }
}

fn details() -> Details {
    Details {
        target: "xcvu9p".into(),
        initiation_ns: 25.0,
        max_latency_ns: Some(100.0),
        layers: vec![
            layer("fc1", [16, 64], [256, 384], (2817, 18_954.0), [1, 4]),
            layer("fc2", [64, 32], [384, 192], (3405, 17_210.5), [4, 7]),
            layer("fc3 <&\"'>", [32, 32], [192, 192], (1610, 7_980.0), [8, 10]),
            layer("out", [32, 5], [192, 75], (420, 2_105.0), [11, 12]),
        ],
        ranks: [256, 1210, 2904, 2310, 384, 1877, 2455, 192, 1402, 1105, 192, 388, 75]
            .into_iter()
            .zip(1..)
            .map(|(bits, rank)| RankRow { rank, bits })
            .collect(),
        evaluation: Some(Evaluation {
            events: 60_000,
            accuracy: 0.703_94,
            auc: vec![Some(0.9301), Some(0.9012), None],
            confusion: vec![vec![15_012, 3_000, 988], vec![2_511, 14_000, 3_489], vec![1_200, 6_588, 13_212]],
            background_rates: vec![0.1, 0.01],
            efficiency: vec![vec![0.81, 0.402], vec![0.7312, 0.3], vec![0.0, 0.0]],
        }),
        classes: vec!["g".into(), "q<b>".into(), "t".into()],
        differences: Vec::new(),
        settings: vec![
            Setting { key: "input".into(), value: "16 × quantized_bits(16, 5)".into() },
            Setting { key: "clock".into(), value: "320 MHz".into() },
            Setting { key: "arithmetic".into(), value: "shift_add".into() },
        ],
        files: vec![
            FileRow { what: "Verilog".into(), path: "rtl_out/jet_tagger/rtl".into() },
            FileRow { what: "C++ emulator".into(), path: "rtl_out/jet_tagger/emulator".into() },
            FileRow { what: "page".into(), path: "rtl_out/jet_tagger/report.html".into() },
        ],
    }
}

fn synth() -> SynthRow {
    SynthRow {
        tool: "yosys".into(),
        version: "0.23".into(),
        target: "xc7".into(),
        lut: 44_512,
        inv: 2_391,
        ff: 14_750,
        carry: 9_820,
        muxf: 3,
        depth: Some(14),
        fits: true,
        ..SynthRow::default()
    }
}

fn sample() -> Report {
    let mut report = Report {
        name: "jet_tagger".into(),
        design_hash: "3f2a91c0d4e5b6a7988f".into(),
        version: "0.1.0".into(),
        accuracy: Some(0.703_94),
        latency_cycles: 13,
        latency_ns: 40.625,
        event_interval_cycles: 8,
        initiation_interval: 1,
        clock_mhz: 320.0,
        stages: 12,
        adders: 8252,
        multipliers: 0,
        tables: 1,
        cost_luts: 46_249.5,
        details: details(),
        ..Report::default()
    };
    report.set_synth(synth());
    let nextpnr = SynthRow {
        tool: "nextpnr".into(),
        target: "ice40".into(),
        fits: false,
        fmax_mhz: Some(61.25),
        ..synth()
    };
    report.set_synth(nextpnr);
    let agree = |executor: &str, vectors| Agreement {
        executor: executor.into(),
        vectors,
        mismatches: 0,
        first: None,
    };
    report.set_agreement(&[
        agree("graph", 3000),
        agree("staged", 3000),
        agree("verilator", 3000),
        agree("netlist", 100),
    ]);
    report.set_skipped("synth", &["vivado is not on PATH; constraints/vivado.tcl runs it".into()]);
    for (step, took) in [("gen", 0.6123), ("sim", 12.34), ("synth", 195.2)] {
        report.seconds.set(step, took);
    }
    report
}

fn disagreement() -> Agreement {
    let first = Some(Mismatch { event: 17, output: 2, expected: Some(-5), got: None });
    Agreement { executor: "verilator".into(), vectors: 3000, mismatches: 12, first }
}

#[test]
fn the_text_is_a_table() {
    let text = text::write(&sample());
    assert!(text.lines().all(|line| line.chars().count() <= 100 && !line.ends_with(' ')));
    expect_file!["../../tests/goldens/report/report.txt"].assert_eq(&text);
}

#[test]
fn the_text_shows_what_went_wrong_and_leaves_out_what_is_not_known() {
    let mut report =
        Report { name: "x".repeat(200), latency_ns: 120.0, clock_mhz: 100.0, ..Report::default() };
    report.details.max_latency_ns = Some(100.0);
    report.set_agreement(&[disagreement()]);
    let text = text::write(&report);
    assert!(text.lines().all(|line| line.chars().count() <= 100));
    let body: String = text.lines().skip(2).map(|line| format!("{line}\n")).collect();
    expect![[r#"
        ── design ──────────────────────────────────────────────────────────────────────────────────────
           accuracy        not known: no test events
           latency         0 clocks = 120 ns at 100 MHz, BEYOND the budget of 100 ns
           event interval  0 clocks (0 ns) required, 0 achieved
           pipeline        0 stages, 0 register ranks
           arithmetic      0 adders, 0 multipliers, 0 tables; about 0 LUTs expected
        ── agreement with the exact net ────────────────────────────────────────────────────────────────
           executor   vectors  mismatches
           verilator    3,000          12  ✗
           verilator: event 17, output 2: expected -5, got nothing
        ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
    "#]]
    .assert_eq(&body);
}

#[test]
fn the_page_is_self_contained_and_escaped() {
    let page = html::write(&sample());
    expect_file!["../../tests/goldens/report/report.html"].assert_eq(&page);
    for outside in ["<script", "src=", "href=", "http://", "https://", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("fc3 &lt;&amp;&quot;&#39;&gt;") && !page.contains("<&\"'>"));
    assert!(page.contains("q&lt;b&gt;") && !page.contains("q<b>"));
    assert_eq!(page, html::write(&sample()), "the same report, the same bytes");
}

#[test]
fn the_page_stands_without_details() {
    let page = html::write(&Report::default());
    assert!(page.contains("not known") && !page.contains("NaN") && !page.contains("<svg"));
    let mut report = sample();
    report.set_agreement(&[disagreement()]);
    assert!(html::write(&report).contains("verilator: event 17, output 2: expected -5, got nothing"));
}

#[test]
fn json_has_the_fields_of_the_contract_and_comes_back_the_same() {
    let report = sample();
    let text = json::write(&report);
    assert_eq!(json::read(&text).unwrap(), report);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let contract = "accuracy adders agreement clock_mhz cost_luts design_hash details event_interval_cycles \
        initiation_interval latency_cycles latency_ns multipliers name seconds skipped stages synth tables version";
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys.join(" "), contract);
    let synth = serde_json::to_string(&value["synth"][0]).unwrap();
    for key in [
        "tool", "version", "target", "lut", "inv", "ff", "dsp", "carry", "muxf", "bram", "depth", "fits",
        "fmax_mhz",
    ] {
        assert!(synth.contains(&format!("\"{key}\":")), "{key}");
    }
    assert_eq!(value["synth"][0].as_object().unwrap().len(), 13);
    assert_eq!(
        value["agreement"][3],
        serde_json::json!({"executor": "netlist", "vectors": 100, "mismatches": 0})
    );
    assert_eq!(value["synth"][0]["fmax_mhz"], serde_json::Value::Null);
    assert!(
        text.contains("\"seconds\": {\n    \"gen\": 0.612,\n    \"sim\": 12.34,\n    \"synth\": 195.2\n  }")
    );
    let none = json::write(&Report::default());
    assert!(none.contains("\"accuracy\": null"));
    assert_eq!(json::read(&none).unwrap(), Report::default());
}

#[test]
fn a_step_replaces_its_own_part_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    let missing = collect::load(&path).unwrap_err();
    assert!(matches!(missing, ReportError::Missing { .. }), "{missing}");
    collect::save(&path, &sample()).unwrap();
    let changed = collect::update(&path, |report| {
        report.set_synth(SynthRow { lut: 1, ..synth() });
        report.set_agreement(&[disagreement()]);
        report.set_skipped("synth", &[]);
        report.seconds.set("sim", 1.0);
    });
    let changed = changed.unwrap();
    assert_eq!(collect::load(&path).unwrap(), changed);
    assert_eq!(changed.synth.iter().map(|row| row.lut).collect::<Vec<_>>(), [1, 44_512]);
    assert_eq!(changed.agreement.iter().map(|row| row.mismatches).collect::<Vec<_>>(), [0, 0, 12, 0]);
    assert!(!changed.agrees() && changed.skipped.is_empty());
    assert_eq!(changed.seconds.iter().map(|(step, _)| step).collect::<Vec<_>>(), ["gen", "sim", "synth"]);
    assert_eq!(changed.details.differences.len(), 1);
    let again = collect::update(&path, |report| {
        report.set_agreement(&[Agreement { mismatches: 0, first: None, ..disagreement() }]);
    });
    assert!(again.unwrap().details.differences.is_empty());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
}

#[test]
fn a_new_design_makes_the_old_parts_stale_and_the_same_design_keeps_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    let old = sample();
    let bare = Report {
        accuracy: None,
        synth: vec![],
        agreement: vec![],
        skipped: vec![],
        seconds: Seconds::default(),
        details: Details { evaluation: None, ..details() },
        ..sample()
    };
    assert_eq!(collect::renewed(Some(old.clone()), bare.clone()), old);
    assert_eq!(collect::renewed(None, bare.clone()), bare);
    let other = Report { design_hash: "00".into(), ..bare.clone() };
    assert_eq!(collect::renewed(Some(old.clone()), other.clone()), other);
    let newer = Report { version: "99".into(), ..bare };
    assert_eq!(collect::renewed(Some(old), newer.clone()), newer);
    collect::save(&path, &other).unwrap();
    assert_eq!(collect::load(&path).unwrap(), other);
    std::fs::write(&path, "{").unwrap();
    assert!(matches!(collect::load(&path).unwrap_err(), ReportError::Malformed { .. }));
    let nowhere = folder.path().join("none").join("report.json");
    assert!(matches!(collect::save(&nowhere, &other).unwrap_err(), ReportError::File { .. }));
}
