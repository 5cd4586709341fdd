//! The value of `next`: where the next page begins, and to what it belongs.
//!
//! Its 24 bytes are base64url: the moment at which the last entry of the page was added, `added_after` of the first request (the
//! least number if there was none), and 8 bytes of SHA-256 over both, the resource and the other filters. Nothing is kept
//! here: a cursor may be used again, by another process too, and finds the same place as long as entries keep their moments.
//! It is no secret and no permit: what may be seen is asked anew with each request.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use renkei_core::time::Moment;
use sha2::{Digest as _, Sha256};

use super::filter::{Filter, VersionMatch};
use super::refusal::Flaw;

/// What is looked for on one page of one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// The filters.
    pub filter: Filter,
    /// The most entries of the page.
    pub limit: usize,
    /// Only what was added after this moment, by `added_after` and `next` together.
    after: Moment,
    /// The digest of the resource and of the filters but for `added_after`.
    belongs: [u8; 32],
}

const NONE: Moment = Moment(i64::MIN);

impl Search {
    /// A search of the first page.
    pub fn new(resource: &str, filter: Filter, limit: usize) -> Self {
        let after = filter.added_after.unwrap_or(NONE);
        let belongs = belongs(resource, &filter);
        Self { filter, limit, after, belongs }
    }

    /// The same from where a page ended. The limit may be another one than before (taxii2-client changes it), the filters
    /// may not; but a client that moves `added_after` on to the end of the page besides (OpenCTI does) means the same.
    ///
    /// # Errors
    /// When the cursor was not given for this resource and these filters.
    pub(super) fn resume(mut self, next: &str) -> Result<Self, Flaw> {
        let bytes: [u8; 24] =
            URL_SAFE_NO_PAD.decode(next).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(Flaw::Next)?;
        let [after, started, _] = words(&bytes);
        let (after, started) = (Moment(after), Moment(started));
        let asked = self.filter.added_after.unwrap_or(NONE);
        if self.seal(after, started) != bytes || (asked != started && asked != after) {
            return Err(Flaw::Next);
        }
        self.after = after;
        self.filter.added_after = (started != NONE).then_some(started);
        Ok(self)
    }

    /// Only what was added after this moment is on the page.
    pub const fn after(&self) -> Moment {
        self.after
    }

    /// The cursor of a page that ends with an entry added at this moment.
    pub(super) fn next(&self, last: Moment) -> String {
        URL_SAFE_NO_PAD.encode(self.seal(last, self.filter.added_after.unwrap_or(NONE)))
    }

    fn seal(&self, after: Moment, started: Moment) -> [u8; 24] {
        let (after, started) = (after.0.to_be_bytes(), started.0.to_be_bytes());
        let digest = Sha256::new().chain_update(self.belongs).chain_update(after).chain_update(started).finalize();
        let mut bytes = [0; 24];
        let parts = after.iter().chain(&started).chain(digest.iter());
        bytes.iter_mut().zip(parts).for_each(|(byte, part)| *byte = *part);
        bytes
    }
}

fn words(bytes: &[u8; 24]) -> [i64; 3] {
    let (words, _) = bytes.as_chunks::<8>();
    let mut words = words.iter().map(|word| i64::from_be_bytes(*word));
    std::array::from_fn(|_| words.next().unwrap_or_default())
}

/// The order of values changes nothing, so they are sorted first.
fn belongs(resource: &str, filter: &Filter) -> [u8; 32] {
    let mut digest = Sha256::new();
    let mut put = |name: &str, mut values: Vec<String>| {
        values.sort();
        values.dedup();
        for part in std::iter::once(name).chain(values.iter().map(String::as_str)) {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        digest.update([0xFF; 8]);
    };
    let texts = |texts: &[Box<str>]| texts.iter().map(|text| String::from(&**text)).collect();
    put(resource, vec![]);
    put("id", texts(&filter.ids));
    put("type", texts(&filter.types));
    put("spec", filter.specs.iter().map(ToString::to_string).collect());
    let versions = match &filter.versions {
        VersionMatch::All => vec!["all".to_owned()],
        VersionMatch::Some(versions) => {
            let words = [("first", versions.first), ("last", versions.last)];
            let words = words.iter().filter(|(_, is_wanted)| *is_wanted).map(|(word, _)| (*word).to_owned());
            words.chain(versions.exact.iter().map(ToString::to_string)).collect()
        }
    };
    put("version", versions);
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(types: &[&str], added_after: Option<i64>, limit: usize) -> Search {
        let types = types.iter().map(|word| Box::from(*word)).collect();
        Search::new("a/objects", Filter { types, added_after: added_after.map(Moment), ..Filter::default() }, limit)
    }

    #[test]
    fn a_cursor_can_be_used_again_and_with_another_limit() {
        let first = search(&["indicator", "malware"], Some(5), 10);
        let next = first.next(Moment(77));
        for limit in [1, 10, 5000] {
            let resumed = search(&["malware", "indicator"], Some(5), limit).resume(&next).unwrap();
            assert_eq!((resumed.after(), resumed.limit), (Moment(77), limit));
            // The next cursor is that of the first request too.
            assert_eq!(resumed.next(Moment(99)), first.next(Moment(99)));
        }
        // A client that pages both ways at once.
        assert_eq!(search(&["indicator", "malware"], Some(77), 10).resume(&next).unwrap().after(), Moment(77));
    }

    #[test]
    fn a_cursor_belongs_to_its_filters() {
        let next = search(&["indicator"], None, 10).next(Moment(77));
        assert!(search(&["indicator"], None, 10).resume(&next).is_ok());
        assert_eq!(search(&[], None, 10).resume(&next), Err(Flaw::Next));
        assert_eq!(search(&["indicator"], Some(3), 10).resume(&next), Err(Flaw::Next));
        let elsewhere = Search::new("b/objects", search(&["indicator"], None, 10).filter, 10);
        assert_eq!(elsewhere.resume(&next), Err(Flaw::Next));
        let mut damaged = next.clone();
        let one = if damaged.pop() == Some('A') { 'B' } else { 'A' };
        damaged.push(one);
        for garbage in ["", "1", "garbage", &damaged, &next.repeat(2), &next[1..]] {
            assert_eq!(search(&["indicator"], None, 10).resume(garbage), Err(Flaw::Next), "{garbage}");
        }
    }
}
