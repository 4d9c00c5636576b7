//! How much a guess at the passphrase costs.

/// The cost of Argon2id (RFC 9106), kept in the vault's header so that it can be raised later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// The cost is outside what this crate will compute.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("Argon2id cost of {memory_kib} KiB, {passes} passes, {lanes} lanes is out of bounds")]
#[non_exhaustive]
pub struct CostError {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Cost {
    /// 64 MiB and 3 passes, as in the second recommendation of RFC 9106 §4, in one lane since lanes are computed one
    /// after another here: 0.11 s on a server's core of 2025, some tenths of a second on a village's laptop.
    pub const STANDARD: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 1,
    };

    /// The lowest cost that Argon2id has. For tests and simulations only: it protects nothing.
    pub const LOWEST: Self = Self {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    };

    const MAX_MEMORY_KIB: u32 = 1024 * 1024;
    const MAX_PASSES: u32 = 64;
    const MAX_LANES: u32 = 16;

    /// A cost of `memory_kib` KiB, `passes` passes, `lanes` lanes.
    ///
    /// # Errors
    /// [`CostError`] beyond 1 GiB, 64 passes or 16 lanes, so that a header cannot make a device work for hours, and
    /// below what Argon2 allows (8 KiB a lane, one pass, one lane).
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, CostError> {
        let bounded = (1..=Self::MAX_LANES).contains(&lanes)
            && (1..=Self::MAX_PASSES).contains(&passes)
            && (8 * lanes..=Self::MAX_MEMORY_KIB).contains(&memory_kib);
        if !bounded {
            return Err(CostError {
                memory_kib,
                passes,
                lanes,
            });
        }
        Ok(Self {
            memory_kib,
            passes,
            lanes,
        })
    }

    /// Memory in KiB.
    pub fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Passes over that memory.
    pub fn passes(self) -> u32 {
        self.passes
    }

    /// Lanes.
    pub fn lanes(self) -> u32 {
        self.lanes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_cannot_ask_for_work_without_bound() {
        for (memory, passes, lanes) in [
            (1 << 21, 3, 1),
            (65_536, 65, 1),
            (65_536, 3, 17),
            (7, 1, 1),
            (8, 1, 2),
            (8, 0, 1),
            (8, 1, 0),
        ] {
            assert!(
                Cost::new(memory, passes, lanes).is_err(),
                "{memory} {passes} {lanes}"
            );
        }
        assert_eq!(Cost::new(65_536, 3, 1), Ok(Cost::STANDARD));
        assert_eq!(Cost::new(8, 1, 1), Ok(Cost::LOWEST));
    }
}
