//! The one table of everything that can be asked for: method, path, door, who may, and the handler.
//!
//! The router, the guard and the OpenAPI document are built from it, and tests walk it; tidy forbids
//! building a route anywhere else.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request, State};
use axum::handler::Handler as _;
use axum::http::Method;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{MethodRouter, any, get, post};
use renkei_app::seats::Scope;
use renkei_core::seat::Duty;

pub use crate::door::{Door, Route, Who};
use crate::guard::{Guarded, guard};
use crate::site::Site;
use crate::watch::watch;
use crate::{api, asset, live, public, taxii, ui};

/// The largest body that is read: a sheet of answers to a very large request.
pub const LARGEST: usize = 16 << 20;

const WORKING: &[Duty] = &[
    Duty::Drafter,
    Duty::Approver,
    Duty::Deputy,
    Duty::Sender,
    Duty::Analyst,
    Duty::Answerer,
    Duty::Legal,
    Duty::Auditor,
];
const COUNTING: &[Duty] = &[Duty::Drafter, Duty::Approver, Duty::Deputy, Duty::Analyst, Duty::Auditor];
const READING: &[Duty] =
    &[Duty::Drafter, Duty::Approver, Duty::Deputy, Duty::Sender, Duty::Analyst, Duty::Legal, Duty::Auditor];
const DRAFTING: &[Duty] = &[Duty::Drafter];
const APPROVING: &[Duty] = &[Duty::Approver, Duty::Deputy];
/// Those who publish what the sensors see, and those who write alerts.
const PUBLISHING: &[Duty] = &[Duty::Drafter, Duty::Analyst, Duty::Approver, Duty::Deputy, Duty::Auditor];
const ALERTING: &[Duty] = &[Duty::Drafter, Duty::Analyst];
const SENDING: &[Duty] = &[Duty::Drafter, Duty::Sender];
const CARRYING: &[Duty] = &[Duty::Sender];
const ANSWERING: &[Duty] = &[Duty::Answerer, Duty::Drafter, Duty::Sender];
const COSTING: &[Duty] = &[Duty::Answerer];
const OFFERING: &[Duty] = &[Duty::Answerer, Duty::Approver, Duty::Deputy, Duty::Legal];
const REVIEWING: &[Duty] = &[Duty::Drafter, Duty::Approver, Duty::Deputy, Duty::Legal];
/// Those who ask by inquiries, answer them, or read what was asked and answered.
const EXCHANGING: &[Duty] =
    &[Duty::Drafter, Duty::Approver, Duty::Deputy, Duty::Sender, Duty::Answerer, Duty::Legal, Duty::Auditor];
/// Those who record warrants and check them, and those who read the records.
const WARRANTS: &[Duty] = &[Duty::Drafter, Duty::Approver, Duty::Deputy, Duty::Answerer, Duty::Legal, Duty::Auditor];
const CHECKING: &[Duty] = &[Duty::Drafter, Duty::Approver, Duty::Answerer, Duty::Legal];
/// Those who share, and those who read what is shared.
const SHARING: &[Duty] =
    &[Duty::Analyst, Duty::Drafter, Duty::Approver, Duty::Deputy, Duty::Answerer, Duty::Legal, Duty::Auditor];
const WRITING: &[Duty] = &[Duty::Analyst, Duty::Drafter, Duty::Approver, Duty::Deputy, Duty::Answerer];
const INQUIRING: &[Duty] = &[Duty::Drafter];
const SIGNING: &[Duty] = &[Duty::Drafter, Duty::Approver, Duty::Deputy];
const LEAVING: &[Duty] = &[Duty::Drafter, Duty::Approver, Duty::Deputy, Duty::Sender];
const DISCLOSING: &[Duty] = &[Duty::Answerer, Duty::Legal];
const JUDGING: &[Duty] = &[Duty::Legal];
const SETTING: &[Duty] =
    &[Duty::Keeper, Duty::Administrator, Duty::Drafter, Duty::Approver, Duty::Answerer, Duty::Legal];
const LOOKING: &[Duty] = &[Duty::Analyst, Duty::Drafter, Duty::Approver];
const SEEING_ROWS: &[Duty] = &[Duty::Answerer, Duty::Analyst, Duty::Drafter, Duty::Approver, Duty::Deputy];
const OPERATING: &[Duty] = &[Duty::Keeper, Duty::Drafter, Duty::Approver, Duty::Deputy, Duty::Analyst, Duty::Auditor];
const RECORDING: &[Duty] = &[Duty::Keeper, Duty::Drafter];
const WATCHING: &[Duty] = &[Duty::Auditor, Duty::Keeper];
const AUDITING: &[Duty] = &[Duty::Auditor, Duty::Keeper];
const KEEPING: &[Duty] = &[Duty::Keeper];
const SEATING: &[Duty] = &[Duty::Keeper, Duty::Administrator];

