//! The check of a dossier: signatures, order, states, the rules' version, and whether the answer fits.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::{Dossier, Taken};
use crate::base64;
use crate::id::Digest;
use crate::inquiry::{State, Step};
use crate::ledger::{KeyName, Keyring, PublicKey};
use crate::text::Bilingual;

vocabulary! {
    /// Something in a dossier that is not as it was written, or never was as it should be.
    Fault {
        /// It cannot be read, or is not in the one form that dossiers have.
        Unreadable = "unreadable",
        /// There is no signature of the office, or it is not over these bytes.
        Office = "office-signature",
        /// A key that signed is not among those that the one who checks trusts.
        UnknownKey = "unknown-key",
        /// The key that signed is not the one of the seat, or not of the office.
        AnothersKey = "anothers-key",
        /// A signature is not over what it should be.
        Signature = "signature",
        /// What was signed is not what stands here.
        OtherBytes = "other-bytes",
        /// A step that has to be signed is not.
        Unsigned = "unsigned",
        /// Steps are missing, doubled, or in another order.
        Order = "order",
        /// A step was taken that its state does not allow.
        WrongStep = "wrong-step",
        /// The time of a step is before that of the one before it.
        TimeBackwards = "time-backwards",
        /// It left without approval of these bytes.
        NotApproved = "not-approved",
        /// The answer is to another inquiry, or does not fit what was asked.
        Answer = "answer",
        /// A step names no version of the rules.
        NoRules = "no-rules",
    }
}

/// A fault, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// What.
    pub fault: Fault,
    /// In which step; 0: in none of them.
    pub step: u64,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What is wrong, in order; nothing: it is what was asked, approved and answered.
    pub faults: Vec<Found>,
    /// What was read, where it could be read.
    pub dossier: Option<Dossier>,
    /// The versions of the rules under which it went, each once.
    pub rules: Vec<Digest>,
}

impl Verdict {
    /// Whether nothing is wrong.
    pub const fn holds(&self) -> bool {
        self.faults.is_empty()
    }
}

impl Fault {
    /// What it says to people.
    pub fn text(self) -> Bilingual {
        let (ja, en) = match self {
            Self::Unreadable => ("一件書類として読めない", "it cannot be read as a dossier"),
            Self::Office => (
                "役所の署名がないか、この内容に対するものではない",
                "the office's signature is missing or not over these bytes",
            ),
            Self::UnknownKey => {
                ("署名した鍵が、与えられた公開鍵の中にない", "a key that signed is not among the public keys given")
            }
            Self::AnothersKey => (
                "署名した鍵が、その席又は役所のものではない",
                "the key that signed is not that seat's, or not the office's",
            ),
            Self::Signature => ("署名が合わない", "a signature does not hold"),
            Self::OtherBytes => ("署名されたものは、ここにある内容ではない", "what was signed is not what stands here"),
            Self::Unsigned => ("署名が要る段階に署名がない", "a step that has to be signed is not"),
            Self::Order => (
                "段階が欠けている、重なっている、又は入れ替わっている",
                "steps are missing, doubled or in another order",
            ),
            Self::WrongStep => ("その状態からは進めない段階がある", "a step was taken that its state does not allow"),
            Self::TimeBackwards => ("時刻が前の段階より前である", "a step is earlier than the one before it"),
            Self::NotApproved => ("この内容の決裁がないまま送られている", "it left without approval of these bytes"),
            Self::Answer => ("回答が、この照会に対するものとして合わない", "the answer does not fit what was asked"),
            Self::NoRules => ("どの版の規則によったかが書かれていない", "a step names no version of the rules"),
        };
        Bilingual { ja: ja.to_string(), en: en.to_string() }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Bilingual { ja, en } = self.fault.text();
        match self.step {
            0 => write!(f, "{}: {ja} / {en}", self.fault),
            step => write!(f, "{} (step {step}): {ja} / {en}", self.fault),
        }
    }
}

