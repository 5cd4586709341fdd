//! Each door to what is shared, asked as a seat, beside what the model says.

use std::collections::{BTreeMap, BTreeSet};

use renkei_app::office::{AskError, Office};
use renkei_app::share::{Form, ItemsAsked, ListAsked, ShareError};
use renkei_app::taxii::{Answer, Request};
use renkei_core::id::ItemId;
use renkei_core::party::Role;
use renkei_core::seat::{Duty, Seat};
use renkei_core::share::{Pap, State};
use renkei_core::text::Bilingual;
use serde_json::Value;

use super::Walk;
use super::model::{PARTIES, SEATS, VALUES};

const TAXII: [&str; 1] = ["application/taxii+json;version=2.1"];
/// How many doors there are.
pub const DOORS: usize = 9;

impl Walk {
    /// The office with a seat acting.
    pub fn by(&self, seat: usize) -> Office {
        self.office.clone().seated(Some(SEATS[seat].0.parse().unwrap()))
    }

    /// Asks one door as a seat.
    pub async fn look(&mut self, door: usize, seat: usize) {
        match door {
            0 => self.lists(seat).await,
            1 => self.reads(seat).await,
            2 => self.looks_up(seat).await,
            3 => self.takes_sheet(seat).await,
            4 => self.takes_plain(seat).await,
            5 => self.takes_zone(seat).await,
            6 => self.pulls(seat).await,
            7 => self.hears(seat).await,
            _ => self.knows_groups(seat).await,
        }
    }

