//! Versions of documents (section 3.1.11): whole numbers, or semantic versions.

use std::cmp::Ordering;

/// A version as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version<'a> {
    /// A whole number, its digits without zeros before them.
    Whole(&'a str),
    /// A semantic version (semver.org 2.0.0).
    Semantic { numbers: [&'a str; 3], before: Option<&'a str> },
}

impl<'a> Version<'a> {
    /// Reads a version.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        if is_number(text) {
            return Some(Self::Whole(text));
        }
        let (rest, build) = text.split_once('+').map_or((text, None), |(rest, build)| (rest, Some(build)));
        let (core, before) = rest.split_once('-').map_or((rest, None), |(core, before)| (core, Some(before)));
        let mut numbers = core.split('.');
        let numbers = [numbers.next()?, numbers.next()?, numbers.next().filter(|_| numbers.next().is_none())?];
        let is_word =
            |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let is_before =
            |word: &str| is_word(word) && (!word.bytes().all(|byte| byte.is_ascii_digit()) || is_number(word));
        let is_sound = numbers.iter().all(|number| is_number(number))
            && build.is_none_or(|build| build.split('.').all(is_word))
            && before.is_none_or(|before| before.split('.').all(is_before));
        is_sound.then_some(Self::Semantic { numbers, before })
    }

    /// The first number.
    pub(super) fn major(self) -> &'a str {
        match self {
            Self::Whole(number) | Self::Semantic { numbers: [number, _, _], .. } => number,
        }
    }

    /// Whether it is before the first release: `0`, or `0.y.z`.
    pub(super) fn is_initial(self) -> bool {
        self.major() == "0"
    }

    /// Whether it has a part that says that it comes before a release.
    pub(super) const fn is_before_release(self) -> bool {
        matches!(self, Self::Semantic { before: Some(_), .. })
    }

    /// Whether it is a whole number.
    pub(super) const fn is_whole(self) -> bool {
        matches!(self, Self::Whole(_))
    }

    /// The same without what says that it comes before a release.
    pub(super) const fn released(self) -> Self {
        match self {
            Self::Whole(number) => Self::Whole(number),
            Self::Semantic { numbers, .. } => Self::Semantic { numbers, before: None },
        }
    }

    /// The order of versions; builds do not count.
    pub(super) fn order(self, other: Self) -> Ordering {
        let parts = |version: Self| match version {
            Self::Whole(number) => ([number, "0", "0"], None),
            Self::Semantic { numbers, before } => (numbers, before),
        };
        let ((one, one_before), (two, two_before)) = (parts(self), parts(other));
        let numbers = one.iter().zip(two).map(|(one, two)| by_number(one, two)).find(|order| order.is_ne());
        numbers.unwrap_or_else(|| match (one_before, two_before) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(one), Some(two)) => by_words(one, two),
        })
    }
}

fn is_number(text: &str) -> bool {
    text == "0" || (!text.is_empty() && !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Numbers of any length, without zeros before them.
fn by_number(one: &str, two: &str) -> Ordering {
    one.len().cmp(&two.len()).then_with(|| one.cmp(two))
}

/// Section 11 of semver: numbers before words, fewer before more.
fn by_words(one: &str, two: &str) -> Ordering {
    let (mut one, mut two) = (one.split('.'), two.split('.'));
    loop {
        let order = match (one.next(), two.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(one), Some(two)) => match (is_number(one), is_number(two)) {
                (true, true) => by_number(one, two),
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
                (false, false) => one.cmp(two),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_the_order_of_semver() {
        let rising = [
            "0",
            "0.9.9",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1",
            "1.2.0",
            "1.10.0",
            "2",
            "10",
        ];
        let read: Vec<_> = rising.iter().map(|text| Version::read(text).unwrap()).collect();
        assert!(read.windows(2).all(|pair| pair[0].order(pair[1]).is_lt()));
        assert!(Version::read("1").unwrap().order(Version::read("1.0.0+x").unwrap()).is_eq());
        for text in ["", "01", "1.0", "1.0.0.0", "1.0.0-", "1.0.0-01", "1.0.0+", "a", "-1", "1.0.0-a..b", "1.0.0+a+b"] {
            assert_eq!(Version::read(text), None, "{text}");
        }
    }
}
