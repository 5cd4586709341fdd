//! Inquiries: the list, one with its items and what happened, and what either side does next (S4.5–S4.9).

use axum::Json;
use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use renkei_app::campaign::approve::Confirmed;
use renkei_app::inquiry::{
    InquiryEvent, InquiryList, InquiryListed, InquiryRead, ItemShown, Print, TimeShown, WindowShown,
};
use renkei_app::line::LineState;
use renkei_app::signin::passkey::Asking;
use renkei_core::id::InquiryId;
use renkei_core::inquiry::Step;
use renkei_core::seat::Duty;
use renkei_core::text::Language;
use serde::Deserialize;

use crate::asking::{Answer, Ask, Kind, asking, site};
use crate::form::{Nothing, Path, Query, Sent};
use crate::layout::{Page, page};
use crate::part::{Field, field, moment, nothing, opt_moment, token};
use crate::problem::Problem;
use crate::turn::{ROWS, Turned, link, pages};
use crate::ui::hints;
use crate::ui::inquire::inquires;
use crate::ui::inquiry_answer;
use crate::ui::warrants;
use crate::visit::Visit;

/// What is said with a step.
#[derive(Debug, Deserialize)]
pub struct Said {
    #[serde(default)]
    text: String,
}

/// A fresh time code.
#[derive(Debug, Deserialize)]
pub struct Signing {
    code: String,
}

/// The list.
pub async fn list(visit: Visit, Query(turned): Query<Turned>) -> Result<Response, Problem> {
    let after = turned.after().parse().ok();
    let (InquiryList(list), is_more) = visit.office()?.inquiries_page(None, after, ROWS as u64, visit.at).await?;
    let further = list.last().filter(|_| is_more).map(|row| link("/inquiries", &[("after", &row.inquiry)]));
    let (asked, received): (Vec<_>, Vec<_>) = list.iter().partition(|row| row.is_asked_by_us);
    let drafts = inquires(&visit);
    let body = html! {
        p { (visit.say("inquiries-what")) }
        @if drafts { p { a.button href="/inquiries/new" { (visit.say("inquiry-new")) } } }
        p {
            a href="/inquiries/figures" { (visit.say("figures-title")) } " · "
            a href="/inquiries/setup" { (visit.say("inquiry-setup")) }
            @if visit.has(warrants::READING) { " · " a href="/warrants" { (visit.say("warrants")) } }
        }
        div data-live="" {
            @if list.is_empty() { (nothing(&visit, if drafts { "inquiries-none" } else { "inquiries-none-yet" })) }
            (table(&visit, "inquiries-asked", &asked))
            (table(&visit, "inquiries-received", &received))
            (pages(&visit, turned.is_turned(), "/inquiries", further.as_deref()))
        }
    };
    Ok(page(&visit, &Page { title: &visit.say("menu-inquiries"), here: "/inquiries" }, &body))
}

fn table(visit: &Visit, title: &str, list: &[&InquiryListed]) -> Markup {
    html! { @if !list.is_empty() {
        h2 { (visit.say(title)) " (" (list.len()) ")" }
        div.scroll tabindex="0" role="region" aria-label=(visit.say(title)) { table {
            thead { tr {
                th scope="col" { (visit.say("inquiry-number")) }
                th scope="col" { (visit.say("inquiry-with")) }
                th scope="col" { (visit.say("inquiry-instrument")) }
                th scope="col" { (visit.say("effect-state")) }
                th scope="col" { (visit.say("inquiry-sent")) }
                th scope="col" { (visit.say("inquiry-due")) }
            } }
            tbody { @for row in list { tr {
                td { a href={ "/inquiries/" (row.inquiry) } { (numbered(visit, row)) } }
                td { (if row.is_asked_by_us { &row.recipient } else { &row.asker }) }
                td { (visit.say(&format!("inquiry-instrument-{}", row.instrument))) }
                td { (state(visit, row)) }
                td { (opt_moment(visit, row.sent_at.as_ref())) }
                td { (opt_moment(visit, row.due_at.as_ref())) }
            } } }
        } }
    } }
}

