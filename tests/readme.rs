//! The README's tables are those of the program: between two comments that name them; `make bless` renews them.

use clap::CommandFactory;
use heteroq::cli::Cli;
use heteroq::{config::keys, quantizer};
use std::fs;

#[test]
fn its_tables_are_those_of_the_program() {
    let tables =
        [("commands", commands()), ("keys", keys::markdown()), ("quantizers", quantizer::reference())];
    let kept = fs::read_to_string("README.md").unwrap();
    let renewed = tables.iter().fold(kept.clone(), |text, (name, table)| with(&text, name, table));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write("README.md", &renewed).unwrap();
        return;
    }
    for (is, should) in kept.lines().zip(renewed.lines()) {
        assert_eq!(is, should, "README.md is not up to date: `make bless`");
    }
    assert_eq!(kept, renewed, "README.md is not up to date: `make bless`");
}

/// `text` with `table` between the comments `<!-- name -->` and `<!-- end of name -->`.
fn with(text: &str, name: &str, table: &str) -> String {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
    let (before, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("README.md has no {begin}"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("README.md has no {end}"));
    format!("{before}{begin}\n{}\n\n{end}{after}", table.trim())
}

/// A row for each command, in the order of `heteroq --help`.
fn commands() -> String {
    let head = "| command | does |\n|---|---|\n".to_owned();
    let program = Cli::command();
    head + &program.get_subcommands().map(row).collect::<String>()
}

fn row(command: &clap::Command) -> String {
    let own = || command.get_arguments().filter(|a| !a.is_hide_set());
    let positional = own().filter(|a| a.is_positional()).map(|a| a.get_id().as_str().to_uppercase());
    let options = own().filter(|a| !a.is_positional()).map(option);
    let words: Vec<String> = positional.chain(options).collect();
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    format!("| `heteroq {} {}` | {} |\n", command.get_name(), words.join(" "), about.trim_end_matches('.'))
}

/// `--vectors VECTORS`, in brackets unless it must be given.
fn option(argument: &clap::Arg) -> String {
    let name = argument.get_long().unwrap_or_default();
    let value = argument.get_value_names().filter(|_| argument.get_action().takes_values());
    let values = value.map(|names| names.iter().map(|n| format!(" {n}")).collect::<String>());
    let text = format!("--{name}{}", values.unwrap_or_default());
    if argument.is_required_set() { text } else { format!("[{text}]") }
}
