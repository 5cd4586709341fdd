//! The OpenAPI document, built from the route table.

use axum::Json;
use renkei_core::inquiry::Instrument;
use renkei_core::inquiry::identifier::Kind;
use renkei_core::inquiry::item::{Ground, Outcome};
use renkei_core::material::Material;
use serde_json::{Map, Value, json};

use super::schema;
use crate::door::{Door, Route, Who};
use crate::visit::Visit;

/// The document.
pub async fn openapi(visit: Visit) -> Json<Value> {
    Json(document(visit.site.routes))
}

/// OpenAPI 3.1 of every route of the API door.
fn document(routes: &[Route]) -> Value {
    let mut paths = Map::new();
    for route in routes.iter().filter(|route| route.door == Door::Api) {
        let path = paths.entry(route.path).or_insert_with(|| Value::Object(Map::new()));
        put(path, &route.method.as_str().to_lowercase(), operation(route));
    }
    let mut schemas = schema::shared();
    schemas.insert("Problem".to_owned(), problem());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "renkei",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What a seat can do in the office, for programs.",
            "license": { "name": "Apache-2.0 OR MIT" },
        },
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "schemas": schemas,
        },
    })
}

fn operation(route: &Route) -> Value {
    let mut answers = json!({
        "200": { "description": "done", "content": content(route) },
        "422": refusal("fields are not what they should be"),
    });
    let mut more = |status: &str, why: &str| put(&mut answers, status, refusal(why));
    more("429", "too many requests; `Retry-After` says how many seconds to wait");
    if !matches!(route.who, Who::Anyone) {
        more("401", "no token, or one that has ended");
        more("403", "the gate refuses, or the token's scope is too narrow");
        more("404", "there is none, or it is not for this seat");
    }
    if route.method == axum::http::Method::POST {
        more("409", "it cannot take this step from where it stands, or the same request is being answered");
        more("412", "it changed since it was looked at");
        more("413", "more than is taken");
        more("415", "neither JSON nor CSV");
    } else {
        more("400", "the query cannot be read");
    }
    let mut operation = json!({
        "operationId": route.name,
        "parameters": parameters(route),
        "responses": answers,
    });
    if !matches!(route.who, Who::Anyone) {
        put(&mut operation, "security", json!([{ "token": [] }]));
        put(&mut operation, "x-scope", json!(route.scope.word()));
    }
    if let Some(body) = body(route.name) {
        put(&mut operation, "requestBody", body);
    }
    operation
}

/// Sets a key of an object.
fn put(object: &mut Value, key: &str, value: Value) {
    if let Some(map) = object.as_object_mut() {
        map.insert(key.to_owned(), value);
    }
}

fn content(route: &Route) -> Value {
    match route.name {
        "metrics" => json!({ "application/openmetrics-text": { "schema": { "type": "string" } } }),
        "take-along" => json!({
            "text/csv": { "schema": { "type": "string" } },
            "application/vnd.apache.parquet": { "schema": { "type": "string" } },
        }),
        "lists" => json!({
            "text/plain": { "schema": { "type": "string" } },
            "text/csv": { "schema": { "type": "string" } },
            "text/dns": { "schema": { "type": "string" } },
        }),
        "dossier" => json!({ "text/plain": { "schema": { "type": "string" } } }),
        "answer-file" => json!({
            "application/octet-stream": { "schema": { "type": "string", "description": "sealed to who asked" } },
        }),
        "rows" => json!({
            "text/csv": { "schema": { "type": "string" } },
            "application/octet-stream": { "schema": { "type": "string", "description": "sealed with age" } },
        }),
        name => {
            let schema = schema::of(name).unwrap_or_else(|| json!({ "type": ["object", "array"] }));
            json!({ "application/json": { "schema": schema } })
        }
    }
}

fn refusal(why: &str) -> Value {
    json!({
        "description": why,
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    })
}

fn problem() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title", "status", "code"],
        "properties": {
            "type": { "type": "string" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "code": { "type": "string", "description": "stable" },
            "detail": { "type": ["string", "null"] },
            "ruling": { "type": ["object", "null"], "description": "what the gate answered, where it refused" },
        },
    })
}

