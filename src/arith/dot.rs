//! Constant matrices become shifts and additions, or multipliers.
//!
//! ```text
//! v2: s6 = dot v0 * 5, v1 * 3, 1          v2 = add v0, v0 << 2
//!                                    →    v3 = add v1, v1 << 1
//!                                         v4 = add3 v2, v3, 1
//! ```
//!
//! The dot products of one layer that do not depend on one another are the rows of one matrix, so that they can
//! share. Values come out in another order: a matrix stands where all its inputs are known.

use super::cmvm::{self, Effort, build};
use super::rewrite::fitted;
use super::{Arithmetic, Options, Pass, cost, csd, multiply, remove_dead::RemoveDead};
use crate::fixed::Interval;
use crate::net::{Id, Input, Layer, Net, Op};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Makes each layer's dot products, and products by constants, of what [`Options`] say.
#[derive(Debug, Clone)]
pub struct Dot(pub Options);

impl Pass for Dot {
    fn name(&self) -> &'static str {
        "dot"
    }

    fn run(&self, net: &Net) -> Net {
        let levels = levels(net);
        let mut rebuild =
            Rebuild { options: &self.0, old: net, new: Net::shell_of(net), names: vec![None; net.len()] };
        for level in 0..=levels.iter().copied().max().unwrap_or(0) {
            let here: Vec<Id> = net.ids().filter(|id| levels[id.index()] == level).collect();
            let (products, others): (Vec<Id>, Vec<Id>) =
                here.into_iter().partition(|id| is_product(net.op(*id)));
            rebuild.matrices(&products);
            for id in others {
                rebuild.keep(id);
            }
        }
        rebuild.finish()
    }
}

fn is_product(op: &Op) -> bool {
    matches!(op, Op::Dot { .. } | Op::Mul { .. })
}

/// How many products lie on the way to each value, itself included.
fn levels(net: &Net) -> Vec<u32> {
    let mut levels: Vec<u32> = Vec::with_capacity(net.len());
    for op in &net.ops {
        let before = op.operands().into_iter().map(|id| levels[id.index()]).max().unwrap_or(0);
        levels.push(before + u32::from(is_product(op)));
    }
    levels
}

struct Rebuild<'a> {
    options: &'a Options,
    old: &'a Net,
    new: Net,
    names: Vec<Option<Id>>,
}

impl Rebuild<'_> {
    fn name(&self, id: Id) -> Id {
        self.names[id.index()].expect("operands are rebuilt before their readers")
    }

    fn keep(&mut self, id: Id) {
        let op = fitted(&self.new, self.old.op(id).renamed(|operand| self.name(operand)));
        let name = self.new.push_with(op, self.old.interval(id), self.old.layer_of(id));
        self.names[id.index()] = Some(name);
    }

    /// The products of one level, a matrix for each layer.
    fn matrices(&mut self, products: &[Id]) {
        let mut by_layer: BTreeMap<Layer, Vec<Id>> = BTreeMap::new();
        for id in products {
            by_layer.entry(self.old.layer_of(*id)).or_default().push(*id);
        }
        for (layer, rows) in by_layer {
            let matrix = Matrix::of(self, &rows);
            let results = match self.options.arithmetic_of(layer) {
                Arithmetic::Multiply => None,
                Arithmetic::ShiftAdd => matrix.as_additions(&mut self.new, layer, self.options),
            };
            let results = results.unwrap_or_else(|| multiply::rows(&mut self.new, &matrix, layer));
            for (old, new) in rows.iter().zip(results) {
                self.names[old.index()] = Some(self.narrowed(new, self.old.interval(*old), layer));
            }
        }
    }

    /// A row's value, with what was known of its interval.
    fn narrowed(&mut self, row: Id, known: Interval, layer: Layer) -> Id {
        let common =
            self.new.interval(row).intersection(known).expect("a row reaches what it reached before");
        if common == self.new.interval(row) {
            return row;
        }
        // The row may be a value that others read too.
        self.new.push_with(Op::Shl { a: row, shift: 0 }, common, layer)
    }

    fn finish(mut self) -> Net {
        for output in &self.old.outputs {
            let id = self.name(output.id);
            self.new.push_output(output.name.clone(), output.frac, id);
        }
        self.new
    }
}

/// Dot products over the same inputs.
#[derive(Debug, Clone)]
pub struct Matrix {
    /// The values that the columns belong to.
    pub inputs: Vec<Id>,
    /// One weight for each input, 0 where a row does not read it.
    pub rows: Vec<Vec<i128>>,
    /// What is added to each row.
    pub constants: Vec<i128>,
}

