//! Connections begin as what they are, however they are cut.

use proptest::prelude::*;

use super::*;
use crate::sinkhole::table::tests::{OPEN, table};

fn talk(pieces: &[&[u8]], is_proxied: bool) -> (Turn, Out, Talk) {
    let table = table();
    let source = "198.18.9.9:4711".parse().unwrap();
    let destination = "198.18.0.1:80".parse().unwrap();
    let scene = Scene { table: &table, at: OPEN, is_synchronised: true, source, destination, hello: None };
    let (mut talk, mut events, mut out) =
        (Talk::new(source, destination, is_proxied), Events::new(1, 1), Out::default());
    for piece in pieces {
        if out.closes {
            break;
        }
        let turn = talk.feed(piece, &scene, &mut events, &mut out);
        if turn != Turn::Stay {
            return (turn, out, talk);
        }
    }
    (Turn::Stay, out, talk)
}

#[test]
fn each_beginning_is_told_apart() {
    assert_eq!(talk(&[PREFACE], false).0, Turn::H2(PREFACE.to_vec()));
    assert!(
        String::from_utf8(talk(&[b"GET / HTTP/1.1\r\nHost: bots.example\r\n\r\n"], false).1.reply)
            .unwrap()
            .starts_with("HTTP/1.1 200")
    );
    let unknown = talk(&[b"\x00\x01\x02"], false).1;
    assert!(unknown.closes && unknown.reply.is_empty());
    let line = String::from_utf8(unknown.lines).unwrap();
    // The address is given to this family alone.
    assert!(line.contains("\"first\":\"000102\",\"family\":\"one\",\"confidence\":\"low\""), "{line}");
    assert_eq!(talk(&[b"GE"], false).2.phase(), Phase::Head);
    assert!(talk(&[b"ABCDEFGHIJKLMNOPQ"], false).1.closes);
}

#[test]
fn a_balancers_header_comes_first_and_must_be_there() {
    let (_, out, talk_of) =
        talk(&[b"PROXY TCP4 198.18.7.7 198.18.0.1 9 80\r\n", b"GET / HTTP/1.1\r\nHost: bots.example\r\n\r\n"], true);
    assert_eq!(talk_of.source, "198.18.7.7:9".parse().unwrap());
    assert!(String::from_utf8(out.reply).unwrap().starts_with("HTTP/1.1 200"));
    let without = talk(&[b"GET / HTTP/1.1\r\nHost: bots.example\r\n\r\n"], true).1;
    assert!(without.closes && without.reply.is_empty() && without.lines.is_empty());
}

proptest! {
    #[test]
    fn cuts_change_nothing(cut in 0usize..90, which in 0usize..3) {
        let wires: [&[u8]; 3] = [
            b"PROXY TCP4 198.18.7.7 198.18.0.1 9 80\r\nGET /id/5 HTTP/1.1\r\nHost: bots.example\r\n\r\n",
            b"PROXY TCP4 198.18.7.7 198.18.0.1 9 80\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"PROXY UNKNOWN\r\nGET / HTTP/1.1\r\nHost: locked.bots.example\r\n\r\n",
        ];
        let wire = wires[which];
        let (one, rest) = wire.split_at(cut.min(wire.len()));
        let (cut_turn, cut_out, _) = talk(&[one, rest], true);
        let (turn, out, _) = talk(&[wire], true);
        prop_assert_eq!(cut_turn, turn);
        prop_assert_eq!((cut_out.reply, cut_out.kept, cut_out.closes, cut_out.locked), (out.reply, out.kept, out.closes, out.locked));
    }
}
