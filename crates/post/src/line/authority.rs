//! An own small authority: one certificate that issues, and one that the office shows on its lines.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use zeroize::Zeroizing;

/// Years for which what is issued holds.
const YEARS: i32 = 5;

/// Why nothing is issued.
#[derive(Debug, thiserror::Error)]
#[error("no certificate could be made for `{0}`: name hosts as `line.isp.example` or as an address")]
pub struct MakeError(String);

/// What was issued, as PEM.
pub struct Issued {
    /// The certificate that others are given.
    pub authority: String,
    /// Its private key: only for issuing again.
    pub authority_key: Zeroizing<String>,
    /// The certificate that is shown.
    pub certificate: String,
    /// Its private key.
    pub key: Zeroizing<String>,
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Issued")
    }
}

/// The year in which what is issued in a year ends.
pub const fn until(year: i32) -> i32 {
    year + YEARS
}

/// Makes an authority and a certificate for the names under which an office is reached.
pub fn issue(office: &str, hosts: &[String], year: i32) -> Result<Issued, MakeError> {
    let bad = |_| MakeError(hosts.join(", "));
    let (from, until) = (date_time_ymd(year - 1, 1, 1), date_time_ymd(until(year), 12, 31));
    let mut issuing = CertificateParams::new(Vec::new()).map_err(bad)?;
    issuing.distinguished_name.push(DnType::CommonName, format!("{office} (renkei line)"));
    issuing.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    issuing.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    (issuing.not_before, issuing.not_after) = (from, until);
    let authority_key = KeyPair::generate().map_err(bad)?;
    let authority = issuing.self_signed(&authority_key).map_err(bad)?;
    let mut shown = CertificateParams::new(hosts.to_vec()).map_err(bad)?;
    shown.distinguished_name.push(DnType::CommonName, office);
    shown.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    shown.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    (shown.not_before, shown.not_after) = (from, until);
    let key = KeyPair::generate().map_err(bad)?;
    let issuer = Issuer::from_params(&issuing, &authority_key);
    let certificate = shown.signed_by(&key, &issuer).map_err(bad)?;
    Ok(Issued {
        authority: authority.pem(),
        authority_key: Zeroizing::new(authority_key.serialize_pem()),
        certificate: certificate.pem(),
        key: Zeroizing::new(key.serialize_pem()),
    })
}
