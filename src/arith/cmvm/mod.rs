//! Which shifts and additions a constant matrix takes (constant-matrix-vector multiplication).
//!
//! | file | answers |
//! |---|---|
//! | [`digits`] | rows of a matrix as signed, shifted values |
//! | [`factor`] | which row is cheaper as another row plus a difference |
//! | [`pairs`] | which sums of two several rows share |
//! | [`build`] | the program as values of a net, without negative numbers |
//! | [`tree`] | the order in which a row's pieces are added up |
//!
//! Two steps, as in the literature on distributed arithmetic (Aksoy et al.; Kumm): rows become differences to
//! other rows where that saves digits, then the pair of pieces that saves most is computed once, again and
//! again. What is left of a row is added up in a tree.

pub mod build;
pub mod digits;
pub mod factor;
pub mod pairs;
pub mod tree;

pub use digits::{Piece, Program};

/// How a matrix is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// How many differences may follow one another from a row to the rows it is made of; 0: none at all.
    pub differences: u32,
    /// What adding up one bit less in a row is worth, in eighths of a LUT.
    pub eighths_a_bit: i64,
    /// How many additions deep a shared pair may be, so that rows do not become much deeper than without.
    pub deepest: u32,
}

/// A program for the matrix with these rows, on inputs that reach `ranges` above their least values.
pub fn solve(rows: &[Vec<i128>], ranges: &[i128], effort: Effort) -> Program {
    let parents = factor::parents(rows, effort.differences);
    let mut program = digits::program(rows, &parents);
    pairs::share(&mut program, rows, ranges, effort);
    program
}
