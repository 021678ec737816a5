//! One array in numpy's format, as a stream: numbers of any type, or names.

use super::{DataError, Element};
use ndarray::{ArrayD, ShapeBuilder};
use ndarray_npy::npy::header::Header;
use std::io::{self, Read};

/// Elements decoded at a time.
const CHUNK: usize = 1 << 14;

/// Bytes of names that are read at most.
const NAMES: u64 = 1 << 22;

/// The array that `source` holds, in row-major order. `at` names it in messages.
pub(super) fn read<T: Element>(mut source: impl Read, at: &str) -> Result<ArrayD<T>, DataError> {
    let header = header(&mut source, at)?;
    let descr = descr(&header);
    let mut stream = Stream { source, header: &header, at, big: descr.starts_with('>') };
    let values = match &descr[1..] {
        "f4" => stream.decode(|b| f64::from(f32::from_le_bytes(b)), T::from_float),
        "f8" => stream.decode(f64::from_le_bytes, T::from_float),
        "i1" => stream.decode(|b| i128::from(i8::from_le_bytes(b)), T::from_integer),
        "i2" => stream.decode(|b| i128::from(i16::from_le_bytes(b)), T::from_integer),
        "i4" => stream.decode(|b| i128::from(i32::from_le_bytes(b)), T::from_integer),
        "i8" => stream.decode(|b| i128::from(i64::from_le_bytes(b)), T::from_integer),
        "u1" | "b1" => stream.decode(|b| i128::from(u8::from_le_bytes(b)), T::from_integer),
        "u2" => stream.decode(|b| i128::from(u16::from_le_bytes(b)), T::from_integer),
        "u4" => stream.decode(|b| i128::from(u32::from_le_bytes(b)), T::from_integer),
        "u8" => stream.decode(|b| i128::from(u64::from_le_bytes(b)), T::from_integer),
        _ => Err(DataError::ElementType { file: at.to_owned(), descr }),
    }?;
    let shape = header.shape.clone().set_f(header.layout.is_fortran());
    let array = ArrayD::from_shape_vec(shape, values).map_err(|e| DataError::malformed(at, ".npy", e))?;
    Ok(if array.is_standard_layout() { array } else { array.as_standard_layout().into_owned() })
}

/// The names that `source` holds (`<U…` or `|S…`); `None` if it is an array of something else.
pub(super) fn read_names(mut source: impl Read, at: &str) -> Result<Option<Vec<String>>, DataError> {
    let header = header(&mut source, at)?;
    let descr = descr(&header);
    let width: usize = match descr.get(2..).unwrap_or_default().parse() {
        Ok(width) if width < CHUNK => width,
        _ => return Ok(None),
    };
    let name: fn(&[u8]) -> String = match &descr[..2] {
        "<U" => |item| characters(item).take_while(|c| *c != '\0').collect(),
        "|S" => |item| String::from_utf8_lossy(item).trim_end_matches('\0').to_owned(),
        _ => return Ok(None),
    };
    let mut bytes = Vec::new();
    source.take(NAMES).read_to_end(&mut bytes).map_err(|e| DataError::unreadable(at, e))?;
    let item = if descr.starts_with('<') { 4 * width } else { width };
    Ok(Some(bytes.chunks_exact(item.max(1)).map(name).collect()))
}

/// How many dimensions the array has.
pub(super) fn dimensions(mut source: impl Read, at: &str) -> Result<usize, DataError> {
    Ok(header(&mut source, at)?.shape.len())
}

/// The header; its element count and its type are not checked yet.
fn header(source: &mut impl Read, at: &str) -> Result<Header, DataError> {
    Header::from_reader(&mut Shallow { source, depth: 0 }).map_err(|e| DataError::malformed(at, ".npy", e))
}

/// Numpy's type string: byte order, kind, size (`<f4`). A record's is longer and matches nothing.
fn descr(header: &Header) -> String {
    let text = header.type_descriptor.to_string();
    let text = text.trim_matches('\'');
    if text.is_ascii() && text.len() >= 2 { text.to_owned() } else { format!("?{text}") }
}

/// Four bytes a character, as numpy writes `<U…`.
fn characters(item: &[u8]) -> impl Iterator<Item = char> {
    let code = |b: &[u8]| u32::from_le_bytes(b.try_into().expect("chunks of four bytes"));
    item.chunks_exact(4).map(move |b| char::from_u32(code(b)).unwrap_or(char::REPLACEMENT_CHARACTER))
}

/// A header as it is read, refused where brackets nest so deep that its recursive parser would run out of stack.
struct Shallow<R> {
    source: R,
    depth: u32,
}

impl<R: Read> Read for Shallow<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        for byte in &buffer[..count] {
            match byte {
                b'(' | b'[' | b'{' => self.depth += 1,
                b')' | b']' | b'}' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            if self.depth > 32 {
                return Err(io::Error::other("its header's brackets nest too deep"));
            }
        }
        Ok(count)
    }
}

struct Stream<'a, R> {
    source: R,
    header: &'a Header,
    at: &'a str,
    big: bool,
}

impl<R: Read> Stream<'_, R> {
    /// Every element: `number` reads its bytes, `element` says whether it will do.
    fn decode<T, V: Copy + ToString, const N: usize>(
        &mut self,
        number: impl Fn([u8; N]) -> V,
        element: impl Fn(V) -> Option<T>,
    ) -> Result<Vec<T>, DataError>
    where
        T: Element,
    {
        let count = self.count()?;
        let mut values = Vec::new();
        values.try_reserve_exact(count).map_err(|e| DataError::malformed(self.at, ".npy", e))?;
        let mut buffer = vec![0; CHUNK.min(count) * N];
        while values.len() < count {
            let bytes = &mut buffer[..CHUNK.min(count - values.len()) * N];
            self.source
                .read_exact(bytes)
                .map_err(|e| DataError::malformed(self.at, ".npy", format!("cut short: {e}")))?;
            for item in bytes.chunks_exact_mut(N) {
                if self.big {
                    item.reverse();
                }
                let read = number((&*item).try_into().expect("chunks of N bytes"));
                let value = element(read).ok_or_else(|| self.bad::<T>(values.len(), read.to_string()))?;
                values.push(value);
            }
        }
        Ok(values)
    }

    fn count(&self) -> Result<usize, DataError> {
        let product = self.header.shape.iter().try_fold(1_usize, |n, d| n.checked_mul(*d));
        product.ok_or_else(|| DataError::malformed(self.at, ".npy", "more elements than can be counted"))
    }

    /// The error for the `place`-th element of the file.
    fn bad<T: Element>(&self, place: usize, value: String) -> DataError {
        let shape = &self.header.shape;
        let mut rest = place;
        let mut digit = |d: &usize| {
            let digit = rest % d;
            rest /= d;
            digit
        };
        let index: Vec<usize> = if self.header.layout.is_fortran() {
            shape.iter().map(&mut digit).collect()
        } else {
            let reversed: Vec<usize> = shape.iter().rev().map(&mut digit).collect();
            reversed.into_iter().rev().collect()
        };
        DataError::Value { file: self.at.to_owned(), index, value, wanted: T::WANTED }
    }
}
