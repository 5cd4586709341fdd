//! Senders are proved over a real name server, against signatures of another implementation.

use renkei_post::inbound::{Names, Standing, Verifier};
use renkei_testkit::dkim::SigningDomain;
use renkei_testkit::dns::NameServer;

const SIGNED: [&str; 4] = ["From", "To", "Subject", "Message-ID"];

fn mail(from: &str) -> Vec<u8> {
    let text = format!(
        "From: {from}\r\nTo: reply@office.example\r\nSubject: =?UTF-8?B?5Zue562U?=\r\nMessage-ID: <1@isp-a.example>\r\n\
         Content-Type: text/csv\r\n\r\nline,status\r\nx,cleaned\r\n"
    );
    text.into_bytes()
}

/// A name server that knows the key of a domain, and its DMARC record if it has one.
fn names(domain: &SigningDomain, dmarc: Option<&str>) -> NameServer {
    let (name, key) = domain.record();
    let mut records = vec![(name.as_str(), "TXT", key.as_str()), ("_dmarc.broken.example.", "SERVFAIL", "")];
    records.push(("k1._domainkey.broken.example.", "SERVFAIL", ""));
    records.extend(dmarc.map(|record| ("_dmarc.isp-a.example.", "TXT", record)));
    NameServer::start(&records).unwrap_or_else(|error| panic!("{error}"))
}

fn verifier(names: &NameServer, border: Option<&str>) -> Verifier {
    Verifier::open(Names::At(names.address()), border).unwrap()
}

fn claimed(domain: &str) -> Standing {
    Standing::Claimed(Some(domain.to_owned()))
}

#[tokio::test]
async fn an_aligned_signature_proves_the_sender() {
    let domain = SigningDomain::new("isp-a.example").unwrap();
    let server = names(&domain, Some("v=DMARC1; p=reject"));
    let verifier = verifier(&server, None);
    let signed = domain.sign(&mail("<desk@ISP-a.example>"), &SIGNED).unwrap();
    assert_eq!(verifier.check(&signed).await, Standing::Signed("isp-a.example".to_owned()));
    let below = domain.sign(&mail("Desk <desk@mail.isp-a.example>"), &SIGNED).unwrap();
    assert_eq!(verifier.check(&below).await, Standing::Signed("mail.isp-a.example".to_owned()));
    let forwarded = [b"Received: by mx.office.example\r\n".as_slice(), &signed].concat();
    assert_eq!(verifier.check(&forwarded).await, Standing::Signed("isp-a.example".to_owned()));
}

#[tokio::test]
async fn what_is_not_aligned_or_was_changed_proves_nothing() {
    let domain = SigningDomain::new("isp-a.example").unwrap();
    let server = names(&domain, Some("v=DMARC1; p=none; adkim=s"));
    let verifier = verifier(&server, None);
    let signed = domain.sign(&mail("desk@isp-a.example"), &SIGNED).unwrap();
    let text = String::from_utf8(signed.clone()).unwrap();
    assert_eq!(verifier.check(&signed).await, Standing::Signed("isp-a.example".to_owned()));
    let body = text.replace("x,cleaned", "x,no-data");
    assert_eq!(verifier.check(body.as_bytes()).await, claimed("isp-a.example"));
    let more = format!("{text}y,cleaned\r\n");
    assert_eq!(verifier.check(more.as_bytes()).await, claimed("isp-a.example"));
    let sender = text.replace("From: desk@isp-a.example", "From: desk@isp-b.example");
    assert_eq!(verifier.check(sender.as_bytes()).await, claimed("isp-b.example"));
    let two = format!("From: boss@isp-b.example\r\n{text}");
    assert_eq!(verifier.check(two.as_bytes()).await, Standing::Claimed(None));
    let strict = domain.sign(&mail("desk@mail.isp-a.example"), &SIGNED).unwrap();
    assert_eq!(verifier.check(&strict).await, claimed("mail.isp-a.example"));
    let other = SigningDomain::new("evil.example").unwrap().sign(&mail("desk@isp-a.example"), &SIGNED).unwrap();
    assert_eq!(verifier.check(&other).await, claimed("isp-a.example"));
    assert_eq!(verifier.check(&mail("desk@isp-a.example")).await, claimed("isp-a.example"));
    assert_eq!(verifier.check(b"\xff\x00").await, Standing::Claimed(None));
}

#[tokio::test]
async fn without_a_dmarc_record_the_signature_must_be_by_that_very_domain() {
    let domain = SigningDomain::new("isp-a.example").unwrap();
    let server = names(&domain, None);
    let verifier = verifier(&server, None);
    let signed = domain.sign(&mail("desk@isp-a.example"), &SIGNED).unwrap();
    assert_eq!(verifier.check(&signed).await, Standing::Signed("isp-a.example".to_owned()));
    let below = domain.sign(&mail("desk@mail.isp-a.example"), &SIGNED).unwrap();
    assert_eq!(verifier.check(&below).await, claimed("mail.isp-a.example"));
}

#[tokio::test]
async fn a_name_server_that_fails_is_asked_again_later() {
    let domain = SigningDomain::new("broken.example").unwrap();
    let server = names(&SigningDomain::new("isp-a.example").unwrap(), None);
    let signed = domain.sign(&mail("desk@broken.example"), &SIGNED).unwrap();
    assert_eq!(verifier(&server, None).check(&signed).await, Standing::Later);
}

#[tokio::test]
async fn the_border_server_is_believed_only_if_it_is_named() {
    let domain = SigningDomain::new("isp-a.example").unwrap();
    let server = names(&domain, None);
    let said = "Authentication-Results: mx.office.example;\r\n\tdmarc=pass header.from=isp-a.example\r\n";
    let bytes = [said.as_bytes(), &mail("desk@isp-a.example")].concat();
    assert_eq!(verifier(&server, None).check(&bytes).await, claimed("isp-a.example"));
    let border = verifier(&server, Some("mx.office.example"));
    assert_eq!(border.check(&bytes).await, Standing::Border("isp-a.example".to_owned()));
    let failed = b"Authentication-Results: mx.office.example; dmarc=fail header.from=isp-a.example\r\n";
    let signed = domain.sign(&mail("desk@isp-a.example"), &SIGNED).unwrap();
    let doubted = [failed.as_slice(), &signed].concat();
    assert_eq!(border.check(&doubted).await, claimed("isp-a.example"), "the topmost word counts");
    let nobody = Verifier::open(Names::Nobody, None).unwrap();
    assert_eq!(nobody.check(&signed).await, claimed("isp-a.example"));
}
