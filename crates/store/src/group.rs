//! Topic groups: named people who share with each other (S4.1).

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::id::{GroupId, SeatId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::question::ObjectKind;
use renkei_core::share;
use renkei_core::time::{Moment, Validity};
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query};

use crate::chain::{Granted, Write};
use crate::db::{Row, insert};
use crate::error::{DbError, WriteError};
use crate::open::Store;

/// A topic group as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Who is in it.
    pub group: share::Group,
    /// Counts up with every change; a permit names it.
    pub version: u64,
    /// What people call it.
    pub name: String,
    /// When it was made.
    pub made_at: Moment,
    /// When it ended.
    pub ended_at: Option<Moment>,
}

impl Store {
    /// Makes a group. The permit names it in version 0.
    pub async fn make_group(&self, permit: Permit, id: GroupId, name: &str) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::KeepGroup]).await?;
        granted.names(ObjectKind::Group, &id)?;
        let row = [
            ("id", id.to_string().into()),
            ("version", 1i64.into()),
            ("name", name.into()),
            ("made_by", granted.seat().id.as_str().into()),
            ("made_at", granted.at().0.into()),
        ];
        write.tx.run(&insert("topic_groups", row)).await?;
        write.append(granted.entry(EntryKind::Act, Detail::new().put("step", "make").put("name", name))).await?;
        Ok(write.commit().await?)
    }

    /// Takes a seat into a group for a time, or with `None` lets it go. The permit names the group.
    pub async fn put_member(
        &self,
        permit: Permit,
        id: GroupId,
        seat: &SeatId,
        within: Option<Validity>,
    ) -> Result<(), WriteError> {
        let (mut write, granted) = self.group_write(permit, id).await?;
        let mut gone = Query::delete();
        gone.from_table("group_members")
            .and_where(Expr::col("topic_group").eq(id.to_string()))
            .and_where(Expr::col("seat").eq(seat.as_str()));
        write.tx.run(&gone).await?;
        let mut detail = Detail::new().put("seat", seat).put("step", if within.is_some() { "join" } else { "leave" });
        if let Some(Validity { from, until }) = within {
            let row = [
                ("topic_group", id.to_string().into()),
                ("seat", seat.as_str().into()),
                ("from_at", from.map(|from| from.0).into()),
                ("until_at", until.map(|until| until.0).into()),
            ];
            write.tx.run(&insert("group_members", row)).await?;
            for (key, moment) in [("from", from), ("until", until)] {
                if let Some(moment) = moment {
                    detail = detail.put(key, moment);
                }
            }
        }
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Ends a group: nothing reaches anybody by it any more. The permit names it.
    pub async fn end_group(&self, permit: Permit, id: GroupId) -> Result<(), WriteError> {
        let (mut write, granted) = self.group_write(permit, id).await?;
        let mut update = Query::update();
        update.table("topic_groups").value("ended_at", granted.at().0).and_where(Expr::col("id").eq(id.to_string()));
        write.tx.run(&update).await?;
        write.append(granted.entry(EntryKind::Act, Detail::new().put("step", "end"))).await?;
        Ok(write.commit().await?)
    }

    /// Begins a change of a group that has not ended, and counts its version up.
    async fn group_write(&self, permit: Permit, id: GroupId) -> Result<(Write, Granted), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::KeepGroup]).await?;
        granted.names(ObjectKind::Group, &id)?;
        let mut update = Query::update();
        update
            .table("topic_groups")
            .value("version", Expr::col("version").add(1))
            .and_where(Expr::col("id").eq(id.to_string()))
            .and_where(Expr::col("ended_at").is_null());
        match write.tx.run(&update).await? {
            0 => Err(WriteError::Missing { kind: "group", id: id.to_string() }),
            _ => Ok((write, granted)),
        }
    }

    /// Every group with its people, oldest first.
    pub async fn groups(&self) -> Result<Vec<Group>, DbError> {
        let mut query = Query::select();
        query.columns(["topic_group", "seat", "from_at", "until_at"]).from("group_members");
        let mut members: BTreeMap<GroupId, BTreeMap<SeatId, Validity>> = BTreeMap::new();
        for mut row in self.db.rows(&query).await? {
            let within = Validity { from: row.opt_moment("from_at")?, until: row.opt_moment("until_at")? };
            members.entry(row.parsed("topic_group")?).or_default().insert(row.parsed("seat")?, within);
        }
        let mut query = Query::select();
        query.columns(["id", "version", "name", "made_at", "ended_at"]).from("topic_groups");
        query.order_by("id", Order::Asc);
        let read = |mut row: Row| -> Result<Group, DbError> {
            let (id, ended_at) = (row.parsed("id")?, row.opt_moment("ended_at")?);
            let group =
                share::Group { id, members: members.remove(&id).unwrap_or_default(), ended: ended_at.is_some() };
            Ok(Group {
                group,
                version: row.count("version")?,
                name: row.text("name")?,
                made_at: row.moment("made_at")?,
                ended_at,
            })
        };
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }
}
