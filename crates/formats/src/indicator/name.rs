//! Domains and mail addresses: names in any script, as A-labels (RFC 5890).

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use renkei_core::inquiry::identifier;

use super::misfit::Misfit;
use super::plain::refang;

/// A domain as A-labels in lower case, without the dot of the root. Underscores are taken, because names in
/// the DNS have them (RFC 8552).
pub(super) fn domain(text: &str) -> Result<String, Misfit> {
    ascii(&refang(text).text)
}

/// A mail address: the local part as it is (RFC 5321 section 2.4), the domain as A-labels.
pub(super) fn mail(text: &str) -> Result<String, Misfit> {
    let plain = refang(text).text;
    let bare = plain.strip_prefix("mailto:").unwrap_or(&plain);
    let (local, host) = bare.rsplit_once('@').ok_or(Misfit::Form)?;
    if local.is_ascii() {
        let whole = format!("{local}@{}", ascii(host)?);
        return identifier::Kind::Mail.normal(&whole).map_err(|_| Misfit::Form);
    }
    // Local parts in other scripts (RFC 6531 section 3.3): dot-atoms whose other characters are letters.
    let is_atom =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c));
    match local.len() <= 64 && local.split('.').all(is_atom) {
        true => Ok(format!("{local}@{}", ascii(host)?)),
        false => Err(Misfit::Form),
    }
}

/// The A-labels of a name with two labels at least.
fn ascii(typed: &str) -> Result<String, Misfit> {
    let name = typed.strip_suffix('.').unwrap_or(typed);
    if name.len() > 1024 {
        return Err(Misfit::TooLong);
    }
    // Without the rules for hyphens: names with `--` in the third place were registered before IDNA.
    let read = Uts46::new().to_ascii(name.as_bytes(), AsciiDenyList::URL, Hyphens::Allow, DnsLength::Ignore);
    let name = read.map_err(|_| Misfit::Name)?;
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if name.len() > 253 {
        return Err(Misfit::TooLong);
    }
    match name.rsplit_once('.') {
        // No top level is a number (RFC 3696 section 2): this would be an address.
        Some((_, last)) if last.bytes().all(|byte| byte.is_ascii_digit()) => Err(Misfit::Form),
        Some(_) if name.split('.').all(is_label) => Ok(name.into_owned()),
        _ => Err(Misfit::Form),
    }
}
