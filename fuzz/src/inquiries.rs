//! Any text as an identifier, a paper, an answer, a dossier, a part of a hint or what a court signed: nothing may fall,
//! and there is one form of each.

use renkei_core::dossier;
use renkei_core::hint::{Blinded, Epoch, Evaluated, Evaluator, Token};
use renkei_core::inquiry::answer::Answer;
use renkei_core::inquiry::identifier::Kind;
use renkei_core::inquiry::paper::Paper;
use renkei_core::ledger::Keyring;
use renkei_core::time::Moment;
use renkei_core::warrant::{Outcome, Seen, SignedStatement, check};

/// A target: its name (also of its corpus folder) and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const ALL: [Target; 4] = [("identifier", identifier), ("dossier", dossier), ("hint", hint), ("warrant", warrant)];

/// Identifiers of every kind.
pub fn identifier(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for kind in Kind::ALL {
        if let Ok(normal) = kind.normal(&text) {
            assert_eq!(kind.normal(&normal).as_ref(), Ok(&normal), "{kind}");
        }
    }
}

/// Papers, answers and dossiers; without a key none holds.
pub fn dossier(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(paper) = Paper::parse(&text) {
        assert_eq!(paper.canonical(), text);
    }
    if let Ok(answer) = Answer::parse(&text) {
        assert_eq!(answer.canonical(), text);
    }
    assert!(!dossier::check(&text, &Keyring::default()).holds());
}

/// Blinded subjects, evaluations and tokens as text; the first 32 bytes as an element to be evaluated.
pub fn hint(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(blinded) = text.parse::<Blinded>() {
        assert_eq!(blinded.to_string(), text);
    }
    if let Ok(evaluated) = text.parse::<Evaluated>() {
        assert_eq!(evaluated.to_string(), text);
    }
    if let Ok(token) = text.parse::<Token>() {
        assert_eq!(token.to_string(), text);
    }
    let Some(first) = data.first_chunk::<32>() else { return };
    if let (Ok(blinded), Ok(evaluator)) = (Blinded::of(Epoch(1), first), Evaluator::derive(&[7; 32], Epoch(1))) {
        assert!(blinded.to_string().parse::<Blinded>().is_ok_and(|read| read == blinded));
        assert!(evaluator.evaluate(&blinded).is_ok_and(|evaluated| evaluated.bytes() != blinded.bytes()));
    }
}

/// What a court signs about a warrant; without its key none is authentic.
pub fn warrant(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(signed) = text.parse::<SignedStatement>() {
        assert_eq!(signed.to_string(), text);
        let checked = check(&signed, Seen::of(data), &[], Moment(0));
        assert_eq!(checked.outcome(), Outcome::NotAuthentic);
    }
}
