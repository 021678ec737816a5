//! The claims of the paper, met or not, with the numbers.

use crate::study::{RESOURCES, Study, accuracies, differences, on_device};
use heteroq::config::Arithmetic;
use heteroq::metrics::spread::Spread;
use heteroq::report::number::{self, rounded, short};

/// Both ways to make products, as the config calls them.
pub(crate) const ARITHMETICS: [(&str, Arithmetic); 2] =
    [("multiply", Arithmetic::Multiply), ("shift_add", Arithmetic::ShiftAdd)];

/// A row of the table of claims.
pub(crate) fn rows(study: &Study) -> Vec<String> {
    let each = ARITHMETICS.iter();
    let six = each.clone().map(|arithmetic| six(study, *arithmetic));
    let energy = each.clone().map(|arithmetic| energy(study, *arithmetic));
    let chosen = ["Q6", "QE", "QB", "ours"];
    let fast = each.flat_map(|arithmetic| chosen.map(|name| fast(study, name, *arithmetic)));
    six.chain(energy).chain(fast).collect()
}

fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "**not met**" }
}

/// Q6 within 1 point of float, at no more than a quarter of each of BF's resources.
fn six(study: &Study, (word, arithmetic): (&str, Arithmetic)) -> String {
    let (row, full) = (study.row("Q6"), study.row("BF"));
    let loss = study.below_float(row);
    let shares: Vec<(&str, f64)> = RESOURCES
        .iter()
        .map(|(name, of)| (*name, row.hardware(arithmetic, of).mean, full.hardware(arithmetic, of).mean))
        .filter(|(_, _, full)| *full > 0.0)
        .map(|(name, row, full)| (name, row / full))
        .collect();
    let met = loss.mean >= -0.01 && shares.iter().all(|(_, share)| *share <= 0.25);
    let said: Vec<String> =
        shares.iter().map(|(name, share)| format!("{name} {:.1} %", 100.0 * share)).collect();
    format!(
        "| Q6 within 1 point of float, at ≤ 25 % of BF | `{word}` | {} | {} | {} |\n",
        points(loss),
        said.join(", "),
        verdict(met)
    )
}

/// QE at no more than 2 % of BF's scarcest resource, within 3 points of BF.
fn energy(study: &Study, (word, arithmetic): (&str, Arithmetic)) -> String {
    let (row, full) = (study.row("QE"), study.row("BF"));
    let device = on_device(study.example);
    let used = |place: &usize| full.hardware(arithmetic, RESOURCES[*place].1).mean / device[*place];
    let scarcest = (0..RESOURCES.len()).max_by(|a, b| used(a).total_cmp(&used(b))).expect("three resources");
    let (name, of) = RESOURCES[scarcest];
    let [these, those] = [row, full].map(|network| network.hardware(arithmetic, of).mean);
    let loss = differences(&accuracies(row), &accuracies(full));
    let met = loss.mean >= -0.03 && these <= 0.02 * those;
    format!(
        "| QE at ≤ 2 % of BF in its scarcest resource, within 3 points of BF | `{word}` | {} | {name} {} of {} \
         ({:.2} % of the device): {:.1} % | {} |\n",
        points(loss),
        rounded(these),
        rounded(those),
        100.0 * used(&scarcest),
        100.0 * these / those,
        verdict(met)
    )
}

/// No training of the network takes longer than 60 ns.
fn fast(study: &Study, name: &str, (word, arithmetic): (&str, Arithmetic)) -> String {
    let row = study.row(name);
    let slowest =
        row.trained.iter().map(|one| crate::study::hardware(one, arithmetic).latency_ns).fold(0.0, f64::max);
    let mhz = short(study.example.hardware.clock_mhz);
    format!(
        "| {name} ≤ 60 ns at {mhz} MHz | `{word}` | | {} ns, the slowest {} ns | {} |\n",
        number::spread(row.hardware(arithmetic, |h| h.latency_ns), |x| format!("{x:.1}")),
        short(slowest),
        verdict(slowest <= 60.0)
    )
}

/// A difference of accuracies in points.
pub(crate) fn points(difference: Spread) -> String {
    let Spread { mean, deviation } = difference.times(100.0);
    let deviation = deviation.map_or(String::new(), |deviation| format!(" ± {deviation:.2}"));
    format!("{mean:+.2}{deviation}").replace('-', "−")
}
