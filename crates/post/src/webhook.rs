//! Webhooks: a signed call to an address that the office allows (Standard Webhooks 1.0).
//!
//! | header | value |
//! |---|---|
//! | `webhook-id` | id of the call, the same in every try |
//! | `webhook-timestamp` | seconds since 1970-01-01 UTC of this try |
//! | `webhook-signature` | `v1,` and the base 64 of HMAC-SHA256 over `id.timestamp.body` |
//!
//! No address is followed elsewhere, nothing of an answer's body is read, no proxy is asked.

use std::path::Path;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use url::Url;
use zeroize::Zeroizing;

use crate::https;
pub use crate::https::OpenError;

/// Bytes of a fresh secret.
const SECRET_BYTES: usize = 32;
/// What stands before a secret's base 64.
const PREFIX: &str = "whsec_";

/// Why an address is not called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is no address.
    #[error("`{0}` is no address: write `https://host/path`")]
    Form(String),
    /// In the clear only this machine is called.
    #[error("`{0}` is in the clear: webhooks are called by https")]
    Clear(String),
    /// Its host is not among those that the office calls.
    #[error(
        "`{0}` is not among the hosts that this office calls: its keeper lists them in office.toml ([webhooks] hosts)"
    )]
    Host(String),
    /// It carries a user or password.
    #[error("an address of a webhook carries no user and no password: calls are signed")]
    Login,
}

/// An address that may be called: https, or http to this machine; its host is on the office's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(Url);

impl Address {
    /// An address whose host (`hooks.isp.example`, or `hooks.isp.example:8443` for another port than
    /// 443) is among those allowed.
    pub fn allowed(text: &str, hosts: &[String]) -> Result<Self, AddressError> {
        let url: Url = text.parse().map_err(|_| AddressError::Form(text.to_owned()))?;
        let host = url.host().ok_or_else(|| AddressError::Form(text.to_owned()))?;
        match url.scheme() {
            "https" => {}
            "http" if https::is_here(&host) => {}
            "http" => return Err(AddressError::Clear(text.to_owned())),
            _ => return Err(AddressError::Form(text.to_owned())),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::Login);
        }
        // The port is named where it is not the scheme's own.
        let named = url.port().map_or_else(|| host.to_string(), |port| format!("{host}:{port}"));
        match hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(&named)) {
            true => Ok(Self(url)),
            false => Err(AddressError::Host(named)),
        }
    }

    /// As it is called.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// What calls are signed with: both sides have it.
pub struct Secret(Zeroizing<Vec<u8>>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// A text is no secret of a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a secret of a webhook: `whsec_` and base 64 of 24 to 64 bytes")]
pub struct SecretFormError;

impl Secret {
    /// A fresh one, of random bytes.
    pub fn fresh() -> Self {
        use rand_core::RngCore as _;
        let mut bytes = Zeroizing::new(vec![0; SECRET_BYTES]);
        rand_core::OsRng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// As it is told its holder.
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}", STANDARD.encode(self.0.as_slice())))
    }

    /// The signature of a call.
    pub fn sign(&self, id: &str, seconds: i64, body: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        mac.update(format!("{id}.{seconds}.").as_bytes());
        mac.update(body.as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl FromStr for Secret {
    type Err = SecretFormError;
    fn from_str(text: &str) -> Result<Self, SecretFormError> {
        let coded = text.strip_prefix(PREFIX).ok_or(SecretFormError)?;
        let bytes = Zeroizing::new(STANDARD.decode(coded).map_err(|_| SecretFormError)?);
        if (24..=64).contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(SecretFormError) }
    }
}

/// Why a call had no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no answer: {0}")]
pub struct CallError(pub String);

/// A call as it is carried.
#[derive(Debug, Clone, Copy)]
pub struct Carried<'a> {
    /// Its id, the same in every try.
    pub id: &'a str,
    /// Seconds since 1970-01-01 UTC.
    pub seconds: i64,
    /// JSON.
    pub body: &'a str,
}

/// Calls webhooks. Cheap to clone.
#[derive(Clone)]
pub struct Caller(ureq::Agent);

impl std::fmt::Debug for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Caller")
    }
}

impl Caller {
    /// Trusts the system's certificates, and those of a file beside them.
    pub fn open(ca_file: Option<&Path>) -> Result<Self, OpenError> {
        https::agent(ca_file).map(Self)
    }

    /// Calls once; the answer's HTTP status.
    pub fn call(&self, address: &Address, secret: &Secret, call: Carried<'_>) -> Result<u16, CallError> {
        let Carried { id, seconds, body } = call;
        let asked = self
            .0
            .post(address.as_str())
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds.to_string())
            .header("webhook-signature", secret.sign(id, seconds, body));
        let answer = asked.send(body).map_err(|error| CallError(error.to_string()))?;
        Ok(answer.status().as_u16())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn signs_as_the_standard_does() {
        let secret: Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().unwrap();
        let signed = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(secret.text().as_str(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        assert!("whsec_c2hvcnQ=".parse::<Secret>().is_err());
        assert!("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse::<Secret>().is_err());
        assert_eq!(format!("{secret:?}"), "Secret");
    }

    #[test]
    fn only_listed_hosts_are_called_and_only_by_tls() {
        let hosts = ["hooks.isp.example".to_owned(), "127.0.0.1:9000".to_owned(), "198.18.0.9".to_owned()];
        let ask = |text: &str| Address::allowed(text, &hosts).map(|address| address.as_str().to_owned());
        assert_eq!(ask("https://Hooks.isp.example/a?b=1"), Ok("https://hooks.isp.example/a?b=1".to_owned()));
        assert_eq!(ask("https://hooks.isp.example:443/"), Ok("https://hooks.isp.example/".to_owned()));
        assert_eq!(ask("http://127.0.0.1:9000/x"), Ok("http://127.0.0.1:9000/x".to_owned()));
        let host = |name: &str| Err(AddressError::Host(name.to_owned()));
        assert_eq!(ask("https://hooks.isp.example:8443/"), host("hooks.isp.example:8443"));
        assert_eq!(ask("https://hooks.isp.example.evil.example/"), host("hooks.isp.example.evil.example"));
        assert_eq!(ask("https://169.254.169.254/latest"), host("169.254.169.254"));
        // Other spellings of an address are that address.
        assert_eq!(ask("http://2130706433:9001/"), host("127.0.0.1:9001"));
        assert_eq!(ask("http://127.0.0.1:22/"), host("127.0.0.1:22"));
        assert_eq!(ask("https://a@hooks.isp.example/"), Err(AddressError::Login));
        assert!(matches!(ask("http://198.18.0.9/"), Err(AddressError::Clear(_))));
        assert!(matches!(ask("http://hooks.isp.example/"), Err(AddressError::Clear(_))));
        assert!(matches!(ask("ftp://hooks.isp.example/"), Err(AddressError::Form(_))));
        assert!(matches!(ask("hooks.isp.example"), Err(AddressError::Form(_))));
    }
}
