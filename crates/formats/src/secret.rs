//! Column names that hold secrets: their values are withheld, their lines are of a secret class.

use renkei_core::class::DataClass;

/// What a withheld column makes of a line that has a value in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secret {
    /// The value is a secret of this class (S2.15).
    Of(DataClass),
    /// The value may hold anything a device sent, so it is withheld; the rest of the line is what it was.
    Payload,
    /// A name that belongs to a password, where one stands beside it.
    NameBeside,
}

/// Whether a column of this name (lower case, last part of a dotted one) holds secrets.
pub(crate) fn of_name(name: &str) -> Option<Secret> {
    let last = name.rsplit('.').next().unwrap_or(name);
    Some(match last {
        "password" | "passwords" | "passwd" | "pass" | "pwd" | "passphrase" | "credential" | "credentials"
        | "secret" | "api_key" | "apikey" | "token" | "access_token" | "authorization" | "cookie" | "set_cookie"
        | "http_cookie" | "session_key" | "private_key" => Secret::Of(DataClass::Credential),
        "card_number" | "card_no" | "credit_card" | "pan" | "cvv" | "cvc" => Secret::Of(DataClass::Card),
        "iban" | "bank_account" | "account_number" => Secret::Of(DataClass::Account),
        "body" | "http_body" | "http_postdata" | "post_data" | "postdata" | "request_body" => Secret::Payload,
        "username" | "usernames" | "user" | "login" | "account" | "user_name" => Secret::NameBeside,
        _ => return None,
    })
}

/// The class under which a line that could not be read is kept: one that may hold a secret is
/// treated as if it did.
pub(crate) fn class_of_unread(bytes: &[u8]) -> DataClass {
    const HINTS: [&[u8]; 11] = [
        b"body",
        b"post",
        b"pass",
        b"pwd",
        b"credential",
        b"secret",
        b"token",
        b"cookie",
        b"authorization",
        b"iban",
        b"card",
    ];
    let lower = bytes.to_ascii_lowercase();
    match HINTS.iter().any(|hint| memchr::memmem::find(&lower, hint).is_some()) {
        true => DataClass::Credential,
        false => DataClass::IdentificationByIp,
    }
}
