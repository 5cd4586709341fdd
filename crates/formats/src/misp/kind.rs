//! Types of attributes and their exact counterparts in STIX: as data.

use crate::indicator::{Indicator, Kind as Value};
use crate::stix::pattern::Literal;
use crate::tree::Object;

/// The counterpart of a type.
#[derive(Debug, Clone, Copy)]
pub(super) enum Counterpart {
    /// One property of an observable.
    One(Property),
    /// Two, with `|` between them in the value.
    Two(Property, Property),
    /// An indicator in another language (STIX 2.1 section 10, `pattern-type-ov`).
    Language(&'static str),
    /// A vulnerability, named by its CVE.
    Vulnerability,
}

/// A property of an observable, and what its values look like.
#[derive(Debug, Clone, Copy)]
pub(super) struct Property {
    /// The observable; `ip` stands for the address family of the value.
    pub kind: &'static str,
    /// The path in it, as patterns write it.
    pub path: &'static str,
    /// The grammar of its values.
    pub form: Form,
}

/// The grammar of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Any text that is not empty.
    Text,
    /// A value with one form. What is written into STIX is the text as it came, if it fits.
    Known(Value),
    /// An address or a block of them.
    Address,
    /// A whole number, with or without `AS`.
    Number,
    /// A registry key, whose hive STIX wants in full (section 6.17).
    Key,
}

const fn text(kind: &'static str, path: &'static str) -> Property {
    Property { kind, path, form: Form::Text }
}

const fn known(kind: &'static str, path: &'static str, value: Value) -> Property {
    Property { kind, path, form: Form::Known(value) }
}

const fn digest(path: &'static str, value: Value) -> Property {
    known("file", path, value)
}

const ADDRESS: Property = Property { kind: "ip", path: "value", form: Form::Address };
const DOMAIN: Property = known("domain-name", "value", Value::Domain);
const URL: Property = known("url", "value", Value::Url);
const MAIL: Property = known("email-addr", "value", Value::Mail);
const NAME: Property = text("file", "name");
const MD5: Property = digest("hashes.MD5", Value::Md5);
const SHA1: Property = digest("hashes.'SHA-1'", Value::Sha1);
const SHA256: Property = digest("hashes.'SHA-256'", Value::Sha256);
const SHA512: Property = digest("hashes.'SHA-512'", Value::Sha512);
const SSDEEP: Property = digest("hashes.SSDEEP", Value::Ssdeep);
const TLSH: Property = digest("hashes.TLSH", Value::Tlsh);
const KEY: Property = Property { kind: "windows-registry-key", path: "key", form: Form::Key };
const TO: Property = Property { kind: "network-traffic", path: "dst_ref.value", form: Form::Address };
const TO_PORT: Property = Property { kind: "network-traffic", path: "dst_port", form: Form::Number };
const FROM: Property = Property { kind: "network-traffic", path: "src_ref.value", form: Form::Address };
const FROM_PORT: Property = Property { kind: "network-traffic", path: "src_port", form: Form::Number };

use Counterpart::{Language, One, Two, Vulnerability};

/// Every type that has one.
const TYPES: &[(&str, Counterpart)] = &[
    ("ip-src", One(ADDRESS)),
    ("ip-dst", One(ADDRESS)),
    ("ip-src|port", Two(FROM, FROM_PORT)),
    ("ip-dst|port", Two(TO, TO_PORT)),
    ("domain", One(DOMAIN)),
    ("hostname", One(DOMAIN)),
    (
        "domain|ip",
        Two(DOMAIN, Property { kind: "domain-name", path: "resolves_to_refs[*].value", form: Form::Address }),
    ),
    ("hostname|port", Two(known("network-traffic", "dst_ref.value", Value::Domain), TO_PORT)),
    ("url", One(URL)),
    ("link", One(URL)),
    ("md5", One(MD5)),
    ("sha1", One(SHA1)),
    ("sha256", One(SHA256)),
    ("sha512", One(SHA512)),
    ("ssdeep", One(SSDEEP)),
    ("tlsh", One(TLSH)),
    ("filename", One(NAME)),
    ("filename|md5", Two(NAME, MD5)),
    ("filename|sha1", Two(NAME, SHA1)),
    ("filename|sha256", Two(NAME, SHA256)),
    ("filename|sha512", Two(NAME, SHA512)),
    ("filename|ssdeep", Two(NAME, SSDEEP)),
    ("filename|tlsh", Two(NAME, TLSH)),
    ("email", One(MAIL)),
    ("email-src", One(MAIL)),
    ("email-dst", One(MAIL)),
    ("email-subject", One(text("email-message", "subject"))),
    ("mac-address", One(text("mac-addr", "value"))),
    ("AS", One(Property { kind: "autonomous-system", path: "number", form: Form::Number })),
    ("mutex", One(text("mutex", "name"))),
    ("regkey", One(KEY)),
    ("regkey|value", Two(KEY, text("windows-registry-key", "values[*].data"))),
    ("user-agent", One(text("network-traffic", "extensions.'http-request-ext'.request_header.'User-Agent'"))),
    ("x509-fingerprint-md5", One(known("x509-certificate", "hashes.MD5", Value::Md5))),
    ("x509-fingerprint-sha1", One(known("x509-certificate", "hashes.'SHA-1'", Value::Sha1))),
    ("x509-fingerprint-sha256", One(known("x509-certificate", "hashes.'SHA-256'", Value::Sha256))),
    ("yara", Language("yara")),
    ("sigma", Language("sigma")),
    ("snort", Language("snort")),
    ("vulnerability", Vulnerability),
];

