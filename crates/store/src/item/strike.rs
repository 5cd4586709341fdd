//! What a seat lets out by a mandate, and objects that are taken out of an item that was posted (S3.2).

use std::collections::BTreeSet;

use renkei_core::act::Act;
use renkei_core::id::{ItemId, MandateId};
use renkei_core::ledger::Detail;
use renkei_core::question::ObjectKind;
use renkei_core::share::Step;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query};

use super::change::{put_step, rewritten};
use super::{Item, NewItem, load, put, put_values, read, select};
use crate::db::int;
use crate::error::{DbError, WriteError};
use crate::mandate;
use crate::open::Store;

impl Store {
    /// Lets an item out at once, by a mandate of the acting seat that holds. The permit names the item in version 0.
    pub async fn post_by_mandate(&self, permit: Permit, new: &NewItem, id: MandateId) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::PostItem]).await?;
        granted.names(ObjectKind::Item, &new.id)?;
        let given = mandate::load(&mut write.tx, id).await?;
        let seat = granted.seat();
        if given.mandate.seat != seat.id || given.mandate.party != seat.party || !given.holds(granted.at()) {
            return Err(WriteError::Missing { kind: "mandate", id: id.to_string() });
        }
        put(&mut write.tx, &granted, new, Some(id)).await?;
        let item = load(&mut write.tx, new.id).await?;
        let detail = Detail::new().put("item", item.digest).put("party", &new.party).put("kind", new.kind);
        put_step(&mut write, &granted, &item, Step::Post, detail.put("mandate", id), |_| ()).await?;
        Ok(write.commit().await?)
    }

    /// Takes some objects out of a posted item, told by their bodies; it is found by `values` from then on.
    pub async fn strike_objects(
        &self,
        permit: Permit,
        id: ItemId,
        bodies: &BTreeSet<String>,
        values: &[(String, String)],
    ) -> Result<(), WriteError> {
        let (mut write, granted, item) = self.of_item(permit, Act::KeepItem, id).await?;
        let mut query = Query::select();
        query.columns(["place", "body"]).from("item_objects").and_where(Expr::col("item").eq(id.to_string()));
        query.and_where(Expr::col("struck_at").is_null());
        let mut places = Vec::new();
        for mut row in write.tx.rows(&query).await? {
            if bodies.contains(&row.text("body")?) {
                places.push(row.count("place")?);
            }
        }
        let mut strike = Query::update();
        strike.table("item_objects").value("struck_at", granted.at().0);
        strike.and_where(Expr::col("item").eq(id.to_string()));
        strike.and_where(Expr::col("place").is_in(places.iter().map(|place| int(*place))));
        write.tx.run(&strike).await?;
        let mut gone = Query::delete();
        gone.from_table("item_values").and_where(Expr::col("item").eq(id.to_string()));
        write.tx.run(&gone).await?;
        put_values(&mut write.tx, &id.to_string(), values).await?;
        let digest = rewritten(&mut write.tx, &item, &item.conditions).await?;
        let detail = Detail::new().put("item", digest).put("before", item.digest).put("struck", places.len());
        put_step(&mut write, &granted, &item, Step::Strike, detail, |update| {
            update.value("digest", digest.0.to_vec());
        })
        .await?;
        Ok(write.commit().await?)
    }

    /// The item that was posted in the place of another, whether it is still in force or not; of several the last.
    pub async fn replacement_of(&self, id: ItemId) -> Result<Option<Item>, DbError> {
        let mut query = select();
        query.and_where(Expr::col("replaces").eq(id.to_string())).and_where(Expr::col("posted_at").is_not_null());
        query.order_by("posted_at", Order::Desc).order_by("id", Order::Desc).limit(1);
        self.db.rows(&query).await?.into_iter().next().map(read).transpose()
    }
}
