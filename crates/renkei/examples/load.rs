//! Asks a served office for pages, as many at once as there are people, and says how long they waited.
//!
//! `load SITE SEAT LINK PEOPLE SECONDS EACH_SECOND NAME=WEIGHT=PATH…`: takes SEAT by its LINK (a path),
//! signs in, and asks for the paths in the mix of their weights, EACH_SECOND of them a second; 0: without a
//! pause. A wait counts from the moment at which it was to be asked, so that a slow answer is not hidden by
//! the questions that it kept from being asked. Prints a line for each name: how often, how many were not
//! 200, p50, p95 and p99 in milliseconds, and the bytes of the page.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use renkei_app::signin::code;
use renkei_core::time::Moment;

const PASSWORD: &str = "a horse, seven chairs, and blue";

/// One kind of page in the mix.
struct Page {
    name: String,
    path: String,
}

/// One answer: which page, how long, how many bytes, whether it was 200.
type Answer = (usize, Duration, usize, bool);

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [site, seat, link, people, seconds, each_second, mix @ ..] = args.as_slice() else {
        eprintln!("usage: load SITE SEAT LINK PEOPLE SECONDS EACH_SECOND NAME=WEIGHT=PATH…");
        std::process::exit(2);
    };
    let (pages, wheel) = read_mix(mix);
    let cookies = sign_in(site, seat, link);
    let turn = AtomicUsize::new(0);
    let until = Instant::now() + Duration::from_secs(seconds.parse().expect("seconds"));
    let pace: f64 = each_second.parse().expect("questions a second");
    let people: usize = people.parse().expect("a number of people");
    let began = Instant::now();
    let mut answers: Vec<Answer> = std::thread::scope(|scope| {
        let ask = || {
            let agent = agent();
            let mut answers = Vec::new();
            while Instant::now() < until {
                let turn = turn.fetch_add(1, Ordering::Relaxed);
                let page = wheel[turn % wheel.len()];
                let due = began + Duration::from_secs_f64(if pace > 0.0 { turn as f64 / pace } else { 0.0 });
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
                let began = if pace > 0.0 { due } else { Instant::now() };
                let url = format!("{site}{}", pages[page].path);
                let mut got = agent.get(url).header("cookie", &cookies).call().expect("an answer");
                let bytes = got.body_mut().read_to_vec().expect("a body").len();
                answers.push((page, began.elapsed(), bytes, got.status().as_u16() == 200));
            }
            answers
        };
        let asking: Vec<_> = (0..people).map(|_| scope.spawn(ask)).collect();
        asking.into_iter().flat_map(|person| person.join().expect("a thread")).collect()
    });
    let rate = answers.len() as f64 / began.elapsed().as_secs_f64();
    println!("{people} people, {} answers, {rate:.1} a second", answers.len());
    println!(
        "{:<14} {:>7} {:>5} {:>9} {:>9} {:>9} {:>9}",
        "page", "answers", "bad", "p50 ms", "p95 ms", "p99 ms", "bytes"
    );
    answers.sort_by_key(|(_, span, ..)| *span);
    for (at, page) in pages.iter().enumerate() {
        let of: Vec<&Answer> = answers.iter().filter(|(page, ..)| *page == at).collect();
        line(&page.name, &of);
    }
    line("all", &answers.iter().collect::<Vec<_>>());
}

/// Answers are sorted by how long they took.
fn line(name: &str, answers: &[&Answer]) {
    let at = |part: f64| {
        let place = ((answers.len() as f64 * part).ceil() as usize).clamp(1, answers.len().max(1)) - 1;
        answers.get(place).map_or(f64::NAN, |(_, span, ..)| span.as_secs_f64() * 1e3)
    };
    let bad = answers.iter().filter(|(.., good)| !good).count();
    let bytes = answers.iter().map(|(_, _, bytes, _)| *bytes).max().unwrap_or(0);
    let (p50, p95, p99) = (at(0.50), at(0.95), at(0.99));
    println!("{name:<14} {:>7} {bad:>5} {p50:>9.1} {p95:>9.1} {p99:>9.1} {bytes:>9}", answers.len());
}

/// The pages, and a wheel on which each stands as often as its weight says.
fn read_mix(mix: &[String]) -> (Vec<Page>, Vec<usize>) {
    let (mut pages, mut wheel) = (Vec::new(), Vec::new());
    for one in mix {
        let mut parts = one.splitn(3, '=');
        let mut part = || parts.next().expect("NAME=WEIGHT=PATH").to_owned();
        let (name, weight, path) = (part(), part().parse::<usize>().expect("a weight"), part());
        // Spread over the wheel, so that pages of one kind do not come in a row.
        for turn in 0..weight {
            wheel.push((turn as f64 / weight as f64, pages.len()));
        }
        pages.push(Page { name, path });
    }
    wheel.sort_by(|one, other| one.0.total_cmp(&other.0));
    (pages, wheel.into_iter().map(|(_, page)| page).collect())
}

/// Takes the seat of a link and signs in; the cookies.
fn sign_in(site: &str, seat: &str, link: &str) -> String {
    let agent = agent();
    let page =
        agent.get(format!("{site}{link}")).call().expect("the link").body_mut().read_to_string().expect("a page");
    let totp = page.split("name=\"totp\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a secret");
    let totp = totp.to_owned();
    let code = || code::now(&totp, now()).expect("a code");
    post(&agent, site, link, &[("password", PASSWORD), ("again", PASSWORD), ("totp", &totp), ("code", &code())]);
    let signed = post(&agent, site, "/sign-in", &[("seat", seat), ("password", PASSWORD), ("code", &code())]);
    let set = signed.headers().get_all("set-cookie");
    let cookies = set.iter().filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
    cookies.collect::<Vec<_>>().join("; ")
}

fn post(agent: &ureq::Agent, site: &str, path: &str, fields: &[(&str, &str)]) -> ureq::http::Response<ureq::Body> {
    let body = serde_urlencoded::to_string(fields).expect("a form");
    let request = agent.post(format!("{site}{path}")).header("origin", site);
    let got = request.header("content-type", "application/x-www-form-urlencoded").send(body).expect("an answer");
    assert!(got.status().as_u16() < 400, "{path}: {}", got.status());
    got
}

fn agent() -> ureq::Agent {
    let settings = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
    settings.timeout_global(Some(Duration::from_secs(60))).build().into()
}

fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    Moment(i64::try_from(since.as_micros()).expect("a moment"))
}
