//! Identifiers that are names: mail addresses, accounts, domains.

use alloc::format;
use alloc::string::String;

use super::reason::Reason;
use super::typed::{is_invisible, plain};

/// The most octets of a local part (RFC 5321 §4.5.3.1.1).
const LOCAL: usize = 64;
/// The most octets of a mail address: a path less its angle brackets (RFC 5321 §4.5.3.1.3).
const MAIL: usize = 254;
/// The most octets of a name as text: 255 less the length octets of its first label and of the root
/// (RFC 1035 §2.3.4).
const NAME: usize = 253;
/// The most octets of a label (RFC 1035 §2.3.4).
const LABEL: usize = 63;
/// The most characters of an account.
const ACCOUNT: usize = 256;

/// A mail address: its local part as typed, its domain in lower case.
pub(super) fn mail(text: &str) -> Result<String, Reason> {
    let typed = plain(text)?;
    if typed.len() > MAIL {
        return Err(Reason::TooLong);
    }
    let (local, host) = typed.rsplit_once('@').ok_or(Reason::NoAt)?;
    if local.is_empty() {
        return Err(Reason::NoAt);
    }
    if local.len() > LOCAL {
        return Err(Reason::TooLong);
    }
    if !local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom)) {
        return Err(Reason::Local);
    }
    Ok(format!("{local}@{}", labels(host)?))
}

/// Whether it may stand in an atom (`atext`, RFC 5322 §3.2.3).
const fn is_atom(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'/' | b'=' | b'?' | b'^'..=b'`' | b'{'..=b'~')
}

/// An account: 1 to 256 characters that can be seen.
pub(super) fn account(text: &str) -> Result<String, Reason> {
    let typed = plain(text)?;
    if typed.chars().any(is_invisible) {
        return Err(Reason::Invisible);
    }
    if typed.chars().count() > ACCOUNT {
        return Err(Reason::TooLong);
    }
    Ok(typed)
}

/// A domain in lower case, in its ASCII form.
pub(super) fn domain(text: &str) -> Result<String, Reason> {
    labels(&plain(text)?)
}

/// Labels of letters, digits and hyphens (RFC 1035 §2.3.1, digits first by RFC 1123 §2.1), two at least.
fn labels(typed: &str) -> Result<String, Reason> {
    if !typed.is_ascii() {
        return Err(Reason::NotAscii);
    }
    if typed.len() > NAME {
        return Err(Reason::TooLong);
    }
    if typed.len() > 1 && typed.ends_with('.') {
        return Err(Reason::TrailingDot);
    }
    let name = typed.to_ascii_lowercase();
    for label in name.split('.') {
        if !label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(Reason::Character);
        }
        if label.is_empty() || label.len() > LABEL || label.starts_with('-') || label.ends_with('-') {
            return Err(Reason::Label);
        }
    }
    match name.rsplit_once('.') {
        None => Err(Reason::OneLabel),
        // No top level is a number (RFC 3696 §2): this is an IP address.
        Some((_, last)) if last.bytes().all(|byte| byte.is_ascii_digit()) => Err(Reason::Numeric),
        Some(_) => Ok(name),
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn a_mail_address_keeps_its_local_part() {
        assert_eq!(mail(" Taro.Test+1@Mail.EXAMPLE.test ").unwrap(), "Taro.Test+1@mail.example.test");
        assert_eq!(mail("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｔｅｓｔ").unwrap(), "taro@example.test");
        assert_eq!(mail("a!#$%&'*+-/=?^_`{|}~b@example.test").unwrap(), "a!#$%&'*+-/=?^_`{|}~b@example.test");
        for (text, reason) in [
            ("taro.example.test", Reason::NoAt),
            ("@example.test", Reason::NoAt),
            ("a@b@example.test", Reason::Local),
            (".a@example.test", Reason::Local),
            ("a..b@example.test", Reason::Local),
            ("a.@example.test", Reason::Local),
            ("a b@example.test", Reason::Local),
            ("\"a b\"@example.test", Reason::Local),
            ("a@[198.18.0.1]", Reason::Character),
            ("a@198.18.0.1", Reason::Numeric),
            ("a@example", Reason::OneLabel),
            ("a@example.test.", Reason::TrailingDot),
            ("a@例.test", Reason::NotAscii),
            ("あ@example.test", Reason::Local),
            ("<a@example.test>", Reason::Local),
            ("a@", Reason::Label),
        ] {
            assert_eq!(mail(text), Err(reason), "{text}");
        }
    }

    #[test]
    fn mail_addresses_have_their_lengths() {
        let local = "a".repeat(64);
        assert!(mail(&format!("{local}@example.test")).is_ok());
        assert_eq!(mail(&format!("{local}a@example.test")), Err(Reason::TooLong));
        let host = ["b".repeat(63), "c".repeat(63), "d".repeat(57), "test".to_string()].join(".");
        assert_eq!(local.len() + 1 + host.len(), 255);
        assert_eq!(mail(&format!("{local}@{host}")), Err(Reason::TooLong));
        assert!(mail(&format!("{}@{host}", "a".repeat(63))).is_ok());
    }

    #[test]
    fn an_account_can_be_seen() {
        assert_eq!(account("\u{3000}Ｔａｒｏ＿１ ").unwrap(), "Taro_1");
        assert_eq!(account("太郎").unwrap(), "太郎");
        assert_eq!(account(&"亀".repeat(256)).unwrap().chars().count(), 256);
        assert_eq!(account(&"亀".repeat(257)), Err(Reason::TooLong));
        for hidden in ["a b", "a　b", "a\u{200B}b", "a\tb", "a\u{202E}b", "\u{FEFF}a"] {
            assert_eq!(account(hidden), Err(Reason::Invisible), "{hidden:?}");
        }
    }

    #[test]
    fn a_domain_is_ascii_and_lower() {
        assert_eq!(domain("WWW.Example.TEST").unwrap(), "www.example.test");
        assert_eq!(domain("ｗｗｗ．ｅｘａｍｐｌｅ").unwrap(), "www.example");
        assert_eq!(domain("xn--r8jz45g.test").unwrap(), "xn--r8jz45g.test");
        for (text, reason) in [
            ("例え.test", Reason::NotAscii),
            ("a‐b.test", Reason::NotAscii),
            ("example", Reason::OneLabel),
            ("example.test.", Reason::TrailingDot),
            ("a..test", Reason::Label),
            (".test", Reason::Label),
            (".", Reason::Label),
            ("-a.test", Reason::Label),
            ("a-.test", Reason::Label),
            ("a_b.test", Reason::Character),
            ("a b.test", Reason::Character),
            ("http://a.test/", Reason::Character),
            ("198.18.0.1", Reason::Numeric),
        ] {
            assert_eq!(domain(text), Err(reason), "{text}");
        }
        assert!(domain(&format!("{}.test", "a".repeat(63))).is_ok());
        assert_eq!(domain(&format!("{}.test", "a".repeat(64))), Err(Reason::Label));
        let long = [["a".repeat(61), "b".repeat(61), "c".repeat(61)].join("."), "d".repeat(62), "test".into()];
        assert_eq!(long.join(".").len(), 253);
        assert!(domain(&long.join(".")).is_ok());
        assert_eq!(domain(&format!("e{}", long.join("."))), Err(Reason::TooLong));
    }
}
