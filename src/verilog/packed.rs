//! The same design behind one wide input and one wide output: feature 0 in the low bits.

use super::File;
use crate::fixed::Interval;
use crate::rtl::Layout;

/// The wrapper `NAME_packed`.
pub fn file(layout: &Layout, header: &str) -> File {
    let net = &layout.staged.net;
    let name = &layout.name;
    let ins: Vec<Interval> = net.inputs.iter().map(|i| i.interval).collect();
    let outs: Vec<Interval> = net.outputs.iter().map(|o| net.interval(o.id)).collect();
    let mut ports = vec![".clk(clk)".to_owned(), ".rst(rst)".to_owned(), ".in_valid(in_valid)".to_owned()];
    ports.extend(slices(&layout.ports.inputs, &ins, "in_data"));
    ports.push(".out_valid(out_valid)".to_owned());
    ports.extend(slices(&layout.ports.outputs, &outs, "out_data"));
    let text = format!(
        "// {header}\n// {name} with packed ports: the first feature, and the first class, in the low bits.\n\
         module {name}_packed(\n    input wire clk,\n    input wire rst,\n    input wire in_valid,\n    \
         input wire {}in_data,\n    output wire out_valid,\n    output wire {}out_data\n);\n\n{name} unpacked(\n    \
         {}\n);\n\nendmodule\n",
        range(&ins),
        range(&outs),
        ports.join(",\n    ")
    );
    File::new(format!("rtl/{name}_packed.v"), text)
}

fn range(intervals: &[Interval]) -> String {
    match intervals.iter().map(|i| i.width()).sum::<u32>() {
        0 | 1 => String::new(),
        bits => format!("[{}:0] ", bits - 1),
    }
}

fn slices(names: &[String], intervals: &[Interval], bus: &str) -> Vec<String> {
    let total: u32 = intervals.iter().map(|i| i.width()).sum();
    let mut low = 0;
    let mut one = |(name, interval): (&String, &Interval)| {
        let (first, width) = (low, interval.width());
        low += width;
        let part = match width {
            _ if total == 1 => String::new(),
            1 => format!("[{first}]"),
            _ => format!("[{}:{first}]", low - 1),
        };
        format!(".{name}({bus}{part})")
    };
    names.iter().zip(intervals).map(&mut one).collect()
}
