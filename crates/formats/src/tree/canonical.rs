//! The one form of a tree that digests are taken of: RFC 8785 (JCS).

use super::write::put_text;
use super::{Object, Value};

/// Why a tree has no canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// A number is beyond what 64 bits can hold (RFC 8785 section 3.2.2.3).
    #[error("a number is too large to be canonical")]
    Number,
}

/// Writes the canonical form: names in the order of their UTF-16 units, numbers as ECMAScript writes them,
/// no blanks.
///
/// # Errors
/// When a number is beyond what 64 bits can hold.
pub fn canonical(value: &Value) -> Result<String, CanonicalError> {
    let mut out = String::new();
    put(&mut out, value)?;
    Ok(out)
}

fn put(out: &mut String, value: &Value) -> Result<(), CanonicalError> {
    match value {
        Value::Text(text) => put_text(out, text),
        Value::Number(number) => {
            let float = number.float().ok_or(CanonicalError::Number)?;
            out.push_str(ryu_js::Buffer::new().format(float));
        }
        Value::Flag(true) => out.push_str("true"),
        Value::Flag(false) => out.push_str("false"),
        Value::Null => out.push_str("null"),
        Value::List(values) => {
            out.push('[');
            for (place, value) in values.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                put(out, value)?;
            }
            out.push(']');
        }
        Value::Object(object) => put_object(out, object)?,
    }
    Ok(())
}

fn put_object(out: &mut String, object: &Object) -> Result<(), CanonicalError> {
    let mut members: Vec<_> = object.members().collect();
    members.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
    out.push('{');
    for (place, (name, value)) in members.into_iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        put_text(out, name);
        out.push(':');
        put(out, value)?;
    }
    out.push('}');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    fn of(text: &str) -> Result<String, CanonicalError> {
        canonical(&read(text.as_bytes(), 1 << 16).unwrap())
    }

    #[test]
    fn the_examples_of_rfc_8785() {
        // Section 3.2.2.
        let given = r#"{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
            "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}"#;
        let want = "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\
                    \"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}";
        assert_eq!(of(given).unwrap(), want);
        // Section 3.2.3.
        let given = r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",
            "1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#;
        let canonical = of(given).unwrap();
        let order = ["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"];
        let places: Vec<_> = order.iter().map(|word| canonical.find(word).unwrap()).collect();
        assert!(places.is_sorted());
    }

    #[test]
    fn numbers_are_those_of_ecmascript() {
        for (given, want) in [
            ("-0", "0"),
            ("1.0", "1"),
            ("1e21", "1e+21"),
            ("123456789012345680000", "123456789012345680000"),
            ("1e-7", "1e-7"),
        ] {
            assert_eq!(of(given).unwrap(), want);
        }
        assert_eq!(of("1e999"), Err(CanonicalError::Number));
    }
}
