//! What a name leads to, asked of the name server that the office trusts: addresses and name servers.

use std::net::{Ipv4Addr, Ipv6Addr};

use mail_auth::hickory_resolver::TokioResolver;
use mail_auth::hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use mail_auth::hickory_resolver::net::runtime::TokioRuntimeProvider;
use mail_auth::hickory_resolver::proto::rr::{RData, RecordType};

use crate::inbound;

/// Why a name is not asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NamesError {
    /// The settings name no server.
    #[error("this office asks no name server: set `[mail_in] resolver` in office.toml")]
    Nobody,
    /// It does not work.
    #[error("the name server cannot be used: {0}")]
    Server(String),
}

/// What a name leads to now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// IPv4 addresses.
    pub a: Vec<Ipv4Addr>,
    /// IPv6 addresses.
    pub aaaa: Vec<Ipv6Addr>,
    /// Name servers, in lower case without the last dot.
    pub ns: Vec<String>,
}

/// Asks a name server.
pub struct Names(TokioResolver);

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Names")
    }
}

impl Names {
    /// Opens what the settings name.
    pub fn open(names: inbound::Names) -> Result<Self, NamesError> {
        let builder = match names {
            inbound::Names::Nobody => return Err(NamesError::Nobody),
            inbound::Names::System => {
                TokioResolver::builder_tokio().map_err(|error| NamesError::Server(error.to_string()))?
            }
            inbound::Names::At(server) => {
                let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
                    connection.port = server.port();
                    connection
                });
                let server = NameServerConfig::new(server.ip(), true, connections.to_vec());
                let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
                TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            }
        };
        Ok(Self(builder.build().map_err(|error| NamesError::Server(error.to_string()))?))
    }

    /// What a name leads to; a name that is not there leads nowhere, which is no error.
    pub async fn ask(&self, name: &str) -> Result<Asked, NamesError> {
        let mut asked = Asked::default();
        // With its last dot a name is looked for as it stands.
        let name = format!("{name}.");
        for kind in [RecordType::A, RecordType::AAAA, RecordType::NS] {
            let found = match self.0.lookup(name.as_str(), kind).await {
                Ok(found) => found,
                Err(error) if error.is_no_records_found() || error.is_nx_domain() => continue,
                Err(error) => return Err(NamesError::Server(error.to_string())),
            };
            for record in found.answers() {
                match &record.data {
                    RData::A(address) => asked.a.push(address.0),
                    RData::AAAA(address) => asked.aaaa.push(address.0),
                    RData::NS(server) => {
                        asked.ns.push(server.0.to_lowercase().to_ascii().trim_end_matches('.').to_owned());
                    }
                    _ => {}
                }
            }
        }
        Ok(asked)
    }
}
