//! What ports and modules are called: the config's names, made legal in Verilog and unique.

use crate::net::Net;
use std::collections::BTreeSet;

/// Words of Verilog-2001 and its successors that could be meant as a name.
const KEYWORDS: &str = "always and assign automatic begin bit bool buf byte case cell class clock config const \
    constraint context default design disable do edge else end enum event export expect extends final first for \
    force forever fork function genvar global highz0 highz1 if import initial inout input inside instance int \
    integer interface join large let library local localparam logic longint macromodule medium module nand \
    negedge new nor not null or output package packed parameter posedge primitive priority process program \
    property protected pull0 pull1 pure rand real realtime ref reg release repeat return scalared sequence \
    shortint shortreal signed small solve specify specparam static string strong strong0 strong1 struct super \
    supply0 supply1 table tagged task this time timeprecision timeunit tran tri type typedef union unique \
    unsigned use var vectored virtual void wait wand weak while wire with within wor xnor xor";

/// Names that the top uses itself.
const TAKEN: [&str; 9] =
    ["clk", "rst", "in_valid", "out_valid", "LATENCY", "INITIATION", "in_data", "out_data", "valid"];

/// `name` with every other character than a letter, a digit or `_` replaced, and a letter in front.
pub fn legal(name: &str) -> String {
    let word = word(name);
    let starts_well = word.starts_with(|c: char| c.is_ascii_alphabetic());
    let free = starts_well && !KEYWORDS.split_whitespace().any(|k| k == word);
    if free { word } else { format!("n_{word}") }
}

/// `name` with every other character than a letter, a digit or `_` replaced.
pub fn word(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

/// The same names, with a number behind each that came before (upper and lower case count as the same,
/// for tools that do not tell them apart).
pub fn distinct(names: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut unique = |name: String| {
        let numbered = (2..).map(|n| format!("{name}_{n}"));
        let free = std::iter::once(name.clone()).chain(numbered).find(|n| !seen.contains(&n.to_lowercase()));
        let free = free.unwrap_or(name);
        seen.insert(free.to_lowercase());
        free
    };
    names.into_iter().map(&mut unique).collect()
}

/// Names of the top's data ports, in the net's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortNames {
    /// One for each input.
    pub inputs: Vec<String>,
    /// One for each output.
    pub outputs: Vec<String>,
}

impl PortNames {
    /// Names for the ports of `net` that none of the `instances` in the top has.
    pub fn new<'a>(net: &Net, instances: impl Iterator<Item = &'a str>) -> PortNames {
        let wanted = net.inputs.iter().map(|i| &i.name).chain(net.outputs.iter().map(|o| &o.name));
        let mut all: Vec<String> = TAKEN.into_iter().chain(instances).map(str::to_owned).collect();
        let taken = all.len();
        all.extend(wanted.map(|name| port(name)));
        let all = distinct(all);
        let (inputs, outputs) = all[taken..].split_at(net.inputs.len());
        PortNames { inputs: inputs.to_vec(), outputs: outputs.to_vec() }
    }
}

/// A legal name that cannot be taken for a value's (`v17`, `v17_c3`), or for a lint's word for the unused.
fn port(name: &str) -> String {
    let word = legal(name);
    let like_a_value =
        word.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if like_a_value || word.starts_with("unused") { format!("p_{word}") } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_legal_and_distinct() {
        assert_eq!(legal("c1/b0 mmdt"), "c1_b0_mmdt");
        assert_eq!(legal("reg"), "n_reg");
        assert_eq!(legal("0"), "n_0");
        assert_eq!(distinct(vec!["a".into(), "A".into(), "a_2".into()]), ["a", "A_2", "a_2_2"]);
    }
}
