//! Signing in and out, taking a seat, choosing a language.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use maud::{Markup, PreEscaped, html};
use qrcode::QrCode;
use qrcode::render::svg;
use renkei_app::signin::code::{self, Codes};
use renkei_app::signin::passkey::Asking;
use renkei_app::signin::{Attempt, InvitationShown, SignInError, SignedIn, Taking};
use renkei_core::id::SeatId;
use serde::Deserialize;

use crate::asking::{Answer, Ask, Kind, asking, site};
use crate::form::{Nothing, Open, Path, Query, Sent};
use crate::layout::{Page, page};
use crate::part::{Field, field, words};
use crate::problem::Problem;
use crate::visit::Visit;

/// Where a visitor wanted to go.
#[derive(Debug, Deserialize)]
pub struct Back {
    back: Option<String>,
}

impl Back {
    /// To a path that was kept.
    pub(super) fn to(path: String) -> Self {
        Self { back: Some(path) }
    }

    /// A path of this site, never another's.
    pub(super) fn path(&self) -> &str {
        // Browsers drop tabs and line feeds from an address: only what is plainly a path is one.
        let plain = |path: &str| path.chars().all(|c| c.is_ascii_graphic() && c != '\\');
        let own = |path: &&str| path.starts_with('/') && !path.starts_with("//") && plain(path);
        self.back.as_deref().filter(own).unwrap_or("/")
    }
}

/// What was typed to sign in.
#[derive(Debug, Deserialize)]
pub struct SignIn {
    seat: String,
    password: String,
    code: String,
    back: Option<String>,
}

/// What a passkey answered, and where its holder wanted to go.
#[derive(Debug, Deserialize)]
pub struct ByPasskey {
    back: Option<String>,
    #[serde(flatten)]
    answer: Answer,
}

/// What was typed to take a seat.
#[derive(Debug, Deserialize)]
pub struct TakeSeat {
    password: String,
    again: String,
    totp: String,
    code: String,
}

/// The sign-in page.
pub async fn sign_in_page(visit: Visit, Query(back): Query<Back>) -> Response {
    if visit.visitor.is_some() {
        return Redirect::to(back.path()).into_response();
    }
    sign_in_form(&visit, back.path(), "", None).await
}

async fn sign_in_form(visit: &Visit, back: &str, seat: &str, problem: Option<&Problem>) -> Response {
    // The other ways in are there whatever is wrong with this one.
    let providers = super::oidc::choices(visit, back).await.unwrap_or_default();
    let body = html! {
        @if let Some(problem) = problem { (error(visit, problem)) }
        form.sheet method="post" action="/sign-in" {
            input type="hidden" name="back" value=(back);
            (field(visit, &Field { name: "seat", label: "sign-in-seat", value: seat, required: true, autocomplete: "username", ..Field::default() }))
            (field(visit, &Field { name: "password", label: "sign-in-password", kind: "password", required: true, autocomplete: "current-password", ..Field::default() }))
            (field(visit, &Field { name: "code", label: "sign-in-code", hint: "sign-in-code-hint", required: true, autocomplete: "one-time-code", ..Field::default() }))
            button type="submit" { (visit.say("sign-in")) }
        }
        @if visit.site.settings.address.is_some() { h2 { (visit.say("passkey")) } }
        (asking(visit, &Ask { kind: Kind::Use, action: "/sign-in/passkey", button: "sign-in-by-passkey" }, &html! {
            input type="hidden" name="back" value=(back);
        }))
        (providers)
        p.quiet { (visit.say("sign-in-no-seat")) }
    };
    let status = problem.map_or(StatusCode::OK, |problem| problem.status);
    (status, page(visit, &Page { title: &visit.say("sign-in"), here: "" }, &body)).into_response()
}

