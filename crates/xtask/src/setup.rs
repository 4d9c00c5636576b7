//! Installs what the tests need: system packages by apt where that is allowed, else it says which; a Python
//! environment under `target/`, npm packages in their folders.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::command::{Run, answers};
use crate::context::{Context, is_ci};
use crate::report::Outcome;

/// A program that must answer, and the Debian package that brings it.
struct Need {
    program: &'static str,
    arguments: &'static [&'static str],
    package: &'static str,
}

const NEEDS: &[Need] = &[
    Need {
        program: "cc",
        arguments: &["--version"],
        package: "build-essential",
    },
    Need {
        program: "git",
        arguments: &["--version"],
        package: "git",
    },
    Need {
        program: "python3",
        arguments: &["-c", "import venv, ensurepip"],
        package: "python3-venv",
    },
    Need {
        program: "node",
        arguments: &["--version"],
        package: "nodejs",
    },
    Need {
        program: "npm",
        arguments: &["--version"],
        package: "npm",
    },
    Need {
        program: "pkg-config",
        arguments: &["--version"],
        package: "pkg-config",
    },
    Need {
        program: "pkg-config",
        arguments: &["--exists", "webkit2gtk-4.1"],
        package: "libwebkit2gtk-4.1-dev",
    },
    Need {
        program: "WebKitWebDriver",
        arguments: &["--help"],
        package: "webkit2gtk-driver",
    },
    // Types Vietnamese as people do.
    Need {
        program: "ibus",
        arguments: &["version"],
        package: "ibus",
    },
    Need {
        program: "sh",
        arguments: &[
            "-c",
            "ls /usr/lib*/ibus/ibus-engine-unikey /usr/libexec/ibus-engine-unikey | grep -q .",
        ],
        package: "ibus-unikey",
    },
    Need {
        program: "sh",
        arguments: &["-c", "ls /usr/lib/*/gtk-3.0/*/immodules/im-ibus.so"],
        package: "ibus-gtk3",
    },
    Need {
        program: "sh",
        arguments: &["-c", "command -v xdotool"],
        package: "xdotool",
    },
    Need {
        program: "sh",
        arguments: &["-c", "command -v Xvfb"],
        package: "xvfb",
    },
    Need {
        program: "dbus-daemon",
        arguments: &["--version"],
        package: "dbus",
    },
    // The pages bring their own; GTK wants one for itself.
    Need {
        program: "sh",
        arguments: &["-c", "fc-list | grep -q ."],
        package: "fonts-noto-core",
    },
    Need {
        program: "dpkg-shlibdeps",
        arguments: &["--version"],
        package: "dpkg-dev",
    },
    // Reads our workbooks, and writes others for us to read.
    Need {
        program: "soffice",
        arguments: &["--version"],
        package: "libreoffice-calc",
    },
    Need {
        program: "pdftotext",
        arguments: &["-v"],
        package: "poppler-utils",
    },
];

/// The folders with a `package.json`, but for [`BENCH_FOLDER`].
pub(crate) const NPM_FOLDERS: &[&str] = &["tests/js", "tests/window", "ui"];
/// What only a benchmark needs; no test installs it.
pub(crate) const BENCH_FOLDER: &str = "tests/pouchdb";

/// Makes ready all that the steps after this one use.
pub(crate) fn prepare(context: &Context) -> Result<Outcome> {
    system_packages(context)?;
    rust_components(context)?;
    python_environment(context)?;
    for folder in NPM_FOLDERS {
        npm_packages(context, folder)?;
    }
    Ok(Outcome::Passed("all that the tests need is there".to_owned()))
}

/// Makes ready what the app alone is built from.
pub(crate) fn prepare_app(context: &Context) -> Result<()> {
    system_packages(context)?;
    npm_packages(context, "ui")
}

/// The Python that has what tests/cose asks for.
pub(crate) fn python(context: &Context) -> PathBuf {
    context.made("python").join("bin/python")
}

