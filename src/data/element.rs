//! The numbers that arrays are read as, whatever type the file holds.

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
    impl Sealed for i64 {}
}

/// A type that arrays are read as: `f32` and `f64` for features, `i64` for labels and the integers of ports.
pub trait Element: sealed::Sealed + Copy {
    /// What an element must be, for messages.
    const WANTED: &'static str;

    /// The element for a float of the file; `None` if it is not [`Self::WANTED`].
    fn from_float(value: f64) -> Option<Self>;

    /// The element for an integer of the file.
    fn from_integer(value: i128) -> Option<Self>;

    /// The element for a field of text.
    fn from_text(field: &str) -> Option<Self>;
}

impl Element for f64 {
    const WANTED: &'static str = "a finite number";

    fn from_float(value: f64) -> Option<f64> {
        value.is_finite().then_some(value)
    }

    #[expect(clippy::cast_precision_loss, reason = "features are real numbers: the nearest one")]
    fn from_integer(value: i128) -> Option<f64> {
        Some(value as f64)
    }

    fn from_text(field: &str) -> Option<f64> {
        field.parse().ok().and_then(f64::from_float)
    }
}

impl Element for f32 {
    const WANTED: &'static str = "a finite 32-bit number";

    #[expect(clippy::cast_possible_truncation, reason = "features are 32-bit numbers: the nearest one")]
    fn from_float(value: f64) -> Option<f32> {
        Some(value as f32).filter(|v| v.is_finite())
    }

    #[expect(clippy::cast_precision_loss, reason = "features are real numbers: the nearest one")]
    fn from_integer(value: i128) -> Option<f32> {
        Some(value as f32)
    }

    fn from_text(field: &str) -> Option<f32> {
        field.parse().ok().filter(|v: &f32| v.is_finite())
    }
}

impl Element for i64 {
    const WANTED: &'static str = "a 64-bit integer";

    /// An integer that a float holds exactly, in `-2^63..2^63`.
    #[expect(clippy::cast_possible_truncation, reason = "whole and within the range, as just checked")]
    fn from_float(value: f64) -> Option<i64> {
        const LIMIT: f64 = 9_223_372_036_854_775_808.0;
        (value.fract() == 0.0 && (-LIMIT..LIMIT).contains(&value)).then_some(value as i64)
    }

    fn from_integer(value: i128) -> Option<i64> {
        i64::try_from(value).ok()
    }

    fn from_text(field: &str) -> Option<i64> {
        field.parse().ok().or_else(|| field.parse().ok().and_then(i64::from_float))
    }
}
