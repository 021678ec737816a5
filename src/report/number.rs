//! How figures are written for people.

use crate::metrics::spread::Spread;

/// `1234567` as `1,234,567`.
///
/// ```
/// assert_eq!(heteroq::report::number::grouped(1_234_567), "1,234,567");
/// ```
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|g| std::str::from_utf8(g).expect("digits")).collect();
    groups.join(",")
}

/// At most three decimals, without trailing zeros: `37.5`, `40.079`, `25`.
///
/// ```
/// assert_eq!(heteroq::report::number::short(37.5), "37.5");
/// assert_eq!(heteroq::report::number::short(-0.0001), "0");
/// ```
pub fn short(x: f64) -> String {
    let text = format!("{x:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// As many decimals as it takes, at most nine: `0.1`, `0.00001`.
///
/// ```
/// assert_eq!(heteroq::report::number::plain(100.0 * 0.0007), "0.07");
/// ```
pub fn plain(x: f64) -> String {
    let text = format!("{x:.9}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A whole number of an estimate.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate of LUTs, below 2^53"
)]
pub fn rounded(x: f64) -> String {
    grouped(x.max(0.0).round() as u64)
}

/// A fraction as a percentage with two decimals.
pub fn percent(fraction: f64) -> String {
    format!("{:.2} %", 100.0 * fraction)
}

/// Seconds: two decimals below ten, one below a hundred, then minutes too.
pub fn seconds(s: f64) -> String {
    match s {
        s if s < 9.995 => format!("{s:.2} s"),
        s if s < 99.95 => format!("{s:.1} s"),
        s => format!("{:.0} min {:02.0} s", (s / 60.0).floor(), (s % 60.0).floor()),
    }
}

/// `n noun`, with an s unless it is one.
pub fn count(n: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(n), if n == 1 { "" } else { "s" })
}

/// `mean ± deviation`; the mean alone, if there is no other value, or none that looks different.
pub fn spread(figure: Spread, text: impl Fn(f64) -> String) -> String {
    let deviation = figure.deviation.map(&text).filter(|deviation| *deviation != text(0.0));
    text(figure.mean) + &deviation.map_or(String::new(), |deviation| format!(" ± {deviation}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures() {
        assert_eq!([0, 7, 999, 1000, 45_678].map(grouped), ["0", "7", "999", "1,000", "45,678"]);
        assert_eq!([25.0, 40.079, 0.0, 120.0, 1.0 / 3.0].map(short), ["25", "40.079", "0", "120", "0.333"]);
        assert_eq!(
            [0.0, 9.99, 9.999, 99.94, 99.96, 240.4].map(seconds),
            ["0.00 s", "9.99 s", "10.0 s", "99.9 s", "1 min 39 s", "4 min 00 s"]
        );
        assert_eq!((count(1, "clock"), count(1200, "clock")), ("1 clock".into(), "1,200 clocks".into()));
        assert_eq!((percent(0.70394), rounded(1234.5)), ("70.39 %".into(), "1,235".into()));
    }
}
