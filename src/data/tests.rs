//! Files written by `ndarray-npy` or by hand, byte for byte as numpy does, and read back.

#![expect(clippy::cast_precision_loss, reason = "small whole numbers")]

use super::{DataError, array, dataset};
use ndarray::{Array1, Array2, Array3, ShapeBuilder, array};
use ndarray_npy::{NpzWriter, WriteNpyExt, write_npy};
use proptest::prelude::*;
use std::io::Write;
use std::path::PathBuf;
use tempfile::TempDir;

/// A folder of its own for each test, gone after it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        std::fs::write(self.path(name), content).unwrap();
        self.path(name)
    }

    /// The message of `error` without this folder's path.
    fn message(&self, error: &DataError) -> String {
        error.to_string().replace(&format!("{}/", self.0.path().display()), "")
    }

    fn read_error(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        self.message(&array::read(self.file(name, content)).unwrap_err())
    }

    fn load_error(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        self.message(&dataset::load(self.file(name, content)).unwrap_err())
    }
}

/// An `.npy` file as numpy writes it: version 1.0, header padded to 64 bytes.
fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let mut header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
    let padding = 63 - (10 + header.len()) % 64;
    header.push_str(&" ".repeat(padding));
    header.push('\n');
    let length = u16::try_from(header.len()).unwrap().to_le_bytes();
    [b"\x93NUMPY\x01\x00", length.as_slice(), header.as_bytes(), data].concat()
}

fn unicode(names: &[&str], width: usize) -> Vec<u8> {
    let padded = |name: &str| name.chars().chain(std::iter::repeat('\0')).take(width).collect::<Vec<_>>();
    let bytes =
        names.iter().flat_map(|n| padded(n)).flat_map(|c| u32::from(c).to_le_bytes()).collect::<Vec<u8>>();
    npy(&format!("<U{width}"), &format!("({},)", names.len()), &bytes)
}

