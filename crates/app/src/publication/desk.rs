//! Publications at the desk: what is read before it is decided on, alerts as a form has them.

use renkei_core::id::PublicationId;
use renkei_core::publication::Kind;
use renkei_core::time::Moment;
use renkei_formats::publication::{File, files};
use renkei_store::publication::{Publication, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::alert::{AlertText, Said};
use super::{AlertError, PublicationChanged, PublicationError, PublicationListed, public};
use crate::office::Office;
use crate::signin::BilingualShown;

/// A publication as the desk reads it, with its last text.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PublicationRead {
    /// What a list says of it.
    #[serde(flatten)]
    pub listed: PublicationListed,
    /// Of an alert: its title.
    pub title: Option<BilingualShown>,
    /// Of an alert: its text.
    pub text: Option<BilingualShown>,
    /// Of a correction: what was wrong.
    pub correction: Option<BilingualShown>,
    /// When its last text was let be read by everybody.
    pub published_at: Option<String>,
    /// When it was taken back.
    pub retracted_at: Option<String>,
    /// Why.
    pub reason: Option<BilingualShown>,
}

/// An alert as it is typed into a form.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AlertTyped {
    /// Its title in Japanese.
    pub title_ja: String,
    /// Its title in English.
    pub title_en: String,
    /// Its text in Japanese.
    pub text_ja: String,
    /// Its text in English.
    pub text_en: String,
    /// What was wrong before, in Japanese; empty in a first text.
    pub correction_ja: String,
    /// The same in English.
    pub correction_en: String,
}

impl AlertTyped {
    fn text(&self) -> Result<String, AlertError> {
        let said = |ja: &str, en: &str| Said { ja: ja.to_owned(), en: en.to_owned() };
        let corrects = !self.correction_ja.trim().is_empty() || !self.correction_en.trim().is_empty();
        let alert = AlertText {
            title: said(&self.title_ja, &self.title_en),
            text: said(&self.text_ja, &self.text_en),
            correction: corrects.then(|| said(&self.correction_ja, &self.correction_en)),
        };
        toml::to_string(&alert).map_err(|error| AlertError::Form(error.to_string()))
    }
}

impl Office {
    /// One publication with its last text.
    pub async fn read_publication(&self, id: PublicationId) -> Result<PublicationRead, PublicationError> {
        let one = self.store.publication(id).await?.ok_or(PublicationError::Unknown(id))?;
        let last = one.last();
        let alert = match last.filter(|_| one.kind == Kind::Alert) {
            Some(text) => Some(serde_json::from_str::<AlertText>(&text.text)?),
            None => None,
        };
        let (retracted_at, reason) = match &one.retracted {
            Some((at, words)) => (Some(at.to_string()), Some(serde_json::from_str::<Said>(words)?.bilingual().into())),
            None => (None, None),
        };
        let published = last.and_then(|text| text.published.as_ref()).map(|(_, at)| at.to_string());
        Ok(PublicationRead {
            listed: PublicationListed::of(&one),
            title: alert.as_ref().map(|alert| alert.title().into()),
            text: alert.as_ref().map(|alert| alert.text().into()),
            correction: alert.as_ref().and_then(AlertText::correction).map(BilingualShown::from),
            published_at: published,
            retracted_at,
            reason,
        })
    }

    /// Writes an alert that was typed into a form; with `of`, a further text of one that is there.
    pub async fn type_alert(
        &self,
        typed: &AlertTyped,
        of: Option<PublicationId>,
        at: Moment,
    ) -> Result<PublicationChanged, PublicationError> {
        self.write_alert(&typed.text()?, of, at).await
    }

    /// A file of the site as everybody would read it if the last text of a publication were public: what is looked at
    /// before it is decided on.
    pub async fn preview_publication(
        &self,
        id: PublicationId,
        path: &str,
        at: Moment,
    ) -> Result<Option<File>, PublicationError> {
        let mut all = self.store.publications().await?;
        let one = all.iter_mut().find(|one| one.id == id).ok_or(PublicationError::Unknown(id))?;
        shown(one, at);
        let files = files(&public::site(&self.settings, &all)?)?;
        Ok(files.into_iter().find(|file| file.path == path))
    }
}

/// As if its last text were what everybody reads.
fn shown(one: &mut Publication, at: Moment) {
    one.shown = Some(one.revision);
    if let Some(Text { published, written_by, .. }) = one.texts.last_mut()
        && published.is_none()
    {
        *published = Some((written_by.clone(), at));
    }
}
