//! The machine of TAXII behind a socket, played by a client that knows nothing of it.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use renkei_core::time::Moment;
use renkei_formats::taxii::answer::{self, Collection, Discovery, Root};
use renkei_formats::taxii::{
    Answer, Asked, CollectionName, Door, Limits, Outcome, Place, Pushed, Refusal, Request, Rights, RootUrl, Search,
    Shelf, Status, posting,
};
use renkei_testkit::taxii::{Report, Setup, suite};
use uuid::Uuid;

const NOW: Moment = Moment(1_800_000_000_000_000);
const CHALLENGE: &str = "Basic realm=\"taxii\", charset=\"UTF-8\"";
const READ_WRITE: &str = "365fed99-08fa-4dcd-a1b3-fb247eb41d01";
const READ_ONLY: &str = "91a7b528-80eb-42ed-a74d-c6fbd5a26116";
const WRITE_ONLY: &str = "472c94ae-3113-4e3e-a4dd-a9f4ac7471d4";
const NO_ACCESS: &str = "64993447-4d7e-4f70-b94d-d7f33742ee63";
const HIDDEN: &str = "52892447-4d7e-4f70-b94d-d7f22742ff63";
const HELD: &str = "indicator--cd981c25-8042-4166-8945-51178443bdac";

/// A collection with its objects; without rights nobody may know of it.
struct Kept {
    about: Collection,
    is_hidden: bool,
    shelf: Shelf,
}

/// What a wrong server does with an answer: by method, target and `Accept`.
type Fault = fn(&str, &str, &[&str], &mut Answer);

/// An office small enough for a test.
struct Office {
    door: Door,
    fault: Fault,
    kept: Mutex<Vec<Kept>>,
    statuses: Mutex<HashMap<Uuid, Status>>,
}

impl Office {
    fn new(fault: Fault) -> Self {
        let limits = Limits { content: 1 << 20, page: 100, ..Limits::default() };
        let held = format!(
            r#"{{"objects":[{{"type":"indicator","spec_version":"2.1","id":"{HELD}","created":"2014-05-08T09:00:00.000Z","modified":"2014-05-08T09:00:00.000Z"}}]}}"#
        );
        let held = posting::read(held.as_bytes(), &limits).unwrap();
        let kinds = [
            (READ_WRITE, true, true, Some("office-writes"), false),
            (READ_ONLY, true, false, None, false),
            (WRITE_ONLY, false, true, None, false),
            (NO_ACCESS, false, false, None, false),
            (HIDDEN, true, true, None, true),
        ];
        let kept = kinds.map(|(id, read, write, alias, is_hidden)| {
            let about = Collection {
                id: id.parse().unwrap(),
                title: id.to_owned(),
                description: None,
                alias: alias.map(str::to_owned),
                rights: Rights { read, write },
                has_v20: true,
            };
            let mut shelf = Shelf::new();
            shelf.push(held.items[0].entry(NOW)).unwrap();
            Kept { about, is_hidden, shelf }
        });
        let door = Door::new([root()], limits);
        Self { door, fault, kept: Mutex::new(kept.into()), statuses: Mutex::default() }
    }

