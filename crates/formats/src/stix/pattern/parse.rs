//! Tokens to a tree (the parser rules of section 9): `AND` binds closer than `OR`, `OR` closer than `FOLLOWEDBY`.

use super::flaw::{Code, Flaw};
use super::token::{Token, Tokens};
use super::{Comparison, Join, Literal, Logic, Observation, Operator, Path, Pattern, Qualifier, Step, Test};
use crate::stix::moment::Timestamp;

/// The longest pattern that is read, in bytes.
pub const MOST_BYTES: usize = 1 << 20;
/// The most parentheses inside each other.
pub const MOST_DEPTH: usize = 64;

/// The most qualifiers behind one observation; the standard has three kinds.
const MOST_BOUNDS: usize = 8;

/// Reads a pattern.
///
/// # Errors
/// At the first place that the grammar does not allow.
pub fn read(text: &str) -> Result<Pattern, Flaw> {
    if text.len() > MOST_BYTES {
        return Err(Flaw { offset: MOST_BYTES, code: Code::TooLong });
    }
    let mut parser = Parser { tokens: Tokens::new(text), next: None, end: text.len(), depth: 0 };
    parser.step()?;
    let observation = parser.observations()?;
    match parser.next {
        None => Ok(Pattern { observation }),
        Some((offset, _)) => Err(Flaw { offset, code: Code::Unexpected }),
    }
}

