//! What can be said on the command line.

use std::path::PathBuf;

/// Sổ Thôn, the village register.
#[derive(clap::Parser, Clone, Default, Debug)]
#[command(name = "so-thon", version)]
pub struct Arguments {
    /// Where the folders of people's books lie; without it, the place of this system for data of programs.
    #[arg(long, value_name = "DIR")]
    pub base: Option<PathBuf>,
    /// A courier file to take in: what the system says when somebody opens one.
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
}

impl Arguments {
    /// Reads the command line; what it cannot read ends the program with a word on how it is called.
    pub fn parse() -> Arguments {
        <Arguments as clap::Parser>::parse()
    }
}
