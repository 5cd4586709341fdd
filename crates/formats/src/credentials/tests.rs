//! Files as they are found, and files that nobody would write.

use proptest::prelude::*;
use renkei_table::LineKey;

use super::*;

/// What a file holds, as `line site id password seen` or `line CODE`.
fn told(file: &[u8]) -> Vec<String> {
    let mut reader = Credentials::new(file).unwrap();
    let mut told = Vec::new();
    while let Some(record) = reader.next_record().unwrap() {
        told.push(match record.read {
            Ok(Credential { site, id, secret, seen }) => format!("{} {site} {id} {secret} {seen}", record.line),
            Err(code) => format!("{} {}", record.line, code.as_str()),
        });
    }
    told
}

#[test]
fn csv_is_read_by_its_header_whatever_its_delimiter() {
    let file = "\u{feff}サイト;ログインID;備考;パスワード;日時\r\nhttps://shop.example/;taro;x;\"a;b\"\"c\";2026-11-01\r\n\
                \r\nshop.example;;x;p;\nshop.example;hana;x\n;hana;x;p;\nshop.example;hana;x;\"open;\n\
                shop.example;hana;x; p ;";
    assert_eq!(
        told(file.as_bytes()),
        [
            "2 https://shop.example/ taro a;b\"c 2026-11-01",
            "4 R062",
            "5 R013",
            "6 R061",
            "7 R014",
            "8 shop.example hana  p  "
        ]
    );
    assert_eq!(Credentials::new(file.as_bytes()).unwrap().dropped(), ["#3"]);
}

#[test]
fn lines_with_colons_are_read_from_the_left() {
    let file = "https://shop.example/login:taro:pa:ss\nhttps://shop.example:8443/x:hana@mail.example:p\n\
                http://shop.example:443:p\nshop.example\n";
    assert_eq!(
        told(file.as_bytes()),
        [
            "1 https://shop.example/login taro pa:ss ",
            "2 https://shop.example:8443/x hana@mail.example p ",
            "3 http://shop.example 443 p ",
            "4 R060"
        ]
    );
}

#[test]
fn what_is_too_long_costs_its_own_line_alone() {
    let mut file = b"site,id,password\nshop.example,a,b\nshop.example,".to_vec();
    file.resize(file.len() + 3 * HELD, b'x');
    file.extend_from_slice(b"\nshop.example,c,d\n");
    assert_eq!(told(&file), ["2 shop.example a b ", "3 R015", "4 shop.example c d "]);
}

#[test]
fn what_is_no_file_of_credentials_is_refused() {
    for file in ["", "a,b,c\n1,2,3\n", "id,password\na,b\n", "\u{0}\u{1}"] {
        assert!(matches!(Credentials::new(file.as_bytes()), Err(ShapeError::Unknown)), "{file}");
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(site in "[^\u{0}\r\n]{1,40}", id in "[^\u{0}]{1,40}", secret in "[^\u{0}]{1,40}") {
        prop_assume!(!site.trim().is_empty() && !id.trim().is_empty());
        let mut sheet = HEADER.as_bytes().to_vec();
        let line = LineKey { hi: 1, lo: -2 };
        write(&mut sheet, line, &Credential { site: site.trim(), id: id.trim(), secret: &secret, seen: "" });
        let mut reader = Credentials::new(sheet.as_slice()).unwrap();
        let record = reader.next_record().unwrap().unwrap();
        let read = record.read.unwrap();
        prop_assert_eq!((read.site, read.id, read.secret), (site.trim(), id.trim(), secret.as_str()));
        prop_assert!(reader.next_record().unwrap().is_none());
    }

    #[test]
    fn no_bytes_make_it_fall(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Credentials::new(bytes.as_slice());
        let file = [b"site,id,password\n", bytes.as_slice()].concat();
        let mut reader = Credentials::new(file.as_slice()).unwrap();
        let mut until = 17;
        while let Some(record) = reader.next_record().unwrap() {
            prop_assert!(record.offset >= until);
            until = record.offset + record.raw.len() as u64;
        }
        prop_assert!(until <= file.len() as u64);
    }
}
