//! How good weights are at their task, on the validation events.

use crate::config::search::Metric;
use crate::config::{Config, Weights};
use crate::emulate::fast::Integer;
use crate::flow::lessons::Lessons;
use crate::flow::scores::Scorer;
use crate::flow::{Failure, evaluate};
use crate::metrics::Score;
use crate::metrics::evaluation::Evaluation;
use crate::{graph, lower};

/// The `metric` of the exact net of `config` with `weights`.
///
/// # Errors
/// A layer without an exact form; outputs too wide to be compared.
pub fn of_exact(
    metric: Metric,
    config: &Config,
    weights: &Weights,
    lessons: &Lessons,
) -> Result<f64, Failure> {
    let mut config = config.clone();
    config.output.argmax = false;
    let graph = config.graph(weights)?;
    graph::validate(&graph)?;
    let net = lower::lower(&graph)?;
    let scorer = Scorer::new(&net);
    let (integers, labels) = (&lessons.validation_integers, &lessons.validation.y);
    let found = if scorer.fits_64_bits() {
        evaluated(&config, &scorer, metric, integers, labels)?
    } else {
        let wide: Vec<i128> = integers.iter().map(|v| i128::from(*v)).collect();
        evaluated(&config, &scorer, metric, &wide, labels)?
    };
    Ok(of(metric, &found))
}

fn evaluated<T: Integer + Score>(
    config: &Config,
    scorer: &Scorer,
    metric: Metric,
    integers: &[T],
    labels: &[u32],
) -> Result<Evaluation, Failure> {
    let scores = scorer.scores(integers, labels.len())?;
    let opposite = |score: T| T::wrap(-score.wide());
    Ok(evaluate::of_scores(&scores, config, labels, &rates(metric), opposite))
}

/// The rates of background at which `metric` wants efficiencies.
pub(super) fn rates(metric: Metric) -> Vec<f64> {
    match metric {
        Metric::Efficiency(rate) => vec![rate],
        Metric::Accuracy | Metric::Auc => Vec::new(),
    }
}

/// The `metric` among the figures of a network, evaluated at its [`rates`].
pub(super) fn of(metric: Metric, found: &Evaluation) -> f64 {
    match metric {
        Metric::Accuracy => found.accuracy,
        Metric::Auc => mean_auc(found),
        Metric::Efficiency(_) => {
            mean(found.efficiency.iter().filter_map(|of_class| of_class.first().copied()))
        }
    }
}

/// The mean area under the curves of all classes that have events on both sides.
pub fn mean_auc(found: &Evaluation) -> f64 {
    mean(found.auc.iter().copied().flatten())
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    if count == 0.0 { 0.0 } else { sum / count }
}
