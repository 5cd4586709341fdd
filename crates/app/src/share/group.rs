//! Topic groups: made and ended by the office's keeper, seen by those who are in them.

use renkei_core::act::Act;
use renkei_core::id::{GroupId, SeatId};
use renkei_core::question::{Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_core::time::{Moment, Validity};
use renkei_gate::Permit;

use super::{GroupChanged, GroupList, GroupListed, LONGEST_TITLE, ShareError};
use crate::campaign::fresh;
use crate::office::{AskError, Office};

impl Office {
    /// Makes a topic group without anybody in it.
    pub async fn make_group(&self, name: &str, at: Moment) -> Result<GroupChanged, ShareError> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_TITLE {
            return Err(ShareError::Words { what: "a name", most: LONGEST_TITLE });
        }
        let id = GroupId::from_bits(fresh(at));
        let permit = self.group_permit(id, 0, at).await?;
        self.store.make_group(permit, id, name).await?;
        Ok(GroupChanged { group: id.to_string(), done: "made" })
    }

    /// Takes a seat into a group for a time, or with `None` lets it go.
    pub async fn put_member(
        &self,
        id: GroupId,
        seat: &SeatId,
        within: Option<Validity>,
        at: Moment,
    ) -> Result<GroupChanged, ShareError> {
        if self.store.seat(seat).await?.is_none() {
            return Err(ShareError::Seat(seat.clone()));
        }
        let permit = self.group_permit(id, self.group_version(id).await?, at).await?;
        self.store.put_member(permit, id, seat, within).await?;
        Ok(GroupChanged { group: id.to_string(), done: if within.is_some() { "joined" } else { "left" } })
    }

    /// Ends a group: nothing reaches anybody by it any more.
    pub async fn end_group(&self, id: GroupId, at: Moment) -> Result<GroupChanged, ShareError> {
        let permit = self.group_permit(id, self.group_version(id).await?, at).await?;
        self.store.end_group(permit, id).await?;
        Ok(GroupChanged { group: id.to_string(), done: "ended" })
    }

    /// The groups that the acting seat knows of: all for the office's keeper, for others those they are in now.
    pub async fn groups(&self, at: Moment) -> Result<GroupList, ShareError> {
        let seat = self.seat(Duty::Keeper).await?;
        let keeps = seat.party == self.settings.party && seat.has(Duty::Keeper);
        let groups = self.store.groups().await?;
        let known = groups.iter().filter(|group| keeps || group.group.holds(&seat.id, at));
        Ok(GroupList(known.map(|group| GroupListed::of(group, at)).collect()))
    }

    async fn group_version(&self, id: GroupId) -> Result<u64, ShareError> {
        let groups = self.store.groups().await?;
        let known = groups.into_iter().find(|group| group.group.id == id && !group.group.ended);
        known.map(|group| group.version).ok_or(ShareError::Group(id))
    }

    async fn group_permit(&self, id: GroupId, version: u64, at: Moment) -> Result<Permit, AskError> {
        self.ask_for(Act::KeepGroup, Duty::Keeper, [Object::new(ObjectKind::Group, id, version)], at).await
    }
}
