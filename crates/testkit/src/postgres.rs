//! A real PostgreSQL for tests: made in a temporary folder, on a free port of loopback, gone afterwards.

use std::fs;
use std::io;
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Why no PostgreSQL could be started. A test that needs one fails with this; it is never skipped.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The programs are not there.
    #[error("no PostgreSQL server in /usr/lib/postgresql/*/bin: install it (Debian: apt-get install postgresql)")]
    Missing,
    /// A program could not be run.
    #[error("`{program}` could not be run: {source}")]
    Run {
        /// Which.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// A program failed.
    #[error("`{program}` failed: {said}")]
    Failed {
        /// Which.
        program: String,
        /// What it said.
        said: String,
    },
    /// The server ended, or never answered; its log says why.
    #[error("the PostgreSQL server did not come up: {0}")]
    Silent(String),
    /// The temporary folder could not be made.
    #[error("the temporary folder could not be made: {0}")]
    Folder(#[from] io::Error),
}

/// A running server. It stops, and its folder goes, when this is dropped or the process ends, however
/// it ends: a shell holds a pipe from this process and cleans up when the pipe closes.
#[derive(Debug)]
pub struct Postgres {
    bin: PathBuf,
    port: u16,
    keeper: Child,
    databases: AtomicU32,
}

/// The shell that outlives this process: starts the server, waits for the pipe to close, cleans up.
const KEEPER: &str = r#"dir=$1; shift
"$@" </dev/null >"$dir/log" 2>&1 & server=$!
cat >/dev/null
kill -INT "$server" 2>/dev/null; wait "$server"; rm -rf "$dir""#;

/// Starts a server of its own.
pub fn start() -> Result<Postgres, StartError> {
    let bin = newest_bin().ok_or(StartError::Missing)?;
    let dir = tempfile::Builder::new().prefix("renkei-postgres-").tempdir()?;
    let data = dir.path().join("data");
    let user = unprivileged();
    if let Some(user) = &user {
        done(Command::new("chown").arg(user).arg(dir.path()))?;
    }
    let mut init = as_user(user.as_deref(), &bin.join("initdb"));
    init.args(["--no-sync", "--auth=trust", "--username=renkei", "--encoding=UTF8", "--locale=C.UTF-8", "-D"]);
    done(init.arg(&data).current_dir("/"))?;
    let mut last = String::new();
    // The port is free when asked for; another process may take it before the server does.
    for _ in 0..5 {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        match run(&bin, dir.path(), &data, user.as_deref(), port) {
            Ok(postgres) => {
                // From here on the keeper removes the folder.
                let _ = dir.keep();
                return Ok(postgres);
            }
            Err(StartError::Silent(log)) => last = log,
            Err(other) => return Err(other),
        }
    }
    Err(StartError::Silent(last))
}

/// The one server that all tests of this process share.
pub fn shared() -> Result<&'static Postgres, &'static StartError> {
    static SHARED: OnceLock<Result<Postgres, StartError>> = OnceLock::new();
    SHARED.get_or_init(start).as_ref()
}

impl Postgres {
    /// Makes an empty database and gives its address (`postgres://…`).
    pub fn fresh_database(&self) -> Result<String, StartError> {
        let name = format!("t{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut create = Command::new(self.bin.join("createdb"));
        create.args(["-h", "127.0.0.1", "-U", "renkei", "-p", &self.port.to_string(), &name]);
        done(create.current_dir("/"))?;
        Ok(format!("postgres://renkei@127.0.0.1:{}/{name}", self.port))
    }

    /// Runs a file of SQL against a database of this server.
    pub fn run_file(&self, url: &str, file: &Path) -> Result<(), StartError> {
        let mut psql = Command::new(self.bin.join("psql"));
        psql.args(["-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-f"]).arg(file);
        done(psql.current_dir("/"))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

fn run(bin: &Path, dir: &Path, data: &Path, user: Option<&str>, port: u16) -> Result<Postgres, StartError> {
    let server = as_user(user, &bin.join("postgres"));
    let mut keeper = Command::new("/bin/sh");
    keeper.arg("-c").arg(KEEPER).arg("sh").arg(dir).arg(server.get_program()).args(server.get_args());
    keeper.arg("-D").arg(data).args(["-p", &port.to_string(), "-h", "127.0.0.1", "-k", ""]);
    // A test database need not survive a power cut; what is committed still survives kill -9 of a client.
    for setting in ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"] {
        keeper.args(["-c", setting]);
    }
    // A group of its own, so that Ctrl-C reaches it only through the pipe.
    keeper.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    let keeper = keeper.spawn().map_err(|source| StartError::Run { program: "sh".to_owned(), source })?;
    let mut postgres = Postgres { bin: bin.to_owned(), port, keeper, databases: AtomicU32::new(0) };
    for _ in 0..600 {
        let mut ready = Command::new(bin.join("pg_isready"));
        ready.args(["-q", "-h", "127.0.0.1", "-U", "renkei", "-p", &port.to_string()]).current_dir("/");
        if done(&mut ready).is_ok() {
            return Ok(postgres);
        }
        let log = fs::read_to_string(dir.join("log")).unwrap_or_default();
        if log.contains("FATAL") || matches!(postgres.keeper.try_wait(), Ok(Some(_))) {
            return Err(StartError::Silent(log));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Err(StartError::Silent(fs::read_to_string(dir.join("log")).unwrap_or_default()))
}

/// The programs of the newest PostgreSQL that is installed.
fn newest_bin() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let versions = versions.filter_map(|entry| entry.ok()?.file_name().into_string().ok()?.parse::<u32>().ok());
    let bins = versions.map(|version| (version, PathBuf::from(format!("/usr/lib/postgresql/{version}/bin"))));
    bins.filter(|(_, bin)| bin.join("initdb").exists()).max().map(|(_, bin)| bin)
}

/// PostgreSQL refuses to run as root: then the user its package made, or `nobody`.
fn unprivileged() -> Option<String> {
    let id = Command::new("id").arg("-u").output().ok()?;
    if id.stdout.trim_ascii() != b"0" {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let postgres = users.lines().any(|line| line.starts_with("postgres:"));
    Some(if postgres { "postgres" } else { "nobody" }.to_owned())
}

fn as_user(user: Option<&str>, program: &Path) -> Command {
    match user {
        Some(user) => {
            // The group of `nobody` has other names on other systems; its number is the same.
            let group = if user == "nobody" { "65534" } else { user };
            let mut command = Command::new("setpriv");
            command.args(["--reuid", user, "--regid", group, "--clear-groups", "--"]).arg(program);
            command
        }
        None => Command::new(program),
    }
}

fn done(command: &mut Command) -> Result<(), StartError> {
    let program = format!("{:?}", command.get_program());
    let output = command.output().map_err(|source| StartError::Run { program: program.clone(), source })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(StartError::Failed { program, said })
}
