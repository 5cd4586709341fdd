//! What the check of a dossier looks like to a person and to a machine.

use std::fmt::Write as _;

use renkei_core::dossier::{Found, Verdict};
use renkei_core::ledger::Keyring;
use renkei_core::text::Bilingual;

use crate::exit::Exit;

/// The first line of every dossier.
const HEAD: &str = "renkei dossier v1\n";

/// Checks a dossier and prints what was found; `None`: it is none.
pub fn check(dossier: &str, keys: &Keyring, as_json: bool) -> Option<Exit> {
    let verdict = dossier.starts_with(HEAD).then(|| renkei_core::dossier::check(dossier, keys))?;
    print!("{}", if as_json { json(&verdict) } else { text(&verdict) });
    Some(if verdict.holds() { Exit::Intact } else { Exit::Altered })
}

/// English, with the Japanese below each statement.
fn text(verdict: &Verdict) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    if let Some(dossier) = &verdict.dossier {
        let _ = writeln!(out, "inquiry: {}\nnumber:  {}", dossier.inquiry, dossier.paper.number);
        let _ = writeln!(out, "asked by {} of {}", dossier.paper.asker, dossier.paper.recipient);
        for taken in &dossier.steps {
            let _ = writeln!(out, "  {:>3}  {}  {} by {}", taken.number, taken.at, taken.step, taken.seat);
        }
    }
    for rules in &verdict.rules {
        let _ = writeln!(out, "rules:   {rules}");
    }
    for Found { fault, step } in &verdict.faults {
        let Bilingual { ja, en } = fault.text();
        let _ = writeln!(out, "{fault} (step {step})  {en}\n      {ja}");
    }
    out.push_str(match verdict.holds() {
        true => {
            "INTACT: this is what was asked, approved and answered.\n改変なし：照会・決裁・回答されたとおりです。\n"
        }
        false => "ALTERED: the dossier is not as it was signed.\n改変あり：一件書類は署名されたままではありません。\n",
    });
    out
}

/// One JSON object. Nothing in it needs escaping but the number, whose quotes and backslashes are escaped.
fn json(verdict: &Verdict) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let faults: Vec<String> = verdict
        .faults
        .iter()
        .map(|Found { fault, step }| format!("{{\"code\":\"{fault}\",\"step\":{step}}}"))
        .collect();
    let rules: Vec<String> = verdict.rules.iter().map(|rules| quoted(&rules.to_string())).collect();
    let dossier = verdict.dossier.as_ref();
    let number = dossier.map_or_else(|| "null".to_owned(), |dossier| quoted(&dossier.paper.number));
    let inquiry = dossier.map_or_else(|| "null".to_owned(), |dossier| quoted(&dossier.inquiry.to_string()));
    format!(
        "{{\"holds\":{},\"inquiry\":{inquiry},\"number\":{number},\"rules\":[{}],\"faults\":[{}]}}\n",
        verdict.holds(),
        rules.join(","),
        faults.join(",")
    )
}
