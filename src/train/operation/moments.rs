//! Mean and variance of each channel over a batch that is cut into shards, and the moving ones that follow them.
//!
//! ```text
//! shard     mean and Σ(x − mean)² of each channel, around its first row: exact for a constant channel
//! batch     those of the shards, joined in their order (Chan, Golub and LeVeque, 1979)
//! moving    moving − (moving − batch) · (1 − momentum), as Keras has it
//! ```

use super::rows;

/// What a batch is like, channel by channel.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Moments {
    /// Numbers of each channel.
    pub count: usize,
    /// Their mean.
    pub mean: Vec<f64>,
    /// The sum of their squared distances from it.
    pub spread: Vec<f64>,
}

impl Moments {
    /// Those of one shard: `x` holds `channels` numbers in each row, at least one row.
    pub fn of(x: &[f32], channels: usize) -> Moments {
        let first = &x[..channels];
        let (mut sums, mut squares) = (vec![0.0; channels], vec![0.0; channels]);
        rows::add_squares(x, first, &mut sums, &mut squares);
        Moments::around(first, &sums, &squares, x.len() / channels)
    }

    /// From sums of `x − first` and of its square.
    fn around(first: &[f32], sums: &[f64], squares: &[f64], count: usize) -> Moments {
        let n = real(count);
        let mean = first.iter().zip(sums).map(|(first, sum)| f64::from(*first) + sum / n).collect();
        let spread =
            sums.iter().zip(squares).map(|(sum, square)| (square - sum * sum / n).max(0.0)).collect();
        Moments { count, mean, spread }
    }

    /// As the sums of a shard: means, then spreads.
    pub fn to_sums(mut self) -> Vec<f64> {
        self.mean.append(&mut self.spread);
        self.mean
    }

    /// Those of a batch, from the [`Moments::to_sums`] of its shards, in order, with the numbers a channel has in each.
    pub fn of_shards<'a>(shards: impl Iterator<Item = (usize, &'a [f64])>) -> Moments {
        shards
            .map(|(count, sums)| Moments::from_sums(count, sums))
            .reduce(Moments::joined)
            .unwrap_or_default()
    }

    fn from_sums(count: usize, sums: &[f64]) -> Moments {
        let (mean, spread) = sums.split_at(sums.len() / 2);
        Moments { count, mean: mean.to_vec(), spread: spread.to_vec() }
    }

    /// Those of this and what follows it.
    fn joined(mut self, next: Moments) -> Moments {
        let (here, there) = (real(self.count), real(next.count));
        let all = here + there;
        for (channel, (mean, spread)) in self.mean.iter_mut().zip(&mut self.spread).enumerate() {
            let between = next.mean[channel] - *mean;
            *mean += between * there / all;
            *spread += next.spread[channel] + between * between * here * there / all;
        }
        self.count += next.count;
        self
    }

    /// The mean of each channel.
    pub fn means(&self) -> Vec<f32> {
        self.mean.iter().map(|mean| single(*mean)).collect()
    }

    /// The variance of each channel: the mean square distance from the mean.
    pub fn variances(&self) -> Vec<f32> {
        self.divided(self.count)
    }

    /// The variance that is expected of what the batch was drawn from: Bessel's correction, as TensorFlow's fused
    /// batch normalization has it (a batch of one row is not corrected).
    pub fn corrected_variances(&self) -> Vec<f32> {
        self.divided((self.count - 1).max(1))
    }

    fn divided(&self, by: usize) -> Vec<f32> {
        self.spread.iter().map(|spread| single(spread / real(by))).collect()
    }
}

/// Lets the `moving` statistics follow a batch's: `momentum` of the old remains.
pub fn follow(moving: &mut [f32], batch: &[f32], momentum: f32) {
    let decay = single(1.0 - f64::from(momentum));
    moving.iter_mut().zip(batch).for_each(|(moving, batch)| *moving -= (*moving - batch) * decay);
}

/// The nearest f32.
#[expect(clippy::cast_possible_truncation, reason = "rounded")]
pub(super) fn single(x: f64) -> f32 {
    x as f32
}

/// A count as a number.
#[expect(clippy::cast_precision_loss, reason = "a batch has fewer than 2^53 rows")]
pub(super) fn real(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANNELS: usize = 2;
    const X: [f32; 10] = [1.0, -3.0, 4.0, -3.0, 6.0, -3.0, -1.0, -3.0, 0.0, -3.0];

    fn cut(rows: &[usize]) -> Moments {
        let mut rest = &X[..];
        let shards: Vec<(usize, Vec<f64>)> = rows
            .iter()
            .map(|rows| {
                let (shard, next) = rest.split_at(rows * CHANNELS);
                rest = next;
                (*rows, Moments::of(shard, CHANNELS).to_sums())
            })
            .collect();
        Moments::of_shards(shards.iter().map(|(rows, sums)| (*rows, sums.as_slice())))
    }

    #[test]
    fn shards_join_to_the_batch() {
        for rows in [&[5][..], &[2, 2, 1], &[1, 4], &[1, 1, 1, 1, 1]] {
            let moments = cut(rows);
            assert_eq!((moments.count, moments.means()), (5, vec![2.0, -3.0]), "{rows:?}");
            // 1 + 4 + 16 + 9 + 4 = 34
            assert!((moments.spread[0] - 34.0).abs() < 1e-12, "{rows:?}: {moments:?}");
            assert_eq!(moments.variances(), [6.8, 0.0]);
            assert_eq!(moments.corrected_variances(), [8.5, 0.0]);
        }
    }

    #[test]
    fn a_mean_far_from_zero_leaves_the_variance() {
        let x: Vec<f32> = (0..1000).map(|i| 1.0e6 + if i % 2 == 0 { 0.5 } else { -0.5 }).collect();
        assert_eq!(Moments::of(&x, 1).variances(), [0.25]);
    }

    #[test]
    fn one_row_varies_by_nothing() {
        let moments = Moments::of(&[3.0], 1);
        assert_eq!((moments.variances(), moments.corrected_variances()), (vec![0.0], vec![0.0]));
    }

    #[test]
    fn moving_statistics_keep_the_momentum() {
        let mut moving = vec![1.0, 8.0];
        follow(&mut moving, &[5.0, 8.0], 0.75);
        assert_eq!(moving, [2.0, 8.0]);
    }
}
