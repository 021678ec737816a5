//! How a net's text is read.

use crate::fixed::{Interval, MAX_WIDTH};
use crate::net::{Id, Input, Layer, Net, Op, Term};

/// A line that is not a net's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct TextError {
    /// Its number, from 1.
    pub line: usize,
    /// What was expected there.
    pub message: String,
}

/// The net that `text` describes. It is read as it stands; [`crate::net::validate()`] checks its rules.
///
/// # Errors
/// The first line that cannot be read.
pub fn read(text: &str) -> Result<Net, TextError> {
    let mut net = Net::default();
    let mut layer = None;
    for (number, full) in text.lines().enumerate() {
        let line = full.split(';').next().unwrap_or("").trim();
        if !line.is_empty() {
            let mut words = Words(tokens(line).into_iter());
            statement(&mut net, &mut layer, &mut words)
                .map_err(|message| TextError { line: number + 1, message })?;
        }
    }
    Ok(net)
}

/// One line: a layer, an output or a value.
fn statement(net: &mut Net, layer: &mut Option<Layer>, words: &mut Words) -> Result<(), String> {
    match words.next("a statement")?.as_str() {
        "layer" => *layer = Some(net.layer_named(&words.next("a layer's name")?)),
        "output" => {
            let id = words.id()?;
            let (name, frac) = words.port(&format!("y{}", net.outputs.len()))?;
            net.push_output(name, frac, id);
        }
        name => {
            if name != Id::new(net.len()).to_string() {
                return Err(format!("expected {}, the next value, found `{name}`", Id::new(net.len())));
            }
            words.expect(":")?;
            let interval = words.interval()?;
            words.expect("=")?;
            let layer = *layer.get_or_insert_with(|| net.layer_named("net"));
            value(net, layer, interval, words)?;
        }
    }
    words.end()
}

fn value(net: &mut Net, layer: Layer, interval: Interval, words: &mut Words) -> Result<(), String> {
    let word = words.next("an operation")?;
    if word == "input" {
        let (name, frac) = words.port(&format!("x{}", net.inputs.len()))?;
        net.push_input(Input { name, frac, interval }, layer);
    } else {
        let op = operation(&word, words)?;
        net.push_with(op, interval, layer);
    }
    Ok(())
}

fn operation(word: &str, words: &mut Words) -> Result<Op, String> {
    Ok(match word {
        "const" => Op::Const(words.number()?),
        "dot" => words.dot()?,
        "add" | "sub" => {
            let (a, shift_a) = words.shifted()?;
            words.expect(",")?;
            let (b, shift_b) = words.shifted()?;
            if word == "add" {
                Op::Add { a, shift_a, b, shift_b }
            } else {
                Op::Sub { a, shift_a, b, shift_b }
            }
        }
        "add3" => Op::Add3([words.term()?, words.comma_term()?, words.comma_term()?]),
        "mul" => Op::Mul { a: words.id()?, factor: words.comma_number()? },
        "shl" => Op::Shl { a: words.id()?, shift: words.comma_number()? },
        "shr" => Op::Shr { a: words.id()?, shift: words.comma_number()? },
        "bit" => Op::Bit { a: words.id()?, index: words.comma_number()? },
        "any" => Op::Any { a: words.id()?, mask: words.comma_number()? },
        "clamp" => Op::Clamp { a: words.id()?, lo: words.comma_number()?, hi: words.comma_number()? },
        "at_least" => Op::AtLeast { a: words.id()?, threshold: words.comma_number()? },
        "greater" => Op::Greater { a: words.id()?, b: words.comma_id()? },
        "select" => {
            Op::Select { condition: words.id()?, on_true: words.comma_id()?, on_false: words.comma_id()? }
        }
        "table" => {
            let (a, first) = (words.id()?, words.comma_number()?);
            Op::Table { a, first, entries: words.entries()?.into() }
        }
        other => return Err(format!("there is no operation `{other}`")),
    })
}

/// `v2: s10 -3..4` → `v2` `:` `s10` `-3..4`
fn tokens(line: &str) -> Vec<String> {
    let mut spaced = line.replace("<<", " << ");
    for mark in [",", "*", "="] {
        spaced = spaced.replace(mark, &format!(" {mark} "));
    }
    // A colon ends a value's name; brackets hold a table's entries unless they are part of a port's name.
    let spaced = spaced.replacen(": ", " : ", 1);
    spaced.split_whitespace().map(str::to_owned).collect()
}

/// What is left of a line.
struct Words(std::vec::IntoIter<String>);

impl Words {
    fn next(&mut self, what: &str) -> Result<String, String> {
        self.0.next().ok_or_else(|| format!("expected {what}"))
    }

