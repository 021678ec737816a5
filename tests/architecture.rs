//! The source is what `src/lib.rs` says it is: who uses whom, who starts processes, who prints.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// One row of the table in `src/lib.rs`: what a folder may use.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    folder: String,
    uses: Vec<String>,
}

/// A source file: its path below `src/`, its folder, and its lines without comments.
struct Source {
    path: String,
    folder: String,
    code: Vec<String>,
}

fn table() -> Vec<Row> {
    let map = fs::read_to_string("src/lib.rs").unwrap();
    let mut rows: Vec<Row> = map.lines().filter_map(row).collect();
    let all: Vec<String> = rows.iter().map(|row| row.folder.clone()).collect();
    for (place, row) in rows.iter_mut().enumerate() {
        if row.uses == ["all"] {
            row.uses = all[..place].to_vec();
        }
    }
    rows
}

fn row(line: &str) -> Option<Row> {
    let mut cells = line.strip_prefix("//! | ")?.trim_end_matches('|').split('|').map(str::trim);
    let folder = cells.next()?.trim_matches(['[', ']', '`']).to_owned();
    let uses = cells.nth(1)?.split_whitespace().map(str::to_owned).collect();
    (folder != "folder").then_some(Row { folder, uses })
}

fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from("src")];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.extension().is_some_and(|e| e == "rs") => found.push(source(&path)),
                false => {}
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn source(path: &Path) -> Source {
    let below = path.strip_prefix("src").unwrap();
    let first = below.components().next().unwrap().as_os_str().to_string_lossy();
    let folder = first.trim_end_matches(".rs").to_owned();
    let text = fs::read_to_string(path).unwrap();
    let code = text.lines().map(without_comment).map(str::to_owned).collect();
    Source { path: below.display().to_string(), folder, code }
}

fn without_comment(line: &str) -> &str {
    line.find("//").map_or(line, |at| &line[..at])
}

impl Source {
    /// The folders that its `crate::…` paths name, one path or several in braces.
    fn uses(&self) -> BTreeSet<String> {
        let code = self.code.join(" ");
        code.split("crate::").skip(1).flat_map(first_names).collect()
    }

    fn lines_with(&self, pieces: &[&str]) -> Vec<String> {
        let has = |line: &&String| pieces.iter().any(|piece| line.contains(piece));
        self.code.iter().filter(has).map(|line| format!("src/{}: {}", self.path, line.trim())).collect()
    }
}

/// `net::interp::…` → net; `{graph::{a, b}, net};…` → graph, net.
fn first_names(after: &str) -> Vec<String> {
    let Some(list) = after.strip_prefix('{') else { return vec![word(after)] };
    let (mut depth, mut names, mut fresh) = (0, Vec::new(), true);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            c if fresh && !c.is_whitespace() => {
                names.push(word(&list[at..]));
                fresh = false;
            }
            _ => {}
        }
    }
    names
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The lines of every folder but `allowed` that hold one of `pieces`.
fn elsewhere(allowed: &[&str], pieces: &[&str]) -> Vec<String> {
    let others = sources().into_iter().filter(|s| !allowed.contains(&s.folder.as_str()));
    others.flat_map(|s| s.lines_with(pieces)).collect()
}

#[test]
fn names_in_braces_are_found() {
    assert_eq!(first_names("net::interp::run(x)"), ["net"]);
    assert_eq!(first_names("{graph::{a, b}, net,\n  rtl::Top}; use crate"), ["graph", "net", "rtl"]);
}

#[test]
fn the_table_lists_every_folder() {
    let listed: BTreeSet<String> = table().into_iter().map(|row| row.folder).collect();
    let mut there: BTreeSet<String> = sources().into_iter().map(|s| s.folder).collect();
    there.retain(|folder| !["lib", "main"].contains(&folder.as_str()));
    assert_eq!(listed, there, "left: the table of src/lib.rs; right: src/");
}

#[test]
fn the_table_names_only_folders_above() {
    let rows = table();
    for (place, row) in rows.iter().enumerate() {
        for used in &row.uses {
            assert!(rows[..place].iter().any(|r| r.folder == *used), "{} uses {used}", row.folder);
        }
    }
}

#[test]
fn every_folder_uses_only_what_the_table_says() {
    let allowed: BTreeMap<String, Vec<String>> =
        table().into_iter().map(|row| (row.folder, row.uses)).collect();
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|s| !["lib", "main"].contains(&s.folder.as_str())) {
        for used in source.uses() {
            let own = used == source.folder || used == "tool";
            if !own && !allowed[&source.folder].contains(&used) {
                wrong.push(format!("src/{} uses {used}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "not in the table of src/lib.rs:\n{}", wrong.join("\n"));
}

#[test]
fn a_folder_is_left_by_crate_paths_only() {
    let roots = sources().into_iter().filter(|s| s.path.ends_with("/mod.rs") || !s.path.contains('/'));
    let leaving: Vec<String> = roots
        .flat_map(|s| s.lines_with(&["super::"]))
        .filter(|line| line.contains("src/") && !nested(line))
        .collect();
    assert!(leaving.is_empty(), "write `crate::`:\n{}", leaving.join("\n"));
}

/// Whether the `super` of a line is that of a module inside the file, such as `mod tests`.
fn nested(line: &str) -> bool {
    line.contains("use super::*")
}

#[test]
fn tool_alone_starts_processes() {
    let found = elsewhere(&["tool"], &["process::Command", "Command::new"]);
    assert!(found.is_empty(), "use `crate::tool`:\n{}", found.join("\n"));
}

#[test]
fn only_the_command_line_prints() {
    let found = elsewhere(&["report", "cli", "main"], &["println!", "print!", "dbg!"]);
    assert!(found.is_empty(), "say it with `tracing`:\n{}", found.join("\n"));
}

#[test]
fn only_calls_to_others_code_are_unsafe() {
    let mut found = elsewhere(&["verilated"], &["unsafe ", "unsafe_code"]);
    found.retain(|line| !line.starts_with("src/train/operation/matmul.rs"));
    assert!(found.is_empty(), "{}", found.join("\n"));
}