/// The counterpart of a type of attributes.
pub(super) fn counterpart(kind: &str) -> Option<Counterpart> {
    TYPES.iter().find(|(name, _)| *name == kind).map(|(_, counterpart)| *counterpart)
}

/// The types whose counterpart is one property, for the way back: the first that fits.
pub(super) fn type_of(kind: &str, path: &str) -> Option<&'static str> {
    let is_address = matches!(kind, "ipv4-addr" | "ipv6-addr");
    TYPES.iter().find_map(|(name, counterpart)| match counterpart {
        // Which way traffic went is not said by an address alone.
        One(property) if is_address && property.kind == "ip" && path == property.path && *name == "ip-dst" => {
            Some(*name)
        }
        One(property) if property.kind == kind && property.path == path && *name != "link" => Some(*name),
        _ => None,
    })
}

impl Counterpart {
    /// A pattern that looks for a value; `None`: the value is not one of this type.
    pub(super) fn pattern(self, value: &str) -> Option<String> {
        match self {
            One(property) => Some(format!("[{}]", property.test(value)?)),
            Two(one, other) => {
                // File names may hold `|`, what stands behind them cannot.
                let (first, second) = value.rsplit_once('|')?;
                Some(format!("[{} AND {}]", one.test(first)?, other.test(second)?))
            }
            Language(_) => Some(value.to_owned()),
            Vulnerability => None,
        }
    }

    /// The kind of observable and its properties; `None`: the value is not one of this type, or it takes more
    /// than one observable to say it.
    pub(super) fn observable(self, value: &str) -> Option<(&'static str, Object)> {
        match self {
            One(property) => {
                let mut object = Object::new();
                property.put(value, &mut object)?;
                Some((property.kind_of(value), object))
            }
            Two(one, other) if one.kind == "file" => {
                let (first, second) = value.rsplit_once('|')?;
                let mut object = Object::new();
                other.put(second, &mut object)?;
                one.put(first, &mut object)?;
                Some((one.kind, object))
            }
            _ => None,
        }
    }

    /// Whether a value is one of this type at all.
    pub(super) fn takes(self, value: &str) -> bool {
        match self {
            Language(_) | Vulnerability => !value.is_empty(),
            _ => self.pattern(value).is_some(),
        }
    }
}

impl Property {
    fn kind_of(self, value: &str) -> &'static str {
        match self.kind {
            "ip" if value.contains(':') => "ipv6-addr",
            "ip" => "ipv4-addr",
            kind => kind,
        }
    }

    fn test(self, value: &str) -> Option<String> {
        let (kind, path) = (self.kind_of(value), self.path);
        let literal = Literal::Text(value.to_owned());
        match self.form {
            Form::Key => (!value.is_empty()).then(|| format!("{kind}:{path} = {}", Literal::Text(in_full(value)))),
            Form::Text => (!value.is_empty()).then(|| format!("{kind}:{path} = {literal}")),
            Form::Known(form) => Indicator::read(form, value).ok().map(|_| format!("{kind}:{path} = {literal}")),
            Form::Address if Indicator::read(Value::Address, value).is_ok() => {
                Some(format!("{kind}:{path} = {literal}"))
            }
            Form::Address => {
                Indicator::read(Value::Block, value).ok().map(|_| format!("{kind}:{path} ISSUBSET {literal}"))
            }
            Form::Number => number(value).map(|number| format!("{kind}:{path} = {number}")),
        }
    }

    /// Puts a value where the path leads: a member, or a digest.
    fn put(self, value: &str, object: &mut Object) -> Option<()> {
        self.test(value)?;
        match self.path.split_once('.') {
            None if self.form == Form::Number => object.set(self.path, number(value)?),
            None if self.form == Form::Key => object.set(self.path, in_full(value)),
            None => object.set(self.path, value),
            Some(("hashes", algorithm)) => {
                object.set("hashes", Object::new().with(algorithm.trim_matches('\''), value));
            }
            Some(_) => return None,
        }
        Some(())
    }
}

/// A whole number that 32 bits hold, with or without `AS` before it.
fn number(text: &str) -> Option<i64> {
    let digits = match text.get(..2) {
        Some(head) if head.eq_ignore_ascii_case("as") => text.get(2..)?,
        _ => text,
    };
    let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| digits.parse::<u32>().ok().map(i64::from))?
}

/// A registry key with the name of its hive in full.
fn in_full(key: &str) -> String {
    const HIVES: [(&str, &str); 5] = [
        ("HKLM", "HKEY_LOCAL_MACHINE"),
        ("HKCU", "HKEY_CURRENT_USER"),
        ("HKCR", "HKEY_CLASSES_ROOT"),
        ("HKCC", "HKEY_CURRENT_CONFIG"),
        ("HKU", "HKEY_USERS"),
    ];
    let (hive, rest) = key.find('\\').and_then(|end| key.split_at_checked(end)).unwrap_or((key, ""));
    match HIVES.iter().find(|(short, _)| short.eq_ignore_ascii_case(hive)) {
        Some((_, full)) => format!("{full}{rest}"),
        None => key.to_owned(),
    }
}
