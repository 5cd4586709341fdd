//! A party that signs its mails: keys by openssl, signatures by dkimpy, run by `RENKEI_PYTHON`.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use crate::smtp::{json_text, python};

/// A domain with a signing key.
#[derive(Debug)]
pub struct SigningDomain {
    domain: String,
    folder: tempfile::TempDir,
    public: String,
}

/// Why nothing is signed; a test that needs it fails with it.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// No openssl or no Python with dkimpy.
    #[error("no signer for tests: {0}; run ./test, which prepares one")]
    NoSigner(String),
    /// The folder cannot be used.
    #[error("the folder of the signer for tests cannot be used: {0}")]
    Folder(#[from] io::Error),
}

/// The name under which the key is published.
const SELECTOR: &str = "k1";

impl SigningDomain {
    /// A domain with a new RSA key of 2048 bits.
    pub fn new(domain: &str) -> Result<Self, SignError> {
        let folder = tempfile::tempdir()?;
        let key = folder.path().join("key.pem");
        let made = Command::new("openssl").args(["genrsa", "-traditional", "-out"]).arg(&key).arg("2048").output();
        checked(made)?;
        let public = checked(Command::new("openssl").args(["rsa", "-pubout", "-in"]).arg(&key).output())?;
        let public = String::from_utf8_lossy(&public).lines().filter(|line| !line.starts_with('-')).collect();
        Ok(Self { domain: domain.to_owned(), folder, public })
    }

    /// The name and text of the record that publishes its key (TXT).
    pub fn record(&self) -> (String, String) {
        (format!("{SELECTOR}._domainkey.{}.", self.domain), format!("v=DKIM1; k=rsa; p={}", self.public))
    }

    /// Signs a mail; an empty list of headers lets the signer choose.
    pub fn sign(&self, mail: &[u8], headers: &[&str]) -> Result<Vec<u8>, SignError> {
        let headers: Vec<String> = headers.iter().map(|name| json_text(name)).collect();
        let key: PathBuf = self.folder.path().join("key.pem");
        let options = format!(
            "{{\"key\":{},\"domain\":{},\"selector\":\"{SELECTOR}\",\"headers\":[{}]}}\n",
            json_text(&key.to_string_lossy()),
            json_text(&self.domain),
            headers.join(","),
        );
        // By way of a file: a large mail would fill the pipe while the signer is still reading.
        let given = self.folder.path().join("given");
        fs::write(&given, [options.as_bytes(), mail].concat())?;
        let mut command = Command::new(python());
        command.args(["-c", include_str!("dkim.py")]).stdin(Stdio::from(fs::File::open(&given)?));
        checked(command.output())
    }

    /// Writes a mail as a delivery agent does: into `new/` of a maildir that is made if need be.
    pub fn deliver(maildir: &std::path::Path, name: &str, mail: &[u8]) -> io::Result<()> {
        for folder in ["tmp", "new", "cur"] {
            fs::create_dir_all(maildir.join(folder))?;
        }
        let part = maildir.join("tmp").join(name);
        fs::File::create(&part)?.write_all(mail)?;
        fs::rename(part, maildir.join("new").join(name))
    }
}

fn checked(output: io::Result<Output>) -> Result<Vec<u8>, SignError> {
    match output {
        Ok(output) if output.status.success() => Ok(output.stdout),
        Ok(output) => Err(SignError::NoSigner(String::from_utf8_lossy(&output.stderr).into_owned())),
        Err(error) => Err(SignError::NoSigner(error.to_string())),
    }
}
