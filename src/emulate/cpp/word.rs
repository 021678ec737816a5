//! How numbers, names and types are written in C++.

use crate::fixed::Interval;

/// The integer types of values, narrowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Type {
    Int32,
    Int64,
    Int128,
}

impl Type {
    /// The narrowest type that holds every integer of `interval`.
    pub(super) fn of(interval: Interval) -> Type {
        let fits = |lo: i128, hi: i128| Interval { lo, hi }.covers(interval);
        match () {
            () if fits(i32::MIN.into(), i32::MAX.into()) => Type::Int32,
            () if fits(i64::MIN.into(), i64::MAX.into()) => Type::Int64,
            () => Type::Int128,
        }
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Type::Int32 => "std::int32_t",
            Type::Int64 => "std::int64_t",
            Type::Int128 => "int128",
        }
    }

    /// Its bits.
    pub(super) fn bits(self) -> u32 {
        match self {
            Type::Int32 => 32,
            Type::Int64 => 64,
            Type::Int128 => 128,
        }
    }
}

/// The number; its type is the narrowest that holds it, or a wider one.
pub(super) fn literal(v: i128) -> String {
    match i64::try_from(v) {
        Ok(i64::MIN) => "(-9223372036854775807 - 1)".to_owned(),
        Ok(v) => v.to_string(),
        Err(_) => {
            let low = v & i128::from(u64::MAX);
            format!("wide({}, {low}u)", literal(v >> 64))
        }
    }
}

/// A C++ identifier from any name.
pub(super) fn name(name: &str) -> String {
    let mut legal = String::new();
    for c in name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }) {
        // Identifiers with two underscores in a row belong to the compiler.
        if c != '_' || !(legal.is_empty() || legal.ends_with('_')) {
            legal.push(c);
        }
    }
    let legal = legal.trim_end_matches('_');
    let taken = KEYWORDS.split_whitespace().any(|word| word == legal);
    match legal.chars().next() {
        Some(c) if c.is_ascii_alphabetic() && !taken => legal.to_owned(),
        Some(_) => format!("net_{legal}"),
        None => "net".to_owned(),
    }
}

/// The words of C++ to C++23, and names that stand in every program.
const KEYWORDS: &str = "
    alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t char32_t class
    compl concept const consteval constexpr constinit const_cast continue co_await co_return co_yield decltype
    default delete do double dynamic_cast else enum explicit export extern false float for friend goto if inline
    int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected public register
    reinterpret_cast requires return short signed sizeof static static_assert static_cast struct switch template
    this thread_local throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t
    while xor xor_eq std main linux unix";

/// Each line of `text` behind `mark`.
pub(super) fn comments(mark: &str, text: &str) -> String {
    text.lines().map(|line| format!("{mark} {}", comment(line)).trim_end().to_owned() + "\n").collect()
}

/// `text` without what would end a comment's line or make it longer.
pub(super) fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || c == '\\' { '_' } else { c }).collect()
}

/// `text` as a string literal.
pub(super) fn string(text: &str) -> String {
    let escaped = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        '?' => "\\?".to_owned(),
        c if c.is_control() => "_".to_owned(),
        c => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}
