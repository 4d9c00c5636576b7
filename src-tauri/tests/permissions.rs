//! The list of what the pages may call is made from the core's commands, and is never stale.

use std::path::Path;

const FILE: &str = "permissions/app.toml";

#[test]
fn the_pages_may_call_every_command_of_the_core_and_nothing_else() {
    let wanted = permissions();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    if std::env::var_os("SOTHON_WRITE_VECTORS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(there, wanted, "{FILE} is stale: run `cargo xtask generate`");
}

fn permissions() -> String {
    let mut text = String::from(
        "# Made from sothon_app::commands::NAMES: run `cargo xtask generate`, do not edit.\n\n\
         [[permission]]\n\
         identifier = \"app\"\n\
         description = \"Every command of the core.\"\n\
         commands.allow = [\n",
    );
    for name in sothon_app::commands::NAMES {
        text.push_str(&format!("  \"{name}\",\n"));
    }
    text.push_str("]\n");
    text
}
