//! The program as a stranger runs it: files in, exit code and words out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use renkei_core::ledger::export::{HEADER, end_line, entry_line, origin_line};
use renkei_core::ledger::{Checkpoint, Detail, Entry, EntryKind, Origin, Signer, chain, genesis};
use renkei_core::time::Moment;

/// A folder with an export of five entries, the keys, and a checkpoint over all five.
struct Files(PathBuf);

impl Files {
    fn new(name: &str) -> Self {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&dir).unwrap();
        let origin: Origin = "office.example/renkei".parse().unwrap();
        let signer = Signer::from_seed("office.example/ledger/1".parse().unwrap(), &[1; 32]);
        let (mut head, mut export) = (genesis(&origin), format!("{HEADER}{}", origin_line(&origin)));
        for seq in 1..=5 {
            let bytes = note(seq).canonical();
            head = chain(head, &bytes);
            export.push_str(&entry_line(seq, head, &bytes));
        }
        export.push_str(&end_line(5));
        let checkpoint = Checkpoint { origin, size: 5, head }.sign(&signer);
        fs::write(dir.join("export"), export).unwrap();
        fs::write(dir.join("keys"), format!("# keys of the office\n{}\n", signer.public())).unwrap();
        fs::write(dir.join("checkpoint"), checkpoint.to_string()).unwrap();
        Self(dir)
    }

    fn change(&self, change: impl FnOnce(&str) -> String) {
        let path = self.0.join("export");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, change(&text)).unwrap();
    }

    fn verify(&self, arguments: &str) -> (i32, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_verify"));
        let Output { status, stdout, stderr } =
            command.args(arguments.split_whitespace()).current_dir(&self.0).output().unwrap();
        (status.code().unwrap(), String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap())
    }
}

fn note(seq: u64) -> Entry {
    Entry {
        seq,
        at: Moment(0),
        kind: EntryKind::Note,
        act: "note".to_owned(),
        seat: None,
        objects: vec![],
        ruling: None,
        detail: Detail::new(),
        approval: None,
    }
}

#[test]
fn an_intact_export_ends_with_0_or_4() {
    let files = Files::new("intact");
    let (code, said) = files.verify("export --keys keys --checkpoint checkpoint");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("改変なし"));
    let (code, said) = files.verify("export --keys keys");
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("cannot be known"));
}

#[test]
fn every_change_ends_with_1_and_its_code() {
    let line = |text: &str, at: usize| text.lines().nth(at).map(|line| format!("{line}\n")).unwrap();
    type Change<'a> = (&'a str, &'a str, &'a dyn Fn(&str) -> String);
    let changes: [Change; 4] = [
        ("byte", "L001", &|text| text.replacen("AAAF", "AAAE", 1)),
        ("removed", "L004", &|text| text.replace(&line(text, 4), "")),
        ("swapped", "L005", &|text| {
            let (third, fourth) = (line(text, 4), line(text, 5));
            text.replace(&format!("{third}{fourth}"), &format!("{fourth}{third}"))
        }),
        ("cut", "L006", &|text| text.replace(&line(text, 6), "").replace("end 5", "end 4")),
    ];
    for (name, code, change) in changes {
        let files = Files::new(name);
        files.change(change);
        let (exit, said) = files.verify("export --keys keys --checkpoint checkpoint --json");
        assert_eq!(exit, 1, "{name}: {said}");
        assert!(said.contains(&format!(r#""code":"{code}""#)), "{name}: {said}");
        assert!(said.starts_with(r#"{"intact":false,"#), "{name}: {said}");
    }
}

#[test]
fn what_cannot_be_read_ends_with_2_or_3() {
    let files = Files::new("unreadable");
    assert_eq!(files.verify("export").0, 2);
    assert_eq!(files.verify("--help").0, 0);
    assert_eq!(files.verify("export --keys nowhere").0, 3);
    assert_eq!(files.verify("keys --keys keys").0, 3);
    assert_eq!(files.verify("export --keys export").0, 3);
}
