//! Names: namespaces with the prefixes that the JSON schemas fix, verbs, kinds of objects, identifiers.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// The namespace of messages; it has no prefix.
pub const CORE: &str = "http://uri.etsi.org/03120/common/2019/10/Core";
/// The namespace of `xsi:type`.
pub const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The version of the standard whose transcriptions this follows.
pub const ETSI_VERSION: &str = "V1.23.1";
/// Who owns the national profile that is followed here.
pub const PROFILE_OWNER: &str = "JP";
/// Its version: a proposal, which no authority has issued.
pub const PROFILE_VERSION: &str = "v0.1-proposal";

/// Namespaces with the prefix under which their members stand in the tree.
pub const NAMESPACES: &[(&str, &str)] = &[
    ("", CORE),
    ("xsi", XSI),
    ("common", "http://uri.etsi.org/03120/common/2016/02/Common"),
    ("auth", "http://uri.etsi.org/03120/common/2020/09/Authorisation"),
    ("doc", "http://uri.etsi.org/03120/common/2020/09/Document"),
    ("notification", "http://uri.etsi.org/03120/common/2016/02/Notification"),
    ("task", "http://uri.etsi.org/03120/common/2020/09/Task"),
    ("delivery", "http://uri.etsi.org/03120/common/2019/10/Delivery"),
    ("config", "http://uri.etsi.org/03120/common/2024/06/Config"),
    ("etsi", "http://uri.etsi.org/03280/common/2017/07"),
];

/// The prefix of a namespace in the tree.
pub fn prefix_of(uri: &str) -> Option<&'static str> {
    NAMESPACES.iter().find(|(_, known)| *known == uri).map(|(prefix, _)| *prefix)
}

/// The namespace of a prefix in the tree.
pub fn uri_of(prefix: &str) -> Option<&'static str> {
    NAMESPACES.iter().find(|(known, _)| *known == prefix).map(|(_, uri)| *uri)
}

/// Makes a closed list of names that are ours to choose from: variants and their words.
macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in messages.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// What a word stands for.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.word() == word)
            }
        }
    };
}
pub(super) use names;

names! {
    /// What a message asks to be done (clause 6.4).
    Verb {
        /// Give an object.
        Get = "GET",
        /// Make an object.
        Create = "CREATE",
        /// Change an object.
        Update = "UPDATE",
        /// Tell which objects there are.
        List = "LIST",
        /// Take a delivery.
        Deliver = "DELIVER",
        /// Tell how the provider is to be asked.
        Config = "GETCSPCONFIG",
    }
}

names! {
    /// The kinds of objects that are exchanged here. Interception is none of them.
    Kind {
        /// Who approved what.
        Authorisation = "AuthorisationObject",
        /// A paper or a file that belongs to an authorisation.
        Document = "DocumentObject",
        /// Words from one side to the other.
        Notification = "NotificationObject",
        /// Data are asked for.
        Disclosure = "LDTaskObject",
        /// Data are to be kept.
        Preservation = "LPTaskObject",
        /// A page is to be taken down.
        Takedown = "TDTaskObject",
        /// Data are handed over.
        Delivery = "DeliveryObject",
    }
}

impl Kind {
    /// The prefix of its own members in the tree.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Authorisation => "auth",
            Self::Document => "doc",
            Self::Notification => "notification",
            Self::Disclosure | Self::Preservation | Self::Takedown => "task",
            Self::Delivery => "delivery",
        }
    }

    /// The value of `@xsi:type` in the tree: `{namespace}name`.
    pub fn type_name(self) -> String {
        format!("{{{}}}{}", uri_of(self.prefix()).unwrap_or_default(), self.word())
    }

    /// The kind that a value of `@xsi:type` names.
    pub fn from_type_name(name: &str) -> Option<Self> {
        let (uri, word) = name.strip_prefix('{')?.split_once('}')?;
        Self::from_word(word).filter(|kind| uri_of(kind.prefix()) == Some(uri))
    }

    /// The member with the receiver's status and the one with the status that the sender desires.
    pub const fn statuses(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Authorisation => Some(("auth:AuthorisationStatus", "auth:AuthorisationDesiredStatus")),
            Self::Document => Some(("doc:DocumentStatus", "doc:DocumentDesiredStatus")),
            Self::Disclosure | Self::Preservation | Self::Takedown => Some(("task:Status", "task:DesiredStatus")),
            Self::Delivery => Some(("delivery:DeliveryStatus", "delivery:DeliveryDesiredStatus")),
            Self::Notification => None,
        }
    }
}

/// A text is no UUID in its usual form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a uuid: expected 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12")]
pub struct UuidError(String);

macro_rules! uuids {
    ($($(#[$doc:meta])* $name:ident)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(Uuid);

            impl $name {
                /// From 128 bits that the caller made unique.
                pub const fn from_bits(bits: u128) -> Self {
                    Self(Uuid::from_u128(bits))
                }

                /// The 128 bits.
                pub const fn bits(self) -> u128 {
                    self.0.as_u128()
                }
            }

            impl FromStr for $name {
                type Err = UuidError;
                fn from_str(text: &str) -> Result<Self, UuidError> {
                    // Other forms that the library reads (braces, no dashes, `urn:`) are not HI-1's.
                    let read = if text.len() == 36 { Uuid::try_parse(text).ok() } else { None };
                    read.map(Self).ok_or_else(|| UuidError(text.chars().take(60).collect()))
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write!(f, "{}", self.0.hyphenated())
                }
            }
        )+
    };
}

uuids! {
    /// The `ObjectIdentifier` of an object; whoever creates it chooses it.
    ObjectId
    /// The `TransactionIdentifier` of a message; the answer has the same.
    TransactionId
    /// The `DeliveryID` of what is handed over; the parts of one answer share it.
    DeliveryId
}

/// An end of the exchange: country and name, `EndpointID` in the schemas.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Endpoint {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// The name by which both sides know it.
    pub name: String,
}

impl Endpoint {
    /// From country and name.
    pub fn new(country: &str, name: &str) -> Self {
        Self { country: country.to_owned(), name: name.to_owned() }
    }
}
