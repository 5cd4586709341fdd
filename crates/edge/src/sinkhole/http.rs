//! HTTP/1.1 as a machine: bytes and a moment in, a blank answer and a line of the log out.
//!
//! A head has at most [`MOST_HEAD`] bytes; of a body only length, SHA-256 and, until the answer, its
//! first 64 bytes are in memory. Nothing of it is kept.

mod body;
mod head;
mod told;

use super::hit::{Events, Out, Scene, Worth};
use super::profile::{Answer, Request};
use super::table::{Served, Standing};

pub use body::{Body, FIRST, MOST_BODY, Seen};
pub use head::MOST_HEAD;
pub use told::{Telling, Told, tell};

use body::Step;
use head::{Head, HeadError, read_head};

/// One connection.
#[derive(Debug, Default)]
pub struct Http {
    /// The beginning of a head that is not whole yet.
    buffer: Vec<u8>,
    /// A request whose body is not whole yet.
    open: Option<Box<Open>>,
    answered: u32,
}

#[derive(Debug)]
struct Open {
    told: Told,
    body: Body,
    keeps: bool,
}

impl Http {
    /// Whether it waits for a new request, so that closing it loses nothing.
    pub const fn is_idle(&self) -> bool {
        self.buffer.is_empty() && self.open.is_none()
    }

    /// Whether the body of a request is on its way.
    pub const fn has_body(&self) -> bool {
        self.open.is_some()
    }

    /// How many requests were answered.
    pub const fn answered(&self) -> u32 {
        self.answered
    }

    /// Takes bytes of the connection.
    pub fn feed(&mut self, mut bytes: &[u8], scene: &Scene<'_>, events: &mut Events, out: &mut Out) {
        while !bytes.is_empty() && !out.closes {
            bytes = match self.open.take() {
                Some(open) => self.body(open, bytes, scene, events, out),
                None => self.head(bytes, scene, events, out),
            };
        }
    }

    /// The other side closed: a request that was on its way is told with what came of it.
    pub fn end(&mut self, scene: &Scene<'_>, events: &mut Events, out: &mut Out) {
        if let Some(open) = self.open.take() {
            let Open { told, body, .. } = *open;
            told.told(|told| tell(told, &body.seen(), true, scene, events, out));
            return;
        }
        if !self.buffer.is_empty() {
            self.broken("cut", scene, events, out);
        }
    }

    fn head<'b>(&mut self, bytes: &'b [u8], scene: &Scene<'_>, events: &mut Events, out: &mut Out) -> &'b [u8] {
        if self.buffer.is_empty() {
            return match read_head(bytes) {
                Ok(Some((head, used))) => {
                    self.request(&head, bytes.get(used..).unwrap_or_default(), scene, events, out)
                }
                Ok(None) if bytes.len() < MOST_HEAD => {
                    self.buffer.extend_from_slice(bytes);
                    &[]
                }
                Ok(None) => self.refuse(HeadError::Long, scene, events, out),
                Err(error) => self.refuse(error, scene, events, out),
            };
        }
        let before = self.buffer.len();
        let (taken, _) = bytes.split_at(bytes.len().min(MOST_HEAD.saturating_sub(before)));
        self.buffer.extend_from_slice(taken);
        // Reading again is worth it only when the head may have come to its end.
        if !ends_within(&self.buffer, before) {
            return match self.buffer.len() < MOST_HEAD {
                true => &[],
                false => self.refuse(HeadError::Long, scene, events, out),
            };
        }
        let buffer = std::mem::take(&mut self.buffer);
        match read_head(&buffer) {
            Ok(Some((head, used))) => {
                let rest = bytes.get(used.saturating_sub(before)..).unwrap_or_default();
                self.request(&head, rest, scene, events, out)
            }
            Ok(None) => {
                self.buffer = buffer;
                &[]
            }
            Err(error) => self.refuse(error, scene, events, out),
        }
    }

