//! All chores.

fn main() {}
