//! Who else knows a value: what reaches the asking seat, and whom to ask where an originator left a hint (S4.1, S1.42).

use std::collections::BTreeSet;

use renkei_core::act::Act;
use renkei_core::seat::Duty;
use renkei_core::share::{Reach, State};
use renkei_core::time::Moment;
use renkei_formats::indicator::Indicator;

use super::{ItemListed, Looked, LookedItem, ShareError, WhyListed};
use crate::office::Office;

impl Office {
    /// Looks a value up, in any spelling, and what lies around it: the blocks that hold an address, the names above a
    /// name, the host of a URL. Each item says by which of these it was found. Items that reach the seat are told
    /// whole; of others only that somebody knows the value and whom to ask, where their originator wants that said.
    /// The rest is as if it were not there.
    pub async fn look_up(&self, value: &str, at: Moment) -> Result<Looked, ShareError> {
        let found = Indicator::guess(value).ok_or(ShareError::Value { place: 1 })?;
        let seat = self.seat(Duty::Analyst).await?;
        let (reader, party) = (self.reader(&seat, at).await?, self.store.party(&seat.party).await?);
        let who = (&seat, party.as_ref());
        let (mut items, mut ask) = (Vec::new(), BTreeSet::new());
        let near = found.near();
        let values: Vec<_> = near.iter().map(|(_, value)| (value.kind().word(), value.as_str())).collect();
        for (item, standing) in self.store.items_with(&values).await? {
            let reach = item.conditions.reach(&item.party, &reader);
            if self.may_read(who, &item, reach, at) {
                let why = near.iter().filter(|(_, value)| standing.iter().any(|(_, known)| known == value.as_str()));
                let why = why.map(|(how, value)| WhyListed { how: how.word(), value: value.as_str().to_owned() });
                items.push(LookedItem { item: ItemListed::of(&item, reach), why: why.collect() });
                continue;
            }
            let same = standing.iter().any(|(_, known)| known == found.as_str());
            let hinted = same && item.conditions.hinted && item.state == State::Posted && item.conditions.hold(at);
            if hinted && !reach.allows() {
                // A hint is given to whom the originator could have named: with a contract, and no machine under red.
                let question = self.item_question(Act::ReadItem, who, &item, Reach::Named, at);
                if self.gate.rule(&question).is_allowed() {
                    ask.insert(item.party.to_string());
                }
            }
        }
        Ok(Looked {
            kind: found.kind().word(),
            value: found.as_str().to_owned(),
            items,
            ask: ask.into_iter().collect(),
            warnings: self.warnings()?.warnings.of(&found).into_iter().map(str::to_owned).collect(),
        })
    }
}
