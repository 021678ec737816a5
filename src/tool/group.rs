//! How a tool with all its children is watched and ended.
//!
//! A tool leads a process group of its own, so that a signal reaches its children too. Ctrl-C then no longer
//! reaches it by itself: we catch the signal and end the group, politely first.

use super::ToolError;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// How long a tool has to clean up after the first signal.
const PATIENCE: Duration = Duration::from_secs(2);

/// The exit code of a program ended by Ctrl-C.
const INTERRUPTED: i32 = 130;

/// How a process group ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// By itself.
    Exited(ExitStatus),
    /// Its time was up.
    TimedOut,
    /// We were told to stop.
    Interrupted,
}

/// What the signal handlers read and write.
#[derive(Debug)]
struct Signals {
    /// A signal came while a tool was running.
    caught: Arc<AtomicBool>,
    /// No tool is running: a signal ends the program at once.
    idle: Arc<AtomicBool>,
    /// How many tools are running.
    running: Mutex<usize>,
}

/// From now on Ctrl-C (SIGINT, SIGTERM, SIGHUP) ends the program with exit code 130, and a running tool with
/// all its children before it. Starting a tool does this too; `main` does it first, so that the exit code is
/// always the same.
pub fn stop_at_signals() {
    signals();
}

fn signals() -> &'static Signals {
    static SIGNALS: OnceLock<Signals> = OnceLock::new();
    SIGNALS.get_or_init(|| {
        let caught = Arc::new(AtomicBool::new(false));
        let idle = Arc::new(AtomicBool::new(true));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::flag::register_conditional_shutdown(signal, INTERRUPTED, idle.clone())
                .and_then(|_| signal_hook::flag::register(signal, caught.clone()))
                .expect("these signals may be caught");
        }
        Signals { caught, idle, running: Mutex::new(0) }
    })
}

/// Held while a tool runs, so that a signal is left to whoever watches the tool.
struct Running;

impl Running {
    fn enter() -> Running {
        Running::count(|running| running + 1);
        Running
    }

    fn count(change: impl FnOnce(usize) -> usize) {
        let signals = signals();
        let mut running = signals.running.lock().unwrap_or_else(PoisonError::into_inner);
        *running = change(*running);
        signals.idle.store(*running == 0, Ordering::SeqCst);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        Running::count(|running| running - 1);
    }
}

/// Does `work`, such as the writing of files, that a signal must not end in the middle.
///
/// # Errors
/// [`ToolError::Interrupted`] if a signal came: `work` is done, and the program should end now.
pub fn uninterrupted<T>(work: impl FnOnce() -> T) -> Result<T, ToolError> {
    let running = Running::enter();
    let done = work();
    drop(running);
    if signals().caught.load(Ordering::SeqCst) { Err(ToolError::Interrupted) } else { Ok(done) }
}

/// Ends the program with exit code 130 if a signal came. For a thread that has watched tools while another one works
/// without looking at signals; not while files are written.
pub fn end_if_interrupted() {
    if signals().caught.load(Ordering::SeqCst) {
        std::process::exit(INTERRUPTED);
    }
}

/// Runs `command` in a process group of its own until it ends, its time is up, or a signal comes. In all
/// three cases nothing of the group is left afterwards.
pub(super) fn run(command: &mut Command, time: Option<Duration>) -> io::Result<End> {
    let running = Running::enter();
    let caught = || signals().caught.load(Ordering::SeqCst);
    if caught() {
        return Ok(End::Interrupted);
    }
    let mut child = command.process_group(0).spawn()?;
    let end = watch(&mut child, time, caught);
    if end.is_err() {
        signal(Pid::from_child(&child), Signal::KILL)?;
    }
    drop(running);
    if caught() { Ok(End::Interrupted) } else { end }
}

/// Waits for the leader of a group, then ends what is left of the group.
fn watch(child: &mut Child, time: Option<Duration>, caught: impl Fn() -> bool) -> io::Result<End> {
    let group = Pid::from_child(child);
    let deadline = time.map(|time| Instant::now() + time);
    let late = || deadline.is_some_and(|deadline| Instant::now() > deadline);
    let ended_early = loop {
        if has_ended(group, Duration::from_millis(20))? {
            break None;
        }
        if caught() {
            break Some(End::Interrupted);
        }
        if late() {
            break Some(End::TimedOut);
        }
    };
    if ended_early.is_some() {
        signal(group, Signal::TERM)?;
        has_ended(group, PATIENCE)?;
    }
    // The leader is not reaped yet, so the group's number is still ours.
    signal(group, Signal::KILL)?;
    let status = child.wait()?;
    Ok(ended_early.unwrap_or(End::Exited(status)))
}

/// Whether the leader ended within `patience`; it stays a zombie, which keeps its number taken.
fn has_ended(leader: Pid, patience: Duration) -> io::Result<bool> {
    let until = Instant::now() + patience;
    let mut pause = Duration::from_micros(200);
    loop {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        if waitid(WaitId::Pid(leader), options)?.is_some() {
            return Ok(true);
        }
        if Instant::now() > until {
            return Ok(false);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(10));
    }
}

