//! Values that are looked for, in one form each: what correlation compares, and what a firewall is given.
//!
//! Two people who saw the same thing must come to the same text, whatever their tool wrote: in capitals, with
//! full-width digits, defanged (`hxxp`, `[.]`, `(at)`), a domain in its own script. What is only similar stays
//! apart; nothing is guessed.

mod misfit;
mod kind;
mod plain;
mod address;
mod name;
mod url;
mod digest;
mod coin;
mod near;

use renkei_core::inquiry::identifier;

pub use kind::Kind;
pub use misfit::MOST_BYTES;
pub use misfit::Misfit;
pub use near::Nearness;
pub use plain::{Refanged, refang};

/// A value in the form of its kind; its normal form is its own.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Indicator {
    kind: Kind,
    value: Box<str>,
}

impl Indicator {
    /// Reads a value of a kind. Defanged text is understood, full-width text is narrowed.
    ///
    /// # Errors
    /// When it is none of that kind.
    pub fn read(kind: Kind, text: &str) -> Result<Self, Misfit> {
        if text.len() > MOST_BYTES {
            return Err(Misfit::TooLong);
        }
        let text = text.trim();
        if text.is_empty() {
            return Err(Misfit::Empty);
        }
        let value = match kind {
            Kind::Address => address::address(text),
            Kind::Block => address::block(text),
            Kind::Asn => address::asn(text),
            Kind::Domain => name::domain(text),
            Kind::Mail => name::mail(text),
            Kind::Url => url::url(text),
            Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 => digest::hexadecimal(text, kind),
            Kind::Ssdeep => digest::ssdeep(text),
            Kind::Tlsh => digest::tlsh(text),
            Kind::Phone => known(identifier::Kind::Phone, text),
            Kind::BankAccount => known(identifier::Kind::BankAccount, text),
            Kind::Bitcoin => coin::bitcoin(text),
            Kind::Ethereum => coin::ethereum(text),
        }?;
        Ok(Self { kind, value: value.into() })
    }

    /// Reads a value whose kind nobody said: the first kind that it fits, the most telling ones first.
    /// Telephone numbers and AS numbers must say what they are (`+`, `AS`), else they are mere digits.
    pub fn guess(text: &str) -> Option<Self> {
        let fits = |kind: &Kind| Self::read(*kind, text).ok();
        let typed = text.trim();
        Kind::ALL.iter().filter(|kind| kind.tells_itself(typed)).find_map(fits)
    }

    /// Of which kind it is.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The value in its one form.
    pub fn as_str(&self) -> &str {
        &self.value
    }
}

/// The kind, never the value: what is looked for may be secret to some.
impl std::fmt::Debug for Indicator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Indicator({})", self.kind.word())
    }
}

/// Kinds whose normal form core has already.
fn known(kind: identifier::Kind, text: &str) -> Result<String, Misfit> {
    kind.normal(text).map_err(|misfit| match misfit.reason {
        identifier::Reason::Empty => Misfit::Empty,
        identifier::Reason::TooLong => Misfit::TooLong,
        _ => Misfit::Form,
    })
}

#[cfg(test)]
mod tests;