/// Its document number, or that it has none yet.
pub fn numbered(visit: &Visit, row: &InquiryListed) -> String {
    if row.number.is_empty() { visit.say("inquiry-unnumbered") } else { row.number.clone() }
}

/// Where it stands, as a mark.
pub fn state(visit: &Visit, row: &InquiryListed) -> Markup {
    html! {
        span class={ "state inquiry-" (row.state) } { (visit.say(&format!("inquiry-state-{}", row.state))) }
        @if row.is_overdue { " " span class="state late" { (visit.say("effect-overdue")) } }
    }
}

/// One inquiry.
pub async fn show(visit: Visit, Path(inquiry): Path) -> Result<Response, Problem> {
    let read = visit.office()?.read_inquiry(id(&inquiry)?, visit.at).await?;
    let passkeys =
        visit.site.settings.address.is_some() && !visit.office()?.passkeys(&visit.seat()?.id).await?.is_empty();
    let body = html! {
        (facts(&visit, &read))
        (findings(&visit, &read))
        h2 { (visit.say("inquiry-items")) " (" (read.items.len()) ")" }
        (items(&visit, &read.items))
        (hints::part(&visit, &read))
        (files(&visit, &read))
        (stages(&visit, &read))
        @if !read.thread.is_empty() {
            h2 { (visit.say("thread")) }
            ol.cards { @for event in &read.thread { (happened(&visit, event)) } }
        }
        (next(&visit, &read, passkeys))
    };
    let title = numbered(&visit, &read.head);
    Ok(page(&visit, &Page { title: &title, here: "/inquiries" }, &body))
}

fn facts(visit: &Visit, read: &InquiryRead) -> Markup {
    let head = &read.head;
    html! {
        dl.facts {
            dt { (visit.say("effect-state")) } dd { (state(visit, head)) }
            dt { (visit.say("inquiry-asker")) } dd { (head.asker) " · " (read.section) }
            dt { (visit.say("inquiry-recipient")) } dd { (head.recipient) }
            dt { (visit.say("inquiry-instrument")) } dd { (visit.say(&format!("inquiry-instrument-{}", head.instrument))) }
            dt { (visit.say("inquiry-basis")) } dd { (read.basis) }
            @if !read.case.is_empty() { dt { (visit.say("inquiry-case")) } dd { (read.case) } }
            @if !read.purpose.is_empty() { dt { (visit.say("inquiry-purpose")) } dd { (read.purpose) } }
            @if read.days > 0 { dt { (visit.say("inquiry-days")) } dd { (read.days) } }
            @if head.due_at.is_some() { dt { (visit.say("inquiry-due")) } dd { (opt_moment(visit, head.due_at.as_ref())) } }
            @if let Some(line) = &read.line { dt { (visit.say("inquiry-line")) } dd { (on_line(visit, line)) } }
            dt { (visit.say("inquiry-digest")) } dd { code.wide { (read.digest) } }
        }
    }
}

/// What the other side's office has been told.
fn on_line(visit: &Visit, line: &LineState) -> Markup {
    let party = || ("party", line.party.clone());
    html! {
        @if let Some(step) = line.proposed {
            @let step = ("step", visit.say(&format!("inquiry-done-{step}")));
            (visit.words().say("inquiry-line-proposed", &[step, party()]))
        } @else if line.waits {
            (visit.words().say("inquiry-line-waits", &[party()]))
        } @else {
            (visit.words().say("inquiry-line-told", &[party()]))
        }
        @if let Some(trouble) = &line.trouble {
            br; strong { (visit.say("inquiry-line-trouble")) } ": " span.quiet lang="en" { (trouble) }
        }
    }
}

