//! Text to tokens (the lexer rules of section 9).

use super::flaw::{Code, Flaw};
use super::{KEYWORDS, Literal, Operator};
use crate::stix::moment::Timestamp;

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// A name, with or without hyphens.
    Name(&'t str),
    /// A keyword of the grammar that is no operator.
    Keyword(&'t str),
    /// A comparison operator.
    Operator(Operator),
    /// A constant.
    Literal(Literal),
    /// One of `[ ] ( ) : . , *`.
    Mark(char),
}

/// Cuts a text into tokens, one by one.
pub(super) struct Tokens<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Tokens<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// The next token and where it begins; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(usize, Token<'t>)>, Flaw> {
        self.skip()?;
        let begin = self.at;
        let Some(first) = self.rest().chars().next() else { return Ok(None) };
        let flaw = |code| Flaw { offset: begin, code };
        let token = match first {
            '\'' => Token::Literal(Literal::Text(self.quoted()?)),
            'h' | 'b' | 't' if self.rest().get(1..).is_some_and(|rest| rest.starts_with('\'')) => {
                self.at += 1;
                Token::Literal(special(first, self.quoted()?).ok_or(flaw(Code::BadLiteral))?)
            }
            'a'..='z' | 'A'..='Z' | '_' => self.word(),
            '0'..='9' | '+' | '-' => Token::Literal(self.number().ok_or(flaw(Code::BadLiteral))?),
            '.' if self.rest().get(1..).is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit())) => {
                Token::Literal(self.number().ok_or(flaw(Code::BadLiteral))?)
            }
            '[' | ']' | '(' | ')' | ':' | '.' | ',' | '*' => {
                self.at += 1;
                Token::Mark(first)
            }
            _ => self.symbol().ok_or(flaw(Code::Character))?,
        };
        Ok(Some((begin, token)))
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Goes past spaces and comments.
    fn skip(&mut self) -> Result<(), Flaw> {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if let Some(comment) = trimmed.strip_prefix("/*") {
                let end = comment.find("*/").ok_or(Flaw { offset: self.at, code: Code::Ended })?;
                self.at += end + 4;
            } else if trimmed.starts_with("//") {
                self.at += trimmed.find(['\n', '\r']).unwrap_or(trimmed.len());
            } else {
                return Ok(());
            }
        }
    }

    fn take(&mut self, is_part: impl Fn(u8) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.bytes().take_while(|byte| is_part(*byte)).count();
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn word(&mut self) -> Token<'t> {
        let word = self.take(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        if let Some((operator, _)) = Operator::WORDS.iter().find(|(_, known)| *known == word) {
            return Token::Operator(*operator);
        }
        match word {
            "true" => Token::Literal(Literal::Flag(true)),
            "false" => Token::Literal(Literal::Flag(false)),
            _ if KEYWORDS.contains(&word) => Token::Keyword(word),
            _ => Token::Name(word),
        }
    }

    fn symbol(&mut self) -> Option<Token<'t>> {
        const SYMBOLS: [(&str, Operator); 8] = [
            ("==", Operator::Equal),
            ("!=", Operator::NotEqual),
            ("<>", Operator::NotEqual),
            (">=", Operator::AtLeast),
            ("<=", Operator::AtMost),
            ("=", Operator::Equal),
            (">", Operator::Greater),
            ("<", Operator::Less),
        ];
        let rest = self.rest();
        let (word, operator) = SYMBOLS.iter().find(|(word, _)| rest.starts_with(word))?;
        self.at += word.len();
        Some(Token::Operator(*operator))
    }

    /// A number: a sign, digits without zeros in front, or digits around a point.
    fn number(&mut self) -> Option<Literal> {
        let word = self.take(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.'));
        let digits = word.strip_prefix(['+', '-']).unwrap_or(word);
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        match digits.split_once('.') {
            Some((whole, part)) if all_digits(whole) && !part.is_empty() && all_digits(part) => {
                Some(Literal::Decimal(word.to_owned()))
            }
            None if digits == "0" || (!digits.is_empty() && !digits.starts_with('0') && all_digits(digits)) => {
                Some(Literal::Whole(word.to_owned()))
            }
            _ => None,
        }
    }

    /// Text in single quotes, from its opening one; a backslash stands before quotes and backslashes alone.
    fn quoted(&mut self) -> Result<String, Flaw> {
        let begin = self.at;
        let mut characters = self.rest().char_indices().skip(1);
        let mut text = String::new();
        while let Some((at, character)) = characters.next() {
            match character {
                '\'' => {
                    self.at += at + 1;
                    return Ok(text);
                }
                '\\' => match characters.next() {
                    Some((_, escaped @ ('\'' | '\\'))) => text.push(escaped),
                    Some(_) => return Err(Flaw { offset: begin + at, code: Code::BadEscape }),
                    None => break,
                },
                _ => text.push(character),
            }
        }
        Err(Flaw { offset: begin, code: Code::OpenText })
    }
}

/// The constant of a letter before a quoted text.
fn special(letter: char, text: String) -> Option<Literal> {
    let body = text.trim_end_matches('=');
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    match letter {
        'h' => (text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .then_some(Literal::Hex(text)),
        'b' => (text.len().is_multiple_of(4) && text.len() - body.len() <= 2 && body.bytes().all(is_base64))
            .then_some(Literal::Binary(text)),
        _ => Timestamp::read(&text).is_ok().then_some(Literal::Moment(text)),
    }
}
