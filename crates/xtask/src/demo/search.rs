//! Looks for known plain texts in files, raw.

use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
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
    let utf8 = texts.iter().map(|text| text.as_bytes().to_vec());
    let utf16 = texts
        .iter()
        .map(|text| text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    let patterns = AhoCorasick::new(utf8.chain(utf16))?;
    let mut found = Vec::new();
    for path in files {
        let bytes = std::fs::read(path)?;
        if let Some(hit) = patterns.find(&bytes) {
            let text = texts
                .get(hit.pattern().as_usize() % texts.len().max(1))
                .map_or("", String::as_str);
            found.push((path.clone(), text));
        }
    }
    Ok(found)
}

/// The bytes of all files under a folder.
pub(super) fn size(under: &Path) -> Result<u64> {
    let mut sum = 0;
    for path in files(under)? {
        sum += std::fs::metadata(path)?.len();
    }
    Ok(sum)
}
