//! The command line of `verify`, read by hand so that nothing but core is linked.

/// What `--help` prints.
pub const HELP: &str = "\
verify - checks an exported renkei ledger, or the dossier of an inquiry
         書き出された台帳、又は照会の一件書類を検証します

USAGE
  verify EXPORT --keys FILE [--checkpoint FILE]... [--json]

  EXPORT             the file that `renkei audit export` or `renkei inquiry dossier`
                     wrote; its first line says which it is
  --keys FILE        public keys you trust, one a line (name+hash+base64); get them
                     from the office, not from the export
                     信頼する公開鍵（1行に1つ）。書き出しファイルからではなく、別の経路で入手してください
  --checkpoint FILE  a signed checkpoint kept outside the office (checkpoint file,
                     mail footer); may be given several times
                     外部に残された署名済み検証点。末尾の切り取りはこれがないと判定できません
  --json             one JSON object instead of text

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
}

/// Reads the arguments after the program's name; the error is for the person who typed them.
pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Wanted, String> {
    let (mut export, mut keys, mut checkpoints, mut json) = (None, None, Vec::new(), false);
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("`{argument}` needs a file"));
        match argument.as_str() {
            "-h" | "--help" => return Ok(Wanted::Help),
            "--keys" => keys = Some(value()?),
            "--checkpoint" => checkpoints.push(value()?),
            "--json" => json = true,
            flag if flag.starts_with('-') => return Err(format!("`{flag}` is not known")),
            _ if export.is_some() => return Err(format!("`{argument}` is one file too many")),
            _ => export = Some(argument),
        }
    }
    let export = export.ok_or("name the export to check")?;
    let keys = keys.ok_or("name the keys you trust with --keys FILE")?;
    Ok(Wanted::Check(Args { export, keys, checkpoints, json }))
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
        };
        assert_eq!(of("--json --keys k --checkpoint a e --checkpoint b"), Ok(Wanted::Check(wanted)));
        assert_eq!(of("x --help"), Ok(Wanted::Help));
    }

    #[test]
    fn what_is_missing_or_too_much_is_said() {
        for bad in ["", "e", "--keys k", "e --keys", "e f --keys k", "e --keys k --jsn"] {
            assert!(of(bad).is_err(), "{bad}");
        }
    }
}
