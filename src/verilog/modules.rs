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

/// What rust-hdl says about its text rather than about the module.
const REMARKS: [&str; 6] = [
    "// Module arguments",
    "// Update code (custom)",
    "// Update code (wrapper)",
    "// Constant declarations",
    "// Stub signals",
    "// v-- Setting output parameters to net type for wrapped code.",
];

/// The body without remarks, and with single blanks and single blank lines.
fn tidy(body: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in body.lines().map(str::trim_end).filter(|line| !REMARKS.contains(&line.trim())) {
        let doubled = line.is_empty() && lines.last().is_none_or(String::is_empty);
        if !doubled {
            lines.push(single_blanks(line));
        }
    }
    lines.join("\n").trim_end().to_owned()
}

/// `wire  [3:0] x;` with one blank; what stands before the first word stays.
fn single_blanks(line: &str) -> String {
    let text = line.trim_start();
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    format!("{}{}", &line[..line.len() - text.len()], words.join(" "))
}
