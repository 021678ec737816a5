//! Runs one operation over shards of rows, as the engine does, and differentiates it by hand.

use super::{How, Operation, Scratch};
use crate::data::random::Random;
use crate::train::parameters::{Parameter, ParameterId, Parameters, Role};

/// What one step computes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    pub(super) output: Vec<f32>,
    /// The gradient of what came in.
    pub(super) toward: Vec<f32>,
    /// The gradients of [`Operation::parameters`].
    pub(super) gradients: Vec<Vec<f32>>,
}

/// The first step of training.
pub(super) const FIRST: How = How::Training { step: 0, noise: None };

/// Adds a parameter.
pub(super) fn push(parameters: &mut Parameters, name: &str, values: Vec<f32>) -> ParameterId {
    let (name, shape, role) = (name.to_owned(), vec![values.len()], Role::Bias);
    parameters.push(Parameter { name, shape, role, values, bound: None })
}

/// Numbers from `−spread` to `spread`, around `centre`.
pub(super) fn numbers(seed: u64, count: usize, centre: f32, spread: f32) -> Vec<f32> {
    let mut random = Random::new(seed);
    (0..count).map(|_| centre + spread * (2.0 * random.unit() - 1.0)).collect()
}

/// The shards of a batch: those rows of `x`, rows × `width`, that `cut` says.
fn shards<'a>(x: &'a [f32], cut: &[usize]) -> Vec<&'a [f32]> {
    let width = x.len() / cut.iter().sum::<usize>();
    let mut rest = x;
    cut.iter().map(|rows| rest.split_off(..rows * width).expect("whole rows")).collect()
}

fn scratches(cut: &[usize]) -> Vec<Scratch> {
    let scratch = |(place, rows): (usize, &usize)| Scratch {
        rows: *rows,
        random: Some(Random::of(&[7, place as u64])),
        toward: vec![Vec::new()],
        ..Scratch::default()
    };
    cut.iter().enumerate().map(scratch).collect()
}

/// The output for `x`, cut into shards of so many rows.
pub(super) fn forward(
    operation: &mut dyn Operation,
    parameters: &Parameters,
    x: &[f32],
    cut: &[usize],
    how: How,
) -> Vec<f32> {
    run_forward(operation, parameters, &shards(x, cut), &mut scratches(cut), how)
}

fn run_forward(
    operation: &mut dyn Operation,
    parameters: &Parameters,
    x: &[&[f32]],
    scratches: &mut [Scratch],
    how: How,
) -> Vec<f32> {
    operation.prepare(parameters, how, &mut Random::new(3));
    if operation.gathers() {
        let gathered: Vec<(usize, Vec<f64>)> = x
            .iter()
            .zip(scratches.iter_mut())
            .map(|(x, scratch)| (scratch.rows, operation.gather(&[x], scratch)))
            .collect();
        operation.settle(&gathered);
    }
    let shard = |(x, scratch): (&&[f32], &mut Scratch)| {
        let mut output = vec![f32::NAN; scratch.rows * operation.width()];
        operation.forward(&[x], &mut output, scratch, how);
        output
    };
    x.iter().zip(scratches).flat_map(shard).collect()
}

/// A step of training with `slope` as the gradient of the output.
pub(super) fn step(
    operation: &mut dyn Operation,
    parameters: &Parameters,
    x: &[f32],
    slope: &[f32],
    cut: &[usize],
    how: How,
) -> Step {
    let (x, mut scratches) = (shards(x, cut), scratches(cut));
    let output = run_forward(operation, parameters, &x, &mut scratches, how);
    let mut slopes: Vec<Vec<f32>> = shards(slope, cut).into_iter().map(<[f32]>::to_vec).collect();
    if operation.gathers() {
        let rows = x.iter().zip(&mut slopes).zip(&mut scratches);
        let gathered: Vec<(usize, Vec<f64>)> = rows
            .map(|((x, slope), scratch)| (scratch.rows, operation.gather_back(&[x], slope, scratch)))
            .collect();
        operation.settle_back(&gathered);
    }
    for ((x, slope), scratch) in x.iter().zip(&mut slopes).zip(&mut scratches) {
        operation.backward(&[x], slope, &[true], scratch);
    }
    let toward = scratches.iter().flat_map(|scratch| scratch.toward[0].clone()).collect();
    let gradients = operation.finish(summed(scratches), parameters);
    Step { output, toward, gradients }
}

fn summed(scratches: Vec<Scratch>) -> Vec<Vec<f32>> {
    let mut partials = scratches.into_iter().map(|scratch| scratch.partial);
    let mut total = partials.next().expect("a batch has rows");
    for partial in partials {
        for (total, part) in total.iter_mut().zip(partial) {
            total.iter_mut().zip(part).for_each(|(total, part)| *total += part);
        }
    }
    total
}

/// Fails where a gradient is not what the output's change says, by more than a hundredth of the greatest.
pub(super) fn agrees_with_differences(
    operation: &mut dyn Operation,
    parameters: &mut Parameters,
    x: &[f32],
    slope: &[f32],
    how: How,
) {
    let rows = slope.len() / operation.width();
    let cut = [rows - rows / 3, rows / 3];
    let found = step(operation, parameters, x, slope, &cut, how);
    let mut moved = x.to_vec();
    let by_hand = differences(x.len(), |place, by| {
        moved[place] = x[place] + by;
        let loss = loss(operation, parameters, &moved, slope, how);
        moved[place] = x[place];
        loss
    });
    near(&found.toward, &by_hand, 1e-2, "x");
    for (id, gradient) in operation.parameters().into_iter().zip(&found.gradients) {
        let latent = parameters.values(id).to_vec();
        let by_hand = differences(latent.len(), |place, by| {
            parameters.values_mut(id)[place] = latent[place] + by;
            let loss = loss(operation, parameters, x, slope, how);
            parameters.values_mut(id)[place] = latent[place];
            loss
        });
        near(gradient, &by_hand, 1e-2, &parameters.get(id).name);
    }
}

fn loss(operation: &mut dyn Operation, parameters: &Parameters, x: &[f32], slope: &[f32], how: How) -> f64 {
    let rows = slope.len() / operation.width();
    let output = forward(operation, parameters, x, &[rows], how);
    output.iter().zip(slope).map(|(y, slope)| f64::from(*y) * f64::from(*slope)).sum()
}

/// The derivative at each of so many places, where `at` says the loss if that place is moved by something.
fn differences(places: usize, mut at: impl FnMut(usize, f32) -> f64) -> Vec<f32> {
    const BY: f32 = 1.0 / 128.0;
    #[expect(clippy::cast_possible_truncation, reason = "a tolerance of a hundredth follows")]
    let each = |place| ((at(place, BY) - at(place, -BY)) / f64::from(2.0 * BY)) as f32;
    (0..places).map(each).collect()
}

/// Fails if `ours` is away from `theirs` by more than `tolerance` of the greatest of them, or of 1/4 if all are less.
pub(super) fn near(ours: &[f32], theirs: &[f32], tolerance: f32, what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    let greatest = theirs.iter().fold(0.25_f32, |greatest, x| greatest.max(x.abs()));
    for (place, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!((a - b).abs() <= tolerance * greatest, "{what}[{place}]: {a}, not {b}");
    }
}