fn findings(visit: &Visit, read: &InquiryRead) -> Markup {
    html! { @if !read.findings.is_empty() {
        h2 { (visit.say("inquiry-findings")) }
        ul.findings { @for finding in &read.findings {
            li class=(if finding.stops { "stops" } else { "warns" }) {
                strong { (visit.say(if finding.stops { "inquiry-stops" } else { "inquiry-warns" })) } " "
                @if let Some(item) = finding.item { (visit.words().say("inquiry-item", &[("number", item.to_string())])) " " }
                (visit.say(&format!("inquiry-check-{}", finding.code)))
                @if let Some(reason) = finding.reason { " " (visit.say(&format!("inquiry-misfit-{reason}"))) }
            }
        } }
    } }
}

fn items(visit: &Visit, items: &[ItemShown]) -> Markup {
    html! { div.scroll tabindex="0" role="region" aria-label=(visit.say("inquiry-items")) { table {
        thead { tr {
            th.n scope="col" { (visit.say("inquiry-item-number")) }
            th scope="col" { (visit.say("inquiry-subject")) }
            th scope="col" { (visit.say("inquiry-field")) }
            th scope="col" { (visit.say("inquiry-window")) }
            th scope="col" { (visit.say("inquiry-outcome")) }
        } }
        tbody { @for item in items { tr {
            td.n { (item.number) }
            td {
                span.quiet { (visit.say(&format!("inquiry-kind-{}", item.kind))) } " "
                @if item.value.is_empty() { (visit.say("inquiry-emptied")) } @else { code { (item.value) } }
            }
            td {
                (named(visit, item)) " "
                span.quiet { (class(visit, item)) }
                @if item.borderline { " " span.state { (visit.say("inquiry-borderline")) } }
            }
            td { @match &item.window { Some(window) => (span_of(visit, window)), None => (visit.say("inquiry-as-it-stands")) } }
            td { (outcome(visit, item)) }
        } } }
    } } }
}

/// What a field is called.
pub fn named(visit: &Visit, item: &ItemShown) -> String {
    match visit.language {
        Language::Ja => item.field_ja.clone(),
        Language::En => item.field_en.clone(),
    }
}

fn class(visit: &Visit, item: &ItemShown) -> String {
    visit.site.office.rule_word("class", item.class).get(visit.language).to_owned()
}

/// A span in words: as typed with its zone, in Japan with the weekday, and in UTC, so that a slip is seen.
pub fn span_of(visit: &Visit, window: &WindowShown) -> Markup {
    let clock = |time: &TimeShown| {
        let weekday = visit.say(&format!("weekday-{}", time.weekday));
        html! {
            (time.local) " (" (time.zone) ")" br;
            span.quiet { (visit.say("inquiry-japan")) " " (time.japan) " (" (weekday) ") · UTC " (time.utc) }
        }
    };
    html! {
        div { (visit.say("inquiry-from")) " " (clock(&window.from)) }
        div { (visit.say("inquiry-until")) " " (clock(&window.until)) }
    }
}

fn outcome(visit: &Visit, item: &ItemShown) -> Markup {
    html! {
        @match item.outcome {
            Some(word) => {
                span class={ "state outcome-" (word) } { (visit.say(&format!("inquiry-outcome-{word}"))) }
                @if let Some(ground) = item.ground { " " (visit.say(&format!("inquiry-ground-{ground}"))) }
            },
            None => @match item.judged {
                Some(true) => (visit.say("inquiry-judged-yes")),
                Some(false) => (visit.say("inquiry-judged-no")),
                None => (visit.say("none")),
            },
        }
        @if !item.remark.is_empty() { div { (item.remark) } }
    }
}