macro_rules! routes {
    ($($method:ident $path:literal $name:literal $door:ident $who:expr, $scope:ident => $handler:path;)+) => {
        /// Every route there is.
        pub static ROUTES: &[Route] = &[$(Route {
            method: routes!(@method $method),
            path: $path,
            name: $name,
            door: Door::$door,
            who: $who,
            scope: Scope::$scope,
        }),+];
        /// What answers each route, in the order of the table.
        static HANDLERS: &[fn() -> MethodRouter<Arc<Site>>] = &[$(|| routes!(@wrap $method, $handler)),+];
    };
    (@method get) => { Method::GET };
    (@method post) => { Method::POST };
    (@wrap get, $handler:path) => { get($handler) };
    (@wrap post, $handler:path) => { post($handler) };
}

use Who::{Anyone, Having, House, Seated};

routes! {
    get  "/style.css"    "style"  Asset Anyone, Read => asset::style;
    get  "/live.js"      "live"   Asset Anyone, Read => asset::script;
    get  "/passkey.js"   "passkey-script" Asset Anyone, Read => asset::passkey;
    get  "/favicon.svg"  "icon"   Asset Anyone, Read => asset::icon;
    get  "/public/"      "public-front" Asset Anyone, Read => public::front;
    get  "/public/{file}" "public-page" Asset Anyone, Read => public::page;
    get  "/public/{name}/{file}" "public-file" Asset Anyone, Read => public::file;
    get  "/healthz"      "health" Asset Anyone, Read => api::state::alive;
    get  "/readyz"       "ready"  Asset Anyone, Read => api::state::ready;

    get  "/metrics"     "metrics" Api House(WATCHING), Watch => api::metrics::show;

    get  "/sign-in"             "sign-in-page"    Page Anyone, Read => ui::door::sign_in_page;
    post "/sign-in"             "sign-in"         Page Anyone, Read => ui::door::sign_in;
    post "/sign-in/passkey/begin" "begin-sign-in" Page Anyone, Read => ui::door::begin_passkey;
    post "/sign-in/passkey"     "sign-in-by-passkey" Page Anyone, Read => ui::door::sign_in_by_passkey;
    get  "/sign-in/oidc/{party}" "begin-provider" Page Anyone, Read => ui::oidc::begin;
    get  "/sign-in/oidc"        "come-back"       Page Anyone, Read => ui::oidc::come_back;
    post "/sign-out"            "sign-out"        Page Seated, Read => ui::door::sign_out;
    get  "/invitation/{link}"   "invitation-page" Page Anyone, Read => ui::door::invitation_page;
    post "/invitation/{link}"   "take-seat"       Page Anyone, Read => ui::door::take_seat;
    get  "/language/{language}" "language"        Page Anyone, Read => ui::door::language;
    get  "/account"             "account"         Page Seated, Read => ui::account::show;
    post "/account/sessions"    "end-session"     Page Seated, Read => ui::account::end_session;
    post "/account/passkeys/begin"  "begin-passkey"   Page Seated, Read => ui::passkeys::begin;
    post "/account/passkeys"        "add-passkey"     Page Seated, Work => ui::passkeys::add;
    post "/account/passkeys/rename" "rename-passkey"  Page Seated, Work => ui::passkeys::rename;
    post "/account/passkeys/remove" "remove-passkey-page" Page Seated, Work => ui::passkeys::remove;

    post "/account/oidc"            "link"            Page Seated, Work => ui::oidc::link;
    post "/account/oidc/remove"     "unlink"          Page Seated, Work => ui::oidc::unlink;

    get  "/"                              "work"               Page Seated, Read => ui::work::show;
    get  "/live"                          "live-events"        Page Seated, Read => live::events;
    get  "/campaigns"                     "campaigns-page"     Page House(READING), Read => ui::campaigns::list;
    get  "/campaigns/new"                 "plan-page"          Page House(DRAFTING), Read => ui::plan::show;
    post "/campaigns/new"                 "plan"               Page House(DRAFTING), Work => ui::plan::send;
    get  "/campaigns/{campaign}"          "campaign-page"      Page House(READING), Read => ui::campaigns::show;
    get  "/campaigns/{campaign}/effect"   "effect-page"        Page House(COUNTING), Read => ui::effect::show;
    post "/campaigns/{campaign}/approve"  "approve"            Page House(APPROVING), Work => ui::campaigns::approve;
    post "/campaigns/{campaign}/approve/passkey/begin" "begin-approval" Page House(APPROVING), Work => ui::campaigns::begin_approval;
    post "/campaigns/{campaign}/approve/passkey" "approve-by-passkey" Page House(APPROVING), Work => ui::campaigns::approve_by_passkey;
    post "/campaigns/{campaign}/return"   "return-drafts"      Page House(APPROVING), Work => ui::campaigns::give_back;
    get  "/campaigns/{campaign}/mend"     "mend-page"          Page House(DRAFTING), Read => ui::mend::show;
    post "/campaigns/{campaign}/mend"     "mend"               Page House(DRAFTING), Work => ui::mend::send;
    get  "/requests"                      "requests-page"      Page Having(WORKING), Read => ui::requests::list;
    get  "/requests/{request}"            "request-page"       Page Having(WORKING), Read => ui::requests::show;
    get  "/requests/{request}/rows"       "rows-page"          Page Having(SEEING_ROWS), Read => ui::requests::rows;
    get  "/requests/{request}/report"     "report-page"        Page Having(WORKING), Read => ui::report::show;
    post "/requests/{request}/costs"      "cost-page"          Page Having(COSTING), Answer => ui::report::enter;
    post "/requests/{request}/acknowledge" "acknowledge-page"  Page Having(ANSWERING), Answer => ui::answer::acknowledge;
    post "/requests/{request}/answer"     "answer-page"        Page Having(ANSWERING), Answer => ui::answer::send;
    post "/requests/{request}/again"      "send-again-page"    Page House(CARRYING), Work => ui::requests::again;
    post "/requests/{request}/feedback"   "feedback-page"      Page House(SENDING), Work => ui::answer::feedback;
    get  "/items"                         "items-page"         Page Having(SHARING), Read => ui::items::list;
    post "/items"                         "draft-item-page"    Page Having(WRITING), Work => ui::items::draft;
    get  "/items/new"                     "new-item-page"      Page Having(WRITING), Read => ui::items::new;
    get  "/items/{item}"                  "item-page"          Page Having(SHARING), Read => ui::items::show;
    post "/items/{item}/post"             "post-item-page"     Page Having(APPROVING), Work => ui::items::post;
    post "/items/{item}/withdraw"         "withdraw-item-page" Page Having(WRITING), Work => ui::items::withdraw;
    post "/items/{item}/drop"             "drop-item-page"     Page Having(WRITING), Work => ui::items::drop;
    post "/items/{item}/narrow"           "narrow-item-page"   Page Having(WRITING), Work => ui::onward::narrow;
    post "/items/{item}/widen"            "widen-item-page"    Page Having(APPROVING), Work => ui::onward::widen;
    get  "/items/returns"                 "returns-page"       Page Having(SHARING), Read => ui::onward::returns;
    post "/items/{item}/returns"          "tell-return-page"   Page Having(WRITING), Work => ui::onward::tell;
    get  "/items/onward"                  "onwards-page"       Page Having(SHARING), Read => ui::onward::list;
    post "/items/{item}/onward"           "ask-onward-page"    Page Having(WRITING), Work => ui::onward::ask;
    post "/onward/{onward}/answer"        "answer-onward-page" Page Having(APPROVING), Work => ui::onward::answer;
    get  "/items/mandates"                "mandates-page"      Page Having(SHARING), Read => ui::mandates::list;
    post "/items/mandates"                "give-mandate-page"  Page Having(APPROVING), Work => ui::mandates::give;
    post "/mandates/{mandate}/end"        "end-mandate-page"   Page Having(WRITING), Work => ui::mandates::end;
    get  "/offers"                        "offers-page"        Page Having(WORKING), Read => ui::offers::list;
    post "/offers"                        "make-offer-page"    Page Having(OFFERING), Work => ui::offers::make;
    get  "/offers/new"                    "new-offer-page"     Page Having(OFFERING), Read => ui::offers::new;
    get  "/offers/{offer}"                "offer-page"         Page Having(WORKING), Read => ui::offers::show;
    post "/offers/{offer}/withdraw"       "withdraw-offer-page" Page Having(OFFERING), Work => ui::offers::withdraw;
    post "/offers/{offer}/acknowledge"    "acknowledge-offer-page" Page Having(OFFERING), Work => ui::offers::acknowledge;
    post "/offers/{offer}/review"         "review-offer-page"  Page House(REVIEWING), Work => ui::offers::review;
    post "/offers/{offer}/request"        "provide-offer-page" Page House(REVIEWING), Work => ui::offers::provide;
    post "/offers/{offer}/feedback"       "feedback-offer-page" Page House(SENDING), Work => ui::offers::feedback;
    get  "/credentials"                   "credentials-page"   Page House(READING), Read => ui::credentials::list;
    get  "/parties"                       "parties-page"       Page House(READING), Read => ui::parties::list;
    get  "/parties/import"                "import-page"        Page House(KEEPING), Read => ui::import::show;
    post "/parties/import"                "import"             Page House(KEEPING), Work => ui::import::send;
    get  "/parties/{party}"               "party-page"         Page House(READING), Read => ui::parties::show;
    post "/parties/{party}/test"          "test-party-page"    Page House(KEEPING), Work => ui::parties::test;
    get  "/observations"                  "observations-page"  Page House(LOOKING), Read => ui::observations::show;
    get  "/observations/file"             "observations-file"  Page House(LOOKING), Read => ui::observations::file;
    get  "/operations"                    "operations-page"    Page House(OPERATING), Read => ui::operations::list;
    get  "/operations/record"             "record-page"        Page House(RECORDING), Read => ui::operations::form;
    post "/operations/record"             "record-operation-page" Page House(RECORDING), Work => ui::operations::record;
    get  "/operations/{operation}"        "operation-page"     Page House(OPERATING), Read => ui::operations::show;
    post "/observations/questions"        "keep-question-page" Page House(LOOKING), Work => ui::questions::keep;
    post "/observations/questions/{question}/change" "change-question-page" Page House(LOOKING), Work => ui::questions::change;
    post "/observations/questions/{question}/forget" "forget-question-page" Page House(LOOKING), Work => ui::questions::forget;
    get  "/publications"                  "publications-page"  Page House(PUBLISHING), Read => ui::publications::list;
    get  "/publications/new"              "alert-page"         Page House(ALERTING), Read => ui::publications::new;
    post "/publications"                  "write-alert"        Page House(ALERTING), Work => ui::publications::write;
    post "/publications/report"           "draw-report"        Page House(ALERTING), Work => ui::publications::draw;
    get  "/publications/{publication}"    "publication-page"   Page House(PUBLISHING), Read => ui::publications::show;
    get  "/publications/{publication}/site/{file}" "preview"   Page House(PUBLISHING), Read => ui::publications::preview;
    get  "/publications/{publication}/site/{name}/{file}" "preview-in" Page House(PUBLISHING), Read => ui::publications::preview_in;
    post "/publications/{publication}/text" "rewrite-alert"    Page House(ALERTING), Work => ui::publications::rewrite;
    post "/publications/{publication}/publish" "publish"       Page House(APPROVING), Work => ui::publications::publish;
    post "/publications/{publication}/retraction" "retract"    Page House(APPROVING), Work => ui::publications::retract;
    get  "/inquiries"                     "inquiries-page"     Page Having(EXCHANGING), Read => ui::inquiries::list;
    get  "/inquiries/new"                 "inquire-page"       Page Having(INQUIRING), Read => ui::inquire::new;
    post "/inquiries"                     "inquire"            Page Having(INQUIRING), Work => ui::inquire::draft;
    get  "/inquiries/figures"             "inquiry-figures-page" Page Having(EXCHANGING), Read => ui::inquiry_figures::show;
    get  "/inquiries/setup"               "inquiry-setup-page" Page Having(SETTING), Read => ui::inquiry_setup::show;
    post "/inquiries/setup/stages"        "set-stages"         Page Having(SEATING), Work => ui::inquiry_setup::stages;
    post "/inquiries/setup/form"          "set-form"           Page Having(SEATING), Work => ui::inquiry_setup::form;
    post "/inquiries/setup/agree"         "agree-form"         Page Having(SEATING), Work => ui::inquiry_setup::agree;
    get  "/inquiries/{inquiry}"           "inquiry-page"       Page Having(EXCHANGING), Read => ui::inquiries::show;
    get  "/inquiries/{inquiry}/mend"      "mend-inquiry-page"  Page Having(INQUIRING), Read => ui::inquire::mend_form;
    post "/inquiries/{inquiry}/mend"      "mend-inquiry"       Page Having(INQUIRING), Work => ui::inquire::mend;
    post "/inquiries/{inquiry}/submit"    "submit-inquiry"     Page Having(INQUIRING), Work => ui::inquiries::submit;
    post "/inquiries/{inquiry}/sign"      "sign-inquiry"       Page Having(SIGNING), Work => ui::inquiries::sign;
    post "/inquiries/{inquiry}/sign/passkey/begin" "begin-signing" Page Having(SIGNING), Work => ui::inquiries::begin_signing;
    post "/inquiries/{inquiry}/sign/passkey" "sign-by-passkey"   Page Having(SIGNING), Work => ui::inquiries::sign_by_passkey;
    post "/inquiries/{inquiry}/return"    "return-inquiry"     Page Having(SIGNING), Work => ui::inquiries::give_back;
    post "/inquiries/{inquiry}/send"      "send-inquiry"       Page Having(LEAVING), Work => ui::inquiries::send;
    post "/inquiries/{inquiry}/clarify"   "clarify-inquiry"    Page Having(APPROVING), Work => ui::inquiries::clarify;
    post "/inquiries/{inquiry}/withdraw"  "withdraw-inquiry"   Page Having(LEAVING), Work => ui::inquiries::withdraw;
    post "/inquiries/{inquiry}/close"     "close-inquiry"      Page Having(LEAVING), Work => ui::inquiries::close;
    post "/inquiries/{inquiry}/hints"     "look-hints"         Page Having(INQUIRING), Work => ui::hints::look;
    post "/inquiries/{inquiry}/receive"   "receive-inquiry"    Page Having(DISCLOSING), Answer => ui::inquiries::receive;
    post "/inquiries/{inquiry}/ask-back"  "ask-back-inquiry"   Page Having(DISCLOSING), Answer => ui::inquiries::ask_back;
    post "/inquiries/{inquiry}/judge"     "judge-inquiry"      Page Having(JUDGING), Answer => ui::inquiry_answer::judge;
    post "/inquiries/{inquiry}/answer"    "answer-inquiry"     Page Having(DISCLOSING), Answer => ui::inquiry_answer::answer;
    post "/inquiries/{inquiry}/send-back" "send-back-inquiry"  Page Having(DISCLOSING), Answer => ui::inquiries::send_back;
    get  "/inquiries/{inquiry}/dossier"   "dossier-page"       Page Having(EXCHANGING), Read => ui::inquiries::dossier;
    get  "/inquiries/{inquiry}/inquiry.pdf" "inquiry-paper"    Page Having(EXCHANGING), Read => ui::inquiries::inquiry_paper;
    get  "/inquiries/{inquiry}/answer.pdf" "answer-paper"      Page Having(EXCHANGING), Read => ui::inquiries::answer_paper;
    get  "/inquiries/{inquiry}/files/{file}" "answer-file-page" Page Having(EXCHANGING), Read => ui::inquiries::file;
    get  "/warrants"                      "warrants-page"      Page Having(WARRANTS), Read => ui::warrants::list;
    get  "/warrants/new"                  "new-warrant-page"   Page Having(CHECKING), Read => ui::warrants::new;
    post "/warrants"                      "check-warrant-page" Page Having(CHECKING), Work => ui::warrants::check;
    get  "/warrants/{warrant}"            "warrant-page"       Page Having(WARRANTS), Read => ui::warrants::show;
    post "/warrants/{warrant}/check"      "check-warrant-again-page" Page Having(CHECKING), Work => ui::warrants::again;
    get  "/gates"                         "gates-page"         Page Seated, Read => ui::gates::show;
    get  "/ledger"                        "ledger-page"        Page House(AUDITING), Read => ui::ledger::show;
    post "/ledger/verify"                 "verify-page"        Page House(AUDITING), Read => ui::ledger::verify;
    get  "/seats"                         "seats-page"         Page Having(SEATING), Read => ui::seats::show;
    post "/seats/invite"                  "invite"             Page Having(SEATING), Work => ui::seats::invite;
    post "/seats/suspend"                 "suspend"            Page Having(SEATING), Work => ui::seats::suspend;
    post "/seats/token"                   "make-token"         Page Having(SEATING), Work => ui::seats::make_token;
    post "/seats/token/end"               "end-token"          Page Having(SEATING), Work => ui::seats::end_token;
    get  "/webhooks"                      "webhooks-page"      Page Having(SEATING), Read => ui::webhooks::show;
    post "/webhooks"                      "make-webhook-page"  Page Having(SEATING), Work => ui::webhooks::make;
    post "/webhooks/end"                  "end-webhook-page"   Page Having(SEATING), Work => ui::webhooks::end;
    post "/webhooks/test"                 "test-webhook-page"  Page Having(SEATING), Work => ui::webhooks::test;
    post "/webhooks/again"                "call-again-page"    Page Having(SEATING), Work => ui::webhooks::again;

    get  "/api/v1/openapi.json"                      "openapi"       Api Anyone, Read => api::document::openapi;
    get  "/api/v1/me"                                "me"            Api Seated, Read => api::me;
    get  "/api/v1/passkeys"                          "passkeys"      Api Seated, Read => api::passkeys::list;
    post "/api/v1/passkeys/{passkey}/removal"        "remove-passkey" Api Seated, Work => api::passkeys::remove;
    get  "/api/v1/work"                              "work-list"     Api Seated, Read => api::work;
    get  "/api/v1/requests"                          "requests"      Api Having(WORKING), Read => api::requests::list;
    get  "/api/v1/requests/{request}"                "request"       Api Having(WORKING), Read => api::requests::show;
    get  "/api/v1/requests/{request}/rows"           "rows"          Api Having(SEEING_ROWS), Read => api::requests::rows;
    post "/api/v1/requests/{request}/acknowledgement" "acknowledge"  Api Having(ANSWERING), Answer => api::requests::acknowledge;
    post "/api/v1/requests/{request}/answer"         "answer"        Api Having(ANSWERING), Answer => api::requests::answer;
    get  "/api/v1/requests/{request}/report"         "report"        Api Having(WORKING), Read => api::requests::report;
    post "/api/v1/requests/{request}/costs"          "cost"          Api Having(COSTING), Answer => api::requests::cost;
    post "/api/v1/requests/{request}/again"          "send-again"    Api House(CARRYING), Work => api::requests::again;
    post "/api/v1/requests/{request}/feedback"       "feedback"      Api House(SENDING), Work => api::requests::feedback;
    get  "/api/v1/groups"                            "groups"        Api Having(SHARING), Read => api::items::groups;
    get  "/api/v1/items"                             "items"         Api Having(SHARING), Read => api::items::list;
    post "/api/v1/items"                             "draft-item"    Api Having(WRITING), Work => api::items::draft;
    get  "/api/v1/items/look-up"                     "look-up"       Api Having(SHARING), Read => api::items::look_up;
    get  "/api/v1/items/{item}"                      "item"          Api Having(SHARING), Read => api::items::show;
    post "/api/v1/items/{item}/post"                 "post-item"     Api Having(APPROVING), Work => api::items::post;
    post "/api/v1/items/{item}/withdraw"             "withdraw-item" Api Having(WRITING), Work => api::items::withdraw;
    post "/api/v1/items/{item}/narrow"               "narrow-item"   Api Having(WRITING), Work => api::onward::narrow;
    post "/api/v1/items/{item}/widen"                "widen-item"    Api Having(APPROVING), Work => api::onward::widen;
    get  "/api/v1/items/returns"                     "returns"       Api Having(SHARING), Read => api::onward::returns;
    post "/api/v1/items/{item}/returns"              "tell-return"   Api Having(WRITING), Work => api::onward::tell;
    get  "/api/v1/lists/{form}"                      "lists"         Api Having(SHARING), Read => api::lists::show;
    get  "/api/v1/onward"                            "onwards"       Api Having(SHARING), Read => api::onward::list;
    post "/api/v1/items/{item}/onward"               "ask-onward"    Api Having(WRITING), Work => api::onward::ask;
    post "/api/v1/onward/{onward}/answer"            "answer-onward" Api Having(APPROVING), Work => api::onward::answer;
    get  "/api/v1/mandates"                          "mandates"      Api Having(SHARING), Read => api::mandates::list;
    post "/api/v1/mandates"                          "give-mandate"  Api Having(APPROVING), Work => api::mandates::give;
    post "/api/v1/mandates/{mandate}/end"            "end-mandate"   Api Having(WRITING), Work => api::mandates::end;
    get  "/api/v1/offers"                            "offers"        Api Having(WORKING), Read => api::offers::list;
    post "/api/v1/offers"                            "make-offer"    Api Having(OFFERING), Work => api::offers::make;
    get  "/api/v1/offers/{offer}"                    "offer"         Api Having(WORKING), Read => api::offers::show;
    post "/api/v1/offers/{offer}/withdraw"           "withdraw-offer" Api Having(OFFERING), Work => api::offers::withdraw;
    post "/api/v1/offers/{offer}/acknowledgement"    "acknowledge-offer" Api Having(OFFERING), Work => api::offers::acknowledge;
    post "/api/v1/offers/{offer}/review"             "review-offer"  Api House(REVIEWING), Work => api::offers::review;
    post "/api/v1/offers/{offer}/request"            "provide-offer" Api House(REVIEWING), Work => api::offers::provide;
    post "/api/v1/offers/{offer}/feedback"           "feedback-offer" Api House(SENDING), Work => api::offers::feedback;
    get  "/api/v1/inquiries"                         "inquiries"     Api Having(EXCHANGING), Read => api::inquiries::list;
    post "/api/v1/inquiries"                         "draft-inquiry" Api Having(INQUIRING), Work => api::inquiries::draft;
    get  "/api/v1/inquiries/{inquiry}"               "inquiry"       Api Having(EXCHANGING), Read => api::inquiries::show;
    post "/api/v1/inquiries/{inquiry}/mending"       "change-inquiry" Api Having(INQUIRING), Work => api::inquiries::mend;
    post "/api/v1/inquiries/{inquiry}/submission"    "hand-up-inquiry" Api Having(INQUIRING), Work => api::inquiries::submit;
    post "/api/v1/inquiries/{inquiry}/sending"       "issue-inquiry" Api Having(LEAVING), Work => api::inquiries::send;
    post "/api/v1/inquiries/{inquiry}/withdrawal"    "take-back-inquiry" Api Having(LEAVING), Work => api::inquiries::withdraw;
    post "/api/v1/inquiries/{inquiry}/hints"         "hint-inquiry"  Api Having(INQUIRING), Work => api::inquiries::hint;
    post "/api/v1/inquiries/{inquiry}/receipt"       "receipt-inquiry" Api Having(DISCLOSING), Answer => api::inquiries::receive;
    post "/api/v1/inquiries/{inquiry}/question"      "question-inquiry" Api Having(DISCLOSING), Answer => api::inquiries::ask_back;
    post "/api/v1/inquiries/{inquiry}/judgment"      "judge-item"    Api Having(JUDGING), Answer => api::inquiries::judge;
    post "/api/v1/inquiries/{inquiry}/answer"        "disclose"      Api Having(DISCLOSING), Answer => api::inquiries::answer;
    post "/api/v1/inquiries/{inquiry}/return"        "refuse-inquiry" Api Having(DISCLOSING), Answer => api::inquiries::send_back;
    get  "/api/v1/inquiries/{inquiry}/dossier"       "dossier"       Api Having(EXCHANGING), Read => api::inquiries::dossier;
    get  "/api/v1/inquiries/{inquiry}/message"       "inquiry-message" Api Having(EXCHANGING), Read => api::inquiries::message;
    get  "/api/v1/inquiries/{inquiry}/files/{file}"  "answer-file"   Api Having(EXCHANGING), Read => api::inquiries::file;
    get  "/api/v1/inquiry-figures"                   "inquiry-figures" Api Having(EXCHANGING), Read => api::inquiries::figures;
    get  "/api/v1/parties/{party}/inquiry-form"      "inquiry-form"  Api Having(EXCHANGING), Read => api::inquiries::form;
    get  "/api/v1/courts"                            "courts"        Api Having(WARRANTS), Read => api::warrants::courts;
    get  "/api/v1/warrants"                          "warrants"      Api Having(WARRANTS), Read => api::warrants::list;
    post "/api/v1/warrants"                          "check-warrant" Api Having(CHECKING), Work => api::warrants::check;
    get  "/api/v1/warrants/{warrant}"                "warrant"       Api Having(WARRANTS), Read => api::warrants::show;
    post "/api/v1/warrants/{warrant}/check"          "check-warrant-again" Api Having(CHECKING), Work => api::warrants::again;
    get  "/api/v1/campaigns"                         "campaigns"     Api House(READING), Read => api::campaigns::list;
    post "/api/v1/campaigns"                         "draft"         Api House(DRAFTING), Work => api::drafts::plan;
    post "/api/v1/campaigns/rehearsal"               "rehearse"      Api House(DRAFTING), Read => api::drafts::rehearse;
    post "/api/v1/campaigns/{campaign}/return"       "give-back"     Api House(APPROVING), Work => api::drafts::give_back;
    post "/api/v1/campaigns/{campaign}/mending"      "mend-drafts"   Api House(DRAFTING), Work => api::drafts::mend;
    get  "/api/v1/campaigns/{campaign}"              "campaign"      Api House(READING), Read => api::campaigns::show;
    get  "/api/v1/campaigns/{campaign}/effect"       "effect"        Api House(COUNTING), Read => api::campaigns::effect;
    get  "/api/v1/credentials"                       "credentials"   Api House(READING), Read => api::campaigns::credentials;
    get  "/api/v1/parties"                           "parties"       Api House(READING), Read => api::parties::list;
    post "/api/v1/parties/comparison"                "compare-parties" Api House(KEEPING), Read => api::parties::compare;
    post "/api/v1/parties"                           "import-parties" Api House(KEEPING), Work => api::parties::import;
    get  "/api/v1/parties/{party}"                   "party"         Api House(READING), Read => api::parties::show;
    post "/api/v1/parties/{party}/test"              "test-party"    Api House(KEEPING), Work => api::parties::test;
    get  "/api/v1/observations/counts"               "counts"        Api House(LOOKING), Read => api::observations::counts;
    get  "/api/v1/observations"                      "observations"  Api House(LOOKING), Read => api::observations::rows;
    get  "/api/v1/observations/file"                 "take-along"    Api House(LOOKING), Read => ui::observations::file;
    get  "/api/v1/observations/questions"            "questions"     Api House(LOOKING), Read => api::questions::list;
    post "/api/v1/observations/questions"            "keep-question" Api House(LOOKING), Work => api::questions::keep;
    post "/api/v1/observations/questions/{question}/change" "change-question" Api House(LOOKING), Work => api::questions::change;
    post "/api/v1/observations/questions/{question}/removal" "forget-question" Api House(LOOKING), Work => api::questions::forget;
    post "/api/v1/feeds/{name}"                      "hand-in"       Api House(DRAFTING), Feed => api::feeds::hand_in;
    get  "/api/v1/operations"                        "operations"    Api House(OPERATING), Read => api::operations::list;
    post "/api/v1/operations"                        "record-operation" Api House(RECORDING), Work => api::operations::record;
    get  "/api/v1/operations/{operation}"            "operation"     Api House(OPERATING), Read => api::operations::show;
    get  "/api/v1/seats"                             "seats"         Api Having(SEATING), Read => api::seats::list;
    post "/api/v1/seats/{seat}/suspension"           "suspend-seat"  Api Having(SEATING), Work => api::seats::suspend;
    post "/api/v1/seats/{seat}/resumption"           "resume-seat"   Api Having(SEATING), Work => api::seats::resume;
    post "/api/v1/seats/{seat}/tokens/end"           "remove-token"  Api Having(SEATING), Work => api::seats::end_token;
    get  "/api/v1/webhooks"                          "webhooks"      Api Having(SEATING), Read => api::webhooks::list;
    post "/api/v1/webhooks"                          "make-webhook"  Api Having(SEATING), Work => api::webhooks::make;
    post "/api/v1/webhooks/{webhook}/end"            "end-webhook"   Api Having(SEATING), Work => api::webhooks::end;
    post "/api/v1/webhooks/{webhook}/test"           "test-webhook"  Api Having(SEATING), Work => api::webhooks::test;
    post "/api/v1/calls/{call}/again"                "call-again"    Api Having(SEATING), Work => api::webhooks::again;
    get  "/api/v1/rules"                             "rules"         Api Seated, Read => api::rules;
    get  "/api/v1/ledger"                            "ledger"        Api House(AUDITING), Read => api::ledger::entries;
    get  "/api/v1/ledger/verification"               "verification"  Api House(AUDITING), Read => api::ledger::verify;
}

