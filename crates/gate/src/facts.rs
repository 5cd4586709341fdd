//! From plain facts to Cedar's words: every struct is taken apart in full, so that a new fact that
//! is not handed over does not compile.

use std::collections::{HashMap, HashSet};

use cedar_policy::{
    Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, Request, RestrictedExpression as Fact,
};
use renkei_core::question::{Approval, Inquiry, Office, Operation, Question, Recipient, Sharing, Standing};
use renkei_core::seat::Seat;
use renkei_core::time::{DAY, Moment, Validity};

/// A fact cannot be put into Cedar's words (a time outside the years 0 to 9999, say).
#[derive(Debug, thiserror::Error)]
#[error("a fact cannot be put before the rules: {0}")]
pub(crate) struct FactError(String);

fn fault(error: impl std::fmt::Display) -> FactError {
    FactError(error.to_string())
}

/// The names of the schema's entity types, parsed once.
#[derive(Debug)]
pub(crate) struct Types {
    action: EntityTypeName,
    seat: EntityTypeName,
    matter: EntityTypeName,
    role: EntityTypeName,
    duty: EntityTypeName,
    standing: EntityTypeName,
    class: EntityTypeName,
    measure: EntityTypeName,
    agreement: EntityTypeName,
    topic: EntityTypeName,
    release: EntityTypeName,
    place: EntityTypeName,
    instrument: EntityTypeName,
    tlp: EntityTypeName,
}

impl Types {
    /// The names as the schema writes them.
    pub fn new() -> Result<Self, FactError> {
        let of = |name: &str| name.parse::<EntityTypeName>().map_err(fault);
        Ok(Self {
            action: of("Action")?,
            seat: of("Seat")?,
            matter: of("Matter")?,
            role: of("Role")?,
            duty: of("Duty")?,
            standing: of("Standing")?,
            class: of("DataClass")?,
            measure: of("Measure")?,
            agreement: of("Agreement")?,
            topic: of("Topic")?,
            release: of("Release")?,
            place: of("Place")?,
            instrument: of("Instrument")?,
            tlp: of("Tlp")?,
        })
    }

    /// Puts a question into Cedar's words; `act_entity` is its act with its groups.
    pub fn ask(&self, question: &Question, act_entity: &Entities) -> Result<(Request, Entities), FactError> {
        let Question {
            act,
            seat,
            objects: _, // versions are checked by the write; rules do not ask for identifiers
            measure,
            class,
            recipient,
            approval,
            office,
            operation,
            inquiry,
            sharing,
            leaves,
            sent,
            at,
        } = question;
        let standing = question.standing();
        let seat = self.seat(seat, standing)?;
        let mut matter = HashMap::from([("class".to_owned(), named(&self.class, class.word()))]);
        if let Some(measure) = measure {
            matter.insert("measure".to_owned(), named(&self.measure, measure.word()));
        }
        let matter = Entity::new(uid(&self.matter, "it"), matter, HashSet::new()).map_err(fault)?;
        let Office { party: _, one_seat_may_hold_both } = office; // the party decides the standing
        let mut facts = vec![
            ("at".to_owned(), moment(*at)),
            ("leaves".to_owned(), Fact::new_bool(*leaves)),
            ("sent".to_owned(), Fact::new_bool(*sent)),
            ("one_seat_may_hold_both".to_owned(), Fact::new_bool(*one_seat_may_hold_both)),
        ];
        facts.extend(
            recipient.as_ref().map(|it| self.recipient(it)).transpose()?.map(|it| ("recipient".to_owned(), it)),
        );
        facts.extend(approval.as_ref().map(Self::approval).transpose()?.map(|it| ("approval".to_owned(), it)));
        facts.extend(
            operation.as_ref().map(|it| self.operation(it)).transpose()?.map(|it| ("operation".to_owned(), it)),
        );
        facts.extend(inquiry.as_ref().map(|it| self.inquiry(it)).transpose()?.map(|it| ("inquiry".to_owned(), it)));
        facts.extend(sharing.as_ref().map(|it| self.sharing(it)).transpose()?.map(|it| ("sharing".to_owned(), it)));
        let context = Context::from_pairs(facts).map_err(fault)?;
        let action = uid(&self.action, act.word());
        let request = Request::new(seat.uid(), action, matter.uid(), context, None).map_err(fault)?;
        let entities = act_entity.clone().add_entities([seat, matter], None).map_err(fault)?;
        Ok((request, entities))
    }

    fn seat(&self, seat: &Seat, standing: Standing) -> Result<Entity, FactError> {
        let Seat {
            id,
            party: _, // rules ask what the party is and where it stands, never which one
            party_role,
            title: _, // for people
            duties,
            machine,
        } = seat;
        let duties = duties.iter().map(|duty| named(&self.duty, duty.word()));
        let facts = HashMap::from([
            ("role".to_owned(), named(&self.role, party_role.word())),
            ("standing".to_owned(), named(&self.standing, standing.word())),
            ("duties".to_owned(), Fact::new_set(duties)),
            ("machine".to_owned(), Fact::new_bool(*machine)),
        ]);
        Entity::new(uid(&self.seat, id.as_str()), facts, HashSet::new()).map_err(fault)
    }

