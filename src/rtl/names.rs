//! What ports and modules are called: the config's names, made legal in Verilog and unique.

use crate::net::Net;
use std::collections::BTreeSet;

/// The words of Verilog and SystemVerilog (IEEE 1800-2017, table B.1), and some that tools take for such.
const KEYWORDS: &str = "
    accept_on alias always always_comb always_ff always_latch and assert assign assume automatic before
    begin bind bins binsof bit break buf bufif0 bufif1 byte case casex casez cell chandle checker class
    clock clocking cmos config const constraint context continue cover covergroup coverpoint cross deassign
    default defparam design disable dist do edge else end endcase endchecker endclass endclocking endconfig
    endfunction endgenerate endgroup endinterface endmodule endpackage endprimitive endprogram endproperty
    endsequence endspecify endtable endtask enum event eventually expect export extends extern final first
    first_match for force foreach forever fork forkjoin function generate genvar global highz0 highz1 if iff
    ifnone ignore_bins illegal_bins implements implies import incdir include initial inout input inside
    instance int integer interconnect interface intersect join join_any join_none large let liblist library
    local localparam logic longint macromodule matches medium modport module nand negedge nettype new
    nexttime nmos nor noshowcancelled not notif0 notif1 null or output package packed parameter pmos posedge
    primitive priority process program property protected pull0 pull1 pulldown pullup pulsestyle_ondetect
    pulsestyle_onevent pure rand randc randcase randsequence rcmos real realtime ref reg reject_on release
    repeat restrict return rnmos rpmos rtran rtranif0 rtranif1 s_always s_eventually s_nexttime s_until
    s_until_with scalared sequence shortint shortreal showcancelled signed small soft solve specify
    specparam static string strong strong0 strong1 struct super supply0 supply1 sync_accept_on
    sync_reject_on table tagged task this throughout time timeprecision timeunit tran tranif0 tranif1 tri
    tri0 tri1 triand trior trireg type typedef union unique unique0 unsigned until until_with untyped use
    uwire var vectored virtual void wait wait_order wand weak weak0 weak1 while wildcard wire with within
    wor xnor xor";

/// The words of C++ that are none of Verilog: Verilator makes C++ of a design, and warns of them.
const CPP_KEYWORDS: &str = "
    alignas alignof and_eq asm auto bitand bitor bool catch char compl concept const_cast constexpr decltype
    delete double dynamic_cast explicit false float friend goto inline long mutable namespace noexcept
    not_eq nullptr operator or_eq private public register reinterpret_cast requires short sizeof
    static_assert static_cast switch template thread_local throw true try typeid typename using volatile
    wchar_t xor_eq";

/// Names that the top uses itself.
const TAKEN: [&str; 9] =
    ["clk", "rst", "in_valid", "out_valid", "LATENCY", "INITIATION", "in_data", "out_data", "valid"];

/// `name` with every other character than a letter, a digit or `_` replaced, and a letter in front.
pub fn legal(name: &str) -> String {
    let word = word(name);
    let starts_well = word.starts_with(|c: char| c.is_ascii_alphabetic());
    let free = starts_well
        && [KEYWORDS, CPP_KEYWORDS].iter().all(|words| words.split_whitespace().all(|k| k != word));
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

/// A legal name that cannot be taken for a value's, or for a lint's word for the unused.
fn port(name: &str) -> String {
    let word = legal(name);
    if is_like_a_value(&word) || word.starts_with("unused") { format!("p_{word}") } else { word }
}

/// What the instances of a layer's modules are called, but for the `_c` and the cycle that follow.
pub fn instance(layer: &str) -> String {
    let word = word(layer);
    let starts_well = word.starts_with(|c: char| c.is_ascii_alphabetic());
    if starts_well && !is_like_a_value(&word) { word } else { format!("n_{word}") }
}

/// `v17`, `v17_c3`: what values are called.
fn is_like_a_value(word: &str) -> bool {
    word.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_legal_and_distinct() {
        assert_eq!(legal("c1/b0 mmdt"), "c1_b0_mmdt");
        for keyword in ["reg", "dist", "cross", "break", "endmodule", "uwire", "double", "template"] {
            assert_eq!(legal(keyword), format!("n_{keyword}"));
        }
        assert_eq!(legal("0"), "n_0");
        assert_eq!(distinct(vec!["a".into(), "A".into(), "a_2".into()]), ["a", "A_2", "a_2_2"]);
    }

    #[test]
    fn ports_and_instances_are_told_from_values() {
        assert_eq!(
            [port("v3"), port("v3_c1"), port("vee"), port("unused2")],
            ["p_v3", "p_v3_c1", "vee", "p_unused2"]
        );
        assert_eq!(
            [instance("v14"), instance("reg"), instance(""), instance("fc 1")],
            ["n_v14", "reg", "n_", "fc_1"]
        );
    }

    #[test]
    fn ports_give_way_to_what_the_top_has_itself() {
        let net = crate::net::text::read(
            "v0: u1 = input clk\nv1: u1 = input Out_Valid\nv2: u1 = input fc1_c0\noutput v0 clk\noutput v1 y",
        );
        let names = PortNames::new(&net.unwrap(), ["fc1_c0"].into_iter());
        assert_eq!(names.inputs, ["clk_2", "Out_Valid_2", "fc1_c0_2"]);
        assert_eq!(names.outputs, ["clk_3", "y"]);
    }
}
