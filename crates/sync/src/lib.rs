//! The sans-I/O session by which two replicas come to hold the same entries.
