//! The form of a provider: which fields it answers, by which identifiers it finds, how far back it keeps them.
//!
//! Who set none is asked by the table of fields of the rules (`policies/fields.toml`). A provider chooses among
//! those fields and adds its own; it cannot give a field of the table a milder class (G1).

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::id::{Digest, PartyId};
use renkei_core::inquiry::check::{Field as CheckField, Form as CheckForm, Timing};
use renkei_core::inquiry::form::SignedForm;
use renkei_core::inquiry::identifier::Kind;
use renkei_core::ledger::{Approval, keylist};
use renkei_core::question::{Object, ObjectKind, Question, Recipient};
use renkei_core::seat::{Duty, Seat};
use renkei_core::text::Bilingual;
use renkei_core::time::Moment;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::InquiryError;
use crate::office::Office;

/// The form in which a provider takes inquiries.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ProviderForm {
    /// The provider.
    pub party: String,
    /// Its version; 0: the provider set none, and the table of the rules stands in for it.
    pub version: u64,
    /// What can be asked for, in order.
    pub fields: Vec<FormField>,
    /// Kinds of identifier by which it finds a subject.
    pub kinds: Vec<&'static str>,
    /// The widest span of time it answers, in days.
    pub longest_days: Option<u32>,
    /// The zone in which it reads times.
    pub zone: String,
    /// What it says to those who ask, in Japanese.
    pub note_ja: String,
    /// What it says to those who ask, in English.
    pub note_en: String,
    /// Whether its provider signed this version.
    pub is_signed: bool,
    /// Who agreed to this version, and signed it too.
    pub agreed: Vec<String>,
    /// A later version, to which the reader's organisation has not agreed; it goes on drafting by this one.
    pub newer: Option<u64>,
}

/// A field of a form.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FormField {
    /// Its id.
    pub id: String,
    /// What it is called, in Japanese.
    pub ja: String,
    /// What it is called, in English.
    pub en: String,
    /// Its class: `registration` can be asked for by an inquiry.
    pub class: &'static str,
    /// Whether the provider's legal desk decides on it.
    pub borderline: bool,
    /// How long the provider says it keeps it, in days; a period it may keep it for, never a duty (S1.10).
    pub kept_days: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    fields: Vec<String>,
    field: Vec<OwnField>,
    kinds: Vec<String>,
    kept_days: BTreeMap<String, u32>,
    longest_days: Option<u32>,
    zone: Option<String>,
    note_ja: String,
    note_en: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnField {
    id: String,
    ja: String,
    en: String,
    class: String,
    #[serde(default)]
    borderline: bool,
}

impl ProviderForm {
    /// The field of an id.
    pub fn field(&self, id: &str) -> Option<&FormField> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// The form as the checks of a draft ask for it.
    pub(super) fn checked(&self) -> CheckForm {
        let field = |field: &FormField| CheckField {
            id: field.id.clone(),
            class: DataClass::from_word(field.class).unwrap_or(DataClass::Content),
            borderline: field.borderline,
            kept_days: field.kept_days,
            // What is registered stands as it does; what was communicated is found by its time.
            timing: if field.class == DataClass::Registration.word() { Timing::Maybe } else { Timing::Always },
        };
        CheckForm {
            fields: self.fields.iter().map(field).collect(),
            kinds: self.kinds.iter().filter_map(|word| Kind::from_word(word)).collect(),
            longest_days: self.longest_days,
            zone: self.zone.clone(),
        }
    }
}

impl Office {
    /// The form of a provider as the acting seat may see it: its own, and any to a force that may inquire and to the
    /// office, which has the directory. To others there is no such party.
    pub async fn form_for(&self, party: &PartyId) -> Result<ProviderForm, InquiryError> {
        let seat = self.seat(Duty::Drafter).await?;
        let knows = seat.party == *party || seat.party_role.is_police() || seat.party == self.settings.party;
        match knows {
            true if self.inquires(&seat.party).await? => self.form_to_ask_by(party, &seat.party).await,
            true => self.inquiry_form(party, None).await,
            false => Err(InquiryError::UnknownParty(party.clone())),
        }
    }

    /// The form by which an organisation asks: the newest version to which it agreed; where it agreed to none, the
    /// newest there is.
    pub(super) async fn form_to_ask_by(&self, party: &PartyId, asker: &PartyId) -> Result<ProviderForm, InquiryError> {
        let agreed = self.store.form_agreements(party).await?;
        let version = agreed.iter().find(|it| it.asker == *asker).map(|it| it.version);
        let mut form = self.inquiry_form(party, version).await?;
        let newest = self.store.inquiry_form(party, None).await?.map(|form| form.version);
        form.newer = newest.filter(|newest| version.is_some_and(|agreed| agreed < *newest));
        Ok(form)
    }

