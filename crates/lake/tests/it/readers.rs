//! Other programs read the same: Python's `deltalake` and DuckDB.

use std::path::Path;
use std::process::Command;

use renkei_lake::Lake;

use crate::office::{care, feed, ingest, line, runtime};

#[test]
fn other_readers_count_the_same() {
    let Some(python) = python() else {
        println!("not run: no RENKEI_PYTHON and not in CI");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let counts = runtime().block_on(async {
        let lake = Lake::create(folder.path()).await.unwrap();
        ingest(&lake, feed("one"), &(0..500).map(line).collect::<Vec<_>>()).await;
        ingest(&lake, feed("two"), &(300..900).map(line).collect::<Vec<_>>()).await;
        read_by_others(&python, folder.path(), 900);
        care(&lake, None).await;
        lake.view().await.unwrap().rows().unwrap()
    });
    read_by_others(&python, folder.path(), counts);
}

fn read_by_others(python: &Path, folder: &Path, rows: u64) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readers.py");
    let output = Command::new(python).arg(script).arg(folder).arg(rows.to_string()).output().unwrap();
    print!("{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The Python that `./test` prepared, or in CI one in a virtual environment of our own.
fn python() -> Option<std::path::PathBuf> {
    if let Some(given) = std::env::var_os("RENKEI_PYTHON") {
        return Some(given.into());
    }
    if std::env::var("CI").is_ok_and(|ci| ci == "true") {
        let folder = std::env::temp_dir().join("renkei-readers");
        let python = folder.join("bin/python");
        if !python.exists() {
            let made = Command::new("python3").args(["-m", "venv"]).arg(&folder).status().unwrap();
            assert!(made.success());
        }
        let packages = ["-m", "pip", "install", "--quiet", "deltalake==1.6.6", "duckdb==2.0.0", "pyarrow==26.0.1"];
        assert!(Command::new(&python).args(packages).status().unwrap().success());
        return Some(python);
    }
    None
}
