//! A few jets of the example, for the short study.

use crate::protocol::{EXAMPLE, Protocol};
use heteroq::data::dataset;
use heteroq::flow::Failure;
use heteroq::verilog::folder::Unwritable;
use ndarray::Array1;
use ndarray_npy::NpzWriter;
use std::fs::{self, File};
use std::path::Path;

/// How many.
const JETS: usize = 4000;

/// Leaves the first jets of each file of the example in the folder of the study.
pub(crate) fn leave(protocol: &Protocol) -> Result<(), Failure> {
    let unwritable = |cause| Unwritable { path: protocol.folder.clone(), cause };
    fs::create_dir_all(&protocol.folder).map_err(unwritable)?;
    for name in ["jets_train.npz", "jets_test.npz"] {
        let jets = dataset::load(Path::new(EXAMPLE).with_file_name(name)).map_err(Failure::input)?;
        let jets = jets.rows(&(0..JETS).collect::<Vec<usize>>());
        let mut file = NpzWriter::new(File::create(protocol.folder.join(name)).map_err(unwritable)?);
        let added = file.add_array("x", &jets.x).and_then(|()| file.add_array("y", &Array1::from(jets.y)));
        added.and_then(|()| file.finish().map(drop)).expect("a file that was opened takes arrays");
    }
    Ok(())
}
