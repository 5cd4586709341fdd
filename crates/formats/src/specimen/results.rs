//! Results of authentication as servers wrote them (RFC 8601, RFC 8617, RFC 7208 section 9.1). Nothing is checked
//! again: the server that received the mail saw the connection and the name servers of that moment, a reader of the
//! file sees neither.

use super::examined::{Outcome, Results};
use super::finding::Code;
use super::look::{Look, cut, kept};

const MOST_FIELDS: usize = 50;
const MOST_OUTCOMES: usize = 50;

/// Reads one field, where its name is one of those.
pub(super) fn note(look: &mut Look<'_>, all: &mut Vec<Results>, field: &str, value: &str) {
    let field = field.to_ascii_lowercase();
    let is_list = matches!(field.as_str(), "authentication-results" | "arc-authentication-results");
    if !(is_list || matches!(field.as_str(), "arc-seal" | "received-spf")) || all.len() >= MOST_FIELDS {
        return;
    }
    let value = without_comments(cut(value, 16_384));
    let place = format!("results[{}]", all.len());
    let read = if is_list { list(&value) } else { single(&field, &value) };
    match read {
        Some(read) => {
            if is_list && read.results.iter().any(is_failed) {
                look.found(&place, Code::NotProved);
            }
            all.push(Results { field, ..read });
        }
        None => look.found("results", Code::BadResults),
    }
}

/// Whether it says that the sender is not who it says.
fn is_failed(outcome: &Outcome) -> bool {
    matches!(outcome.method.as_str(), "spf" | "dkim" | "dmarc" | "arc" | "sender-id" | "compauth")
        && matches!(outcome.result.as_str(), "fail" | "softfail" | "permerror" | "hardfail")
}

/// `server; method=result property=value …; …`
fn list(value: &str) -> Option<Results> {
    let mut clauses = value.split(';').map(str::trim).filter(|clause| !clause.is_empty());
    let mut first = clauses.next()?;
    // An ARC set begins with its number.
    if first.to_ascii_lowercase().starts_with("i=") {
        first = clauses.next()?;
    }
    let mut results = Results::default();
    // Some servers leave their name out and begin with a result.
    if first.contains('=') {
        results.results.extend(outcome(first));
    } else {
        results.server = first.split_whitespace().next().and_then(kept);
    }
    for clause in clauses.take(MOST_OUTCOMES).filter(|clause| !clause.eq_ignore_ascii_case("none")) {
        results.results.push(outcome(clause)?);
    }
    (results.server.is_some() || !results.results.is_empty()).then_some(results)
}

fn outcome(clause: &str) -> Option<Outcome> {
    let joined = clause.replace(" = ", "=").replace("= ", "=").replace(" =", "=");
    let mut words = joined.split_whitespace();
    let (method, result) = words.next()?.split_once('=')?;
    let method = method.split('/').next().unwrap_or_default();
    let about = words.filter_map(|word| {
        let (key, value) = word.split_once('=')?;
        Some((kept(&key.to_ascii_lowercase())?, kept(value.trim_matches('"'))?))
    });
    Some(Outcome {
        method: kept(&method.to_ascii_lowercase())?,
        result: kept(&result.to_ascii_lowercase())?,
        about: about.take(20).collect(),
    })
}

/// The result of an ARC seal (`cv=`), or of Received-SPF (its first word).
fn single(field: &str, value: &str) -> Option<Results> {
    let (method, result, server) = if field == "arc-seal" {
        let tag = |name: &str| {
            value.split(';').find_map(|tag| tag.trim().split_once('=').filter(|(key, _)| key.trim() == name))
        };
        ("arc", tag("cv")?.1.trim().to_ascii_lowercase(), tag("d").map(|(_, value)| value.trim()))
    } else {
        let server = value.split_whitespace().find_map(|word| word.strip_prefix("receiver="));
        ("spf", value.split_whitespace().next()?.to_ascii_lowercase(), server)
    };
    let outcome = Outcome { method: method.to_owned(), result: kept(&result)?, about: Vec::new() };
    let server = server.map(|name| name.trim_matches([';', '"'])).and_then(kept);
    Some(Results { server, results: vec![outcome], ..Results::default() })
}

/// Without comments in parentheses (nested ones too) and without line breaks; quoted text stays.
fn without_comments(value: &str) -> String {
    let (mut depth, mut quoted, mut escaped) = (0u32, false, false);
    let mut out = String::with_capacity(value.len());
    for character in value.chars() {
        let was_escaped = escaped;
        escaped = character == '\\' && !was_escaped;
        match character {
            _ if was_escaped => {}
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth > 0 => {
                depth -= 1;
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            out.push(if character.is_control() { ' ' } else { character });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::look::How;
    use super::*;

    fn read(field: &str, value: &str) -> (Vec<Results>, usize) {
        let how = How::default();
        let mut look = Look::new(&how);
        let mut all = Vec::new();
        note(&mut look, &mut all, field, value);
        (all, look.findings.len())
    }

    #[test]
    fn what_servers_write() {
        let (all, findings) = read(
            "Authentication-Results",
            "mx.office.example 1;\r\n spf=fail (198.18.0.7; is not (at all) permitted) smtp.mailfrom=a@other.example;\r\n dkim=none; dmarc=fail header.from=other.example",
        );
        assert_eq!((all.len(), findings), (1, 1));
        assert_eq!(all[0].server.as_deref(), Some("mx.office.example"));
        let words: Vec<_> = all[0].results.iter().map(|one| (one.method.as_str(), one.result.as_str())).collect();
        assert_eq!(words, [("spf", "fail"), ("dkim", "none"), ("dmarc", "fail")]);
        assert_eq!(all[0].results[0].about, [("smtp.mailfrom".to_owned(), "a@other.example".to_owned())]);
        let (all, _) = read("ARC-Authentication-Results", "i=1; mx.office.example; dkim=pass header.d=a.example");
        assert_eq!((all[0].server.as_deref(), all[0].results[0].result.as_str()), (Some("mx.office.example"), "pass"));
        let (all, _) = read("ARC-Seal", "i=1; a=rsa-sha256; cv=none; d=a.example; b=AAAA");
        assert_eq!((all[0].server.as_deref(), all[0].results[0].result.as_str()), (Some("a.example"), "none"));
        let (all, _) = read("Received-SPF", "Pass (mx: domain designates) client-ip=198.18.0.1; receiver=mx.example;");
        assert_eq!(all[0].results[0].result, "pass");
        assert_eq!(read("Authentication-Results", "mx.example; none").0[0].results, []);
        assert_eq!(read("Authentication-Results", ";;;").1, 1);
    }
}
