//! The same bytes give the same answers and lines, however the network cuts them.

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::sinkhole::table::tests::{OPEN, table};

/// Feeds pieces; the replies, and the lines without what every line has.
fn fed<'b>(pieces: impl IntoIterator<Item = &'b [u8]>) -> (String, String, Out) {
    let table = table();
    let scene = Scene {
        table: &table,
        at: OPEN,
        is_synchronised: true,
        source: "198.18.9.9:4711".parse().unwrap(),
        destination: "198.18.0.9:80".parse().unwrap(),
        hello: None,
    };
    let (mut http, mut events, mut out) = (Http::default(), Events::new(1, 1), Out::default());
    for piece in pieces {
        http.feed(piece, &scene, &mut events, &mut out);
    }
    http.end(&scene, &mut events, &mut out);
    let lines = String::from_utf8(out.lines.clone()).unwrap();
    for line in lines.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
    let short = lines.lines().map(|line| line.split_once("\"app\":").unwrap().1.to_owned() + "\n").collect();
    (String::from_utf8(out.reply.clone()).unwrap(), short, out)
}

fn check(bytes: &str, expected: Expect) {
    let (reply, lines, out) = fed([bytes.as_bytes()]);
    expected.assert_eq(&format!("{}{}closes {} locked {}\n", reply.replace('\r', ""), lines, out.closes, out.locked));
}

#[test]
fn two_requests_on_one_connection() {
    check(
        "GET /id/7 HTTP/1.1\r\nHost: C2.Bots.Example.:80\r\n\r\nPOST /x HTTP/1.1\r\nhost: bots.example\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc",
        expect![[r#"
            HTTP/1.1 200 OK
            Content-Type: text/html
            Content-Length: 5

            blankHTTP/1.1 200 OK
            Content-Type: text/html
            Content-Length: 5
            Connection: close

            blank"http","host":"c2.bots.example","method":"GET","path":"/id/7","length":0,"family":"one","confidence":"high","bot_id":"7"}
            "http","host":"bots.example","method":"POST","path":"/x","length":3,"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","family":"one","confidence":"medium"}
            closes true locked 0
        "#]],
    );
}

#[test]
fn a_locked_name_gets_nothing_and_leaves_nothing() {
    check(
        "GET / HTTP/1.1\r\nHost: locked.bots.example\r\n\r\n",
        expect![[r#"
            closes true locked 1
        "#]],
    );
}

#[test]
fn two_lengths_are_refused_because_nobody_knows_where_the_next_request_begins() {
    check(
        "POST / HTTP/1.1\r\nHost: bots.example\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        expect![[r#"
            HTTP/1.1 400 Bad Request
            Content-Length: 0
            Connection: close

            "http","broken":"bad-length"}
            closes true locked 0
        "#]],
    );
}

#[test]
fn chunks_are_counted_and_a_head_request_has_no_body() {
    check(
        "POST /x HTTP/1.1\r\nHost: bots.example\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\nT: v\r\n\r\nHEAD / HTTP/1.0\r\nHost: other.example\r\n\r\n",
        expect![[r#"
            HTTP/1.1 200 OK
            Content-Type: text/html
            Content-Length: 5

            blankHTTP/1.1 404 Not Found
            Content-Type: text/html
            Content-Length: 0
            Connection: close

            "http","host":"bots.example","method":"POST","path":"/x","length":3,"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","family":"one","confidence":"medium"}
            "http","host":"other.example","method":"HEAD","path":"/","length":0}
            closes true locked 0
        "#]],
    );
}

#[test]
fn a_body_without_end_is_answered_and_cut() {
    let head = format!("POST / HTTP/1.1\r\nHost: bots.example\r\nContent-Length: {}\r\n\r\n", 1u64 << 40);
    let flood = vec![b'x'; 1 << 20];
    let pieces = std::iter::once(head.as_bytes()).chain(std::iter::repeat_n(flood.as_slice(), 9));
    let (reply, lines, out) = fed(pieces);
    assert!(reply.starts_with("HTTP/1.1 200 OK") && out.closes && out.drains);
    assert!(lines.contains(&format!("\"length\":{MOST_BODY}")) && lines.contains("body-cut"), "{lines}");
}

const WIRE: &str = "GET /id/7 HTTP/1.1\r\nHost: bots.example\r\nReferer: x\r\n\r\n\
    POST /x HTTP/1.1\r\nHost: bots.example\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nabcde\
    POST /y HTTP/1.1\r\nHost: plain.example\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n\
    GET http://bots.example/id/9 HTTP/1.1\r\nHost: other.example\r\n\r\nGET /torn HTTP/1.1\r\nHo";

proptest! {
    #[test]
    fn cuts_change_nothing(cuts in prop::collection::vec(0usize..WIRE.len(), 0..12)) {
        let mut cuts = cuts;
        cuts.extend([0, WIRE.len()]);
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|pair| &WIRE.as_bytes()[pair[0]..pair[1]]);
        let (reply, lines, out) = fed(pieces);
        let (whole_reply, whole_lines, whole) = fed([WIRE.as_bytes()]);
        // Whether "100 Continue" is said depends on whether the body was there already.
        let plain = |text: &str| text.replace("HTTP/1.1 100 Continue\r\n\r\n", "");
        prop_assert_eq!(plain(&reply), plain(&whole_reply));
        prop_assert_eq!(lines, whole_lines);
        prop_assert_eq!(out.kept, whole.kept);
    }

    #[test]
    fn any_bytes_are_taken_without_a_fall(bytes: Vec<u8>, starts: bool) {
        let start: &[u8] = if starts { b"POST / HTTP/1.1\r\nHost: bots.example\r\nTransfer-Encoding: chunked\r\n\r\n" } else { b"" };
        fed([[start, &bytes].concat().as_slice()]);
    }
}
