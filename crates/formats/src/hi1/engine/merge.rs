//! What an object is after it was created or updated.

use renkei_core::time::Moment;

use crate::hi1::name::Endpoint;
use crate::hi1::schema::{kind_of, table_of};
use crate::hi1::time;
use crate::hi1::tree::{Object, Value};

/// The object as it is kept once created: generation 0, when, and whose.
pub fn born(object: &Object, owner: &Endpoint, at: Moment) -> Object {
    let mut kept = object.clone();
    place(&mut kept, "CountryCode", owner.country.as_str());
    place(&mut kept, "OwnerIdentifier", owner.name.as_str());
    place(&mut kept, "Generation", 0);
    place(&mut kept, "LastChanged", time::write(at));
    kept
}

/// The object after an update (clause 6.4.7): each member that is there replaces the kept one as a whole,
/// the others stay; the generation counts up. Identifier and owner never change.
pub fn updated(kept: &Object, update: &Object, at: Moment) -> Object {
    let mut new = kept.clone();
    let fixed = ["ObjectIdentifier", "CountryCode", "OwnerIdentifier", "Generation", "LastChanged"];
    for (name, value) in update.members().filter(|(name, _)| !name.starts_with('@') && !fixed.contains(name)) {
        place(&mut new, name, value.clone());
    }
    place(&mut new, "Generation", kept.count("Generation").unwrap_or_default().saturating_add(1));
    place(&mut new, "LastChanged", time::write(at));
    new
}

/// Puts a member where the schema has it.
fn place(object: &mut Object, name: &str, value: impl Into<Value>) {
    let table = kind_of(object).map(table_of);
    let rank = |name: &str| table.and_then(|table| table.field(name)).map(|(rank, _)| rank);
    let own = rank(name);
    object.place(name, value, |other| !other.starts_with('@') && rank(other) > own);
}
