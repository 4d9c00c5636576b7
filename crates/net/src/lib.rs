//! QUIC with raw public keys, and discovery on the local network: the thin drivers of sync.
