//! Writes a signed order for benches and trials: `order FOLDER ZONE FAMILY NAMES PROFILES`.
//!
//! The office exports real ones from an operation. FOLDER gets `order.note` and `office.key`; NAMES is how
//! many further zones `zNUMBER.ZONE` there are; PROFILES is the folder of the profiles.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use renkei_core::id::Digest;
use renkei_core::ledger::key::Signer;
use renkei_core::time::Moment;
use renkei_formats::order::{Authority, FORM, NameServer, Order, ProfileDigest, Soa, Zone};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [folder, zone, family, names, profiles] = words.as_slice() else {
        return Err("usage: order FOLDER ZONE FAMILY NAMES PROFILES".into());
    };
    let now = Moment(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_micros() as i64);
    let make = |name: String| -> Result<Zone, Box<dyn std::error::Error>> {
        Ok(Zone {
            name: name.parse()?,
            family: family.clone(),
            authority: Some("auth-1".to_owned()),
            a: vec!["198.18.0.1".parse()?],
            aaaa: vec!["2001:db8::1".parse()?],
            wildcard: true,
            ttl: 300,
            ns: vec![NameServer { name: format!("ns1.{zone}").parse()?, a: vec![], aaaa: vec![] }],
            soa: Soa {
                rname: "hostmaster.office.example".parse()?,
                serial: 1,
                refresh: 3600,
                retry: 600,
                expire: 86400,
                minimum: 60,
            },
        })
    };
    let mut zones = vec![make(zone.clone())?];
    for number in 0..names.parse::<u32>()? {
        zones.push(make(format!("z{number}.{zone}"))?);
    }
    let file = fs::read(Path::new(profiles).join(format!("{family}.toml")))?;
    let order = Order {
        form: FORM.to_owned(),
        operation: "op-trial".to_owned(),
        serial: 1,
        issued: now,
        embargo_until: None,
        authorities: vec![Authority {
            id: "auth-1".to_owned(),
            basis: "S2.16".to_owned(),
            not_before: now.plus_days(-1),
            not_after: now.plus_days(30),
            keep: vec![],
        }],
        zones,
        profiles: vec![ProfileDigest { name: family.clone(), sha256: Digest::of(&file).to_string() }],
    };
    let signer = Signer::from_seed("office.example/trial".parse()?, &[7; 32]);
    fs::write(Path::new(folder).join("order.note"), order.sign(&signer)?)?;
    fs::write(Path::new(folder).join("office.key"), signer.public().to_string())?;
    Ok(())
}