    fn request<'b>(
        &mut self,
        head: &Head<'_>,
        rest: &'b [u8],
        scene: &Scene<'_>,
        events: &mut Events,
        out: &mut Out,
    ) -> &'b [u8] {
        let who = who(scene, head.host.as_deref());
        if matches!(who, Who::Locked) {
            out.locked += 1;
            out.closes = true;
            return &[];
        }
        let mut body = Body::new(head.length, head.is_chunked);
        let Step { used, done } = body.take(rest);
        let after = rest.get(used..).unwrap_or_default();
        if done {
            let seen = body.seen();
            self.answer(who, head.is_head(), head.keeps, &seen, scene, out);
            told::tell_of(who, &head.telling(), &seen, false, scene, events, out);
            return after;
        }
        if head.expects {
            out.reply.extend_from_slice(b"HTTP/1.1 100 Continue\r\n\r\n");
        }
        self.open = Some(Box::new(Open { told: Told::of(&head.telling()), body, keeps: head.keeps }));
        after
    }

    fn body<'b>(
        &mut self,
        mut open: Box<Open>,
        bytes: &'b [u8],
        scene: &Scene<'_>,
        events: &mut Events,
        out: &mut Out,
    ) -> &'b [u8] {
        let Step { used, done } = open.body.take(bytes);
        if !done {
            self.open = Some(open);
            return bytes.get(used..).unwrap_or_default();
        }
        let Open { told, body, keeps } = *open;
        let seen = body.seen();
        told.told(|telling| {
            // Its hour may have ended since the head came.
            let who = who(scene, telling.host);
            self.answer(who, telling.method == "HEAD", keeps, &seen, scene, out);
            told::tell_of(who, telling, &seen, false, scene, events, out);
        });
        bytes.get(used..).unwrap_or_default()
    }

    fn answer(&mut self, who: Who<'_>, is_head: bool, keeps: bool, seen: &Seen, scene: &Scene<'_>, out: &mut Out) {
        let keeps = keeps && !seen.is_cut;
        let replies = match who {
            Who::Locked => {
                out.closes = true;
                return;
            }
            Who::Served(served, _) => &served.replies,
            Who::Nobody => &scene.table.nothing_here,
        };
        out.reply.extend_from_slice(replies.pick(is_head, !keeps));
        out.closes = !keeps;
        out.drains = seen.is_cut;
        self.answered += 1;
    }

    fn refuse(&mut self, error: HeadError, scene: &Scene<'_>, events: &mut Events, out: &mut Out) -> &'static [u8] {
        self.buffer = Vec::new();
        out.closes = true;
        if !scene.table.serves_anything(scene.at) {
            out.locked += 1;
            return &[];
        }
        out.reply.extend_from_slice(error.reply());
        out.drains = true;
        self.broken(error.as_str(), scene, events, out);
        &[]
    }

    fn broken(&self, how: &str, scene: &Scene<'_>, events: &mut Events, out: &mut Out) {
        if scene.table.serves_anything(scene.at) {
            let mut line = out.line(scene, events, "tcp", "http");
            line.text("broken", how);
            line.end(Worth::Touch);
        }
    }
}

/// Whether an empty line ends in what was added behind `before`.
fn ends_within(buffer: &[u8], before: usize) -> bool {
    let from = before.saturating_sub(3);
    let tail = buffer.get(from..).unwrap_or_default();
    tail.windows(2).any(|pair| pair == b"\n\n") || tail.windows(3).any(|three| three == b"\n\r\n")
}

/// For whom a request is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Who<'t> {
    /// An open zone, and what named it.
    Served(&'t Served, Named),
    /// A zone without authority, or nothing is open at all.
    Locked,
    /// No zone of the order.
    Nobody,
}

/// What named the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// The domain.
    Domain,
    /// The sinkhole's address, which is given to this family alone.
    Address,
}

/// For whom a request is: by its Host, else by the name in TLS, else by the address it called.
pub(super) fn who<'t>(scene: &Scene<'t>, host: Option<&str>) -> Who<'t> {
    let name = scene.hello.and_then(|hello| hello.server_name.as_deref());
    for name in host.into_iter().chain(name) {
        match scene.table.standing(name, scene.at) {
            Standing::Open(served) => return Who::Served(served, Named::Domain),
            Standing::Locked => return Who::Locked,
            Standing::Foreign => {}
        }
    }
    match scene.table.by_address(scene.destination.ip().to_canonical(), scene.at) {
        Some(served) => Who::Served(served, Named::Address),
        None if scene.table.serves_anything(scene.at) => Who::Nobody,
        None => Who::Locked,
    }
}

/// Whether a request for this host (or the name in TLS, or the address) is locked.
pub fn is_locked(scene: &Scene<'_>, host: Option<&str>) -> bool {
    matches!(who(scene, host), Who::Locked)
}

/// The family that a connection names before it sends a request.
pub fn family_of<'t>(scene: &Scene<'t>, host: Option<&str>) -> Option<&'t str> {
    match who(scene, host) {
        Who::Served(served, _) => Some(&served.zone.family),
        Who::Locked | Who::Nobody => None,
    }
}

/// Status, type and body of the blank answer, for a protocol that frames them otherwise; `None`: locked.
pub fn answer_parts(scene: &Scene<'_>, host: Option<&str>) -> Option<(u16, &'static str, Vec<u8>)> {
    let nothing = Answer::nothing_here();
    let (status, kind, body) = match who(scene, host) {
        Who::Served(served, _) => served.profile.answer.parts(),
        Who::Nobody => nothing.parts(),
        Who::Locked => return None,
    };
    Some((status, kind.as_str(), body.to_vec()))
}

/// A request as profiles see it.
pub(super) const fn request<'r>(telling: &told::Telling<'r>, first: &'r [u8], length: u64) -> Request<'r> {
    Request {
        method: telling.method,
        path: telling.path,
        agent: telling.agent,
        referer: telling.referer,
        first,
        length,
    }
}

#[cfg(test)]
mod tests;
