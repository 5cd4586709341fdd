//! Tables of countries: which country a range of addresses was given to, from the files people can get.
//!
//! Read are the statistics of the regional registries (`registry|cc|ipv4|start|count|…`) and CSV of
//! `prefix,cc` or `start,end,cc`. A country is where a range is registered, not where a device stands.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use renkei_core::net::Prefix;

/// A country, as two capital letters of ISO 3166-1.
pub type Country = [u8; 2];

/// Ranges and their countries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Countries {
    four: Vec<(u32, u32, Country)>,
    six: Vec<(u128, u128, Country)>,
    /// Rows that could not be read, which are left out.
    pub left: u64,
}

impl Countries {
    /// Reads a table. Comments, headers and summaries are passed over; where ranges overlap the later counts.
    pub fn read(text: &str) -> Self {
        let mut table = Self::default();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let fields: Vec<&str> = line.split(['|', ',']).map(|field| field.trim().trim_matches('"')).collect();
            let row = match line.contains('|') {
                true => statistics(&fields),
                false => plain(&fields),
            };
            match row {
                Row::Range(IpAddr::V4(first), IpAddr::V4(last), cc) if first <= last => {
                    table.four.push((first.to_bits(), last.to_bits(), cc));
                }
                Row::Range(IpAddr::V6(first), IpAddr::V6(last), cc) if first <= last => {
                    table.six.push((first.to_bits(), last.to_bits(), cc));
                }
                Row::Range(..) | Row::Wrong => table.left += 1,
                Row::Passed => {}
            }
        }
        table.four.sort_by_key(|(first, _, _)| *first);
        table.six.sort_by_key(|(first, _, _)| *first);
        table
    }

    /// The country of an address.
    pub fn of(&self, address: IpAddr) -> Option<Country> {
        match address {
            IpAddr::V4(address) => find(&self.four, address.to_bits()),
            IpAddr::V6(address) => find(&self.six, address.to_bits()),
        }
    }

    /// How many ranges it has.
    pub const fn len(&self) -> usize {
        self.four.len() + self.six.len()
    }

    /// Whether it has none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn find<T: Copy + Ord>(ranges: &[(T, T, Country)], bits: T) -> Option<Country> {
    let before = ranges.partition_point(|(first, _, _)| *first <= bits);
    let (_, last, country) = ranges.get(before.checked_sub(1)?)?;
    (bits <= *last).then_some(*country)
}

enum Row {
    Range(IpAddr, IpAddr, Country),
    Passed,
    Wrong,
}

/// A row of a registry's statistics. Only ranges that were given to somebody have a country.
fn statistics(fields: &[&str]) -> Row {
    let &[_, cc, kind, start, count, _, status, ..] = fields else { return Row::Passed };
    let Some(country) = country(cc).filter(|_| matches!(status, "allocated" | "assigned")) else { return Row::Passed };
    let range = match kind {
        "ipv4" => start.parse().ok().zip(count.parse::<u32>().ok()).and_then(|(first, count): (Ipv4Addr, u32)| {
            let last = first.to_bits().checked_add(count.checked_sub(1)?)?;
            Some((IpAddr::V4(first), IpAddr::V4(Ipv4Addr::from_bits(last))))
        }),
        "ipv6" => start.parse().ok().zip(count.parse::<u32>().ok()).map(|(first, length): (Ipv6Addr, u32)| {
            let host = u128::MAX.checked_shr(length).unwrap_or(0);
            (IpAddr::V6(first), IpAddr::V6(Ipv6Addr::from_bits(first.to_bits() | host)))
        }),
        _ => return Row::Passed,
    };
    range.map_or(Row::Wrong, |(first, last)| Row::Range(first, last, country))
}

fn plain(fields: &[&str]) -> Row {
    let range = match fields {
        [prefix, cc] => prefix.parse::<Prefix>().ok().zip(country(cc)).map(|(p, cc)| (p.address(), p.last(), cc)),
        [first, last, cc, ..] => match (first.parse(), last.parse(), country(cc)) {
            (Ok(first), Ok(last), Some(cc)) => Some((first, last, cc)),
            _ => None,
        },
        _ => None,
    };
    range.map_or(Row::Wrong, |(first, last, country)| Row::Range(first, last, country))
}

fn country(text: &str) -> Option<Country> {
    let bytes: Country = text.as_bytes().try_into().ok()?;
    bytes.iter().all(u8::is_ascii_uppercase).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let table = Countries::read(
            "2|apnic|20261101|4|19830613|20261031|+1000\napnic|*|ipv4|*|2|summary\n\
             apnic|JP|ipv4|198.18.0.0|512|20200101|allocated\napnic||ipv4|198.18.2.0|256||available\n\
             apnic|KR|ipv6|2001:db8::|32|20200101|assigned\napnic|AU|asn|64496|1|20200101|allocated\n",
        );
        let of = |text: &str| table.of(text.parse().unwrap()).map(|cc| String::from_utf8(cc.to_vec()).unwrap());
        assert_eq!(
            (of("198.18.0.0"), of("198.18.1.255"), of("198.18.2.0")),
            (Some("JP".into()), Some("JP".into()), None)
        );
        assert_eq!((of("2001:db8:ffff::1"), of("3fff::1")), (Some("KR".into()), None));
        let table = Countries::read("prefix,cc\n198.18.0.0/16,JP\n198.19.0.0,198.19.0.255,\"US\"\n");
        let of = |text: &str| table.of(text.parse().unwrap());
        assert_eq!((of("198.18.255.1"), of("198.19.0.9"), of("198.19.1.0")), (Some(*b"JP"), Some(*b"US"), None));
        assert_eq!((table.len(), table.left), (2, 1), "the header is left out and counted");
    }

    #[test]
    fn what_is_no_table_gives_nothing() {
        for text in ["", "\u{0}|||", "a,b,c,d,e", "198.18.0.9,198.18.0.1,JP", "x|JP|ipv4|255.255.255.255|2|d|allocated"]
        {
            assert!(Countries::read(text).is_empty(), "{text}");
        }
    }
}
