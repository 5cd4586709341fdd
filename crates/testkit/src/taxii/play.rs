//! What every part of the suite uses: requests with the right headers, checks that hold for every answer, objects to add.

use std::io;
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Setup;
use super::client::{Reply, send};
use super::finding::Report;

/// The type of every answer.
pub(super) const MEDIA: &str = "application/taxii+json;version=2.1";

/// A walk through the suite.
pub(super) struct Play<'a> {
    pub(super) setup: &'a Setup,
    host: String,
    report: Report,
    seed: u128,
    made: u32,
}

impl<'a> Play<'a> {
    pub(super) fn new(setup: &'a Setup) -> io::Result<Self> {
        let host = setup.base.strip_prefix("http://").ok_or_else(|| io::Error::other("only http can be played"))?;
        let seed = SystemTime::now().duration_since(UNIX_EPOCH).map_err(io::Error::other)?.as_nanos();
        let skipped = vec![
            ("row 3.1.3", "certificates of clients need TLS, which stands before the server"),
            ("8.2.2", "TLS stands before the server"),
            ("row 3.13.2.1", "optional filters (tier 1)"),
            ("row 3.13.2.2", "optional filters (tier 2)"),
            ("row 3.13.2.3", "optional filters (tier 3)"),
            ("row 3.13.2.4", "optional filters (relationships)"),
            ("row 3.13.2.5", "optional filters (calculation)"),
            ("4.3", "whether a status is there for a day"),
        ];
        let report = Report { skipped, ..Report::default() };
        Ok(Self { setup, host: host.trim_end_matches('/').to_owned(), report, seed, made: 0 })
    }

    pub(super) fn report(self) -> Report {
        self.report
    }

    pub(super) fn basic(&self) -> String {
        let (name, password) = &self.setup.credentials;
        format!("Basic {}", STANDARD.encode(format!("{name}:{password}")))
    }

