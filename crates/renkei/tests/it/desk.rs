//! Runs the binary and reads what it says.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;

use serde_json::Value;

/// An office in a temporary folder.
#[derive(Clone)]
pub struct Desk {
    pub folder: Arc<tempfile::TempDir>,
    registry: Option<String>,
}

impl Desk {
    pub fn new(registry: Option<String>) -> Self {
        Self { folder: Arc::new(tempfile::tempdir().unwrap()), registry }
    }

    /// The same folder once more, as it is now.
    pub fn copy(&self) -> Self {
        let copy = Self::new(self.registry.clone());
        copy_folder(self.folder.path(), copy.folder.path());
        copy
    }

    pub fn office(&self) -> PathBuf {
        self.folder.path().join("office")
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_renkei"));
        command.arg("--office").arg(self.office()).args(["--json", "--lang", "en"]).args(args);
        if let Some(registry) = &self.registry {
            command.arg("--registry").arg(registry);
        }
        command.env_remove("RENKEI_SEAT").env_remove("RENKEI_REGISTRY").env_remove("RENKEI_OFFICE");
        command.stdin(Stdio::null());
        command
    }

    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// What a command answers; it must succeed.
    pub fn ok(&self, args: &[&str]) -> Value {
        let output = self.run(args);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {:?} {told}", output.status.code());
        match output.stdout.is_empty() {
            true => Value::Null,
            false => serde_json::from_slice(&output.stdout).expect("JSON on standard output"),
        }
    }

    /// The exit code and error of a command that must fail.
    pub fn fails(&self, args: &[&str]) -> (i32, Value) {
        let output = self.run(args);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        let line = told.lines().find(|line| line.starts_with('{')).unwrap_or_else(|| panic!("{args:?}: {told}"));
        (output.status.code().unwrap(), serde_json::from_str(line).unwrap())
    }

    pub fn spawn(&self, args: &[&str]) -> Child {
        self.command(args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Makes the office and imports three providers and a route table.
    pub fn open(&self) {
        let made = self.ok(&[
            "init",
            "--party",
            "centre-test",
            "--name-ja",
            "試験センター",
            "--name-en",
            "Test Centre",
            "--domain",
            "office.example",
            "--keep-days",
            "undecided",
            "--accept-reserved",
        ]);
        assert_eq!(made["undecided"][0], "retention.observation_days");
        let parties = self.write("parties.toml", &parties());
        self.ok(&["party", "import", text(&parties)]);
        let routes = self.write(
            "routes.csv",
            "198.18.0.0,198.18.255.255,64496,\"A\"\n2001:db8::,2001:db8:ffff:ffff:ffff:ffff:ffff:ffff,64497,\"B\"\n",
        );
        self.ok(&["routes", "import", text(&routes), "--from", "2026-01-01"]);
    }

    pub fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    pub fn plan(&self) -> String {
        let planned = self.ok(&PLAN);
        planned["campaign"].as_str().unwrap().to_owned()
    }
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
}

/// The words of a plan.
pub const PLAN: [&str; 10] = [
    "campaign",
    "plan",
    "--title-ja",
    "試験",
    "--title-en",
    "trial",
    "--purpose-ja",
    "被害の拡大を防ぐため",
    "--purpose-en",
    "to stop the damage",
];

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn parties() -> String {
    let party = |id: &str, prefix: &str, shared: bool| {
        format!(
            "[[party]]\nid = \"{id}\"\nname = {{ ja = \"{id}\", en = \"{id}\" }}\nrole = \"isp\"\ncountry = \"JP\"\n\
             zone = \"Asia/Tokyo\"\ncompetence = [{{ prefix = \"{prefix}\" }}]\n\
             agreement = [{{ kind = \"nda\", from = \"2024-01-01\" }}]\n\
             channel = {{ mail = \"abuse@{id}.example\", seal = \"clear\", reason = \"test\" }}\n\
             terms = {{ shared_addresses = {shared}, repeat_days = 14, answer_days = 14 }}\n\n"
        )
    };
    [
        party("isp-a", "198.18.0.0/18", true),
        party("isp-b", "198.18.64.0/18", false),
        party("isp-c", "2001:db8::/33", false),
    ]
    .concat()
}