    fn numbers<'i>(&self, ids: impl Iterator<Item = &'i str>) -> BTreeSet<usize> {
        ids.map(|id| self.number[id]).collect()
    }

    async fn lists(&mut self, seat: usize) {
        let (mut seen, mut before) = (BTreeSet::new(), None);
        let limit = 1 + self.random.below(40) as u64;
        loop {
            let page = self.by(seat).items(&ItemsAsked { before, limit }, self.at()).await.unwrap();
            assert!(page.items.len() <= limit as usize);
            seen.extend(self.numbers(page.items.iter().map(|item| item.item.as_str())));
            let Some(next) = page.next else { break };
            before = Some(next.parse().unwrap());
        }
        let told: BTreeSet<_> = (0..self.model.items.len()).filter(|item| self.model.here(*item, seat)).collect();
        assert_eq!(seen, told, "{} lists", self.said(seat));
    }

    async fn reads(&mut self, seat: usize) {
        let Some(item) = self.any_item() else { return };
        let id = self.model.items[item].id;
        let read = self.by(seat).read_item(id, "page", self.at()).await;
        if self.model.reads(item, seat) {
            let read = read.unwrap_or_else(|error| panic!("{} reads {item}: {error}", self.said(seat)));
            let values: BTreeSet<_> = read.values.iter().map(|value| value.value.clone()).collect();
            assert_eq!(values, self.model.items[item].values);
            let own = self.model.items[item].party == SEATS[seat].1;
            // Whom else it reaches and who took it is its own organisation's to know.
            assert!(own || read.reaches.is_empty() && read.taken.is_empty() && read.hinted.is_none());
            let asked = self.model.asked.iter().filter(|asked| asked.item == item && (own || asked.seat == seat));
            assert_eq!(read.onward.len(), asked.count(), "{} reads questions of {item}", self.said(seat));
            if own {
                let took = self.model.took.iter().filter(|(taken, _)| *taken == item).map(|(_, by)| SEATS[*by].0);
                let told: BTreeSet<_> = read.taken.iter().map(|taken| taken.seat.as_str()).collect();
                assert_eq!(told, took.collect(), "who took {item}");
            } else {
                self.model.took.insert((item, seat));
            }
            return;
        }
        self.is_absent(item, seat, read.map(drop)).await;
    }

    /// Whether an act on an item that is not there is answered as it must be: gone to whom it was there, and to others in
    /// the very words that something gets which never was.
    pub async fn is_absent(&self, item: usize, seat: usize, answer: Result<(), ShareError>) {
        let id = self.model.items[item].id;
        let error =
            answer.err().unwrap_or_else(|| panic!("{} reached {item}: {:?}", self.said(seat), self.model.items[item]));
        if self.model.gone(item, seat) {
            match error {
                ShareError::Gone(gone) => assert_eq!(gone, id),
                ShareError::Replaced(gone, new) => {
                    assert_eq!(gone, id);
                    assert!(
                        self.model.here(self.number[&new.to_string()], seat),
                        "{} is told of {new}",
                        self.said(seat)
                    );
                }
                error => panic!("{} asks for {item}, which is gone: {error}", self.said(seat)),
            }
            return;
        }
        assert!(matches!(error, ShareError::Unknown(_)), "{} asks for {item}: {error}", self.said(seat));
        let never = ItemId::from_bits(7);
        let other = self.by(seat).read_item(never, "page", self.at()).await.unwrap_err();
        assert_eq!(error.to_string().replace(&id.to_string(), &never.to_string()), other.to_string());
    }

    /// Whether an act of a seat that may not do it is answered as it must be.
    pub async fn is_refused(&self, item: usize, seat: usize, answer: Result<(), ShareError>) {
        if !self.model.reads(item, seat) {
            return self.is_absent(item, seat, answer).await;
        }
        match answer {
            Err(ShareError::Ask(AskError::Refused(_))) => {}
            answer => panic!("{} tries what is not its own, {item}: {answer:?}", self.said(seat)),
        }
    }

    async fn looks_up(&mut self, seat: usize) {
        let object = super::model::value_of(self.random.below(super::model::OBJECTS));
        let place = self.random.below(VALUES.len() + 2);
        let own = [object.as_str(), "evil.example"];
        let (value, near) = VALUES.get(place).map_or((object.as_str(), &own[..]), |(value, near)| (*value, *near));
        let looked = self.by(seat).look_up(value, self.at()).await.unwrap();
        let found = self.numbers(looked.items.iter().map(|found| found.item.item.as_str()));
        let ask: BTreeSet<_> = looked.ask.iter().map(String::as_str).collect();
        assert_eq!((found, ask), self.model.looked_up(value, near, seat), "{} looks {value} up", self.said(seat));
    }

    async fn list(&mut self, form: Form, seat: usize) -> String {
        let kinds = match form {
            Form::Plain => ["address", "block", "domain", "url", "sha256"].map(str::to_owned).to_vec(),
            _ => Vec::new(),
        };
        let asked = ListAsked { form, kinds, group: None, warned: false, zone: None };
        self.by(seat).list(&asked, "api", self.at()).await.unwrap().body
    }

    /// What a seat took with a list: what others shared and what stood in it.
    fn took(&mut self, items: &[usize], seat: usize) {
        for item in items {
            if self.model.items[*item].party != SEATS[seat].1 {
                self.model.took.insert((*item, seat));
            }
        }
    }

    async fn takes_sheet(&mut self, seat: usize) {
        let body = self.list(Form::Csv, seat).await;
        let row = |line: &str| {
            let fields: Vec<_> = line.split(',').map(str::to_owned).collect();
            (fields[0].clone(), self.number[&fields[2]])
        };
        let rows: BTreeSet<_> = body.lines().skip(1).map(row).collect();
        let with: Vec<_> = self.model.listed(seat).filter(|item| !self.model.items[*item].values.is_empty()).collect();
        let mut told = BTreeSet::new();
        for item in &with {
            told.extend(self.model.items[*item].values.iter().map(|value| (value.clone(), *item)));
        }
        assert_eq!(rows, told, "{} takes a sheet", self.said(seat));
        self.took(&with, seat);
    }

    /// The values that a seat's filters are fed with.
    fn fed(&mut self, seat: usize) -> BTreeSet<String> {
        let acting: Vec<_> = self.model.listed(seat).filter(|item| self.model.items[*item].acts).collect();
        let with: Vec<_> = acting.into_iter().filter(|item| !self.model.items[*item].values.is_empty()).collect();
        self.took(&with, seat);
        with.iter().flat_map(|item| self.model.items[*item].values.clone()).collect()
    }

    async fn takes_plain(&mut self, seat: usize) {
        let body = self.list(Form::Plain, seat).await;
        let told = self.fed(seat);
        assert_eq!(body.lines().map(str::to_owned).collect::<BTreeSet<_>>(), told, "{} takes a list", self.said(seat));
    }

    async fn takes_zone(&mut self, seat: usize) {
        let id = SEATS[seat].0.parse().unwrap();
        let zone: BTreeSet<_> = self.office.policy_zone(&id, self.at()).await.unwrap().into_iter().collect();
        let owners = |value: String| match value.as_str() {
            "198.18.7.7" => vec!["32.7.7.18.198.rpz-ip".to_owned()],
            "198.18.7.0/24" => vec!["24.0.7.18.198.rpz-ip".to_owned()],
            _ if value.contains("://") || !value.contains('.') => Vec::new(),
            _ => vec![format!("*.{value}"), value],
        };
        let told: BTreeSet<_> = self.fed(seat).into_iter().flat_map(owners).collect();
        assert_eq!(zone, told, "{} takes its zone", self.said(seat));
    }

    /// Asks the TAXII door.
    pub async fn ask(&self, seat: usize, method: &str, path: &str, query: &str, body: &str) -> Answer {
        let path = format!("/taxii2/hub/{path}");
        let content: &[&str] = if body.is_empty() { &[] } else { &TAXII };
        let length = (!body.is_empty()).then_some(body.len() as u64);
        let request = Request { method, path: &path, query, accept: &TAXII, content_type: content, length };
        let body = async { Ok(body.as_bytes().to_vec()) };
        match self.by(seat).taxii(&self.hub, (&sitting(seat), true), &request, body, self.at()).await {
            Ok(answer) => answer,
            Err(error) => error.answer().unwrap_or_else(|| panic!("{} at {path}: {error}", self.said(seat))),
        }
    }

    async fn pulls(&mut self, seat: usize) {
        let group = self.random.below(self.groups.len());
        let inside = self.model.inside(group, seat);
        // Which collections there are, and what may be done with them.
        let answer = self.ask(seat, "GET", "collections/", "", "").await;
        let list: Value = serde_json::from_slice(&answer.body).unwrap();
        let known = list["collections"].as_array().cloned().unwrap_or_default();
        let known: BTreeMap<String, (bool, bool)> = known.iter().map(told_of).collect();
        let told: BTreeMap<String, (bool, bool)> = (0..self.groups.len())
            .map(|group| {
                (self.groups[group].to_string(), self.model.inside(group, seat), self.model.mandated(group, seat))
            })
            .filter(|(_, reads, adds)| *reads || *adds)
            .map(|(alias, reads, adds)| (alias, (reads, adds)))
            .collect();
        assert_eq!(known, told, "{} lists collections", self.said(seat));
        let path = format!("collections/{}/", self.groups[group]);
        if !inside {
            let there = self.model.mandated(group, seat);
            for more in ["objects/", "manifest/", "objects/indicator--00000000-0000-4000-8000-000000000001/"] {
                let answer = self.ask(seat, "GET", &format!("{path}{more}"), "", "").await;
                assert_eq!(answer.status, if there { 403 } else { 404 }, "{} pulls from {group}", self.said(seat));
                let other =
                    self.ask(seat, "GET", &format!("collections/grp-00000000000000000000000000/{more}"), "", "").await;
                assert!(there || other == answer, "{} tells what is not there apart", self.said(seat));
            }
            return;
        }
        // Names of objects, each as often as it is there.
        let (mut seen, mut next) = (BTreeMap::<String, usize>::new(), None);
        loop {
            let limit = 1 + self.random.below(50);
            let query = next.map_or(format!("limit={limit}"), |next: String| format!("limit={limit}&next={next}"));
            let answer = self.ask(seat, "GET", &format!("{path}objects/"), &query, "").await;
            assert_eq!(answer.status, 200);
            let page: Value = serde_json::from_slice(&answer.body).unwrap();
            for object in page["objects"].as_array().into_iter().flatten() {
                *seen.entry(object["name"].as_str().unwrap().to_owned()).or_default() += 1;
            }
            if page["more"] != true {
                break;
            }
            next = Some(page["next"].as_str().unwrap().to_owned());
        }
        let shelved: Vec<_> = self.model.shelved(group, seat).collect();
        let mut told = BTreeMap::new();
        for item in &shelved {
            let it = &self.model.items[*item];
            match it.object {
                Some(object) => _ = told.insert(format!("o{object}"), 1),
                None if it.values.is_empty() => {}
                None => _ = told.insert(format!("item-{item}"), it.values.len()),
            }
        }
        assert_eq!(seen, told, "{} pulls from {group}", self.said(seat));
        let with: Vec<_> = shelved.into_iter().filter(|item| !self.model.items[*item].values.is_empty()).collect();
        self.took(&with, seat);
        // One object is there just where the page has it.
        let object = self.random.below(super::model::OBJECTS);
        let answer = self.ask(seat, "GET", &format!("{path}objects/{}/", super::object_id(object)), "", "").await;
        let held = seen.contains_key(&format!("o{object}"));
        assert_eq!(answer.status, if held { 200 } else { 404 }, "{} pulls o{object} from {group}", self.said(seat));
    }

    async fn hears(&mut self, seat: usize) {
        let party = SEATS[seat].1;
        let returns = self.by(seat).returns(&ItemsAsked { before: None, limit: 500 }, self.at()).await.unwrap();
        let of = self.numbers(returns.items.iter().map(|one| one.item.item.as_str()));
        let newest = self.model.items.iter().enumerate().filter(|(_, it)| it.party == party).rev().take(500);
        let own = newest.filter(|(_, it)| matches!(it.state, State::Posted | State::Withdrawn)).map(|(item, _)| item);
        assert_eq!(of, own.collect(), "{} hears what came of its items", self.said(seat));
        let onwards = self.by(seat).onwards(self.at()).await.unwrap();
        let ours: BTreeSet<_> = onwards.of_ours.iter().map(|one| one.onward.clone()).collect();
        let asked = self.model.asked.iter();
        let told: BTreeSet<_> = asked
            .filter(|asked| self.model.items[asked.item].party == party)
            .map(|asked| asked.id.to_string())
            .collect();
        assert_eq!(ours, told, "{} lists questions to it", self.said(seat));
        let by_us: BTreeMap<_, _> = onwards.by_us.iter().map(|one| (one.onward.clone(), one.title.is_some())).collect();
        let asked = self.model.asked.iter().filter(|asked| SEATS[asked.seat].1 == party);
        let told: BTreeMap<_, _> = asked
            .map(|asked| (asked, self.model.here(asked.item, seat)))
            .filter(|(asked, here)| *here || asked.seat == seat)
            .map(|(asked, here)| (asked.id.to_string(), here))
            .collect();
        assert_eq!(by_us, told, "{} lists its questions", self.said(seat));
    }

    async fn knows_groups(&mut self, seat: usize) {
        if SEATS[seat].0 == "desk" {
            // The office's keeper keeps the groups, and knows them all.
            return;
        }
        let groups = self.by(seat).groups(self.at()).await.unwrap();
        let known: BTreeSet<_> = groups.0.iter().map(|group| group.group.clone()).collect();
        let told = (0..self.groups.len()).filter(|group| self.model.inside(*group, seat));
        assert_eq!(
            known,
            told.map(|group| self.groups[group].to_string()).collect(),
            "{} lists groups",
            self.said(seat)
        );
    }
}

/// A seat as the office has it.
fn sitting(seat: usize) -> Seat {
    let (id, party) = SEATS[seat];
    let (party, party_role, duties) = match PARTIES.get(party) {
        Some(party) if id.ends_with("desk") => (*party, Role::Isp, vec![Duty::Answerer]),
        Some(party) => (*party, Role::Isp, vec![Duty::Approver]),
        None if id == "desk" => {
            ("centre-test", Role::Centre, vec![Duty::Drafter, Duty::Analyst, Duty::Answerer, Duty::Keeper])
        }
        None => ("centre-test", Role::Centre, vec![Duty::Approver, Duty::Auditor]),
    };
    let title = Bilingual { ja: "担当".into(), en: "desk".into() };
    Seat { id: id.parse().unwrap(), party: party.parse().unwrap(), party_role, title, duties, machine: false }
}

fn told_of(collection: &Value) -> (String, (bool, bool)) {
    let rights = (collection["can_read"] == true, collection["can_write"] == true);
    (collection["alias"].as_str().unwrap().to_owned(), rights)
}

/// Whether a label lets filters be fed.
pub const fn acts(pap: Pap) -> bool {
    matches!(pap, Pap::Clear | Pap::Green)
}
