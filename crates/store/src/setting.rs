//! The office's settings: what the organisation decided, and what it has not decided yet.

use std::fmt;
use std::str::FromStr;

use renkei_core::act::Act;
use renkei_core::ledger::{Detail, EntryKind};
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, OnConflict, Order, Query};

use crate::db::{Row, insert};
use crate::error::{DbError, WriteError};
use crate::open::Store;

/// The name of a setting: 1 to 64 of `a-z`, `0-9`, `-` and `.`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SettingName(String);

/// A text is not the name of a setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the name of a setting: use 1 to 64 of a-z, 0-9, - and .")]
pub struct SettingNameError(String);

impl FromStr for SettingName {
    type Err = SettingNameError;
    fn from_str(text: &str) -> Result<Self, SettingNameError> {
        let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
        if (1..=64).contains(&text.len()) && text.bytes().all(good) {
            Ok(Self(text.to_owned()))
        } else {
            Err(SettingNameError(text.to_owned()))
        }
    }
}

impl fmt::Display for SettingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What was decided. A term that no law or contract gives is never invented: it stays undecided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// Decided.
    Set(String),
    /// 未定: asked, not decided.
    Undecided,
}

impl Store {
    /// Sets something; the ledger keeps the value too.
    pub async fn set(&self, permit: Permit, name: &SettingName, setting: &Setting) -> Result<(), WriteError> {
        self.set_all(permit, &[(name.clone(), setting.clone())]).await
    }

    /// Sets several things in one act.
    pub async fn set_all(&self, permit: Permit, settings: &[(SettingName, Setting)]) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::SetOffice, Act::ImportRoutes]).await?;
        let mut detail = Detail::new();
        for (name, setting) in settings {
            let (state, value) = match setting {
                Setting::Set(value) => ("set", Some(value.clone())),
                Setting::Undecided => ("undecided", None),
            };
            detail = detail.put(&name.to_string(), value.as_deref().unwrap_or("undecided"));
            let mut row = insert(
                "settings",
                [("name", name.to_string().into()), ("state", state.into()), ("value", value.into())],
            );
            row.on_conflict(OnConflict::column("name").update_columns(["state", "value"]).to_owned());
            write.tx.run(&row).await?;
        }
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// A setting; `None`: nobody was asked yet.
    pub async fn setting(&self, name: &SettingName) -> Result<Option<Setting>, DbError> {
        let mut query = Query::select();
        query.columns(["name", "state", "value"]).from("settings").and_where(Expr::col("name").eq(name.to_string()));
        let rows = self.db.rows(&query).await?;
        rows.into_iter().next().map(read).transpose().map(|found| found.map(|(_, setting)| setting))
    }

    /// Every setting, by name.
    pub async fn settings(&self) -> Result<Vec<(SettingName, Setting)>, DbError> {
        let mut query = Query::select();
        query.columns(["name", "state", "value"]).from("settings").order_by("name", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }
}

fn read(mut row: Row) -> Result<(SettingName, Setting), DbError> {
    let setting = match row.text("state")?.as_str() {
        "set" => Setting::Set(row.text("value")?),
        "undecided" => Setting::Undecided,
        _ => return Err(row.unreadable("state")),
    };
    Ok((row.parsed("name")?, setting))
}
