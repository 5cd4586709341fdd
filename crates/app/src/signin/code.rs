//! Time codes (TOTP, RFC 6238): 6 digits, 30 seconds, SHA-1, as every authenticator app knows them.

use renkei_core::time::{Moment, SECOND};
use totp_rs::{Builder, Secret, Totp};
use zeroize::Zeroizing;

/// Bytes of a fresh secret (RFC 4226 recommends 160 bits).
const BYTES: usize = 20;

/// The clock of one seat's codes.
#[derive(Debug)]
pub struct Codes(Totp);

/// A fresh secret, in base 32, as it is typed into an app.
pub fn fresh() -> Zeroizing<String> {
    let bytes = Zeroizing::new(rand::random::<[u8; BYTES]>());
    Zeroizing::new(Secret::from(bytes.to_vec()).to_base32())
}

impl Codes {
    /// From a secret in base 32; `seat` and `office` are what the app shows.
    pub fn new(secret: &str, seat: &str, office: &str) -> Option<Self> {
        let secret = Secret::try_from_base32(secret.trim()).ok()?;
        let named = Builder::new().with_secret(secret).with_account_name(seat).with_issuer(Some(office));
        named.build().ok().map(Self)
    }

    /// The time step whose code this is: now, the one before or the one after (clocks differ).
    pub fn step(&self, code: &str, at: Moment) -> Option<u64> {
        let digits: String = code.chars().filter(char::is_ascii_digit).collect();
        let seconds = u64::try_from(at.0 / SECOND).ok()?;
        self.0.check(&digits, seconds)
    }

    /// The link that an authenticator app reads from a two-dimensional code.
    pub fn link(&self) -> Option<String> {
        self.0.to_url().ok()
    }
}

/// The code of a secret at a moment: what an authenticator app shows.
pub fn now(secret: &str, at: Moment) -> Option<String> {
    let codes = Codes::new(secret, "seat", "office")?;
    Some(codes.0.generate(u64::try_from(at.0 / SECOND).ok()?).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: at 1111111109 s the code of `12345678901234567890` ends in 081804.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = Secret::from(b"12345678901234567890".to_vec()).to_base32();
        let at = Moment(1_111_111_109 * SECOND);
        assert_eq!(now(&secret, at).unwrap(), "081804");
        let codes = Codes::new(&secret, "desk", "office").unwrap();
        assert_eq!(codes.step(" 081 804 ", at), Some(1_111_111_109 / 30));
        assert_eq!(codes.step("081804", Moment(at.0 + 30 * SECOND)), Some(1_111_111_109 / 30));
        assert_eq!(codes.step("081804", Moment(at.0 + 90 * SECOND)), None);
        assert!(codes.link().unwrap().starts_with("otpauth://totp/"));
        assert_eq!(fresh().len(), 32);
    }
}