struct Parser<'t> {
    tokens: Tokens<'t>,
    next: Option<(usize, Token<'t>)>,
    end: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    /// Takes the next token and cuts the one after it.
    fn step(&mut self) -> Result<Option<Token<'t>>, Flaw> {
        let after = self.tokens.next()?;
        Ok(std::mem::replace(&mut self.next, after).map(|(_, token)| token))
    }

    fn offset(&self) -> usize {
        self.next.as_ref().map_or(self.end, |(offset, _)| *offset)
    }

    /// The flaw of standing before a token that may not be here, or before the end.
    fn unexpected(&self) -> Flaw {
        let code = if self.next.is_none() { Code::Ended } else { Code::Unexpected };
        Flaw { offset: self.offset(), code }
    }

    fn is(&self, token: &Token<'_>) -> bool {
        self.next.as_ref().is_some_and(|(_, next)| next == token)
    }

    /// Takes a token if it is the next one.
    fn takes(&mut self, token: &Token<'_>) -> Result<bool, Flaw> {
        let is_next = self.is(token);
        if is_next {
            self.step()?;
        }
        Ok(is_next)
    }

    fn expect(&mut self, token: &Token<'_>) -> Result<(), Flaw> {
        match self.takes(token)? {
            true => Ok(()),
            false => Err(self.unexpected()),
        }
    }

    fn deeper(&mut self) -> Result<(), Flaw> {
        self.depth += 1;
        match self.depth > MOST_DEPTH {
            true => Err(Flaw { offset: self.offset(), code: Code::TooDeep }),
            false => Ok(()),
        }
    }

    /// One or more of something with a word between.
    fn joined<T>(
        &mut self,
        word: &'static str,
        one: fn(&mut Self) -> Result<T, Flaw>,
        join: impl Fn(Vec<T>) -> T,
    ) -> Result<T, Flaw> {
        let first = one(self)?;
        let mut all = vec![first];
        while self.takes(&Token::Keyword(word))? {
            all.push(one(self)?);
        }
        match all.pop() {
            Some(only) if all.is_empty() => Ok(only),
            last => {
                all.extend(last);
                Ok(join(all))
            }
        }
    }

    fn observations(&mut self) -> Result<Observation, Flaw> {
        self.joined("FOLLOWEDBY", Self::observations_or, |all| Observation::Join(Join::FollowedBy, all))
    }

    fn observations_or(&mut self) -> Result<Observation, Flaw> {
        self.joined("OR", Self::observations_and, |all| Observation::Join(Join::Or, all))
    }

    fn observations_and(&mut self) -> Result<Observation, Flaw> {
        self.joined("AND", Self::observation, |all| Observation::Join(Join::And, all))
    }

    fn observation(&mut self) -> Result<Observation, Flaw> {
        let mut observation = if self.takes(&Token::Mark('['))? {
            let begin = self.offset();
            let comparison = self.comparisons()?;
            self.expect(&Token::Mark(']'))?;
            if !has_one_type(&comparison) {
                return Err(Flaw { offset: begin, code: Code::MixedTypes });
            }
            Observation::Test(comparison)
        } else if self.takes(&Token::Mark('('))? {
            self.deeper()?;
            let inside = self.observations()?;
            self.expect(&Token::Mark(')'))?;
            self.depth -= 1;
            inside
        } else {
            return Err(self.unexpected());
        };
        let mut bounds = 0;
        while let Some(qualifier) = self.qualifier()? {
            bounds += 1;
            if bounds > MOST_BOUNDS {
                return Err(Flaw { offset: self.offset(), code: Code::TooDeep });
            }
            observation = Observation::Bound(Box::new(observation), qualifier);
        }
        Ok(observation)
    }

    fn qualifier(&mut self) -> Result<Option<Qualifier>, Flaw> {
        let begin = self.offset();
        let out_of_range = Flaw { offset: begin, code: Code::OutOfRange };
        if self.takes(&Token::Keyword("WITHIN"))? {
            let seconds = match self.step()? {
                Some(Token::Literal(Literal::Whole(number) | Literal::Decimal(number))) => number,
                _ => return Err(Flaw { offset: begin, code: Code::BadLiteral }),
            };
            self.expect(&Token::Keyword("SECONDS"))?;
            let is_some = seconds.parse().is_ok_and(|seconds: f64| seconds > 0.0);
            return if is_some { Ok(Some(Qualifier::Within(seconds))) } else { Err(out_of_range) };
        }
        if self.takes(&Token::Keyword("REPEATS"))? {
            let times = match self.step()? {
                Some(Token::Literal(Literal::Whole(number))) => number.parse().ok().filter(|times| *times > 0),
                _ => return Err(Flaw { offset: begin, code: Code::BadLiteral }),
            };
            self.expect(&Token::Keyword("TIMES"))?;
            return times.map(Qualifier::Repeats).map(Some).ok_or(out_of_range);
        }
        if self.takes(&Token::Keyword("START"))? {
            let start = self.moment()?;
            self.expect(&Token::Keyword("STOP"))?;
            let stop = self.moment()?;
            let is_some = Timestamp::read(&start).ok() < Timestamp::read(&stop).ok();
            return if is_some { Ok(Some(Qualifier::Between(start, stop))) } else { Err(out_of_range) };
        }
        Ok(None)
    }

    fn moment(&mut self) -> Result<String, Flaw> {
        let offset = self.offset();
        match self.step()? {
            Some(Token::Literal(Literal::Moment(text))) => Ok(text),
            _ => Err(Flaw { offset, code: Code::BadLiteral }),
        }
    }

    fn comparisons(&mut self) -> Result<Comparison, Flaw> {
        self.joined("OR", Self::comparisons_and, |all| Comparison::Join(Logic::Or, all))
    }

    fn comparisons_and(&mut self) -> Result<Comparison, Flaw> {
        self.joined("AND", Self::comparison, |all| Comparison::Join(Logic::And, all))
    }

    fn comparison(&mut self) -> Result<Comparison, Flaw> {
        if self.takes(&Token::Mark('('))? {
            self.deeper()?;
            let inside = self.comparisons()?;
            self.expect(&Token::Mark(')'))?;
            self.depth -= 1;
            return Ok(inside);
        }
        if self.takes(&Token::Keyword("EXISTS"))? {
            return Ok(Comparison::Exists(self.path()?));
        }
        let path = self.path()?;
        let is_negated = self.takes(&Token::Keyword("NOT"))?;
        let Some((_, Token::Operator(operator))) = self.next else { return Err(self.unexpected()) };
        self.step()?;
        let values = match operator {
            Operator::In => self.set()?,
            _ => vec![self.value(operator)?],
        };
        Ok(Comparison::Test(Test { path, is_negated, operator, values }))
    }

    /// One value, of a kind that the operator takes.
    fn value(&mut self, operator: Operator) -> Result<Literal, Flaw> {
        let wants_text = matches!(operator, Operator::Like | Operator::Matches | Operator::Subset | Operator::Superset);
        let is_equality = matches!(operator, Operator::Equal | Operator::NotEqual | Operator::In);
        match &self.next {
            Some((_, Token::Literal(Literal::Text(_)))) => {}
            Some((_, Token::Literal(Literal::Flag(_)))) if is_equality => {}
            Some((_, Token::Literal(literal))) if !wants_text && !matches!(literal, Literal::Flag(_)) => {}
            _ => return Err(self.unexpected()),
        }
        match self.step()? {
            Some(Token::Literal(literal)) => Ok(literal),
            _ => Err(self.unexpected()),
        }
    }

    fn set(&mut self) -> Result<Vec<Literal>, Flaw> {
        self.expect(&Token::Mark('('))?;
        let mut values = Vec::new();
        if self.takes(&Token::Mark(')'))? {
            return Ok(values);
        }
        loop {
            values.push(self.value(Operator::In)?);
            if !self.takes(&Token::Mark(','))? {
                break;
            }
        }
        self.expect(&Token::Mark(')'))?;
        Ok(values)
    }

    fn path(&mut self) -> Result<Path, Flaw> {
        let Some((_, Token::Name(kind))) = self.next else { return Err(self.unexpected()) };
        self.step()?;
        self.expect(&Token::Mark(':'))?;
        let mut steps = vec![self.key()?];
        loop {
            if self.takes(&Token::Mark('.'))? {
                steps.push(self.key()?);
            } else if self.takes(&Token::Mark('['))? {
                steps.push(self.place()?);
                self.expect(&Token::Mark(']'))?;
            } else {
                return Ok(Path { kind: kind.to_owned(), steps });
            }
        }
    }

    fn key(&mut self) -> Result<Step, Flaw> {
        let key = match &self.next {
            Some((_, Token::Name(name))) if !name.contains('-') => (*name).to_owned(),
            Some((_, Token::Literal(Literal::Text(text)))) => text.clone(),
            _ => return Err(self.unexpected()),
        };
        self.step()?;
        Ok(Step::Key(key))
    }

    fn place(&mut self) -> Result<Step, Flaw> {
        let place = match &self.next {
            Some((_, Token::Mark('*'))) => Step::Any,
            Some((_, Token::Literal(Literal::Whole(place)))) => Step::Place(place.clone()),
            _ => return Err(self.unexpected()),
        };
        self.step()?;
        Ok(place)
    }
}

/// Whether everything that is joined by `AND` is about one type (section 9.5): one observation is of one
/// object.
fn has_one_type(comparison: &Comparison) -> bool {
    match comparison {
        Comparison::Test(_) | Comparison::Exists(_) => true,
        Comparison::Join(Logic::Or, all) => all.iter().all(has_one_type),
        Comparison::Join(Logic::And, all) => {
            // Where a part may be of several types, the others must be able to be of one of them.
            let mut common: Option<Vec<&str>> = None;
            for part in all {
                let types = types(part);
                common = Some(match common {
                    None => types,
                    Some(before) => before.into_iter().filter(|kind| types.binary_search(kind).is_ok()).collect(),
                });
            }
            common.is_none_or(|common| !common.is_empty()) && all.iter().all(has_one_type)
        }
    }
}

fn types(comparison: &Comparison) -> Vec<&str> {
    match comparison {
        Comparison::Test(test) => vec![&test.path.kind],
        Comparison::Exists(path) => vec![&path.kind],
        Comparison::Join(_, all) => {
            let mut found: Vec<&str> = all.iter().flat_map(types).collect();
            found.sort_unstable();
            found.dedup();
            found
        }
    }
}
