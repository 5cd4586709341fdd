//! Feed files that were read in: counts and findings, never lines.

use renkei_core::act::Act;
use renkei_core::id::{Digest, IntentId, SeatId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::question::ObjectKind;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query};

use crate::db::{Row, insert, int};
use crate::error::{DbError, WriteError};
use crate::intent::{IntentResult, close};
use crate::open::Store;

/// What reading a feed file gave: lines = stored + duplicates + quarantined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFeed {
    /// SHA-256 of the file as it came.
    pub digest: Digest,
    /// Its name (not in the ledger: a name may say too much).
    pub name: String,
    /// Its format (`shadowserver:event4_sinkhole`).
    pub kind: String,
    /// Lines of evidence in it, headers and empty lines left out.
    pub lines: u64,
    /// Lines now in the lake that were not there before.
    pub stored: u64,
    /// Lines that were in the lake, or earlier in the file.
    pub duplicates: u64,
    /// Lines kept as they came because they could not be read.
    pub quarantined: u64,
    /// What was found, by code and column.
    pub findings: Vec<FindingCount>,
}

/// How often a finding was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingCount {
    /// Its stable code (`R012`).
    pub code: String,
    /// The column, as the file names it; empty: the whole line.
    pub column: String,
    /// How often.
    pub count: u64,
    /// The first line it was made on, from 1.
    pub first_line: u64,
}

/// A feed file in the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// What reading it gave.
    pub read: NewFeed,
    /// When.
    pub at: Moment,
    /// Who.
    pub seat: SeatId,
}

const COLUMNS: [&str; 9] = ["digest", "name", "kind", "lines", "stored", "duplicates", "quarantined", "at", "seat"];

impl Store {
    /// Enters a feed file whose lines are in the lake, and ends the intent under which they went there.
    ///
    /// The same file again is [`WriteError::Exists`]: look with [`Store::feed`] first.
    pub async fn record_feed(&self, permit: Permit, feed: &NewFeed, intent: IntentId) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::Ingest]).await?;
        granted.names(ObjectKind::Feed, &feed.digest)?;
        let mut query = Query::select();
        query.columns(["at"]).from("feeds").and_where(Expr::col("digest").eq(feed.digest.0.to_vec()));
        if write.tx.row(&query).await?.is_some() {
            return Err(WriteError::Exists { kind: "feed", id: feed.digest.to_string() });
        }
        let NewFeed { digest, name, kind, lines, stored, duplicates, quarantined, findings } = feed;
        let row = [
            ("digest", digest.0.to_vec().into()),
            ("name", name.as_str().into()),
            ("kind", kind.as_str().into()),
            ("lines", int(*lines).into()),
            ("stored", int(*stored).into()),
            ("duplicates", int(*duplicates).into()),
            ("quarantined", int(*quarantined).into()),
            ("at", granted.at().0.into()),
            ("seat", granted.seat().id.as_str().into()),
        ];
        write.tx.run(&insert("feeds", row)).await?;
        for FindingCount { code, column, count, first_line } in findings {
            let row = [
                ("feed", digest.0.to_vec().into()),
                ("code", code.as_str().into()),
                ("field", column.as_str().into()),
                ("findings", int(*count).into()),
                ("first_line", int(*first_line).into()),
            ];
            write.tx.run(&insert("feed_findings", row)).await?;
        }
        let detail = Detail::new()
            .put("digest", digest)
            .put("kind", kind)
            .put("lines", lines)
            .put("stored", stored)
            .put("duplicates", duplicates)
            .put("quarantined", quarantined)
            .put("findings", findings.iter().map(|finding| finding.count).sum::<u64>());
        close(&mut write, granted.at(), intent, IntentResult::Done, Detail::new()).await?;
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// The feed file with a digest, if it was read in.
    pub async fn feed(&self, digest: Digest) -> Result<Option<Feed>, DbError> {
        let mut query = Query::select();
        query.columns(COLUMNS).from("feeds").and_where(Expr::col("digest").eq(digest.0.to_vec()));
        match self.db.rows(&query).await?.into_iter().next() {
            Some(row) => self.with_findings(row).await.map(Some),
            None => Ok(None),
        }
    }

    /// Every feed file, oldest first.
    pub async fn feeds(&self) -> Result<Vec<Feed>, DbError> {
        let mut query = Query::select();
        query.columns(COLUMNS).from("feeds").order_by("at", Order::Asc).order_by("digest", Order::Asc);
        let mut feeds = Vec::new();
        for row in self.db.rows(&query).await? {
            feeds.push(self.with_findings(row).await?);
        }
        Ok(feeds)
    }

    async fn with_findings(&self, mut row: Row) -> Result<Feed, DbError> {
        let digest = row.digest("digest")?;
        let mut query = Query::select();
        query
            .columns(["code", "field", "findings", "first_line"])
            .from("feed_findings")
            .and_where(Expr::col("feed").eq(digest.0.to_vec()))
            .order_by("code", Order::Asc)
            .order_by("field", Order::Asc);
        let findings = self.db.rows(&query).await?.into_iter().map(finding).collect::<Result<_, _>>()?;
        let read = NewFeed {
            digest,
            name: row.text("name")?,
            kind: row.text("kind")?,
            lines: row.count("lines")?,
            stored: row.count("stored")?,
            duplicates: row.count("duplicates")?,
            quarantined: row.count("quarantined")?,
            findings,
        };
        Ok(Feed { read, at: row.moment("at")?, seat: row.parsed("seat")? })
    }
}

fn finding(mut row: Row) -> Result<FindingCount, DbError> {
    Ok(FindingCount {
        code: row.text("code")?,
        column: row.text("field")?,
        count: row.count("findings")?,
        first_line: row.count("first_line")?,
    })
}
