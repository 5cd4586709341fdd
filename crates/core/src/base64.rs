//! Base 64 with padding (RFC 4648 section 4), strict: one text for each sequence of bytes.

use alloc::string::String;
use alloc::vec::Vec;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The text of some bytes.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let at = |i: usize| chunk.get(i).copied().map_or(0, u32::from);
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let six = (bits >> (18 - 6 * place) & 63) as usize;
            let letter = if place > chunk.len() { b'=' } else { ALPHABET.get(six).copied().unwrap_or(b'=') };
            text.push(char::from(letter));
        }
    }
    text
}

/// The bytes of a text; `None` if it is not exactly what [`encode`] would write.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let body = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0u32, 0u32);
    for letter in body.bytes() {
        bits = bits << 6 | value(letter)?;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    let padded = text.len() - body.len();
    (bits == 0 && text.len().is_multiple_of(4) && padded <= 2).then_some(bytes)
}

/// The text in the alphabet for addresses and file names, without padding (RFC 4648 section 5).
pub fn encode_url(bytes: &[u8]) -> String {
    let plain = encode(bytes);
    let letters = plain.trim_end_matches('=').chars();
    letters
        .map(|letter| {
            if letter == '+' {
                '-'
            } else if letter == '/' {
                '_'
            } else {
                letter
            }
        })
        .collect()
}

/// The bytes of a text that [`encode_url`] wrote.
pub fn decode_url(text: &str) -> Option<Vec<u8>> {
    if text.contains(['+', '/', '=']) {
        return None;
    }
    let letters = text.chars().map(|letter| {
        if letter == '-' {
            '+'
        } else if letter == '_' {
            '/'
        } else {
            letter
        }
    });
    let mut plain: String = letters.collect();
    while !plain.len().is_multiple_of(4) {
        plain.push('=');
    }
    decode(&plain)
}

fn value(letter: u8) -> Option<u32> {
    Some(u32::from(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn vectors_of_rfc_4648() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).unwrap(), bytes.as_bytes());
        }
        for bad in ["Zg=", "Zg", "Zh==", "Z===", "====", "Zm9v=", "Zm 9", "Zg==Zg=="] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn bytes_come_back(bytes: Vec<u8>) {
            prop_assert_eq!(&decode(&encode(&bytes)).unwrap(), &bytes);
            prop_assert_eq!(decode_url(&encode_url(&bytes)).unwrap(), bytes);
        }

        #[test]
        fn one_text_for_one_value(text in "[A-Za-f+/=]{0,12}") {
            if let Some(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
