//! Identifiers of subjects: their grammars, and their normal forms.
//!
//! What people type is read tolerantly where only one thing can be meant: full-width digits, letters
//! and symbols are their ASCII ones (as NFKC has it), spaces around it are dropped, and in numbers every
//! dash is a hyphen. Nothing else is guessed: in a name, a dash that is no hyphen is a misfit.

mod reason;
mod typed;
mod number;
mod name;
mod address;

use alloc::string::String;

pub use reason::Reason;

vocabulary! {
    /// What kind of identifier a subject is given by.
    Kind {
        /// A telephone number (ITU-T E.164): `+` and 8 to 15 digits.
        Phone = "phone",
        /// A mail address (RFC 5321 §4.1.2, without quoted local parts and address literals).
        Mail = "mail",
        /// An account of the provider, as its own form describes it.
        Account = "account",
        /// An IP address with source port (`198.18.0.1:50000`, `[2001:db8::1]:50000`).
        Address = "ip-port",
        /// A domain name (RFC 1035 §2.3.1, in its ASCII form).
        Domain = "domain",
        /// A bank account: bank code (4 digits), branch code (3 digits), number (7 digits), with `-` between.
        BankAccount = "bank-account",
    }
}

/// Why a text is no identifier of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{}` does not fit: {why}", .kind.word())]
pub struct Misfit {
    /// Of which kind it should be.
    pub kind: Kind,
    /// What is wrong, for people who read the code; pages say it by [`Kind`] and [`Reason`].
    pub why: &'static str,
    /// What is wrong, as a stable word.
    pub reason: Reason,
}

impl Kind {
    /// The normal form of an identifier, or why it is none. Never panics, whatever the text.
    ///
    /// A normal form is its own normal form. It tells equal identifiers from others only as far as the
    /// kind itself goes: the local part of a mail address and an account keep their case, because
    /// only their provider knows whether it matters (RFC 5321 §2.4).
    pub fn normal(self, text: &str) -> Result<String, Misfit> {
        let normal = match self {
            Self::Phone => number::phone(text),
            Self::Mail => name::mail(text),
            Self::Account => name::account(text),
            Self::Address => address::with_port(text),
            Self::Domain => name::domain(text),
            Self::BankAccount => number::bank_account(text),
        };
        normal.map_err(|reason| Misfit { kind: self, why: reason.why(), reason })
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};

    use proptest::prelude::*;

    use super::*;

    /// The normal form, or the word of the reason.
    fn of(kind: Kind, text: &str) -> String {
        kind.normal(text).unwrap_or_else(|misfit| misfit.reason.to_string())
    }

    #[test]
    fn a_misfit_says_what_is_wrong() {
        let misfit = Kind::Address.normal("198.18.0.1").unwrap_err();
        assert_eq!(misfit.to_string(), "`ip-port` does not fit: no port");
        assert_eq!(misfit.reason, Reason::NoPort);
    }

    #[test]
    fn every_kind_refuses_nothing_at_all() {
        for kind in Kind::ALL {
            assert_eq!(of(*kind, ""), "empty", "{kind}");
            assert_eq!(of(*kind, " \u{3000}\t"), "empty", "{kind}");
            assert_eq!(of(*kind, &"1".repeat(10_000)), "too-long", "{kind}");
        }
    }

    /// Texts that look like identifiers, so that chance meets the grammars.
    fn near() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[ +＋0０8８1１9（(）).‐ー−-]{0,20}",
            "\\+81[0-9 ()-]{5,14}",
            "0[0-9 ()-]{5,14}",
            "[a-zA-Zａ-ｚ.+]{1,8}[@＠][a-zA-Z.-]{1,12}",
            "\\[?[0-9a-fA-F:.]{1,30}\\]?(:[0-9]{1,6})?",
            "[0-9]{1,3}(\\.[0-9]{1,3}){3}(:[0-9]{1,5})?",
            "([a-zA-Z0-9-]{1,8}\\.){0,4}[a-zA-Z0-9-]{1,8}\\.?",
            "[0-9０-９]{4}[-－ー][0-9]{3}[-−][0-9]{7}",
        ]
    }

    proptest! {
        #[test]
        fn a_normal_form_is_its_own(text in near()) {
            for kind in Kind::ALL {
                if let Ok(normal) = kind.normal(&text) {
                    prop_assert_eq!(kind.normal(&normal), Ok(normal.clone()), "{} of {:?}", kind, text);
                }
            }
        }

        #[test]
        fn full_width_is_read_as_what_it_stands_for(text in near()) {
            let wide: String = text.chars().map(|c| match c {
                '!'..='~' => char::from_u32(c as u32 + 0xFEE0).unwrap(),
                ' ' => '\u{3000}',
                other => other,
            }).collect();
            for kind in Kind::ALL {
                prop_assert_eq!(kind.normal(&text), kind.normal(&wide));
            }
        }
    }
}
