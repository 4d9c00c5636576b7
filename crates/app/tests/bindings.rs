//! The TypeScript files that are checked in are those that this code makes.

use std::fs;
use std::path::Path;

#[test]
fn the_bindings_in_ui_are_those_that_this_code_makes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/lib/generated");
    let made = sothon_app::bindings::bindings();
    for (name, text) in [("types.ts", made.types), ("commands.ts", made.commands)] {
        let path = folder.join(name);
        if std::env::var_os("SOTHON_WRITE_VECTORS").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &text).unwrap();
        }
        let there = fs::read_to_string(&path).unwrap_or_default();
        assert!(there == text, "{name} is stale: run `cargo xtask generate`");
    }
}
