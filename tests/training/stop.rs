//! How a training is stopped in the middle, at the same place every time.

use std::cell::RefCell;
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Once;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// What `work` gives, unless epoch `epoch` is reached: then all is over when its line is to be said, which is before its
/// checkpoint is written.
pub(crate) fn stopped<T>(epoch: usize, work: impl FnOnce() -> T) -> Option<T> {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| tracing::subscriber::set_global_default(StopAt).expect("the only one"));
    LINE.set(Some(format!("epoch {epoch}/")));
    let done = catch_unwind(AssertUnwindSafe(work));
    LINE.set(None);
    done.map_err(|cause| assert!(cause.is::<Stopped>(), "a real panic")).ok()
}

thread_local! {
    /// How the line begins at which all is over.
    static LINE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// What is thrown.
struct Stopped;

/// Listens to all that is said.
struct StopAt;

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
        if LINE.with_borrow(|wanted| wanted.as_ref().is_some_and(|wanted| line.0.starts_with(wanted))) {
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
