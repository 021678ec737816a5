//! `heteroq evaluate --profile`: which values each layer of the exact net takes on the events of a file.

use super::design::Design;
use super::inputs::{self, Inputs};
use super::watch::Watch;
use super::{Failure, constants, events};
use crate::data::Dataset;
use crate::emulate::fast::Integer;
use crate::metrics::profile::{Profile, Tensor};
use miette::miette;
use ndarray::ArrayView2;
use std::cmp::Ordering;
use std::path::Path;

/// The values of all nodes of `design` over the labelled events in `path`, and its parameters.
///
/// # Errors
/// A file that does not fit the network.
pub fn profile(design: &Design, path: &Path) -> Result<Profile, Failure> {
    let data = events::labelled(&design.config, path)?;
    let mut watch = Watch::new(&design.graph)?;
    let features = match watch.fits_64_bits() {
        true => count::<i64>(design, &data, &mut watch)?,
        false => count::<i128>(design, &data, &mut watch)?,
    };
    let mut nodes = watch.tensors()?;
    if let Some(input) = nodes.first_mut() {
        *input = Tensor { before: features.range, clipped: Some(features.clipped), ..input.clone() };
    }
    let parameters = constants::tensors(&design.config, &design.weights, &design.graph)?;
    Ok(Profile { events: data.len(), nodes, parameters })
}

/// The features before their quantizer.
#[derive(Debug, Default)]
struct Features {
    range: Option<[f64; 2]>,
    clipped: [u64; 2],
}

impl Features {
    fn count(&mut self, inputs: &Inputs, standard: ArrayView2<f64>) {
        for row in standard.outer_iter() {
            for (x, port) in row.iter().zip(inputs.features()) {
                let [least, greatest] = self.range.unwrap_or([*x; 2]);
                self.range = Some([least.min(*x), greatest.max(*x)]);
                let side = port.beyond(*x);
                self.clipped[0] += u64::from(side == Ordering::Less);
                self.clipped[1] += u64::from(side == Ordering::Greater);
            }
        }
    }
}

/// All events through the watched net, block by block.
fn count<T: Integer>(design: &Design, data: &Dataset, watch: &mut Watch) -> Result<Features, Failure> {
    let inputs = events::of_design(design)?;
    let mut features = Features::default();
    for block in inputs::blocks(&data.x) {
        let integers = inputs.integers::<_, T>(block).map_err(events::in_file(&data.file))?;
        features.count(&inputs, inputs.standard(block).view());
        let (flat, _) = integers.into_raw_vec_and_offset();
        watch.count(&flat, block.nrows()).map_err(|e| Failure::Input(miette!("{e}")))?;
    }
    Ok(features)
}
