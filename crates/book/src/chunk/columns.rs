//! The column encodings of a chunk: LEB128 numbers, run-length, delta and boolean columns.

use super::ChunkError;

/// Reads from a slice and never past its end.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader(bytes)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is left.
    pub fn rest(&self) -> &'a [u8] {
        self.0
    }

    pub fn take(&mut self, length: usize) -> Result<&'a [u8], ChunkError> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(ChunkError::Torn)?;
        self.0 = rest;
        Ok(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], ChunkError> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(ChunkError::Torn)?;
        self.0 = rest;
        Ok(*taken)
    }

    pub fn text(&mut self, length: usize) -> Result<&'a str, ChunkError> {
        std::str::from_utf8(self.take(length)?).map_err(|_| ChunkError::Malformed)
    }

    /// An unsigned LEB128 number.
    pub fn uint(&mut self) -> Result<u64, ChunkError> {
        let mut number = 0u64;
        for shift in (0..70).step_by(7) {
            let [byte] = self.array::<1>()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return Err(ChunkError::Malformed);
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(ChunkError::Malformed)
    }

    /// A signed LEB128 number.
    pub fn int(&mut self) -> Result<i64, ChunkError> {
        let mut number = 0i64;
        for shift in (0..70).step_by(7) {
            let [byte] = self.array::<1>()?;
            if shift == 63 && byte != 0 && byte != 0x7f {
                return Err(ChunkError::Malformed);
            }
            number |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                if shift + 7 < 64 && byte & 0x40 != 0 {
                    number |= -1 << (shift + 7);
                }
                return Ok(number);
            }
        }
        Err(ChunkError::Malformed)
    }

    /// An unsigned number that counts bytes or items of this chunk.
    pub fn length(&mut self) -> Result<usize, ChunkError> {
        usize::try_from(self.uint()?).map_err(|_| ChunkError::Torn)
    }
}

/// A run-length column; it goes on with nulls for ever after its end.
pub(super) struct RleColumn<'a, T> {
    reader: Reader<'a>,
    left: u64,
    run: Run<T>,
}

enum Run<T> {
    Null,
    Same(T),
    Literal,
}

impl<'a, T: Clone> RleColumn<'a, T> {
    pub fn new(bytes: &'a [u8]) -> Self {
        RleColumn {
            reader: Reader::new(bytes),
            left: 0,
            run: Run::Null,
        }
    }

    pub fn next(
        &mut self,
        read: impl Fn(&mut Reader<'a>) -> Result<T, ChunkError>,
    ) -> Result<Option<T>, ChunkError> {
        if self.left == 0 {
            if self.reader.is_empty() {
                return Ok(None);
            }
            match self.reader.int()? {
                0 => (self.left, self.run) = (self.reader.uint()?, Run::Null),
                same @ 1.. => {
                    (self.left, self.run) = (same.unsigned_abs(), Run::Same(read(&mut self.reader)?))
                }
                literal => (self.left, self.run) = (literal.unsigned_abs(), Run::Literal),
            }
            // A run of no nulls: nothing honest, and it must not be walked over without end.
            if self.left == 0 {
                return Err(ChunkError::Malformed);
            }
        }
        self.left -= 1;
        match &self.run {
            Run::Null => Ok(None),
            Run::Same(value) => Ok(Some(value.clone())),
            Run::Literal => read(&mut self.reader).map(Some),
        }
    }

    /// How many values there are, from the run headers alone.
    pub fn count(
        mut self,
        skip: impl Fn(&mut Reader<'a>) -> Result<(), ChunkError>,
        most: usize,
    ) -> Result<usize, ChunkError> {
        let mut count = 0u64;
        while !self.reader.is_empty() {
            let (run, values) = match self.reader.int()? {
                0 => (self.reader.uint()?, 0),
                same @ 1.. => (same.unsigned_abs(), 1),
                literal => (literal.unsigned_abs(), literal.unsigned_abs()),
            };
            count = count.saturating_add(run);
            if count > most as u64 {
                return Err(ChunkError::TooManyOps);
            }
            for _ in 0..values {
                skip(&mut self.reader)?;
            }
        }
        usize::try_from(count).map_err(|_| ChunkError::TooManyOps)
    }
}

/// A column of booleans: lengths of runs, the first of `false`; it goes on with `false` after its end.
pub(super) struct BoolColumn<'a> {
    reader: Reader<'a>,
    left: u64,
    value: bool,
}

impl<'a> BoolColumn<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        BoolColumn {
            reader: Reader::new(bytes),
            left: 0,
            value: true,
        }
    }

    pub fn next(&mut self) -> Result<bool, ChunkError> {
        while self.left == 0 {
            if self.reader.is_empty() {
                return Ok(false);
            }
            self.left = self.reader.uint()?;
            self.value = !self.value;
        }
        self.left -= 1;
        Ok(self.value)
    }
}

pub(crate) fn write_uint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

pub(super) fn write_int(out: &mut Vec<u8>, mut number: i64) {
    loop {
        let byte = number as u8 & 0x7f;
        number >>= 7;
        if number == 0 && byte & 0x40 == 0 || number == -1 && byte & 0x40 != 0 {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}

/// Runs of two and more equal values are runs, single ones are literals; a column of nulls alone is empty.
pub(super) fn write_rle<T: PartialEq>(
    values: impl Iterator<Item = Option<T>>,
    write: impl Fn(&T, &mut Vec<u8>),
) -> Vec<u8> {
    let mut runs: Vec<(Option<T>, i64)> = Vec::new();
    for value in values {
        match runs.last_mut() {
            Some((last, count)) if *last == value => *count += 1,
            _ => runs.push((value, 1)),
        }
    }
    let mut out = Vec::new();
    if let [(None, _)] = runs.as_slice() {
        return out;
    }
    let mut rest = runs.as_slice();
    while let Some(((value, count), after)) = rest.split_first() {
        match value {
            None => {
                write_int(&mut out, 0);
                write_uint(&mut out, count.unsigned_abs());
                rest = after;
            }
            Some(value) if *count > 1 => {
                write_int(&mut out, *count);
                write(value, &mut out);
                rest = after;
            }
            Some(_) => {
                let singles = rest
                    .iter()
                    .take_while(|(value, count)| value.is_some() && *count == 1)
                    .count();
                write_int(&mut out, -(singles as i64));
                for value in rest.iter().take(singles).filter_map(|(value, _)| value.as_ref()) {
                    write(value, &mut out);
                }
                rest = rest.get(singles..).unwrap_or(&[]);
            }
        }
    }
    out
}

/// Each number as its difference from the one before.
pub(super) fn write_deltas(values: impl Iterator<Item = Option<i64>>) -> Vec<u8> {
    let mut at = 0i64;
    let steps = values.map(|value| {
        value.map(|value| {
            let step = value.wrapping_sub(at);
            at = value;
            step
        })
    });
    write_rle(steps, |step, out| write_int(out, *step))
}

pub(super) fn write_bools(values: impl Iterator<Item = bool>) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut last, mut count) = (false, 0u64);
    for value in values {
        if value != last {
            write_uint(&mut out, count);
            (last, count) = (value, 0);
        }
        count += 1;
    }
    if count > 0 {
        write_uint(&mut out, count);
    }
    out
}
