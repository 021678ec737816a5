//! How well estimates go with counts.

/// The number of networks, Spearman's rank correlation, median and greatest relative error, of (estimate, count).
pub(crate) fn summary(pairs: &[(f64, f64)]) -> String {
    if pairs.len() < 2 {
        return format!("{} networks: too few to be ranked", pairs.len());
    }
    let mut errors: Vec<f64> =
        pairs.iter().map(|(estimate, count)| 100.0 * (estimate / count - 1.0).abs()).collect();
    errors.sort_by(f64::total_cmp);
    format!(
        "{} networks: Spearman {:.4}, relative error {:.1} % at the median, {:.1} % at most",
        pairs.len(),
        spearman(pairs),
        f64::midpoint(errors[(errors.len() - 1) / 2], errors[errors.len() / 2]),
        errors[errors.len() - 1]
    )
}

/// The correlation of ranks; equal values share the mean of theirs.
fn spearman(pairs: &[(f64, f64)]) -> f64 {
    let (x, y): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let (x, y) = (centred(&ranks(&x)), centred(&ranks(&y)));
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    product(&x, &y) / (product(&x, &x) * product(&y, &y)).sqrt()
}

#[expect(clippy::cast_precision_loss, reason = "few values")]
fn ranks(values: &[f64]) -> Vec<f64> {
    let count = |holds: &dyn Fn(f64) -> bool| values.iter().filter(|v| holds(**v)).count() as f64;
    values.iter().map(|value| count(&|v| v < *value) + count(&|v| v <= *value)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "few values")]
fn centred(values: &[f64]) -> Vec<f64> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| value - mean).collect()
}
