//! The ids of observables that everybody comes to who saw the same thing (STIX 2.1 section 2.9).

use uuid::Uuid;

use super::id::Id;
use super::schema::kind;
use crate::tree::{Object, Value, canonical};

/// The namespace of these UUIDs (section 2.9).
const NAMESPACE: Uuid = Uuid::from_u128(0x00ab_edb4_aa42_466c_9c01_fed2_3315_a9b7);

/// The digests of which one goes into an id, the first that is there.
const DIGESTS: [&str; 4] = ["MD5", "SHA-1", "SHA-256", "SHA-512"];

/// The id that an observable has by its contents: UUID version 5 of the canonical form (RFC 8785) of the
/// properties that contribute. `None`: not an observable, or none of them is there (then the standard wants
/// a random one), or a number in them is too large to be canonical.
pub fn id(observable: &Object) -> Option<Id> {
    let kind = kind(observable.text("type")?)?;
    let mut contributing = Object::new();
    for name in kind.contributing {
        let Some(value) = observable.get(name) else { continue };
        match value {
            Value::Object(hashes) if *name == "hashes" => contributing.set(name, one_digest(hashes)?),
            _ => contributing.set(name, value.clone()),
        }
    }
    if contributing.is_empty() {
        return None;
    }
    let form = canonical(&Value::Object(contributing)).ok()?;
    Id::new(kind.name, Uuid::new_v5(&NAMESPACE, form.as_bytes())).ok()
}

/// One digest of several. Where none of the four is there, the standard does not say which: the first one
/// as written, as the library of OASIS does.
fn one_digest(hashes: &Object) -> Option<Object> {
    let preferred = DIGESTS.iter().find_map(|name| hashes.get(name).map(|value| (*name, value)));
    let (name, value) = preferred.or_else(|| hashes.members().next())?;
    Some(Object::new().with(name, value.clone()))
}

#[cfg(test)]
mod tests {
    use crate::tree::{Value, read};

    /// What python-stix2 3.0.2 (OASIS) gives for the same observables.
    #[test]
    fn ids_are_those_of_another_implementation() {
        for (observable, id) in [
            (r#"{"type":"ipv4-addr","value":"198.18.0.1"}"#, "ipv4-addr--9b6503e8-3f22-58ad-a3b1-52235a5b12b7"),
            (
                r#"{"type":"domain-name","value":"xn--r8jz45g.example"}"#,
                "domain-name--6084e55b-8be0-5f8f-8bb0-621efea86ff0",
            ),
            (r#"{"type":"url","value":"https://例え.example/𠮷?\""}"#, "url--8998ac58-1c98-5798-9c0d-3f4d92b0fcf0"),
            (
                r#"{"type":"autonomous-system","number":64496}"#,
                "autonomous-system--9ad79ee3-2fde-5015-b0cc-7a96404effca",
            ),
            (
                r#"{"name":"x","type":"file","hashes":{"SHA-256":"A","MD5":"B"}}"#,
                "file--b86e92d6-0d32-52c1-9fee-554106946d9a",
            ),
            (r#"{"type":"file","name":"𠮷.exe"}"#, "file--8ee20b88-64de-55f7-8297-20c938f7698d"),
            (
                r#"{"type":"network-traffic","src_ref":"ipv4-addr--9b6503e8-3f22-58ad-a3b1-52235a5b12b7",
                    "dst_port":443,"protocols":["ipv4","tcp"]}"#,
                "network-traffic--e6ae6f16-aef5-5ebe-b8b8-d55e4ca51081",
            ),
            (
                r#"{"type":"email-message","is_multipart":false,"subject":"s","body":"b"}"#,
                "email-message--a997e674-22e8-5726-8c77-d87d7802be38",
            ),
            (r#"{"type":"software","name":"n","version":"1"}"#, "software--94cab9f1-4cec-5a75-ac77-8320e89a810e"),
            (
                r#"{"type":"user-account","user_id":"1","account_type":"unix"}"#,
                "user-account--998d38e6-e5ba-5999-a31e-144a01a89636",
            ),
            (
                r#"{"type":"windows-registry-key","key":"hkey_x","values":[{"name":"a","data":"b","data_type":"REG_SZ"}]}"#,
                "windows-registry-key--592d2949-6e42-5de2-a193-9de5db8e1d0d",
            ),
            (
                r#"{"type":"x509-certificate","serial_number":"00"}"#,
                "x509-certificate--e78fa2d0-2726-5895-b152-823a656975a9",
            ),
            (r#"{"type":"artifact","payload_bin":"aGk="}"#, "artifact--1ae95d38-34cb-52ce-8481-f58566d6b764"),
            (r#"{"type":"directory","path":"C:\\x"}"#, "directory--2f375e92-c84d-5d93-a78f-1d979ae627e0"),
            (r#"{"type":"mutex","name":"m"}"#, "mutex--07f2b411-b577-5759-885d-c3058bce0b29"),
            (r#"{"type":"mac-addr","value":"02:00:00:00:00:01"}"#, "mac-addr--1d55d8d3-7648-50a8-8131-c528c4edecaa"),
            (r#"{"type":"email-addr","value":"a@b.example"}"#, "email-addr--20f95e88-019c-5ac7-a027-aba10fdcb3ca"),
            (r#"{"type":"file","hashes":{"SSDEEP":"3:a:b"},"name":"x"}"#, "file--5c59a15c-ebcd-5791-9ff0-7f53d6aa53c9"),
        ] {
            let given = observable.replace("\"A\"", &format!("\"{}\"", "a".repeat(64)));
            let given = given.replace("\"B\"", &format!("\"{}\"", "b".repeat(32)));
            let Value::Object(tree) = read(given.as_bytes(), 1 << 16).unwrap() else { panic!() };
            assert_eq!(super::id(&tree).map(|id| id.to_string()).as_deref(), Some(id), "{observable}");
        }
        for nothing in [r#"{"type":"process","pid":1}"#, r#"{"type":"indicator","name":"x"}"#, r#"{"type":"file"}"#] {
            let Value::Object(tree) = read(nothing.as_bytes(), 1 << 16).unwrap() else { panic!() };
            assert_eq!(super::id(&tree), None);
        }
    }
}