/// Signs in.
pub async fn sign_in(visit: Visit, jar: CookieJar, Open(typed): Open<SignIn>) -> Result<Response, Problem> {
    let source = visit.site.source(typed.seat.trim(), visit.device.as_deref(), visit.peer);
    let attempt = Attempt {
        seat: &typed.seat,
        password: &typed.password,
        code: &typed.code,
        source: &source,
        device: &visit.agent,
    };
    let back = Back { back: typed.back.clone() };
    match visit.site.office.sign_in(&attempt, visit.at).await {
        Ok(signed) => Ok(signed_in(&visit, jar, signed, &back)),
        Err(error @ (SignInError::Wrong | SignInError::Wait(_))) => {
            Ok(sign_in_form(&visit, back.path(), &typed.seat, Some(&error.into())).await)
        }
        Err(error) => Err(error.into()),
    }
}

/// What a passkey is asked to sign in.
pub async fn begin_passkey(visit: Visit) -> Result<Json<Asking>, Problem> {
    Ok(Json(visit.site.office.begin_passkey_sign_in(site(&visit)?, visit.at).await?))
}

/// Signs in by a passkey alone.
pub async fn sign_in_by_passkey(
    visit: Visit,
    jar: CookieJar,
    Open(typed): Open<ByPasskey>,
) -> Result<Response, Problem> {
    let ByPasskey { back, answer } = typed;
    let back = Back { back };
    let source = |seat: &SeatId| visit.site.source(seat.as_str(), visit.device.as_deref(), visit.peer);
    let office = &visit.site.office;
    match office.sign_in_by_passkey(site(&visit)?, &answer.answered(), source, &visit.agent, visit.at).await {
        Ok(signed) => Ok(signed_in(&visit, jar, signed, &back)),
        Err(error) => {
            let problem = Problem::from(error);
            if problem.status.is_server_error() {
                return Err(problem);
            }
            Ok(sign_in_form(&visit, back.path(), "", Some(&problem)).await)
        }
    }
}

/// The answer that begins a session, and makes the device a known one.
pub(super) fn signed_in(visit: &Visit, jar: CookieJar, signed: SignedIn, back: &Back) -> Response {
    let mark = visit.site.device_mark(signed.seat.id.as_str());
    let session = cookie(visit, visit.site.session_cookie(), signed.secret, SameSite::Lax);
    let mut device = cookie(visit, visit.site.device_cookie(), mark, SameSite::Strict);
    device.make_permanent();
    (jar.add(session).add(device), Redirect::to(back.path())).into_response()
}

/// Signs out here.
pub async fn sign_out(visit: Visit, jar: CookieJar, Sent(_): Sent<Nothing>) -> Result<Response, Problem> {
    let visitor = visit.visitor()?;
    visit.site.office.end_session(&visitor.seat.id, visitor.mark).await?;
    let name = visit.site.session_cookie();
    let gone = Cookie::build((name, "")).path("/").secure(visit.site.settings.secure).removal().build();
    Ok((jar.add(gone), Redirect::to("/sign-in")).into_response())
}

/// What a link leads to.
pub async fn invitation_page(visit: Visit, Path(link): Path) -> Result<Response, Problem> {
    let invitation = visit.site.office.open_invitation(&link, visit.at).await?;
    take_form(&visit, &link, &invitation, &code::fresh(), None)
}

fn take_form(
    visit: &Visit,
    link: &str,
    invitation: &InvitationShown,
    totp: &str,
    problem: Option<&Problem>,
) -> Result<Response, Problem> {
    let title = words(visit, &invitation.title);
    let duties: Vec<_> = invitation.duties.iter().map(|duty| visit.say(&format!("duty-{duty}"))).collect();
    let body = html! {
        @if let Some(problem) = problem { (error(visit, problem)) }
        dl.facts {
            dt { (visit.say("seat-name")) } dd { code { (invitation.seat) } " " (title) }
            dt { (visit.say("party-id")) } dd { (invitation.party) }
            dt { (visit.say("seat-duties")) } dd { (duties.join("・")) }
            dt { (visit.say("seat-until")) } dd { (crate::part::moment(visit, &invitation.ends_at)) }
        }
        form.sheet method="post" action={ "/invitation/" (link) } {
            h2 { (visit.say("take-password")) }
            input type="hidden" name="username" value=(invitation.seat) autocomplete="username";
            (field(visit, &Field { name: "password", label: "sign-in-password", kind: "password", hint: "take-password-hint", required: true, autocomplete: "new-password", ..Field::default() }))
            (field(visit, &Field { name: "again", label: "take-again", kind: "password", required: true, autocomplete: "new-password", ..Field::default() }))
            h2 { (visit.say("take-codes")) }
            p { (visit.say("take-codes-how")) }
            input type="hidden" name="totp" value=(totp);
            div.qr { (picture(totp, &invitation.seat)) }
            p { (visit.say("take-secret")) " " code { (totp) } }
            (field(visit, &Field { name: "code", label: "take-first-code", hint: "sign-in-code-hint", required: true, autocomplete: "one-time-code", ..Field::default() }))
            button type="submit" { (visit.say("take-seat")) }
        }
    };
    let status = problem.map_or(StatusCode::OK, |problem| problem.status);
    Ok((status, page(visit, &Page { title: &visit.say("take-title"), here: "" }, &body)).into_response())
}

