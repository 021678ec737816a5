//! How a training shows where it is: a bar on a terminal, and a line for each epoch.

use crate::report::number;
use crate::train::checkpoint::Epoch;
use crate::train::trainer::Progress;
use std::time::Instant;
use tracing::{Span, info};
use tracing_indicatif::span_ext::IndicatifSpanExt;
use tracing_indicatif::style::ProgressStyle;

/// Events between two looks of the bar.
const EVENTS_A_LOOK: usize = 1 << 14;

/// The bar of the step at hand.
#[derive(Debug)]
pub(super) struct Line {
    span: Span,
    epochs: usize,
    events: usize,
    number: usize,
    /// The last validation accuracy, as text.
    accuracy: String,
    begun: Instant,
    shown: usize,
}

impl Line {
    /// A bar over `epochs` of `events` each.
    pub(super) fn new(epochs: usize, events: usize) -> Line {
        let span = Span::current();
        let style = "{spinner} {span_name} {bar:30} {msg}, {eta} left";
        span.pb_set_style(&ProgressStyle::with_template(style).expect("a template without a fault"));
        span.pb_set_length((epochs * events) as u64);
        Line { span, epochs, events, number: 0, accuracy: String::new(), begun: Instant::now(), shown: 0 }
    }

    /// Epoch `number` begins, counted from 1.
    pub(super) fn begin(&mut self, number: usize) {
        (self.number, self.shown, self.begun) = (number, 0, Instant::now());
    }

    /// A step is done.
    pub(super) fn step(&mut self, progress: Progress) {
        if progress.events < self.shown + EVENTS_A_LOOK && progress.events < self.events {
            return;
        }
        self.shown = progress.events;
        #[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 events")]
        let rate = progress.events as f64 / self.begun.elapsed().as_secs_f64();
        let span = &self.span;
        span.pb_set_position(((self.number - 1) * self.events + progress.events) as u64);
        span.pb_set_message(&format!(
            "epoch {}/{}, loss {:.4}{}, {:.2} M events/s",
            self.number,
            self.epochs,
            progress.loss,
            self.accuracy,
            rate / 1e6
        ));
    }

    /// An epoch is done.
    pub(super) fn end(&mut self, epoch: &Epoch) {
        self.accuracy = format!(", validation {}", number::percent(epoch.validation_accuracy));
        info!(
            "epoch {}/{}: loss {:.4}, validation loss {:.4}, accuracy {}, {:.2} s + {:.2} s",
            epoch.epoch,
            self.epochs,
            epoch.loss,
            epoch.validation_loss,
            number::percent(epoch.validation_accuracy),
            epoch.seconds,
            epoch.validation_seconds
        );
    }
}
