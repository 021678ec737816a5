//! Why a quantizer has no staircase over a range of integers, and what to write instead.

use super::levels::{MOST_LEVELS, MOST_TRIED};
use crate::fixed::{MAX_WIDTH, TooWide};

/// Why a quantizer cannot be followed over a range of integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoStairs {
    /// A level for almost every integer.
    #[error("it takes more than {MOST_LEVELS} levels there")]
    TooMany,
    /// It falls somewhere, so that halving does not find its steps.
    #[error("it falls as well as rises, so that each integer is tried, and there are more than {MOST_TRIED}")]
    Untried,
    /// Levels too small and too large for one grid.
    #[error(
        "its levels from ±2^{least} to below ±2^{beyond} take {} bits on one grid, more than {MAX_WIDTH}",
        beyond - least + 1
    )]
    TooFine {
        /// The exponent of the last place of the finest level.
        least: i32,
        /// One above the exponent of the first place of the greatest level.
        beyond: i32,
    },
    /// A single value too wide.
    #[error(transparent)]
    TooWide(#[from] TooWide),
}

impl NoStairs {
    /// What to write instead.
    pub fn help(self) -> &'static str {
        match self {
            NoStairs::TooMany => {
                "write an `alpha` that is a power of two, or fewer bits, or put a quantized_bits activation of at \
                 most 12 bits before it"
            }
            NoStairs::Untried => "put a quantized_bits activation of at most 16 bits before it",
            NoStairs::TooFine { .. } => "give it fewer bits, so that its exponents lie closer together",
            NoStairs::TooWide(_) => "put a quantized_bits activation before it, or give it fewer bits",
        }
    }
}