fn npz(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(format!("{name}.npy"), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn bytes(array: &impl WriteNpyExt) -> Vec<u8> {
    let mut bytes = Vec::new();
    array.write_npy(&mut bytes).unwrap();
    bytes
}

#[test]
fn every_element_type_is_read_in_either_byte_order() {
    let folder = Folder::new();
    let expected = array![[1.0, 2.0], [3.0, 100.0]];
    let check = |descr: &str, data: Vec<u8>| {
        let read = array::read(folder.file("a.npy", npy(descr, "(2, 2)", &data))).unwrap();
        assert_eq!(read, expected, "{descr}");
    };
    macro_rules! both_orders {
        ($($code:literal $t:ty),*) => {$(
            let values = [1 as $t, 2 as $t, 3 as $t, 100 as $t];
            check(concat!("<", $code), values.iter().flat_map(|v| v.to_le_bytes()).collect());
            check(concat!(">", $code), values.iter().flat_map(|v| v.to_be_bytes()).collect());
        )*};
    }
    both_orders!("f4" f32, "f8" f64, "i2" i16, "i4" i32, "i8" i64, "u2" u16, "u4" u32, "u8" u64);
    check("|u1", vec![1, 2, 3, 100]);
    check("|i1", vec![1, 2, 3, 100]);
}

#[test]
fn signs_and_the_greatest_integers_survive() {
    let folder = Folder::new();
    let path = folder.path("a.npy");
    write_npy(&path, &array![[i64::MIN, i64::MAX], [-1, 9_007_199_254_740_993]]).unwrap();
    assert_eq!(
        array::read_integers(&path).unwrap(),
        array![[i64::MIN, i64::MAX], [-1, 9_007_199_254_740_993]]
    );
    write_npy(&path, &array![[-1_i8, -128]]).unwrap();
    assert_eq!(array::read(&path).unwrap(), array![[-1.0, -128.0]]);
    write_npy(&path, &array![[-3.0_f32, 4.5]]).unwrap();
    let refused = folder.message(&array::read_integers(&path).unwrap_err());
    assert_eq!(refused, "a.npy: element [0, 1] is 4.5, not a 64-bit integer");
    write_npy(&path, &array![[u64::MAX]]).unwrap();
    assert!(array::read_integers(&path).is_err());
}

#[test]
fn column_major_arrays_and_flattened_rows_keep_their_places() {
    let folder = Folder::new();
    let path = folder.path("a.npy");
    let columns = Array2::from_shape_fn((3, 2).f(), |(r, c)| (10 * r + c) as f64);
    write_npy(&path, &columns).unwrap();
    assert_eq!(array::read(&path).unwrap(), array![[0.0, 1.0], [10.0, 11.0], [20.0, 21.0]]);
    write_npy(&path, &Array3::from_shape_fn((2, 2, 2), |(r, h, w)| (100 * r + 10 * h + w) as f64)).unwrap();
    assert_eq!(array::read(&path).unwrap(), array![[0.0, 1.0, 10.0, 11.0], [100.0, 101.0, 110.0, 111.0]]);
}

#[test]
fn more_than_one_chunk_is_read_in_order() {
    let folder = Folder::new();
    let path = folder.path("a.npy");
    let long = Array2::from_shape_fn((20_011, 3), |(r, c)| (3 * r + c) as f32);
    write_npy(&path, &long).unwrap();
    assert_eq!(array::read(&path).unwrap(), long.mapv(f64::from));
}

#[test]
fn an_npz_gives_x_or_its_only_table() {
    let folder = Folder::new();
    let (table, other) = (array![[1.0_f32, 2.0]], array![[3.0_f32]]);
    let path = folder.file("a.npz", npz(&[("other", bytes(&other)), ("x", bytes(&table))]));
    assert_eq!(array::read(path).unwrap(), array![[1.0, 2.0]]);
    let line = Array1::from(vec![7.0]);
    let path = folder.file("a.npz", npz(&[("y", bytes(&line)), ("jets", bytes(&table))]));
    assert_eq!(array::read(path).unwrap(), array![[1.0, 2.0]]);
    let two = npz(&[("a", bytes(&other)), ("b", bytes(&table))]);
    let wanted = "a.npz: has no array `x`, nor just one with two dimensions; it has `a`, `b`";
    assert_eq!(folder.read_error("a.npz", two), wanted);
}

#[test]
fn a_dataset_is_read_from_a_compressed_npz_with_its_names() {
    let folder = Folder::new();
    let path = folder.path("a.npz");
    let mut writer = NpzWriter::new_compressed(std::fs::File::create(&path).unwrap());
    writer.add_array("x", &array![[0.1_f32, 2.0], [3.0, 4.0], [5.0, 6.0]]).unwrap();
    writer.add_array("y", &array![2_u8, 0, 1]).unwrap();
    writer.finish().unwrap();
    let data = dataset::load(&path).unwrap();
    assert_eq!((&data.x, &data.y), (&array![[0.1_f32, 2.0], [3.0, 4.0], [5.0, 6.0]], &vec![2, 0, 1]));
    assert_eq!((&data.feature_names, &data.class_names), (&None, &None));
    let some = data.rows(&[2, 0]);
    assert_eq!((some.x, some.y), (array![[5.0_f32, 6.0], [0.1, 2.0]], vec![1, 2]));

    let names =
        [("feature_names", unicode(&["mass", "π²"], 13)), ("class_names", npy("|S2", "(2,)", b"g\0qq"))];
    let arrays = [("x", bytes(&array![[0.5_f64, 1.5]])), ("y", bytes(&array![[0_i64, 1]]))];
    let data = dataset::load(folder.file("b.npz", npz(&[arrays, names].concat()))).unwrap();
    assert_eq!(data.feature_names.unwrap(), ["mass", "π²"]);
    assert_eq!(data.class_names.unwrap(), ["g", "qq"]);
    assert_eq!((data.x, data.y), (array![[0.5_f32, 1.5]], vec![1]), "a one-hot row is a label");
}

#[test]
fn a_table_is_read_with_and_without_names() {
    let folder = Folder::new();
    let table = array![[1.0, -2.5], [3e-3, 4.0]];
    for text in ["1,-2.5\n3e-3,4\n", "a,b\r\n1, -2.5\r\n\r\n0.003,4.0\r\n", "# a,b\n1,-2.5\n3e-3,4"] {
        assert_eq!(array::read(folder.file("a.csv", text)).unwrap(), table, "{text}");
    }
    let data = dataset::load(folder.file("a.csv", "# y,mass,tau\n1,0.5,2\n0,1.5,3\n")).unwrap();
    assert_eq!((data.x, data.y), (array![[0.5_f32, 2.0], [1.5, 3.0]], vec![1, 0]));
    assert_eq!(data.feature_names.unwrap(), ["mass", "tau"]);
    let data = dataset::load(folder.file("a.csv", "0.5,2,1\n1.5,3,0\n")).unwrap();
    assert_eq!((data.x, data.y, data.feature_names), (array![[0.5_f32, 2.0], [1.5, 3.0]], vec![1, 0], None));
    assert_eq!(
        array::read_integers(folder.file("a.csv", "1,-9007199254740993\n")).unwrap()[[0, 1]],
        -9_007_199_254_740_993
    );
}

#[test]
fn a_bad_table_is_refused_with_line_and_column() {
    let folder = Folder::new();
    let read = |text: &str| folder.read_error("a.csv", text);
    assert_eq!(read(""), "a.csv: holds no data");
    assert_eq!(read("a,b\n"), "a.csv: holds no data");
    assert_eq!(read("a,b\n1,2\n1,2,3\n"), "a.csv: line 3 has 3 fields where the first has 2");
    assert_eq!(read("1,2\n\n1,x\n"), "a.csv: line 3, column 2: `x` is not a finite number");
    assert_eq!(read("1,2\n1,nan\n"), "a.csv: line 2, column 2: `nan` is not a finite number");
    assert_eq!(read("1,2\n,3\n"), "a.csv: line 2, column 1: `` is not a finite number");
    assert_eq!(read("1,b\n2,3\n"), "a.csv: line 1, column 2: `b` is not a finite number");
    let load = |text: &str| folder.load_error("a.csv", text);
    let not_a_class = |place: &str, label: &str| {
        format!("a.csv: {place}: the label `{label}` is not a class, counted from 0")
    };
    assert_eq!(load("1,2\n3,0.5\n"), not_a_class("line 2, column 2", "0.5"));
    assert_eq!(load("y,mass\n0,3\n\ntop,4\n"), not_a_class("line 4, column 1", "top"));
    assert_eq!(load("1,-1\n"), not_a_class("line 1, column 2", "-1"));
    assert_eq!(load("1,4294967296\n"), not_a_class("line 1, column 2", "4294967296"));
    assert_eq!(load("1,2.0\n1\n"), "a.csv: line 2 has 1 fields where the first has 2");
    assert_eq!(load("mass,y\n"), "a.csv: holds no data");
    assert_eq!(load("1\n2\n"), "a.csv: has shape [2, 1], not (rows, features and a column of labels)");
    assert_eq!(load("1,0\n1e39,0\n"), "a.csv: line 2, column 1: `1e39` is not a finite 32-bit number");
}

#[test]
fn a_bad_array_is_refused_with_its_place() {
    let folder = Folder::new();
    let read = |content: Vec<u8>| folder.read_error("a.npy", content);
    let nan = bytes(&array![[0.0_f32, 1.0], [2.0, f32::NAN]]);
    assert_eq!(read(nan), "a.npy: element [1, 1] is NaN, not a finite number");
    let column_major =
        bytes(&Array2::from_shape_fn(
            (2, 3).f(),
            |(r, c)| if (r, c) == (1, 2) { f64::INFINITY } else { 0.0 },
        ));
    assert_eq!(read(column_major), "a.npy: element [1, 2] is inf, not a finite number");
    assert_eq!(read(bytes(&array![1.0])), "a.npy: has shape [1], not (rows, features)");
    assert_eq!(read(bytes(&Array2::<f32>::zeros((0, 4)))), "a.npy: holds no data");
    assert_eq!(read(npy("<c8", "(1, 1)", &[0; 8])), "a.npy: has elements of type <c8");
    assert!(read(npy("<f8", "(2, 2)", &[0; 31])).starts_with("a.npy: is no .npy file: cut short"));
    assert!(
        read(npy("<f8", "(9999999999, 9999999999, 9999999999)", &[]))
            .contains("more elements than can be counted")
    );
    assert!(read(npy("<f8", "(0, 9999999999, 9999999999)", &[])).starts_with("a.npy: is no .npy file"));
    assert!(read(npy("<f8", &"(".repeat(60_000), &[])).contains("nest too deep"));
    assert!(read(b"jets".to_vec()).starts_with("a.npy: is no .npy file"));
    assert!(folder.read_error("a.npz", b"PK\x03\x04 and no more").starts_with("a.npz: is no .npz file"));
    assert_eq!(folder.read_error("a.txt", "1"), "a.txt: is neither .npy, .npz nor .csv");
    assert!(
        folder
            .message(&array::read(folder.path("none.npy")).unwrap_err())
            .starts_with("none.npy: cannot be read")
    );
}

#[test]
fn bad_labels_are_refused_with_their_row() {
    let folder = Folder::new();
    let x = ("x", bytes(&array![[1.0_f32], [2.0]]));
    let load = |y: Vec<u8>| folder.load_error("a.npz", npz(&[x.clone(), ("y", y)]));
    assert_eq!(load(bytes(&array![1])), "a.npz: has 2 rows of `x` and 1 labels in `y`");
    assert_eq!(
        load(bytes(&array![0, -1])),
        "a.npz: array `y`: row 1: the label `-1` is not a class, counted from 0"
    );
    let text = "a.npz: array `y`: row 0: the label `top` is not a class, counted from 0";
    assert_eq!(load(unicode(&["top", "w"], 3)), text);
    assert_eq!(load(npy("|S3", "(2,)", b"topw\0\0")), text);
    assert_eq!(load(npy("|O", "(2,)", b"pickled")), "a.npz: array `y`: has elements of type |O");
    assert_eq!(load(bytes(&array![0.0, 0.5])), "a.npz: array `y`: element [1] is 0.5, not a 64-bit integer");
    let two_ones = "a.npz: array `y`: element [1] is [1, 1], not one-hot: one 1 among zeros";
    assert_eq!(load(bytes(&array![[0, 1], [1, 1]])), two_ones);
    assert_eq!(
        folder.load_error("a.npz", npz(std::slice::from_ref(&x))),
        "a.npz: has no array `y`; it has `x`"
    );

    let good =
        dataset::load(folder.file("a.npz", npz(&[x.clone(), ("y", bytes(&array![4_u8, 5]))]))).unwrap();
    good.check_labels(6).unwrap();
    let label = folder.message(&good.check_labels(5).unwrap_err());
    assert_eq!(label, "a.npz: row 1 has label 5; there are 5 classes, 0 to 4");
    good.check_differs(&[0, 1]).unwrap();
    let alike = folder.message(&good.check_differs(&[1, 1, 1]).unwrap_err());
    assert_eq!(alike, "a.npz: all 3 events for training are of class 5");
    good.check_features(1).unwrap();
    let features = folder.message(&good.check_features(16).unwrap_err());
    assert_eq!(features, "a.npz: has 1 features where the network's input takes 16");
}

/// Every kind of refusal says what to do about it.
#[test]
fn a_refusal_says_the_fix() {
    let folder = Folder::new();
    let fix = |name: &str, content: Vec<u8>| {
        let error = dataset::load(folder.file(name, content)).unwrap_err();
        miette::Diagnostic::help(&error).map(|help| help.to_string()).unwrap_or_default()
    };
    let x = ("x", bytes(&array![[1.0_f32], [2.0]]));
    for (name, content, help) in [
        ("a.csv", b"1,0\nx,1\n".to_vec(), "correct the field"),
        ("a.csv", b"1,0\n1\n".to_vec(), "correct the line"),
        ("a.csv", b"1,top\n".to_vec(), "whole numbers from 0"),
        ("a.npz", npz(&[x.clone(), ("y", unicode(&["top", "w"], 3))]), "whole numbers from 0"),
        ("a.npz", npz(&[x.clone(), ("y", npy("|O", "(2,)", b""))]), "labels as whole numbers from 0"),
        ("a.npz", npz(&[x.clone(), ("y", bytes(&array![1]))]), "one label for each row"),
        ("a.npz", npz(&[("x", bytes(&array![[f32::NAN]]))]), "correct the element"),
    ] {
        assert!(fix(name, content.clone()).contains(help), "{name} {content:?}");
    }
}

proptest! {
    #[test]
    fn a_damaged_file_is_refused_or_read_but_never_a_panic(
        cut in 0..2_000_usize,
        flips in prop::collection::vec((0..2_000_usize, any::<u8>()), 0..6),
    ) {
        let x = ("x", bytes(&array![[1.0_f32, -2.0], [3.0, 4.0]]));
        let arrays = [x.clone(), ("y", bytes(&array![0_u8, 1])), ("feature_names", unicode(&["a", "bc"], 2))];
        let csv = b"# a,label\n1.5,0\n-2.5e3,1\n".to_vec();
        let folder = Folder::new();
        for (name, whole) in [("a.npy", x.1.clone()), ("a.npz", npz(&arrays)), ("a.csv", csv)] {
            let mut damaged = whole;
            let length = damaged.len();
            for (place, bits) in &flips {
                damaged[place % length] ^= bits;
            }
            if cut < length {
                damaged.truncate(cut);
            }
            let path = folder.file(name, damaged);
            drop((array::read(&path), array::read_integers(&path), dataset::load(&path)));
        }
    }
}
