//! What a scan varies: how a network is quantized, and at how many bits.

use crate::flow::Failure;
use miette::miette;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How a network comes to its quantizers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// It is trained with them.
    Aware,
    /// They fit the ranges of a network trained without: [`crate::flow::post_training::fitted`].
    Fitted,
    /// `ap_fixed<b, 6>`, whatever those ranges: [`crate::flow::post_training::plain`].
    Plain,
}

impl Way {
    /// Every way.
    pub const ALL: [Way; 3] = [Way::Aware, Way::Fitted, Way::Plain];

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            Way::Aware => "while training",
            Way::Fitted => "after, fitted",
            Way::Plain => "after, <b,6>",
        }
    }

    /// Its word in names of files.
    pub fn word(self) -> &'static str {
        match self {
            Way::Aware => "aware",
            Way::Fitted => "fitted",
            Way::Plain => "plain",
        }
    }
}

/// How coarse a network's numbers are. In the order of a plot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Setting {
    /// Kernels of -s and s.
    Binary,
    /// Kernels of -s, 0 and s.
    Ternary,
    /// This many bits for kernels, biases and activations.
    Bits(u32),
    /// No quantizers but the input's.
    Float,
}

/// Bits that can be asked for.
const BITS: std::ops::RangeInclusive<u32> = 2..=24;

impl Setting {
    /// What is scanned if nothing is said.
    pub const DEFAULT: &str = "binary,ternary,2,3,4,5,6,7,8,12,16";

    /// The ways that there are for it.
    pub fn ways(self) -> &'static [Way] {
        match self {
            Setting::Bits(_) => &Way::ALL,
            Setting::Binary | Setting::Ternary | Setting::Float => &[Way::Aware],
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Setting::Binary => f.write_str("binary"),
            Setting::Ternary => f.write_str("ternary"),
            Setting::Bits(bits) => write!(f, "{bits}"),
            Setting::Float => f.write_str("float"),
        }
    }
}

impl From<Setting> for String {
    fn from(setting: Setting) -> String {
        setting.to_string()
    }
}

impl TryFrom<String> for Setting {
    type Error = String;

    fn try_from(text: String) -> Result<Setting, String> {
        if text == "float" { Ok(Setting::Float) } else { text.parse() }
    }
}

/// What `--bits` takes.
impl FromStr for Setting {
    type Err = String;

    fn from_str(text: &str) -> Result<Setting, String> {
        let number = || text.parse().ok().filter(|bits| BITS.contains(bits));
        match text {
            "binary" => Ok(Setting::Binary),
            "ternary" => Ok(Setting::Ternary),
            _ => number().map(Setting::Bits).ok_or_else(|| {
                format!("a number of bits from {} to {}, `binary` or `ternary`", BITS.start(), BITS.end())
            }),
        }
    }
}

/// A network of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Id {
    /// How coarse it is.
    pub setting: Setting,
    /// How it came to that.
    pub way: Way,
    /// The seed of its training.
    pub seed: u64,
}

impl Id {
    /// The float network of `seed`.
    pub fn float(seed: u64) -> Id {
        Id { setting: Setting::Float, way: Way::Aware, seed }
    }
}

/// The name of its folder: `6_fitted_seed2`, `float_seed1`.
impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Id { setting, way, seed } = self;
        match setting {
            Setting::Float => write!(f, "float_seed{seed}"),
            _ => write!(f, "{setting}_{}_seed{seed}", way.word()),
        }
    }
}

/// The networks of a scan, the float one of each seed first.
///
/// # Errors
/// None are asked for; seeds beyond the greatest.
pub fn ids(settings: &[Setting], first: u64, seeds: u32) -> Result<Vec<Id>, Failure> {
    if settings.is_empty() || seeds == 0 || first.checked_add(seeds.into()).is_none() {
        return Err(Failure::Input(miette!(
            code = "scan::nothing",
            help = "give at least one of `--bits`, one of `--seeds`, and a `seed` of `train` that can be counted up",
            "there is nothing to scan"
        )));
    }
    let mut settings = settings.to_vec();
    settings.sort_unstable();
    settings.dedup();
    let of_setting = |seed| {
        move |setting: &Setting| {
            let (setting, ways) = (*setting, setting.ways());
            ways.iter().map(move |way| Id { setting, way: *way, seed })
        }
    };
    let of_seed = |seed| [Id::float(seed)].into_iter().chain(settings.iter().flat_map(of_setting(seed)));
    Ok((first..first + u64::from(seeds)).flat_map(of_seed).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_read_and_written() {
        let read: Vec<_> = Setting::DEFAULT.split(',').map(|text| text.parse::<Setting>().unwrap()).collect();
        assert_eq!((read.len(), read[0], read[10]), (11, Setting::Binary, Setting::Bits(16)));
        assert!(read.is_sorted());
        let again = |setting: &Setting| Setting::try_from(String::from(*setting)).unwrap();
        assert_eq!(read.iter().map(again).collect::<Vec<_>>(), read);
        for wrong in ["1", "25", "", "-3", "2.5", "float", "6 bits"] {
            assert!(wrong.parse::<Setting>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_scan_has_the_float_network_first_and_each_of_the_others_once() {
        let six = [Setting::Bits(6), Setting::Binary, Setting::Bits(6)];
        let names: Vec<String> = ids(&six, 7, 2).unwrap().iter().map(ToString::to_string).collect();
        let of = |seed| {
            let names = ["float", "binary_aware", "6_aware", "6_fitted", "6_plain"];
            names.map(|name| format!("{name}_seed{seed}"))
        };
        assert_eq!(names, [of(7), of(8)].concat());
        assert!(ids(&[], 1, 1).is_err() && ids(&six, 1, 0).is_err() && ids(&six, u64::MAX, 1).is_err());
    }
}
