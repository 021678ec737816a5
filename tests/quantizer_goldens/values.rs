//! Scales, and the values of the grid.

use crate::golden::{Golden, Stored};
use crate::golden_rule::{Rule, straight_through, with_output};
use crate::tally::{Count, Tally};
use heteroq::fixed::Dyadic;
use heteroq::quantizer::{Alpha, Scale, Scales, Tensor};

#[test]
fn scales_are_those_of_qkeras() {
    let mut tally = Tally::of("scale");
    for golden in Stored::read().computed() {
        let Some(theirs) = golden.theirs("scale") else { continue };
        let ours = golden.spec.scales(&golden.x()).unwrap_or_else(|e| panic!("{}: {e}", golden.entry.id));
        let ours = ours.outputs();
        let class = &golden.entry.cls;
        tally.class(class).entries += 1;
        // One number stands for all, ours or theirs.
        let most = ours.len().max(theirs.len());
        assert!([1, most].contains(&theirs.len()) && [1, most].contains(&ours.len()), "{}", place(&golden));
        for (i, (theirs, ours)) in theirs.iter().cycle().zip(ours.iter().cycle()).take(most).enumerate() {
            if !theirs.is_finite() {
                tally.class(class).skipped += 1;
                continue;
            }
            let difference = || format!("{} scale {i}: expected {theirs:e}, got {ours:e}", place(&golden));
            let right = golden.rule().holds(*theirs, *ours);
            tally.value(class, &golden.entry.id, i, (!right).then(difference));
        }
    }
    let expected = Count { entries: 1_125, values: 8_883, skipped: 0, excepted: 0 };
    assert_eq!(tally.finish(), expected, "another number of values was compared");
}

#[test]
fn values_are_those_of_qkeras() {
    let mut tally = Tally::of("y");
    for golden in Stored::read().computed() {
        tally.class(&golden.entry.cls).entries += 1;
        let scales = scales(&golden);
        let ours: Vec<f32> = (0..golden.x().values.len()).map(|i| value(&golden, &scales, i)).collect();
        let grid = golden.theirs("yq").filter(|_| !golden.is_partial());
        let theirs = grid.or_else(|| golden.theirs("y")).expect("the values are stored");
        compare(&golden, theirs, &ours, &mut tally);
    }
    let expected = Count { entries: 1_464, values: 712_480, skipped: 3_624, excepted: 0 };
    assert_eq!(tally.finish(), expected, "another number of values was compared");
}

fn compare(golden: &Golden, theirs: &[f32], ours: &[f32], tally: &mut Tally) {
    assert_eq!(theirs.len(), ours.len(), "{}", place(golden));
    let (class, id) = (&golden.entry.cls, &golden.entry.id);
    for (i, (x, (theirs, ours))) in golden.x().values.iter().zip(theirs.iter().zip(ours)).enumerate() {
        if !Golden::counts(*x, *theirs) {
            tally.class(class).skipped += 1;
            continue;
        }
        let difference = || format!("{} [{i}] of {x:e}: expected {theirs:e}, got {ours:e}", place(golden));
        tally.value(class, id, i, (!golden.rule().holds(*theirs, *ours)).then(difference));
    }
}

/// Our scales; where they are numbers that are no powers of two, QKeras's in their place.
fn scales(golden: &Golden) -> Vec<Scale> {
    let x = golden.x();
    let ours = golden.spec.scales(&x).unwrap_or_else(|e| panic!("{}: {e}", golden.entry.id));
    let theirs = (golden.spec.alpha() == &Alpha::Auto).then(|| put_in(golden, &x)).flatten();
    let scale = |i| theirs.as_ref().map_or(ours.at(i), |theirs| with_output(ours.at(i), theirs.at(i).output));
    (0..x.values.len()).map(scale).collect()
}

/// QKeras's scales, if they are a tensor.
fn put_in(golden: &Golden, x: &Tensor) -> Option<Scales> {
    let scales = Scales::found(x, golden.scale_shape()?, golden.theirs("scale")?);
    Some(scales.unwrap_or_else(|| panic!("{}: the scale does not fit", place(golden))))
}

/// What we compute of element `i`, as QKeras's last operation leaves it.
fn value(golden: &Golden, scales: &[Scale], i: usize) -> f32 {
    let (x, quantizer) = (golden.x().values[i], golden.spec.at(scales[i]));
    let value = quantizer.training(x);
    if golden.is_partial() { value } else { straight_through(&golden.spec, x, value) }
}

/// `forward` is `exact`, rounded to an f32, on every input.
#[test]
fn exact_arithmetic_agrees_on_every_input() {
    for golden in Stored::read().computed() {
        let scales = golden.spec.scales(&golden.x()).expect("scales");
        for (i, x) in golden.x().values.iter().enumerate() {
            let quantizer = golden.spec.at(scales.at(i));
            let exact = quantizer.exact(Dyadic::from_f32(*x).expect("inputs are finite"));
            let exact = exact.unwrap_or_else(|e| panic!("{} of {x:e}: {e}", place(&golden)));
            assert!(
                Rule::Equal.holds(nearest(exact), quantizer.forward(*x)),
                "{} of {x:e}: {exact} exactly, {:e} in f32",
                place(&golden),
                quantizer.forward(*x)
            );
        }
    }
}

/// The nearest f32: a product of two f32 is exact in an f64.
#[expect(clippy::cast_possible_truncation, reason = "to the nearest")]
fn nearest(x: Dyadic) -> f32 {
    x.to_f64() as f32
}

pub(crate) fn place(golden: &Golden) -> String {
    format!("{} {} of {}", golden.entry.id, golden.entry.quantizer, golden.entry.input)
}
