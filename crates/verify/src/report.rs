//! What a verdict looks like to a person and to a machine.

use std::fmt::Write as _;

use renkei_core::ledger::export::{ExportError, check_export};
use renkei_core::ledger::{Keyring, SignedCheckpoint, Tail, Verdict};

use crate::exit::Exit;

/// Checks an exported ledger and prints what was found.
pub fn check(export: &str, keys: &Keyring, outside: Vec<SignedCheckpoint>, as_json: bool) -> Result<Exit, ExportError> {
    let verdict = check_export(export, keys, outside)?;
    print!("{}", if as_json { json(&verdict) } else { text(&verdict) });
    Ok(exit(&verdict))
}

/// As [`check`], told on standard error, so that standard output is free for what is made of the ledger.
pub fn judge(export: &str, keys: &Keyring, outside: Vec<SignedCheckpoint>) -> Result<Exit, ExportError> {
    let verdict = check_export(export, keys, outside)?;
    eprint!("{}", text(&verdict));
    Ok(exit(&verdict))
}

/// The exit code of a verdict.
pub fn exit(verdict: &Verdict) -> Exit {
    match verdict.tail {
        _ if !verdict.is_intact() => Exit::Altered,
        Tail::Held { .. } => Exit::Intact,
        Tail::Unknown | Tail::Cut => Exit::TailUnknown,
    }
}

/// English, with the Japanese below each statement.
pub fn text(verdict: &Verdict) -> String {
    let mut out = String::new();
    let Verdict { entries, head, faults, tail, .. } = verdict;
    // Writing to a String cannot fail.
    let _ = writeln!(out, "entries: {entries}\nhead:    {head}");
    let _ = writeln!(
        out,
        "approvals with a good signature: {} (of these by keys known only from the ledger: {})",
        verdict.approvals, verdict.approvals_by_ledger_keys
    );
    let _ = writeln!(out, "of these, confirmed by a passkey over what was approved: {}", verdict.confirmed_by_passkey);
    let _ = writeln!(
        out,
        "good checkpoints: {} from outside, {} in the export",
        verdict.outside_checkpoints, verdict.inside_checkpoints
    );
    for fault in faults {
        let _ = writeln!(out, "{}  {}\n      {}", fault.code(), fault.text().en, fault.text().ja);
    }
    out.push_str(match (faults.is_empty(), tail) {
        (false, _) => "ALTERED: the ledger is not as it was written.\n改変あり：台帳は書かれたままではありません。\n",
        (true, Tail::Held { .. }) => {
            "INTACT up to the newest checkpoint from outside.\n改変なし：外部検証点まで確認しました。\n"
        }
        (true, _) => {
            "INTACT as far as it goes; whether the end was cut off cannot be known without a checkpoint from outside.\n\
             改変なし。ただし外部検証点がないため、末尾が切り取られたかどうかは判定できません。\n"
        }
    });
    if let (true, Tail::Held { later, .. }) = (faults.is_empty(), tail) {
        let _ = writeln!(out, "Entries after it, which no checkpoint from outside covers: {later}");
    }
    out
}

/// One JSON object.
pub fn json(verdict: &Verdict) -> String {
    let Verdict {
        entries,
        head,
        faults,
        tail,
        outside_checkpoints,
        inside_checkpoints,
        approvals,
        approvals_by_ledger_keys,
        confirmed_by_passkey,
    } = verdict;
    let faults: Vec<_> = faults
        .iter()
        .map(|fault| {
            let text = fault.text();
            format!(r#"{{"code":"{}","en":{},"ja":{}}}"#, fault.code(), quoted(&text.en), quoted(&text.ja))
        })
        .collect();
    let tail = match tail {
        Tail::Unknown => r#"{"state":"unknown"}"#.to_owned(),
        Tail::Held { size, later } => format!(r#"{{"state":"held","size":{size},"later":{later}}}"#),
        Tail::Cut => r#"{"state":"cut"}"#.to_owned(),
    };
    format!(
        "{{\"intact\":{},\"entries\":{entries},\"head\":\"{head}\",\"tail\":{tail},\
         \"outside_checkpoints\":{outside_checkpoints},\"inside_checkpoints\":{inside_checkpoints},\
         \"approvals\":{approvals},\"approvals_by_ledger_keys\":{approvals_by_ledger_keys},\
         \"confirmed_by_passkey\":{confirmed_by_passkey},\"faults\":[{}]}}\n",
        verdict.is_intact(),
        faults.join(",")
    )
}

/// A JSON string (RFC 8259 section 7).
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            control if control < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
