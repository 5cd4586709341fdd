//! Client data (WebAuthn section 5.8.1): the JSON in which a browser says what was asked, and where.
//!
//! Browsers differ in the order of its members and add some of their own, so it is read as JSON
//! (RFC 8259) of which four members count. A member that counts and stands there twice is a fault.

use alloc::string::String;
use core::iter::Peekable;
use core::str::Chars;

use super::{PasskeyError, RelyingParty};
use crate::base64;

/// Deeper nesting than any browser writes.
const DEEPEST: u8 = 8;

/// The members that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientData {
    kind: String,
    /// The challenge in base 64 for addresses.
    pub challenge: String,
    origin: String,
    cross_origin: bool,
}

/// A value, as far as it counts.
enum Value {
    Text(String),
    Bool(bool),
    Other,
}

impl ClientData {
    /// Reads it.
    pub fn read(bytes: &[u8]) -> Result<Self, PasskeyError> {
        core::str::from_utf8(bytes).ok().and_then(Self::parse).ok_or(PasskeyError::ClientData)
    }

    /// Whether it is of this ceremony, for this challenge, from a page of this very site.
    pub fn is_for(&self, kind: &str, challenge: &[u8], site: &RelyingParty) -> Result<(), PasskeyError> {
        if self.kind != kind {
            return Err(PasskeyError::Ceremony);
        }
        if self.challenge != base64::encode_url(challenge) {
            return Err(PasskeyError::Challenge);
        }
        if self.origin != site.origin() || self.cross_origin {
            return Err(PasskeyError::Origin);
        }
        Ok(())
    }

    fn parse(text: &str) -> Option<Self> {
        let mut json = Json(text.chars().peekable());
        let (mut kind, mut challenge, mut origin, mut cross_origin) = (None, None, None, None);
        json.sign('{')?;
        loop {
            let name = json.spaced_text()?;
            json.sign(':')?;
            let earlier = match (name.as_str(), json.value(0)?) {
                ("type", Value::Text(text)) => kind.replace(text).is_some(),
                ("challenge", Value::Text(text)) => challenge.replace(text).is_some(),
                ("origin", Value::Text(text)) => origin.replace(text).is_some(),
                ("crossOrigin", Value::Bool(is)) => cross_origin.replace(is).is_some(),
                ("type" | "challenge" | "origin" | "crossOrigin", _) => true,
                _ => false,
            };
            if earlier {
                return None;
            }
            match json.next_sign()? {
                ',' => {}
                '}' => break,
                _ => return None,
            }
        }
        json.space();
        json.0.next().is_none().then_some(())?;
        let cross_origin = cross_origin.unwrap_or(false);
        Some(Self { kind: kind?, challenge: challenge?, origin: origin?, cross_origin })
    }
}

struct Json<'a>(Peekable<Chars<'a>>);

impl Json<'_> {
    fn space(&mut self) {
        while self.0.next_if(|c| matches!(c, ' ' | '\t' | '\n' | '\r')).is_some() {}
    }

    fn next_sign(&mut self) -> Option<char> {
        self.space();
        self.0.next()
    }

    fn sign(&mut self, wanted: char) -> Option<()> {
        (self.next_sign()? == wanted).then_some(())
    }

    fn spaced_text(&mut self) -> Option<String> {
        self.sign('"')?;
        self.text()
    }

    /// The text after its opening quote.
    fn text(&mut self) -> Option<String> {
        let mut text = String::new();
        loop {
            match self.0.next()? {
                '"' => return Some(text),
                '\\' => text.push(self.escaped()?),
                control if control < ' ' => return None,
                other => text.push(other),
            }
        }
    }

    fn escaped(&mut self) -> Option<char> {
        Some(match self.0.next()? {
            same @ ('"' | '\\' | '/') => same,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let unit = self.unit()?;
                if !(0xd800..0xdc00).contains(&unit) {
                    return char::from_u32(unit);
                }
                (self.0.next()? == '\\' && self.0.next()? == 'u').then_some(())?;
                let low = self.unit()?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
                return char::from_u32(0x1_0000 + ((unit - 0xd800) << 10) + low);
            }
            _ => return None,
        })
    }

    fn unit(&mut self) -> Option<u32> {
        (0..4).try_fold(0, |unit, _| Some(unit << 4 | self.0.next()?.to_digit(16)?))
    }

    fn value(&mut self, depth: u8) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        match self.next_sign()? {
            '"' => self.text().map(Value::Text),
            '{' => self.list('}', depth, true),
            '[' => self.list(']', depth, false),
            first @ ('a'..='z' | '0'..='9' | '-') => {
                let mut word = String::from(first);
                while let Some(more) = self.0.next_if(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')) {
                    word.push(more);
                }
                match word.as_str() {
                    "true" => Some(Value::Bool(true)),
                    "false" => Some(Value::Bool(false)),
                    "null" => Some(Value::Other),
                    number => number.parse::<f64>().ok().map(|_| Value::Other),
                }
            }
            _ => None,
        }
    }

    /// A list or an object, passed over.
    fn list(&mut self, end: char, depth: u8, named: bool) -> Option<Value> {
        self.space();
        if self.0.next_if_eq(&end).is_some() {
            return Some(Value::Other);
        }
        loop {
            if named {
                self.spaced_text()?;
                self.sign(':')?;
            }
            self.value(depth + 1)?;
            match self.next_sign()? {
                ',' => {}
                sign => return (sign == end).then_some(Value::Other),
            }
        }
    }
}
