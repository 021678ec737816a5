//! The net as C++17, for the software of experiments: one header without dependencies, a program that checks it
//! against the vectors of the firmware, and a Makefile.
//!
//! | file | answers |
//! |---|---|
//! | `header` | what the header holds |
//! | `expression` | how an operation is written in C++ |
//! | `word` | how numbers, names and types are written in C++ |
//! | [`compiled`] | what the compiled header computes |

pub mod compiled;
mod expression;
mod header;
#[cfg(test)]
mod tests;
mod word;

use crate::net::Net;
pub use compiled::Compiled;

/// The program that checks the header. `NAME` stands for the net's name.
const TEST_MAIN: &str = include_str!("test_main.cpp.in");

/// Builds and runs it.
const MAKEFILE: &str = include_str!("Makefile.in");

/// The files of the C++ emulator: relative path and contents.
///
/// `name` becomes the namespace and the header's file name, with other characters than letters, digits and `_`
/// replaced; `header` is put above each file as a comment: version, design hash.
pub fn files(net: &Net, name: &str, header: &str) -> Vec<(String, String)> {
    let name = word::name(name);
    let fill = |template: &str, mark: &str| {
        format!("{}{}", word::comments(mark, header), template.replace("NAME", &name))
    };
    vec![
        (format!("{name}.h"), format!("{}{}", word::comments("//", header), header::header(net, &name))),
        ("test_main.cpp".to_owned(), fill(TEST_MAIN, "//")),
        ("Makefile".to_owned(), fill(MAKEFILE, "#")),
    ]
}
