//! What is done in a walk: by whoever may, and by whoever may not.

use std::collections::BTreeSet;

use renkei_app::WriteError;
use renkei_app::office::AskError;
use renkei_app::share::{ItemTyped, ItemsAsked, Narrowing, ShareError};
use renkei_core::id::ItemId;
use renkei_core::party::{Agreement, AgreementKind, Party, Role, Terms as PartyTerms};
use renkei_core::share::{Conditions, Kind, OnwardState, Pap, Return, State, Step, Target, Terms, Tlp};
use renkei_core::text::Bilingual;
use renkei_core::time::{Moment, Validity};
use serde_json::{Value, json};

use super::model::{Asked, OBJECTS, OFFICE, PARTIES, SEATS, Shared, To, VALUES, desk_of, head_of, value_of};
use super::{Walk, doors, object_id};

/// What does not end.
const EVER: i64 = i64::MAX;

impl Walk {
    /// Groups with people in them, and contracts.
    pub async fn begin(&mut self) {
        for party in 0..PARTIES.len() {
            self.model.signed.insert(party, EVER);
        }
        for _ in 0..3 {
            self.make_group().await;
        }
    }

    /// One step.
    pub async fn deed(&mut self) {
        match self.random.below(100) {
            0..22 => self.drafts().await,
            22..44 => self.posts().await,
            44..50 => self.ends().await,
            50..55 => self.narrows().await,
            55..60 => self.widens().await,
            60..66 => self.asks_onward().await,
            66..71 => self.answers().await,
            71..75 => self.tells_return().await,
            75..82 => self.moves_members().await,
            82..84 => self.signs().await,
            84..86 => self.gives_mandate().await,
            86..90 => self.adds().await,
            90..92 => self.deletes().await,
            _ => self.tries().await,
        }
    }

    fn until(&mut self) -> i64 {
        if self.random.one_in(2) { EVER } else { self.model.now + 1_000 * (1 + self.random.below(150) as i64) }
    }

    async fn make_group(&mut self) {
        let number = self.groups.len();
        let made = self.office.make_group(&format!("g{number}"), self.at()).await.unwrap();
        self.groups.push(made.group.parse().unwrap());
        for seat in 0..SEATS.len() {
            if self.random.one_in(2) {
                self.join(number, seat, EVER).await;
            }
        }
    }

    async fn join(&mut self, group: usize, seat: usize, until: i64) {
        let within = Validity { from: None, until: (until != EVER).then_some(Moment(until)) };
        let id = SEATS[seat].0.parse().unwrap();
        self.office.put_member(self.groups[group], &id, Some(within), self.at()).await.unwrap();
        self.model.members.retain(|(g, s, _)| (*g, *s) != (group, seat));
        self.model.members.push((group, seat, until));
    }

    async fn moves_members(&mut self) {
        // A group that ended takes nobody in.
        let open: Vec<usize> =
            (0..self.groups.len()).filter(|group| self.model.members.iter().any(|(g, ..)| g == group)).collect();
        let Some(group) = open.get(self.random.below(open.len())).copied() else { return self.make_group().await };
        let seat = self.random.below(SEATS.len());
        match self.random.below(12) {
            0 if self.groups.len() < 8 => {
                self.office.end_group(self.groups[group], self.at()).await.unwrap();
                self.model.members.retain(|(g, ..)| *g != group);
                self.make_group().await;
            }
            1..5 if self.model.members.iter().filter(|(g, ..)| *g == group).count() > 1 => {
                let id = SEATS[seat].0.parse().unwrap();
                // Who is not there cannot leave; either way it is not there then.
                _ = self.office.put_member(self.groups[group], &id, None, self.at()).await;
                self.model.members.retain(|(g, s, _)| (*g, *s) != (group, seat));
            }
            _ => {
                let until = self.until();
                self.join(group, seat, until).await;
            }
        }
    }

    async fn signs(&mut self) {
        let party = self.random.below(PARTIES.len());
        let until = self.until();
        let validity = Validity { from: None, until: (until != EVER).then_some(Moment(until)) };
        let name = PARTIES[party];
        let party_file = Party {
            id: name.parse().unwrap(),
            version: 0,
            name: Bilingual { ja: name.into(), en: name.into() },
            role: Role::Isp,
            country: "JP".to_owned(),
            zone: "Asia/Tokyo".to_owned(),
            competences: Vec::new(),
            agreements: vec![Agreement { kind: AgreementKind::Nda, validity }],
            channel: None,
            terms: PartyTerms::default(),
        };
        self.office.take_parties(&[party_file], self.at()).await.unwrap();
        self.model.signed.insert(party, until);
    }

