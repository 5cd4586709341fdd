//! What a route is: its method and path, the door it belongs to, and for whom it is there.

use axum::http::Method;
use renkei_app::seats::Scope;
use renkei_core::seat::Duty;

/// Which door a route belongs to: it decides how a visitor is known and how a problem is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Pages for people, known by a session's cookie.
    Page,
    /// JSON for programs, known by a token.
    Api,
    /// Style, script and pictures: the same for everybody.
    Asset,
}

/// For whom a route is there. What exactly they may do there is the gate's to say.
#[derive(Debug, Clone, Copy)]
pub enum Who {
    /// Everybody.
    Anyone,
    /// Every seat.
    Seated,
    /// Seats that have one of these duties, of any organisation.
    Having(&'static [Duty]),
    /// Seats of the office's own organisation that have one of these duties.
    House(&'static [Duty]),
}

/// One route.
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path, as axum matches it.
    pub path: &'static str,
    /// Its stable name; `operationId` in the OpenAPI document.
    pub name: &'static str,
    /// Its door.
    pub door: Door,
    /// For whom it is there.
    pub who: Who,
    /// The least scope a token needs.
    pub scope: Scope,
}

impl Route {
    /// Whether its body is taken as it comes, however long: it is never held in memory.
    pub fn streams(&self) -> bool {
        self.name == "hand-in"
    }

    /// Whether it is asked by a page on its own: nobody is known to sit before it.
    pub fn is_background(&self) -> bool {
        self.name == "live-events"
    }

    /// Whether the route is there for a seat with some duties, of the house or of another organisation.
    pub fn is_for(&self, duties: &[Duty], house: bool) -> bool {
        let any = |wanted: &[Duty]| duties.iter().any(|duty| wanted.contains(duty));
        match self.who {
            Who::Anyone | Who::Seated => true,
            Who::Having(wanted) => any(wanted),
            Who::House(wanted) => house && any(wanted),
        }
    }
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}
