//! Which devices there are. A family is one file under `constraints/devices/`, built into the program.

use super::{Device, Family};

/// The families, one file each. A new one is a file and a line here.
const FILES: [&str; 4] = [
    include_str!("../../constraints/devices/xcup.yaml"),
    include_str!("../../constraints/devices/xc7.yaml"),
    include_str!("../../constraints/devices/ice40.yaml"),
    include_str!("../../constraints/devices/ecp5.yaml"),
];

/// A target that is neither a device nor a family.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no device or family `{name}`; there are {}", known.join(", "))]
pub struct UnknownDevice {
    /// What was asked for.
    pub name: String,
    /// Every name that would do.
    pub known: Vec<String>,
}

/// Every family, in the order of the files.
pub fn families() -> Vec<Family> {
    FILES.iter().map(|text| serde_yaml::from_str(text).expect("a family's file is tested")).collect()
}

/// The device called `name`; a family's name means its default device.
///
/// # Errors
/// [`UnknownDevice`], with the names that exist.
pub fn find(name: &str) -> Result<Device, UnknownDevice> {
    let families = families();
    for family in &families {
        let device = if family.name == name { &family.default_device } else { name };
        if let Some(part) = family.devices.get(device) {
            return Ok(Device { name: device.to_owned(), part: part.clone(), family: family.clone() });
        }
    }
    let names = |f: &Family| [vec![f.name.clone()], f.devices.keys().cloned().collect()].concat();
    Err(UnknownDevice { name: name.to_owned(), known: families.iter().flat_map(names).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_is_found_by_its_own_name_and_by_its_devices() {
        for family in families() {
            assert_eq!(find(&family.name).unwrap().name, family.default_device);
            for device in family.devices.keys() {
                assert_eq!(find(device).unwrap().family.name, family.name);
            }
        }
    }
}
