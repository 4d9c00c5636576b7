//! What can be wrong with a file, and where.

/// A file is not one that can be taken in. Nothing of it has to be believed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{fault} (part {}, at byte {})", place.part, place.at)]
pub struct ReadError {
    /// What.
    pub fault: ReadFault,
    /// Where.
    pub place: Place,
}

/// A place in a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// Which part, from 0; 0 is the head, and what comes before it.
    pub part: u64,
    /// Where that part begins, in bytes from the beginning of the file.
    pub at: u64,
}

/// What is wrong with a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadFault {
    /// It does not begin as a courier file does.
    #[error("not a courier file")]
    Foreign,
    /// It is of a later version, or has a part that a reader must know.
    #[error("a courier file of a later version")]
    Newer,
    /// It ends before its seal.
    #[error("the file is cut off")]
    Truncated,
    /// A part says that it is longer than any may be.
    #[error("a part of {len} bytes, which none may have")]
    TooLong {
        /// How long it says that it is, in bytes.
        len: u64,
    },
    /// Not the form of a part.
    #[error("not a part of a courier file")]
    Form,
    /// A part where it may not stand: the head comes first, the register before all else.
    #[error("a part out of its place")]
    Order,
    /// More operations or requests than a file may have.
    #[error("more than a courier file may have")]
    TooMany,
    /// Something follows the seal.
    #[error("something follows the end of the file")]
    Trailing,
    /// The seal does not fit the bytes before it, or is not by the device that the head names: the file was damaged.
    #[error("the seal does not fit the file")]
    Seal,
}

/// Something cannot be written into a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The register, the requests or one part are more than a file may have.
    #[error("more than a courier file may have")]
    TooLarge,
    /// The register comes before all else.
    #[error("the register comes first")]
    Order,
    /// The key is not that of the device that [`crate::Head::device`] names.
    #[error("the key is another device's")]
    Key,
}
