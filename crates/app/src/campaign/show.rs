//! Showing campaigns and their requests.

use std::collections::{BTreeMap, HashMap};

use renkei_core::id::{CampaignId, RequestId};
use renkei_core::request::State;
use renkei_core::time::Moment;
use renkei_store::DbError;
use renkei_store::campaign::Campaign;
use renkei_store::letter::LetterCount;
use renkei_store::request::RequestFilter;
use schemars::JsonSchema;
use serde::Serialize;

use crate::office::Office;
use crate::words::{Show, Words, number, table};

/// Why nothing is shown.
#[derive(Debug, thiserror::Error)]
pub enum ShowError {
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// There is none.
    #[error("there is no campaign `{0}`: `renkei campaign list` shows them")]
    Unknown(CampaignId),
}

/// A campaign in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CampaignRow {
    /// Its id.
    pub campaign: String,
    /// Title in Japanese.
    pub title_ja: String,
    /// Title in English.
    pub title_en: String,
    /// What it hands over: `devices`, `sites`, `servers`.
    pub material: &'static str,
    /// Family.
    pub family: String,
    /// When it was planned.
    pub made_at: String,
    /// Whether it is closed.
    pub closed: bool,
    /// Requests by state.
    pub requests: BTreeMap<&'static str, u64>,
    /// Requests overdue.
    pub overdue: u64,
}

/// Campaigns.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct CampaignList(pub Vec<CampaignRow>);

/// A campaign with its requests.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CampaignShown {
    /// The campaign.
    #[serde(flatten)]
    pub head: CampaignRow,
    /// What was arranged: `consultation`, `roles`, `publicity` (S4.19, S2.21).
    pub arrangements: BTreeMap<String, String>,
    /// When its sealed sheets are deleted, where it has some.
    pub delete_on: Option<String>,
    /// Its requests.
    pub list: Vec<RequestRow>,
}

/// The fields of a campaign that say what was arranged with others.
const ARRANGED: [&str; 3] = ["consultation", "roles", "publicity"];

/// A request in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RequestRow {
    /// Its id.
    pub request: String,
    /// The party asked.
    pub party: String,
    /// What is asked.
    pub measure: &'static str,
    /// Where it stands.
    pub state: &'static str,
    /// Devices.
    pub devices: u64,
    /// Lines.
    pub lines: u64,
    /// Lines listed only, by reason.
    pub not_actionable: BTreeMap<String, u64>,
    /// Who approved.
    pub approved_by: Option<String>,
    /// When its letters left.
    pub sent_at: Option<String>,
    /// When an answer is due.
    pub due_at: Option<String>,
    /// Whether it is overdue.
    pub overdue: bool,
    /// Lines answered.
    pub answered: u64,
    /// Letters by state.
    pub letters: BTreeMap<&'static str, u64>,
    /// Letters that servers reported on, by what they did with them.
    pub delivery: BTreeMap<&'static str, u64>,
    /// Whether its letters came back: nobody was told.
    pub undelivered: bool,
}

impl Office {
    /// Every campaign.
    pub async fn campaigns(&self, at: Moment) -> Result<CampaignList, ShowError> {
        let counts = self.store.request_counts(at).await?;
        let row = |campaign: Campaign| {
            let id = campaign.plan.id;
            let own = counts.iter().filter(|count| count.campaign == id);
            let overdue = own.clone().map(|count| count.overdue).sum();
            CampaignRow::of(campaign, own.map(|count| (count.state.word(), count.count)).collect(), overdue)
        };
        Ok(CampaignList(self.store.campaigns().await?.into_iter().map(row).collect()))
    }

