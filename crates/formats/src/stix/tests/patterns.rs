//! Patterns: what is taken, what is refused and where, and that printing is the way back.

use proptest::prelude::*;

use crate::stix::pattern::{
    Code, Comparison, Join, Literal, Logic, MOST_DEPTH, Observation, Operator, Path, Pattern, Qualifier, Step, Test,
    read,
};

fn check(given: &str, want: &str) {
    let pattern = read(given).unwrap_or_else(|flaw| panic!("{given}: {flaw}"));
    assert_eq!(pattern.to_string(), want);
    assert_eq!(read(want).unwrap(), pattern);
}

#[test]
fn patterns_have_one_spelling() {
    for (given, want) in [
        ("[ ipv4-addr:value='198.18.0.1' ]", "[ipv4-addr:value = '198.18.0.1']"),
        ("[a:b==1 AND(a:c<>2)]", "[a:b = 1 AND a:c != 2]"),
        ("[file:hashes.'SHA-256' = 'x']", "[file:hashes.'SHA-256' = 'x']"),
        ("[file:hashes.'MD5' = 'x']", "[file:hashes.MD5 = 'x']"),
        ("[a:'b' NOT IN ('x','y',3)]", "[a:b NOT IN ('x', 'y', 3)]"),
        ("[a:b IN ()]", "[a:b IN ()]"),
        ("[a:b[0].c[*].d = true]", "[a:b[0].c[*].d = true]"),
        ("[a:b[-1] = -0.5]", "[a:b[-1] = -0.5]"),
        ("[a:b LIKE 'x%' OR a:b MATCHES '^\\\\d+$']", "[a:b LIKE 'x%' OR a:b MATCHES '^\\\\d+$']"),
        ("[a:b='it\\'s \u{20BB7}']", "[a:b = 'it\\'s \u{20BB7}']"),
        (
            "[a:b ISSUBSET '198.18.0.0/15' AND a:b NOT ISSUPERSET '198.18.0.0/24']",
            "[a:b ISSUBSET '198.18.0.0/15' AND a:b NOT ISSUPERSET '198.18.0.0/24']",
        ),
        ("[EXISTS a:b]", "[EXISTS a:b]"),
        (
            "[a:b=h'00fF' OR a:b=b'aGk=' OR a:b>t'2026-11-20T00:00:00Z']",
            "[a:b = h'00fF' OR a:b = b'aGk=' OR a:b > t'2026-11-20T00:00:00Z']",
        ),
        ("[a:b=1]OR[a:b=2]AND[a:b=3]FOLLOWEDBY[a:b=4]", "[a:b = 1] OR [a:b = 2] AND [a:b = 3] FOLLOWEDBY [a:b = 4]"),
        ("([a:b=1]OR[a:b=2])AND[a:b=3]", "([a:b = 1] OR [a:b = 2]) AND [a:b = 3]"),
        ("(([a:b=1]))", "[a:b = 1]"),
        ("([a:b=1]AND[a:b=2])AND[a:b=3]", "([a:b = 1] AND [a:b = 2]) AND [a:b = 3]"),
        ("[(a:b=1 OR a:b=2) AND a:c=3]", "[(a:b = 1 OR a:b = 2) AND a:c = 3]"),
        (
            "([a:b=1] OR [c:d=2]) WITHIN 5.5 SECONDS REPEATS 2 TIMES",
            "([a:b = 1] OR [c:d = 2]) WITHIN 5.5 SECONDS REPEATS 2 TIMES",
        ),
        (
            "[a:b=1] START t'2026-11-20T00:00:00Z' STOP t'2026-11-21T00:00:00.5Z'",
            "[a:b = 1] START t'2026-11-20T00:00:00Z' STOP t'2026-11-21T00:00:00.5Z'",
        ),
        ("/* all */ [a:b = 1 // one\n OR c:d = 2]\u{3000}", "[a:b = 1 OR c:d = 2]"),
        ("[(a:b = 1 OR c:d = 1) AND (c:e = 2 OR a:f = 3)]", "[(a:b = 1 OR c:d = 1) AND (c:e = 2 OR a:f = 3)]"),
    ] {
        check(given, want);
    }
}

