//! Passwords: argon2id, and what a password must be (NIST SP 800-63B-4: length, not composition).

use argon2::Argon2;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};

/// Shortest password, in characters.
pub const SHORTEST: usize = 12;
/// Longest, in bytes: hashing must not become a way to exhaust the machine.
const LONGEST: usize = 512;

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short.
    #[error("use at least {SHORTEST} characters")]
    Short,
    /// Too long.
    #[error("use at most {LONGEST} bytes")]
    Long,
    /// One character repeated, or a row of neighbours, or the seat's own name.
    #[error("this is easily guessed: use several words that do not belong together")]
    Plain,
    /// It stands in a list of passwords that were stolen somewhere.
    #[error("this password was stolen somewhere and stands in lists that attackers try: use another, nowhere else")]
    Breached,
}

impl PasswordError {
    /// Its stable code, which is also the key of its words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Short => "password-short",
            Self::Long => "password-long",
            Self::Plain => "password-plain",
            Self::Breached => "password-breached",
        }
    }
}

/// Whether a password may be taken for a seat.
pub fn check(password: &str, seat: &str) -> Result<(), PasswordError> {
    if password.chars().count() < SHORTEST {
        return Err(PasswordError::Short);
    }
    if password.len() > LONGEST {
        return Err(PasswordError::Long);
    }
    let mut different: Vec<char> = password.chars().collect();
    different.sort_unstable();
    different.dedup();
    let letters: Vec<char> = password.chars().collect();
    let row = letters.windows(2).all(|two| matches!(two, [a, b] if (*b as i64 - *a as i64).abs() == 1));
    if different.len() < 5 || row || password.to_lowercase().contains(&seat.to_lowercase()) {
        return Err(PasswordError::Plain);
    }
    Ok(())
}

/// Hashes a password with a fresh salt (argon2id, 19 MiB, 2 passes: the crate's default, OWASP's floor).
pub fn hash(password: &str) -> Option<String> {
    let salt = SaltString::generate(&mut OsRng);
    Argon2::default().hash_password(password.as_bytes(), &salt).ok().map(|hash| hash.to_string())
}

/// Whether a password belongs to a hash. Takes the same time where there is no account.
pub fn fits(password: &str, hash: Option<&str>) -> bool {
    // Of a password nobody knows, so that an unknown seat costs as much time as a known one.
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$mGmgHoVhTmJFYHbsSuMWsmHSNjsJZSyKtGuFUxSDwlA";
    let known = hash.is_some();
    let Ok(hash) = PasswordHash::new(hash.unwrap_or(NOBODY)) else { return false };
    let bounded = password.get(..LONGEST.min(password.len())).unwrap_or("");
    Argon2::default().verify_password(bounded.as_bytes(), &hash).is_ok() && known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_only() {
        let kept = hash("柿くえば鐘が鳴るなり法隆寺").unwrap();
        assert!(kept.starts_with("$argon2id$"));
        assert!(fits("柿くえば鐘が鳴るなり法隆寺", Some(&kept)));
        assert!(!fits("柿くえば鐘が鳴るなり法隆時", Some(&kept)));
        assert!(!fits("柿くえば鐘が鳴るなり法隆寺", None));
    }

    #[test]
    fn what_is_easily_guessed_is_not_taken() {
        assert_eq!(check("short", "desk"), Err(PasswordError::Short));
        assert_eq!(check("aaaaaaaaaaaaaaaa", "desk"), Err(PasswordError::Plain));
        assert_eq!(check("abcdefghijklmnop", "desk"), Err(PasswordError::Plain));
        assert_eq!(check("my isp-a password", "isp-a"), Err(PasswordError::Plain));
        assert_eq!(check(&"ab1 ".repeat(200), "desk"), Err(PasswordError::Long));
        assert_eq!(check("correct horse battery", "desk"), Ok(()));
    }
}
