//! Text as it is meant: full-width forms narrowed, what was defanged made whole.

/// A text that was made whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refanged {
    /// The text.
    pub text: String,
    /// Whether anything was changed.
    pub was_defanged: bool,
}

/// What people write so that nobody clicks, and what it stands for. Longer ones first.
const DEFANGED: [(&str, &str); 20] = [
    ("[://]", "://"),
    ("[:]//", "://"),
    ("[.]", "."),
    ("(.)", "."),
    ("{.}", "."),
    ("[dot]", "."),
    ("(dot)", "."),
    ("{dot}", "."),
    ("[。]", "."),
    ("[@]", "@"),
    ("(@)", "@"),
    ("[at]", "@"),
    ("(at)", "@"),
    ("{at}", "@"),
    ("[:]", ":"),
    ("[/]", "/"),
    ("\\.", "."),
    ("[.", "."),
    (".]", "."),
    ("[:", ":"),
];

/// Schemes that were broken, and what they stand for.
const SCHEMES: [(&str, &str); 8] = [
    ("hxxps", "https"),
    ("hxxp", "http"),
    ("h**ps", "https"),
    ("h**p", "http"),
    ("hXXps", "https"),
    ("meow", "http"),
    ("fxps", "ftps"),
    ("fxp", "ftp"),
];

/// Makes a text whole. Brackets around an IPv6 address stay.
pub fn refang(text: &str) -> Refanged {
    let narrow: String = text.trim().chars().map(narrow).collect();
    let mut out = String::with_capacity(narrow.len());
    let mut rest = narrow.as_str();
    let mut was_defanged = false;
    while let Some(character) = rest.chars().next() {
        let found = DEFANGED.iter().find(|(written, _)| begins(rest, written));
        match found {
            Some((written, meant)) => {
                out.push_str(meant);
                rest = rest.get(written.len()..).unwrap_or_default();
                was_defanged = true;
            }
            None => {
                out.push(character);
                rest = rest.get(character.len_utf8()..).unwrap_or_default();
            }
        }
    }
    if let Some((written, meant)) = SCHEMES.iter().find(|(written, _)| {
        begins(&out, written) && out.get(written.len()..).is_some_and(|rest| rest.starts_with("://"))
    }) {
        out = format!("{meant}{}", out.get(written.len()..).unwrap_or_default());
        was_defanged = true;
    }
    Refanged { text: out, was_defanged }
}

fn begins(text: &str, head: &str) -> bool {
    text.get(..head.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(head))
}

/// The ASCII character that a full-width one (U+FF01 to U+FF5E, U+3000) stands for; the ideographic full stop is
/// a dot in names (RFC 3490 section 3.1).
const fn narrow(typed: char) -> char {
    match typed {
        '\u{3000}' => ' ',
        '\u{3002}' | '\u{FF61}' => '.',
        '\u{FF01}'..='\u{FF5E}' => {
            // The block lies in the order of ASCII, so that the difference fits a byte.
            (typed as u32 - 0xFEE0) as u8 as char
        }
        other => other,
    }
}
