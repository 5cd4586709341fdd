//! A tree to text: the one spelling that reads as the same tree.

use std::fmt::{self, Display, Formatter};

use super::{Comparison, Join, Literal, Logic, Observation, Path, Pattern, Qualifier, Step, Test, is_bare};

impl Display for Pattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.observation.fmt(f)
    }
}

impl Display for Observation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Test(comparison) => write!(f, "[{comparison}]"),
            Self::Join(join, all) => {
                let word = match join {
                    Join::FollowedBy => " FOLLOWEDBY ",
                    Join::Or => " OR ",
                    Join::And => " AND ",
                };
                let is_weaker = |inner: &Self| matches!(inner, Self::Join(other, _) if other <= join);
                joined(f, all, word, is_weaker)
            }
            Self::Bound(inner, qualifier) => match **inner {
                Self::Join(..) => write!(f, "({inner}) {qualifier}"),
                _ => write!(f, "{inner} {qualifier}"),
            },
        }
    }
}

impl Display for Qualifier {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Within(seconds) => write!(f, "WITHIN {seconds} SECONDS"),
            Self::Repeats(times) => write!(f, "REPEATS {times} TIMES"),
            Self::Between(start, stop) => write!(f, "START t'{start}' STOP t'{stop}'"),
        }
    }
}

impl Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Test(test) => test.fmt(f),
            Self::Exists(path) => write!(f, "EXISTS {path}"),
            Self::Join(logic, all) => {
                let word = match logic {
                    Logic::Or => " OR ",
                    Logic::And => " AND ",
                };
                let is_weaker = |inner: &Self| matches!(inner, Self::Join(other, _) if other <= logic);
                joined(f, all, word, is_weaker)
            }
        }
    }
}

/// Parts with a word between, in parentheses where they bind no closer.
fn joined<T: Display>(f: &mut Formatter<'_>, all: &[T], word: &str, is_weaker: impl Fn(&T) -> bool) -> fmt::Result {
    for (place, part) in all.iter().enumerate() {
        if place > 0 {
            f.write_str(word)?;
        }
        match is_weaker(part) {
            true => write!(f, "({part})")?,
            false => part.fmt(f)?,
        }
    }
    Ok(())
}

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let not = if self.is_negated { "NOT " } else { "" };
        write!(f, "{} {not}{} ", self.path, self.operator.word())?;
        match (self.operator, self.values.as_slice()) {
            (super::Operator::In, values) => {
                f.write_str("(")?;
                joined(f, values, ", ", |_| false)?;
                f.write_str(")")
            }
            (_, values) => values.iter().try_for_each(|value| value.fmt(f)),
        }
    }
}

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.kind)?;
        for (place, step) in self.steps.iter().enumerate() {
            match step {
                Step::Key(key) => {
                    let dot = if place > 0 { "." } else { "" };
                    match is_bare(key) {
                        true => write!(f, "{dot}{key}")?,
                        false => {
                            f.write_str(dot)?;
                            quoted(f, key)?;
                        }
                    }
                }
                Step::Place(number) => write!(f, "[{number}]")?,
                Step::Any => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => quoted(f, text),
            Self::Whole(number) | Self::Decimal(number) => f.write_str(number),
            Self::Flag(flag) => flag.fmt(f),
            Self::Hex(digits) => write!(f, "h'{digits}'"),
            Self::Binary(text) => write!(f, "b'{text}'"),
            Self::Moment(text) => write!(f, "t'{text}'"),
        }
    }
}

fn quoted(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("'")?;
    for character in text.chars() {
        if matches!(character, '\'' | '\\') {
            f.write_str("\\")?;
        }
        write!(f, "{character}")?;
    }
    f.write_str("'")
}
