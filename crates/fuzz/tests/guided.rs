//! The same targets under a coverage-guided fuzzer, which needs a C++ compiler and minutes to be built: for
//! `cargo xtask test --long`, and for whoever has a night. `SOTHON_SECONDS` is for each target, `SOTHON_TARGET` chooses one. What
//! it finds is kept under the build's temporary folder, or in `SOTHON_CORPUS`, where the next run goes on from it.
#![allow(missing_docs)]

use std::path::{Path, PathBuf};
use std::process::Command;

use sothon_fuzz::{Target, targets};

/// In MiB: the program, all that it has found, and whatever one input makes it take.
const MEMORY: u32 = 1024;
/// How libFuzzer sees which branches are taken. No release of the compiler is needed that stable Rust has not.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

#[test]
#[ignore = "goes on for a minute for each target, or SOTHON_SECONDS"]
fn soak_guided() {
    let seconds = std::env::var("SOTHON_SECONDS").unwrap_or_else(|_| "60".to_owned());
    let only = std::env::var("SOTHON_TARGET").ok();
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let corpus = std::env::var_os("SOTHON_CORPUS").map_or_else(|| temporary.join("corpus"), PathBuf::from);
    let program = built(&temporary.join("guided"));
    let mut broken = Vec::new();
    for target in targets() {
        if only.as_ref().is_some_and(|only| only != target.name) {
            continue;
        }
        let folder = corpus.join(target.name);
        sow(&target, &folder);
        let found = temporary.join(format!("{}-", target.name));
        let status = Command::new(&program)
            .env("SOTHON_TARGET", target.name)
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-rss_limit_mb={MEMORY}"))
            .args(["-timeout=20", "-print_final_stats=1", "-verbosity=0"])
            .arg(format!("-artifact_prefix={}", found.display()))
            .arg(&folder)
            .status()
            .unwrap();
        if !status.success() {
            broken.push(target.name);
        }
    }
    assert!(
        broken.is_empty(),
        "broken: {broken:?}; by what is in {}. It goes into kept/ with the mending",
        temporary.display()
    );
}

/// Honest bytes, and what once broke the target: what libFuzzer begins with.
fn sow(target: &Target, folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    for (at, seed) in (target.seeds)().iter().enumerate() {
        std::fs::write(folder.join(format!("honest-{at}")), seed).unwrap();
    }
    let kept = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("kept")
        .join(target.name);
    for file in std::fs::read_dir(kept).into_iter().flatten() {
        let file = file.unwrap();
        std::fs::copy(file.path(), folder.join(file.file_name())).unwrap();
    }
}

/// Builds the program, optimized, with the checks of arithmetic that tests have.
fn built(folder: &Path) -> PathBuf {
    // Named, so that what only runs while building is not looked into.
    let host = host();
    let status = Command::new(env!("CARGO"))
        .args(["build", "--locked", "--release", "-p", "sothon-fuzz"])
        .args([
            "--features",
            "guided",
            "--bin",
            "sothon-guided",
            "--target",
            &host,
        ])
        .arg("--target-dir")
        .arg(folder)
        .env("RUSTFLAGS", COVERAGE)
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS", "true")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .unwrap();
    assert!(status.success(), "it could not be built");
    folder.join(host).join("release/sothon-guided")
}

fn host() -> String {
    let said = Command::new("rustc").arg("-vV").output().unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("rustc names it").to_owned()
}
