//! The served office: the real process, seats that were invited, and a plain HTTP client.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::time::Duration;

use renkei_app::signin::code;
use renkei_core::time::Moment;
use serde_json::Value;

use crate::desk::{Desk, text};
use crate::feed::log;

pub const PASSWORD: &str = "紺色の 机 と 七頭の 馬";

/// An office that is served until it is dropped.
pub struct Served {
    pub desk: Desk,
    pub site: String,
    process: Child,
}

/// A seat that somebody took: what its person knows and holds.
pub struct Person {
    pub seat: String,
    pub totp: String,
    pub recovery: Vec<String>,
    /// `Cookie` header.
    pub cookies: String,
}

/// An answer, as far as tests look at it.
pub struct Got {
    pub status: u16,
    pub kind: String,
    pub cookies: Vec<String>,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Served {
    /// An office with two providers and observations, served on a free port.
    pub fn open(registry: Option<String>) -> Self {
        let desk = Desk::new(registry);
        desk.open();
        let feed = desk.write("2026-11-01-sinkhole.jsonl", &log(300, "2026-11-01"));
        desk.ok(&["ingest", text(&feed)]);
        Self::over(desk)
    }

    /// An office as it is.
    pub fn over(desk: Desk) -> Self {
        Self::serve(desk, &[], Stdio::inherit())
    }

    /// Serves an office, with more options and its log elsewhere.
    pub fn serve(desk: Desk, more: &[&str], log: Stdio) -> Self {
        let mut command = desk.command(&[&["serve", "--listen", "127.0.0.1:0"], more].concat());
        let mut process = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let at = line.find("http://").unwrap_or_else(|| panic!("{line}"));
        let site = line[at..].split_whitespace().next().unwrap().trim_end_matches('/').to_owned();
        Self { desk, site, process }
    }

    /// Serves an office with policy zones; the port they are on.
    pub fn with_zones(desk: Desk, zones: &std::path::Path, log: Stdio) -> (Self, u16) {
        let mut command = desk.command(&["serve", "--listen", "127.0.0.1:0", "--zones", text(zones)]);
        let mut process = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
        let (site, zones) = (lines.next().unwrap(), lines.next().unwrap());
        let at = site.find("http://").unwrap_or_else(|| panic!("{site}"));
        let site = site[at..].split_whitespace().next().unwrap().trim_end_matches('/').to_owned();
        let port = zones.split("127.0.0.1:").nth(1).unwrap_or_else(|| panic!("{zones}"));
        let port = port.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap();
        (Self { desk, site, process }, port)
    }

    /// Where it listens.
    pub fn address(&self) -> std::net::SocketAddr {
        self.site.trim_start_matches("http://").parse().unwrap()
    }

    /// Kills it without a word.
    pub fn killed(mut self) -> Desk {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        std::mem::replace(&mut self.desk, Desk::new(None))
    }

    /// The path of a link to a seat.
    pub fn invite(&self, seat: &str, duties: &str, party: Option<&str>) -> String {
        let mut args = vec!["seat", "invite", seat, "--title-ja", "担当", "--title-en", "desk", "--duty", duties];
        if let Some(party) = party {
            args.extend(["--party", party]);
        }
        self.desk.ok(&args)["path"].as_str().unwrap().to_owned()
    }

    /// Invites, takes the seat and signs in, without a browser.
    pub fn seat(&self, seat: &str, duties: &str, party: Option<&str>) -> Person {
        let link = self.invite(seat, duties, party);
        let page = self.get(&link, "");
        let totp = between(&page.body, "name=\"totp\" value=\"", "\"").to_owned();
        let code = code::now(&totp, now()).unwrap();
        let fields = [("password", PASSWORD), ("again", PASSWORD), ("totp", &totp), ("code", &code)];
        let taken = self.post(&link, "", &fields);
        assert_eq!(taken.status, 200, "{}", taken.body);
        let list = between(&taken.body, "<ul class=\"codes\">", "</ul>");
        let recovery: Vec<String> =
            list.split("<code>").skip(1).map(|code| code.split('<').next().unwrap().to_owned()).collect();
        assert_eq!(recovery.len(), 8);
        let mut person = Person { seat: seat.to_owned(), totp, recovery, cookies: String::new() };
        person.cookies = self.sign_in(&person, &code::now(&person.totp, now()).unwrap());
        person
    }

    /// Signs in with a code; the cookies.
    pub fn sign_in(&self, person: &Person, code: &str) -> String {
        let fields = [("seat", person.seat.as_str()), ("password", PASSWORD), ("code", code)];
        let signed = self.post("/sign-in", "", &fields);
        assert_eq!(signed.status, 303, "{}", signed.body);
        signed.cookies.iter().map(|cookie| cookie.split(';').next().unwrap()).collect::<Vec<_>>().join("; ")
    }

    /// Where a sign-in leads that was asked for on the way to another page.
    pub fn sign_in_back(&self, person: &Person, back: &str) -> String {
        let code = person.recovery.last().unwrap();
        let fields = [("seat", person.seat.as_str()), ("password", PASSWORD), ("code", code), ("back", back)];
        let signed = self.post("/sign-in", &person.cookies, &fields);
        assert_eq!(signed.status, 303, "{}", signed.body);
        signed.header("location").to_owned()
    }

    pub fn get(&self, path: &str, cookies: &str) -> Got {
        self.ask("GET", path, &[("cookie", cookies)], "")
    }

    /// Sends a form as a browser would.
    pub fn post(&self, path: &str, cookies: &str, fields: &[(&str, &str)]) -> Got {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let headers =
            [("cookie", cookies), ("origin", &self.site), ("content-type", "application/x-www-form-urlencoded")];
        self.ask("POST", path, &headers, &body)
    }

    /// Sends a form with the token of a page that has one.
    pub fn send(&self, page: &str, path: &str, cookies: &str, fields: &[(&str, &str)]) -> Got {
        let shown = self.get(page, cookies);
        assert_eq!(shown.status, 200, "{page}: {}", shown.body);
        let token = between(&shown.body, "name=\"form-token\" value=\"", "\"").to_owned();
        self.post(path, cookies, &[fields, &[("form-token", &token)]].concat())
    }

    /// Asks the API with a token.
    pub fn api(&self, method: &str, path: &str, token: &str, json: Option<&Value>) -> Got {
        let bearer = format!("Bearer {token}");
        let body = json.map(ToString::to_string).unwrap_or_default();
        self.ask(method, path, &[("authorization", &bearer), ("content-type", "application/json")], &body)
    }

    /// Bytes that the API gives, with the status.
    pub fn fetch(&self, path: &str, token: &str) -> (u16, Vec<u8>) {
        let settings = ureq::Agent::config_builder().http_status_as_error(false);
        let agent: ureq::Agent = settings.timeout_global(Some(Duration::from_secs(60))).build().into();
        let asked = agent.get(format!("{}{path}", self.site)).header("authorization", format!("Bearer {token}"));
        let mut answer = asked.call().unwrap();
        (answer.status().as_u16(), answer.body_mut().read_to_vec().unwrap())
    }

    pub fn token(&self, seat: &str, scope: &str) -> String {
        let made = self.desk.ok(&["seat", "token", seat, "--name", "test", "--scope", scope]);
        made["token"].as_str().unwrap().to_owned()
    }

    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Got {
        let settings = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let agent: ureq::Agent = settings.timeout_global(Some(Duration::from_secs(60))).build().into();
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.site));
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, *value);
        }
        let answer = if method == "GET" {
            agent.run(request.body(()).unwrap())
        } else {
            agent.run(request.body(body.to_owned()).unwrap())
        };
        let mut answer = answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let text = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let kind = text("content-type").unwrap_or_default();
        Got {
            status: answer.status().as_u16(),
            cookies: answer.headers().get_all("set-cookie").iter().map(|it| it.to_str().unwrap().to_owned()).collect(),
            headers: answer
                .headers()
                .iter()
                .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
                .collect(),
            // A stream of events has no end.
            body: match kind.as_str() {
                "text/event-stream" => String::new(),
                // A sheet of paper or a table may come: what is searched for in it is still text.
                _ => String::from_utf8_lossy(&answer.body_mut().read_to_vec().unwrap()).into_owned(),
            },
            kind,
        }
    }
}

impl Got {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Whether it had ended already does not matter here.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The moment it is: the served process asks the same clock.
pub fn now() -> Moment {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Moment(i64::try_from(since.as_micros()).unwrap())
}

/// What stands between two texts.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no `{before}` in {text}")).1;
    rest.split_once(after).unwrap_or_else(|| panic!("no `{after}`")).0
}
