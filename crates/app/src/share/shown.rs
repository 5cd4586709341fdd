//! Groups and items as shown: lists, one item with who took it, what was changed, what a value leads to.

use renkei_core::share::Reach;
use renkei_core::time::Moment;
use renkei_formats::indicator::{Indicator, Kind};
use renkei_store::group::Group;
use renkei_store::item::{Item, Receipt, Returned};
use schemars::JsonSchema;
use serde::Serialize;

use super::warning::Read;
use super::{OnwardListed, ReturnListed};
use crate::words::{Show, Words, table};

/// Topic groups, oldest first.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct GroupList(pub Vec<GroupListed>);

/// A topic group.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GroupListed {
    /// Its id.
    pub group: String,
    /// What people call it.
    pub name: String,
    /// Whether it ended.
    pub ended: bool,
    /// Its people, by seat.
    pub members: Vec<MemberListed>,
}

/// Somebody in a group.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MemberListed {
    /// The seat.
    pub seat: String,
    /// From when; none: from the beginning.
    pub from: Option<String>,
    /// Until when, not included; none: no end.
    pub until: Option<String>,
    /// Whether it is in the group now.
    pub inside: bool,
}

/// What was done with a group.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GroupChanged {
    /// Its id.
    pub group: String,
    /// `made`, `joined`, `left`, `ended`.
    pub done: &'static str,
}

/// A page of items, newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ItemList {
    /// The items.
    pub items: Vec<ItemListed>,
    /// Where the next page begins: give it as `before`; none: this is the last page.
    pub next: Option<String>,
}

/// A row of a list of items.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ItemListed {
    /// Its id.
    pub item: String,
    /// Whose it is; none: it does not want to be named.
    pub party: Option<String>,
    /// What it is about: `indicator`, `method`, `vulnerability`, `actor`, `report`, `sighting`, `question`.
    pub kind: &'static str,
    /// One line.
    pub title: String,
    /// Where it stands: `draft`, `posted`, `withdrawn`.
    pub state: &'static str,
    /// How far it may be carried (TLP 2.0).
    pub tlp: &'static str,
    /// What may be done with it (PAP).
    pub pap: &'static str,
    /// When it was posted.
    pub posted_at: Option<String>,
}

/// An item whole.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ItemRead {
    /// What a list says of it.
    #[serde(flatten)]
    pub head: ItemListed,
    /// Counts up with every step.
    pub version: u64,
    /// Markdown.
    pub text: String,
    /// When its time ends.
    pub ends: Option<String>,
    /// The values that stand in it.
    pub values: Vec<ValueListed>,
    /// Its STIX objects, as they were given.
    #[schemars(with = "Vec<serde_json::Value>")]
    pub objects: Vec<Box<serde_json::value::RawValue>>,
    /// Whom it reaches, for its own organisation.
    pub reaches: Vec<ReachListed>,
    /// Who took it, for its own organisation.
    pub taken: Vec<TakenListed>,
    /// What was told of it: to its own organisation by all, to a reader what its own organisation told.
    pub returns: Vec<ReturnListed>,
    /// Questions whether it may go on: to its own organisation those of all, to a reader its own.
    pub onward: Vec<OnwardListed>,
    /// The item whose place it takes, for its own organisation.
    pub replaces: Option<String>,
    /// The mandate by which it was shared, for its own organisation.
    pub mandate: Option<String>,
    /// Whether readers are not told whose it is, for its own organisation.
    pub unnamed: Option<bool>,
    /// Whether who looks a value of it up is told whom to ask, for its own organisation.
    pub hinted: Option<bool>,
}

/// Somebody whom an item reaches.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReachListed {
    /// `group`, `party`, or `seat`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// What people call it, for groups.
    pub name: Option<String>,
}

/// A value that stands in an item.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ValueListed {
    /// Its kind.
    pub kind: String,
    /// The value in its one form.
    pub value: String,
    /// Warning lists on which it stands, for its own organisation.
    pub warnings: Vec<String>,
}

/// Somebody who took an item.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TakenListed {
    /// The seat.
    pub seat: String,
    /// By which door.
    pub door: String,
    /// When, first.
    pub at: String,
}

/// What was done with an item.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ItemChanged {
    /// Its id.
    pub item: String,
    /// `drafted`, `post`, `withdraw`, `drop`, `narrow`, `widen`, `returned`.
    pub done: &'static str,
}

/// What a value leads to.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Looked {
    /// The kind that it was taken for.
    pub kind: &'static str,
    /// The value in its one form.
    pub value: String,
    /// The items that reach the seat.
    pub items: Vec<LookedItem>,
    /// Organisations that know the value too and want to be asked.
    pub ask: Vec<String>,
    /// Warning lists on which the value stands: many see it for good reasons.
    pub warnings: Vec<String>,
}

