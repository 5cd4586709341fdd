//! Any text as an identifier, a paper, an answer or a dossier: nothing may fall, and there is one form of each.

use renkei_core::dossier;
use renkei_core::inquiry::answer::Answer;
use renkei_core::inquiry::identifier::Kind;
use renkei_core::inquiry::paper::Paper;
use renkei_core::ledger::Keyring;

/// A target: its name (also of its corpus folder) and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const ALL: [Target; 2] = [("identifier", identifier), ("dossier", dossier)];

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
