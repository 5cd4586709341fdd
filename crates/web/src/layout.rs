//! The shape of every page: heading, menu, what the page says, foot.

use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use renkei_core::text::Language;

use crate::visit::Visit;

/// The places of the menu: key of the words, and path.
const MENU: &[(&str, &str)] = &[
    ("menu-work", "/"),
    ("menu-requests", "/requests"),
    ("menu-inquiries", "/inquiries"),
    ("menu-items", "/items"),
    ("menu-offers", "/offers"),
    ("menu-campaigns", "/campaigns"),
    ("menu-credentials", "/credentials"),
    ("menu-operations", "/operations"),
    ("menu-publications", "/publications"),
    ("menu-observations", "/observations"),
    ("menu-parties", "/parties"),
    ("menu-gates", "/gates"),
    ("menu-ledger", "/ledger"),
    ("menu-seats", "/seats"),
    ("menu-webhooks", "/webhooks"),
];

/// What a page is.
pub struct Page<'a> {
    /// Its heading and the window's title.
    pub title: &'a str,
    /// The path of its place in the menu; empty: none.
    pub here: &'a str,
}

/// A whole page.
pub fn page(visit: &Visit, about: &Page<'_>, body: &Markup) -> Response {
    let settings = visit.site.office.settings();
    let office = settings.name.get(visit.language);
    let (other, label) = match visit.language {
        Language::Ja => ("en", "English"),
        Language::En => ("ja", "日本語"),
    };
    let back = serde_urlencoded::to_string([("back", &visit.path)]).unwrap_or_default();
    let markup = html! {
        (DOCTYPE)
        html lang=(visit.language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (about.title) " – renkei" }
                link rel="stylesheet" href="/style.css";
                link rel="icon" href="/favicon.svg" type="image/svg+xml";
                script src="/live.js" defer {}
            }
            body {
                a.skip href="#content" { (visit.say("skip")) }
                header {
                    div.bar {
                        a.mark href="/" { span lang="ja" { "連携" } " renkei" }
                        span.office { (office) }
                        a.language href={ "/language/" (other) "?" (back) } lang=(other) hreflang=(other) { (label) }
                    }
                    @if visit.visitor.is_some() { (menu(visit, about.here)) }
                    @if settings.virtual_clock { p.played role="note" { (visit.say("played")) } }
                }
                main id="content" tabindex="-1" {
                    h1 { (about.title) }
                    (body)
                }
                footer { p { "renkei " (env!("CARGO_PKG_VERSION")) } }
            }
        }
    };
    Html(markup.into_string()).into_response()
}

/// The menu: what the route table lets this visitor see, nothing else.
fn menu(visit: &Visit, here: &str) -> Markup {
    let open = |path: &str| {
        let route = visit.site.routes.iter().find(|route| route.path == path);
        route.is_some_and(|route| visit.may_use(route))
    };
    let seat = visit.visitor.as_ref().map(|visitor| visitor.seat.title.get(visit.language)).unwrap_or_default();
    html! {
        nav aria-label=(visit.say("menu")) {
            ul {
                @for (key, path) in MENU.iter().filter(|(_, path)| open(path)) {
                    li { a href=(path) aria-current=[(here == *path).then_some("page")] { (visit.say(key)) } }
                }
            }
            div.seat {
                a href="/account" aria-current=[(here == "/account").then_some("page")] { (seat) }
                form method="post" action="/sign-out" {
                    (crate::part::token(visit))
                    button.plain type="submit" { (visit.say("sign-out")) }
                }
            }
        }
    }
}