fn parameters(route: &Route) -> Value {
    let text = json!({ "type": "string" });
    let mut list: Vec<Value> = route
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": text }))
        .collect();
    let number = json!({ "type": "integer", "minimum": 1, "maximum": 1000 });
    let place = json!({ "type": "integer", "minimum": 0 });
    let day = json!({ "type": "string", "format": "date" });
    let file = json!({ "enum": ["csv", "parquet"] });
    let yes = json!({ "type": "boolean" });
    // What observations are narrowed by.
    let narrowed =
        [("family", &text), ("party", &text), ("prefix", &text), ("port", &text), ("from", &day), ("until", &day)];
    let query: Vec<(&str, &Value)> = match route.name {
        "requests" => {
            vec![("state", &text), ("party", &text), ("campaign", &text), ("after", &text), ("limit", &number)]
        }
        "offers" | "inquiries" => vec![("state", &text), ("after", &text), ("limit", &number)],
        "warrants" => vec![("outcome", &text), ("q", &text), ("after", &text), ("limit", &number)],
        "items" | "returns" => vec![("before", &text), ("limit", &number)],
        "look-up" => vec![("value", &text)],
        "lists" => vec![("kind", &text), ("group", &text), ("warned", &yes), ("zone", &text)],
        "inquiry-figures" => vec![("from", &day), ("until", &day), ("least", &place)],
        "parties" => vec![("q", &text)],
        "counts" => [("by", &text)].into_iter().chain(narrowed).collect(),
        "observations" => narrowed.into_iter().chain([("after", &text), ("limit", &number)]).collect(),
        "take-along" => [("format", &file)].into_iter().chain(narrowed).collect(),
        "rows" => vec![("sheet", &place)],
        "ledger" => vec![("from", &place), ("until", &place), ("limit", &number), ("q", &text)],
        _ => Vec::new(),
    };
    list.extend(query.iter().map(|(name, schema)| json!({ "name": name, "in": "query", "schema": schema })));
    if matches!(route.name, "acknowledge" | "answer") {
        list.push(
            json!({ "name": "If-Match", "in": "header", "schema": text, "description": "the ETag that was looked at" }),
        );
    }
    if route.method == axum::http::Method::POST && !route.streams() {
        let key = json!({ "type": "string", "minLength": 1, "maxLength": 255 });
        let why = "the same key with the same request is answered the same again for a day";
        list.push(json!({ "name": "Idempotency-Key", "in": "header", "schema": key, "description": why }));
    }
    Value::Array(list)
}

/// An object with these fields and no others.
fn object(required: &[&str], properties: Value) -> Value {
    json!({ "type": "object", "required": required, "additionalProperties": false, "properties": properties })
}

fn filled() -> Value {
    json!({ "type": "string", "minLength": 1 })
}

fn optional() -> Value {
    json!({ "type": ["string", "null"] })
}

/// Words in both languages; English may be left out.
fn words() -> Value {
    object(&["ja"], json!({ "ja": filled(), "en": { "type": "string" } }))
}

fn plan() -> Value {
    let day = json!({ "type": ["string", "null"], "format": "date" });
    let materials: Vec<_> = Material::ALL.iter().map(|material| json!(material.word())).chain([Value::Null]).collect();
    let arranged = json!({ "consultation": optional(), "roles": optional(), "publicity": optional() });
    object(
        &["title", "purpose"],
        json!({
            "title": words(),
            "purpose": words(),
            "material": { "enum": materials },
            "family": optional(),
            "from": day,
            "until": day,
            "leaflet": optional(),
            "arrangements": object(&[], arranged),
        }),
    )
}

fn body(name: &str) -> Option<Value> {
    let counts = json!({ "type": "object", "additionalProperties": { "type": "integer", "minimum": 0 } });
    let schema = match name {
        "answer" => json!({
            "type": "object",
            "required": ["outcome"],
            "additionalProperties": false,
            "properties": {
                "outcome": { "enum": ["full", "part", "no-data", "declined"] },
                "counts": counts,
                "reason": { "enum": ["no-capacity", "no-basis", "not-actionable", "other-party"] },
            },
        }),
        "feedback" => json!({
            "type": "object",
            "required": ["ja"],
            "additionalProperties": false,
            "properties": {
                "ja": { "type": "string" },
                "en": { "type": "string" },
                "effect": { "type": "boolean", "description": "tells the figures of the effect, too" },
            },
        }),
        "draft" | "rehearse" => plan(),
        "mend-drafts" => object(
            &["title", "purpose", "said"],
            json!({ "title": words(), "purpose": words(), "leaflet": optional(), "said": filled() }),
        ),
        "give-back" => object(&["remark"], json!({ "remark": filled() })),
        "remove-token" => object(&["token"], json!({ "token": { "type": "string" } })),
        "make-webhook" => json!({
            "type": "object",
            "required": ["url"],
            "additionalProperties": false,
            "properties": { "url": { "type": "string", "format": "uri" } },
        }),
        "hand-in" => {
            let file = json!({ "type": "string", "description": "a feed file, compressed or not" });
            let content = json!({ "application/octet-stream": { "schema": file } });
            return Some(json!({ "required": true, "content": content }));
        }
        "record-operation" => {
            let record = json!({ "type": "string", "description": "the record of an operation (TOML)" });
            return Some(json!({ "required": true, "content": { "text/plain": { "schema": record } } }));
        }
        "compare-parties" | "import-parties" => {
            let file = json!({ "type": "string", "description": "a party file" });
            let content = json!({ "text/plain": { "schema": file } });
            return Some(json!({ "required": true, "content": content }));
        }
        "cost" => json!({
            "type": "object",
            "required": ["what"],
            "additionalProperties": false,
            "properties": {
                "minutes": { "type": "integer", "minimum": 0 },
                "amount": { "type": "integer", "minimum": 0 },
                "currency": { "type": "string", "description": "ISO 4217; JPY if left out" },
                "what": { "type": "string" },
            },
        }),
        _ => desk_body(name).or_else(|| offer_body(name)).or_else(|| item_body(name)).or_else(|| inquiry_body(name))?,
    };
    let mut content = json!({ "application/json": { "schema": schema } });
    if name == "answer" {
        let sheet = json!({ "type": "string", "description": "columns `line` and `status`; counted and dropped" });
        put(&mut content, "text/csv", json!({ "schema": sheet }));
    }
    Some(json!({ "required": true, "content": content }))
}

