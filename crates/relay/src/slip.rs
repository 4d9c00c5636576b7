//! The root slip: what a commune's registrar hands to who runs a relay.

use std::str::FromStr;

use sothon_ledger::Root;

const BEGINS: &str = "sothon-root:1:";

/// A commune's root as printed text: `sothon-root:1:` and 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RootSlip(pub Root);

/// A text that is not a root slip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a root slip: it has the form sothon-root:1:<64 hexadecimal digits>")]
pub struct NotASlip;

impl FromStr for RootSlip {
    type Err = NotASlip;

    fn from_str(text: &str) -> Result<Self, NotASlip> {
        let root = text.trim().strip_prefix(BEGINS).ok_or(NotASlip)?;
        root.parse().map(RootSlip).map_err(|_| NotASlip)
    }
}

impl std::fmt::Display for RootSlip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{BEGINS}{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_reads_as_it_was_printed_and_nothing_else_does() {
        let slip = RootSlip(Root([0xab; 32]));
        assert_eq!(format!(" {slip}\n").parse(), Ok(slip));
        let printed = slip.to_string();
        for wrong in [
            "",
            "sothon-root:2:",
            &printed[..printed.len() - 1],
            &printed[14..],
        ] {
            assert_eq!(wrong.parse::<RootSlip>(), Err(NotASlip), "{wrong}");
        }
    }
}