fn files(visit: &Visit, read: &InquiryRead) -> Markup {
    html! { @if !read.files.is_empty() {
        h2 { (visit.say("inquiry-files")) }
        p { (visit.say("inquiry-files-how")) }
        ul.cards { @for file in &read.files { li.card {
            p {
                @if file.is_there && read.head.is_asked_by_us {
                    a href={ "/inquiries/" (read.head.inquiry) "/files/" (file.number) } { (file.name) }
                } @else { (file.name) }
                " · " (file.size) " B"
                @if !file.is_there { " · " (visit.say("inquiry-file-gone")) }
            }
            p.quiet {
                "SHA-256 " code.wide { (file.digest) }
                @if let Some(at) = &file.taken_at { " · " (visit.say("inquiry-file-taken")) " " (moment(visit, at)) }
                @if let Some(at) = &file.delete_at { " · " (visit.say("inquiry-file-deleted")) " " (moment(visit, at)) }
            }
        } } }
    } }
}

fn stages(visit: &Visit, read: &InquiryRead) -> Markup {
    html! { @if !read.stages.is_empty() {
        h2 { (visit.say("inquiry-stages")) }
        ol.stages { @for stage in &read.stages {
            li class=(if stage.is_signed { "signed" } else if stage.is_due { "due" } else { "" }) {
                (match visit.language { Language::Ja => &stage.ja, Language::En => &stage.en })
                " " span.quiet { (stage.seat) } " "
                @if stage.is_signed { (visit.say("inquiry-signed")) }
                @if stage.is_due { (visit.say("inquiry-stage-due")) }
            }
        } }
    } }
}

fn happened(visit: &Visit, event: &InquiryEvent) -> Markup {
    html! { li.card {
        p {
            strong { (visit.say(&format!("inquiry-done-{}", event.step))) } " " (moment(visit, &event.at))
            @if let Some(seat) = &event.seat { " " span.quiet { (seat) } }
            @if event.is_signed { " " span.quiet { (visit.say("inquiry-signed")) } }
        }
        @for line in event.text.lines() { p { (line) } }
    } }
}

/// What the visitor's side can do next.
fn next(visit: &Visit, read: &InquiryRead, passkeys: bool) -> Markup {
    let asks = read.head.is_asked_by_us;
    let stops = read.findings.iter().any(|finding| finding.stops);
    let seat = visit.seat().map(|seat| seat.id.to_string()).unwrap_or_default();
    let due = read.stages.iter().find(|stage| stage.is_due);
    let signs = read.can(Step::Approve)
        && due.map_or(visit.has(&[Duty::Approver, Duty::Deputy]), |stage| {
            stage.seat == seat || visit.has(&[Duty::Deputy])
        });
    let says = |step: Step, key: &str, danger: bool| said(visit, read, step, key, danger);
    html! {
        @if asks && visit.has(&[Duty::Drafter]) && read.can(Step::Submit) {
            h2 { (visit.say("inquiry-step-submit")) }
            @if stops { p { (visit.say("inquiry-mend-first")) } } @else {
                p { (visit.say("inquiry-submit-how")) }
                (button(visit, read, "submit", "inquiry-step-submit"))
            }
            p { a href={ "/inquiries/" (read.head.inquiry) "/mend" } { (visit.say("inquiry-mend")) } }
        }
        @if asks && signs {
            h2 { (visit.say("inquiry-sign")) }
            p { (visit.say("inquiry-sign-how")) }
            @if passkeys {
                p { (visit.say("approve-passkey-how")) }
                (asking(visit, &Ask { kind: Kind::Use, action: &action(read, "sign/passkey"), button: "approve-by-passkey" }, &token(visit)))
                details { summary { (visit.say("approve-by-code")) } (by_code(visit, read)) }
            } @else { (by_code(visit, read)) }
            (says(Step::Return, "inquiry-return", true))
        }
        @if asks && read.can(Step::Send) && visit.has(&[Duty::Sender, Duty::Approver, Duty::Deputy, Duty::Drafter]) {
            h2 { (visit.say("inquiry-step-send")) }
            (button(visit, read, "send", "inquiry-step-send"))
        }
        @if asks && read.can(Step::Clarify) && visit.has(&[Duty::Approver, Duty::Deputy]) {
            h2 { (visit.say("inquiry-step-clarify")) }
            (says(Step::Clarify, "inquiry-clarify", false))
        }
        @if !asks { (inquiry_answer::desk(visit, read)) }
        @if asks && read.head.sent_at.is_some() || read.can(Step::Close) {
            h2 { (visit.say("inquiry-dossier")) }
            p { (visit.say("inquiry-dossier-how")) }
            p { a.button href={ "/inquiries/" (read.head.inquiry) "/dossier" } { (visit.say("inquiry-dossier-take")) } }
            @if asks && read.can(Step::Close) {
                p { (visit.say("inquiry-close-how")) }
                @if read.filed_at.is_some() { (button(visit, read, "close", "inquiry-step-close")) }
            }
        }
        @let left = read.head.sent_at.is_some() && read.head.state != "closed";
        @if left || read.can(Step::Send) {
            h2 { (visit.say("paper-print")) }
            p { (visit.say("paper-print-how")) }
            p {
                a.button.second href={ "/inquiries/" (read.head.inquiry) "/inquiry.pdf" } { (visit.say("paper-print-inquiry")) } " "
                @if left {
                    a.button.second href={ "/inquiries/" (read.head.inquiry) "/answer.pdf" } { (visit.say("paper-print-answer")) }
                }
            }
        }
        @if asks && read.can(Step::Withdraw) {
            details { summary { (visit.say("inquiry-step-withdraw")) } (says(Step::Withdraw, "inquiry-remark", true)) }
        }
    }
}

