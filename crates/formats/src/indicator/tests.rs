//! One form a value, whatever was written.

use proptest::prelude::*;

use super::{Indicator, Kind, Misfit, refang};
use crate::stix::pattern;

fn of(kind: Kind, text: &str) -> Result<String, Misfit> {
    Indicator::read(kind, text).map(|indicator| indicator.as_str().to_owned())
}

#[test]
fn values_come_in_one_form() {
    for (kind, text, want) in [
        (Kind::Address, "198.18.0.1", "198.18.0.1"),
        (Kind::Address, " 198[.]18[.]0[.]1 ", "198.18.0.1"),
        (Kind::Address, "１９８．１８．０．１", "198.18.0.1"),
        (Kind::Address, "2001:0DB8:0:0::1", "2001:db8::1"),
        (Kind::Address, "::ffff:198.18.0.1", "198.18.0.1"),
        (Kind::Block, "198.18.0[.]0/15", "198.18.0.0/15"),
        (Kind::Block, "2001:DB8::/32", "2001:db8::/32"),
        (Kind::Asn, "as64496", "AS64496"),
        (Kind::Asn, "64496", "AS64496"),
        (Kind::Domain, "WWW.Example[.]TEST.", "www.example.test"),
        (Kind::Domain, "例え。テスト", "xn--r8jz45g.xn--zckzah"),
        (Kind::Domain, "XN--R8JZ45G.test", "xn--r8jz45g.test"),
        (Kind::Domain, "𠮷野家.example", "xn--fctt27jo60v.example"),
        (Kind::Domain, "_dmarc.example(dot)test", "_dmarc.example.test"),
        (Kind::Mail, "Taro(at)例え[.]test", "Taro@xn--r8jz45g.test"),
        (Kind::Mail, "mailto:a.b@Mail.Example", "a.b@mail.example"),
        (Kind::Mail, "太郎@例え.test", "太郎@xn--r8jz45g.test"),
        (Kind::Url, "hxxps://Evil[.]Example:443/A/../b?Q=𠮷#f", "https://evil.example/b?Q=%F0%A0%AE%B7#f"),
        (Kind::Url, "hXXp[:]//198.18.0[.]1/", "http://198.18.0.1/"),
        (Kind::Url, "http://[2001:DB8::1]:8080", "http://[2001:db8::1]:8080/"),
        (Kind::Md5, "D41D8CD98F00B204E9800998ECF8427E", "d41d8cd98f00b204e9800998ecf8427e"),
        (Kind::Ssdeep, "3:abc/+:def,\"name.exe\"", "3:abc/+:def"),
        (Kind::Phone, "090-0000-0000", "+819000000000"),
        (Kind::BankAccount, "９９９９-000-0000000", "9999-000-0000000"),
        // The first outputs of the chain and of BIP 173 and 350.
        (Kind::Bitcoin, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
        (Kind::Bitcoin, "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
        (
            Kind::Bitcoin,
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        ),
        // An example of EIP-55.
        (Kind::Ethereum, "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
        (Kind::Ethereum, "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"),
    ] {
        assert_eq!(of(kind, text).as_deref(), Ok(want), "{text}");
    }
    let tlsh = "a".repeat(70);
    assert_eq!(of(Kind::Tlsh, &tlsh), of(Kind::Tlsh, &format!("t1{tlsh}")));
}

#[test]
fn what_does_not_fit_is_told_why() {
    for (kind, text, misfit) in [
        (Kind::Address, "", Misfit::Empty),
        (Kind::Address, "198.18.0.256", Misfit::Form),
        (Kind::Address, "198.18.00.1", Misfit::Form),
        (Kind::Address, "fe80::1%eth0", Misfit::Form),
        (Kind::Block, "198.18.0.1/15", Misfit::HostBits),
        (Kind::Block, "198.18.0.0", Misfit::Form),
        (Kind::Asn, "AS4294967296", Misfit::Form),
        (Kind::Asn, "AS-1", Misfit::Form),
        (Kind::Domain, "localhost", Misfit::Form),
        (Kind::Domain, "198.18.0.1", Misfit::Form),
        (Kind::Domain, "a..test", Misfit::Form),
        (Kind::Domain, "a b.test", Misfit::Name),
        (Kind::Domain, "xn--a.test", Misfit::Name),
        (Kind::Mail, "a@b@c.test", Misfit::Form),
        (Kind::Mail, "@c.test", Misfit::Form),
        (Kind::Url, "www.example.test/x", Misfit::Form),
        (Kind::Url, "mailto:a@b.test", Misfit::Form),
        (Kind::Sha1, "d41d8cd98f00b204e9800998ecf8427e", Misfit::Form),
        (Kind::Ssdeep, "4:abc:def", Misfit::Form),
        (Kind::Tlsh, "T1abc", Misfit::Form),
        (Kind::Bitcoin, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", Misfit::Checksum),
        (Kind::Bitcoin, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", Misfit::Checksum),
        (Kind::Bitcoin, "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", Misfit::Form),
        (Kind::Bitcoin, "hello", Misfit::Form),
        (Kind::Ethereum, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", Misfit::Checksum),
        (Kind::Ethereum, "0x5aAe", Misfit::Form),
        (Kind::Phone, "12", Misfit::Form),
    ] {
        assert_eq!(of(kind, text), Err(misfit), "{text}");
    }
    assert_eq!(of(Kind::Url, &"a".repeat(9000)), Err(Misfit::TooLong));
}

#[test]
fn kinds_are_told_by_their_texts() {
    for (text, kind) in [
        ("hxxp://a[.]example/", Kind::Url),
        ("198[.]18.0.1", Kind::Address),
        ("198.18.0.0/15", Kind::Block),
        ("a(at)b[.]example", Kind::Mail),
        ("d41d8cd98f00b204e9800998ecf8427e", Kind::Md5),
        ("例え.test", Kind::Domain),
        ("AS64496", Kind::Asn),
        ("+81 90 0000 0000", Kind::Phone),
        ("9999-000-0000000", Kind::BankAccount),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", Kind::Bitcoin),
        ("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", Kind::Ethereum),
    ] {
        assert_eq!(Indicator::guess(text).map(|found| found.kind()), Some(kind), "{text}");
    }
    for nothing in ["hello", "64496", "09000000000", "x.y z", ""] {
        assert_eq!(Indicator::guess(nothing), None, "{nothing}");
    }
}

#[test]
fn patterns_give_values() {
    let of = |text: &str| {
        let pattern = pattern::read(text).unwrap();
        let found = pattern.simple();
        let kinds = found.iter().filter_map(Kind::of_simple);
        kinds
            .map(|(kind, text)| Indicator::read(kind, &text).unwrap())
            .map(|one| (one.kind(), one.as_str().to_owned()))
            .collect::<Vec<_>>()
    };
    assert_eq!(of("[ipv4-addr:value = '198.18.0.1']"), [(Kind::Address, "198.18.0.1".to_owned())]);
    assert_eq!(of("[ipv4-addr:value ISSUBSET '198.18.0.0/15']"), [(Kind::Block, "198.18.0.0/15".to_owned())]);
    assert_eq!(of("[ipv6-addr:value = '2001:db8::/32']"), [(Kind::Block, "2001:db8::/32".to_owned())]);
    assert_eq!(of("[autonomous-system:number = 64496]"), [(Kind::Asn, "AS64496".to_owned())]);
    assert_eq!(of("[network-traffic:dst_ref.value = 'Host.example']"), [(Kind::Domain, "host.example".to_owned())]);
    assert_eq!(of("[email-message:to_refs[*].value = 'a@b.example']"), [(Kind::Mail, "a@b.example".to_owned())]);
    let md5 = "d41d8cd98f00b204e9800998ecf8427e";
    assert_eq!(of(&format!("[file:hashes.MD5 = '{md5}' AND file:size = 0]")), [(Kind::Md5, md5.to_owned())]);
    assert_eq!(of("[url:value LIKE 'http%' OR mutex:name = 'x']"), []);
}

#[test]
fn debug_shows_no_value() {
    let found = Indicator::read(Kind::Address, "198.18.0.1").unwrap();
    assert_eq!(format!("{found:?}"), "Indicator(address)");
    assert!(refang("a[.]b").was_defanged && !refang("a.b").was_defanged);
}

fn near() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-z0-9\\[\\].:/@()ａ-ｚ𠮷あ-ん-]{0,24}",
        "(hxxp|http)s?(://|\\[://\\])[a-z0-9.\\[\\]あ]{1,12}(/[a-zA-Z%.?#]{0,8})?",
        "[0-9]{1,3}(\\.|\\[\\.\\])[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}(/[0-9]{1,2})?",
        "[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|0x[0-9a-f]{40}|(T1)?[0-9A-F]{70}",
        "[13][1-9A-HJ-NP-Za-km-z]{25,34}|bc1[a-z0-9]{20,60}",
    ]
}

proptest! {
    #[test]
    fn a_form_is_its_own(text in near()) {
        for kind in Kind::ALL {
            if let Ok(found) = Indicator::read(*kind, &text) {
                prop_assert_eq!(Indicator::read(*kind, found.as_str()), Ok(found.clone()), "{:?} {}", kind, found.as_str());
            }
        }
        let _ = Indicator::guess(&text);
    }
}
