//! What an office's own border server found: the topmost `Authentication-Results` that bears its
//! name (RFC 8601). Such a server takes off headers under its name that came from outside (§5).

/// What the border server says of a mail whose `From` has a domain; `None`: it says nothing.
pub fn vouches(value: &str, border: &str, domain: &str) -> Option<bool> {
    let plain = without_comments(value);
    let mut clauses = plain.split(';').map(str::trim);
    let id = clauses.next()?.split_whitespace().next()?;
    if !id.eq_ignore_ascii_case(border) {
        return None;
    }
    Some(clauses.any(|clause| passes(clause, domain)))
}

/// `dmarc=pass header.from=DOMAIN`, or `dkim=pass` by that very domain.
fn passes(clause: &str, domain: &str) -> bool {
    let mut words = clause.split_whitespace();
    let verdict = words.next().unwrap_or_default().to_ascii_lowercase();
    let says = |name: &str| {
        let found = words.clone().find_map(|word| {
            let (found, value) = word.split_once('=')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim_matches('"').trim_start_matches('@'))
        });
        found.is_some_and(|value| value.eq_ignore_ascii_case(domain))
    };
    match verdict.as_str() {
        "dmarc=pass" => says("header.from"),
        "dkim=pass" => says("header.d"),
        _ => false,
    }
}

/// RFC 5322 comments may stand anywhere and may be nested; a quoted string may hold a bracket.
fn without_comments(value: &str) -> String {
    let (mut depth, mut quoted, mut escaped) = (0u32, false, false);
    let mut plain = String::with_capacity(value.len());
    for c in value.chars() {
        let literal = std::mem::take(&mut escaped);
        match c {
            '\\' if !literal => escaped = true,
            '"' if depth == 0 && !literal => quoted = !quoted,
            '(' if !quoted && !literal => depth += 1,
            ')' if depth > 0 && !literal => depth -= 1,
            // A semicolon inside quotes does not end a clause.
            ';' if quoted => {}
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_border_server_is_heard_and_only_on_the_senders_domain() {
        let check = |value| vouches(value, "mx.office.example", "isp-a.example");
        assert_eq!(check("mx.office.example; dmarc=pass (p=reject) header.from=isp-a.example"), Some(true));
        assert_eq!(check("MX.office.example 1;\r\n dkim=pass header.d=isp-a.example header.s=k"), Some(true));
        assert_eq!(check("mx.evil.example; dmarc=pass header.from=isp-a.example"), None);
        for not in [
            "mx.office.example; none",
            "mx.office.example; dmarc=fail header.from=isp-a.example",
            "mx.office.example; dmarc=pass header.from=evil.example",
            "mx.office.example; dkim=pass header.d=evil.example",
            "mx.office.example; spf=pass smtp.mailfrom=isp-a.example",
            "mx.office.example; dmarc=fail (dmarc=pass header.from=isp-a.example)",
            "mx.office.example; dmarc=fail reason=\"; dmarc=pass header.from=isp-a.example\"",
        ] {
            assert_eq!(check(not), Some(false), "{not}");
        }
        assert_eq!(check(""), None);
    }
}
