//! An authenticator in software answers; what is bent is refused, each bend by its own name.

use alloc::vec::Vec;

use ed25519_dalek::{Signer as _, SigningKey};
use proptest::prelude::*;
use renkei_testkit::authenticator::{SoftAssertion, SoftAuthenticator, SoftRegistration};

use super::*;

const ORIGIN: &str = "https://office.example";
const CHALLENGE: &[u8] = &[7; 32];

pub fn site() -> RelyingParty {
    ORIGIN.parse().unwrap()
}

pub fn authenticator() -> SoftAuthenticator {
    SoftAuthenticator::new(3, "office.example", ORIGIN)
}

pub fn made(from: SoftRegistration) -> Registration {
    Registration { client_data: from.client_data, attestation: from.attestation }
}

pub fn said(from: SoftAssertion) -> Assertion {
    let SoftAssertion { authenticator_data, client_data, signature } = from;
    Assertion { authenticator_data, client_data, signature }
}

fn bent(bend: impl FnOnce(&mut SoftAuthenticator)) -> Result<Told, PasskeyError> {
    let mut authenticator = authenticator();
    let key = PasskeyKey::from_cose(&authenticator.cose()).unwrap();
    bend(&mut authenticator);
    said(authenticator.answer(CHALLENGE)).holds(&key, &site(), CHALLENGE)
}

#[test]
fn a_passkey_is_made_and_answers() {
    let mut authenticator = authenticator();
    authenticator.counter = 4;
    let made = made(authenticator.register(CHALLENGE)).made(&site(), CHALLENGE).unwrap();
    assert_eq!((made.credential.as_slice(), made.key.algorithm()), (&[3; 16][..], Algorithm::Es256));
    let answer = said(authenticator.answer(CHALLENGE));
    let told = Told { counter: 5, backup_eligible: false, backed_up: false };
    assert_eq!(answer.holds(&made.key, &site(), CHALLENGE), Ok(told));
    assert_eq!(challenge_of(&answer.client_data).as_deref(), Ok(CHALLENGE));
    // What was said when it was made is no answer, and the other way round.
    let registration = authenticator.register(CHALLENGE);
    let mixed = Assertion { client_data: registration.client_data, ..answer.clone() };
    assert_eq!(mixed.holds(&made.key, &site(), CHALLENGE), Err(PasskeyError::Ceremony));
    let mixed = Registration { client_data: answer.client_data, attestation: registration.attestation };
    assert_eq!(mixed.made(&site(), CHALLENGE), Err(PasskeyError::Ceremony));
}

#[test]
fn what_is_bent_is_refused_by_its_name() {
    assert!(bent(|_| ()).is_ok());
    assert_eq!(bent(|it| it.verified = false), Err(PasskeyError::Unverified));
    assert_eq!(bent(|it| it.present = false), Err(PasskeyError::Absent));
    assert_eq!(bent(|it| it.site = "other.example".into()), Err(PasskeyError::Site));
    assert_eq!(bent(|it| it.framed = true), Err(PasskeyError::Origin));
    for origin in
        ["https://other.example", "http://office.example", "https://office.example:8443", "https://office.example."]
    {
        assert_eq!(bent(|it| it.origin = origin.into()), Err(PasskeyError::Origin), "{origin}");
    }
    assert_eq!(bent(|it| *it = SoftAuthenticator::new(4, &it.site, &it.origin)), Err(PasskeyError::Signature));
    let mut authenticator = authenticator();
    let key = PasskeyKey::from_cose(&authenticator.cose()).unwrap();
    let answer = said(authenticator.answer(CHALLENGE));
    assert_eq!(answer.holds(&key, &site(), &[8; 32]), Err(PasskeyError::Challenge));
    // Client data of this challenge with the signature over another's.
    let other = said(authenticator.answer(&[8; 32]));
    let mixed = Assertion { client_data: answer.client_data, ..other };
    assert_eq!(mixed.holds(&key, &site(), CHALLENGE), Err(PasskeyError::Signature));
}

#[test]
fn a_registration_without_its_user_is_refused() {
    let mut authenticator = authenticator();
    authenticator.verified = false;
    let made = made(authenticator.register(CHALLENGE)).made(&site(), CHALLENGE);
    assert_eq!(made, Err(PasskeyError::Unverified));
}

