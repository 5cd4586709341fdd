//! Functions and how long they are, by counting braces.

use super::{in_word, line_of};

/// One function with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The line of its `fn`, counted from 1.
    pub line: usize,
    /// Lines from `fn` to the closing brace, both counted.
    pub lines: usize,
}

/// The functions of a blanked source, nested ones too.
pub fn functions(blanked: &str) -> Vec<Function> {
    let mut found = Vec::new();
    for (at, _) in blanked.match_indices("fn ") {
        let preceded = blanked.get(..at).and_then(|before| before.chars().next_back()).is_some_and(in_word);
        let after = blanked.get(at + 3..).unwrap_or_default();
        let name: String = after.chars().take_while(|c| in_word(*c)).collect();
        if preceded || name.is_empty() {
            continue;
        }
        if let Some(end) = body_end(after) {
            let line = line_of(blanked, at);
            found.push(Function { name, line, lines: line_of(blanked, at + 3 + end) - line + 1 });
        }
    }
    found
}

/// Where the body ends; nothing for a signature without body.
fn body_end(after: &str) -> Option<usize> {
    let mut round = 0_usize;
    let mut curly = 0_usize;
    for (at, c) in after.char_indices() {
        match c {
            '(' | '[' => round += 1,
            ')' | ']' => round = round.saturating_sub(1),
            '{' => curly += 1,
            '}' if curly == 1 => return Some(at),
            '}' => curly = curly.saturating_sub(1),
            ';' if curly == 0 && round == 0 => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_from_fn_to_brace() {
        let found =
            functions("fn a() {}\npub fn b(\n  x: [u8; 2],\n) -> u8\n{\n  { 1 }\n}\ntrait T { fn c(&self); }\n");
        let seen: Vec<_> = found.iter().map(|f| (f.name.as_str(), f.line, f.lines)).collect();
        assert_eq!(seen, [("a", 1, 1), ("b", 2, 6)]);
    }

    #[test]
    fn function_types_are_not_functions() {
        assert_eq!(functions("type F = fn (u8) -> u8; struct S { often: u8 }"), []);
    }
}