fn by_code(visit: &Visit, read: &InquiryRead) -> Markup {
    html! {
        form.sheet method="post" action=(action(read, "sign")) {
            (token(visit))
            (field(visit, &Field { name: "code", label: "sign-in-code", hint: "approve-code-hint", required: true, autocomplete: "one-time-code", ..Field::default() }))
            button type="submit" { (visit.say("inquiry-sign")) }
        }
    }
}

/// A button that takes a step.
pub fn button(visit: &Visit, read: &InquiryRead, step: &str, label: &str) -> Markup {
    html! {
        form method="post" action=(action(read, step)) {
            (token(visit))
            p { button type="submit" { (visit.say(label)) } }
        }
    }
}

/// A field and a button that take a step with words.
pub fn said(visit: &Visit, read: &InquiryRead, step: Step, label: &str, danger: bool) -> Markup {
    html! {
        form.sheet method="post" action=(action(read, step.word())) {
            (token(visit))
            (field(visit, &Field { name: "text", label, kind: "area", required: step != Step::Withdraw, ..Field::default() }))
            button.danger[danger] type="submit" { (visit.say(&format!("inquiry-step-{step}"))) }
        }
    }
}

/// Submits a draft.
pub async fn submit(visit: Visit, Path(inquiry): Path, Sent(_): Sent<Nothing>) -> Result<Response, Problem> {
    let id = id(&inquiry)?;
    visit.office()?.submit_inquiry(id, visit.at).await?;
    Ok(back(id))
}

/// Signs the stage that is due, with a fresh code.
pub async fn sign(visit: Visit, Path(inquiry): Path, Sent(typed): Sent<Signing>) -> Result<Response, Problem> {
    let id = id(&inquiry)?;
    let seat = visit.seat()?;
    let source = format!("approve {}", visit.site.source(seat.id.as_str(), visit.device.as_deref(), visit.peer));
    let office = visit.office()?;
    office.confirm(&seat.id, &typed.code, &source, visit.at).await?;
    office.sign_inquiry(id, Confirmed::TimeCode, visit.at).await?;
    Ok(back(id))
}

/// What a passkey is asked to sign: the digest of what the stage signs.
pub async fn begin_signing(visit: Visit, Path(inquiry): Path, Sent(_): Sent<Nothing>) -> Result<Json<Asking>, Problem> {
    let id = id(&inquiry)?;
    Ok(Json(visit.office()?.begin_signing(id, visit.visitor()?, site(&visit)?, visit.at).await?))
}

