//! How a network is written down and read back.
//!
//! ```text
//! layer fc1
//! v0: s8 = input x0 frac 5        an input port, its name, its fraction digits
//! v1: s8 -100..100 = input x1     the interval, where it is not all of s8
//! v2: s10 = add v0, v1 << 1
//! v3: u3 = clamp v2, 0, 7
//! output v3 y0 frac 2
//! ```
//!
//! `; …` is a comment. Without a `layer` line values belong to a layer named `net`, without a name a port
//! is `x0`, `x1`, … or `y0`, `y1`, …, without `frac` it has no fraction digits.

mod read;

use super::{Id, Net, Op};
use crate::fixed::{Interval, MAX_WIDTH};
pub use read::{TextError, read};
use std::fmt::{self, Write};

/// The text of `net`; [`read`] gives the same net back.
pub fn write(net: &Net) -> String {
    let mut text = String::new();
    let mut layer = None;
    for id in net.ids() {
        if layer != Some(net.layer_of(id)) {
            layer = Some(net.layer_of(id));
            let _ = writeln!(text, "layer {}", word(&net.layers[net.layer_of(id).index()]));
        }
        let _ = writeln!(text, "{}", line(net, id));
    }
    for output in &net.outputs {
        let _ = writeln!(text, "output {} {}{}", output.id, word(&output.name), frac(output.frac));
    }
    text
}

/// The line of one value: `v2: s10 = add v0, v1 << 1`.
pub fn line(net: &Net, id: Id) -> String {
    let port = match net.op(id) {
        Op::Input(n) => format!(" {}{}", word(&net.inputs[*n].name), frac(net.inputs[*n].frac)),
        _ => String::new(),
    };
    format!("{id}: {} = {}{port}", kind(net.interval(id)), net.op(id))
}

/// `s8`, or `s8 -100..100` where not every integer of the width occurs.
pub fn kind(interval: Interval) -> String {
    let (signed, width) = (interval.signed(), interval.width());
    let short = format!("{}{width}", if signed { 's' } else { 'u' });
    if width <= MAX_WIDTH && interval == Interval::of_width(signed, width) {
        return short;
    }
    format!("{short} {interval}")
}

/// A name as one word: other characters than these become `_`, and so does a name that would not be read as one.
fn word(name: &str) -> String {
    let ok = |c: char| c.is_alphanumeric() || "_-.[]/".contains(c);
    let word: String = name.chars().map(|c| if ok(c) { c } else { '_' }).collect();
    if word.is_empty() || word == "frac" { format!("{word}_") } else { word }
}

fn frac(frac: i32) -> String {
    if frac == 0 { String::new() } else { format!(" frac {frac}") }
}

fn by(id: Id, shift: u32) -> String {
    if shift == 0 { id.to_string() } else { format!("{id} << {shift}") }
}

/// The operation without the value it defines: `add v0, v1 << 1`.
impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())?;
        match self {
            Op::Input(_) => Ok(()),
            Op::Const(v) => write!(f, " {v}"),
            Op::Dot { terms, constant } => {
                terms.iter().try_for_each(|(id, weight)| write!(f, " {id} * {weight},"))?;
                write!(f, " {constant}")
            }
            Op::Add { a, shift_a, b, shift_b } | Op::Sub { a, shift_a, b, shift_b } => {
                write!(f, " {}, {}", by(*a, *shift_a), by(*b, *shift_b))
            }
            Op::Add3(terms) => {
                let all = terms
                    .iter()
                    .map(|t| format!("{}{}", if t.negative { "-" } else { "" }, by(t.id, t.shift)));
                write!(f, " {}", all.collect::<Vec<_>>().join(", "))
            }
            Op::Mul { a, factor } => write!(f, " {a}, {factor}"),
            Op::Shl { a, shift } | Op::Shr { a, shift } => write!(f, " {a}, {shift}"),
            Op::Bit { a, index } => write!(f, " {a}, {index}"),
            Op::Any { a, mask } => write!(f, " {a}, {mask}"),
            Op::Clamp { a, lo, hi } => write!(f, " {a}, {lo}, {hi}"),
            Op::AtLeast { a, threshold } => write!(f, " {a}, {threshold}"),
            Op::Greater { a, b } => write!(f, " {a}, {b}"),
            Op::Select { condition, on_true, on_false } => write!(f, " {condition}, {on_true}, {on_false}"),
            Op::Table { a, first, entries } => {
                let all: Vec<String> = entries.iter().map(ToString::to_string).collect();
                write!(f, " {a}, {first}, [{}]", all.join(" "))
            }
        }
    }
}
