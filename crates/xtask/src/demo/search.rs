//! Looks for known plain texts in files, raw.

use std::path::{Path, PathBuf};

use anyhow::Result;

/// Every file under a folder.
pub(super) fn files(under: &Path) -> Result<Vec<PathBuf>> {
    let mut out = Vec::new();
    let mut todo = vec![under.to_owned()];
    while let Some(folder) = todo.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                todo.push(path)
            } else {
                out.push(path)
            }
        }
    }
    out.sort();
    Ok(out)
}

/// The files in which one of the texts stands, as UTF-8 or UTF-16, with the text.
pub(super) fn find<'t>(files: &[PathBuf], texts: &'t [String]) -> Result<Vec<(PathBuf, &'t str)>> {
    let mut found = Vec::new();
    for path in files {
        let bytes = std::fs::read(path)?;
        for text in texts {
            let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            if contains(&bytes, text.as_bytes()) || contains(&bytes, &utf16) {
                found.push((path.clone(), text.as_str()));
            }
        }
    }
    Ok(found)
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    let Some(first) = wanted.first() else { return false };
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        rest = &rest[at..];
        if rest.starts_with(wanted) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

/// The bytes of all files under a folder.
pub(super) fn size(under: &Path) -> Result<u64> {
    let mut sum = 0;
    for path in files(under)? {
        sum += std::fs::metadata(path)?.len();
    }
    Ok(sum)
}
