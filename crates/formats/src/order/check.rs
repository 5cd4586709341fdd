//! What makes an order contradict itself.

use std::collections::BTreeSet;

use super::{FORM, Order, Zone};

/// A contradiction in an order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Another shape.
    #[error("its form is `{0}`, not `{FORM}`")]
    Form(String),
    /// An id that is empty, too long, or no plain text.
    #[error("`{0}` is no id: use 1 to 100 visible characters")]
    Id(String),
    /// Two of the same.
    #[error("`{0}` stands in it twice")]
    Twice(String),
    /// An authority that ends before it begins.
    #[error("authority `{0}` ends before it begins")]
    Ends(String),
    /// A zone that is unlocked by a record that is not there.
    #[error("`{zone}` refers to authority `{authority}`, which is not in the order")]
    NoAuthority {
        /// The zone.
        zone: String,
        /// What it refers to.
        authority: String,
    },
    /// A zone without name server or without address.
    #[error("`{0}` has no name server or no address")]
    Empty(String),
    /// More than a response can carry without being cut.
    #[error("`{0}` has more than 8 addresses or name servers")]
    TooMany(String),
    /// A number that no DNS record can have.
    #[error("a time of `{0}` is longer than 2147483647 s")]
    Time(String),
    /// A digest that is none.
    #[error("`{0}` is not a SHA-256 in hexadecimal")]
    Digest(String),
}

/// The most addresses and name servers of a zone: more would make answers that amplify.
const MOST: usize = 8;

pub(super) fn faultless(order: &Order) -> Result<(), Fault> {
    if order.form != FORM {
        return Err(Fault::Form(order.form.chars().take(100).collect()));
    }
    id(&order.operation)?;
    let mut seen = BTreeSet::new();
    for authority in &order.authorities {
        id(&authority.id)?;
        once(&mut seen, &authority.id)?;
        if authority.not_after <= authority.not_before {
            return Err(Fault::Ends(authority.id.clone()));
        }
    }
    let mut names = BTreeSet::new();
    for zone in &order.zones {
        once(&mut names, zone.name.as_str())?;
        id(&zone.family)?;
        one(order, zone)?;
    }
    let mut profiles = BTreeSet::new();
    for profile in &order.profiles {
        once(&mut profiles, &profile.name)?;
        if profile.sha256.len() != 64
            || !profile.sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        {
            return Err(Fault::Digest(profile.sha256.chars().take(100).collect()));
        }
    }
    Ok(())
}

fn one(order: &Order, zone: &Zone) -> Result<(), Fault> {
    let name = || zone.name.to_string();
    if let Some(authority) = zone.authority.as_ref().filter(|id| order.authority(id).is_none()) {
        return Err(Fault::NoAuthority { zone: name(), authority: authority.clone() });
    }
    if zone.ns.is_empty() || (zone.a.is_empty() && zone.aaaa.is_empty()) {
        return Err(Fault::Empty(name()));
    }
    let many = zone.a.len() > MOST
        || zone.aaaa.len() > MOST
        || zone.ns.len() > MOST
        || zone.ns.iter().any(|server| server.a.len() + server.aaaa.len() > MOST);
    if many {
        return Err(Fault::TooMany(name()));
    }
    let soa = &zone.soa;
    if [zone.ttl, soa.refresh, soa.retry, soa.expire, soa.minimum].iter().any(|&time| time > i32::MAX as u32) {
        return Err(Fault::Time(name()));
    }
    Ok(())
}

fn id(text: &str) -> Result<(), Fault> {
    let good = !text.is_empty() && text.len() <= 100 && !text.chars().any(char::is_control);
    if good { Ok(()) } else { Err(Fault::Id(text.chars().take(100).collect())) }
}

fn once<'a>(seen: &mut BTreeSet<&'a str>, id: &'a str) -> Result<(), Fault> {
    if seen.insert(id) { Ok(()) } else { Err(Fault::Twice(id.to_owned())) }
}
