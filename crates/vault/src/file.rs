//! One small file, rewritten whole: after a power cut it holds the old bytes or the new ones, never a mixture.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::layout::MAX_PART_LEN;

/// A step on the way to the disk failed.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}", path.display())]
#[non_exhaustive]
pub struct FileError {
    /// What was being done: "read", "create", "write", "sync", "rename".
    pub action: &'static str,
    /// To which file.
    pub path: PathBuf,
    /// What the system said.
    #[source]
    pub source: io::Error,
}

/// Writes `bytes` in place of what `path` holds, readable and writable for its owner alone (mode 0600 on Unix).
///
/// When it returns, the new bytes survive a power cut. What the disk keeps of the old ones beneath the file system
/// is beyond it (flash keeps old blocks; threats A6).
///
/// The caller sees to it that there is one writer.
///
/// # Errors
/// [`FileError`]; then `path` still holds what it held.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    // What an interrupted attempt left; `create_new` below follows no link that somebody put there.
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(failed("remove", &beside)(error));
        }
        _ => {}
    }
    let written = write_beside(&beside, bytes)
        .and_then(|()| fs::rename(&beside, path).map_err(failed("rename", &beside)));
    if written.is_err() {
        // The first error is the one that counts.
        let _ = fs::remove_file(&beside);
    }
    written?;
    sync_folder(path)
}

/// Reads a file that [`replace`] wrote, refusing one that is longer than any vault.
///
/// # Errors
/// [`FileError`], with `source` of kind `NotFound` where there is no such file.
pub fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, FileError> {
    let file = File::open(path).map_err(failed("read", path))?;
    let limit = 2 * MAX_PART_LEN as u64 + 4096;
    let len = file.metadata().map_err(failed("read", path))?.len();
    if len > limit {
        return Err(failed("read", path)(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "longer than any vault",
        )));
    }
    // Room for all of it at once: the open part holds a secret key, and a growing Vec would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(len).unwrap_or(0) + 1));
    file.take(limit)
        .read_to_end(&mut bytes)
        .map_err(failed("read", path))?;
    Ok(bytes)
}

fn write_beside(beside: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(beside).map_err(failed("create", beside))?;
    file.write_all(bytes).map_err(failed("write", beside))?;
    file.sync_all().map_err(failed("sync", beside))
}

/// A rename survives a power cut only once the folder is on disk, too.
#[cfg(unix)]
fn sync_folder(path: &Path) -> Result<(), FileError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(failed("sync", folder))
}

/// Other systems have no such call for folders.
#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> Result<(), FileError> {
    Ok(())
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    let path = path.to_owned();
    move |source| FileError { action, path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_new_bytes_take_the_place_of_the_old_ones() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        replace(&path, b"first").unwrap();
        replace(&path, b"second").unwrap();
        assert_eq!(read(&path).unwrap().as_slice(), b"second");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_an_interrupted_write_left_is_in_nobodys_way() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        replace(&path, b"first").unwrap();
        fs::write(folder.path().join("vault.new"), b"half of the sec").unwrap();
        assert_eq!(read(&path).unwrap().as_slice(), b"first");
        replace(&path, b"second").unwrap();
        assert_eq!(read(&path).unwrap().as_slice(), b"second");
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        fs::write(&path, b"").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        replace(&path, b"secret").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_beside_it_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        let elsewhere = folder.path().join("elsewhere");
        fs::write(&elsewhere, b"untouched").unwrap();
        std::os::unix::fs::symlink(&elsewhere, folder.path().join("vault.new")).unwrap();
        replace(&path, b"secret").unwrap();
        assert_eq!(fs::read(&elsewhere).unwrap(), b"untouched");
    }

    #[test]
    fn a_failed_write_leaves_the_old_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        replace(&path, b"first").unwrap();
        fs::create_dir(folder.path().join("vault.new")).unwrap();
        assert!(replace(&path, b"second").is_err());
        assert_eq!(read(&path).unwrap().as_slice(), b"first");
    }

    #[test]
    fn a_file_longer_than_any_vault_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        File::create(&path).unwrap().set_len(1 << 40).unwrap();
        assert_eq!(
            read(&path).unwrap_err().source.kind(),
            io::ErrorKind::FileTooLarge
        );
    }
}
