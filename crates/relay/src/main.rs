//! sothon-relay: blind store-and-forward for communes.

fn main() {}
