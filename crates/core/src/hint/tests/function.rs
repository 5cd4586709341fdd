//! The function: RFC 9497 appendix A.1.1, and what tokens and blinded subjects are to each other.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use proptest::prelude::*;

use super::super::blind::blind_input;
use super::*;

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let digits: String = hexadecimal.split_whitespace().collect();
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

/// Input, BlindedElement, EvaluationElement, Output.
const VECTORS: [[&str; 4]; 2] = [
    [
        "00",
        "609a0ae68c15a3cf6903766461307e5c8bb2f95e7e6550e1ffa2dc99e412803c",
        "7ec6578ae5120958eb2db1745758ff379e77cb64fe77b0b2d8cc917ea0869c7e",
        "527759c3d9366f277d8c6020418d96bb393ba2afb20ff90df23fb7708264e2f3\
         ab9135e3bd69955851de4b1f9fe8a0973396719b7912ba9ee8aa7d0b5e24bcf6",
    ],
    [
        "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
        "da27ef466870f5f15296299850aa088629945a17d1f5b7f5ff043f76b3c06418",
        "b4cbf5a4f1eeda5a63ce7b77c7d23f461db3fcab0dd28e4e17cecb5c90d02c25",
        "f4a74c9c592497375e796aa837e907b1a045d34306a749db9f34221f7e750cb4\
         f2a6413a6bf6fa5e19ba6348eb673934a722a7ede2e7621306d18951e7cf2c73",
    ],
];
const BLIND: &str = "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706";
const PRIVATE_KEY: &str = "5ebcea5ee37023ccb9fc2d2019f9d7737be85591ae8652ffa9ef0f4d37063b0e";

/// RFC 9497 appendix A.1.1: ristretto255-SHA512, OPRF mode.
#[test]
fn the_vectors_of_the_rfc() {
    let evaluator = Evaluator::derive_as(&[0xa3; 32], b"test key", Epoch(0)).unwrap();
    assert_eq!(evaluator.private_key().as_slice(), bytes(PRIVATE_KEY));
    for [input, element, evaluation, output] in VECTORS {
        let (pending, blinded) = blind_input(&bytes(input), Epoch(0), &bytes(BLIND)).unwrap();
        assert_eq!(blinded.bytes().as_slice(), bytes(element));
        let evaluated = evaluator.evaluate(&blinded).unwrap();
        assert_eq!(evaluated.bytes().as_slice(), bytes(evaluation));
        assert_eq!(pending.finalise(&evaluated).unwrap().bytes().as_slice(), bytes(output));
    }
}

#[test]
fn nothing_random_blinds_nothing() {
    let subject = subject(Kind::Phone, "+819012345678");
    assert_eq!(subject.blind(Epoch(0), Randomness::new([0; 64])).unwrap_err(), BlindError::Randomness);
    assert_eq!(blind_input(b"x", Epoch(0), &[0; 32]).unwrap_err(), BlindError::Randomness);
    assert_eq!(Evaluator::derive(&[0; 32], Epoch(0)).unwrap_err(), KeyError);
}

#[test]
fn an_evaluation_of_another_epoch_is_refused() {
    let subject = subject(Kind::Phone, "+819012345678");
    let (pending, blinded) = subject.blind(Epoch(1), randomness(5)).unwrap();
    let other = Evaluator::derive(&[9; 32], Epoch(2)).unwrap();
    assert_eq!(other.evaluate(&blinded), Err(WrongEpoch { due: Epoch(2), found: Epoch(1) }));
    let moved = Blinded::of(Epoch(2), &blinded.bytes()).unwrap();
    let evaluated = other.evaluate(&moved).unwrap();
    assert_eq!(pending.finalise(&evaluated), Err(FinaliseError::Epoch(WrongEpoch { due: Epoch(1), found: Epoch(2) })));
}

#[test]
fn there_is_one_form_of_each_text() {
    let (token, blinded) = token(&subject(Kind::Domain, "host.example"), 4, 12, 6);
    let text = blinded.to_string();
    assert_eq!(text.parse::<Blinded>(), Ok(blinded.clone()));
    assert_eq!(token.to_string().parse::<Token>(), Ok(token));
    for other in [text.to_uppercase(), text.replace("-12-", "-012-"), text.replace("-12-", "-+12-"), text.clone() + "0"]
    {
        assert_eq!(other.parse::<Blinded>(), Err(WireError::Shape("hint-blinded")), "{other}");
    }
    assert_eq!(text.parse::<Evaluated>(), Err(WireError::Shape("hint-evaluated")));
    // The identity is no blinded subject (RFC 9497 §2.1), nor is what is no element.
    assert_eq!(Blinded::of(Epoch(12), &[0; 32]), Err(WireError::Element));
    assert_eq!(Blinded::of(Epoch(12), &[0xff; 32]), Err(WireError::Element));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The same subject has the same token in one epoch however it was typed and blinded, and another in
    /// another epoch or under another key; what the evaluator sees differs every time and is no token.
    #[test]
    fn tokens_meet_in_one_epoch_only(
        digits in "9[0-9]{9}", seed in 1u8.., other in 1u8.., epoch in 0u32..1000, first in 1u8..128, second in 128u8..,
    ) {
        let plain = subject(Kind::Phone, &std::format!("+81{digits}"));
        let typed = subject(Kind::Phone, &std::format!("0{digits}"));
        let (here, seen) = token(&plain, seed, epoch, first);
        let (again, seen_again) = token(&typed, seed, epoch, second);
        prop_assert_eq!(here, again);
        prop_assert_ne!(seen.bytes(), seen_again.bytes());
        let (later, _) = token(&plain, seed, epoch + 1, first);
        prop_assert_ne!(here.bytes(), later.bytes());
        let (elsewhere, _) = token(&plain, other, epoch, first);
        prop_assert_eq!(here == elsewhere, seed == other);
        for seen in [seen, seen_again] {
            prop_assert!(!here.bytes().windows(32).any(|part| part == seen.bytes()));
        }
    }

    #[test]
    fn other_subjects_have_other_tokens(a in "[a-z]{3,10}", b in "[a-z]{3,10}") {
        let of = |name: &str| token(&subject(Kind::Domain, &std::format!("{name}.example")), 3, 1, 7).0;
        prop_assert_eq!(of(&a) == of(&b), a == b);
    }

    /// No text panics, and what is read is written back byte by byte.
    #[test]
    fn any_text_is_read_or_refused(text in "hint-(blinded|evaluated|token)-[0-9]{1,10}-[0-9a-f]{62,66}([0-9a-f]{64})?") {
        if let Ok(read) = text.parse::<Blinded>() {
            prop_assert_eq!(read.to_string(), text.clone());
        }
        if let Ok(read) = text.parse::<Evaluated>() {
            prop_assert_eq!(read.to_string(), text.clone());
        }
        if let Ok(read) = text.parse::<Token>() {
            prop_assert_eq!(read.to_string(), text);
        }
    }
}
