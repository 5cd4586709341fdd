//! A visit: who asks, in which language, from where. The guard makes it before any handler runs.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use renkei_app::office::Office;
use renkei_app::signin::Visitor;
use renkei_app::words::Words;
use renkei_core::seat::{Duty, Seat};
use renkei_core::text::Language;
use renkei_core::time::Moment;

use crate::door::Route;
use crate::problem::Problem;
use crate::site::Site;

/// Who asks, and how.
#[derive(Debug, Clone)]
pub struct Visit {
    pub(crate) site: Arc<Site>,
    /// Who is signed in; `None`: nobody.
    pub(crate) visitor: Option<Visitor>,
    /// The session's secret, for the tokens of forms.
    pub(crate) session: Option<String>,
    pub(crate) language: Language,
    /// The moment the request came.
    pub(crate) at: Moment,
    /// Where it comes from.
    pub(crate) peer: IpAddr,
    /// Path and query.
    pub(crate) path: String,
    /// What the browser calls itself.
    pub(crate) agent: String,
    /// The mark of a known device.
    pub(crate) device: Option<String>,
}

impl Visit {
    /// The words of the visitor's language.
    pub fn words(&self) -> &Words {
        self.site.words(self.language)
    }

    /// The words of a key.
    pub fn say(&self, key: &str) -> String {
        self.words().of(key)
    }

    /// The visitor; a page that needs one is never reached without.
    pub fn visitor(&self) -> Result<&Visitor, Problem> {
        self.visitor.as_ref().ok_or_else(Problem::sign_in)
    }

    /// The visitor's seat.
    pub fn seat(&self) -> Result<&Seat, Problem> {
        Ok(&self.visitor()?.seat)
    }

    /// The office with the visitor's seat acting.
    pub fn office(&self) -> Result<Office, Problem> {
        Ok(self.site.office.visited_by(self.visitor()?))
    }

    /// Whether the visitor's party is the one whose office it is.
    pub fn is_house(&self) -> bool {
        let house = &self.site.office.settings().party;
        self.visitor.as_ref().is_some_and(|visitor| visitor.seat.party == *house)
    }

    /// Whether the visitor's seat has one of some duties.
    pub fn has(&self, duties: &[Duty]) -> bool {
        self.visitor.as_ref().is_some_and(|visitor| duties.iter().any(|duty| visitor.seat.has(*duty)))
    }

    /// Whether the table has a route for this visitor.
    pub fn may_use(&self, route: &Route) -> bool {
        let duties = self.visitor.as_ref().map(|visitor| visitor.seat.duties.as_slice()).unwrap_or_default();
        route.is_for(duties, self.is_house())
    }

    /// The token for the visitor's forms.
    pub fn form_token(&self) -> String {
        self.session.as_ref().map(|session| self.site.form_token(session)).unwrap_or_default()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(Problem::sign_in)
    }
}