    /// One campaign with its requests.
    pub async fn campaign(&self, id: CampaignId, at: Moment) -> Result<CampaignShown, ShowError> {
        let campaign = self.store.campaign(id).await?.ok_or(ShowError::Unknown(id))?;
        let filter = RequestFilter { campaign: Some(id), ..RequestFilter::default() };
        let answers = self.store.latest_answers(id).await?;
        let undelivered = self.undelivered().await?;
        let mut counted: HashMap<RequestId, Vec<LetterCount>> = HashMap::new();
        for count in self.store.letter_counts(id).await? {
            counted.entry(count.request).or_default().push(count);
        }
        let (mut list, mut states, mut overdue) = (Vec::new(), BTreeMap::new(), 0);
        for request in self.store.requests(&filter).await? {
            *states.entry(request.state.word()).or_default() += 1;
            let mut letters: BTreeMap<&'static str, u64> = BTreeMap::new();
            let mut delivery: BTreeMap<&'static str, u64> = BTreeMap::new();
            for LetterCount { request: _, state, delivery: reported, count } in
                counted.get(&request.id).into_iter().flatten()
            {
                *letters.entry(state.word()).or_default() += count;
                if let Some(reported) = reported {
                    *delivery.entry(reported.word()).or_default() += count;
                }
            }
            let waiting = matches!(request.state, State::Sent | State::Acknowledged);
            let late = waiting && request.due_at.is_some_and(|due| due < at);
            overdue += u64::from(late);
            list.push(RequestRow {
                answered: answers.get(&request.id).map_or(0, |answer| answer.outcome.counts().total()),
                request: request.id.to_string(),
                party: request.party.to_string(),
                measure: request.measure.word(),
                state: request.state.word(),
                devices: request.devices,
                lines: request.lines,
                not_actionable: request.not_actionable,
                approved_by: request.approval.map(|approval| approval.by.to_string()),
                sent_at: request.sent_at.map(|at| at.to_string()),
                due_at: request.due_at.map(|at| at.day().to_string()),
                overdue: late,
                letters,
                delivery,
                undelivered: undelivered.contains(&request.id),
            });
        }
        let fields = &campaign.plan.fields;
        let arranged = |name: &str| Some((name.to_owned(), fields.get(name)?.clone()));
        let arrangements = ARRANGED.into_iter().filter_map(arranged).collect();
        let delete_on = crate::credentials::deletion(fields).map(|day| day.to_string());
        let head = CampaignRow::of(campaign, states, overdue);
        Ok(CampaignShown { head, arrangements, delete_on, list })
    }
}

impl CampaignRow {
    fn of(campaign: Campaign, requests: BTreeMap<&'static str, u64>, overdue: u64) -> Self {
        Self {
            campaign: campaign.plan.id.to_string(),
            material: super::material(&campaign.plan.fields).word(),
            title_ja: campaign.plan.title.ja,
            title_en: campaign.plan.title.en,
            family: campaign.plan.family,
            made_at: campaign.made_at.to_string(),
            closed: campaign.closed_at.is_some(),
            requests,
            overdue,
        }
    }

    fn title(&self, words: &Words) -> &str {
        match words.language() {
            renkei_core::text::Language::Ja => &self.title_ja,
            renkei_core::text::Language::En => &self.title_en,
        }
    }

    fn states(&self, words: &Words) -> String {
        let states =
            self.requests.iter().map(|(state, count)| format!("{} {count}", words.of(&format!("state-{state}"))));
        states.collect::<Vec<_>>().join(", ")
    }
}

impl Show for CampaignList {
    fn show(&self, words: &Words) -> String {
        if self.0.is_empty() {
            return words.of("campaign-none");
        }
        let head = ["campaign-id", "campaign-title", "campaign-requests", "effect-overdue"].map(|key| words.of(key));
        let rows = self
            .0
            .iter()
            .map(|row| vec![row.campaign.clone(), row.title(words).to_owned(), row.states(words), number(row.overdue)]);
        table(&head, &rows.collect::<Vec<_>>())
    }
}

impl Show for CampaignShown {
    fn show(&self, words: &Words) -> String {
        let title = format!("{}  {}\n{}", self.head.campaign, self.head.title(words), self.head.states(words));
        let keys = ["request-id", "party-id", "effect-state", "plan-devices", "plan-lines", "plan-left", "request-due"];
        let head = keys.map(|key| words.of(key));
        let rows = self.list.iter().map(|row| {
            let mut state = words.of(&format!("state-{}", row.state));
            if row.overdue {
                state = format!("{state} ({})", words.of("effect-overdue"));
            }
            if row.undelivered {
                state = format!("{state} ({})", words.of("request-undelivered"));
            }
            vec![
                row.request.clone(),
                row.party.clone(),
                state,
                number(row.devices),
                number(row.lines),
                number(row.not_actionable.values().sum()),
                row.due_at.clone().unwrap_or_else(|| words.of("none")),
            ]
        });
        format!("{title}\n{}", table(&head, &rows.collect::<Vec<_>>()))
    }
}
