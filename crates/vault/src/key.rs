//! From a passphrase and a key-store secret to the key of the seal.

use argon2::{Algorithm, Argon2, Params, Version};
use hkdf::Hkdf;
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::cost::Cost;
use crate::key_store::{KeyStore, KeyStoreError};
use crate::layout::VaultId;
use crate::passphrase::Passphrase;

const INFO: &[u8] = b"sothon/vault/1";
const MARK: &[u8] = b"sothon/vault/key-store-mark/1";

/// The sealing key, and the check by which a header commits to it.
pub(crate) struct DerivedKey {
    pub seal: Zeroizing<[u8; 32]>,
    pub check: [u8; 32],
}

/// Argon2 could not have the memory that the header asks for.
#[derive(Debug)]
pub(crate) struct OutOfMemory;

pub(crate) fn derive(
    passphrase: &Passphrase,
    cost: Cost,
    salt: &[u8; 16],
    id: VaultId,
    key_store_secret: Option<&KeyStoreSecret>,
) -> Result<DerivedKey, OutOfMemory> {
    let store_secret: &[u8] = key_store_secret.map_or(&[], |secret| secret.0.as_slice());
    let mut material = Zeroizing::new(vec![0; 32 + store_secret.len()]);
    let (stretched, rest) = material.split_at_mut(32);
    rest.copy_from_slice(store_secret);
    // `Cost` keeps within Argon2's own bounds, so that memory is all that can be wanting.
    let params =
        Params::new(cost.memory_kib(), cost.passes(), cost.lanes(), Some(32)).map_err(|_| OutOfMemory)?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, stretched)
        .map_err(|_| OutOfMemory)?;

    let hkdf = Hkdf::<Sha256>::new(Some(id.as_bytes()), &material);
    let mut seal = Zeroizing::new([0; 32]);
    let mut check = [0; 32];
    expand(&hkdf, b"/seal", &mut seal);
    expand(&hkdf, b"/check", &mut check);
    Ok(DerivedKey { seal, check })
}

#[expect(
    clippy::expect_used,
    reason = "HKDF-SHA256 gives up to 8,160 bytes; 32 are asked for"
)]
fn expand(hkdf: &Hkdf<Sha256>, purpose: &[u8], out: &mut [u8; 32]) {
    hkdf.expand_multi_info(&[INFO, purpose], out)
        .expect("32 bytes from HKDF");
}

/// What the key store adds to the passphrase: 32 random bytes.
pub(crate) struct KeyStoreSecret(Zeroizing<[u8; 32]>);

impl KeyStoreSecret {
    /// Makes a secret for a new vault, and returns it once the store keeps it.
    pub fn make(
        id: VaultId,
        key_store: &dyn KeyStore,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, KeyStoreError> {
        let mut secret = Zeroizing::new([0; 32]);
        rng.fill_bytes(secret.as_mut());
        key_store.put(&item(id), secret.as_ref())?;
        Ok(Self(secret))
    }

    /// The secret that the store keeps for a vault; `None` if it has none of the right form.
    pub fn fetch(id: VaultId, key_store: &dyn KeyStore) -> Result<Option<Self>, KeyStoreError> {
        let Some(kept) = key_store.get(&item(id))? else {
            return Ok(None);
        };
        let Ok(secret) = <[u8; 32]>::try_from(kept.as_slice()) else {
            return Ok(None);
        };
        Ok(Some(Self(Zeroizing::new(secret))))
    }

    /// Tells this secret from another one, and says nothing else about it.
    pub fn mark(&self) -> [u8; 8] {
        let hash = Sha256::new()
            .chain_update(MARK)
            .chain_update(self.0.as_ref())
            .finalize();
        let mut mark = [0; 8];
        mark.iter_mut()
            .zip(hash.iter())
            .for_each(|(to, from)| *to = *from);
        mark
    }
}

fn item(id: VaultId) -> String {
    format!("vault/{id}")
}
