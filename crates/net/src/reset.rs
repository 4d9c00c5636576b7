//! Telling peers of an earlier run of this program that it is gone (stateless resets, RFC 9000 §10.3).
//!
//! A relay that was killed answers the packets of its former connections with a reset that they recognize, so that
//! devices dial again at once and do not wait until they hold the connection for dead. For that, the keys behind the
//! reset tokens and connection ids are derived from the transport key, and so outlive the process.

use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use quinn::EndpointConfig;
use quinn::crypto::{CryptoError, HmacKey};
use quinn_proto::HashedConnectionIdGenerator;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::tls::Identity;

/// The configuration of an endpoint whose peers recognize it after a restart.
pub(crate) fn endpoint_config(identity: &Identity) -> EndpointConfig {
    let ids = identity.derive(b"sothon/connection-ids/1");
    let mut key = [0; 8];
    key.copy_from_slice(&ids[..8]);
    let key = u64::from_be_bytes(key);
    let mut config = EndpointConfig::new(Arc::new(ResetKey(identity.derive(b"sothon/reset/1"))));
    config.cid_generator(move || Box::new(HashedConnectionIdGenerator::from_key(key)));
    config
}

struct ResetKey(Zeroizing<[u8; 32]>);

impl ResetKey {
    fn mac(&self, data: &[u8]) -> Hmac<Sha256> {
        let mut block = Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(self.0.as_slice());
        Hmac::new(&(*block).into()).chain_update(data)
    }
}

impl HmacKey for ResetKey {
    fn sign(&self, data: &[u8], signature_out: &mut [u8]) {
        for (out, byte) in signature_out
            .iter_mut()
            .zip(self.mac(data).finalize().into_bytes())
        {
            *out = byte;
        }
    }

    fn signature_len(&self) -> usize {
        32
    }

    fn verify(&self, data: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        self.mac(data).verify_slice(signature).map_err(|_| CryptoError)
    }
}
