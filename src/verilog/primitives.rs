//! Adders as a device's own carry chains, and their behavioural twins.
//!
//! Both files of a pair hold a module of the same name, ports and parameters. Simulators, and tools that find
//! ternary adders by themselves, read the plain one; Yosys reads the one made of `LUT6_2` and `CARRY4`.

use super::File;

const ADDERS: [(&str, &str); 4] = [
    ("rtl/heteroq_add2.v", include_str!("primitives/heteroq_add2.v")),
    ("rtl/heteroq_add3.v", include_str!("primitives/heteroq_add3.v")),
    ("rtl/xilinx/heteroq_add2.v", include_str!("primitives/heteroq_add2_xilinx.v")),
    ("rtl/xilinx/heteroq_add3.v", include_str!("primitives/heteroq_add3_xilinx.v")),
];

/// The four files, each under `header`.
pub fn files(header: &str) -> Vec<File> {
    ADDERS.iter().map(|(path, text)| File::new(*path, format!("// {header}\n{text}"))).collect()
}
