//! How a command is run, and what is asked of every refusal.

use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{fs, io};

/// A folder with a copy of `examples/tiny`, in which commands run.
pub(crate) struct Bench {
    folder: tempfile::TempDir,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) fn bench() -> Bench {
    // Folders of users have spaces in their names, which not every tool likes.
    let bench = Bench { folder: tempfile::Builder::new().prefix("jet tagger ").tempdir().unwrap() };
    let tiny = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/tiny");
    for name in ["config.yaml", "weights.safetensors"] {
        fs::copy(tiny.join(name), bench.path(name)).unwrap();
    }
    bench
}

/// The tiny config with `from` in it replaced.
pub(crate) fn bench_with(from: &str, to: &str) -> Bench {
    let bench = bench();
    bench.change(from, to);
    bench
}

impl Bench {
    /// Writes 300 events each to `train.csv` and `test.csv`: their class is the sign of a sum.
    pub(crate) fn write_events(&self) {
        for (name, first) in [("train.csv", 1), ("test.csv", 7)] {
            let row = |n: u32| {
                let [a, b, c, d] =
                    [5, 7, 11, 13].map(|k| f64::from((n * k + first * k * k) % 29) / 10.0 - 1.4);
                format!("{a},{b},{c},{d},{}\n", u8::from(a + b - c > 0.0))
            };
            self.write(name, "a,b,c,d,y\n".to_owned() + &(0..300).map(row).collect::<String>());
        }
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: impl AsRef<Path>, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: impl AsRef<Path>) -> Vec<u8> {
        fs::read(self.path(&name)).unwrap_or_else(|e| panic!("{}: {e}", name.as_ref().display()))
    }

    pub(crate) fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_slice(&self.read(name)).unwrap()
    }

    /// Replaces `from`, which must be there, in config.yaml.
    pub(crate) fn change(&self, from: &str, to: &str) {
        let text = String::from_utf8(self.read("config.yaml")).unwrap();
        assert!(text.contains(from), "{from}");
        self.write("config.yaml", text.replace(from, to));
    }

    /// A program made of shell lines, to stand in for an outside tool.
    pub(crate) fn script(&self, name: &str, lines: &str) -> PathBuf {
        self.write(name, format!("#!/bin/sh\n{lines}\n"));
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o755)).unwrap();
        self.path(name)
    }

    pub(crate) fn command(&self, args: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_heteroq"));
        command.args(args).current_dir(self.folder.path());
        for variable in ["HETEROQ_YOSYS", "HETEROQ_VERILATOR", "HETEROQ_CXX", "FORCE_COLOR", "CLICOLOR_FORCE"]
        {
            command.env_remove(variable);
        }
        command
    }

    pub(crate) fn run(&self, args: &[impl AsRef<OsStr>]) -> Ended {
        ended(self.command(args).output())
    }

    /// Runs it, and asks that it ends well.
    pub(crate) fn does(&self, args: &[impl AsRef<OsStr>]) -> Ended {
        let ended = self.run(args);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        ended
    }

    /// Runs it with `--json`, and asks that it ends well and prints one JSON object.
    pub(crate) fn tells(&self, args: &[&str]) -> serde_json::Value {
        let ended = self.does(&[args, &["--json"]].concat());
        let told: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        assert!(told.is_object(), "{told}");
        told
    }

    /// Runs it, and asks of it what is asked of every refusal: the exit code, a reason with all of `words` in it,
    /// nothing on standard output, no panic, and a folder that is as it was before.
    pub(crate) fn refuses(&self, args: &[impl AsRef<OsStr>], code: i32, words: &[&str]) {
        let before = self.listing();
        let ended = self.run(args);
        ended.refused(code, words);
        assert_eq!(self.listing(), before, "a refusal leaves no file behind");
    }

    /// Every file below the folder with its bytes' hash, and every folder.
    pub(crate) fn listing(&self) -> Vec<(PathBuf, String)> {
        listing(self.folder.path())
    }
}

pub(crate) fn ended(output: io::Result<Output>) -> Ended {
    let output = output.unwrap();
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Ended {
    pub(crate) fn refused(&self, code: i32, words: &[&str]) {
        let reason = self.reason();
        assert_eq!(self.code, Some(code), "{reason}");
        assert_eq!(self.stdout, "", "standard output holds results only");
        assert!(!reason.contains("panicked") && !reason.contains("internal error"), "{reason}");
        assert!(!reason.contains('\u{1b}'), "colours, though nobody sees them: {reason:?}");
        words.iter().for_each(|word| assert!(reason.contains(word), "no `{word}` in: {reason}"));
    }

    /// Standard error as one line, whatever its width and frames.
    pub(crate) fn reason(&self) -> String {
        let plain = self.stderr.replace(['│', '|', '╰', '╭', '─', '▶', '×', '·'], " ");
        plain.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

pub(crate) fn listing(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().to_owned();
            if path.is_dir() {
                all.push((name, "folder".to_owned()));
                folders.push(path);
            } else {
                all.push((name, heteroq::verilog::hash(&fs::read(path).unwrap())));
            }
        }
    }
    all.sort();
    all
}
