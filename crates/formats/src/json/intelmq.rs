//! IntelMQ events (IDF, 3.x): flat dotted keys, one value a key.

use renkei_table::Text;

use crate::target::Target;

/// The kind of feed.
pub(crate) const KIND: &str = "intelmq";

/// Where a key goes.
pub(crate) fn target(key: &str) -> Target {
    match key {
        "time.source" => Target::Time,
        "source.ip" => Target::SrcIp,
        "source.port" => Target::SrcPort,
        "source.asn" => Target::SrcAsn,
        "source.geolocation.cc" => Target::Text(Text::SrcCc),
        "source.geolocation.region" => Target::Text(Text::SrcRegion),
        "source.geolocation.city" => Target::Text(Text::SrcCity),
        "source.reverse_dns" => Target::Text(Text::SrcHostname),
        "extra.source.naics" => Target::Text(Text::SrcNaics),
        "extra.source.sector" => Target::Text(Text::SrcSector),
        "destination.ip" => Target::DstIp,
        "destination.port" => Target::DstPort,
        "destination.asn" => Target::DstAsn,
        "destination.geolocation.cc" => Target::Text(Text::DstCc),
        "destination.geolocation.region" => Target::Text(Text::DstRegion),
        "destination.geolocation.city" => Target::Text(Text::DstCity),
        "destination.reverse_dns" => Target::Text(Text::DstHostname),
        "extra.destination.naics" => Target::Text(Text::DstNaics),
        "extra.destination.sector" => Target::Text(Text::DstSector),
        "protocol.transport" => Target::Text(Text::Protocol),
        "protocol.application" => Target::Text(Text::Application),
        "malware.name" => Target::Text(Text::Family),
        "classification.identifier" => Target::Text(Text::Infection),
        "malware.version" => Target::Text(Text::Version),
        "severity" => Target::Text(Text::Severity),
        "tlp" => Target::Text(Text::Tlp),
        "extra.tag" => Target::Text(Text::Tag),
        "extra.public_source" => Target::Text(Text::PublicSource),
        "extra.event_id" => Target::Text(Text::EventId),
        "extra.ssl_cipher" => Target::Text(Text::SslCipher),
        "extra.ssl_servername" => Target::Text(Text::SslServername),
        "product.vendor" => Target::Text(Text::DeviceVendor),
        "extra.device_type" => Target::Text(Text::DeviceType),
        "product.name" => Target::Text(Text::DeviceModel),
        "raw" => Target::Raw,
        _ => Target::Extra,
    }
}

/// Whether `source.port` of such an event is the port of one connection; for the others (open or
/// vulnerable services) it is the port of a service on the device.
pub(crate) fn is_connection(classification: &str) -> bool {
    matches!(
        classification,
        "infected-system" | "brute-force" | "scanner" | "exploit" | "ids-alert" | "ddos" | "dos" | "spam" | "sniffing"
    )
}
