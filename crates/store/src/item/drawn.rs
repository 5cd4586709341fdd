//! What a group knows of objects, shared now or once: where objects of another hub are compared (S0.13).

use renkei_core::id::{GroupId, ItemId, SeatId};
use renkei_core::share::State;
use sea_query::{Expr, ExprTrait, Query, SelectStatement};

use crate::error::DbError;
use crate::open::Store;

impl Store {
    /// The bodies of objects with some ids in items that reach a group, or did once: also what was taken back, struck out or
    /// drawn closer, for none of that is to come again from elsewhere. Each with its id.
    pub async fn objects_known(&self, group: GroupId, ids: &[&str]) -> Result<Vec<(String, String)>, DbError> {
        let mut out = Query::select();
        out.column("id").from("items");
        out.and_where(Expr::col("state").is_in([State::Posted.word(), State::Withdrawn.word()]));
        let mut query = Query::select();
        query.columns(["object", "body"]).from("item_objects");
        query.and_where(Expr::col("object").is_in(ids.iter().copied()));
        query.and_where(Expr::col("item").in_subquery(named(group))).and_where(Expr::col("item").in_subquery(out));
        self.db.rows(&query).await?.into_iter().map(|mut row| Ok((row.text("object")?, row.text("body")?))).collect()
    }

    /// The objects in force that a seat shared with a group by mandates: item, id, body.
    pub async fn objects_by_mandate(
        &self,
        seat: &SeatId,
        group: GroupId,
    ) -> Result<Vec<(ItemId, String, String)>, DbError> {
        let mut shared = Query::select();
        shared.column("id").from("items").and_where(Expr::col("made_by").eq(seat.as_str()));
        shared.and_where(Expr::col("state").eq(State::Posted.word())).and_where(Expr::col("mandate").is_not_null());
        let mut reached = named(group);
        reached.and_where(Expr::col("left_at").is_null());
        let mut query = Query::select();
        query.columns(["item", "object", "body"]).from("item_objects").and_where(Expr::col("struck_at").is_null());
        query.and_where(Expr::col("item").in_subquery(shared)).and_where(Expr::col("item").in_subquery(reached));
        let rows = self.db.rows(&query).await?.into_iter();
        rows.map(|mut row| Ok((row.parsed("item")?, row.text("object")?, row.text("body")?))).collect()
    }
}

/// The items that reach a group, or did once.
fn named(group: GroupId) -> SelectStatement {
    let mut query = Query::select();
    query.column("item").from("item_reach").and_where(Expr::col("who").eq(group.to_string()));
    query
}
