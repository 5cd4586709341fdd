//! The sinkhole's order: what the gate unlocks of an operation, signed with the ledger's key.

use std::fs;
use std::path::Path;

use renkei_core::act::Act;
use renkei_core::id::{Digest, OperationId};
use renkei_core::ledger::Detail;
use renkei_core::time::{Moment, SECOND};
use renkei_formats::order::{self, NameServer, Order, ProfileDigest, Soa, Zone};
use renkei_gate::Permit;
use renkei_store::key::KeyPurpose;
use schemars::JsonSchema;
use serde::Serialize;

use super::document::{Document, Domain};
use super::{OperationError, keeper};
use crate::campaign::read::RulingShown;
use crate::file;
use crate::office::{AskError, Office};
use crate::secret;
use crate::words::{Show, Words, number};

/// What the list of researchers and scanners is called in an order.
const MARKS: &str = "marks";
/// Times of every SOA, in seconds: no secondary asks for these zones.
const SOA: [u32; 4] = [3600, 600, 86_400, 60];

/// An order that was exported.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Ordered {
    /// The operation.
    pub operation: String,
    /// The order's number.
    pub serial: u64,
    /// Domains in it.
    pub unlocked: Vec<String>,
    /// Domains left out, and what the gate answered.
    pub locked: Vec<Locked>,
    /// The key it is signed with; the sinkhole is told it once.
    pub key: String,
}

/// A domain that is not unlocked.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Locked {
    /// Its name.
    pub domain: String,
    /// Why.
    pub ruling: RulingShown,
}

impl Show for Ordered {
    fn show(&self, words: &Words) -> String {
        let values = [
            ("operation", self.operation.clone()),
            ("serial", number(self.serial)),
            ("domains", self.unlocked.join(" ")),
            ("key", self.key.clone()),
        ];
        let mut text = words.say("operation-ordered", &values);
        for Locked { domain, ruling } in &self.locked {
            let codes: Vec<_> =
                ruling.grounds.iter().map(|ground| format!("{}/{}", ground.gate, ground.code)).collect();
            let values = [
                ("domain", domain.clone()),
                ("outcome", words.of(&format!("outcome-{}", ruling.outcome))),
                ("codes", codes.join(" ")),
            ];
            text.push('\n');
            text.push_str(&words.say("operation-locked", &values));
        }
        text
    }
}

impl Office {
    /// Writes the signed order of an operation: the domains that the gate unlocks now, their families'
    /// profiles from a folder by their digests.
    pub async fn order(
        &self,
        id: &OperationId,
        profiles: &Path,
        out: &Path,
        at: Moment,
    ) -> Result<Ordered, OperationError> {
        let (recorded, document, acting) = self.read_operation(id, at).await?;
        let known = document.knows(&acting.id);
        let (mut permits, mut open, mut locked) = (Vec::<Permit>::new(), Vec::<&Domain>::new(), Vec::new());
        for domain in &document.domains {
            let ask =
                |act| self.on_operation(act, acting.clone(), document.facts(domain, known), id, recorded.version, at);
            if domain.authority.is_none() {
                // The record itself says that nothing stands behind it: that is no refusal of anybody.
                let facts = document.facts(domain, known);
                let question =
                    self.on_operation(Act::OperateSinkhole, keeper(&acting), facts, id, recorded.version, at);
                let ruling = self.gate.rule(&question);
                locked.push(Locked { domain: domain.name.to_string(), ruling: ruling.into() });
                continue;
            }
            match (self.ask(ask(Act::OperateSinkhole)).await, self.ask(ask(Act::ServeBlank)).await) {
                (Ok(operate), Ok(serve)) => {
                    permits.extend([operate, serve]);
                    open.push(domain);
                }
                (Err(AskError::Refused(ruling)), _) | (_, Err(AskError::Refused(ruling))) => {
                    locked.push(Locked { domain: domain.name.to_string(), ruling: (*ruling).into() });
                }
                (Err(error), _) | (_, Err(error)) => return Err(error.into()),
            }
        }
        if open.is_empty() {
            return Err(OperationError::Locked);
        }
        let profiles = digests(profiles, &open)?;
        let name = self.active_key(None, KeyPurpose::Ledger).await?.ok_or(OperationError::NoKey)?;
        let signer = secret::read_signer(&self.key_file(name.as_str()), name)?;
        let unlocked: Vec<String> = open.iter().map(|domain| domain.name.to_string()).collect();
        let detail = Detail::new().put("step", "order").put("domains", Digest::of(unlocked.join("\n").as_bytes()));
        let serial = self.store.export_order(permits, id, &detail).await?;
        let bytes = order_of(&document, &open, profiles, serial, at)?.sign(&signer)?;
        file::write(out, bytes.as_bytes()).map_err(|error| OperationError::Io(out.to_path_buf(), error))?;
        Ok(Ordered { operation: id.to_string(), serial, unlocked, locked, key: signer.public().to_string() })
    }
}