    /// The form of a provider; a version of it, or the newest.
    pub(crate) async fn inquiry_form(
        &self,
        party: &PartyId,
        version: Option<u64>,
    ) -> Result<ProviderForm, InquiryError> {
        let known = self.store.party(party).await?.ok_or_else(|| InquiryError::UnknownParty(party.clone()))?;
        let Some(written) = self.store.inquiry_form(party, version.filter(|version| *version > 0)).await? else {
            return self.read_form(party, "", 0, &known.zone);
        };
        if version == Some(0) {
            return self.read_form(party, "", 0, &known.zone);
        }
        let mut form = self.read_form(party, &written.text, written.version, &known.zone)?;
        form.is_signed = written.signed.is_some();
        let agreed = self.store.form_agreements(party).await?.into_iter();
        form.agreed = agreed.filter(|it| it.version == written.version).map(|it| it.asker.to_string()).collect();
        Ok(form)
    }

    /// Sets the form of the acting seat's party, or of the office's own.
    pub async fn set_inquiry_form(&self, text: &str, at: Moment) -> Result<ProviderForm, InquiryError> {
        let question = self.own_form_question(at).await?;
        let party = question.seat.party.clone();
        let known = self.store.party(&party).await?.ok_or_else(|| InquiryError::UnknownParty(party.clone()))?;
        self.read_form(&party, text, 0, &known.zone)?;
        // Whether it may is asked before a key is made to sign with.
        self.must_allow(&question).await?;
        let version = self.store.inquiry_form(&party, None).await?.map_or(0, |form| form.version) + 1;
        let signed = self.sign_form(&question.seat, (&party, version), text, at).await?;
        let permit = self.ask(question.on(form_object(&party, version))).await?;
        self.store.set_inquiry_form(permit, (&party, version), text, signed).await?;
        self.inquiry_form(&party, Some(version)).await
    }

    /// Agrees to a version of a provider's form: from then on the acting seat's organisation drafts by it.
    pub async fn agree_to_form(&self, party: &PartyId, version: u64, at: Moment) -> Result<ProviderForm, InquiryError> {
        let question = self.own_form_question(at).await?;
        if !self.inquires(&question.seat.party).await? {
            return Err(InquiryError::Form(
                "only an organisation that inquires agrees to a provider's form".to_owned(),
            ));
        }
        self.must_allow(&question).await?;
        let no_such = || InquiryError::Form(format!("`{party}` has no form of version {version}"));
        let form = self.store.inquiry_form(party, Some(version)).await?.ok_or_else(no_such)?;
        let signed = self.sign_form(&question.seat, (party, version), &form.text, at).await?;
        let permit = self.ask(question.on(form_object(party, version))).await?;
        self.store.agree_to_form(permit, (party, version), signed).await?;
        self.inquiry_form(party, Some(version)).await
    }

    /// The forms that providers set, each in its newest version, for an organisation that inquires; and whether it
    /// agreed to that version.
    pub async fn forms_to_agree(&self) -> Result<Vec<(ProviderForm, bool)>, InquiryError> {
        let seat = self.seat(Duty::Keeper).await?;
        let mut forms = Vec::new();
        if self.inquires(&seat.party).await? {
            for (party, version) in self.store.newest_forms().await? {
                let form = self.inquiry_form(&party, Some(version)).await?;
                let agreed = form.agreed.iter().any(|asker| asker == seat.party.as_str());
                forms.push((form, agreed));
            }
        }
        Ok(forms)
    }

    /// The newest version of a provider's form as it signed it, to be given to another office.
    pub async fn signed_form(&self, party: &PartyId) -> Result<SignedForm, InquiryError> {
        self.form_for(party).await?;
        let unsigned = || InquiryError::Form(format!("`{party}` has signed no form: it sets one anew and signs it so"));
        let form = self.store.inquiry_form(party, None).await?.ok_or_else(unsigned)?;
        let (key, signature) = form.signed.ok_or_else(unsigned)?;
        Ok(SignedForm { party: party.clone(), version: form.version, text: form.text, key, signature })
    }

    /// Takes a form that a provider signed in its own office; the keys of its seats came with the line to it.
    pub async fn take_form(&self, text: &str, at: Moment) -> Result<ProviderForm, InquiryError> {
        let form = SignedForm::parse(text).map_err(|error| InquiryError::Form(error.to_string()))?;
        let party = &form.party;
        let known = self.store.party(party).await?.ok_or_else(|| InquiryError::UnknownParty(party.clone()))?;
        let line = self.store.line(party).await?;
        let line = line
            .ok_or_else(|| InquiryError::Form(format!("there is no line to `{party}`, so its keys are not known")))?;
        let keys = line.office_key.parse().ok().and_then(|office| keylist::open(&line.keys, &office));
        if !form.is_by(&keys.unwrap_or_default()) {
            return Err(InquiryError::Form(format!("`{}` is no key of `{party}`, or it did not sign this", form.key)));
        }
        self.read_form(party, &form.text, form.version, &known.zone)?;
        let permit = self.ask(self.own_form_question(at).await?).await?;
        self.store.take_inquiry_form(permit, &form).await?;
        self.inquiry_form(party, Some(form.version)).await
    }

