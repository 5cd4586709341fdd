//! How a file of credentials is written.

use std::io;

use crate::csv::fields::Fields;
use crate::finding::{Code, shown_name};

use super::Credential;

/// How a file is written.
#[derive(Debug)]
pub(super) enum Shape {
    /// CSV with a header.
    Csv(Columns),
    /// `URL:ID:PASSWORD`, as programs that steal passwords write it.
    Colon,
}

#[derive(Debug)]
pub(super) struct Columns {
    delimiter: u8,
    count: usize,
    site: usize,
    id: usize,
    secret: usize,
    seen: Option<usize>,
    dropped: Vec<String>,
}

/// Why a file is not read.
#[derive(Debug, thiserror::Error)]
pub enum ShapeError {
    /// The file itself.
    #[error("the file of credentials cannot be read")]
    Io(#[from] io::Error),
    /// Neither CSV with the columns that are needed, nor lines of the other shape.
    #[error(
        "not a file of credentials: the header needs a column for the site (`site`, `url`, `サイト`), one for the id \
         (`id`, `login`, `ID`) and one for the password (`password`, `パスワード`), or each line is URL:ID:PASSWORD"
    )]
    Unknown,
}

const SITE: &[&str] = &["site", "url", "host", "domain", "service", "origin", "サイト", "サービス", "ドメイン"];
const ID: &[&str] =
    &["id", "user", "username", "login", "account", "email", "mail", "ユーザid", "ログインid", "アカウント"];
const SECRET: &[&str] = &["password", "pass", "pw", "passwd", "secret", "パスワード"];
const SEEN: &[&str] = &["seen", "seen_at", "date", "time", "timestamp", "captured", "日時", "取得日時"];

impl Shape {
    /// The shape that the first line shows, and whether that line is a header.
    pub(super) fn of(first: &[u8]) -> Result<(Self, bool), ShapeError> {
        let first = first.trim_ascii_end();
        if let Some(columns) = Columns::of(first) {
            return Ok((Self::Csv(columns), true));
        }
        match std::str::from_utf8(first).ok().and_then(colon) {
            Some(_) => Ok((Self::Colon, false)),
            None => Err(ShapeError::Unknown),
        }
    }

    pub(super) fn dropped(&self) -> &[String] {
        match self {
            Self::Csv(columns) => &columns.dropped,
            Self::Colon => &[],
        }
    }

    pub(super) const fn delimiter(&self) -> Option<u8> {
        match self {
            Self::Csv(columns) => Some(columns.delimiter),
            Self::Colon => None,
        }
    }

    /// Reads a record without its line end.
    pub(super) fn read<'a>(&self, raw: &'a [u8], fields: &'a mut Fields) -> Result<Credential<'a>, Code> {
        let credential = match self {
            Self::Colon => colon(std::str::from_utf8(raw).map_err(|_| Code::CredentialRow)?),
            Self::Csv(columns) => Some(columns.read(raw, fields)?),
        };
        let credential = credential.ok_or(Code::CredentialRow)?;
        if credential.site.is_empty() {
            return Err(Code::CredentialSite);
        }
        if credential.id.is_empty() || credential.secret.is_empty() {
            return Err(Code::CredentialEmpty);
        }
        Ok(credential)
    }
}

impl Columns {
    fn of(first: &[u8]) -> Option<Self> {
        b",;\t".iter().find_map(|delimiter| {
            let mut fields = Fields::default();
            fields.split(first, *delimiter).ok()?;
            let names: Vec<String> =
                fields.iter(first).map(|field| String::from_utf8_lossy(field).trim().to_lowercase()).collect();
            let place = |known: &[&str]| names.iter().position(|name| known.contains(&name.as_str()));
            let (site, id, secret, seen) = (place(SITE)?, place(ID)?, place(SECRET)?, place(SEEN));
            let taken = |at: usize| [Some(site), Some(id), Some(secret), seen].contains(&Some(at));
            let others = names.iter().enumerate().filter(|(at, _)| !taken(*at));
            let dropped = others.map(|(at, name)| shown_name(name, at).to_string()).collect();
            Some(Self { delimiter: *delimiter, count: names.len(), site, id, secret, seen, dropped })
        })
    }

    fn read<'a>(&self, raw: &'a [u8], fields: &'a mut Fields) -> Result<Credential<'a>, Code> {
        fields.split(raw, self.delimiter).map_err(|_| Code::BrokenQuote)?;
        if fields.len() != self.count {
            return Err(Code::ColumnCount);
        }
        let fields = &*fields;
        let text = |place| fields.text(raw, None, place).map_err(|_| Code::CredentialRow);
        Ok(Credential {
            site: text(self.site)?.trim(),
            id: text(self.id)?.trim(),
            // Spaces can belong to a password.
            secret: text(self.secret)?,
            seen: self.seen.map(text).transpose()?.unwrap_or_default().trim(),
        })
    }
}

/// `https://host:8443/path:id:password`: the site reaches to the first colon that begins no port; a password
/// may hold colons, an id may not.
fn colon(line: &str) -> Option<Credential<'_>> {
    let line = line.trim_end_matches('\r');
    let scheme = line.find("://").map(|at| at + 3)?;
    let rest = line.get(scheme..)?;
    let mut end = rest.find(':')?;
    let behind = rest.get(end + 1..)?;
    let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && digits <= 5 && behind.get(digits..)?.starts_with('/') && !rest.get(..end)?.contains('/') {
        end = end + 1 + digits + behind.get(digits..)?.find(':')?;
    }
    let (id, secret) = rest.get(end + 1..)?.split_once(':')?;
    Some(Credential { site: line.get(..scheme + end)?, id: id.trim(), secret, seen: "" })
}
