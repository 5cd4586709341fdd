//! Publications: every text kept, taken along the edges of core's states, and the bytes that are public.
//!
//! What everybody reads is written in the transaction of the step that changes it, so that pages, feed and
//! ledger never tell different things. The ledger has ids, revisions and digests.

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::id::{Digest, PublicationId, SeatId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::publication::{Kind, State, Step};
use renkei_core::question::ObjectKind;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};

use crate::chain::{Granted, Write};
use crate::db::{Row, insert, int};
use crate::error::{DbError, StaleObject, WriteError};
use crate::open::Store;

/// A publication as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// Its id.
    pub id: PublicationId,
    /// Counts up with every step; a permit names it.
    pub version: u64,
    /// Report or alert.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// The number of its last text, from 1.
    pub revision: u64,
    /// The number of the text that everybody reads, or read before it was taken back.
    pub shown: Option<u64>,
    /// When it was taken back, and what was said to that.
    pub retracted: Option<(Moment, String)>,
    /// Its texts, the first first.
    pub texts: Vec<Text>,
}

/// A text of a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// From 1.
    pub revision: u64,
    /// The text, in the form that `app` gave it.
    pub text: String,
    /// Who wrote it.
    pub written_by: SeatId,
    /// When.
    pub written_at: Moment,
    /// Who let everybody read it, and when.
    pub published: Option<(SeatId, Moment)>,
}

/// A file that everybody reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicFile {
    /// Its path, relative (`ja/index.html`).
    pub path: String,
    /// Its media type.
    pub kind: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What is public after a step: made from the publications in these versions, and from no others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Public {
    /// Every publication in the version that was looked at before the step.
    pub seen: BTreeMap<PublicationId, u64>,
    /// All files.
    pub files: Vec<PublicFile>,
}

impl Publication {
    /// Its last text.
    pub fn last(&self) -> Option<&Text> {
        self.texts.last()
    }
}

impl Store {
    /// Writes a publication, or its next text. The permit names it; version 0: it is new.
    pub async fn write_publication(
        &self,
        permit: Permit,
        id: PublicationId,
        kind: Kind,
        text: &str,
    ) -> Result<u64, WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::DraftPublication]).await?;
        granted.names(ObjectKind::Publication, &id)?;
        let known = write.tx.row(&by_id(id)).await?.map(read).transpose()?;
        let revision = match known {
            Some(known) => {
                let state = known.state.after(Step::Rewrite)?;
                let revision = known.revision + 1;
                let changes = [("state", state.word().into()), ("revision", int(revision).into())];
                update(&mut write, &known, changes).await?;
                revision
            }
            None => {
                let row = [
                    ("id", id.to_string().into()),
                    ("version", 1i64.into()),
                    ("kind", kind.word().into()),
                    ("state", State::Drafted.word().into()),
                    ("revision", 1i64.into()),
                ];
                write.tx.run(&insert("publications", row)).await?;
                1
            }
        };
        let row = [
            ("publication", id.to_string().into()),
            ("revision", int(revision).into()),
            ("text", text.into()),
            ("written_by", granted.seat().id.as_str().into()),
            ("written_at", granted.at().0.into()),
        ];
        write.tx.run(&insert("publication_texts", row)).await?;
        let detail =
            Detail::new().put("kind", kind).put("revision", revision).put("digest", Digest::of(text.as_bytes()));
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        write.commit().await?;
        Ok(revision)
    }

    /// Lets everybody read the last text of a publication.
    pub async fn publish(&self, permit: Permit, id: PublicationId, public: &Public) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::Publish]).await?;
        granted.names(ObjectKind::Publication, &id)?;
        let known = load(&mut write, id).await?;
        let state = known.state.after(Step::Publish)?;
        let revision = known.revision;
        update(&mut write, &known, [("state", state.word().into()), ("shown", int(revision).into())]).await?;
        let mut text = Query::update();
        text.table("publication_texts")
            .value("published_by", granted.seat().id.as_str())
            .value("published_at", granted.at().0)
            .and_where(Expr::col("publication").eq(id.to_string()))
            .and_where(Expr::col("revision").eq(int(revision)));
        write.tx.run(&text).await?;
        let detail = Detail::new().put("kind", known.kind).put("revision", revision);
        show(write, &granted, public, detail).await
    }

    /// Takes a publication back: that it was there, and why it is no more, stays to be read.
    pub async fn retract(
        &self,
        permit: Permit,
        id: PublicationId,
        words: &str,
        public: &Public,
    ) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::RetractPublication]).await?;
        granted.names(ObjectKind::Publication, &id)?;
        let known = load(&mut write, id).await?;
        let state = known.state.after(Step::Retract)?;
        let changes =
            [("state", state.word().into()), ("retracted_at", granted.at().0.into()), ("retraction", words.into())];
        update(&mut write, &known, changes).await?;
        let detail = Detail::new().put("kind", known.kind).put("said", Digest::of(words.as_bytes()));
        show(write, &granted, public, detail).await
    }

    /// A publication with its texts.
    pub async fn publication(&self, id: PublicationId) -> Result<Option<Publication>, DbError> {
        match self.db.rows(&by_id(id)).await?.into_iter().next() {
            Some(row) => self.with_texts(read(row)?).await.map(Some),
            None => Ok(None),
        }
    }

    /// Every publication with its texts, oldest first.
    pub async fn publications(&self) -> Result<Vec<Publication>, DbError> {
        let mut list = Vec::new();
        for row in self.db.rows(select().order_by("id", Order::Asc)).await? {
            list.push(self.with_texts(read(row)?).await?);
        }
        Ok(list)
    }

    async fn with_texts(&self, mut known: Publication) -> Result<Publication, DbError> {
        let mut query = Query::select();
        query
            .columns(["revision", "text", "written_by", "written_at", "published_by", "published_at"])
            .from("publication_texts")
            .and_where(Expr::col("publication").eq(known.id.to_string()))
            .order_by("revision", Order::Asc);
        known.texts = self.db.rows(&query).await?.into_iter().map(read_text).collect::<Result<_, _>>()?;
        Ok(known)
    }

    /// A file that everybody reads.
    pub async fn public_file(&self, path: &str) -> Result<Option<PublicFile>, DbError> {
        let mut query = files();
        query.and_where(Expr::col("path").eq(path));
        self.db.rows(&query).await?.into_iter().next().map(read_file).transpose()
    }

    /// Every file that everybody reads.
    pub async fn public_files(&self) -> Result<Vec<PublicFile>, DbError> {
        self.db.rows(files().order_by("path", Order::Asc)).await?.into_iter().map(read_file).collect()
    }
}

