//! Forms with files as browsers send them: multipart/form-data (RFC 7578, RFC 2046 section 5.1).
//!
//! Read as browsers write it and no other way: no preamble, no nesting, no transfer encoding. A part is a piece of the
//! body; nothing is copied.

/// Most parts of a form.
pub const MOST: usize = 64;
/// Most bytes of the headers of one part.
const MOST_HEADERS: usize = 4096;
/// Longest boundary (RFC 2046).
const LONGEST_BOUNDARY: usize = 70;

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part<'b> {
    /// The name of the field.
    pub name: &'b str,
    /// What stands in it: a text, or the bytes of a file.
    pub bytes: &'b [u8],
}

/// Why a body is no such form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UploadError {
    /// The content type is another, or names no boundary.
    #[error("the form is not multipart/form-data with a boundary")]
    Kind,
    /// The boundaries do not stand where they should: the body is cut off, or was put together otherwise.
    #[error("the form breaks off, or its boundaries do not fit")]
    Boundary,
    /// A part does not say which field it is.
    #[error("a part of the form has no name")]
    Name,
    /// More parts, or longer headers, than a form has.
    #[error("the form has more than {MOST} parts, or longer headers than a form has")]
    Much,
}

/// The parts of a body, in order.
pub fn read<'b>(content_type: &str, body: &'b [u8]) -> Result<Vec<Part<'b>>, UploadError> {
    let delimiter = format!("\r\n--{}", boundary(content_type)?);
    // The first delimiter stands at the very beginning, without the line break that the others bring.
    let first = delimiter.get(2..).unwrap_or_default();
    let mut rest = body.strip_prefix(first.as_bytes()).ok_or(UploadError::Boundary)?;
    let mut parts = Vec::new();
    loop {
        if let Some(end) = rest.strip_prefix(b"--") {
            // What may follow is one line break.
            return if end.is_empty() || end == b"\r\n" { Ok(parts) } else { Err(UploadError::Boundary) };
        }
        if parts.len() == MOST {
            return Err(UploadError::Much);
        }
        let from_headers = rest.strip_prefix(b"\r\n").ok_or(UploadError::Boundary)?;
        let near = from_headers.get(..MOST_HEADERS).unwrap_or(from_headers);
        let (headers, _) = split(near, b"\r\n\r\n").ok_or(match near.len() < from_headers.len() {
            true => UploadError::Much,
            false => UploadError::Boundary,
        })?;
        let content = from_headers.get(headers.len() + 4..).ok_or(UploadError::Boundary)?;
        let (bytes, behind) = split(content, delimiter.as_bytes()).ok_or(UploadError::Boundary)?;
        parts.push(Part { name: name(headers).ok_or(UploadError::Name)?, bytes });
        rest = behind;
    }
}

/// The boundary that a content type names.
fn boundary(content_type: &str) -> Result<&str, UploadError> {
    let (kind, parameters) = content_type.split_once(';').ok_or(UploadError::Kind)?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return Err(UploadError::Kind);
    }
    let named = parameters.split(';').find_map(|parameter| {
        let (key, value) = parameter.trim().split_once('=')?;
        key.eq_ignore_ascii_case("boundary").then_some(value)
    });
    let value = named.ok_or(UploadError::Kind)?;
    let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    let is_sound = (1..=LONGEST_BOUNDARY).contains(&value.len())
        && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"'()+_,-./:=?".contains(&b));
    if is_sound { Ok(value) } else { Err(UploadError::Kind) }
}

/// The name that the headers of a part give.
fn name(headers: &[u8]) -> Option<&str> {
    let headers = std::str::from_utf8(headers).ok()?;
    let disposition = headers.split("\r\n").find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.trim().eq_ignore_ascii_case("content-disposition").then_some(value.trim())
    })?;
    let mut rest = disposition.strip_prefix("form-data")?;
    // `name="…"` and `filename="…"` in any order; a quote inside is written %22 and ends nothing.
    while let Some((key, value)) = rest.trim_start_matches([';', ' ']).split_once("=\"") {
        let (value, behind) = value.split_once('"')?;
        if key.eq_ignore_ascii_case("name") {
            return (!value.is_empty()).then_some(value);
        }
        rest = behind;
    }
    None
}

/// What stands before the first occurrence of some bytes, and behind it.
fn split<'b>(bytes: &'b [u8], at: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let place = bytes.windows(at.len()).position(|window| window == at)?;
    Some((bytes.get(..place)?, bytes.get(place + at.len()..)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As a browser writes it.
    fn written(boundary: &str, parts: &[(String, Vec<u8>)]) -> Vec<u8> {
        let mut body = Vec::new();
        for (name, bytes) in parts {
            body.extend(format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"").bytes());
            body.extend(b"; filename=\"a \xe7\xac\xa6;name=%22x%22.pdf\"\r\nContent-Type: application/pdf\r\n\r\n");
            body.extend(bytes.iter().chain(b"\r\n"));
        }
        body.extend(format!("--{boundary}--\r\n").bytes());
        body
    }

    proptest! {
        #[test]
        fn what_a_browser_sends_is_read(parts in prop::collection::vec(("[a-z-]{1,9}", prop::collection::vec(any::<u8>(), 0..200)), 0..5)) {
            let body = written("----renkei4b", &parts);
            let read = read("multipart/form-data; boundary=----renkei4b", &body).unwrap();
            let read: Vec<_> = read.iter().map(|part| (part.name.to_owned(), part.bytes.to_vec())).collect();
            prop_assert_eq!(read, parts);
        }

        #[test]
        fn nothing_that_is_cut_off_is_taken(bytes in prop::collection::vec(any::<u8>(), 0..60), cut in 0usize..400) {
            let body = written("b", &[("a".to_owned(), bytes.clone()), ("c".to_owned(), bytes)]);
            // The last line break may be missing.
            if let Some(short) = body.get(..cut).filter(|short| short.len() + 2 < body.len()) {
                prop_assert!(read("multipart/form-data; boundary=b", short).is_err());
            }
        }

        #[test]
        fn no_bytes_make_it_fall(head in "\\PC{0,80}", body in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&head, &body);
            let _ = read("multipart/form-data; boundary=\"b\"", &[b"--b\r\n".as_slice(), &body].concat());
        }
    }

    #[test]
    fn what_is_no_such_form_says_so() {
        let form = "Multipart/Form-Data; charset=utf-8; boundary=\"b\"";
        let of = |body: &str| read(form, body.as_bytes()).map(|parts| parts.len());
        assert_eq!(of("--b--"), Ok(0));
        assert_eq!(of("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n--b--\r\n"), Ok(1));
        assert_eq!(
            of("--b\r\nContent-Disposition: form-data; filename=\"a\"\r\n\r\n\r\n--b--"),
            Err(UploadError::Name)
        );
        assert_eq!(of("--b\r\nx: y\r\n\r\n\r\n--b--"), Err(UploadError::Name));
        assert_eq!(of("--b--x"), Err(UploadError::Boundary));
        assert_eq!(of("x\r\n--b--"), Err(UploadError::Boundary));
        assert_eq!(of(&format!("--b\r\n{}", "x".repeat(9000))), Err(UploadError::Much));
        let part = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n";
        assert_eq!(of(&format!("{}--b--", part.repeat(MOST))), Ok(MOST));
        assert_eq!(of(&format!("{}--b--", part.repeat(MOST + 1))), Err(UploadError::Much));
        for kind in ["", "multipart/form-data", "multipart/mixed; boundary=b", "multipart/form-data; boundary="] {
            assert_eq!(read(kind, b"--b--"), Err(UploadError::Kind), "{kind}");
        }
    }
}