#[test]
fn client_data_are_read_as_any_browser_writes_them() {
    let key = PasskeyKey::from_cose(&authenticator().cose()).unwrap();
    let ask = |json: &str| {
        let answer = Assertion { client_data: json.into(), ..said(authenticator().answer(CHALLENGE)) };
        answer.holds(&key, &site(), CHALLENGE)
    };
    let challenge = to_text(CHALLENGE);
    let rest = alloc::format!(r#""challenge":"{challenge}","origin":"https:\/\/office.example""#);
    // The signature is over other client data, which is what is seen once the JSON is right.
    for good in [
        alloc::format!(r#"{{{rest},"type":"webauthn.get"}}"#),
        alloc::format!(
            r#"{{"type":"webauthn.\u0067et",{rest},"crossOrigin":false,"x":[1,-2.5e3,{{"y":null}},[]],"z":{{}}}}"#
        ),
        alloc::format!(" {{ \"type\" : \"webauthn.get\" ,{rest} , \"other_keys\": \"\\ud83d\\ude00\" }} "),
    ] {
        assert_eq!(ask(&good), Err(PasskeyError::Signature), "{good}");
    }
    for bad in [
        "",
        "{}",
        "[]",
        &alloc::format!(r#"{{"type":"webauthn.get",{rest}"#),
        &alloc::format!(r#"{{"type":"webauthn.get",{rest}}}x"#),
        &alloc::format!(r#"{{"type":"webauthn.get",{rest},"type":"webauthn.get"}}"#),
        &alloc::format!(r#"{{"type":"webauthn.get",{rest},"crossOrigin":"false"}}"#),
        &alloc::format!(r#"{{"type":1,{rest}}}"#),
        &alloc::format!(r#"{{"type":"webauthn.get",{rest},"x":"\ud800"}}"#),
        &alloc::format!(r#"{{"type":"webauthn.get",{rest},"x":{}1{}}}"#, "[".repeat(40), "]".repeat(40)),
    ] {
        assert_eq!(ask(bad), Err(PasskeyError::ClientData), "{bad}");
    }
}

#[test]
fn addresses_are_names_with_tls_or_this_very_machine() {
    for (text, id, origin) in [
        ("https://office.example", "office.example", "https://office.example"),
        ("https://renkei.office.example:443/", "renkei.office.example", "https://renkei.office.example"),
        ("https://office.example:8443", "office.example", "https://office.example:8443"),
        ("http://localhost:8280", "localhost", "http://localhost:8280"),
        ("http://localhost:80", "localhost", "http://localhost"),
    ] {
        let site: RelyingParty = text.parse().unwrap();
        assert_eq!((site.id(), site.origin()), (id, origin));
        assert_eq!(site.to_string().parse::<RelyingParty>(), Ok(site));
    }
    for bad in [
        "",
        "office.example",
        "http://office.example",
        "https://",
        "https://198.18.0.1",
        "https://[2001:db8::1]",
        "https://office.example/x",
        "https://office.example:x",
        "https://Office.example",
        "https://u@office.example",
        "https://office..example",
        "ftp://office.example",
    ] {
        assert!(bad.parse::<RelyingParty>().is_err(), "{bad}");
    }
}

// ------------------------------------------------------------------------------------ public halves

/// Made by OpenSSL: `openssl genrsa 2048`, `openssl dgst -sha256 -sign` over `renkei`.
const RSA: &str = "c7b1723a0aa46fea429d6baeaaf4c185fbeae8d95e3453f2a59a53d0f06eb447d975c8b586996a009523484586afed1a\
     3b47d203a32ab3581632f4d4597a34442f6ce4fbe485f33fde75b6868ff5f88e74dace40634636e492a143b3124f178c\
     8d01e75508d0ec2eba48d701ce51a1ea32a059e45840e03e0f479981f302e7605312cce70af94070239431b78221e38c\
     56ea3cf5c6501e8d18a6c87391bdef75a24f60e3065e41e165b6a8f933d082b3d6c911ef7f179fefdda225f5133f9917\
     6047c4930702a7f691271995e59c1d066ed5582a152da1f581d163d8c68a7df3e3a9b1c08ffda178c807bad24a86b8e3\
     2820e02029498c4b3343fb0545cdf4d5";
const RSA_SIGNATURE: &str = "8f419ef543994b02ea57db737db7a0c832f5a5a2e8d92b9c8ddf078082cee805b4aa08d2e0a5b753cfc26d86154cf8c9\
     5ecab64107a1a7725e7be5f0424b25ebb97566eecb68d73c9aa9f001bbd7c903665b22c8e2ddfe4c0a3c3b0c1377e8bd\
     57f5d21f042772e9271ac3d00e17a0b0fdb4c96d2b8bb79f3273e8827cf36957138472eec69b1b007fc3882087f48383\
     2a74a5b7d59a86706bfa48c56ec49896459c421886fbf4793ef4b247fad9371da51e67fb89796e032f95088354c391f3\
     f3a9a4ddf53945af7966f9300ca600e39932691f799b76370d1a9e0c5abb9d7b0bea3864be370de23149b0b4bdf65d9c\
     8e3bcae0d778bb4aa7edb0302878bf5b";
/// A modulus of 1,024 bits.
const WEAK: &str = "abe5fff49075917f721b921c559b45361f3fbbf8da336d56e69bc4ee57fbdde9e80a7b87d69fb4f4c30834e5548d6789\
     774309b6c31ba5e7e0eefcf7eb9ab6a1df7411ed9b71d0cc6b0b2fbf81155012204c6d6b78e2d5bea8273bc01a76cb86\
     551c0a85960e6bcae8c01294e10d1f370a29c0bb8946f21b4e9f200a09abad77";

fn bytes(hex: &str) -> Vec<u8> {
    hex.as_bytes().chunks(2).map(|two| u8::from_str_radix(core::str::from_utf8(two).unwrap(), 16).unwrap()).collect()
}

fn rsa(modulus: &[u8]) -> Vec<u8> {
    let mut cose = [&[0xa4, 1, 3, 3, 0x39, 1, 0, 0x20, 0x59][..], &(modulus.len() as u16).to_be_bytes()].concat();
    cose.extend(modulus);
    cose.extend([0x21, 0x43, 1, 0, 1]);
    cose
}

#[test]
fn each_algorithm_verifies_its_own_only() {
    let key = PasskeyKey::from_cose(&rsa(&bytes(RSA))).unwrap();
    assert_eq!(key.algorithm(), Algorithm::Rs256);
    assert!(key.verifies(b"renkei", &bytes(RSA_SIGNATURE)));
    assert!(!key.verifies(b"renkej", &bytes(RSA_SIGNATURE)));
    assert!(!key.verifies(b"renkei", &bytes(RSA_SIGNATURE)[1..]));
    let signing = SigningKey::from_bytes(&[9; 32]);
    let cose = [&[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 0x20][..], signing.verifying_key().as_bytes()].concat();
    let key = PasskeyKey::from_cose(&cose).unwrap();
    assert_eq!(key.algorithm(), Algorithm::EdDsa);
    assert!(key.verifies(b"renkei", &signing.sign(b"renkei").to_bytes()));
    assert!(!key.verifies(b"renkei", &[0; 64]));
}

#[test]
fn keys_that_are_weak_or_of_other_kinds_are_refused() {
    let good = authenticator().cose();
    let mut off_the_curve = good.clone();
    off_the_curve[20] ^= 1;
    let mut other_curve = good.clone();
    other_curve[6] = 2;
    let more = [good.as_slice(), &[0]].concat();
    let twice = [&[0xa6, 1, 2][..], &good[1..]].concat();
    for bad in [off_the_curve, other_curve, more, twice, rsa(&bytes(WEAK)), Vec::new(), Vec::from([0xa0])] {
        assert_eq!(PasskeyKey::from_cose(&bad), Err(PasskeyError::Key), "{bad:02x?}");
    }
}

proptest! {
    /// Whatever bytes come, none makes it fall, and none is believed.
    #[test]
    fn no_bytes_are_believed(one: Vec<u8>, two: Vec<u8>, three: Vec<u8>, at in 0usize..200, bit in 0u8..8) {
        let key = PasskeyKey::from_cose(&authenticator().cose()).unwrap();
        let random = Assertion { authenticator_data: one.clone(), client_data: two.clone(), signature: three };
        prop_assert!(random.holds(&key, &site(), CHALLENGE).is_err());
        let random = Registration { client_data: two, attestation: one };
        prop_assert!(random.made(&site(), CHALLENGE).is_err());
        // One bit of a good answer or registration.
        let flip = |bytes: &mut Vec<u8>| {
            let place = at % bytes.len();
            bytes[place] ^= 1 << bit;
        };
        let good = said(authenticator().answer(CHALLENGE));
        let mut data = good.clone();
        flip(&mut data.authenticator_data);
        prop_assert!(data.holds(&key, &site(), CHALLENGE).is_err());
        let mut client = good.clone();
        flip(&mut client.client_data);
        prop_assert!(client.holds(&key, &site(), CHALLENGE).is_err());
        let mut registration = made(authenticator().register(CHALLENGE));
        flip(&mut registration.attestation);
        let _ = registration.made(&site(), CHALLENGE);
    }
}
