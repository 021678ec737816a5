//! Loops over rows whose numbers belong to one channel each; factors, sums and offsets are rows too, one number for each
//! channel.

use super::moments::single;
use multiversion::multiversion;

/// `y = x · factors + offsets`
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn affine(x: &[f32], factors: &[f32], offsets: &[f32], y: &mut [f32]) {
    for (y, x) in y.chunks_exact_mut(factors.len()).zip(x.chunks_exact(factors.len())) {
        for (((y, x), factor), offset) in y.iter_mut().zip(x).zip(factors).zip(offsets) {
            *y = x * factor + offset;
        }
    }
}

/// `x = (x − centres) · factors + offsets`
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn affine_around(x: &mut [f32], centres: &[f32], factors: &[f32], offsets: &[f32]) {
    for x in x.chunks_exact_mut(centres.len()) {
        for (((x, centre), factor), offset) in x.iter_mut().zip(centres).zip(factors).zip(offsets) {
            *x = (*x - centre) * factor + offset;
        }
    }
}

/// `x = x · factors`
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn multiply(x: &mut [f32], factors: &[f32]) {
    for x in x.chunks_exact_mut(factors.len()) {
        x.iter_mut().zip(factors).for_each(|(x, factor)| *x *= factor);
    }
}

/// `x = x + offsets`
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn add(x: &mut [f32], offsets: &[f32]) {
    for x in x.chunks_exact_mut(offsets.len()) {
        x.iter_mut().zip(offsets).for_each(|(x, offset)| *x += offset);
    }
}

/// `y = y + x · factors`
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn add_multiple(y: &mut [f32], x: &[f32], factors: &[f32]) {
    for (y, x) in y.chunks_exact_mut(factors.len()).zip(x.chunks_exact(factors.len())) {
        y.iter_mut().zip(x).zip(factors).for_each(|((y, x), factor)| *y += x * factor);
    }
}

/// The sum of all rows.
pub(super) fn sum(x: &[f32], channels: usize) -> Vec<f32> {
    let mut sums = vec![0.0; channels];
    add_rows(x, &mut sums);
    sums.into_iter().map(single).collect()
}

#[multiversion(targets("x86_64+avx2+fma"))]
fn add_rows(x: &[f32], sums: &mut [f64]) {
    for x in x.chunks_exact(sums.len()) {
        sums.iter_mut().zip(x).for_each(|(sum, x)| *sum += f64::from(*x));
    }
}

/// Adds `x − centres` to `sums` and its square to `squares`.
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn add_squares(x: &[f32], centres: &[f32], sums: &mut [f64], squares: &mut [f64]) {
    for x in x.chunks_exact(centres.len()) {
        for (((sum, square), x), centre) in sums.iter_mut().zip(squares.iter_mut()).zip(x).zip(centres) {
            let distance = f64::from(*x) - f64::from(*centre);
            *sum += distance;
            *square += distance * distance;
        }
    }
}

/// Adds `y` to `sums` and `y · (x − centres)` to `products`.
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn add_products(x: &[f32], centres: &[f32], y: &[f32], sums: &mut [f64], products: &mut [f64]) {
    for (x, y) in x.chunks_exact(centres.len()).zip(y.chunks_exact(centres.len())) {
        let totals = sums.iter_mut().zip(products.iter_mut());
        for (((x, centre), y), (sum, product)) in x.iter().zip(centres).zip(y).zip(totals) {
            let y = f64::from(*y);
            *sum += y;
            *product += y * (f64::from(*x) - f64::from(*centre));
        }
    }
}

/// The sum of the shards' sums, in their order.
pub(super) fn summed(sums: &[(usize, Vec<f64>)]) -> Vec<f32> {
    let mut total = vec![0.0; sums.first().map_or(0, |(_, first)| first.len())];
    for (_, sums) in sums {
        total.iter_mut().zip(sums).for_each(|(total, sum)| *total += sum);
    }
    total.into_iter().map(single).collect()
}

/// The products of two rows, element by element.
pub(super) fn products(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b).map(|(a, b)| a * b).collect()
}

/// Their sums.
pub(super) fn sums(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

/// `x · factors`
pub(super) fn each_row(x: &[f32], factors: &[f32]) -> Vec<f32> {
    let mut y = x.to_vec();
    multiply(&mut y, factors);
    y
}
