//! An invented commune, seeded and reproducible.