#[test]
fn what_is_no_pattern_is_located() {
    for (given, offset, code) in [
        ("", 0, Code::Ended),
        ("a:b = 1", 0, Code::Unexpected),
        ("[a:b = 1", 8, Code::Ended),
        ("[a:b = ]", 7, Code::Unexpected),
        ("[a:b]", 4, Code::Unexpected),
        ("[a = 1]", 3, Code::Unexpected),
        ("[a:b-c = 1]", 3, Code::Unexpected),
        ("[a:AND = 1]", 3, Code::Unexpected),
        ("[a:b = 'x]", 7, Code::OpenText),
        ("[a:b = '\\d']", 8, Code::BadEscape),
        ("[a:b = h'0']", 7, Code::BadLiteral),
        ("[a:b = b'a']", 7, Code::BadLiteral),
        ("[a:b = t'2026-11-20']", 7, Code::BadLiteral),
        ("[a:b = 01]", 7, Code::BadLiteral),
        ("[a:b = 1.]", 7, Code::BadLiteral),
        ("[a:b LIKE 1]", 10, Code::Unexpected),
        ("[a:b > true]", 7, Code::Unexpected),
        ("[a:b IN 1]", 8, Code::Unexpected),
        ("[a:b IN (1,)]", 11, Code::Unexpected),
        ("[a:b = 1] [a:b = 2]", 10, Code::Unexpected),
        ("[a:b = 1] AND", 13, Code::Ended),
        ("[a:b = 1] WITHIN 0 SECONDS", 10, Code::OutOfRange),
        ("[a:b = 1] REPEATS 0 TIMES", 10, Code::OutOfRange),
        ("[a:b = 1] REPEATS 1.5 TIMES", 10, Code::BadLiteral),
        ("[a:b = 1] START t'2026-11-20T00:00:00Z' STOP t'2026-11-20T00:00:00Z'", 10, Code::OutOfRange),
        ("[a:b = 1 AND c:d = 2]", 1, Code::MixedTypes),
        ("[a:b = 1 AND (c:d = 2 OR e:f = 3)]", 1, Code::MixedTypes),
        ("[a:b = \u{201C}x\u{201D}]", 7, Code::Character),
        ("[a:b = 1] /* x", 10, Code::Ended),
        ("[a:b = 1]}", 9, Code::Character),
        ("[-a:b = 1]", 1, Code::BadLiteral),
    ] {
        let flaw = read(given).expect_err(given);
        assert_eq!((flaw.offset, flaw.code), (offset, code), "{given}");
    }
}

#[test]
fn depth_and_size_are_bounded() {
    let nested = |depth: usize| format!("{}[a:b = 1]{}", "(".repeat(depth), ")".repeat(depth));
    assert!(read(&nested(MOST_DEPTH)).is_ok());
    assert_eq!(read(&nested(MOST_DEPTH + 1)).unwrap_err().code, Code::TooDeep);
    assert_eq!(read(&"(".repeat(1 << 20)).unwrap_err().code, Code::TooDeep);
    assert_eq!(read(&format!("[{}", "(".repeat(1 << 19))).unwrap_err().code, Code::TooDeep);
    assert_eq!(read(&format!("[a:b = 1]{}", " REPEATS 1 TIMES".repeat(9))).unwrap_err().code, Code::TooDeep);
    assert_eq!(read(&" ".repeat((1 << 20) + 1)).unwrap_err().code, Code::TooLong);
    let wide = vec!["[a:b = 1]"; 50_000].join(" OR ");
    assert_eq!(read(&wide).unwrap().simple().len(), 50_000);
}

#[test]
fn simple_values_are_lifted_out() {
    let of = |text: &str| -> Vec<String> {
        let pattern = read(text).unwrap();
        let found = pattern.simple();
        found.iter().map(|one| format!("{} {} {} {}", one.path, one.operator.word(), one.value, one.is_alone)).collect()
    };
    assert_eq!(of("[ipv4-addr:value = '198.18.0.1']"), ["ipv4-addr:value = '198.18.0.1' true"]);
    assert_eq!(of("[a:b = 1 OR a:b IN (2, 3)] WITHIN 5 SECONDS"), ["a:b = 1 true", "a:b IN 2 true", "a:b IN 3 true"]);
    assert_eq!(of("[a:b = 1 AND a:c = 2]"), ["a:b = 1 false", "a:c = 2 false"]);
    assert_eq!(
        of("[a:b = 1] FOLLOWEDBY [a:b ISSUBSET '198.18.0.0/15']"),
        ["a:b = 1 false", "a:b ISSUBSET '198.18.0.0/15' false"]
    );
    assert_eq!(of("[a:b = 1] REPEATS 2 TIMES"), ["a:b = 1 false"]);
    assert_eq!(of("[a:b != 1 OR a:b NOT = 2 OR a:b LIKE 'x' OR EXISTS a:c OR a:d > 3]"), Vec::<String>::new());
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a-z_]{1,5}", "['\\\\\u{20BB7}]{0,4}"]
}

