//! `rtl_out/tiny` is what `heteroq gen` writes for `examples/tiny`, byte for byte; `make bless` renews it.

use heteroq::config::{self, Weights};
use heteroq::flow::Design;
use heteroq::flow::generate::generate;
use heteroq::flow::synthesize::{Choice, synthesize};
use heteroq::tool::YOSYS;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const CONFIG: &str = "examples/tiny/config.yaml";
const KEPT: &str = "rtl_out/tiny";

fn design() -> Design {
    let config = config::load(Path::new(CONFIG)).unwrap();
    let weights = Weights::require(&config).unwrap();
    Design::new(&config, &weights).unwrap_or_else(|failure| panic!("{:?}", failure.into_report()))
}

/// Every file below `folder` by its path, but for the report, which holds seconds and tools' versions.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap_or_else(|e| panic!("{}: {e}", next.display())) {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            match path.is_dir() {
                true => folders.push(path),
                false if name.starts_with("report.") => {}
                false => drop(found.insert(name, fs::read_to_string(&path).unwrap())),
            }
        }
    }
    found
}

/// The first line in which two texts differ, for a reader.
fn first_difference(kept: &str, made: &str) -> String {
    let end = "(the file ends)";
    let lines = kept.lines().chain([end]).zip(made.lines().chain([end])).zip(1..);
    let different = |((a, b), line): ((&str, &str), u32)| {
        (a != b).then(|| format!("line {line}\n  kept: {a}\n  made: {b}"))
    };
    lines.into_iter().find_map(different).unwrap_or_default()
}

#[test]
fn the_kept_design_is_what_gen_writes() {
    let design = design();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        generate(&design, Path::new(KEPT)).unwrap();
    }
    let elsewhere = tempfile::tempdir().unwrap();
    let folder = elsewhere.path().join("another_name");
    generate(&design, &folder).unwrap();
    let (kept, made) = (files(Path::new(KEPT)), files(&folder));
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&kept), names(&made), "files of {KEPT}; `make bless` renews them");
    for (name, text) in &kept {
        let difference = first_difference(text, &made[name]);
        assert!(*text == made[name], "{KEPT}/{name}, {difference}\n`make bless` renews it");
    }
}

#[test]
fn it_takes_at_most_200_luts_after_yosys() {
    if !YOSYS.is_present() {
        eprintln!("skipped: there is no Yosys");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let design = design();
    let generated = generate(&design, &folder.path().join("tiny")).unwrap();
    let found = synthesize(&design, &generated, None, Some(Choice::Yosys)).unwrap();
    let usage = &found.usage[0];
    assert!((1..=200).contains(&(usage.lut + usage.inv)), "{usage:?}");
    assert_eq!(found.agreement[0].mismatches, 0);
}