fn system_packages(context: &Context) -> Result<()> {
    let missing = missing();
    if missing.is_empty() {
        return Ok(());
    }
    let advice = format!("please install: sudo apt-get install {}", missing.join(" "));
    let Some((program, first)) = apt_get() else {
        bail!("{advice}")
    };
    let run = |arguments: &[&str]| -> Result<String> {
        let mut all = first.clone();
        all.extend_from_slice(arguments);
        Run::new(&program, &all, &context.root)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .about(&advice)
            .until(context.deadline)
            .run()
    };
    run(&["update", "-q"])?;
    let mut arguments = vec!["install", "-y", "-q", "--no-install-recommends"];
    arguments.extend_from_slice(&missing);
    run(&arguments)?;
    if !self::missing().is_empty() {
        bail!("{advice}");
    }
    Ok(())
}

fn missing() -> Vec<&'static str> {
    NEEDS
        .iter()
        .filter(|need| !answers(need.program, need.arguments))
        .map(|need| need.package)
        .collect()
}

/// How to call apt-get without anybody being asked for a password: as root, or by a sudo that does not ask. Outside
/// of CI a person's machine is changed only where they run this as root or have such a sudo.
fn apt_get() -> Option<(PathBuf, Vec<&'static str>)> {
    if !answers("apt-get", &["--version"]) {
        return None;
    }
    if answers("sh", &["-c", "test \"$(id -u)\" = 0"]) {
        return Some(("apt-get".into(), Vec::new()));
    }
    answers("sudo", &["-n", "true"]).then(|| ("sudo".into(), vec!["-n", "apt-get"]))
}

fn rust_components(context: &Context) -> Result<()> {
    for (program, component) in [("clippy", "clippy"), ("fmt", "rustfmt")] {
        if answers("cargo", &[program, "--version"]) {
            continue;
        }
        if !answers("rustup", &["--version"]) {
            bail!("please install {component} for your Rust (Debian: apt-get install rust-{program})");
        }
        Run::new("rustup", &["component", "add", component], &context.root)
            .until(context.deadline)
            .run()?;
    }
    Ok(())
}

fn python_environment(context: &Context) -> Result<()> {
    let requirements = context.root.join("tests/cose/requirements.txt");
    let wanted = fs::read_to_string(&requirements).context("cannot read tests/cose/requirements.txt")?;
    let folder = context.made("python");
    let stamp = folder.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let path = folder.display().to_string();
    Run::new("python3", &["-m", "venv", "--clear", &path], &context.root)
        .until(context.deadline)
        .run()?;
    let list = requirements.display().to_string();
    Run::new(
        python(context),
        &[
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-cache-dir",
            "--disable-pip-version-check",
            "-r",
            &list,
        ],
        &context.root,
    )
    .about("installing the Python packages of tests/cose")
    .until(context.deadline)
    .run()?;
    fs::write(stamp, wanted).context("cannot note what was installed")
}

/// Installs what the lock file of a folder names, unless it is there.
pub(crate) fn npm_packages(context: &Context, folder: &str) -> Result<()> {
    let path: &Path = &context.root.join(folder);
    let wanted = fs::read_to_string(path.join("package-lock.json"))
        .with_context(|| format!("cannot read {folder}/package-lock.json"))?;
    let stamp = path.join("node_modules/.installed.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let quiet = if is_ci() { "--no-progress" } else { "--no-fund" };
    // Not `npm ci`: it fails where a registry lacks a package that is optional and for another system. Without saving,
    // `install` takes the same versions and leaves the lock file as it is.
    let install = ["install", "--no-save", "--no-audit", "--ignore-scripts", quiet];
    Run::new("npm", &install, path)
        .about(&format!("installing the npm packages of {folder}"))
        .until(context.deadline)
        .run()?;
    fs::write(stamp, wanted).context("cannot note what was installed")
}
