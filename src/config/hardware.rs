//! `hardware`: clock, required event interval, device, arithmetic.

use super::decimal::Decimal;
use super::fields::{Fields, within};
use super::model::{Arithmetic, Hardware};
use super::problem::{Code, Place, Problem};
use super::suggest;
use super::tree::Node;
use crate::device::{self, Device};

/// Clocks between two events, at most: a second at 1 MHz.
const MAX_CLOCKS: u64 = 1_000_000;

/// The words of `arithmetic`.
pub(super) const ARITHMETICS: &[(&str, Arithmetic)] =
    &[("shift_add", Arithmetic::ShiftAdd), ("multiply", Arithmetic::Multiply)];

/// A number and its place.
#[derive(Clone, Copy)]
struct Given {
    number: Decimal,
    place: Option<Place>,
}

/// Reads `hardware`.
///
/// # Errors
/// What is wrong, at its place.
pub(super) fn read(fields: &Fields) -> Result<Hardware, Problem> {
    let clock = positive(fields, "clock_mhz")?.unwrap_or(default("320"));
    let (event_interval, initiation_ns) = interval(fields, clock)?;
    let latency = positive(fields, "max_latency_ns")?;
    Ok(Hardware {
        clock_mhz: clock.number.to_f64(),
        event_interval,
        initiation_ns,
        target: target(fields.node("target"))?,
        max_latency_ns: latency.map(|given| given.number.to_f64()),
        max_latency_place: latency.and_then(|given| given.place),
        arithmetic: fields.word("arithmetic", ARITHMETICS)?.unwrap_or_default(),
        register_inputs: fields.or("register_inputs", true)?,
        register_outputs: fields.or("register_outputs", true)?,
    })
}

fn default(text: &str) -> Given {
    Given { number: Decimal::parse(text).expect("a default is a number"), place: None }
}

/// The number of `key`, which is greater than 0 and at most 10^6.
fn positive(fields: &Fields, key: &str) -> Result<Option<Given>, Problem> {
    let Some(node) = fields.node(key) else { return Ok(None) };
    let number: Decimal = super::fields::read(node)?;
    let value = number.to_f64();
    if value > 0.0 && value <= 1e6 {
        return Ok(Some(Given { number, place: Some(node.place) }));
    }
    Err(Problem::new(Code::OutOfRange, format!("`{key}` is {value}"))
        .at(node.place, "this must be greater than 0 and at most 1000000"))
}

/// The required event interval: clocks and nanoseconds.
fn interval(fields: &Fields, clock: Given) -> Result<(u32, f64), Problem> {
    let initiation = positive(fields, "initiation_ns")?;
    let Some(node) = fields.node("initiation_clocks") else {
        let initiation = initiation.unwrap_or(default("25"));
        return Ok((whole_clocks(clock, initiation)?, initiation.number.to_f64()));
    };
    if initiation.is_some() {
        return Err(Problem::new(Code::Conflict, "the interval between events is given twice")
            .at(fields.key_place("initiation_ns"), "here in nanoseconds")
            .at(fields.key_place("initiation_clocks"), "here in clocks")
            .help("keep one of the two"));
    }
    let clocks = u32::try_from(within(node, 1, MAX_CLOCKS)?).expect("at most a million");
    Ok((clocks, f64::from(clocks) * 1000.0 / clock.number.to_f64()))
}

/// `initiation_ns × clock_mhz / 1000`, which must be whole and at least 1.
fn whole_clocks(clock: Given, initiation: Given) -> Result<u32, Problem> {
    let fraction = clock.number.thousandth_of_product(initiation.number);
    let whole = fraction.and_then(|(n, d)| (n % d == 0).then_some(n / d));
    let clocks = whole.and_then(|n| u32::try_from(n).ok()).filter(|&n| n >= 1);
    clocks.ok_or_else(|| not_whole(clock, initiation))
}

fn not_whole(clock: Given, initiation: Given) -> Problem {
    let (mhz, ns) = (clock.number.to_f64(), initiation.number.to_f64());
    let clocks = mhz * ns / 1000.0;
    let message = format!("an interval of {ns} ns is not a whole number of {mhz} MHz clocks ({clocks})");
    let mut problem =
        Problem::new(Code::InitiationNotWhole, message).help(clocks_that_work(clocks, initiation.number));
    for (given, what) in [(clock, "this clock"), (initiation, "this interval")] {
        if let Some(place) = given.place {
            problem = problem.at(place, what);
        }
    }
    problem
}

/// The clocks just below and above that give a whole interval.
fn clocks_that_work(clocks: f64, initiation: Decimal) -> String {
    let wholes = [clocks.floor(), clocks.floor() + 1.0].into_iter().filter(|&n| n >= 1.0);
    let clock = |n: f64| {
        let text = format!("{}", n * 1000.0 / initiation.to_f64());
        let (over, under) = Decimal::parse(&text)?.thousandth_of_product(initiation)?;
        (over % under == 0).then(|| {
            format!("`clock_mhz: {text}` for {n} {} per event", if n > 1.0 { "clocks" } else { "clock" })
        })
    };
    let mut tries: Vec<String> = wholes.filter_map(clock).collect();
    let nearest = clocks.round().max(1.0);
    tries.push(format!("`initiation_clocks: {nearest}` in place of `initiation_ns`"));
    format!("try {}", tries.join(", or "))
}

fn target(node: Option<&Node>) -> Result<Device, Problem> {
    let Some(node) = node else {
        return Ok(device::find("xcvu9p").expect("the default device is in the catalog"));
    };
    let name: String = super::fields::read(node)?;
    device::find(&name).map_err(|error| {
        let known = error.known.iter().map(String::as_str);
        Problem::new(Code::UnknownTarget, format!("there is no device or family `{name}`"))
            .at(node.place, "this target")
            .help(suggest::help(&name, "there are", known))
    })
}
