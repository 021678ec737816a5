//! Nothing, unless the feature `verilated` is on: then `rtl_out/tiny` becomes C++ by Verilator, and a part of the
//! crate by the C++ compiler.

#![allow(clippy::print_stdout)] // a build script speaks to cargo on standard output

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "verilated")]
    verilated::build();
}

#[cfg(feature = "verilated")]
mod verilated {
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use std::{env, fs};

    const RTL: &str = "rtl_out/tiny/rtl";
    const SHIM: &str = "sim/verilated.cpp";

    pub(crate) fn build() {
        println!("cargo::rerun-if-changed={RTL}");
        println!("cargo::rerun-if-changed={SHIM}");
        println!("cargo::rerun-if-env-changed=HETEROQ_VERILATOR");
        let model = PathBuf::from(env::var("OUT_DIR").expect("cargo sets OUT_DIR")).join("tiny");
        let _ = fs::remove_dir_all(&model);
        let include = PathBuf::from(verilator(&["--getenv", "VERILATOR_ROOT"]).trim()).join("include");
        verilate(&model);
        compile(&model, &include);
    }

    /// Verilog → C++ in the folder `model`.
    fn verilate(model: &Path) {
        let model = model.display().to_string();
        let fixed =
            ["--cc", "-O3", "-Wall", "--prefix", "Vtiny", "--top-module", "tiny_packed", "-Mdir", &model];
        let list = fs::read_to_string(format!("{RTL}/files.f")).expect("the list of rtl_out/tiny");
        let sources: Vec<String> = list.lines().map(|file| format!("{RTL}/{file}")).collect();
        let sources = sources.iter().map(String::as_str);
        verilator(&fixed.into_iter().chain(sources).collect::<Vec<_>>());
    }

    /// C++ → a library. Which files Verilator writes depends on its version: all of them are taken.
    fn compile(model: &Path, include: &Path) {
        let mut build = cc::Build::new();
        build.cpp(true).std("c++17").warnings(false).opt_level(2);
        build.include(model).include(include).include(include.join("vltstd")).file(SHIM);
        let runtime = ["verilated.cpp", "verilated_threads.cpp"].map(|file| include.join(file));
        build.files(runtime.into_iter().filter(|file| file.is_file()));
        let mut written: Vec<PathBuf> = fs::read_dir(model)
            .expect("Verilator wrote it")
            .map(|entry| entry.expect("a readable folder").path())
            .filter(|path| path.extension().is_some_and(|e| e == "cpp"))
            .collect();
        written.sort();
        build.files(written).compile("heteroq_tiny");
        println!("cargo::rustc-link-lib=pthread");
    }

    /// What Verilator prints; the build ends with what to do where it is missing or fails.
    fn verilator(arguments: &[&str]) -> String {
        let program = env::var("HETEROQ_VERILATOR").unwrap_or_else(|_| "verilator".to_owned());
        let done = match Command::new(&program).args(arguments).output() {
            Ok(done) if done.status.success() => done,
            Ok(done) => fail(&format!(
                "`{program} {}` failed:\n{}",
                arguments.join(" "),
                String::from_utf8_lossy(&done.stderr)
            )),
            Err(error) => fail(&format!(
                "the feature `verilated` needs Verilator, and `{program}` does not start ({error}): \
                 apt-get install verilator g++, or set HETEROQ_VERILATOR to the program, or build without the feature"
            )),
        };
        String::from_utf8_lossy(&done.stdout).into_owned()
    }

    fn fail(message: &str) -> ! {
        message.lines().for_each(|line| println!("cargo::error={line}"));
        std::process::exit(1)
    }
}
