//! Tests of the ledger as a whole: bytes come back, and nothing can be done to them unseen.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use proptest::prelude::*;

use super::export::{check_export, checkpoint_line, end_line, entry_line, key_line, origin_line};
use super::*;
use crate::time::Moment;

fn origin() -> Origin {
    "office.example/renkei".parse().unwrap()
}

fn office() -> Signer {
    Signer::from_seed("office.example/ledger/1".parse().unwrap(), &[1; 32])
}

fn approver() -> Signer {
    Signer::from_seed("office.example/seat/approver/1".parse().unwrap(), &[2; 32])
}

fn entry(seq: u64) -> Entry {
    Entry {
        seq,
        at: Moment(1_700_000_000_000_000 + seq as i64),
        kind: EntryKind::Act,
        act: "count".to_string(),
        seat: Some("analyst".parse().unwrap()),
        objects: Vec::from([ObjectNote { kind: "request".to_string(), id: alloc::format!("r{seq}"), version: seq }]),
        ruling: Some(RulingNote {
            outcome: "allowed".to_string(),
            gates: Vec::from(["G7".to_string()]),
            codes: Vec::from(["approved".to_string()]),
            policy_set: Digest::of(b"policies"),
        }),
        detail: Detail::new().put("lines", seq * 10).put("a", "b"),
        approval: None,
    }
}

/// An entry as a container keeps it: number, hash, canonical bytes.
type Kept = (u64, Digest, Vec<u8>);

/// A key introduced, an approval by it, and more; and the hash after each size.
fn ledger(length: u64) -> (Vec<Kept>, Vec<Digest>) {
    let (mut head, mut entries, mut heads) = (genesis(&origin()), Vec::new(), Vec::from([genesis(&origin())]));
    for seq in 1..=length {
        let mut entry = entry(seq);
        if seq == 1 {
            entry.kind = EntryKind::Key;
            let key = approver().public();
            entry.detail = Detail::new().put("key", key.name()).put("public", &key).put("state", "active");
        }
        if seq == 3 {
            entry.approval = Some(Approval::sign("r3", Digest::of(b"manifest"), &approver()));
        }
        let bytes = entry.canonical();
        head = chain(head, &bytes);
        heads.push(head);
        entries.push((seq, head, bytes));
    }
    (entries, heads)
}

fn export(entries: &[Kept]) -> String {
    let mut text = export::HEADER.to_string();
    text.push_str(&origin_line(&origin()));
    text.push_str(&key_line(&office().public()));
    for (seq, hash, bytes) in entries {
        text.push_str(&entry_line(*seq, *hash, bytes));
    }
    text.push_str(&end_line(entries.len() as u64));
    text
}

fn note(size: u64, head: Digest) -> SignedCheckpoint {
    Checkpoint { origin: origin(), size, head }.sign(&office())
}

fn check(text: &str, outside: &[SignedCheckpoint]) -> Verdict {
    check_export(text, &Keyring::new(Vec::from([office().public()])), outside.to_vec()).unwrap()
}

#[test]
fn an_untouched_ledger_is_intact() {
    let (entries, heads) = ledger(8);
    let mut text = export(&entries);
    text.insert_str(text.find("entry").unwrap(), &checkpoint_line(&note(4, heads[4])));
    let verdict = check(&text, &[note(6, heads[6]), note(0, heads[0])]);
    assert_eq!(verdict.faults, []);
    assert_eq!((verdict.entries, verdict.head, verdict.tail), (8, heads[8], Tail::Held { size: 6, later: 2 }));
    assert_eq!((verdict.outside_checkpoints, verdict.inside_checkpoints), (2, 1));
    assert_eq!((verdict.approvals, verdict.approvals_by_ledger_keys), (1, 1));
}

#[test]
fn without_a_checkpoint_a_cut_tail_cannot_be_known() {
    let (mut entries, heads) = ledger(8);
    entries.truncate(5);
    let verdict = check(&export(&entries), &[]);
    assert!(verdict.is_intact());
    assert_eq!(verdict.tail, Tail::Unknown);
    let verdict = check(&export(&entries), &[note(8, heads[8])]);
    assert_eq!(verdict.faults, [Fault::TailCut { size: 8, entries: 5 }]);
    assert_eq!(verdict.tail, Tail::Cut);
}

#[test]
fn a_removed_entry_is_a_gap_and_two_swapped_are_out_of_order() {
    let (mut entries, _) = ledger(8);
    let removed = entries.remove(4);
    assert_eq!(check(&export(&entries), &[]).faults, [Fault::Gap { from: 5, to: 5 }]);
    entries.insert(4, removed);
    entries.swap(4, 5);
    let faults = check(&export(&entries), &[]).faults;
    assert!(faults.contains(&Fault::Gap { from: 5, to: 5 }), "{faults:?}");
    assert!(faults.contains(&Fault::Order { expected: 7, found: 5 }), "{faults:?}");
}

#[test]
fn entries_swapped_under_each_others_numbers_are_changed() {
    let (mut entries, _) = ledger(8);
    let (fifth, sixth) = (entries[4].clone(), entries[5].clone());
    entries[4] = (5, sixth.1, sixth.2);
    entries[5] = (6, fifth.1, fifth.2);
    let faults = check(&export(&entries), &[]).faults;
    assert!(faults.contains(&Fault::Changed { seq: 5 }), "{faults:?}");
    assert!(faults.contains(&Fault::Renumbered { outside: 5, inside: 6 }), "{faults:?}");
}

