//! Breaks of grammars: each makes of an identifier a text that is none, by what it does and not by asking the check.

use renkei_core::inquiry::identifier::Kind;

use super::population::Random;

/// Every break of an identifier in its normal form, by name.
pub fn breaks(kind: Kind, value: &str, random: &mut Random) -> Vec<(&'static str, String)> {
    match kind {
        Kind::Phone => phone(value, random),
        Kind::Mail => mail(value, random),
        Kind::Account => account(value, random),
        Kind::Address => address(value, random),
        Kind::Domain => domain(value, random),
        Kind::BankAccount => bank_account(value, random),
    }
}

/// A text with something put in before one of its characters from the second on.
fn with(text: &str, what: &str, random: &mut Random) -> String {
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).skip(1).collect();
    let at = if ends.is_empty() { text.len() } else { *random.pick(&ends) };
    format!("{}{what}{}", &text[..at], &text[at..])
}

fn phone(value: &str, random: &mut Random) -> Vec<(&'static str, String)> {
    let digits = &value[1..];
    let national = &value[3..];
    vec![
        ("a letter in it", with(value, "O", random)),
        ("a letter of another script in it", with(value, "٣", random)),
        ("no plus", digits.to_owned()),
        ("a country code that begins with 0", format!("+0{digits}")),
        ("the national prefix behind the country code", format!("+81-0{national}")),
        ("seven digits", value[..8].to_owned()),
        ("sixteen digits", format!("{value}{}", "0".repeat(16 - digits.len()))),
        ("two hyphens", format!("+81--{national}")),
        ("a hyphen at the end", format!("{value}-")),
        ("a parenthesis that stays open", format!("+81({national}")),
        ("a parenthesis that was never open", format!("+81){national}")),
        ("a plus inside", format!("+81+{national}")),
    ]
}

fn mail(value: &str, random: &mut Random) -> Vec<(&'static str, String)> {
    let (local, host) = value.split_once('@').unwrap();
    let mut all = vec![
        ("no @", value.replace('@', "")),
        ("another @", with(local, "@", random) + "@" + host),
        ("no local part", format!("@{host}")),
        ("a dot in front", format!(".{value}")),
        ("two dots", with(local, "..", random) + "@" + host),
        ("a dot before the @", format!("{local}.@{host}")),
        ("a space in it", with(local, " ", random) + "@" + host),
        ("a comma in it", with(local, ",", random) + "@" + host),
        ("quoted", format!("\"{local}\"@{host}")),
        ("a long local part", format!("{}@{host}", "a".repeat(65))),
        ("an address literal", format!("{local}@[198.18.0.1]")),
        ("no domain", format!("{local}@")),
    ];
    all.extend(domain(host, random).into_iter().map(|(how, broken)| (how, format!("{local}@{broken}"))));
    all
}

fn account(value: &str, random: &mut Random) -> Vec<(&'static str, String)> {
    vec![
        ("nothing", String::new()),
        ("spaces alone", " \u{3000}".to_owned()),
        ("a space in it", with(value, " ", random)),
        ("a wide space in it", with(value, "\u{3000}", random)),
        ("a line end in it", with(value, "\n", random)),
        ("a character of no width in it", with(value, "\u{200B}", random)),
        ("a turn of direction in it", with(value, "\u{202E}", random)),
        ("257 characters", "a".repeat(257)),
    ]
}

fn address(value: &str, random: &mut Random) -> Vec<(&'static str, String)> {
    let (host, port) = value.rsplit_once(':').unwrap();
    let mut all = vec![
        ("no port", host.to_owned()),
        ("an empty port", format!("{host}:")),
        ("port 0", format!("{host}:0")),
        ("port 65536", format!("{host}:65536")),
        ("a signed port", format!("{host}:+{port}")),
        ("a port with a letter", format!("{host}:{port}a")),
        ("two ports", format!("{host}:{port}:{port}")),
        ("a letter in it", with(host, "g", random) + ":" + port),
        ("a space in it", with(host, " ", random) + ":" + port),
    ];
    match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(bare) => all.extend([
            ("one bracket", format!("[{bare}:{port}")),
            ("compressed twice", format!("[{bare}::1]:{port}")),
            ("a group of five", format!("[{bare}:12345]:{port}")),
            ("nine groups", format!("[1:2:3:4:5:6:7:8:9]:{port}")),
            ("a zone", format!("[{bare}%eth0]:{port}")),
        ]),
        None => {
            let (front, last) = host.rsplit_once('.').unwrap();
            all.extend([
                ("octet 256", format!("{front}.256:{port}")),
                ("a zero in front", format!("{front}.0{last}:{port}")),
                ("three octets", format!("{front}:{port}")),
                ("five octets", format!("{host}.1:{port}")),
                ("in brackets", format!("[{host}]:{port}")),
            ]);
        }
    }
    all
}

fn domain(value: &str, random: &mut Random) -> Vec<(&'static str, String)> {
    vec![
        ("a dot at the end", format!("{value}.")),
        ("a dot in front of the name", format!(".{value}")),
        ("an empty label", value.replacen('.', "..", 1)),
        ("a hyphen in front", format!("-{value}")),
        ("a hyphen at the end of a label", value.replacen('.', "-.", 1)),
        ("an underscore in it", with(value, "_", random)),
        ("a space inside", with(value, " ", random)),
        ("a letter that is not ASCII", with(value, "あ", random)),
        ("a dash that is no hyphen", with(value, "–", random)),
        ("one label", value.replace('.', "")),
        ("a label of 64", format!("{}.{value}", "a".repeat(64))),
        ("254 characters and more", format!("{}{value}", "abcdefghi.".repeat(25))),
        ("a number for top level", format!("{value}.1")),
        ("a scheme", format!("http://{value}")),
    ]
}

fn bank_account(value: &str, random: &mut Random) -> Vec<(&'static str, String)> {
    let digits = value.replace('-', "");
    vec![
        ("a digit less", value[..value.len() - 1].to_owned()),
        ("a digit more", format!("{value}0")),
        ("a digit less in front", value[1..].to_owned()),
        ("a letter in it", with(value, "o", random)),
        ("no hyphens", digits.clone()),
        ("a hyphen less", value.replacen('-', "", 1)),
        ("a hyphen elsewhere", format!("{}-{}-{}", &digits[..3], &digits[3..7], &digits[7..])),
        ("a part more", format!("{value}-1")),
        ("strokes", value.replace('-', "/")),
    ]
}
