//! Products of matrices in slices.

use gemm::Parallelism;

/// A matrix in a slice.
#[derive(Debug, Clone, Copy)]
pub struct Matrix<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    /// From one row to the next.
    row_step: isize,
    /// From one column to the next.
    column_step: isize,
}

impl<'a> Matrix<'a> {
    /// The matrix whose rows, each of `columns`, stand one after another in `values`.
    ///
    /// # Panics
    /// If `values` does not hold whole rows.
    pub fn new(values: &'a [f32], columns: usize) -> Matrix<'a> {
        assert!(columns > 0 && values.len().is_multiple_of(columns), "whole rows");
        let row_step = isize::try_from(columns).expect("a slice is no longer than isize::MAX");
        Matrix { values, rows: values.len() / columns, columns, row_step, column_step: 1 }
    }

    /// Its columns as rows.
    #[must_use]
    pub fn transposed(self) -> Matrix<'a> {
        let Matrix { values, rows, columns, row_step, column_step } = self;
        Matrix { values, rows: columns, columns: rows, row_step: column_step, column_step: row_step }
    }
}

/// The product of `a` and `b` into `product`, row major. The same bits for the same numbers on one kind of processor.
///
/// # Panics
/// If the columns of `a` are not the rows of `b`, or `product` has another size.
#[expect(unsafe_code, reason = "gemm's only interface takes pointers; every size is checked above the call")]
pub fn multiply(a: Matrix, b: Matrix, product: &mut [f32]) {
    assert_eq!(a.columns, b.rows, "columns of the left factor, rows of the right one");
    assert_eq!(Some(product.len()), a.rows.checked_mul(b.columns), "the product's size");
    // SAFETY: `product` has a.rows × b.columns elements, row major. `a` and `b` are made by `Matrix::new` and
    // `transposed` alone, so their slices hold rows × columns elements at their steps. A `&mut` overlaps nothing.
    unsafe {
        gemm::gemm(
            a.rows,
            b.columns,
            a.columns,
            product.as_mut_ptr(),
            1,
            isize::try_from(b.columns).expect("a slice is no longer than isize::MAX"),
            false,
            a.values.as_ptr(),
            a.column_step,
            a.row_step,
            b.values.as_ptr(),
            b.column_step,
            b.row_step,
            0.0,
            1.0,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Small integers: every sum is exact, whatever the order.
    #[expect(clippy::cast_precision_loss, reason = "less than 17")]
    fn integers(count: usize, seed: usize) -> Vec<f32> {
        (0..count).map(|i| ((i * 37 + seed * 11) % 17) as f32 - 8.0).collect()
    }

    fn by_hand(a: &Matrix, b: &Matrix) -> Vec<f32> {
        let at = |m: &Matrix, r: usize, c: usize| {
            m.values[r * usize::try_from(m.row_step).unwrap() + c * usize::try_from(m.column_step).unwrap()]
        };
        let element = |r, c| (0..a.columns).map(|k| at(a, r, k) * at(b, k, c)).sum();
        (0..a.rows).flat_map(|r| (0..b.columns).map(move |c| (r, c))).map(|(r, c)| element(r, c)).collect()
    }

    proptest! {
        #[test]
        fn it_is_the_product(rows in 1_usize..40, inner in 1_usize..40, columns in 1_usize..40, which in 0..4) {
            let (x, y) = (integers(rows * inner, 1), integers(inner * columns, 2));
            let a = if which & 1 == 0 { Matrix::new(&x, inner) } else { Matrix::new(&x, rows).transposed() };
            let b = if which & 2 == 0 { Matrix::new(&y, columns) } else { Matrix::new(&y, inner).transposed() };
            let mut product = vec![f32::NAN; rows * columns];
            multiply(a, b, &mut product);
            prop_assert_eq!(product, by_hand(&a, &b));
        }
    }
}