    async fn drafts(&mut self) {
        let party = self.random.below(PARTIES.len());
        let seat = desk_of(party);
        let tlp = Tlp::ALL[self.random.below(Tlp::ALL.len())];
        let pap = Pap::ALL[self.random.below(Pap::ALL.len())];
        let ends = if self.random.one_in(3) { Some(self.until()).filter(|ends| *ends != EVER) } else { None };
        let mut groups: BTreeSet<usize> = self.random.some(self.groups.len()).into_iter().collect();
        if !self.random.one_in(8) {
            groups.retain(|group| self.model.inside(*group, seat));
        }
        let parties = if tlp == Tlp::Red { Vec::new() } else { self.random.some(PARTIES.len()) };
        let seats = self.random.some(SEATS.len());
        let (hinted, unnamed) = (self.random.one_in(3), self.random.one_in(4));
        let hinted = hinted && !unnamed;
        let mut values: BTreeSet<String> =
            self.random.some(VALUES.len()).into_iter().map(|value| VALUES[value].0.to_owned()).collect();
        let object = self.random.one_in(2).then(|| self.random.below(OBJECTS));
        let replaces = self.random.one_in(6).then(|| self.posted_of(party)).flatten();
        let mut conditions = Conditions::closed(tlp, pap);
        conditions.groups = groups.iter().map(|group| self.groups[*group]).collect();
        conditions.parties = parties.iter().map(|party| PARTIES[*party].parse().unwrap()).collect();
        conditions.seats = seats.iter().map(|seat| SEATS[*seat].0.parse().unwrap()).collect();
        (conditions.hinted, conditions.unnamed, conditions.ends) = (hinted, unnamed, ends.map(Moment));
        let number = self.model.items.len();
        let typed = ItemTyped {
            kind: if self.random.one_in(6) { Kind::Method } else { Kind::Indicator },
            title: format!("item-{number}"),
            text: String::new(),
            values: values.iter().cloned().collect(),
            stix: object.map(|object| body(object).to_string().into_bytes()),
            conditions,
            replaces: replaces.map(|item| self.model.items[item].id),
        };
        let done = self.by(seat).draft_item(typed, self.at()).await;
        // Nobody shares with a group that it is not in, and what another keeps does not go on.
        let foreign = groups.iter().any(|group| !self.model.inside(*group, seat));
        let another = object.is_some_and(|object| self.anothers(object, seat));
        let done = match done {
            Err(ShareError::Group(_)) if foreign => return,
            Err(ShareError::Anothers { item, .. }) if another && !foreign => {
                assert!(self.model.took.contains(&(self.number[&item.to_string()], seat)));
                return;
            }
            done => done.unwrap_or_else(|error| panic!("{} drafts: {error}", self.said(seat))),
        };
        assert!(!foreign && !another, "{} drafts what it may not", self.said(seat));
        values.extend(object.map(value_of));
        self.add(Shared {
            id: done.item.parse().unwrap(),
            party,
            state: State::Draft,
            acts: doors::acts(pap),
            kept: !matches!(tlp, Tlp::Clear | Tlp::Green),
            red: tlp == Tlp::Red,
            groups,
            parties: parties.into_iter().collect(),
            seats: seats.into_iter().collect(),
            ends,
            hinted,
            values,
            object,
            mandated: false,
            replaces,
        });
    }

    fn add(&mut self, item: Shared) {
        self.number.insert(item.id.to_string(), self.model.items.len());
        self.model.items.push(item);
    }

    /// Whether a seat took an object from another organisation that keeps it.
    fn anothers(&self, object: usize, seat: usize) -> bool {
        let taken = self.model.took.iter().filter(|(_, by)| *by == seat).map(|(item, _)| &self.model.items[*item]);
        taken.into_iter().any(|it| it.kept && it.object == Some(object))
    }

    fn any_of(&mut self, wanted: impl Fn(&Shared) -> bool) -> Option<usize> {
        let some: Vec<usize> = (0..self.model.items.len()).filter(|item| wanted(&self.model.items[*item])).collect();
        some.get(self.random.below(some.len())).copied()
    }

    fn posted_of(&mut self, party: usize) -> Option<usize> {
        self.any_of(|it| it.party == party && it.state == State::Posted)
    }

    async fn posts(&mut self) {
        let Some(item) = self.any_of(|it| it.state == State::Draft) else { return };
        let it = self.model.items[item].clone();
        self.by(head_of(it.party)).post_item(it.id, self.at()).await.unwrap();
        self.model.items[item].state = State::Posted;
        if let Some(old) = it.replaces.filter(|old| self.model.items[*old].state == State::Posted) {
            self.model.items[old].state = State::Withdrawn;
        }
    }

