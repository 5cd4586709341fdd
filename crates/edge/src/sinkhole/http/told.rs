//! A request becomes a line: who called, for which family, how sure that is.

use super::body::Seen;
use super::{Named, Who, request, who};
use crate::sinkhole::hit::{Events, Out, Scene, Worth};
use crate::sinkhole::profile::Mark;

/// The longest path that is kept, in bytes.
const LONGEST_PATH: usize = 2048;

/// The longest User-Agent that is kept, in bytes.
const LONGEST_AGENT: usize = 256;

/// What is told of a request.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'t> {
    /// Its method.
    pub method: &'t str,
    /// Path and query.
    pub path: &'t str,
    /// The User-Agent.
    pub agent: Option<&'t str>,
    /// The Referer.
    pub referer: Option<&'t str>,
    /// The host in lower case, without port.
    pub host: Option<&'t str>,
}

/// The same, held while a body is on its way.
#[derive(Debug)]
pub struct Told {
    method: String,
    path: String,
    agent: Option<String>,
    referer: Option<String>,
    host: Option<String>,
}

impl Told {
    /// Holds it.
    pub fn of(telling: &Telling<'_>) -> Self {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Self {
            method: telling.method.to_owned(),
            path: telling.path.to_owned(),
            agent: owned(telling.agent),
            referer: owned(telling.referer),
            host: owned(telling.host),
        }
    }

    /// Gives it back.
    pub fn told<T>(&self, then: impl FnOnce(&Telling<'_>) -> T) -> T {
        then(&Telling {
            method: &self.method,
            path: &self.path,
            agent: self.agent.as_deref(),
            referer: self.referer.as_deref(),
            host: self.host.as_deref(),
        })
    }
}

/// Writes the line of a request. Nothing is written for what is locked.
pub fn tell(telling: &Telling<'_>, seen: &Seen, is_torn: bool, scene: &Scene<'_>, events: &mut Events, out: &mut Out) {
    tell_of(who(scene, telling.host), telling, seen, is_torn, scene, events, out);
}

/// The same, where it is known already for whom the request is.
pub(super) fn tell_of(
    who: Who<'_>,
    telling: &Telling<'_>,
    seen: &Seen,
    is_torn: bool,
    scene: &Scene<'_>,
    events: &mut Events,
    out: &mut Out,
) {
    let family = match who {
        Who::Locked => {
            out.locked += 1;
            return;
        }
        Who::Served(served, named) => Some((served, named)),
        Who::Nobody => None,
    };
    let asked = request(telling, seen.first(), seen.length);
    let likeness = family.map(|(served, _)| served.profile.likeness(&asked));
    let shaped = likeness.is_some_and(|likeness| likeness.shaped);
    let linked = likeness.is_some_and(|likeness| likeness.linked).then_some(Mark::Browser);
    let mark = scene.table.marks.of(scene.source.ip().to_canonical(), telling.agent).or(linked);
    let application = if scene.hello.is_some() { "https" } else { "http" };
    let mut line = out.line(scene, events, "tcp", application);
    line.some("host", telling.host);
    line.text("method", telling.method);
    line.cut("path", telling.path, LONGEST_PATH);
    if let Some(agent) = telling.agent {
        line.cut("agent", agent, LONGEST_AGENT);
    }
    line.number("length", seen.length);
    if let Some(sha256) = &seen.sha256 {
        line.hex("sha256", sha256);
    }
    if seen.is_cut || is_torn {
        line.text("broken", "body-cut");
    }
    let worth = match (family, mark) {
        (Some((served, _)), Some(mark)) => {
            line.text("mark", mark.as_str());
            line.text("called", &served.zone.family);
            Worth::Stray
        }
        (Some((served, named)), None) => {
            line.text("family", &served.zone.family);
            line.text("confidence", confidence(named, shaped));
            line.some("bot_id", likeness.and_then(|likeness| likeness.device));
            Worth::Infection
        }
        (None, mark) => {
            line.some("mark", mark.map(Mark::as_str));
            Worth::Stray
        }
    };
    line.end(worth);
}

/// How sure the family is: the domain names it, the shape raises it.
const fn confidence(named: Named, shaped: bool) -> &'static str {
    match (named, shaped) {
        (Named::Domain, true) => "high",
        (Named::Domain, false) | (Named::Address, true) => "medium",
        (Named::Address, false) => "low",
    }
}
