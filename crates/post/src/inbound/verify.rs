//! Whether a mail's sender is proved: DKIM (RFC 6376) aligned with `From` as DMARC asks (RFC 9989),
//! or the word of the office's own border server.
//!
//! SPF is not asked: it speaks of the connection, and that was over when the mail lay in a mailbox.

use std::net::SocketAddr;

use mail_auth::dmarc::verify::DmarcParameters;
use mail_auth::hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts};
use mail_auth::{AuthenticatedMessage, DkimResult, DmarcResult, Error, MessageAuthenticator, SpfOutput};

use super::results::vouches;

/// Signatures of a mail that are looked at: each costs a question to the name server.
const SIGNATURES: usize = 5;

/// Who is asked for names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// The servers that the system names.
    System,
    /// This server.
    At(SocketAddr),
    /// Nobody: no mail is proved by DKIM.
    Nobody,
}

/// Why senders cannot be proved at all.
#[derive(Debug, thiserror::Error)]
#[error("the name server cannot be used: {0}")]
pub struct VerifierError(String);

/// Proves senders.
pub struct Verifier {
    names: Option<MessageAuthenticator>,
    border: Option<String>,
}

/// Whether a sender is proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// By a DKIM signature aligned with the domain in `From`.
    Signed(String),
    /// By the office's border server, for this domain in `From`.
    Border(String),
    /// It is not; with the domain that `From` claims, if it claims one.
    Claimed(Option<String>),
    /// The name server did not answer: ask again later.
    Later,
}

impl Verifier {
    /// A verifier that asks some name server; `border`: the name in one's own border server's
    /// `Authentication-Results`. Where such a header stands, it alone counts.
    pub fn open(names: Names, border: Option<&str>) -> Result<Self, VerifierError> {
        let names = match names {
            Names::Nobody => None,
            Names::System => Some(MessageAuthenticator::new_system_conf()),
            Names::At(server) => {
                let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
                    connection.port = server.port();
                    connection
                });
                let server = NameServerConfig::new(server.ip(), true, connections.to_vec());
                let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
                Some(MessageAuthenticator::new(config, ResolverOpts::default()))
            }
        };
        let names = names.transpose().map_err(|error| VerifierError(error.to_string()))?;
        Ok(Self { names, border: border.map(str::to_owned) })
    }

    /// Whether the sender of a mail is proved.
    pub async fn check(&self, bytes: &[u8]) -> Standing {
        // Strict: a signature over a part of the body (`l=`) proves nothing of the rest.
        let Some(mut mail) = AuthenticatedMessage::parse_with_opts(bytes, None, true) else {
            return Standing::Claimed(None);
        };
        let Some(domain) = only_sender(&mail) else { return Standing::Claimed(None) };
        if let Some(border) = &self.border {
            let results = mail.headers.iter().filter(|(name, _)| is(name, "Authentication-Results"));
            let mut said = results.filter_map(|(_, value)| vouches(&String::from_utf8_lossy(value), border, &domain));
            if let Some(vouched) = said.next() {
                return if vouched { Standing::Border(domain) } else { Standing::Claimed(Some(domain)) };
            }
        }
        let Some(names) = &self.names else { return Standing::Claimed(Some(domain)) };
        mail.dkim_headers.truncate(SIGNATURES);
        let signatures = names.verify_dkim(&mail).await;
        let spf = SpfOutput::new(String::new());
        let dmarc = names.verify_dmarc(DmarcParameters::new(&mail, &signatures, "", &spf)).await;
        let by_the_domain = |wanted: fn(&DkimResult) -> bool| {
            signatures.iter().any(|one| {
                let of = one.signature().is_some_and(|signature| signature.d.eq_ignore_ascii_case(&domain));
                of && wanted(one.result())
            })
        };
        match dmarc.dkim_result() {
            DmarcResult::Pass => Standing::Signed(domain),
            DmarcResult::TempError(_) => Standing::Later,
            // A domain without a DMARC record: the signature must be by that very domain.
            DmarcResult::None if by_the_domain(|result| *result == DkimResult::Pass) => Standing::Signed(domain),
            DmarcResult::None if by_the_domain(|result| matches!(result, DkimResult::TempError(Error::Dns(_)))) => {
                Standing::Later
            }
            _ => Standing::Claimed(Some(domain)),
        }
    }
}

/// The domain of the one address in the one `From`; a mail with more proves nothing (RFC 9989 §4.5).
fn only_sender(mail: &AuthenticatedMessage<'_>) -> Option<String> {
    let fields = mail.headers.iter().filter(|(name, _)| is(name, "From")).count();
    let [address] = mail.from.as_slice() else { return None };
    let (_, domain) = address.rsplit_once('@')?;
    (fields == 1 && !domain.is_empty()).then(|| domain.trim_end_matches('.').to_lowercase())
}

fn is(found: &[u8], name: &str) -> bool {
    found.trim_ascii().eq_ignore_ascii_case(name.as_bytes())
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Verifier(names: {}, border: {:?})", self.names.is_some(), self.border)
    }
}