    /// A request with these headers alone; what holds for every answer is checked.
    pub(super) fn raw(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> io::Result<Reply> {
        let reply = send(&self.host, method, target, headers, body)?;
        self.every(&format!("{method} {target}"), method, &reply);
        Ok(reply)
    }

    /// A request as a good client makes it.
    pub(super) fn ask(&mut self, method: &str, target: &str) -> io::Result<Reply> {
        let basic = self.basic();
        self.raw(method, target, &[("Accept", MEDIA), ("Authorization", &basic)], None)
    }

    pub(super) fn get(&mut self, target: &str) -> io::Result<Reply> {
        self.ask("GET", target)
    }

    pub(super) fn post(&mut self, collection: &str, body: &[u8]) -> io::Result<Reply> {
        let basic = self.basic();
        let target = self.at(collection, "objects/");
        let headers = [("Accept", MEDIA), ("Content-Type", MEDIA), ("Authorization", basic.as_str())];
        self.raw("POST", &target, &headers, Some(body))
    }

    /// Adds objects to the collection that may be written, and waits until they are there.
    pub(super) fn add(&mut self, objects: &[Value]) -> io::Result<Value> {
        let collection = self.setup.read_write.clone();
        let reply = self.post(&collection, json!({"objects": objects}).to_string().as_bytes())?;
        self.is("5.5", "POST objects", reply.status == 202, "202", &reply);
        self.done(reply.json())
    }

    /// Asks for a status until it is complete.
    pub(super) fn done(&mut self, mut status: Value) -> io::Result<Value> {
        let id = status["id"].as_str().unwrap_or_default().to_owned();
        for _ in 0..100 {
            if status["status"] != "pending" {
                break;
            }
            sleep(Duration::from_millis(100));
            let target = format!("{}status/{id}/", self.setup.root);
            status = self.get(&target)?.json();
        }
        let count = |name: &str| status[name].as_u64();
        let parts = ["success_count", "failure_count", "pending_count"].map(count);
        let sum = parts.into_iter().try_fold(0, |sum, part| Some(sum + part?));
        let is_met = sum.is_some() && sum == count("total_count") && status["status"] == "complete";
        self.that("4.3.1", "status", is_met, "complete, counts that add up", &status.to_string());
        Ok(status)
    }

    /// A path below a collection.
    pub(super) fn at(&self, collection: &str, rest: &str) -> String {
        format!("{}collections/{collection}/{rest}", self.setup.root)
    }

    /// A path below the collection that may be read and written.
    pub(super) fn own(&self, rest: &str) -> String {
        self.at(&self.setup.read_write, rest)
    }

    pub(super) fn is(&mut self, clause: &'static str, what: &str, is_met: bool, expected: &str, reply: &Reply) {
        self.report.check(clause, what, is_met, expected, &reply.told());
    }

    pub(super) fn that(&mut self, clause: &'static str, what: &str, is_met: bool, expected: &str, seen: &str) {
        self.report.check(clause, what, is_met, expected, seen);
    }

    pub(super) fn skip(&mut self, clause: &'static str, why: &'static str) {
        self.report.skipped.push((clause, why));
    }

    /// A GET that must have one of some statuses.
    pub(super) fn gets(&mut self, clause: &'static str, target: &str, statuses: &[u16]) -> io::Result<Reply> {
        let reply = self.get(target)?;
        self.is(clause, &format!("GET {target}"), statuses.contains(&reply.status), &format!("{statuses:?}"), &reply);
        Ok(reply)
    }

    /// The ids in a list of objects or a manifest.
    pub(super) fn ids(reply: &Reply) -> Vec<String> {
        let json = reply.json();
        let objects = json["objects"].as_array().cloned().unwrap_or_default();
        objects.iter().filter_map(|object| object["id"].as_str().map(str::to_owned)).collect()
    }

    /// An id that nobody else has.
    pub(super) fn uuid(&mut self) -> String {
        self.made += 1;
        let digest = Sha256::digest(format!("{}/{}", self.seed, self.made));
        let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
        format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
    }

    /// An object of a type with a version.
    pub(super) fn object(&mut self, kind: &str, modified: &str) -> Value {
        let id = format!("{kind}--{}", self.uuid());
        json!({
            "type": kind, "spec_version": "2.1", "id": id, "created": "2016-01-01T00:00:00.000Z", "modified": modified,
            "name": "from the suite", "is_family": false, "pattern": "[ipv4-addr:value = '198.18.0.1']",
            "pattern_type": "stix", "valid_from": "2016-01-01T00:00:00Z", "indicator_types": ["benign"]
        })
    }

    /// What holds for every answer.
    fn every(&mut self, what: &str, method: &str, reply: &Reply) {
        let kind = reply.header("content-type").unwrap_or_default().replace(' ', "").replace('"', "");
        self.is("3.1 content-type", what, kind.eq_ignore_ascii_case(MEDIA), MEDIA, reply);
        self.is("trap server error", what, reply.status < 500, "no status from 500 on", reply);
        self.is("trap redirect", what, !(300..400).contains(&reply.status), "no redirect", reply);
        if method == "HEAD" || reply.body.is_empty() {
            return;
        }
        let json = reply.json();
        self.is("1.6.7", what, json.is_object(), "an object in JSON", reply);
        if reply.status >= 400 {
            self.is("3.6.1 title", what, json["title"].is_string(), "an error message with a title", reply);
            let status = &json["http_status"];
            let is_met = status.is_null() || *status == reply.status.to_string();
            self.is("3.6.1 http_status", what, is_met, "the status as text", reply);
        }
        let lists =
            ["objects", "versions", "collections", "successes", "failures", "pendings", "api_roots", "media_types"];
        let has_empty = lists.iter().any(|name| json[*name].as_array().is_some_and(Vec::is_empty));
        self.is("2 list", what, !has_empty, "no empty list", reply);
        if json["more"] == true {
            self.is("trap more without next", what, json["next"].is_string(), "`next` beside `more`", reply);
        }
    }
}

/// Whether a text is `YYYY-MM-DDThh:mm:ss.ssssssZ`.
pub(super) fn is_stamp(text: &str) -> bool {
    let form = b"0000-00-00T00:00:00.000000Z";
    text.len() == form.len()
        && text.bytes().zip(form).all(|(byte, form)| if *form == b'0' { byte.is_ascii_digit() } else { byte == *form })
}

/// Whether a text is a UUID of version 4.
pub(super) fn is_uuid4(text: &str) -> bool {
    let form = b"xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
    text.len() == form.len()
        && text.bytes().zip(form).all(|(byte, form)| match form {
            b'x' => byte.is_ascii_hexdigit(),
            b'y' => matches!(byte.to_ascii_lowercase(), b'8' | b'9' | b'a' | b'b'),
            form => byte == *form,
        })
}
