//! A device's secrets at rest, sealed under a passphrase.
