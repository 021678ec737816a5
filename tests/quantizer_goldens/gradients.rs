//! The derivatives that training sees: `g = d Σ c·q(x) / dx`.

use crate::golden::{Golden, Stored};
use crate::tally::{Count, Tally};
use crate::values::place;

/// How far a gradient may lie from QKeras's, relative to 1, the cotangent or the gradient, whichever is most.
const TOLERANCE: f32 = 1e-6;

#[test]
fn gradients_are_those_of_qkeras() {
    let mut tally = Tally::of("g");
    for golden in Stored::read().computed() {
        let Some(theirs) = golden.theirs("g") else { continue };
        let class = &golden.entry.cls;
        tally.class(class).entries += 1;
        let ours = golden.spec.gradient(&golden.x()).unwrap_or_else(|e| panic!("{}: {e}", place(&golden)));
        assert_eq!(theirs.len(), ours.len(), "{}", place(&golden));
        for (i, x) in golden.x().values.iter().enumerate() {
            let (c, theirs) = (golden.c()[i], theirs[i]);
            if !Golden::counts(*x, theirs) {
                tally.class(class).skipped += 1;
                continue;
            }
            let ours = c * ours[i];
            let right = (ours - theirs).abs() <= TOLERANCE * c.abs().max(theirs.abs()).max(1.0);
            let difference =
                || format!("{} [{i}] of {x:e}: expected {theirs:e}, got {ours:e}", place(&golden));
            tally.value(class, &golden.entry.id, i, (!right).then(difference));
        }
    }
    let expected = Count { entries: 1_464, values: 712_480, skipped: 3_624, excepted: 0 };
    assert_eq!(tally.finish(), expected, "another number of values was compared");
}