    fn recipient(&self, recipient: &Recipient) -> Result<Fact, FactError> {
        let Recipient { party, role, country, agreements, topic, originator_allows, release } = recipient;
        let agreements = agreements.iter().map(|kind| named(&self.agreement, agreement_word(*kind)));
        record([
            ("party", Fact::new_string(party.as_str().to_owned())),
            ("role", named(&self.role, role.word())),
            ("country", Fact::new_string(country.clone())),
            ("agreements", Fact::new_set(agreements)),
            ("topic", named(&self.topic, topic.word())),
            ("originator_allows", Fact::new_bool(*originator_allows)),
            ("release", named(&self.release, release.word())),
        ])
    }

    fn approval(approval: &Approval) -> Result<Fact, FactError> {
        let Approval { by, approver_is_set, by_deputy, same_seat_as_drafter, bytes_match } = approval;
        record([
            ("by", Fact::new_string(by.as_str().to_owned())),
            ("approver_is_set", Fact::new_bool(*approver_is_set)),
            ("by_deputy", Fact::new_bool(*by_deputy)),
            ("same_seat_as_drafter", Fact::new_bool(*same_seat_as_drafter)),
            ("bytes_match", Fact::new_bool(*bytes_match)),
        ])
    }

    fn operation(&self, operation: &Operation) -> Result<Fact, FactError> {
        let Operation { place, jp_domain, own_server, blank, voluntary, checked, known, hour, authority } = operation;
        let facts = [
            ("place", named(&self.place, place.word())),
            ("jp_domain", Fact::new_bool(*jp_domain)),
            ("own_server", Fact::new_bool(*own_server)),
            ("blank", Fact::new_bool(*blank)),
            ("voluntary", Fact::new_bool(*voluntary)),
            ("checked", Fact::new_bool(*checked)),
            ("known", Fact::new_bool(*known)),
        ];
        let authority = authority.map(authority_record).transpose()?;
        let hour = hour.map(|hour| ("hour", moment(hour)));
        record(facts.into_iter().chain(hour).chain(authority.map(|it| ("authority", it))))
    }
}

impl Types {
    fn inquiry(&self, inquiry: &Inquiry) -> Result<Fact, FactError> {
        let Inquiry {
            asker: _, // the party decides the standing
            instrument,
            borderline,
            judged,
            in_window,
            days,
            extends,
            hints,
        } = inquiry;
        record([
            ("instrument", named(&self.instrument, instrument.word())),
            ("borderline", Fact::new_bool(*borderline)),
            ("judged", Fact::new_bool(*judged)),
            ("in_window", Fact::new_bool(*in_window)),
            ("days", Fact::new_long(i64::from(*days))),
            ("extends", Fact::new_bool(*extends)),
            ("hints", Fact::new_bool(*hints)),
        ])
    }

    fn sharing(&self, sharing: &Sharing) -> Result<Fact, FactError> {
        let Sharing { own, tlp, in_force, mandated } = sharing;
        record([
            ("own", Fact::new_bool(*own)),
            ("tlp", named(&self.tlp, tlp.word())),
            ("in_force", Fact::new_bool(*in_force)),
            ("mandated", Fact::new_bool(*mandated)),
        ])
    }
}

fn authority_record(validity: Validity) -> Result<Fact, FactError> {
    let Validity { from, until } = validity;
    record(from.map(|from| ("from", moment(from))).into_iter().chain(until.map(|until| ("until", moment(until)))))
}

/// The word of an agreement in the schema.
pub(crate) fn agreement_word(kind: renkei_core::party::AgreementKind) -> &'static str {
    match kind {
        renkei_core::party::AgreementKind::Nda => "nda",
        renkei_core::party::AgreementKind::JointResponse => "joint-response",
    }
}

fn uid(of: &EntityTypeName, word: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(of.clone(), EntityId::new(word))
}

fn named(of: &EntityTypeName, word: &str) -> Fact {
    Fact::new_entity_uid(uid(of, word))
}

fn record<'a>(facts: impl IntoIterator<Item = (&'a str, Fact)>) -> Result<Fact, FactError> {
    Fact::new_record(facts.into_iter().map(|(name, fact)| (name.to_owned(), fact))).map_err(fault)
}

/// A moment as Cedar reads it: to the millisecond, the rest is cut off.
fn moment(at: Moment) -> Fact {
    let within = at.0.rem_euclid(DAY) / 1000;
    let (seconds, millis) = (within / 1000, within % 1000);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    Fact::new_datetime(format!("{}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z", at.day()))
}
