//! Steps of an item, and conditions that change after it was posted.

use std::collections::BTreeSet;

use renkei_core::act::Act;
use renkei_core::id::{Digest, ItemId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::question::ObjectKind;
use renkei_core::share::{Conditions, State, Step};
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Query, UpdateStatement};

use super::{Item, NewItem, conditions, load, marks, object, objects_in, value, values_in};
use crate::chain::{Granted, Write};
use crate::db::{Row, Tx, insert, int};
use crate::error::{DbError, WriteError};
use crate::open::Store;

impl Store {
    /// Takes a step of an item. The permit names it, and so the very bytes that were written.
    pub async fn step_item(&self, permit: Permit, id: ItemId, step: Step) -> Result<(), WriteError> {
        let (mut write, granted, item) = self.of_item(permit, act(step), id).await?;
        let mut detail = Detail::new().put("item", item.digest);
        if let Some(replaces) = item.replaces.filter(|_| step == Step::Post) {
            detail = detail.put("replaces", replaces);
            replace(&mut write, &granted, &item, replaces).await?;
        }
        put_step(&mut write, &granted, &item, step, detail, |_| ()).await?;
        Ok(write.commit().await?)
    }

    /// Draws the conditions of a posted item closer, or widens them by its originator's own will. It comes anew in
    /// the collections that it is in.
    pub async fn change_item(
        &self,
        permit: Permit,
        id: ItemId,
        step: Step,
        conditions: &Conditions,
    ) -> Result<(), WriteError> {
        let (mut write, granted, item) = self.of_item(permit, act(step), id).await?;
        put_conditions(&mut write, &granted, &item, step, conditions, Detail::new()).await?;
        Ok(write.commit().await?)
    }

    pub(super) async fn of_item(
        &self,
        permit: Permit,
        act: Act,
        id: ItemId,
    ) -> Result<(Write, Granted, Item), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[act]).await?;
        granted.names(ObjectKind::Item, &id)?;
        let item = load(&mut write.tx, id).await?;
        Ok((write, granted, item))
    }
}

/// What a step needs: whatever reaches more is let out, the rest is kept.
const fn act(step: Step) -> Act {
    match step {
        Step::Post | Step::Widen => Act::PostItem,
        Step::Withdraw | Step::Drop | Step::Narrow | Step::Strike => Act::KeepItem,
    }
}

/// Puts down other conditions of an item, and whom they reach.
pub(super) async fn put_conditions(
    write: &mut Write,
    granted: &Granted,
    item: &Item,
    step: Step,
    conditions: &Conditions,
    detail: Detail,
) -> Result<(), WriteError> {
    let digest = rewritten(&mut write.tx, item, conditions).await?;
    put_reach(&mut write.tx, item, conditions, granted.at().0).await?;
    let detail = detail.put("item", digest).put("before", item.digest);
    put_step(write, granted, item, step, detail, |update| {
        let written = conditions::written(conditions).to_string();
        update.value("conditions", written).value("digest", digest.0.to_vec());
    })
    .await
}

/// Enters a step and puts down where the item stands then.
pub(super) async fn put_step(
    write: &mut Write,
    granted: &Granted,
    item: &Item,
    step: Step,
    detail: Detail,
    more: impl FnOnce(&mut UpdateStatement),
) -> Result<(), WriteError> {
    let state = item.state.after(step)?;
    let (seat, at) = (granted.seat().id.as_str(), granted.at().0);
    let changed = write.append(granted.entry(EntryKind::Act, detail.put("step", step))).await?;
    let mut update = Query::update();
    update.table("items").value("version", int(item.version + 1)).value("state", state.word());
    update.value("changed", int(changed));
    match step {
        Step::Post => update.value("posted_by", seat).value("posted_at", at),
        Step::Withdraw | Step::Drop => update.value("ended_at", at),
        Step::Narrow | Step::Widen | Step::Strike => &mut update,
    };
    if matches!(step, Step::Post | Step::Narrow | Step::Widen | Step::Strike) {
        let (first, until) = moments(&mut write.tx, item.id, at).await?;
        update.value("added_at", first).value("added_until", until);
    }
    more(&mut update);
    update.and_where(Expr::col("id").eq(item.id.to_string()));
    write.tx.run(&update).await?;
    Ok(())
}

/// The item whose place another takes is taken back with the same write, if it is still out. The permit names both.
async fn replace(write: &mut Write, granted: &Granted, item: &Item, replaces: ItemId) -> Result<(), WriteError> {
    let old = load(&mut write.tx, replaces).await?;
    if old.party != item.party || old.state != State::Posted {
        return Ok(());
    }
    granted.names(ObjectKind::Item, &replaces)?;
    let detail = Detail::new().put("item", old.digest).put("replaced-by", item.id);
    put_step(write, granted, &old, Step::Withdraw, detail, |_| ()).await
}

/// SHA-256 over all that is written of an item now, under other conditions.
pub(super) async fn rewritten(tx: &mut Tx, item: &Item, conditions: &Conditions) -> Result<Digest, DbError> {
    let values = tx.rows(&values_in(item.id)).await?.into_iter().map(value).collect::<Result<_, _>>()?;
    let objects = tx.rows(&objects_in(item.id)).await?.into_iter().map(object).collect::<Result<_, _>>()?;
    let Item { id, party, kind, title, text, replaces, .. } = item.clone();
    Ok(NewItem { id, party, kind, title, text, conditions: conditions.clone(), values, objects, replaces }.digest())
}

/// Whom an item was to reach before stays known, with when that ended.
async fn put_reach(tx: &mut Tx, item: &Item, conditions: &Conditions, at: i64) -> Result<(), DbError> {
    let id = item.id.to_string();
    let of = |wanted: &Conditions| -> BTreeSet<String> {
        marks(wanted.groups.iter().copied(), &wanted.parties, &wanted.seats).into_iter().collect()
    };
    let (old, new) = (of(&item.conditions), of(conditions));
    let mut left = Query::update();
    left.table("item_reach").value("left_at", at).and_where(Expr::col("item").eq(id.as_str()));
    left.and_where(Expr::col("who").is_in(old.difference(&new).map(String::as_str)));
    tx.run(&left).await?;
    for who in new.difference(&old) {
        let mut back = Query::update();
        back.table("item_reach").value("left_at", None::<i64>).and_where(Expr::col("item").eq(id.as_str()));
        back.and_where(Expr::col("who").eq(who.as_str()));
        if tx.run(&back).await? == 0 {
            let row = [("item", id.as_str().into()), ("who", who.as_str().into())];
            tx.run(&insert("item_reach", row)).await?;
        }
    }
    Ok(())
}

/// The moments that the objects of an item get: behind all others, so that who pages by them misses none.
async fn moments(tx: &mut Tx, id: ItemId, at: i64) -> Result<(i64, i64), WriteError> {
    let one = |row: Option<Row>, column| row.map(|mut row| row.opt_int(column)).transpose();
    let mut last = Query::select();
    last.expr_as(Expr::col("added_until").max(), "last").from("items");
    let last = one(tx.row(&last).await?, "last")?.flatten();
    let mut count = 0;
    for table in ["item_objects", "item_values"] {
        let mut query = Query::select();
        query.expr_as(Expr::col("item").count(), "count").from(table).and_where(Expr::col("item").eq(id.to_string()));
        let found = one(tx.row(&query).await?, "count")?.flatten().unwrap_or(0);
        count = if count == 0 { found } else { count };
    }
    let first = last.map_or(at, |last| Ord::max(at, last + 1));
    Ok((first, first + Ord::max(count, 1) - 1))
}
