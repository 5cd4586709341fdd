//! Places in a tree by the selector syntax of STIX (section 7.2.3.1): `labels.[0]`, `hashes.MD5`.

use super::{Object, Value};

impl Object {
    /// What a selector points at. Parts are separated by dots, places in lists are in brackets, from 0.
    pub fn select(&self, selector: &str) -> Option<&Value> {
        let (first, mut rest) = self.member_of(selector)?;
        let mut at = first;
        while !rest.is_empty() {
            let part = rest.strip_prefix('.')?;
            (at, rest) = match (at, part.strip_prefix('[')) {
                (Value::List(values), Some(place)) => {
                    let (place, rest) = place.split_once(']')?;
                    (values.get(place.parse::<usize>().ok()?)?, rest)
                }
                (Value::Object(object), _) => object.member_of(part)?,
                _ => return None,
            };
        }
        Some(at)
    }

    /// The member with which a selector begins, and the rest of it. Names may hold dots (those of files in
    /// dictionaries do), so that the longest name that fits is taken.
    fn member_of<'s>(&self, selector: &'s str) -> Option<(&Value, &'s str)> {
        let ends = std::iter::once(selector.len()).chain(selector.rmatch_indices('.').map(|(at, _)| at));
        ends.filter_map(|end| selector.split_at_checked(end))
            .find_map(|(name, rest)| self.get(name).map(|value| (value, rest)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;

    #[test]
    fn selectors_lead_to_values() {
        let value = read(br#"{"a":[{"b":"x"},["y"]],"h":{"MD5":"z","a.b":"w"},"n":1}"#, 999).unwrap();
        let object = value.as_object().unwrap();
        for (selector, found) in [("a.[0].b", "x"), ("a.[1].[0]", "y"), ("h.MD5", "z"), ("h.a.b", "w")] {
            assert_eq!(object.select(selector).unwrap().as_text(), Some(found), "{selector}");
        }
        for nothing in ["", "b", "a.[2]", "a[0]", "a.0", "n.x", "h.", "a.[-1]", "a.[0", "h..MD5"] {
            assert!(object.select(nothing).is_none(), "{nothing}");
        }
    }
}
