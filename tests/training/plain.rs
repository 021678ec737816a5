//! What a float network computes and how wrong it is, in plain loops of f64: written for reading, and by nothing of the
//! program.

use heteroq::config::training::Loss;
use heteroq::config::{Config, Function, Kind, Operand};
use heteroq::train::parameters::Parameters;

/// The numbers of each parameter.
pub(crate) type Numbers = Vec<Vec<f64>>;

pub(crate) fn numbers(parameters: &Parameters) -> Numbers {
    parameters.0.iter().map(|p| p.values.iter().map(|v| f64::from(*v)).collect()).collect()
}

/// The outputs of `config` for one event.
pub(crate) fn outputs(config: &Config, names: &Parameters, numbers: &Numbers, event: &[f64]) -> Vec<f64> {
    let named = |layer: &str, what: &str| {
        let place = names.0.iter().position(|p| p.name == format!("{layer}/{what}"));
        place.map(|place| numbers[place].as_slice())
    };
    let mut results: Vec<Vec<f64>> = Vec::new();
    for layer in &config.layers {
        let read = |operand: &Operand| match operand {
            Operand::Input => event.to_vec(),
            Operand::Layer(place) => results[*place].clone(),
        };
        let x: Vec<Vec<f64>> = layer.inputs.iter().map(read).collect();
        let mut y = match &layer.kind {
            Kind::Dense(dense) => {
                let kernel = named(&layer.name, "kernel").unwrap();
                let mut y = vec![0.0; dense.units];
                for unit in 0..dense.units {
                    for (i, x) in x[0].iter().enumerate() {
                        y[unit] += x * kernel[i * dense.units + unit];
                    }
                    if let Some(bias) = named(&layer.name, "bias") {
                        y[unit] += bias[unit];
                    }
                }
                y
            }
            Kind::Add => (0..x[0].len()).map(|i| x.iter().map(|x| x[i]).sum()).collect(),
            Kind::Concatenate => {
                // Along the last dimension: row by row, a piece of each.
                let rows: usize = layer.shape[..layer.shape.len() - 1].iter().product();
                let piece =
                    |x: &Vec<f64>, row: usize| x[row * x.len() / rows..(row + 1) * x.len() / rows].to_vec();
                (0..rows).flat_map(|row| x.iter().flat_map(move |x| piece(x, row))).collect()
            }
            Kind::Activation | Kind::Flatten | Kind::Dropout(_) => x[0].clone(),
            Kind::BatchNorm(_) => unreachable!("not in these networks"),
        };
        // At the end, both are in the loss.
        let ends = results.len() + 1 == config.layers.len();
        let in_loss = |function| ends && matches!(function, Function::Sigmoid | Function::Softmax);
        if let Some(float) = layer.float.filter(|float| !in_loss(float.function)) {
            y.iter_mut().for_each(|y| *y = curve(float.function, *y));
        }
        results.push(y);
    }
    results.pop().unwrap()
}

fn curve(function: Function, x: f64) -> f64 {
    match function {
        Function::Linear | Function::Softmax => x,
        Function::Relu => x.max(0.0),
        Function::Tanh => x.tanh(),
        Function::Sigmoid => 1.0 / (1.0 + (-x).exp()),
    }
}

/// The loss of an event with these outputs and this label.
pub(crate) fn loss(rule: Loss, y: &[f64], label: usize) -> f64 {
    let target = |place: usize| if y.len() == 1 { label == 1 } else { label == place };
    let softplus = |x: f64| (1.0 + x.exp()).ln();
    let mean = |of: &dyn Fn(usize) -> f64| (0..y.len()).map(of).sum::<f64>() / y.len() as f64;
    match rule {
        Loss::CrossEntropy => y.iter().map(|y| y.exp()).sum::<f64>().ln() - y[label],
        Loss::BinaryCrossEntropy => mean(&|j| if target(j) { softplus(-y[j]) } else { softplus(y[j]) }),
        Loss::MeanSquaredError => mean(&|j| (y[j] - f64::from(u8::from(target(j)))).powi(2)),
    }
}
