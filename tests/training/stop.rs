//! How a training is stopped in the middle, at the same place every time.

use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// What `work` gives, unless epoch `epoch` is reached: then all is over when its line is to be said, which is before its
/// checkpoint is written.
pub(crate) fn stopped<T>(epoch: usize, work: impl FnOnce() -> T) -> Option<T> {
    let stop = StopAt(format!("epoch {epoch}/"));
    let run = || tracing::subscriber::with_default(stop, work);
    catch_unwind(AssertUnwindSafe(run)).map_err(|cause| assert!(cause.is::<Stopped>(), "a real panic")).ok()
}

/// What is thrown.
struct Stopped;

/// Ends everything at the line that begins so.
struct StopAt(String);

impl Subscriber for StopAt {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        if line.0.starts_with(&self.0) {
            resume_unwind(Box::new(Stopped));
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// What an event says.
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}