/// What is not in the table: told as a page, or to programs that ask under `/api`.
static STRAY_PAGE: Route = stray_route(Door::Page);
static STRAY_API: Route = stray_route(Door::Api);

const fn stray_route(door: Door) -> Route {
    Route { method: Method::GET, path: "", name: "stray", door, who: Who::Anyone, scope: Scope::Read }
}

async fn stray(State(site): State<Arc<Site>>, peer: ConnectInfo<SocketAddr>, request: Request, next: Next) -> Response {
    let route = if request.uri().path().starts_with("/api/") { &STRAY_API } else { &STRAY_PAGE };
    guard(State(Guarded { site, route }), peer, request, next).await
}

/// The router of the table; what is not in it is not there.
pub fn router(site: Arc<Site>) -> Router {
    let mut router = Router::new();
    for (route, handler) in ROUTES.iter().zip(HANDLERS) {
        let guarded = from_fn_with_state(Guarded { site: Arc::clone(&site), route }, guard);
        router = router.route(route.path, handler().route_layer(guarded));
    }
    // The paths, methods and answers of TAXII are the standard's; its door knows who asks by itself.
    for path in [renkei_app::taxii::PATH, "/taxii2/{*rest}"] {
        router = router.route(path, any(taxii::answer));
    }
    router = router.fallback(ui::door::nothing.layer(from_fn_with_state(Arc::clone(&site), stray)));
    let watched = from_fn_with_state(Arc::clone(&site), watch);
    router.layer(DefaultBodyLimit::max(LARGEST)).layer(watched).with_state(site)
}
