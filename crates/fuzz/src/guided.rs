//! One target under libFuzzer, which sees which branches an input reaches and goes on from there. `tests/guided.rs` builds and
//! runs it; `SOTHON_TARGET` names the target.
#![no_main]

use std::sync::OnceLock;

use sothon_fuzz::{Target, targets};

static TARGET: OnceLock<Target> = OnceLock::new();

libfuzzer_sys::fuzz_target!(
    init: {
        // libFuzzer's binding ends the process at any panic. Those of Automerge are caught and told as errors: only what
        // comes out of a target has broken it.
        drop(std::panic::take_hook());
        let name = std::env::var("SOTHON_TARGET").unwrap_or_default();
        if let Some(target) = targets().into_iter().find(|target| target.name == name) {
            TARGET.get_or_init(|| target);
        }
    },
    |bytes: &[u8]| {
        let target = TARGET.get().expect("SOTHON_TARGET names one of the targets");
        (target.run)(bytes);
    }
);
