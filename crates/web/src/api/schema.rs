//! What each route of the API answers, as JSON schemas made from the very types that are written.

use std::sync::LazyLock;

use renkei_app::audit::{EntryList, Verified};
use renkei_app::campaign::answer::Answered;
use renkei_app::campaign::cost::CostShown;
use renkei_app::campaign::effect::Effect;
use renkei_app::campaign::plan::Planned;
use renkei_app::campaign::read::{RequestListed, RequestRead};
use renkei_app::campaign::report::Report;
use renkei_app::campaign::show::{CampaignList, CampaignShown};
use renkei_app::campaign::withdraw::Changed;
use renkei_app::credentials::BatchList;
use renkei_app::ingest::FeedShown;
use renkei_app::inquiry::{InquiryFigures, InquiryListed, InquiryRead, ProviderForm};
use renkei_app::observations::question::{QuestionChanged, QuestionList};
use renkei_app::observations::{Counts, Rows};
use renkei_app::offer::{OfferListed, OfferRead};
use renkei_app::operation::{OperationList, OperationRecorded, OperationShown};
use renkei_app::party::compare::Compared;
use renkei_app::party::trial::TrialShown;
use renkei_app::party::{PartiesImported, PartyList, PartyShown};
use renkei_app::rules::RuleShown;
use renkei_app::seats::SeatShown;
use renkei_app::share::{
    GroupListed, ItemList, ItemRead, Looked, MandateChanged, MandateList, OnwardChanged, OnwardList, ReturnList,
};
use renkei_app::signin::passkey::PasskeyShown;
use renkei_app::warrant::{CourtList, WarrantList, WarrantRead};
use renkei_app::webhook::{CallShown, WebhookList, WebhookMade};
use renkei_app::work::Work;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value};

use super::Me;
use super::requests::PageOf;
use super::seats::Done;
use super::webhooks::Ended;

/// The schemas that answers refer to, and which of them each route answers.
struct Schemas {
    shared: Map<String, Value>,
    of_routes: Vec<(&'static str, Value)>,
}

static SCHEMAS: LazyLock<Schemas> = LazyLock::new(make);

/// What a route answers where all is well; `None`: not JSON, or the route has no entry here.
pub fn of(route: &str) -> Option<Value> {
    SCHEMAS.of_routes.iter().find(|(name, _)| *name == route).map(|(_, schema)| schema.clone())
}

/// The schemas under `#/components/schemas`.
pub fn shared() -> Map<String, Value> {
    SCHEMAS.shared.clone()
}

fn make() -> Schemas {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| {
        settings.meta_schema = None;
        settings.definitions_path = "/components/schemas".into();
    });
    let mut generator = settings.into_generator();
    let of_routes = [
        people(&mut generator),
        items(&mut generator),
        campaigns(&mut generator),
        inquiries(&mut generator),
        directory(&mut generator),
    ]
    .concat();
    let shared = generator.take_definitions(true);
    Schemas { shared, of_routes }
}

type Entries = Vec<(&'static str, Value)>;

fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}

fn people(to: &mut SchemaGenerator) -> Entries {
    let done = schema::<Done>(to);
    vec![
        ("me", schema::<Me>(to)),
        ("passkeys", schema::<Vec<PasskeyShown>>(to)),
        ("remove-passkey", schema::<Vec<PasskeyShown>>(to)),
        ("work-list", schema::<Work>(to)),
        ("seats", schema::<Vec<SeatShown>>(to)),
        ("suspend-seat", done.clone()),
        ("resume-seat", done.clone()),
        ("remove-token", done),
        ("webhooks", schema::<WebhookList>(to)),
        ("make-webhook", schema::<WebhookMade>(to)),
        ("end-webhook", schema::<Ended>(to)),
        ("test-webhook", schema::<CallShown>(to)),
        ("call-again", schema::<CallShown>(to)),
        ("rules", schema::<Vec<RuleShown>>(to)),
        ("ledger", schema::<EntryList>(to)),
        ("verification", schema::<Verified>(to)),
    ]
}

fn items(to: &mut SchemaGenerator) -> Entries {
    let item = schema::<ItemRead>(to);
    vec![
        ("groups", schema::<Vec<GroupListed>>(to)),
        ("items", schema::<ItemList>(to)),
        ("look-up", schema::<Looked>(to)),
        ("draft-item", item.clone()),
        ("item", item.clone()),
        ("post-item", item.clone()),
        ("withdraw-item", item.clone()),
        ("narrow-item", item.clone()),
        ("widen-item", item.clone()),
        ("tell-return", item),
        ("returns", schema::<ReturnList>(to)),
        ("onwards", schema::<OnwardList>(to)),
        ("ask-onward", schema::<OnwardChanged>(to)),
        ("answer-onward", schema::<OnwardChanged>(to)),
        ("mandates", schema::<MandateList>(to)),
        ("give-mandate", schema::<MandateChanged>(to)),
        ("end-mandate", schema::<MandateChanged>(to)),
    ]
}

