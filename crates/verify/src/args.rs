//! The command line of `verify`, read by hand so that nothing but core is linked.

use renkei_core::exchange::{Asked, LEAST};
use renkei_core::id::IdError;
use renkei_core::time::{Day, Moment, TimeTextError, Validity};

/// What `--help` prints.
pub const HELP: &str = "\
verify - checks an exported renkei ledger, the dossier of an inquiry, or a receipt of a message
         書き出された台帳、照会の一件書類、又は電文の受領証を検証します

USAGE
  verify EXPORT --keys FILE [--checkpoint FILE]... [--json]
  verify EXPORT --keys FILE --figures PARTY [--from DAY] [--until DAY] [--least N]

  EXPORT             the file that `renkei audit export`, `renkei inquiry dossier` or
                     `renkei line receipts` wrote; its first line says which it is
  --keys FILE        public keys you trust, one a line (name+hash+base64); get them
                     from the office, not from the export
                     信頼する公開鍵（1行に1つ）。書き出しファイルからではなく、別の経路で入手してください
  --checkpoint FILE  a signed checkpoint kept outside the office (checkpoint file,
                     mail footer); may be given several times
                     外部に残された署名済み検証点。末尾の切り取りはこれがないと判定できません
  --json             one JSON object instead of text
  --figures PARTY    the figures of a party's inquiries (CSV), made of the ledger alone:
                     the same bytes as `renkei inquiry figures --csv`; what the check
                     says goes to standard error
                     台帳だけから作る照会の統計（CSV）
  --from, --until    the first day, and the day after the last (2026-04-01)
  --least N          cells with fewer inquiries are left out (5)

EXIT CODES
  0  intact up to the newest checkpoint from outside
  1  altered: changed, removed, moved, cut off, or signed wrongly
  2  the command line is wrong
  3  a file cannot be read, or is not what it should be
  4  intact as far as it goes, but no good checkpoint was given: a missing end
     cannot be known
";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The help.
    Help,
    /// A check.
    Check(Args),
}

/// The files of a check.
#[derive(Debug, PartialEq, Eq)]
pub struct Args {
    /// The export.
    pub export: String,
    /// The key file.
    pub keys: String,
    /// Checkpoint files.
    pub checkpoints: Vec<String>,
    /// JSON instead of text.
    pub json: bool,
    /// The figures that are wanted besides.
    pub figures: Option<Asked>,
}

/// Reads the arguments after the program's name; the error is for the person who typed them.
pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Wanted, String> {
    let (mut export, mut keys, mut checkpoints, mut json) = (None, None, Vec::new(), false);
    let (mut party, mut span, mut least) = (None, Validity::ALWAYS, LEAST);
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("`{argument}` needs something behind it"));
        match argument.as_str() {
            "-h" | "--help" => return Ok(Wanted::Help),
            "--keys" => keys = Some(value()?),
            "--checkpoint" => checkpoints.push(value()?),
            "--json" => json = true,
            "--figures" => party = Some(value()?.parse().map_err(|error: IdError| error.to_string())?),
            "--from" => span.from = Some(day(&value()?)?),
            "--until" => span.until = Some(day(&value()?)?),
            "--least" => least = value()?.parse().map_err(|_| "`--least` needs a number".to_owned())?,
            flag if flag.starts_with('-') => return Err(format!("`{flag}` is not known")),
            _ if export.is_some() => return Err(format!("`{argument}` is one file too many")),
            _ => export = Some(argument),
        }
    }
    let export = export.ok_or("name the export to check")?;
    let keys = keys.ok_or("name the keys you trust with --keys FILE")?;
    let figures = party.map(|party| Asked { party, span, least });
    Ok(Wanted::Check(Args { export, keys, checkpoints, json, figures }))
}

fn day(text: &str) -> Result<Moment, String> {
    text.parse().map(Day::start).map_err(|error: TimeTextError| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Result<Wanted, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn arguments_come_in_any_order() {
        let wanted = Args {
            export: "e".to_owned(),
            keys: "k".to_owned(),
            checkpoints: vec!["a".to_owned(), "b".to_owned()],
            json: true,
            figures: None,
        };
        assert_eq!(of("--json --keys k --checkpoint a e --checkpoint b"), Ok(Wanted::Check(wanted)));
        assert_eq!(of("x --help"), Ok(Wanted::Help));
    }

    #[test]
    fn what_is_missing_or_too_much_is_said() {
        for bad in [
            "e --keys k --figures",
            "e --keys k --figures p --from x",
            "",
            "e",
            "--keys k",
            "e --keys",
            "e f --keys k",
            "e --keys k --jsn",
        ] {
            assert!(of(bad).is_err(), "{bad}");
        }
    }
}