    async fn ends(&mut self) {
        let Some(item) = self.any_of(|it| matches!(it.state, State::Draft | State::Posted)) else { return };
        let (id, party) = (self.model.items[item].id, self.model.items[item].party);
        let (step, after) = match self.model.items[item].state {
            State::Draft => (Step::Drop, State::Dropped),
            _ => (Step::Withdraw, State::Withdrawn),
        };
        self.by(desk_of(party)).end_item(id, step, self.at()).await.unwrap();
        self.model.items[item].state = after;
    }

    async fn narrows(&mut self) {
        let Some(item) = self.any_of(|it| it.state == State::Posted) else { return };
        let it = self.model.items[item].clone();
        let mut how = Narrowing::default();
        let mut after = it.clone();
        match self.random.below(4) {
            0 => after.groups.pop_first().iter().for_each(|group| _ = how.groups.insert(self.groups[*group])),
            1 => after
                .parties
                .pop_first()
                .iter()
                .for_each(|party| _ = how.parties.insert(PARTIES[*party].parse().unwrap())),
            2 => after.seats.pop_first().iter().for_each(|seat| _ = how.seats.insert(SEATS[*seat].0.parse().unwrap())),
            _ => (how.unhinted, after.hinted) = (true, false),
        }
        let is_closer = (&after.groups, &after.parties, &after.seats, after.hinted)
            != (&it.groups, &it.parties, &it.seats, it.hinted);
        let done = self.by(desk_of(it.party)).narrow_item(it.id, &how, self.at()).await;
        assert_eq!(done.is_ok(), is_closer, "{}: {done:?}", self.said(desk_of(it.party)));
        self.model.items[item] = after;
    }

    /// Somebody to whom an item could go, by a seat that names it.
    fn target(&mut self) -> (To, Target) {
        match self.random.below(3) {
            0 => {
                let group = self.random.below(self.groups.len());
                (To::Group(group), Target::Group(self.groups[group]))
            }
            1 => {
                let party = self.random.below(PARTIES.len());
                (To::Party(party), Target::Party(PARTIES[party].parse().unwrap()))
            }
            _ => {
                let seat = self.random.below(SEATS.len());
                (To::Seat(seat), Target::Seat(SEATS[seat].0.parse().unwrap()))
            }
        }
    }

    /// Lets an item reach somebody more; whether it did not before.
    fn reach(&mut self, item: usize, to: To) -> bool {
        let it = &mut self.model.items[item];
        match to {
            To::Group(group) => it.groups.insert(group),
            To::Party(party) => it.parties.insert(party),
            To::Seat(seat) => it.seats.insert(seat),
        }
    }

    async fn widens(&mut self) {
        let Some(item) = self.any_of(|it| it.state == State::Posted) else { return };
        let (it, (to, target)) = (self.model.items[item].clone(), self.target());
        let seat = head_of(it.party);
        let done = self.by(seat).widen_item(it.id, &target, self.at()).await;
        match (done, to) {
            (Err(ShareError::Group(_)), To::Group(group)) if !self.model.inside(group, seat) => {}
            (Err(ShareError::Conditions(_)), To::Party(_)) if it.red => {}
            (Err(ShareError::Reached(_)), _) => assert!(!self.reach(item, to), "it did not reach {to:?}"),
            (Ok(_), _) => assert!(self.reach(item, to), "it reached {to:?} already"),
            (done, _) => panic!("{} widens: {done:?}", self.said(seat)),
        }
    }

    /// An item and a seat: often one of another organisation that it reaches.
    fn reader(&mut self) -> Option<(usize, usize)> {
        let seat = self.random.below(SEATS.len());
        let reached: Vec<usize> = (0..self.model.items.len())
            .filter(|item| self.model.here(*item, seat) && self.model.items[*item].party != SEATS[seat].1)
            .collect();
        let reached = reached.get(self.random.below(reached.len())).copied();
        let item = if self.random.one_in(3) { None } else { reached };
        item.or_else(|| self.any_item()).map(|item| (item, seat))
    }

