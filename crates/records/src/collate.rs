//! The order of Vietnamese names.