#[test]
fn a_history_written_anew_needs_the_checkpoint_to_be_seen() {
    let (_, heads) = ledger(8);
    let mut head = genesis(&origin());
    let forged: Vec<_> = (1..=8)
        .map(|seq| {
            let bytes = Entry { detail: Detail::new().put("lines", 1), ..entry(seq) }.canonical();
            head = chain(head, &bytes);
            (seq, head, bytes)
        })
        .collect();
    assert!(check(&export(&forged), &[]).is_intact());
    assert_eq!(check(&export(&forged), &[note(6, heads[6])]).faults, [Fault::OtherHistory { size: 6 }]);
}

#[test]
fn approvals_are_checked() {
    let manifest = Digest::of(b"manifest");
    let of = |change: &dyn Fn(&mut Vec<Entry>)| {
        let mut entries = Vec::from([entry(1), entry(2), entry(3)]);
        let key = approver().public();
        entries[0].kind = EntryKind::Key;
        entries[0].detail = Detail::new().put("key", key.name()).put("public", &key).put("state", "active");
        entries[2].approval = Some(Approval::sign("r3", manifest, &approver()));
        change(&mut entries);
        let mut head = genesis(&origin());
        let lines: Vec<_> = entries
            .iter()
            .map(|entry| {
                head = chain(head, &entry.canonical());
                (entry.seq, head, entry.canonical())
            })
            .collect();
        check(&export(&lines), &[]).faults
    };
    let key = approver().public().name().to_string();
    assert_eq!(of(&|_| ()), []);
    let other = of(&|entries| entries[2].approval = Some(Approval::sign("r2", manifest, &approver())));
    assert_eq!(other, [Fault::ApprovalWrong { seq: 3 }]);
    let unknown = of(&|entries| entries[0].kind = EntryKind::Note);
    assert_eq!(unknown, [Fault::ApprovalKeyUnknown { seq: 3, key: key.clone() }]);
    let retired = of(&|entries| {
        entries[1].kind = EntryKind::Key;
        entries[1].detail = Detail::new().put("key", &key).put("state", "revoked");
    });
    assert_eq!(retired, [Fault::ApprovalKeyRetired { seq: 3, key }]);
}

#[test]
fn personal_data_does_not_get_in() {
    for slip in ["198.18.0.7", "from 198.18.0.7:25.", "2001:db8::1", "[2001:db8::1]:25", "desk@isp.example"] {
        assert_eq!(Detail::new().put("error", slip).get("error"), Some("withheld"), "{slip}");
    }
    for good in ["12", "2023-11-14T22:13:20Z", "office.example/1+c74f20a3+ARpc", "G7 1.2", "shadowserver:event4"] {
        assert_eq!(Detail::new().put("a", good).get("a"), Some(good));
    }
}

fn entries() -> impl Strategy<Value = Entry> {
    let detail = prop::collection::btree_map("[a-z]{1,6}", "[a-zあ ]{0,8}", 0..4);
    let parts = (any::<u64>(), any::<i64>(), 0..EntryKind::ALL.len(), "[a-z-]{0,8}", any::<bool>(), any::<bool>());
    (parts, detail, prop::collection::vec(("[a-z]{1,5}", "[a-z0-9]{1,9}", any::<u64>()), 0..4)).prop_map(
        |((seq, at, kind, act, seat, more), detail, objects)| Entry {
            seq,
            at: Moment(at),
            kind: EntryKind::ALL[kind],
            act,
            seat: seat.then(|| "analyst".parse().unwrap()),
            objects: objects.into_iter().map(|(kind, id, version)| ObjectNote { kind, id, version }).collect(),
            ruling: entry(1).ruling.filter(|_| more),
            detail: detail.iter().fold(Detail::new(), |detail, (key, value)| detail.put(key, value)),
            approval: more.then(|| Approval::sign("r", Digest::of(b"m"), &approver())),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn entries_come_back_from_their_bytes(entry in entries()) {
        prop_assert_eq!(Entry::from_canonical(&entry.canonical()).unwrap(), entry);
    }

    /// One sequence of bytes for one entry: what is read is written again just so.
    #[test]
    fn no_other_bytes_are_the_same_entry(entry in entries(), at: prop::sample::Index, byte: u8, cut: prop::sample::Index) {
        let mut bytes = entry.canonical();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        if let Ok(read) = Entry::from_canonical(&bytes) {
            prop_assert_eq!(read.canonical(), bytes.clone());
        }
        bytes.truncate(cut.index(bytes.len()));
        prop_assert!(Entry::from_canonical(&bytes).is_err());
    }

    /// S4.13: one byte changed anywhere in the entries of an export is found.
    #[test]
    fn one_changed_byte_is_found(at: prop::sample::Index, byte in 0x20u8..0x7f) {
        let (entries, heads) = ledger(6);
        let text = export(&entries);
        let first = text.find("entry").unwrap();
        let mut bytes = text.clone().into_bytes();
        let place = first + at.index(bytes.len() - first);
        prop_assume!(bytes[place] != byte);
        // The hash is read as hexadecimal: the same digit in upper case is the same hash.
        prop_assume!(!bytes[place].eq_ignore_ascii_case(&byte));
        bytes[place] = byte;
        let verdict = check(&String::from_utf8(bytes).unwrap(), &[note(6, heads[6])]);
        prop_assert!(!verdict.is_intact());
    }

    #[test]
    fn any_text_is_no_panic(text in "(renkei-ledger-export 1\norigin a\n)?(entry 1 [0-9a-f]{64} [A-Za-z=]{0,9}\n|end [0-9]\n|.{0,20}\n){0,5}") {
        let _ = check_export(&text, &Keyring::default(), Vec::new());
    }
}