    async fn asks_onward(&mut self) {
        let Some((item, seat)) = self.reader() else { return };
        let (it, (to, target)) = (self.model.items[item].clone(), self.target());
        let done = self.by(seat).ask_onward(it.id, target, "to block it", self.at()).await;
        if it.party == SEATS[seat].1 {
            assert!(matches!(done, Err(ShareError::Own(_))), "{done:?}");
            return;
        }
        if !self.model.here(item, seat) {
            return self.is_absent(item, seat, done.map(drop)).await;
        }
        let same = |asked: &Asked| asked.item == item && asked.target == to && asked.state == OnwardState::Asked;
        let twin = self.model.asked.iter().any(|asked| same(asked) && SEATS[asked.seat].1 == SEATS[seat].1);
        let done = match (done, to) {
            (Err(ShareError::Group(_)), To::Group(group)) if !self.model.inside(group, seat) => return,
            (Err(ShareError::Conditions(_)), To::Party(_)) if it.red => return,
            // A colleague asked already, and the answer is still to come.
            (Err(ShareError::Write(WriteError::Exists { .. })), _) if twin => return,
            (done, _) => done.unwrap_or_else(|error| panic!("{} asks onward: {error}", self.said(seat))),
        };
        assert!(!twin, "{} asks a second time", self.said(seat));
        self.model.asked.push(Asked {
            id: done.onward.parse().unwrap(),
            item,
            seat,
            target: to,
            state: OnwardState::Asked,
        });
    }

    async fn answers(&mut self) {
        let waiting: Vec<usize> =
            (0..self.model.asked.len()).filter(|asked| self.model.asked[*asked].state == OnwardState::Asked).collect();
        let Some(place) = waiting.get(self.random.below(waiting.len())).copied() else { return };
        let asked = self.model.asked[place].clone();
        let it = self.model.items[asked.item].clone();
        let granted = self.random.one_in(2);
        let seat = if self.random.one_in(4) { self.random.below(SEATS.len()) } else { head_of(it.party) };
        let done = self.by(seat).answer_onward(asked.id, granted, "", self.at()).await;
        if SEATS[seat].1 != it.party {
            // Who sees the item is refused; to others there is no such question.
            let is_told = match done {
                Err(ShareError::Ask(AskError::Refused(_))) => self.model.here(asked.item, seat),
                Err(ShareError::NoOnward(id)) => id == asked.id && !self.model.here(asked.item, seat),
                _ => false,
            };
            assert!(is_told, "{} answers another's question: {done:?}", self.said(seat));
            return;
        }
        match (done, granted) {
            (Ok(_), true) => {
                assert!(it.state == State::Posted && seat == head_of(it.party));
                self.model.asked[place].state = OnwardState::Granted;
                self.reach(asked.item, asked.target);
            }
            (Ok(_), false) => self.model.asked[place].state = OnwardState::Declined,
            (Err(error), true) => {
                let narrow = it.state != State::Posted || seat != head_of(it.party);
                assert!(narrow || it.red && matches!(asked.target, To::Party(_)), "{error}");
            }
            (Err(error), false) => panic!("{} declines: {error}", self.said(seat)),
        }
    }

    async fn tells_return(&mut self) {
        let Some((item, seat)) = self.reader() else { return };
        let it = self.model.items[item].clone();
        let done = self.by(seat).tell_return(it.id, Return::Seen, Some(1), "", self.at()).await;
        match (self.model.reads(item, seat), it.party == SEATS[seat].1) {
            (true, true) => assert!(matches!(done, Err(ShareError::Own(_))), "{done:?}"),
            (true, false) => _ = done.unwrap_or_else(|error| panic!("{} tells: {error}", self.said(seat))),
            (false, _) => self.is_absent(item, seat, done.map(drop)).await,
        }
    }

    async fn gives_mandate(&mut self) {
        let party = self.random.below(PARTIES.len());
        let group = self.random.below(self.groups.len());
        let until = self.model.now + 1_000 * (1 + self.random.below(200) as i64);
        let terms = Terms {
            group: self.groups[group],
            tlp: Tlp::Green,
            pap: Pap::Green,
            unnamed: false,
            days: None,
            within: Validity { from: None, until: Some(Moment(until)) },
        };
        let (desk, head) = (desk_of(party), head_of(party));
        let done = self.by(head).give_mandate(SEATS[desk].0.parse().unwrap(), terms, self.at()).await;
        match done {
            Ok(_) => {
                assert!(self.model.inside(group, head));
                self.model.mandates.push((group, desk, until));
            }
            Err(ShareError::Group(_)) => assert!(!self.model.inside(group, head)),
            Err(error) => panic!("{} gives a mandate: {error}", self.said(head)),
        }
    }