/// Sends `signal` to the group; that nobody is left to receive it is fine.
fn signal(group: Pid, signal: Signal) -> io::Result<()> {
    match kill_process_group(group, signal) {
        Err(rustix::io::Errno::SRCH) | Ok(()) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::{Path, PathBuf};

    /// A shell script that notes its own number and those of two children, one of which ignores SIGTERM.
    fn hanging(folder: &Path) -> Command {
        let script = "echo $$ >> pids; sleep 600 & echo $! >> pids; \
                      sh -c 'trap \"\" TERM; echo $$ >> pids; touch ready; sleep 600; sleep 600' & wait";
        let mut command = Command::new("sh");
        command.args(["-c", script]).current_dir(folder);
        command
    }

    fn wait_for(file: PathBuf) {
        let until = Instant::now() + Duration::from_secs(20);
        while !file.exists() {
            assert!(Instant::now() < until, "{} never appears", file.display());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The processes noted in `pids` that still run (zombies do not).
    fn alive(folder: &Path) -> Vec<String> {
        let pids = std::fs::read_to_string(folder.join("pids")).unwrap();
        assert_eq!(pids.lines().count(), 3);
        std::thread::sleep(Duration::from_millis(100));
        let runs = |pid: &&str| {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            stat.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with('Z'))
        };
        pids.lines().filter(runs).map(str::to_owned).collect()
    }

    #[test]
    fn a_tool_that_hangs_is_ended_with_its_children_when_its_time_is_up() {
        let folder = tempfile::tempdir().unwrap();
        let end = run(&mut hanging(folder.path()), Some(Duration::from_secs(1))).unwrap();
        assert_eq!(end, End::TimedOut);
        assert_eq!(alive(folder.path()), [""; 0]);
    }

    #[test]
    fn children_that_a_tool_leaves_behind_are_ended() {
        let folder = tempfile::tempdir().unwrap();
        let script = "echo $$ >> pids; sleep 600 & echo $! >> pids; sleep 600 & echo $! >> pids";
        let end = run(Command::new("sh").args(["-c", script]).current_dir(folder.path()), None).unwrap();
        assert!(matches!(end, End::Exited(status) if status.success()));
        assert_eq!(alive(folder.path()), [""; 0]);
    }

    /// Not a test of its own: the program that the next test interrupts.
    #[test]
    fn program_with_a_hanging_tool() {
        let Some(folder) = std::env::var_os("HETEROQ_TEST_HANG") else { return };
        let end = run(&mut hanging(Path::new(&folder)), None).unwrap();
        assert_eq!(end, End::Interrupted);
        std::process::exit(INTERRUPTED);
    }

    /// Not a test of its own either: a program at work without any tool.
    #[test]
    fn program_without_a_tool() {
        let Some(folder) = std::env::var_os("HETEROQ_TEST_BUSY") else { return };
        stop_at_signals();
        std::fs::write(Path::new(&folder).join("ready"), "").unwrap();
        std::thread::sleep(Duration::from_mins(10));
    }

    /// The exit code of this test binary's `test`, told to stop by `signal` once it is ready.
    fn interrupted(test: &str, variable: &str, folder: &Path, signal: Signal) -> Option<i32> {
        let mut program = Command::new(std::env::current_exe().unwrap());
        program.args([&format!("tool::group::tests::{test}"), "--exact"]).env(variable, folder);
        let mut child = program.spawn().unwrap();
        wait_for(folder.join("ready"));
        rustix::process::kill_process(Pid::from_child(&child), signal).unwrap();
        child.wait().unwrap().code()
    }

    #[test]
    fn ctrl_c_ends_the_tool_with_its_children_and_then_the_program() {
        for signal in [Signal::INT, Signal::TERM] {
            let folder = tempfile::tempdir().unwrap();
            let code = interrupted("program_with_a_hanging_tool", "HETEROQ_TEST_HANG", folder.path(), signal);
            assert_eq!(code, Some(INTERRUPTED));
            assert_eq!(alive(folder.path()), [""; 0]);
        }
    }

    /// Nor is this: a program that writes a file, slowly.
    #[test]
    fn program_that_writes() {
        let Some(folder) = std::env::var_os("HETEROQ_TEST_WRITE") else { return };
        let write = |name: &str| std::fs::write(Path::new(&folder).join(name), "").unwrap();
        let slowly = || {
            write("ready");
            std::thread::sleep(Duration::from_millis(500));
            write("whole");
        };
        assert!(matches!(uninterrupted(slowly), Err(ToolError::Interrupted)));
        std::process::exit(INTERRUPTED);
    }

    #[test]
    fn ctrl_c_lets_a_file_be_written_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let code = interrupted("program_that_writes", "HETEROQ_TEST_WRITE", folder.path(), Signal::INT);
        assert_eq!(code, Some(INTERRUPTED));
        assert!(folder.path().join("whole").exists());
    }

    #[test]
    fn ctrl_c_ends_a_program_that_runs_no_tool() {
        let folder = tempfile::tempdir().unwrap();
        let code = interrupted("program_without_a_tool", "HETEROQ_TEST_BUSY", folder.path(), Signal::INT);
        assert_eq!(code, Some(INTERRUPTED));
    }
}
