//! Sinkhole log: our own shape of JSON lines, one connection to a sinkhole a line.
//!
//! | key | value |
//! |---|---|
//! | `ts` | RFC 3339 with offset, or seconds since 1970-01-01 UTC (number, fraction allowed) |
//! | `src`, `sport` | address and source port of the device |
//! | `dst`, `dport` | address and port of the sinkhole |
//! | `proto` | `tcp`, `udp` |
//! | `host` | name the device asked for (HTTP Host, DNS name) |
//! | `sni`, `cipher` | TLS server name and cipher |
//! | `path`, `method`, `agent` | of an HTTP request; kept in `extra` |
//! | `family`, `infection`, `version` | of the malware |
//! | `bot_id` | id the malware gave its installation: the best key of a device |
//! | `app` | application protocol |
//! | `sensor` | who observed, where that may be told |
//! | `event` | id of the event |
//! | `severity`, `tag`, `tlp` | as their names say |
//!
//! `ts` and `src` are needed; other keys are kept in `extra`; secrets and request bodies never are. The
//! house's own sinkhole (docs/sinkhole.md) writes these besides, all kept in `extra`:
//!
//! | key | value |
//! |---|---|
//! | `confidence` | `high`: the domain names the family and the shape fits; `medium`: one of them; `low`: the address alone |
//! | `mark` | `researcher`, `scanner`, `browser`, `crawler`: not an infection; such a line has no `family` |
//! | `called` | the family that the called name belongs to, where the line itself claims none |
//! | `length`, `sha256` | of the body that was sent, which is not kept |
//! | `first` | first bytes, at most 32, in hexadecimal, of what is no HTTP |
//! | `ja4` | fingerprint of the TLS client |
//! | `qtype` | type of a question to the name server; such a line has `tag` `resolver` and no `family` |
//! | `broken` | why a request or a session did not come to its end |
//! | `ntp` | `unknown`, where nobody says that NTP keeps the clock |

use renkei_table::Text;

use crate::target::Target;

/// The kind of feed.
pub(crate) const KIND: &str = "sinkhole-log";

/// Where a key goes.
pub(crate) fn target(key: &str) -> Target {
    match key {
        "ts" => Target::Time,
        "src" => Target::SrcIp,
        "sport" => Target::SrcPort,
        "dst" => Target::DstIp,
        "dport" => Target::DstPort,
        "proto" => Target::Text(Text::Protocol),
        "host" => Target::Text(Text::DstHostname),
        "sni" => Target::Text(Text::SslServername),
        "cipher" => Target::Text(Text::SslCipher),
        "family" => Target::Text(Text::Family),
        "infection" => Target::Text(Text::Infection),
        "version" => Target::Text(Text::Version),
        "bot_id" => Target::BotId,
        "app" => Target::Text(Text::Application),
        "sensor" => Target::Text(Text::PublicSource),
        "event" => Target::Text(Text::EventId),
        "severity" => Target::Text(Text::Severity),
        "tag" => Target::Text(Text::Tag),
        "tlp" => Target::Text(Text::Tlp),
        _ => Target::Extra,
    }
}