/// Puts the files in the place of those before, enters the step, and commits.
async fn show(mut write: Write, granted: &Granted, public: &Public, detail: Detail) -> Result<(), WriteError> {
    let named: Vec<PublicationId> = public.seen.keys().copied().collect();
    let mut query = Query::select();
    query.columns(["id", "version"]).from("publications").order_by("id", Order::Asc);
    let mut now = BTreeMap::new();
    for mut row in write.tx.rows(&query).await? {
        let (id, version): (PublicationId, u64) = (row.parsed("id")?, row.count("version")?);
        // The one that takes the step has its next version already.
        let stepped = granted.names(ObjectKind::Publication, &id).is_ok();
        now.insert(id, if stepped { version - 1 } else { version });
    }
    let other = named.iter().chain(now.keys()).find(|id| public.seen.get(id) != now.get(id));
    if let Some(id) = other {
        let of = |map: &BTreeMap<PublicationId, u64>| map.get(id).copied().unwrap_or(0);
        let (permitted, current) = (of(&public.seen), of(&now));
        return Err(StaleObject { kind: "publication", id: id.to_string(), permitted, current }.into());
    }
    write.tx.run(Query::delete().from_table("public_files")).await?;
    let mut whole = Vec::new();
    for PublicFile { path, kind, bytes } in &public.files {
        let row = [("path", path.as_str().into()), ("kind", kind.as_str().into()), ("bytes", bytes.clone().into())];
        write.tx.run(&insert("public_files", row)).await?;
        whole.extend_from_slice(format!("{} {path}\n", Digest::of(bytes)).as_bytes());
    }
    let detail = detail.put("files", public.files.len()).put("public", Digest::of(&whole));
    write.append(granted.entry(EntryKind::Act, detail)).await?;
    Ok(write.commit().await?)
}

async fn update<const N: usize>(
    write: &mut Write,
    known: &Publication,
    changes: [(&'static str, sea_query::Value); N],
) -> Result<(), WriteError> {
    let mut update = Query::update();
    update.table("publications").value("version", int(known.version + 1));
    for (column, value) in changes {
        update.value(column, value);
    }
    update.and_where(Expr::col("id").eq(known.id.to_string()));
    write.tx.run(&update).await?;
    Ok(())
}

async fn load(write: &mut Write, id: PublicationId) -> Result<Publication, WriteError> {
    let row = write.tx.row(&by_id(id)).await?;
    let row = row.ok_or_else(|| WriteError::Missing { kind: "publication", id: id.to_string() })?;
    Ok(read(row)?)
}

fn select() -> SelectStatement {
    let columns = ["id", "version", "kind", "state", "revision", "shown", "retracted_at", "retraction"];
    Query::select().columns(columns).from("publications").to_owned()
}

fn by_id(id: PublicationId) -> SelectStatement {
    select().and_where(Expr::col("id").eq(id.to_string())).to_owned()
}

fn files() -> SelectStatement {
    Query::select().columns(["path", "kind", "bytes"]).from("public_files").to_owned()
}

fn read(mut row: Row) -> Result<Publication, DbError> {
    let retracted = row.opt_moment("retracted_at")?.zip(row.opt_text("retraction")?);
    let shown = row.opt_int("shown")?.map(|shown| u64::try_from(shown).map_err(|_| row.unreadable("shown")));
    Ok(Publication {
        id: row.parsed("id")?,
        version: row.count("version")?,
        kind: row.word("kind", Kind::from_word)?,
        state: row.word("state", State::from_word)?,
        revision: row.count("revision")?,
        shown: shown.transpose()?,
        retracted,
        texts: Vec::new(),
    })
}

fn read_text(mut row: Row) -> Result<Text, DbError> {
    let by = row.opt_parsed("published_by")?;
    let published = by.zip(row.opt_moment("published_at")?);
    Ok(Text {
        revision: row.count("revision")?,
        text: row.text("text")?,
        written_by: row.parsed("written_by")?,
        written_at: row.moment("written_at")?,
        published,
    })
}

fn read_file(mut row: Row) -> Result<PublicFile, DbError> {
    Ok(PublicFile { path: row.text("path")?, kind: row.text("kind")?, bytes: row.bytes("bytes")? })
}
