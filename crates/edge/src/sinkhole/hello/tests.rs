//! The fingerprint is the one of the published example, however the message is cut into records.

use proptest::prelude::*;

use super::*;

fn short(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

fn list(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u16).to_be_bytes(), bytes].concat()
}

/// The hello of the example in JA4's technical description, with GREASE.
fn hello() -> Vec<u8> {
    let ciphers = [
        0x0a0a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d,
        0x002f, 0x0035,
    ];
    let name = [&[0][..], &list(b"C2.Bots.example")].concat();
    let mut extensions: Vec<(u16, Vec<u8>)> = vec![
        (0x0000, list(&name)),
        (0x0010, list(b"\x02h2\x08http/1.1")),
        (0x000d, list(&short(&[0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601]))),
        (0x002b, [&[6][..], &short(&[0x1a1a, 0x0304, 0x0303])].concat()),
        (0x2a2a, vec![0]),
    ];
    for kind in [0x001b, 0x0033, 0x4469, 0x0017, 0x002d, 0x0005, 0x0023, 0x0012, 0x000b, 0x000a, 0xff01, 0x0015] {
        extensions.push((kind, vec![]));
    }
    let extensions: Vec<u8> =
        extensions.iter().flat_map(|(kind, data)| [short(&[*kind]), list(data)].concat()).collect();
    let body = [short(&[0x0303]), vec![9; 32], vec![0], list(&short(&ciphers)), vec![1, 0], list(&extensions)].concat();
    [&[1, 0][..], &list(&body)].concat()
}

fn records(message: &[u8], size: usize) -> Vec<u8> {
    message.chunks(size).flat_map(|part| [&[22, 3, 1][..], &list(part)].concat()).collect()
}

#[test]
fn the_published_example_has_its_fingerprint() {
    let Heard::Yes(client) = hear(&records(&hello(), 9999)) else { panic!() };
    assert_eq!(client.ja4, "t13d1516h2_8daaf6152771_e5627efa2ab1");
    assert_eq!(client.server_name.as_deref(), Some("c2.bots.example"));
}

proptest! {
    #[test]
    fn records_change_nothing_and_a_beginning_asks_for_more(size in 1usize..400, cut in 0usize..2000) {
        let bytes = records(&hello(), size);
        let whole = hear(&bytes);
        prop_assert_eq!(&whole, &hear(&records(&hello(), 9999)));
        if cut < bytes.len() {
            prop_assert_eq!(hear(&bytes[..cut]), Heard::More);
        }
    }

    #[test]
    fn any_bytes_are_heard_without_a_fall(bytes: Vec<u8>, at in 0usize..500, byte: u8) {
        hear(&bytes);
        hear(&records(&bytes, 50));
        let mut mutated = hello();
        if let Some(place) = mutated.get_mut(at) {
            *place = byte;
        }
        hear(&records(&mutated, 9999));
    }
}