    fn answer(&self, asked: Asked, body: &[u8]) -> Result<Answer, Refusal> {
        let mut kept = self.kept.lock().unwrap();
        let all = |_: Place| true;
        match asked {
            Asked::Discovery => Ok(answer::discovery(&Discovery {
                title: "A test".to_owned(),
                description: None,
                contact: None,
                roots: vec![root()],
                default: Some(root()),
            })),
            Asked::Root { .. } => {
                Ok(answer::root(&Root { title: "A root".to_owned(), description: None }, self.door.limits()))
            }
            Asked::Status { id, .. } => {
                self.statuses.lock().unwrap().get(&id).map(answer::status).ok_or(Refusal::NotFound)
            }
            Asked::Collections { .. } => {
                let listed: Vec<_> =
                    kept.iter().filter(|kept| !kept.is_hidden).map(|kept| kept.about.clone()).collect();
                Ok(answer::collections(&listed))
            }
            Asked::Collection { collection, .. } => Ok(answer::collection(&find(&mut kept, &collection)?.about)),
            Asked::Manifest { collection, search, .. } => {
                let kept = find(&mut kept, &collection)?;
                kept.about.rights.may_read()?;
                Ok(answer::manifest(&kept.shelf.page(&search, all)))
            }
            Asked::Objects { collection, search, .. } => {
                let kept = find(&mut kept, &collection)?;
                kept.about.rights.may_read()?;
                Ok(answer::envelope(&kept.shelf.page(&search, all)))
            }
            Asked::Object { collection, search, .. } => {
                Ok(answer::envelope(&one(find(&mut kept, &collection)?, &search)?.page(&search, all)))
            }
            Asked::Versions { collection, search, .. } => {
                Ok(answer::versions(&one(find(&mut kept, &collection)?, &search)?.page(&search, all)))
            }
            Asked::Delete { collection, filter, .. } => {
                let kept = find(&mut kept, &collection)?;
                kept.about.rights.may_delete()?;
                match kept.shelf.remove(&filter, all).is_empty() {
                    true => Err(Refusal::NotFound),
                    false => Ok(answer::deleted()),
                }
            }
            Asked::Add { collection, .. } => {
                let kept = find(&mut kept, &collection)?;
                kept.about.rights.may_add()?;
                let posting = posting::read(body, self.door.limits())?;
                let outcomes: Vec<Outcome> = posting.items.iter().map(|item| put(&mut kept.shelf, item)).collect();
                let status = Status::of(Uuid::new_v4(), NOW, &posting, &outcomes);
                let answer = answer::accepted(&status);
                self.statuses.lock().unwrap().insert(status.id, status);
                Ok(answer)
            }
        }
    }
}

/// The collection of a name, if the client may know of it.
fn find<'a>(kept: &'a mut [Kept], name: &CollectionName) -> Result<&'a mut Kept, Refusal> {
    let is_it = |kept: &&mut Kept| match name {
        CollectionName::Id(id) => kept.about.id == *id,
        CollectionName::Alias(alias) => kept.about.alias.as_deref() == Some(&**alias),
    };
    kept.iter_mut().filter(|kept| !kept.is_hidden).find(is_it).ok_or(Refusal::NotFound)
}

fn root() -> RootUrl {
    "/hub/".parse().unwrap()
}

fn one<'a>(kept: &'a Kept, search: &Search) -> Result<&'a Shelf, Refusal> {
    kept.about.rights.may_read()?;
    kept.shelf.holds(&search.filter, |_| true).then_some(&kept.shelf).ok_or(Refusal::NotFound)
}

fn put(shelf: &mut Shelf, item: &posting::Item) -> Outcome {
    match shelf.push(item.entry(shelf.moment(NOW))) {
        Ok(Pushed::New(_)) => Outcome::Added,
        Ok(Pushed::Same(_)) => Outcome::Same,
        Ok(Pushed::Other(_)) => Outcome::Other,
        Err(_) => Outcome::Failed,
    }
}

/// One request, read and answered.
fn serve(office: &Office, stream: TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let line = |reader: &mut BufReader<TcpStream>| {
        let mut line = String::new();
        reader.read_line(&mut line).map(|_| line.trim_end().to_owned())
    };
    let first = line(&mut reader)?;
    let mut headers: Vec<(String, String)> = Vec::new();
    loop {
        let line = line(&mut reader)?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let of = |name: &str| -> Vec<&str> {
        headers.iter().filter(|(header, _)| header == name).map(|(_, value)| value.as_str()).collect()
    };
    let mut words = first.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let length: Option<u64> = of("content-length").first().and_then(|text| text.parse().ok());
    let (accept, content_type) = (of("accept"), of("content-type"));
    let request = Request { method, path, query, accept: &accept, content_type: &content_type, length };
    let answer = if of("authorization") == ["Basic b2ZmaWNlOnNlY3JldA=="] {
        office.door.ask(&request).and_then(|asked| {
            let mut body = Vec::new();
            match length {
                Some(length) => _ = reader.by_ref().take(length).read_to_end(&mut body),
                None if !of("transfer-encoding").is_empty() => loop {
                    let size = u64::from_str_radix(&line(&mut reader).unwrap_or_default(), 16).unwrap_or(0);
                    if size == 0 || body.len() as u64 > office.door.limits().content {
                        break;
                    }
                    _ = reader.by_ref().take(size).read_to_end(&mut body);
                    _ = line(&mut reader);
                },
                None => {}
            }
            office.answer(asked, &body)
        })
    } else {
        Err(Refusal::Unauthenticated { challenge: CHALLENGE })
    };
    let mut answer = answer.unwrap_or_else(Refusal::answer);
    (office.fault)(method, target, &accept, &mut answer);
    let mut bytes = format!("HTTP/1.1 {} -\r\nContent-Length: {}\r\n", answer.status, answer.body.len());
    answer.headers.iter().for_each(|(name, value)| bytes.push_str(&format!("{name}: {value}\r\n")));
    bytes.push_str("Connection: close\r\n\r\n");
    let mut stream = stream;
    stream.write_all(bytes.as_bytes())?;
    if method != "HEAD" {
        stream.write_all(&answer.body)?;
    }
    // What was not read would reset the connection under the answer.
    stream.shutdown(std::net::Shutdown::Write)?;
    std::io::copy(&mut reader, &mut std::io::sink()).map(|_| ())
}

/// Serves an office with a fault, and plays the suite against it.
fn played(fault: Fault) -> Report {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let office = Arc::new(Office::new(fault));
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let office = Arc::clone(&office);
            std::thread::spawn(move || serve(&office, stream));
        }
    });
    let setup = Setup {
        base,
        root: "/hub/".to_owned(),
        credentials: ("office".to_owned(), "secret".to_owned()),
        read_write: READ_WRITE.to_owned(),
        alias: Some("office-writes".to_owned()),
        read_only: READ_ONLY.to_owned(),
        held: HELD.to_owned(),
        write_only: WRITE_ONLY.to_owned(),
        no_access: Some(NO_ACCESS.to_owned()),
        hidden: Some(HIDDEN.to_owned()),
    };
    suite(&setup).unwrap()
}