fn campaigns(to: &mut SchemaGenerator) -> Entries {
    let (read, offer) = (schema::<RequestRead>(to), schema::<OfferRead>(to));
    vec![
        ("requests", schema::<PageOf<RequestListed>>(to)),
        ("request", read.clone()),
        ("send-again", read.clone()),
        ("acknowledge", read.clone()),
        ("answer", schema::<Answered>(to)),
        ("report", schema::<Report>(to)),
        ("cost", schema::<CostShown>(to)),
        ("feedback", read),
        ("offers", schema::<PageOf<OfferListed>>(to)),
        ("make-offer", offer.clone()),
        ("offer", offer.clone()),
        ("withdraw-offer", offer.clone()),
        ("acknowledge-offer", offer.clone()),
        ("review-offer", offer.clone()),
        ("provide-offer", offer.clone()),
        ("feedback-offer", offer),
        ("campaigns", schema::<CampaignList>(to)),
        ("draft", schema::<Planned>(to)),
        ("rehearse", schema::<Planned>(to)),
        ("give-back", schema::<Changed>(to)),
        ("mend-drafts", schema::<Changed>(to)),
        ("campaign", schema::<CampaignShown>(to)),
        ("effect", schema::<Effect>(to)),
        ("credentials", schema::<BatchList>(to)),
        ("operations", schema::<OperationList>(to)),
        ("record-operation", schema::<OperationRecorded>(to)),
        ("operation", schema::<OperationShown>(to)),
    ]
}

fn inquiries(to: &mut SchemaGenerator) -> Entries {
    let read = schema::<InquiryRead>(to);
    let reading = [
        "inquiry",
        "draft-inquiry",
        "change-inquiry",
        "hand-up-inquiry",
        "issue-inquiry",
        "take-back-inquiry",
        "hint-inquiry",
        "receipt-inquiry",
        "question-inquiry",
        "judge-item",
        "disclose",
        "refuse-inquiry",
    ];
    let mut entries: Entries = reading.into_iter().map(|name| (name, read.clone())).collect();
    entries.push(("inquiries", schema::<PageOf<InquiryListed>>(to)));
    entries.push(("inquiry-figures", schema::<InquiryFigures>(to)));
    entries.push(("inquiry-form", schema::<ProviderForm>(to)));
    let warrant = schema::<WarrantRead>(to);
    entries.extend(["check-warrant", "warrant", "check-warrant-again"].map(|name| (name, warrant.clone())));
    entries.push(("warrants", schema::<WarrantList>(to)));
    entries.push(("courts", schema::<CourtList>(to)));
    entries
}

fn directory(to: &mut SchemaGenerator) -> Entries {
    let changed = schema::<QuestionChanged>(to);
    vec![
        ("parties", schema::<PartyList>(to)),
        ("compare-parties", schema::<Compared>(to)),
        ("import-parties", schema::<PartiesImported>(to)),
        ("party", schema::<PartyShown>(to)),
        ("test-party", schema::<TrialShown>(to)),
        ("counts", schema::<Counts>(to)),
        ("observations", schema::<Rows>(to)),
        ("questions", schema::<QuestionList>(to)),
        ("keep-question", changed.clone()),
        ("change-question", changed.clone()),
        ("forget-question", changed),
        ("hand-in", schema::<FeedShown>(to)),
    ]
}

#[cfg(test)]
mod tests {
    use crate::door::Door;
    use crate::route::ROUTES;

    /// Routes whose answers are no JSON, or are described by themselves.
    const OTHERWISE: [&str; 8] =
        ["lists", "metrics", "take-along", "rows", "openapi", "dossier", "answer-file", "inquiry-message"];

    #[test]
    fn every_answer_of_the_api_has_a_schema_and_no_schema_is_left_over() {
        let api: Vec<_> = ROUTES.iter().filter(|route| route.door == Door::Api).map(|route| route.name).collect();
        for name in &api {
            assert_eq!(super::of(name).is_some(), !OTHERWISE.contains(name), "{name}");
        }
        for (name, _) in &super::SCHEMAS.of_routes {
            assert!(api.contains(name), "{name} is no route");
        }
    }
}