    /// Adds to a collection by TAXII.
    async fn adds(&mut self) {
        let (party, group) = (self.random.below(PARTIES.len()), self.random.below(self.groups.len()));
        let (seat, object) = (desk_of(party), self.random.below(OBJECTS));
        let path = format!("collections/{}/objects/", self.groups[group]);
        let envelope = json!({ "objects": [body(object)] }).to_string();
        let (may, reads) = (self.model.mandated(group, seat), self.model.inside(group, seat));
        let answer = self.ask(seat, "POST", &path, "", &envelope).await;
        let status = if may {
            202
        } else if reads {
            403
        } else {
            404
        };
        assert_eq!(answer.status, status, "{} adds to {group}", self.said(seat));
        if !may {
            return;
        }
        let told: Value = serde_json::from_slice(&answer.body).unwrap();
        let here = self.holders(object, group, seat).into_iter();
        let same =
            here.into_iter().any(|item| reads && self.model.here(item, seat) || self.model.items[item].party == party);
        let another = !same && self.anothers(object, seat);
        assert_eq!(told["success_count"], u64::from(!another), "{} adds o{object} to {group}", self.said(seat));
        if same || another {
            return;
        }
        let newest = self.by(seat).items(&ItemsAsked { before: None, limit: 1 }, self.at()).await.unwrap();
        let id: ItemId = newest.items[0].item.parse().unwrap();
        assert!(!self.number.contains_key(&id.to_string()), "{} added and nothing came", self.said(seat));
        self.add(Shared {
            id,
            party,
            state: State::Posted,
            acts: true,
            kept: false,
            red: false,
            groups: [group].into(),
            parties: BTreeSet::new(),
            seats: BTreeSet::new(),
            ends: None,
            hinted: false,
            values: [value_of(object)].into(),
            object: Some(object),
            mandated: true,
            replaces: None,
        });
    }

    /// The items of a group that hold an object and are out, or the seat's own.
    fn holders(&self, object: usize, group: usize, seat: usize) -> Vec<usize> {
        self.model.shelved(group, seat).filter(|item| self.model.items[*item].object == Some(object)).collect()
    }

    /// Deletes from a collection by TAXII.
    async fn deletes(&mut self) {
        let (party, group) = (self.random.below(PARTIES.len()), self.random.below(self.groups.len()));
        let (seat, object) = (desk_of(party), self.random.below(OBJECTS));
        let (may, reads) = (self.model.mandated(group, seat), self.model.inside(group, seat));
        let path = format!("collections/{}/objects/{}/", self.groups[group], object_id(object));
        let answer = self.ask(seat, "DELETE", &path, "", "").await;
        let held = self.holders(object, group, seat);
        let mine = held.iter().all(|item| self.model.items[*item].party == party && self.model.items[*item].mandated);
        let status = match (may, reads) {
            (true, true) if held.is_empty() => 404,
            (true, true) if mine => 200,
            (false, false) => 404,
            _ => 403,
        };
        assert_eq!(answer.status, status, "{} deletes o{object} from {group}", self.said(seat));
        if status == 200 {
            held.into_iter().for_each(|item| self.model.items[item].state = State::Withdrawn);
        }
    }

    /// Tries what is another organisation's to do.
    async fn tries(&mut self) {
        let (Some(item), seat) = (self.any_item(), self.random.below(SEATS.len())) else { return };
        let it = self.model.items[item].clone();
        if it.party == SEATS[seat].1 || SEATS[seat].1 == OFFICE && self.model.here(item, seat) {
            return;
        }
        let (by, at) = (self.by(seat), self.at());
        let target = self.target().1;
        let done = match self.random.below(5) {
            0 => by.end_item(it.id, Step::Withdraw, at).await.map(drop),
            1 => by.post_item(it.id, at).await.map(drop),
            2 => by.narrow_item(it.id, &Narrowing { unhinted: true, ..Narrowing::default() }, at).await.map(drop),
            3 => by.widen_item(it.id, &target, at).await.map(drop),
            _ => {
                let done = by.know_item(it.id, at).await;
                if self.model.here(item, seat) {
                    return done.unwrap_or_else(|error| panic!("{}: {error}", self.said(seat)));
                }
                return self.is_absent(item, seat, done).await;
            }
        };
        self.is_refused(item, seat, done).await;
    }
}

/// An object that several items may hold.
fn body(object: usize) -> Value {
    json!({
        "type": "indicator", "spec_version": "2.1", "id": object_id(object), "name": format!("o{object}"),
        "created": "2026-06-01T00:00:00.000Z", "modified": "2026-06-01T00:00:00.000Z",
        "pattern": format!("[domain-name:value = '{}']", value_of(object)), "pattern_type": "stix",
        "valid_from": "2026-06-01T00:00:00Z"
    })
}
