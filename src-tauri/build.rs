//! Puts the built pages, the icons and the list of what the pages may call into the program.

use std::path::Path;

fn main() {
    // `cargo check` and clippy need no pages; a program without them would show an empty window, which it says here.
    let pages = Path::new("../ui/dist");
    if !pages.join("index.html").exists() {
        println!("cargo::warning=ui/dist is not there: run `npm run build` in ui, or the window stays empty");
        if let Err(error) = std::fs::create_dir_all(pages) {
            println!("cargo::error=ui/dist cannot be made: {error}");
        }
    }
    println!("cargo::rerun-if-changed=permissions");
    // A manifest, even without commands named here: what stands in no permission is refused.
    let attributes = tauri_build::Attributes::new()
        .app_manifest(tauri_build::AppManifest::new())
        .codegen(tauri_build::CodegenContext::new());
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}