#[test]
fn a_stranger_finds_nothing_wrong() {
    let report = played(|_, _, _, _| {});
    println!("{} checks of {} clauses, not played: {:?}", report.checks, report.clauses.len(), report.skipped);
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
    assert!(report.checks > 1_000 && report.clauses.len() > 70, "{} {}", report.checks, report.clauses.len());
}

#[test]
fn a_stranger_finds_what_is_wrong() {
    let faults: [(&str, Fault); 15] = [
        ("3.1 content-type", |_, _, _, answer| answer.headers[0].1 = "application/json".to_owned()),
        ("3.1 accept", |_, _, accept, answer| {
            if accept == ["application/taxii+json"] {
                *answer = Refusal::NotAcceptable.answer();
            }
        }),
        ("1.6.9", |_, _, _, answer| answer.headers.retain(|(name, _)| *name != "www-authenticate")),
        ("trap redirect", |_, _, _, answer| {
            if answer.status == 401 {
                answer.status = 302;
            }
        }),
        ("trap more without next", |_, _, _, answer| replace(answer, "\"next\":", "\"then\":")),
        ("3.2", |_, _, _, answer| answer.headers.retain(|(name, _)| !name.starts_with("x-taxii"))),
        ("2 list", |_, _, _, answer| {
            if answer.status == 200 && answer.body == b"{}" {
                answer.body = b"{\"objects\":[]}".to_vec();
            }
        }),
        ("3.4 limit", |_, target, _, answer| {
            if target.contains("limit=0") {
                *answer = answer::deleted();
            }
        }),
        ("row 3.13.1.10", |_, target, _, answer| {
            if target.matches("match[type]").count() > 1 {
                *answer = answer::deleted();
            }
        }),
        ("row 3.5.3", |_, _, _, answer| {
            if answer.status == 404 {
                *answer = answer::deleted();
            }
        }),
        ("trap hidden", |_, target, _, answer| {
            if target.contains(HIDDEN) {
                *answer = Refusal::Forbidden.answer();
            }
        }),
        ("trap one bad object", |_, _, _, answer| {
            if String::from_utf8_lossy(&answer.body).contains("\"failures\"") {
                *answer = Refusal::NoJson.answer();
            }
        }),
        ("5.7", |method, target, _, answer| {
            if method == "GET" && target.contains("report--") && answer.status == 404 {
                *answer = answer::deleted();
            }
        }),
        ("trap as posted", |_, _, _, answer| replace(answer, ".000Z\"", "Z\"")),
        ("5.5 duplicate", |_, _, _, answer| replace(answer, "\"failure_count\":0", "\"failure_count\":1")),
    ];
    for (clause, fault) in faults {
        let report = played(fault);
        assert!(report.findings.iter().any(|finding| finding.clause == clause), "{clause}: {:#?}", report.findings);
    }
}

fn replace(answer: &mut Answer, old: &str, new: &str) {
    answer.body = String::from_utf8_lossy(&answer.body).replace(old, new).into_bytes();
}