/// An item to which a value leads, and why.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LookedItem {
    /// The item.
    #[serde(flatten)]
    pub item: ItemListed,
    /// What stands in it, the nearest first.
    pub why: Vec<WhyListed>,
}

/// Why an item was found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WhyListed {
    /// `same`: the value itself; `block`: a block that holds it; `parent`: a name above it; `host`: the host of it.
    pub how: &'static str,
    /// What stands in the item.
    pub value: String,
}

impl GroupListed {
    pub(super) fn of(group: &Group, at: Moment) -> Self {
        let members = group.group.members.iter().map(|(seat, within)| MemberListed {
            seat: seat.to_string(),
            from: within.from.map(|from| from.to_string()),
            until: within.until.map(|until| until.to_string()),
            inside: group.group.holds(seat, at),
        });
        Self {
            group: group.group.id.to_string(),
            name: group.name.clone(),
            ended: group.group.ended,
            members: members.collect(),
        }
    }
}

impl ItemListed {
    pub(super) fn of(item: &Item, reach: Reach) -> Self {
        let named = reach == Reach::Own || !item.conditions.unnamed;
        Self {
            item: item.id.to_string(),
            party: named.then(|| item.party.to_string()),
            kind: item.kind.word(),
            title: item.title.clone(),
            state: item.state.word(),
            tlp: item.conditions.tlp.word(),
            pap: item.conditions.pap.word(),
            posted_at: item.posted_at.map(|at| at.to_string()),
        }
    }
}

impl ItemRead {
    /// As a reader that it reaches sees it.
    pub(super) fn of(item: &Item, reach: Reach, values: Vec<(String, String)>, objects: Vec<(String, String)>) -> Self {
        let conditions = &item.conditions;
        let raw = |(_, body): (String, String)| serde_json::value::RawValue::from_string(body).ok();
        Self {
            head: ItemListed::of(item, reach),
            version: item.version,
            text: item.text.clone(),
            ends: conditions.ends.map(|ends| ends.to_string()),
            values: values.into_iter().map(|(kind, value)| ValueListed { kind, value, warnings: Vec::new() }).collect(),
            objects: objects.into_iter().filter_map(raw).collect(),
            reaches: Vec::new(),
            taken: Vec::new(),
            returns: Vec::new(),
            onward: Vec::new(),
            replaces: None,
            mandate: None,
            unnamed: None,
            hinted: None,
        }
    }

    /// The same with the warning lists on which its values stand.
    pub(super) fn warned(mut self, lists: &Read) -> Self {
        for value in &mut self.values {
            let kind = Kind::ALL.iter().copied().find(|kind| kind.word() == value.kind);
            if let Some(Ok(found)) = kind.map(|kind| Indicator::read(kind, &value.value)) {
                value.warnings = lists.warnings.of(&found).into_iter().map(str::to_owned).collect();
            }
        }
        self
    }

    /// The same with what was told and asked.
    pub(super) fn heard(mut self, returns: Vec<Returned>, onward: Vec<OnwardListed>) -> Self {
        self.returns = returns.into_iter().map(ReturnListed::of).collect();
        self.onward = onward;
        self
    }

    /// The same with what is its own organisation's alone: whom it reaches, and who took it.
    pub(super) fn known_to(mut self, item: &Item, groups: &[Group], receipts: Vec<Receipt>) -> Self {
        let of = |kind, id: String, name| ReachListed { kind, id, name };
        let called = |id| groups.iter().find(|group| group.group.id == id).map(|group| group.name.clone());
        let conditions = &item.conditions;
        self.replaces = item.replaces.map(|id| id.to_string());
        self.mandate = item.mandate.map(|id| id.to_string());
        self.unnamed = Some(conditions.unnamed);
        self.hinted = Some(conditions.hinted);
        self.reaches.extend(conditions.groups.iter().map(|id| of("group", id.to_string(), called(*id))));
        self.reaches.extend(conditions.parties.iter().map(|party| of("party", party.to_string(), None)));
        self.reaches.extend(conditions.seats.iter().map(|seat| of("seat", seat.to_string(), None)));
        self.taken.extend(receipts.into_iter().map(|Receipt { seat, door, at }| TakenListed {
            seat: seat.to_string(),
            door,
            at: at.to_string(),
        }));
        self
    }
}

impl Show for GroupList {
    fn show(&self, words: &Words) -> String {
        if self.0.is_empty() {
            return words.of("groups-none");
        }
        let said = |group: &GroupListed| {
            let ended = if group.ended { format!(" · {}", words.of("group-ended")) } else { String::new() };
            let mut lines = vec![format!("{} · {}{ended}", group.group, group.name)];
            lines.extend(group.members.iter().map(|member| {
                let open = || words.of("open-end");
                let (from, until) =
                    (member.from.clone().unwrap_or_else(open), member.until.clone().unwrap_or_else(open));
                let out = if member.inside { String::new() } else { format!(" · {}", words.of("group-outside")) };
                format!("  {} ({from} – {until}){out}", member.seat)
            }));
            lines.join("\n")
        };
        self.0.iter().map(said).collect::<Vec<_>>().join("\n")
    }
}

