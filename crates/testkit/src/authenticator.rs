//! An authenticator in software, for what no browser would let a page send (WebAuthn level 2, sections 6.1, 6.5).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use sha2::{Digest as _, Sha256};

/// An authenticator with one passkey (ES256). What it says can be bent in every way that a test wants.
#[derive(Debug, Clone)]
pub struct SoftAuthenticator {
    key: SigningKey,
    /// The credential id.
    pub credential: Vec<u8>,
    /// The name its passkey is for (`localhost`).
    pub site: String,
    /// The origin that the browser says.
    pub origin: String,
    /// Counts up with each use, unless it is 0.
    pub counter: u32,
    /// Whether somebody touched it.
    pub present: bool,
    /// Whether it verified its user.
    pub verified: bool,
    /// Whether the page was in a frame of another site's.
    pub framed: bool,
}

/// What a browser sends when a passkey was made.
#[derive(Debug, Clone)]
pub struct SoftRegistration {
    /// `clientDataJSON`.
    pub client_data: Vec<u8>,
    /// `attestationObject`.
    pub attestation: Vec<u8>,
}

/// What a browser sends when a passkey was used.
#[derive(Debug, Clone)]
pub struct SoftAssertion {
    /// `authenticatorData`.
    pub authenticator_data: Vec<u8>,
    /// `clientDataJSON`.
    pub client_data: Vec<u8>,
    /// Over both.
    pub signature: Vec<u8>,
}

#[expect(clippy::expect_used, reason = "what a test asks for is short, and a small scalar is a key")]
impl SoftAuthenticator {
    /// One whose key comes from a number, for pages of `origin` whose name is `site`.
    pub fn new(number: u8, site: &str, origin: &str) -> Self {
        // A small scalar is a valid key.
        let mut scalar = [0; 32];
        scalar[31] = number.max(1);
        Self {
            key: SigningKey::from_bytes(&scalar.into()).expect("a small scalar is a key"),
            credential: vec![number; 16],
            site: site.to_owned(),
            origin: origin.to_owned(),
            counter: 0,
            present: true,
            verified: true,
            framed: false,
        }
    }

    /// Makes its passkey (attestation `none`).
    pub fn register(&self, challenge: &[u8]) -> SoftRegistration {
        let mut data = self.data(0x40);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.credential.len()).expect("a short id").to_be_bytes());
        data.extend(&self.credential);
        data.extend(self.cose());
        let mut attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        attestation.extend(u16::try_from(data.len()).expect("short data").to_be_bytes());
        attestation.extend(data);
        SoftRegistration { client_data: self.client_data("webauthn.create", challenge), attestation }
    }

    /// Uses its passkey.
    pub fn answer(&mut self, challenge: &[u8]) -> SoftAssertion {
        if self.counter > 0 {
            self.counter += 1;
        }
        let authenticator_data = self.data(0);
        let client_data = self.client_data("webauthn.get", challenge);
        let signed = [authenticator_data.as_slice(), &Sha256::digest(&client_data)].concat();
        let signature: Signature = self.key.sign(&signed);
        SoftAssertion { authenticator_data, client_data, signature: signature.to_der().as_bytes().to_vec() }
    }

    /// The public half as a COSE key (RFC 9053, section 7.1.1).
    pub fn cose(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_encoded_point(false);
        let mut cose = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20".to_vec();
        cose.extend(point.x().expect("not the point at infinity"));
        cose.extend(b"\x22\x58\x20");
        cose.extend(point.y().expect("not compressed"));
        cose
    }

    fn data(&self, more: u8) -> Vec<u8> {
        let flags = u8::from(self.present) | u8::from(self.verified) << 2 | more;
        let mut data = Sha256::digest(self.site.as_bytes()).to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, challenge: &[u8]) -> Vec<u8> {
        let challenge = URL_SAFE_NO_PAD.encode(challenge);
        let json = serde_json::json!({
            "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.framed,
        });
        json.to_string().into_bytes()
    }
}
