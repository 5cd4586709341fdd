//! A real OpenID provider of others for tests (npm's oidc-provider, by the folder in `RENKEI_OIDC`).

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// What the provider calls its one client.
pub const CLIENT: &str = "renkei";
/// What that client shows it.
pub const SECRET: &str = "shown-by-tests-alone";

/// A running provider; dropping it kills it.
#[derive(Debug)]
pub struct OidcProvider {
    port: u16,
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl OidcProvider {
    /// Starts one, and waits until it listens. It serves once it knows where browsers go back to.
    pub fn start() -> io::Result<Self> {
        let missing = "no OpenID provider: run ./test, which fetches oidc-provider and names it in RENKEI_OIDC";
        let folder = std::env::var("RENKEI_OIDC").map_err(|_| io::Error::other(missing))?;
        let script = include_str!("oidc.mjs");
        let mut child = Command::new("node")
            .args(["--input-type=module", "-e", script, "--", &folder, CLIENT, SECRET])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdin = child.stdin.take().ok_or_else(|| io::Error::other("no stdin"))?;
        let stdout = child.stdout.take().ok_or_else(|| io::Error::other("no stdout"))?;
        let mut stdout = BufReader::new(stdout);
        let mut port = String::new();
        stdout.read_line(&mut port)?;
        let port = port.trim().parse().map_err(|_| io::Error::other(missing))?;
        Ok(Self { port, child, stdin, stdout })
    }

    /// Its issuer identifier.
    pub fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Serves, for an office to which browsers are sent back at this address.
    pub fn send_back_to(&mut self, address: &str) -> io::Result<()> {
        writeln!(self.stdin, "{address}")?;
        let mut ready = String::new();
        self.stdout.read_line(&mut ready)?;
        if ready.trim() == "ready" { Ok(()) } else { Err(io::Error::other("the provider did not start")) }
    }
}

impl Drop for OidcProvider {
    fn drop(&mut self) {
        // An error means that it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