    fn peek(&self) -> Option<&str> {
        self.0.as_slice().first().map(String::as_str)
    }

    fn expect(&mut self, mark: &str) -> Result<(), String> {
        let found = self.next(&format!("`{mark}`"))?;
        if found == mark { Ok(()) } else { Err(format!("expected `{mark}`, found `{found}`")) }
    }

    fn end(&mut self) -> Result<(), String> {
        self.0.next().map_or(Ok(()), |extra| Err(format!("`{extra}` is too much")))
    }

    fn number<T: std::str::FromStr>(&mut self) -> Result<T, String> {
        let word = self.next("a number")?;
        word.parse().map_err(|_| format!("`{word}` is no number that may stand here"))
    }

    fn comma_number<T: std::str::FromStr>(&mut self) -> Result<T, String> {
        self.expect(",")?;
        self.number()
    }

    fn id(&mut self) -> Result<Id, String> {
        let word = self.next("a value")?;
        let index = word.strip_prefix('v').and_then(|n| n.parse::<u32>().ok());
        index.map(|n| Id::new(n as usize)).ok_or_else(|| format!("`{word}` is no value"))
    }

    fn comma_id(&mut self) -> Result<Id, String> {
        self.expect(",")?;
        self.id()
    }

    /// `v1` or `v1 << 3`
    fn shifted(&mut self) -> Result<(Id, u32), String> {
        let id = self.id()?;
        if self.peek() != Some("<<") {
            return Ok((id, 0));
        }
        self.expect("<<")?;
        Ok((id, self.number()?))
    }

    /// `-v1 << 3`
    fn term(&mut self) -> Result<Term, String> {
        let negative = self.peek().is_some_and(|w| w.starts_with('-'));
        if negative && let Some(word) = self.0.as_slice().first() {
            let mut rest = vec![word[1..].to_owned()];
            rest.extend_from_slice(&self.0.as_slice()[1..]);
            self.0 = rest.into_iter();
        }
        let (id, shift) = self.shifted()?;
        Ok(Term { id, shift, negative })
    }

    fn comma_term(&mut self) -> Result<Term, String> {
        self.expect(",")?;
        self.term()
    }

    /// `v0 * 3, v1 * -5, 7`
    fn dot(&mut self) -> Result<Op, String> {
        let mut terms = Vec::new();
        while self.peek().is_some_and(|w| w.starts_with('v')) {
            let id = self.id()?;
            self.expect("*")?;
            terms.push((id, self.number()?));
            self.expect(",")?;
        }
        Ok(Op::Dot { terms, constant: self.number()? })
    }

    /// `, [1 2 3]`
    fn entries(&mut self) -> Result<Vec<i128>, String> {
        self.expect(",")?;
        let list = self.0.by_ref().collect::<Vec<_>>().join(" ");
        let inner = list.strip_prefix('[').and_then(|l| l.strip_suffix(']'));
        let inner = inner.ok_or("expected a table's entries in brackets")?;
        inner.split_whitespace().map(|w| w.parse().map_err(|_| format!("`{w}` is no entry"))).collect()
    }

    /// `s8` or `s8 -100..100`
    fn interval(&mut self) -> Result<Interval, String> {
        let word = self.next("a width")?;
        let full = width(&word).ok_or_else(|| format!("`{word}` is no width such as s8 or u3"))?;
        let Some((lo, hi)) = self.peek().and_then(|w| w.split_once("..")) else { return Ok(full) };
        let end = |w: &str| w.parse::<i128>().map_err(|_| format!("`{w}` is no number"));
        let interval = Interval { lo: end(lo)?, hi: end(hi)? };
        self.next("an interval")?;
        if interval.lo > interval.hi || interval.width() != full.width() || interval.signed() != full.signed()
        {
            return Err(format!("the integers {interval} are not those of {word}"));
        }
        Ok(interval)
    }

    /// `name frac 5`, both optional
    fn port(&mut self, default: &str) -> Result<(String, i32), String> {
        let named = self.peek().is_some_and(|w| w != "frac");
        let name = if named { self.next("a name")? } else { default.to_owned() };
        if self.peek() != Some("frac") {
            return Ok((name, 0));
        }
        self.expect("frac")?;
        Ok((name, self.number()?))
    }
}

/// `s8` as the interval of all its integers.
fn width(word: &str) -> Option<Interval> {
    let signed = word.starts_with('s');
    let digits = word.strip_prefix(['s', 'u'])?;
    let width = digits.parse::<u32>().ok().filter(|w| (1..=MAX_WIDTH).contains(w))?;
    Some(Interval::of_width(signed, width))
}