    /// Whether an organisation inquires: the directory says what it is, also of the office's own.
    async fn inquires(&self, party: &PartyId) -> Result<bool, InquiryError> {
        Ok(self.store.party(party).await?.is_some_and(|party| party.role.is_police()))
    }

    /// What the gate is asked where the acting seat settles something of forms for its organisation.
    async fn own_form_question(&self, at: Moment) -> Result<Question, InquiryError> {
        let seat = self.seat(Duty::Keeper).await?;
        let own = seat.party.clone();
        let known = self.store.party(&own).await?.ok_or_else(|| InquiryError::UnknownParty(own.clone()))?;
        let object = Object::new(ObjectKind::Party, &own, known.version);
        Ok(self.question(Act::SetForm, seat, at).on(object).to(Recipient::of(&known, at, true)))
    }

    /// The seat's signature under a version of a form; a seat that has not signed anything yet gets its key now.
    async fn sign_form(
        &self,
        seat: &Seat,
        (party, version): (&PartyId, u64),
        text: &str,
        at: Moment,
    ) -> Result<Approval, InquiryError> {
        let key = self.approval_key(seat, at).await;
        key.map_err(|error| InquiryError::Form(error.to_string()))?;
        let signer = self.signer(seat).await?;
        Ok(Approval::sign(&SignedForm::subject(party, version), Digest::of(text.as_bytes()), &signer))
    }

    fn read_form(&self, party: &PartyId, text: &str, version: u64, zone: &str) -> Result<ProviderForm, InquiryError> {
        let bad = |why: String| InquiryError::Form(why);
        let written: Written = toml::from_str(text).map_err(|error| bad(error.to_string()))?;
        let mut fields: Vec<FormField> = Vec::new();
        for known in self.gate.fields() {
            if written.fields.is_empty() && written.field.is_empty() || written.fields.contains(&known.id) {
                let Bilingual { ja, en } = known.name.clone();
                let (class, borderline) = (known.class.word(), known.borderline);
                fields.push(FormField { id: known.id.clone(), ja, en, class, borderline, kept_days: None });
            }
        }
        let unknown = |id: &&String| !self.gate.fields().iter().any(|known| known.id == **id);
        if let Some(id) = written.fields.iter().find(unknown) {
            return Err(bad(format!("`{id}` is not in the table of fields: describe it under [[field]]")));
        }
        for OwnField { id, ja, en, class, borderline } in written.field {
            if !unknown(&&id) {
                return Err(bad(format!("`{id}` stands in the table of fields, with its class: name it under fields")));
            }
            let class = DataClass::from_word(&class).filter(|class| ASKED.contains(class));
            let class = class.ok_or_else(|| {
                bad(format!("`{id}` needs one of the classes registration, identification-by-ip, traffic, content"))
            })?;
            fields.push(FormField { id, ja, en, class: class.word(), borderline, kept_days: None });
        }
        for (id, days) in &written.kept_days {
            let field = fields.iter_mut().find(|field| field.id == *id);
            field.ok_or_else(|| bad(format!("kept_days names `{id}`, which the form does not have")))?.kept_days =
                Some(*days);
        }
        let kinds = match written.kinds.is_empty() {
            true => Kind::ALL.to_vec(),
            false => written
                .kinds
                .iter()
                .map(|word| Kind::from_word(word).ok_or_else(|| bad(format!("`{word}` is not a kind of identifier"))))
                .collect::<Result<_, _>>()?,
        };
        let zone = written.zone.unwrap_or_else(|| zone.to_owned());
        let _: renkei_formats::notice::PartyZone = zone.parse().map_err(|error| bad(format!("{error}")))?;
        Ok(ProviderForm {
            party: party.to_string(),
            version,
            fields,
            kinds: kinds.into_iter().map(Kind::word).collect(),
            longest_days: written.longest_days,
            zone,
            note_ja: written.note_ja,
            note_en: written.note_en,
            is_signed: false,
            agreed: Vec::new(),
            newer: None,
        })
    }
}

/// What is signed of a version, as the ledger names it beside the signature.
fn form_object(party: &PartyId, version: u64) -> Object {
    Object::new(ObjectKind::Form, SignedForm::subject(party, version), 0)
}

/// The classes that fields can have.
const ASKED: [DataClass; 4] =
    [DataClass::Registration, DataClass::IdentificationByIp, DataClass::Traffic, DataClass::Content];