fn order_of(
    document: &Document,
    open: &[&Domain],
    profiles: Vec<ProfileDigest>,
    serial: u64,
    at: Moment,
) -> Result<Order, OperationError> {
    let named = |id: &str| open.iter().any(|domain| domain.authority.as_deref() == Some(id));
    let authorities = document.authorities.iter().filter(|authority| named(&authority.id));
    let ends = |end: Option<Moment>| end.unwrap_or(at);
    let ns = document.server.ns.iter().map(|server| {
        let name = server.name.parse()?;
        Ok(NameServer { name, a: server.a.clone(), aaaa: server.aaaa.clone() })
    });
    let ns: Vec<NameServer> = ns.collect::<Result<_, order::NameError>>().map_err(super::DocumentError::Name)?;
    let rname: order::DomainName = document.server.rname.parse().map_err(super::DocumentError::Name)?;
    let [refresh, retry, expire, minimum] = SOA;
    let soa = Soa { rname, serial: u32::try_from(serial).unwrap_or(u32::MAX), refresh, retry, expire, minimum };
    let zone = |domain: &&Domain| Zone {
        name: domain.name.clone(),
        family: domain.family.clone(),
        authority: domain.authority.clone(),
        a: domain.a.clone(),
        aaaa: domain.aaaa.clone(),
        wildcard: domain.wildcard,
        ttl: document.server.ttl,
        ns: ns.clone(),
        soa: soa.clone(),
    };
    Ok(Order {
        form: order::FORM.to_owned(),
        operation: document.id.to_string(),
        serial,
        // Whole seconds, as everybody writes them.
        issued: Moment(at.0.div_euclid(SECOND) * SECOND),
        embargo_until: document.hour,
        authorities: authorities
            .map(|authority| order::Authority {
                id: authority.id.clone(),
                basis: format!("S2.17: {}", authority.basis.en),
                not_before: ends(authority.validity.from),
                not_after: ends(authority.validity.until),
                keep: Vec::new(),
            })
            .collect(),
        zones: open.iter().map(zone).collect(),
        profiles,
    })
}

/// The profiles in a folder that the order needs: those of its families, and the marks.
fn digests(folder: &Path, open: &[&Domain]) -> Result<Vec<ProfileDigest>, OperationError> {
    let io = |error| OperationError::Io(folder.to_path_buf(), error);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let bytes = fs::read(&path).map_err(|error| OperationError::Io(path.clone(), error))?;
        let marks = path.file_stem().is_some_and(|stem| stem == MARKS);
        let table: toml::Table = toml::from_str(&String::from_utf8_lossy(&bytes)).unwrap_or_default();
        let family = table.get("family").and_then(toml::Value::as_str);
        let name = match family {
            _ if marks => MARKS,
            Some(family) if open.iter().any(|domain| domain.family == family) => family,
            _ => continue,
        };
        found.push(ProfileDigest { name: name.to_owned(), sha256: Digest::of(&bytes).to_string() });
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}