fn moment() -> impl Strategy<Value = String> {
    (2000..2100_u32, 1..13_u32, 1..29_u32)
        .prop_map(|(year, month, day)| format!("{year}-{month:02}-{day:02}T00:00:00Z"))
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        text().prop_map(Literal::Text),
        any::<i32>().prop_map(|number| Literal::Whole(number.to_string())),
        "[+-]?[0-9]{0,3}\\.[0-9]{1,3}".prop_map(Literal::Decimal),
        any::<bool>().prop_map(Literal::Flag),
        "([0-9a-f]{2}){0,4}".prop_map(Literal::Hex),
        "([A-Za-z0-9+/]{4}){0,2}([A-Za-z0-9+/]{3}=)?".prop_map(Literal::Binary),
        moment().prop_map(Literal::Moment),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        text().prop_map(Step::Key),
        any::<i8>().prop_map(|place| Step::Place(place.to_string())),
        Just(Step::Any)
    ]
}

fn path() -> impl Strategy<Value = Path> {
    (text(), prop::collection::vec(step(), 0..3)).prop_map(|(first, rest)| {
        let steps = std::iter::once(Step::Key(first)).chain(rest).collect();
        Path { kind: "x-a".to_owned(), steps }
    })
}

fn test() -> impl Strategy<Value = Test> {
    let operators: Vec<_> = Operator::WORDS.iter().map(|(operator, _)| *operator).collect();
    (path(), any::<bool>(), prop::sample::select(operators), prop::collection::vec(literal(), 0..3), text()).prop_map(
        |(path, is_negated, operator, literals, text)| {
            let values = match operator {
                Operator::In => literals,
                Operator::Equal | Operator::NotEqual => {
                    vec![literals.into_iter().next().unwrap_or(Literal::Text(text))]
                }
                _ => vec![Literal::Text(text)],
            };
            Test { path, is_negated, operator, values }
        },
    )
}

fn comparison() -> impl Strategy<Value = Comparison> {
    let leaf = prop_oneof![test().prop_map(Comparison::Test), path().prop_map(Comparison::Exists)];
    leaf.prop_recursive(4, 16, 3, |inner| {
        (prop::sample::select(vec![Logic::Or, Logic::And]), prop::collection::vec(inner, 2..4))
            .prop_map(|(logic, all)| Comparison::Join(logic, all))
    })
}

fn qualifier() -> impl Strategy<Value = Qualifier> {
    prop_oneof![
        (1..9999_u32).prop_map(|seconds| Qualifier::Within(seconds.to_string())),
        (1..99_u64).prop_map(Qualifier::Repeats),
        moment().prop_map(|start| Qualifier::Between(start, "2100-01-01T00:00:00.5Z".to_owned())),
    ]
}

fn observation() -> impl Strategy<Value = Observation> {
    comparison().prop_map(Observation::Test).prop_recursive(4, 24, 3, |inner| {
        let joins = prop::sample::select(vec![Join::FollowedBy, Join::Or, Join::And]);
        prop_oneof![
            (joins, prop::collection::vec(inner.clone(), 2..4)).prop_map(|(join, all)| Observation::Join(join, all)),
            (inner, qualifier()).prop_map(|(inner, qualifier)| Observation::Bound(Box::new(inner), qualifier)),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_reads_as_the_same_tree(observation in observation()) {
        let pattern = Pattern { observation };
        let text = pattern.to_string();
        let read = read(&text);
        prop_assert_eq!(read.as_ref(), Ok(&pattern), "{}", text);
        prop_assert_eq!(read.unwrap().to_string(), text);
    }

    #[test]
    fn nothing_makes_it_fall(text in "[\\[\\]()a-z:.=<>'\\\\0-9 +*-]{0,40}|(\\[a:b = 1\\]|AND|OR|FOLLOWEDBY|[()]| |WITHIN 1 SECONDS){0,12}") {
        if let Ok(pattern) = read(&text) {
            prop_assert_eq!(read(&pattern.to_string()), Ok(pattern));
        }
    }
}