impl Show for GroupChanged {
    fn show(&self, words: &Words) -> String {
        words.say(&format!("group-{}", self.done), &[("group", self.group.clone())])
    }
}

fn rows(items: &[ItemListed], words: &Words) -> String {
    let head = ["item", "item-from", "item-kind", "effect-state", "tlp", "item-title"].map(|key| words.of(key));
    let row = |item: &ItemListed| {
        vec![
            item.item.clone(),
            item.party.clone().unwrap_or_else(|| words.of("item-unnamed")),
            words.of(&format!("item-kind-{}", item.kind)),
            words.of(&format!("item-state-{}", item.state)),
            format!("TLP:{}", item.tlp.to_uppercase()),
            item.title.chars().take(60).collect(),
        ]
    };
    table(&head, &items.iter().map(row).collect::<Vec<_>>())
}

impl Show for ItemList {
    fn show(&self, words: &Words) -> String {
        if self.items.is_empty() {
            return words.of("items-none");
        }
        let more = self.next.iter().map(|next| words.say("items-more", &[("next", next.clone())]));
        std::iter::once(rows(&self.items, words)).chain(more).collect::<Vec<_>>().join("\n")
    }
}

impl Show for ItemRead {
    fn show(&self, words: &Words) -> String {
        let ItemListed { item, party, kind, title, state, tlp, pap, posted_at } = &self.head;
        let from = party.clone().unwrap_or_else(|| words.of("item-unnamed"));
        let mut lines = vec![
            format!("{item} · {} · {from}", words.of(&format!("item-kind-{kind}"))),
            title.clone(),
            format!("TLP:{} PAP:{}", tlp.to_uppercase(), pap.to_uppercase()),
            format!("{} {}", words.of(&format!("item-state-{state}")), posted_at.clone().unwrap_or_default()),
        ];
        lines.extend(self.ends.iter().map(|ends| format!("{}: {ends}", words.of("item-ends"))));
        lines.extend(self.replaces.iter().map(|old| format!("{}: {old}", words.of("item-replaces"))));
        lines.extend(self.mandate.iter().map(|mandate| format!("{}: {mandate}", words.of("item-mandate"))));
        if !self.text.is_empty() {
            lines.push(format!("\n{}\n", self.text));
        }
        lines.extend(self.values.iter().map(|ValueListed { kind, value, warnings }| {
            let warned = warnings.iter().map(|list| format!(" · {}: {list}", words.of("warned"))).collect::<String>();
            format!("  {kind} {value}{warned}")
        }));
        if !self.objects.is_empty() {
            lines.push(words.say("item-objects", &[("count", self.objects.len().to_string())]));
        }
        lines.extend(self.reaches.iter().map(|who| {
            let name = who.name.clone().unwrap_or_default();
            format!("{}: {} {name}", words.of("item-reaches"), who.id).trim_end().to_owned()
        }));
        lines.extend(
            self.taken
                .iter()
                .map(|taken| format!("{}: {} · {} · {}", words.of("item-taken"), taken.seat, taken.door, taken.at)),
        );
        lines.extend(self.returns.iter().map(|told| {
            let count = told.count.map(|count| format!(" ×{count}")).unwrap_or_default();
            let what = words.of(&format!("return-{}", told.what));
            format!("{}: {what}{count} · {} {}", words.of("item-returns"), told.seat, told.note).trim_end().to_owned()
        }));
        lines.extend(self.onward.iter().map(|onward| onward.show(words)));
        lines.join("\n")
    }
}

impl Show for ItemChanged {
    fn show(&self, words: &Words) -> String {
        words.say(&format!("item-done-{}", self.done), &[("item", self.item.clone())])
    }
}

impl Show for Looked {
    fn show(&self, words: &Words) -> String {
        let mut lines = vec![format!("{} {}", self.kind, self.value)];
        if self.items.is_empty() && self.ask.is_empty() {
            lines.push(words.of("looked-none"));
        }
        if !self.items.is_empty() {
            let items: Vec<ItemListed> = self.items.iter().map(|found| found.item.clone()).collect();
            lines.push(rows(&items, words));
        }
        for found in &self.items {
            let why = found.why.iter().map(|why| format!("{}: {}", words.of(&format!("near-{}", why.how)), why.value));
            lines.extend(why.map(|why| format!("  {} · {why}", found.item.item)));
        }
        lines.extend(self.warnings.iter().map(|list| format!("{}: {list}", words.of("warned"))));
        lines.extend(self.ask.iter().map(|party| words.say("looked-ask", &[("party", party.clone())])));
        lines.join("\n")
    }
}
