//! The machine checks of the drafting desk: what would send an inquiry back, said before it is sent (S4.5, S4.6).
//!
//! Pure: a draft in, findings out. A finding that stops says that the inquiry cannot be answered as it
//! stands; one that warns says what may be wrong, and a person decides. What a check cannot see is on
//! the page `docs/inquiry-checks.md`, with the shares that a replay of planted errors found.

mod draft;
mod finding;
mod window;

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr};

pub use draft::{Draft, Field, Form, Timing};
pub use finding::{Code, Finding, Weight};

use super::Instrument;
use super::identifier::Kind;
use super::item::Item;
use crate::class::DataClass;
use crate::net::{Reserved, reserved};
use finding::Found;

/// What can be said against a draft: what stops it and what it is worth looking at again, in the order
/// of its items. Nothing found does not mean that everything is right.
pub fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let mut found = Found::default();
    if draft.items.is_empty() {
        found.of_all(Code::NothingAsked);
    }
    let mut seen = BTreeSet::new();
    for item in draft.items {
        let field = draft.form.fields.iter().find(|field| field.id == item.field);
        let normal = identifier(draft, item, &mut found);
        if !seen.insert(asked(item, normal)) {
            found.of(item, Code::SameTwice);
        }
        class(draft.instrument, item, field, &mut found);
        window::check(draft, item, field, &mut found);
    }
    found.all()
}

/// What makes two items the same: subject, field and time; the zone changes how a time is shown, not when it is.
fn asked(item: &Item, normal: String) -> (Kind, String, &str, Option<(i64, i64)>) {
    (item.kind, normal, &item.field, item.window.as_ref().map(|window| (window.from.0, window.until.0)))
}

/// Checks the identifier; its normal form, or the text as it stands where it has none.
fn identifier(draft: &Draft<'_>, item: &Item, found: &mut Found) -> String {
    if !draft.form.kinds.contains(&item.kind) {
        found.of(item, Code::KindNotLookedUp);
    }
    match item.kind.normal(&item.value) {
        Err(misfit) => {
            found.misfit(item, misfit.reason);
            item.value.clone()
        }
        Ok(normal) => {
            if normal != item.value {
                found.of(item, Code::IdentifierNotNormal);
            }
            if item.kind == Kind::Address && normal.parse().is_ok_and(is_nobodys) {
                found.of(item, Code::AddressReserved);
            }
            normal
        }
    }
}

/// Whether no device on the Internet has the address. Those of documents and benchmarks are left out: they
/// are the sample data of manuals, trials and tests.
fn is_nobodys(socket: SocketAddr) -> bool {
    let address: IpAddr = socket.ip();
    !matches!(reserved(address), None | Some(Reserved::Documentation | Reserved::Benchmarking))
}

/// Checks field and class: against the form, and against what the instrument can ask for (S4.6, S4.7, G1).
fn class(instrument: Instrument, item: &Item, field: Option<&Field>, found: &mut Found) {
    match field {
        None => found.of(item, Code::FieldNotInForm),
        Some(field) if (field.class, field.borderline) != (item.class, item.borderline) => {
            found.of(item, Code::ClassDiffers);
        }
        Some(_) => {}
    }
    // A class that was changed on the way must not hide what the form says of its field.
    let classes = || [Some(item.class), field.map(|field| field.class)].into_iter().flatten();
    if instrument == Instrument::Inquiry && classes().any(is_secrecy) {
        found.of(item, Code::NeedsWarrant);
    }
    if classes().any(|class| class != DataClass::Registration && !is_secrecy(class)) {
        found.of(item, Code::ClassNotAskable);
    }
}

/// Whether secrecy of communication covers the class (S4.7, G1).
const fn is_secrecy(class: DataClass) -> bool {
    matches!(class, DataClass::IdentificationByIp | DataClass::Traffic | DataClass::Content)
}

#[cfg(test)]
mod tests;