/// What is sent about questions that are kept, and to try an address.
fn desk_body(name: &str) -> Option<Value> {
    Some(match name {
        "keep-question" => json!({
            "type": "object",
            "required": ["name"],
            "additionalProperties": false,
            "properties": {
                "name": { "type": "string", "minLength": 1, "maxLength": 60 },
                "asked": { "type": "object", "additionalProperties": { "type": "string" }, "description": "the query of `counts`" },
                "shared": { "type": "boolean", "description": "other seats of the house see it" },
            },
        }),
        "test-party" => json!({
            "type": "object",
            "additionalProperties": false,
            "properties": { "mail": { "type": ["string", "null"], "description": "one of its addresses; null: the one in use" } },
        }),
        "change-question" => json!({
            "type": "object",
            "additionalProperties": false,
            "properties": { "name": { "type": "string", "minLength": 1, "maxLength": 60 }, "shared": { "type": "boolean" } },
        }),
        _ => return None,
    })
}

/// What is sent about offers.
fn offer_body(name: &str) -> Option<Value> {
    let text = json!({ "type": "string", "maxLength": 4000 });
    let class = json!({ "type": ["string", "null"], "description": "a data class, where one fits" });
    let (required, properties) = match name {
        "make-offer" => (vec!["needs", "does"], json!({ "class": class, "needs": text, "does": text })),
        "review-offer" => {
            let verdict = json!({ "enum": ["whole", "part", "declined"] });
            (vec!["verdict", "reason"], json!({ "verdict": verdict, "reason": text, "class": class }))
        }
        "provide-offer" => (vec!["request"], json!({ "request": { "type": "string" }, "text": text })),
        "feedback-offer" => (vec!["text"], json!({ "text": text })),
        "withdraw-offer" => (vec![], json!({ "text": text })),
        _ => return None,
    };
    Some(json!({
        "type": "object",
        "required": required,
        "additionalProperties": false,
        "properties": properties,
    }))
}

