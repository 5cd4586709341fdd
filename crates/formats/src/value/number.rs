//! Ports and AS numbers.

use renkei_core::net::Asn;

/// Digits alone, without sign.
pub(crate) fn read_u32(text: &str) -> Option<u32> {
    if text.is_empty() || text.len() > 10 {
        return None;
    }
    text.bytes().try_fold(0u32, |number, byte| {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit <= 9)?;
        number.checked_mul(10)?.checked_add(u32::from(digit))
    })
}

/// A port that a connection can have: 1 to 65535.
pub(crate) fn read_port(text: &str) -> Option<u16> {
    read_u32(text.trim_ascii()).and_then(|number| u16::try_from(number).ok()).filter(|port| *port > 0)
}

/// An AS number, with or without `AS`.
pub(crate) fn read_asn(text: &str) -> Option<Asn> {
    let text = text.trim_ascii();
    let digits = text.strip_prefix("AS").or_else(|| text.strip_prefix("as")).unwrap_or(text);
    read_u32(digits).map(Asn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_in_their_range() {
        assert_eq!(read_u32("4294967295"), Some(u32::MAX));
        for bad in ["", "+1", "-1", "4294967296", "99999999999", "1.0", "１"] {
            assert_eq!(read_u32(bad), None, "{bad}");
        }
        assert_eq!((read_port("65535"), read_port("65536"), read_port("0")), (Some(65_535), None, None));
        assert_eq!(read_asn(" AS64496 "), Some(Asn(64_496)));
    }
}