/// Checks a dossier with the public keys that whoever checks got from outside it.
pub fn check(text: &str, keys: &Keyring) -> Verdict {
    let mut faults = Vec::new();
    let mut add = |fault: Fault, step: u64| faults.push(Found { fault, step });
    let signed_part = office(text, keys).unwrap_or_else(|fault| {
        add(fault, 0);
        text.rsplit_once("\n— ").map_or(text, |(before, _)| text.get(..=before.len()).unwrap_or(text))
    });
    let Ok(dossier) = Dossier::parse(signed_part) else {
        add(Fault::Unreadable, 0);
        return Verdict { faults, dossier: None, rules: Vec::new() };
    };
    walk(&dossier, keys, &mut add);
    let fits = |answer: &super::Answer| answer.inquiry == dossier.inquiry && answer.fits(&dossier.paper).is_ok();
    let answered = dossier.steps.iter().any(|taken| taken.step == Step::Answer);
    if answered != dossier.answer.is_some() || !dossier.answer.as_ref().is_none_or(fits) {
        add(Fault::Answer, 0);
    }
    let mut rules: Vec<Digest> = Vec::new();
    for taken in &dossier.steps {
        if !rules.contains(&taken.policy_set) {
            rules.push(taken.policy_set);
        }
    }
    Verdict { faults, dossier: Some(dossier), rules }
}

/// The part that the office signed, if it did.
fn office<'t>(text: &'t str, keys: &Keyring) -> Result<&'t str, Fault> {
    let (before, line) = text.rsplit_once("\n— ").ok_or(Fault::Office)?;
    let signed = text.get(..=before.len()).ok_or(Fault::Office)?;
    let (name, signature) = line.strip_suffix('\n').and_then(|line| line.split_once(' ')).ok_or(Fault::Office)?;
    let signature: [u8; 64] = base64::decode(signature).and_then(|it| it.try_into().ok()).ok_or(Fault::Office)?;
    let name: KeyName = name.parse().map_err(|_| Fault::Office)?;
    let key = known(&name, keys).ok_or(Fault::UnknownKey)?;
    if owner(&name) != "ledger" {
        return Err(Fault::AnothersKey);
    }
    if key.verifies(signed.as_bytes(), &signature) { Ok(signed) } else { Err(Fault::Office) }
}

fn known<'k>(name: &KeyName, keys: &'k Keyring) -> Option<&'k PublicKey> {
    keys.keys().iter().find(|key| key.name() == name)
}

/// Whose key a name says it is: `office.example/head-2` is the seat `head`'s second.
fn owner(name: &KeyName) -> &str {
    let last = name.as_str().rsplit('/').next().unwrap_or_default();
    match last.rsplit_once('-') {
        Some((owner, count)) if !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit()) => owner,
        _ => last,
    }
}

fn walk(dossier: &Dossier, keys: &Keyring, add: &mut impl FnMut(Fault, u64)) {
    let changed = |taken: &Taken| matches!(taken.step, Step::Mend | Step::Return);
    let since = dossier.steps.iter().rposition(changed).map_or(0, |at| at + 1);
    let paper = dossier.paper.digest();
    let (mut state, mut last, mut approved) = (State::Draft, None, false);
    for (at, taken) in dossier.steps.iter().enumerate() {
        let number = at as u64 + 1;
        if taken.number != number {
            add(Fault::Order, number);
        }
        if last.is_some_and(|last| taken.at < last) {
            add(Fault::TimeBackwards, number);
        }
        last = Some(taken.at);
        if taken.policy_set == Digest([0; 32]) {
            add(Fault::NoRules, number);
        }
        match state.after(taken.step) {
            Ok(next) => state = next,
            Err(_) => add(Fault::WrongStep, number),
        }
        let wanted = match taken.step {
            Step::Answer => dossier.answer.as_ref().map(super::Answer::digest),
            // Before it was last changed, other bytes were signed.
            _ => (at >= since).then_some(paper),
        };
        signature(dossier, taken, wanted, keys, add);
        approved |= taken.step == Step::Approve && at >= since && taken.signed.is_some();
        if taken.step == Step::Send && !approved {
            add(Fault::NotApproved, number);
        }
    }
}

fn signature(
    dossier: &Dossier,
    taken: &Taken,
    wanted: Option<Digest>,
    keys: &Keyring,
    add: &mut impl FnMut(Fault, u64),
) {
    let number = taken.number;
    let Some(signed) = &taken.signed else {
        if taken.step.is_signed() {
            add(Fault::Unsigned, number);
        }
        return;
    };
    if owner(&signed.key) != taken.seat.as_str() {
        add(Fault::AnothersKey, number);
    }
    match known(&signed.key, keys) {
        None => add(Fault::UnknownKey, number),
        Some(key) if !signed.approval(dossier.inquiry, number, taken.step).is_by(key) => add(Fault::Signature, number),
        Some(_) => {}
    }
    if wanted.is_some_and(|wanted| wanted != signed.digest) {
        add(Fault::OtherBytes, number);
    }
}

/// The faults as words, for tests and programs.
impl Verdict {
    /// One line a fault.
    pub fn lines(&self) -> Vec<String> {
        self.faults.iter().map(ToString::to_string).collect()
    }
}
