//! Random secrets of links, sessions and tokens: shown once, kept as hashes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use renkei_core::id::Digest;
use zeroize::Zeroizing;

/// 32 random bytes that stand for a link, a session or a token.
pub struct Secret(Zeroizing<[u8; 32]>);

impl Secret {
    /// A new one from the system's random numbers.
    pub fn fresh() -> Self {
        Self(Zeroizing::new(rand::random()))
    }

    /// Reads one as it came from a cookie, a path or a header.
    pub fn read(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?);
        Some(Self(Zeroizing::new(bytes.as_slice().try_into().ok()?)))
    }

    /// The text for a cookie, a path or a header: 43 characters.
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.as_slice())
    }

    /// What is kept of it. No salt is needed: nobody guesses 256 random bits.
    pub fn hash(&self) -> Digest {
        Digest::of(self.0.as_slice())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}