impl Matrix {
    fn of(rebuild: &Rebuild, products: &[Id]) -> Matrix {
        let sums: Vec<(Vec<(Id, i128)>, i128)> = products
            .iter()
            .map(|id| match rebuild.old.op(*id) {
                Op::Dot { terms, constant } => (terms.clone(), *constant),
                Op::Mul { a, factor } => (vec![(*a, *factor)], 0),
                other => unreachable!("`{}` is no product", other.word()),
            })
            .collect();
        let inputs: BTreeSet<Id> =
            sums.iter().flat_map(|(terms, _)| terms.iter().map(|(id, _)| *id)).collect();
        let places: BTreeMap<Id, usize> = inputs.into_iter().enumerate().map(|(i, id)| (id, i)).collect();
        let row = |(terms, _): &(Vec<(Id, i128)>, i128)| {
            let mut row = vec![0; places.len()];
            for (id, weight) in terms {
                row[places[id]] += weight;
            }
            row
        };
        Matrix {
            rows: sums.iter().map(row).collect(),
            constants: sums.iter().map(|(_, constant)| *constant).collect(),
            inputs: places.into_keys().map(|id| rebuild.name(id)).collect(),
        }
    }

    /// The rows as shifts and additions; `None` if a partial sum would not fit 127 bits.
    fn as_additions(&self, net: &mut Net, layer: Layer, options: &Options) -> Option<Vec<Id>> {
        let ranges: Vec<i128> =
            self.inputs.iter().map(|id| range(net.interval(*id))).collect::<Option<_>>()?;
        let here: &Net = net;
        let programs = efforts(&self.rows).par_iter().map(|effort| cmvm::solve(&self.rows, &ranges, *effort));
        let priced = programs.filter_map(|program| Some((self.price(here, &program, options)?, program)));
        let priced: Vec<(f64, cmvm::Program)> = priced.collect();
        let (_, best) = priced.into_iter().min_by(|(a, _), (b, _)| a.total_cmp(b))?;
        let built = build::build(net, &best, &self.inputs, &self.constants, layer, &options.family);
        Some(built.expect("what fitted alone fits here").rows)
    }

    /// What a program costs: LUTs, and a percent of them for each nanosecond. `None` if it does not fit 127 bits.
    fn price(&self, net: &Net, program: &cmvm::Program, options: &Options) -> Option<f64> {
        let mut alone = Net::default();
        let layer = alone.layer_named("matrix");
        let port = |id: &Id| Input { name: id.to_string(), frac: 0, interval: net.interval(*id) };
        let ports: Vec<Input> = self.inputs.iter().map(port).collect();
        let inputs: Vec<Id> = ports.into_iter().map(|input| alone.push_input(input, layer)).collect();
        let built =
            build::build(&mut alone, program, &inputs, &self.constants, layer, &options.family).ok()?;
        for id in built.rows {
            alone.push_output(id.to_string(), 0, id);
        }
        let luts = cost::total(&RemoveDead.run(&alone), &options.family);
        let ns = f64::from(built.level) / f64::from(build::LEVELS_OF_TWO) * options.family.carry_chain_ns(12);
        Some(luts * (1.0 + 0.01 * ns))
    }
}

/// The searches that are tried, the most promising first; the cheapest result is taken.
const EFFORTS: [Effort; 4] = [
    Effort { differences: 0, eighths_a_bit: 7, deepest: 3 },
    Effort { differences: 0, eighths_a_bit: 6, deepest: 2 },
    Effort { differences: 0, eighths_a_bit: 6, deepest: 4 },
    Effort { differences: 1, eighths_a_bit: 6, deepest: 2 },
];

/// How many pairs of pieces all searches of a matrix together may count: large matrices get fewer of them.
const PAIRS_IN_ALL: usize = 2_000_000;

/// The searches for a matrix with these rows.
fn efforts(rows: &[Vec<i128>]) -> &'static [Effort] {
    let pieces = |row: &Vec<i128>| row.iter().map(|weight| csd::count(*weight) as usize).sum::<usize>();
    let pairs: usize = rows.iter().map(|row| pieces(row).pow(2) / 2).sum();
    &EFFORTS[..(PAIRS_IN_ALL / pairs.max(1)).clamp(1, EFFORTS.len())]
}

fn range(interval: Interval) -> Option<i128> {
    interval.hi.checked_sub(interval.lo)
}
