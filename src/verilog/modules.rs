//! rust-hdl's one text as one readable file a module.
//!
//! rust-hdl joins a module's path with `$`; here it becomes `_`. Its argument list on one line becomes a
//! column, and its remarks on how the text was made go away.

use super::File;

/// The files of rust-hdl's `text`, whose modules are named `top` or `top$name`.
pub fn files(text: &str, top: &str, header: &str) -> Vec<File> {
    let own = format!("{top}$");
    let text = text.replace(&own, &format!("{top}_"));
    let modules = text.split("endmodule").filter_map(|part| {
        let start = part.find("module ")?;
        Some(&part[start..])
    });
    let mut files: Vec<File> = modules.map(|module| file(module, header)).collect();
    // The top first: what a reader opens, and what an elaborating tool may take as the root.
    files.sort_by_key(|f| f.path != format!("rtl/{top}.v"));
    files
}

fn file(module: &str, header: &str) -> File {
    let (head, body) = module.split_once(';').unwrap_or((module, ""));
    let name = head.trim_start_matches("module ").split('(').next().unwrap_or("").trim();
    let text = format!("// {header}\n{};\n{}\nendmodule\n", column(head), tidy(body));
    File::new(format!("rtl/{name}.v"), text)
}

/// `module m(a,b)` with one port a line.
fn column(head: &str) -> String {
    let Some((name, ports)) = head.split_once('(') else { return head.to_owned() };
    let ports: Vec<&str> = ports.trim_end_matches(')').split(',').map(str::trim).collect();
    format!("{}(\n    {}\n)", name.trim_end(), ports.join(",\n    "))
}

fn tidy(body: &str) -> String {
    const REMARKS: [&str; 6] = [
        "// Module arguments",
        "// Update code (custom)",
        "// Update code (wrapper)",
        "// Constant declarations",
        "// Stub signals",
        "// v-- Setting output parameters to net type for wrapped code.",
    ];
    let mut lines: Vec<String> = Vec::new();
    for line in body.lines() {
        let text = line.trim_end();
        if REMARKS.contains(&text.trim()) {
            continue;
        }
        let blank = text.trim().is_empty();
        if blank && lines.last().is_none_or(String::is_empty) {
            continue;
        }
        lines.push(if blank {
            String::new()
        } else {
            text.replace("  [", " [")
                .replace("wire  ", "wire ")
                .replace("reg  ", "reg ")
                .replace("localparam  ", "localparam ")
        });
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.join("\n")
}
