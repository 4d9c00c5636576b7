//! The Debian package: a program with its pages inside, an icon, an entry in the menu, a name for courier files.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::checks::pages;
use crate::command::Run;
use crate::context::Context;

/// How the program in it is built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Built {
    /// To be used: takes long.
    Release,
    /// As the tests are built anyway.
    ForTests,
}

/// What lies where, but for the program itself: from the top of the checkout, to the root of a system.
const FILES: &[(&str, &str)] = &[
    (
        "src-tauri/linux/so-thon.desktop",
        "usr/share/applications/so-thon.desktop",
    ),
    (
        "src-tauri/linux/so-thon.xml",
        "usr/share/mime/packages/so-thon.xml",
    ),
    ("src-tauri/linux/copyright", "usr/share/doc/so-thon/copyright"),
    (
        "src-tauri/icons/so-thon.svg",
        "usr/share/icons/hicolor/scalable/apps/so-thon.svg",
    ),
    (
        "src-tauri/icons/32x32.png",
        "usr/share/icons/hicolor/32x32/apps/so-thon.png",
    ),
    (
        "src-tauri/icons/128x128.png",
        "usr/share/icons/hicolor/128x128/apps/so-thon.png",
    ),
    (
        "src-tauri/icons/256x256.png",
        "usr/share/icons/hicolor/256x256/apps/so-thon.png",
    ),
    (
        "src-tauri/icons/512x512.png",
        "usr/share/icons/hicolor/512x512/apps/so-thon.png",
    ),
];

const PROGRAM: &str = "usr/bin/so-thon";

/// Builds the program with the pages inside, and says where it is.
pub(crate) fn build(context: &Context, built: Built) -> Result<PathBuf> {
    pages::build(context)?;
    let folder = match built {
        Built::Release => {
            let arguments = ["build", "--locked", "--release", "-p", "sothon-desktop"];
            Run::new("cargo", &arguments, &context.root)
                .until(context.deadline)
                .run()?;
            "release"
        }
        Built::ForTests => {
            build_for_tests(context, &[])?;
            "debug"
        }
    };
    Ok(context.metadata.target_directory.join(folder).join("so-thon"))
}

/// Builds all programs with the features that they have beside all tests: of a few packages alone, what they stand on
/// would have fewer, and half of it would be built again.
pub(crate) fn build_for_tests(context: &Context, more: &[&str]) -> Result<()> {
    let mut arguments = vec!["build", "--locked", "--workspace", "--bins", "--tests"];
    arguments.extend_from_slice(more);
    Run::new("cargo", &arguments, &context.root)
        .until(context.deadline)
        .run()?;
    Ok(())
}

/// Makes the package, and says where it is.
pub(crate) fn make(context: &Context, built: Built) -> Result<PathBuf> {
    let program = build(context, built)?;
    let tree = context.made("package");
    if tree.exists() {
        fs::remove_dir_all(&tree).with_context(|| format!("cannot remove {}", tree.display()))?;
    }
    install(context, &program, &tree, "755", PROGRAM)?;
    run("strip", &["--strip-unneeded", PROGRAM], &tree)?;
    for (from, to) in FILES {
        install(context, &context.root.join(from), &tree, "644", to)?;
    }
    let architecture = run("dpkg", &["--print-architecture"], &tree)?.trim().to_owned();
    let needs = needs(&tree)?;
    fs::create_dir(tree.join("DEBIAN"))?;
    fs::write(tree.join("DEBIAN/control"), control(&architecture, &needs))?;
    let version = env!("CARGO_PKG_VERSION");
    let package = context
        .metadata
        .target_directory
        .join(format!("so-thon_{version}_{architecture}.deb"));
    let shown = package.display().to_string();
    run("dpkg-deb", &["--root-owner-group", "--build", ".", &shown], &tree)?;
    Ok(package)
}

fn install(context: &Context, from: &Path, tree: &Path, mode: &str, to: &str) -> Result<String> {
    let (from, to) = (from.display().to_string(), tree.join(to).display().to_string());
    run("install", &["-D", "-m", mode, &from, &to], &context.root)
}

/// The Debian packages whose libraries the program links, as Debian's own tool finds them.
fn needs(tree: &Path) -> Result<String> {
    // It wants to stand in a source package.
    fs::create_dir(tree.join("debian"))?;
    fs::write(
        tree.join("debian/control"),
        "Source: so-thon\n\nPackage: so-thon\nArchitecture: any\n",
    )?;
    let said = run("dpkg-shlibdeps", &["-O", "-e", PROGRAM], tree)?;
    fs::remove_dir_all(tree.join("debian"))?;
    said.lines()
        .find_map(|line| line.strip_prefix("shlibs:Depends="))
        .map(str::to_owned)
        .context("dpkg-shlibdeps did not say what the program needs")
}

fn control(architecture: &str, needs: &str) -> String {
    format!(
        "Package: so-thon\n\
         Version: {}\n\
         Architecture: {architecture}\n\
         Maintainer: the makers of Sổ Thôn <nobody@sothon.invalid>\n\
         Section: misc\n\
         Priority: optional\n\
         Depends: {needs}\n\
         Recommends: gstreamer1.0-plugins-good\n\
         Description: village register of a commune, local-first\n \
         Keeps the books of a village and of its commune on this machine, sealed, with no\n \
         connection needed; devices of one commune exchange sealed entries when they can.\n",
        env!("CARGO_PKG_VERSION")
    )
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> Result<String> {
    Run::new(program, arguments, folder).run()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_control_file_is_a_field_or_continues_one() {
        let control = control("amd64", "libc6 (>= 2.34)");
        assert!(
            control
                .lines()
                .all(|line| line.starts_with(' ') || line.contains(": ")),
            "{control}"
        );
        assert!(control.ends_with(".\n"));
    }
}
