//! How a report is written down and read back.

use super::Report;

/// `report.json`: two spaces of indent, fields in the order of [`Report`], a newline at the end.
pub fn write(report: &Report) -> String {
    let text = serde_json::to_string_pretty(report).expect("a report is plain data");
    format!("{text}\n")
}

/// Reads it back.
///
/// # Errors
/// Text that is no report: what is wrong, with line and column.
pub fn read(text: &str) -> Result<Report, serde_json::Error> {
    serde_json::from_str(text)
}
