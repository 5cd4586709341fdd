//! Filters as typed, turned into what the lake is asked.

use renkei_app::{Filter, Whose};

use crate::cli::FilterArgs;

/// The filter of some options.
pub fn filter(args: &FilterArgs) -> anyhow::Result<Filter> {
    let FilterArgs { family, party, asn, country, prefix, port, from, until, feed, search } = args;
    let party = match party.as_deref() {
        None => None,
        Some("nobody") => Some(Whose::Nobody),
        Some(id) => Some(Whose::Party(id.parse()?)),
    };
    Ok(Filter {
        family: family.clone(),
        party,
        asn: *asn,
        country: country.clone(),
        prefix: *prefix,
        port: *port,
        from: *from,
        until: *until,
        feed: *feed,
        text: search.clone(),
        ..Filter::default()
    })
}
