//! What the steps say while they work: lines on standard error, and a progress bar on a terminal.
//!
//! ```text
//! sim: verilator: 3,000 events, 0 mismatches
//! ```

use super::Common;
use std::fmt;
use std::io::IsTerminal;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_indicatif::IndicatifLayer;
use tracing_indicatif::style::ProgressStyle;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Scope};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt as lines};

/// From now on steps are heard, as `common` asks for.
pub fn start(common: &Common) {
    let terminal = std::io::stderr().is_terminal();
    let bars = (terminal && !common.quiet).then(|| IndicatifLayer::new().with_progress_style(bar()));
    let writer = match &bars {
        Some(bars) => BoxMakeWriter::new(bars.get_stderr_writer()),
        None => BoxMakeWriter::new(std::io::stderr),
    };
    let colours = terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let lines = lines::layer().with_writer(writer).with_ansi(colours).event_format(Line);
    let filter = EnvFilter::new(format!("warn,heteroq={}", level(common)));
    tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .with(bars.map(|bars| bars.with_filter(filter_fn(is_step))))
        .init();
}

fn level(common: &Common) -> &'static str {
    match (common.quiet, common.verbose) {
        (true, _) => "error",
        (false, 0) => "info",
        (false, 1) => "debug",
        (false, _) => "trace",
    }
}

/// A step whose length nobody knows: one that counts sets a style of its own.
fn bar() -> ProgressStyle {
    ProgressStyle::with_template("{spinner} {span_name}  {elapsed}").expect("a template without a fault")
}

/// Whether this is the span of a step, which is named after it.
fn is_step(metadata: &Metadata) -> bool {
    metadata.is_span() && metadata.target().starts_with("heteroq::flow")
}

/// `STEP: message`, with a word in front where something is wrong.
struct Line;

impl<S, N> FormatEvent<S, N> for Line
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let (colour, word) = match *event.metadata().level() {
            Level::ERROR => ("\x1b[31m", "error: "),
            Level::WARN => ("\x1b[33m", "warning: "),
            _ => ("", ""),
        };
        match writer.has_ansi_escapes() && !word.is_empty() {
            true => write!(writer, "{colour}{word}\x1b[0m")?,
            false => write!(writer, "{word}")?,
        }
        let spans = context.event_scope().into_iter().flat_map(Scope::from_root);
        for step in spans.filter(|span| is_step(span.metadata())) {
            match writer.has_ansi_escapes() {
                true => write!(writer, "\x1b[1m{}\x1b[0m: ", step.name())?,
                false => write!(writer, "{}: ", step.name())?,
            }
        }
        context.format_fields(writer.by_ref(), event)?;
        writeln!(writer)
    }
}