/// What is sent about items.
fn item_body(name: &str) -> Option<Value> {
    use renkei_core::share::{Kind, Pap, Return, Tlp};
    let (text, list) = (json!({ "type": "string" }), json!({ "type": "array", "items": { "type": "string" } }));
    let stix = json!({ "type": ["object", "null"], "description": "a STIX 2.1 bundle, or one object" });
    let draft = || {
        object(
            &["kind", "title", "tlp"],
            json!({
                "kind": words_of(Kind::ALL.iter().map(|kind| kind.word())),
                "title": { "type": "string", "minLength": 1, "maxLength": 200 },
                "text": text, "values": list, "stix": stix,
                "tlp": words_of(Tlp::ALL.iter().map(|tlp| tlp.word())),
                "pap": words_of(Pap::ALL.iter().map(|pap| pap.word())),
                "groups": list, "parties": list, "seats": list,
                "unnamed": { "type": "boolean" }, "hinted": { "type": "boolean" },
                "replaces": { "type": ["string", "null"] },
                "ends": { "type": ["string", "null"], "format": "date-time" },
            }),
        )
    };
    let word = json!({ "type": "string", "maxLength": 2000 });
    let asked = json!({ "type": "string", "minLength": 1, "maxLength": 2000 });
    let target = json!({
        "type": "string", "maxLength": 300,
        "description": "`group:`, `party:` or `seat:` with an identifier, or `outside:` with a name",
    });
    Some(match name {
        "draft-item" => draft(),
        "narrow-item" => object(
            &[],
            json!({
                "tlp": words_or_null(Tlp::ALL.iter().map(|tlp| tlp.word())),
                "pap": words_or_null(Pap::ALL.iter().map(|pap| pap.word())),
                "groups": list, "parties": list, "seats": list, "unhinted": { "type": "boolean" },
                "ends": { "type": ["string", "null"], "format": "date-time" },
            }),
        ),
        "widen-item" => object(&["target"], json!({ "target": target })),
        "give-mandate" => object(
            &["seat", "group", "tlp", "until"],
            json!({
                "seat": text, "group": text,
                "tlp": words_of(Tlp::ALL.iter().filter(|tlp| **tlp != Tlp::Red).map(|tlp| tlp.word())),
                "pap": words_of(Pap::ALL.iter().map(|pap| pap.word())), "unnamed": { "type": "boolean" },
                "days": { "type": ["integer", "null"], "minimum": 1, "maximum": 36500 },
                "from": { "type": ["string", "null"], "format": "date-time" },
                "until": { "type": "string", "format": "date-time" },
            }),
        ),
        "ask-onward" => object(&["target", "purpose"], json!({ "target": target, "purpose": asked })),
        "answer-onward" => object(&["granted"], json!({ "granted": { "type": "boolean" }, "words": word })),
        "tell-return" => object(
            &["what"],
            json!({
                "what": words_of(Return::ALL.iter().map(|word| word.word())),
                "count": { "type": ["integer", "null"], "minimum": 0, "maximum": i64::MAX }, "note": word,
            }),
        ),
        _ => return None,
    })
}

/// What is sent about inquiries.
fn inquiry_body(name: &str) -> Option<Value> {
    let text = json!({ "type": "string", "maxLength": 2000 });
    let item = object(
        &["kind", "value", "field"],
        json!({ "kind": words_of(Kind::ALL.iter().map(|kind| kind.word())), "value": text, "field": text,
                "from": text, "until": text, "zone": text }),
    );
    let answered = object(
        &["number", "outcome"],
        json!({
            "number": { "type": "integer", "minimum": 1, "maximum": u32::MAX },
            "outcome": words_of(Outcome::ALL.iter().map(|outcome| outcome.word())),
            "ground": words_of(Ground::ALL.iter().map(|ground| ground.word()).chain([""])),
            "remark": text,
            "data": { "type": "string", "description": "sealed to who asked as it comes, and kept nowhere" },
            "at": { "type": "string", "description": "the moment of the data (RFC 3339), where it has one" },
        }),
    );
    let days = json!({ "type": "integer", "minimum": 0, "maximum": 36_500 });
    Some(match name {
        "draft-inquiry" | "change-inquiry" => object(
            &["recipient", "instrument", "section", "basis", "case", "items"],
            json!({
                "recipient": text, "instrument": words_of(Instrument::ALL.iter().map(|one| one.word())),
                "section": text, "basis": text, "case": text, "purpose": text, "days": days,
                "occurred_from": text, "occurred_until": text, "zone": text,
                "items": { "type": "array", "items": item, "minItems": 1 },
            }),
        ),
        "disclose" => object(
            &["items"],
            json!({ "items": { "type": "array", "items": answered },
                    "delete_days": { "type": ["integer", "null"], "minimum": 0, "maximum": 36_500 } }),
        ),
        "judge-item" => object(
            &["item", "allowed", "reason"],
            json!({ "item": { "type": "integer", "minimum": 1, "maximum": u32::MAX }, "allowed": { "type": "boolean" }, "reason": text }),
        ),
        "check-warrant" => object(
            &["statement", "document"],
            json!({
                "statement": { "type": "string", "description": "what the court signed (docs/warrants.md)" },
                "document": { "type": "string", "contentEncoding": "base64", "description": "looked at, and not kept" },
            }),
        ),
        "question-inquiry" | "refuse-inquiry" | "take-back-inquiry" => object(&[], json!({ "text": text })),
        _ => return None,
    })
}

fn words_or_null<'a>(words: impl Iterator<Item = &'a str>) -> Value {
    json!({ "enum": words.map(Value::from).chain([Value::Null]).collect::<Vec<_>>() })
}

fn words_of<'a>(words: impl Iterator<Item = &'a str>) -> Value {
    json!({ "enum": words.collect::<Vec<_>>() })
}
