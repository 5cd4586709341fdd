//! Comments, strings and characters replaced by blanks, byte for byte, so that places stay the same.

use super::in_word;

/// The text with comments and literals blanked; every newline and every byte offset stays.
pub fn blank(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        let taken = literal(rest, before).unwrap_or(0);
        if taken == 0 {
            out.push(c);
            before = c;
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            continue;
        }
        let (hidden, after) = rest.split_at(taken);
        for byte in hidden.bytes() {
            out.push(if byte == b'\n' { '\n' } else { ' ' });
        }
        before = ' ';
        rest = after;
    }
    out
}

/// How many bytes of comment or literal begin here, if one does.
fn literal(rest: &str, before: char) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(block_comment(rest));
    }
    if rest.starts_with('\'') {
        return character(rest);
    }
    if in_word(before) {
        return rest.starts_with('"').then(|| quoted(rest));
    }
    let open = rest.trim_start_matches(['b', 'c']);
    let prefix = rest.len() - open.len();
    if prefix > 1 {
        return None;
    }
    if open.starts_with('"') {
        return Some(prefix + quoted(open));
    }
    if prefix == 1 && open.starts_with('\'') {
        return character(open).map(|length| prefix + length);
    }
    let hashes = open.strip_prefix('r')?;
    let body = hashes.trim_start_matches('#');
    let count = hashes.len() - body.len();
    let body = body.strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(count));
    let end = body.find(&close).map_or(body.len(), |at| at + close.len());
    Some(rest.len() - body.len() + end)
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(here) = rest.get(at..).filter(|here| !here.is_empty()) {
        let step = if here.starts_with("/*") {
            depth += 1;
            2
        } else if here.starts_with("*/") {
            depth = depth.saturating_sub(1);
            2
        } else {
            here.chars().next().map_or(1, char::len_utf8)
        };
        at += step;
        if depth == 0 {
            break;
        }
    }
    at
}

fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// A character literal, or nothing where the quote begins a lifetime.
fn character(rest: &str) -> Option<usize> {
    let mut inner = rest.char_indices().skip(1);
    let (_, first) = inner.next()?;
    if first == '\\' {
        inner.next()?;
        return inner.find(|(_, c)| *c == '\'').map(|(at, _)| at + 1);
    }
    let (at, second) = inner.next()?;
    (second == '\'').then_some(at + 1)
}

/// Blanked source with its `#[cfg(test)]` items blanked as well.
pub fn without_tests(blanked: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut out = String::with_capacity(blanked.len());
    let mut rest = blanked;
    while let Some(at) = rest.find(MARK) {
        let (kept, tests) = rest.split_at(at);
        out.push_str(kept);
        let end = item_end(tests);
        let (hidden, after) = tests.split_at(end);
        out.extend(hidden.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Where the item ends that begins here: at its closing brace, or at its semicolon.
fn item_end(item: &str) -> usize {
    let mut depth = 0_usize;
    let mut brackets = 0_usize;
    for (at, c) in item.char_indices() {
        match c {
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets = brackets.saturating_sub(1),
            '{' => depth += 1,
            '}' if depth <= 1 => return at + 1,
            '}' => depth -= 1,
            ';' if depth == 0 && brackets == 0 => return at + 1,
            _ => {}
        }
    }
    item.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: &str) {
        assert_eq!(blank(text), want);
        assert_eq!(blank(text).len(), text.len());
    }

    #[test]
    fn comments_and_literals_are_blank() {
        check("a // { b\nc", "a       \nc");
        check("a /* { /* } */ { */ b", &format!("a{}b", " ".repeat(19)));
        check(r#"f("}\"{", 'x', '\'', '{')"#, "f(      ,    ,     ,    )");
        check(r###"f(r#"}"{"#, b"{", br"{", b'{')"###, "f(        ,     ,      ,     )");
    }

    #[test]
    fn lifetimes_and_words_stay() {
        check("fn f<'a>(x: &'a str) -> bar<'a> { r }", "fn f<'a>(x: &'a str) -> bar<'a> { r }");
        check("let crab = 1; abc(b)", "let crab = 1; abc(b)");
    }

    #[test]
    fn offsets_stay_where_text_is_wide() {
        let text = "let a = \"依頼\"; // 所管\nb";
        assert_eq!(blank(text).len(), text.len());
        assert!(blank(text).ends_with("\nb"));
    }

    #[test]
    fn test_modules_vanish() {
        let kept = without_tests("use a;\n#[cfg(test)]\nmod tests { fn x() { {} } }\nuse b;");
        assert!(kept.contains("use a;") && kept.contains("use b;") && !kept.contains("tests"));
        let kept = without_tests("#[cfg(test)]\nuse x;\nuse b;");
        assert_eq!(kept.trim(), "use b;");
    }
}