/// The two-dimensional code that an authenticator app reads.
fn picture(totp: &str, seat: &str) -> Markup {
    let link = Codes::new(totp, seat, "renkei").and_then(|codes| codes.link());
    let drawn = link.and_then(|link| QrCode::new(link).ok());
    let drawn = drawn.map(|code| code.render::<svg::Color<'_>>().min_dimensions(208, 208).build());
    // The library writes an XML declaration before the picture, which has no place in a page.
    let svg = drawn.and_then(|svg| svg.find("<svg").and_then(|at| svg.get(at..).map(str::to_owned)));
    html! { @if let Some(svg) = svg { (PreEscaped(svg)) } }
}

/// Takes a seat.
pub async fn take_seat(visit: Visit, Path(link): Path, Open(typed): Open<TakeSeat>) -> Result<Response, Problem> {
    let invitation = visit.site.office.open_invitation(&link, visit.at).await?;
    if typed.password != typed.again {
        let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "again");
        return take_form(&visit, &link, &invitation, &typed.totp, Some(&problem));
    }
    let taking = Taking { link: &link, password: &typed.password, totp: &typed.totp, code: &typed.code };
    match visit.site.office.take_seat(&taking, visit.at).await {
        Ok(codes) => {
            let body = html! {
                p.notice role="status" { (visit.say("taken")) }
                h2 { (visit.say("recovery")) }
                p { (visit.say("recovery-how")) }
                ul.codes { @for code in &codes { li { code { (code) } } } }
                p { a.button href="/sign-in" { (visit.say("sign-in")) } }
            };
            Ok(page(&visit, &Page { title: &visit.say("take-title"), here: "" }, &body))
        }
        Err(error @ (SignInError::Password(_) | SignInError::Code)) => {
            take_form(&visit, &link, &invitation, &typed.totp, Some(&error.into()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Remembers a language.
pub async fn language(
    visit: Visit,
    jar: CookieJar,
    Path(language): Path,
    Query(back): Query<Back>,
) -> Result<Response, Problem> {
    if !matches!(language.as_str(), "ja" | "en") {
        return Err(Problem::missing());
    }
    let mut cookie = cookie(&visit, "renkei-language", language, SameSite::Lax);
    cookie.make_permanent();
    Ok((jar.add(cookie), Redirect::to(back.path())).into_response())
}

/// What is not in the table is not there.
pub async fn nothing() -> Problem {
    Problem::missing()
}

/// What was wrong, at the top of a form.
pub fn error(visit: &Visit, problem: &Problem) -> Markup {
    html! {
        div.error role="alert" {
            p { strong { (visit.say(&format!("problem-{}", problem.code))) } }
            @if let Some(detail) = &problem.detail { p { (detail) } }
            p { (visit.say(&format!("problem-{}-do", problem.code))) }
        }
    }
}

/// A cookie that scripts do not see.
pub(super) fn cookie(visit: &Visit, name: &'static str, value: String, same_site: SameSite) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(visit.site.settings.secure)
        .same_site(same_site)
        .build()
}
