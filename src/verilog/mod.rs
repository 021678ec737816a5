//! Blocks → files under `rtl_out/NAME`.
//!
//! | file | answers |
//! |---|---|
//! | [`modules`] | rust-hdl's one text as one readable file a module |
//! | [`packed`] | the same design behind one wide input and one wide output |
//! | [`primitives`] | adders as a device's own carry chains, and their behavioural twins |
//! | [`manifest`] | ports, latency, and a hash of every file |
//! | [`folder`] | how files are written: all of them or none |

pub mod folder;
pub mod manifest;
pub mod modules;
pub mod packed;
pub mod primitives;

use crate::rtl::Top;
use sha2::{Digest, Sha256};

/// A file to be written: its path below the design's folder, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// With `/` between folders.
    pub path: String,
    /// What it holds.
    pub text: String,
}

impl File {
    /// The file `path` with `text`.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> File {
        File { path: path.into(), text: text.into() }
    }

    /// The SHA-256 of its text, in hexadecimal digits.
    pub fn hash(&self) -> String {
        hash(self.text.as_bytes())
    }
}

/// The SHA-256 of `bytes`, in hexadecimal digits.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Who made a file and from what: the first line of every file that is written.
///
/// No date, no path, no tool's version: the same design gives the same bytes.
pub fn header(design: &str, design_hash: &str) -> String {
    let short = &design_hash[..design_hash.len().min(16)];
    format!("heteroq {}: design {design}, hash {short}", env!("CARGO_PKG_VERSION"))
}

/// Everything under `rtl/`: a file a module, the packed wrapper, the adders, the lists of files.
pub fn files(top: &Top, design_hash: &str, adder_modules: bool) -> Vec<File> {
    let layout = top.layout();
    let header = header(&layout.name, design_hash);
    let mut files = modules::files(&top.verilog(), &layout.name, &header);
    files.push(packed::file(layout, &header));
    let mut lists = Vec::new();
    if adder_modules {
        lists = primitives::files(&header);
    }
    let list = |primitives: &str| {
        let own = files.iter().map(|f| f.path.clone());
        let adders = lists.iter().filter(|f| f.path.starts_with(primitives)).map(|f| f.path.clone());
        let names: Vec<String> = own.chain(adders).collect();
        names.iter().map(|n| format!("{}\n", n.trim_start_matches("rtl/"))).collect::<String>()
    };
    let plain = File::new("rtl/files.f", list("rtl/heteroq_"));
    let xilinx = File::new("rtl/files_xilinx.f", list("rtl/xilinx/"));
    files.push(plain);
    if adder_modules {
        files.push(xilinx);
    }
    files.extend(lists);
    files
}
