//! What a person typed as a secret: erased when dropped, not shown in `Debug`.

use zeroize::Zeroizing;

/// A secret that was typed. TypeScript sees a string.
#[derive(Clone, serde::Deserialize, ts_rs::TS)]
#[ts(type = "string")]
pub struct Secret(#[serde(deserialize_with = "typed")] pub Zeroizing<String>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

fn typed<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Zeroizing<String>, D::Error> {
    use serde::Deserialize as _;
    String::deserialize(from).map(Zeroizing::new)
}
