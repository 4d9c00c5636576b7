//! Signed, sealed logs; the register; keys; verdicts. Pure.