/// Signs the stage that is due by a passkey over its very bytes.
pub async fn sign_by_passkey(
    visit: Visit,
    Path(inquiry): Path,
    Sent(answer): Sent<Answer>,
) -> Result<Response, Problem> {
    let id = id(&inquiry)?;
    let visitor = visit.visitor()?;
    let seat = visitor.seat.id.as_str();
    let source = format!("approve {}", visit.site.source(seat, visit.device.as_deref(), visit.peer));
    visit.office()?.sign_by_passkey(id, visitor, site(&visit)?, (&answer.answered(), &source), visit.at).await?;
    Ok(back(id))
}

/// Sends an approved inquiry.
pub async fn send(visit: Visit, Path(inquiry): Path, Sent(_): Sent<Nothing>) -> Result<Response, Problem> {
    let id = id(&inquiry)?;
    visit.office()?.send_inquiry(id, visit.at).await?;
    Ok(back(id))
}

/// Closes it.
pub async fn close(visit: Visit, Path(inquiry): Path, Sent(_): Sent<Nothing>) -> Result<Response, Problem> {
    let id = id(&inquiry)?;
    visit.office()?.close_inquiry(id, visit.at).await?;
    Ok(back(id))
}

macro_rules! steps {
    ($($(#[$doc:meta])* $name:ident $step:ident;)+) => {$(
        $(#[$doc])*
        pub async fn $name(visit: Visit, Path(inquiry): Path, Sent(typed): Sent<Said>) -> Result<Response, Problem> {
            let id = id(&inquiry)?;
            visit.office()?.step_inquiry(id, Step::$step, &typed.text, visit.at).await?;
            Ok(back(id))
        }
    )+};
}

steps! {
    /// Gives a draft back.
    give_back Return;
    /// Says that it was received.
    receive Receive;
    /// Asks about it.
    ask_back AskBack;
    /// Answers that.
    clarify Clarify;
    /// Sends it back as a whole.
    send_back SendBack;
    /// Takes it back.
    withdraw Withdraw;
}

/// A sealed file of the answer.
pub async fn file(
    visit: Visit,
    axum::extract::Path((inquiry, file)): axum::extract::Path<(String, String)>,
) -> Result<Response, Problem> {
    let number = file.parse().map_err(|_| Problem::missing())?;
    let (name, bytes) = visit.office()?.answer_file(id(&inquiry)?, number, visit.at).await?;
    Ok(attachment(&name, "application/octet-stream", bytes))
}

/// The dossier.
pub async fn dossier(visit: Visit, Path(inquiry): Path) -> Result<Response, Problem> {
    let id = id(&inquiry)?;
    let text = visit.office()?.dossier(id, visit.at).await?;
    Ok(attachment(&format!("{id}.dossier"), "text/plain; charset=utf-8", text.into_bytes()))
}

/// What is asked, on paper.
pub async fn inquiry_paper(visit: Visit, Path(inquiry): Path) -> Result<Response, Problem> {
    paper(&visit, &inquiry, Print::Inquiry).await
}

/// What is answered, on paper, or the form for it.
pub async fn answer_paper(visit: Visit, Path(inquiry): Path) -> Result<Response, Problem> {
    paper(&visit, &inquiry, Print::Answer).await
}

async fn paper(visit: &Visit, inquiry: &str, print: Print) -> Result<Response, Problem> {
    let printed = visit.office()?.print_inquiry(id(inquiry)?, print, visit.language, visit.at).await?;
    Ok(attachment(&printed.name, "application/pdf", printed.pdf))
}

fn attachment(name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)], Body::from(bytes)).into_response()
}

/// Where a step of it is sent.
pub fn action(read: &InquiryRead, step: &str) -> String {
    format!("/inquiries/{}/{step}", read.head.inquiry)
}

/// The id in a path.
pub fn id(text: &str) -> Result<InquiryId, Problem> {
    text.parse().map_err(|_| Problem::missing())
}

/// Back to the inquiry.
pub fn back(id: InquiryId) -> Response {
    Redirect::to(&format!("/inquiries/{id}")).into_response()
}
