//! The check: every thing that stands against a statement is said, not only the first.

use alloc::vec::Vec;

use super::{Court, Seen, SignedStatement};
use crate::time::Moment;

vocabulary! {
    /// What stands against a warrant (S4.16).
    Finding {
        /// The register has no court of that name.
        NoCourt = "no-court",
        /// No court of the register has the key.
        KeyUnknown = "key-unknown",
        /// The key is another court's.
        KeyOfAnother = "key-of-another",
        /// The court took the key back.
        KeyRevoked = "key-revoked",
        /// The key could not sign on the day of issue.
        KeyNotInForce = "key-not-in-force",
        /// The signature is not by the key, or over other lines.
        SignatureBad = "signature-bad",
        /// The document has another size than the court states.
        SizeDiffers = "size-differs",
        /// The document has another checksum than the court states.
        ChecksumDiffers = "checksum-differs",
        /// It does not hold yet.
        NotYetValid = "not-yet-valid",
        /// It no longer holds.
        Expired = "expired",
    }
}

vocabulary! {
    /// What a check came to.
    Outcome {
        /// The court issued it, the document is the one it signed for, and it holds now.
        Authentic = "authentic",
        /// The court issued it and the document is the one it signed for; but it does not hold now.
        NotInForce = "not-in-force",
        /// It cannot be taken as the court's.
        NotAuthentic = "not-authentic",
    }
}

impl Finding {
    /// Whether it is about the time at which it is looked at, and not about who issued it.
    pub const fn is_of_time(self) -> bool {
        matches!(self, Self::NotYetValid | Self::Expired)
    }
}

/// What a check found: everything, in the order of [`Finding::ALL`]; nothing: it is authentic.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked(Vec<Finding>);

impl Checked {
    /// What was found, whatever order it was found in.
    pub fn of(findings: impl IntoIterator<Item = Finding>) -> Self {
        let mut findings: Vec<_> = findings.into_iter().collect();
        findings.sort_unstable();
        findings.dedup();
        Self(findings)
    }

    /// Everything that stands against it.
    pub fn findings(&self) -> &[Finding] {
        &self.0
    }

    /// What it comes to.
    pub fn outcome(&self) -> Outcome {
        match self.0.iter().all(|finding| finding.is_of_time()) {
            true if self.0.is_empty() => Outcome::Authentic,
            true => Outcome::NotInForce,
            false => Outcome::NotAuthentic,
        }
    }
}

/// Checks a statement against what was seen of the document and against the courts of the register, at a moment.
pub fn check(signed: &SignedStatement, seen: Seen, courts: &[Court], at: Moment) -> Checked {
    let statement = &signed.statement;
    let court = courts.iter().find(|court| court.id == statement.court);
    let own = court.and_then(|court| court.key(&signed.key, signed.hash));
    let of_another = || courts.iter().find_map(|court| court.key(&signed.key, signed.hash));
    let mut findings = Vec::new();
    findings.extend(court.is_none().then_some(Finding::NoCourt));
    match own.or_else(of_another) {
        None => findings.push(Finding::KeyUnknown),
        Some(known) => {
            findings.extend(own.is_none().then_some(Finding::KeyOfAnother));
            findings.extend(known.revoked.map(|_| Finding::KeyRevoked));
            findings.extend((!known.is_in_force(statement.issued)).then_some(Finding::KeyNotInForce));
            findings.extend((!signed.is_signed_by(&known.key)).then_some(Finding::SignatureBad));
        }
    }
    findings.extend((seen.size != statement.document.size).then_some(Finding::SizeDiffers));
    findings.extend((seen.digest != statement.document.digest).then_some(Finding::ChecksumDiffers));
    let validity = statement.validity;
    findings.extend(validity.from.filter(|from| at < *from).map(|_| Finding::NotYetValid));
    findings.extend(validity.until.filter(|until| *until <= at).map(|_| Finding::Expired));
    Checked::of(findings)
}
