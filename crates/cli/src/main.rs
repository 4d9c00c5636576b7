//! sothon: the whole job on the command line.

fn main() {}
