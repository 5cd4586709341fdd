//! Warrants (令状) as they were recorded and checked, and the courts whose keys they are checked against (S4.16).
//!
//! The ledger has every check with its outcome, the digest of what the court signed and of the document that was looked
//! at; the number of the warrant is the organisation's own. The document itself is kept nowhere.

mod court;

use renkei_core::act::Act;
use renkei_core::id::{PartyId, SeatId, WarrantId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::question::ObjectKind;
use renkei_core::time::Moment;
use renkei_core::warrant::{Checked, Finding, Outcome, Seen, SignedStatement};
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, LikeExpr, Order, Query, SelectStatement};

use crate::chain::Write;
use crate::db::{Row, insert, int};
use crate::error::{DbError, WriteError};
use crate::open::Store;

pub use court::Registered;

/// A warrant about to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWarrant {
    /// Its identifier, made by the caller.
    pub id: WarrantId,
    /// Whose record it is.
    pub party: PartyId,
    /// What its court signed.
    pub signed: SignedStatement,
    /// What was seen of its document.
    pub seen: Seen,
}

/// A warrant as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warrant {
    /// What was recorded.
    pub new: NewWarrant,
    /// How often it was checked; a permit names it.
    pub version: u64,
    /// How the last check came out.
    pub checked: Checked,
    /// Who recorded it.
    pub made_by: SeatId,
    /// When.
    pub made_at: Moment,
    /// When it was last checked.
    pub checked_at: Moment,
}

/// How a check came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Everything that stood against it.
    pub checked: Checked,
    /// The version of the court that it was checked against; 0: the register had none.
    pub court_version: u64,
}

/// A check that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// From 1.
    pub number: u64,
    /// When.
    pub at: Moment,
    /// By which seat.
    pub seat: SeatId,
    /// How it came out.
    pub check: Check,
}

/// Which warrants are wanted.
#[derive(Debug, Clone, Copy)]
pub struct WarrantFilter<'f> {
    /// Whose.
    pub party: &'f PartyId,
    /// How the last check came out; `None`: however.
    pub outcome: Option<Outcome>,
    /// What stands in the number or in the court's identifier; empty: whatever.
    pub sought: &'f str,
    /// Behind which; `None`: from the newest.
    pub after: Option<WarrantId>,
    /// At most so many.
    pub most: u64,
}

const COLUMNS: [&str; 10] =
    ["id", "version", "party", "statement", "seen_size", "seen_digest", "findings", "made_by", "made_at", "checked_at"];

impl Store {
    /// Records a warrant with its first check. The permit names it in version 0. One organisation records what a court
    /// signed about a document once.
    pub async fn record_warrant(&self, permit: Permit, new: &NewWarrant, check: &Check) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::RecordWarrant]).await?;
        let NewWarrant { id, party, signed, seen } = new;
        granted.names(ObjectKind::Warrant, id)?;
        if let Some(mut row) = write.tx.row(&same(party, signed, *seen)).await? {
            return Err(WriteError::Exists { kind: "warrant", id: row.text("id")? });
        }
        let (seat, at) = (granted.seat().id.clone(), granted.at());
        let row = [
            ("id", id.to_string().into()),
            ("version", 1i64.into()),
            ("party", party.as_str().into()),
            ("statement", signed.to_string().into()),
            ("digest", signed.digest().0.to_vec().into()),
            ("sought", sought(signed).into()),
            ("seen_size", int(seen.size).into()),
            ("seen_digest", seen.digest.0.to_vec().into()),
            ("outcome", check.checked.outcome().word().into()),
            ("findings", written(&check.checked).into()),
            ("made_by", seat.as_str().into()),
            ("made_at", at.0.into()),
            ("checked_at", at.0.into()),
        ];
        write.tx.run(&insert("warrants", row)).await?;
        enter(&mut write, *id, &Made { number: 1, at, seat, check: check.clone() }).await?;
        let detail = Detail::new().put("step", "record").put("party", party);
        write.append(granted.entry(EntryKind::Act, told(detail, signed, *seen, &check.checked))).await?;
        Ok(write.commit().await?)
    }

    /// Checks a warrant once more, as it was recorded. The permit names it in the version that was looked at.
    pub async fn check_warrant(&self, permit: Permit, warrant: &Warrant, check: &Check) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::RecordWarrant]).await?;
        let NewWarrant { id, party: _, signed, seen } = &warrant.new;
        granted.names(ObjectKind::Warrant, id)?;
        let (seat, at, number) = (granted.seat().id.clone(), granted.at(), warrant.version + 1);
        let mut update = Query::update();
        update
            .table("warrants")
            .value("version", int(number))
            .value("outcome", check.checked.outcome().word())
            .value("findings", written(&check.checked))
            .value("checked_at", at.0)
            .and_where(Expr::col("id").eq(id.to_string()))
            .and_where(Expr::col("version").eq(int(warrant.version)));
        if write.tx.run(&update).await? == 0 {
            return Err(WriteError::Missing { kind: "warrant", id: id.to_string() });
        }
        enter(&mut write, *id, &Made { number, at, seat, check: check.clone() }).await?;
        let detail = Detail::new().put("step", "check");
        write.append(granted.entry(EntryKind::Act, told(detail, signed, *seen, &check.checked))).await?;
        Ok(write.commit().await?)
    }

    /// A warrant.
    pub async fn warrant(&self, id: WarrantId) -> Result<Option<Warrant>, DbError> {
        let mut query = select();
        query.and_where(Expr::col("id").eq(id.to_string()));
        self.db.rows(&query).await?.into_iter().next().map(read).transpose()
    }

    /// The warrant that an organisation recorded of the same statement and the same document.
    pub async fn same_warrant(
        &self,
        party: &PartyId,
        signed: &SignedStatement,
        seen: Seen,
    ) -> Result<Option<Warrant>, DbError> {
        self.db.rows(&same(party, signed, seen)).await?.into_iter().next().map(read).transpose()
    }

    /// Warrants of an organisation, newest first.
    pub async fn warrants(&self, filter: &WarrantFilter<'_>) -> Result<Vec<Warrant>, DbError> {
        let WarrantFilter { party, outcome, sought, after, most } = filter;
        let mut query = select();
        query.and_where(Expr::col("party").eq(party.as_str()));
        if let Some(outcome) = outcome {
            query.and_where(Expr::col("outcome").eq(outcome.word()));
        }
        if !sought.is_empty() {
            query.and_where(Expr::col("sought").like(within(sought)));
        }
        if let Some(after) = after {
            query.and_where(Expr::col("id").lt(after.to_string()));
        }
        query.order_by("id", Order::Desc).limit(*most);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// Every check of a warrant, oldest first.
    pub async fn warrant_checks(&self, id: WarrantId) -> Result<Vec<Made>, DbError> {
        let mut query = Query::select();
        query
            .columns(["number", "at", "seat", "court_version", "findings"])
            .from("warrant_checks")
            .and_where(Expr::col("warrant").eq(id.to_string()))
            .order_by("number", Order::Asc);
        let read = |mut row: Row| {
            Ok(Made {
                number: row.count("number")?,
                at: row.moment("at")?,
                seat: row.parsed("seat")?,
                check: Check { court_version: row.count("court_version")?, checked: findings(&mut row)? },
            })
        };
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }
}

/// Enters a check beside those before it.
async fn enter(write: &mut Write, id: WarrantId, made: &Made) -> Result<(), WriteError> {
    let Made { number, at, seat, check: Check { checked, court_version } } = made;
    let row = [
        ("warrant", id.to_string().into()),
        ("number", int(*number).into()),
        ("at", at.0.into()),
        ("seat", seat.as_str().into()),
        ("court_version", int(*court_version).into()),
        ("outcome", checked.outcome().word().into()),
        ("findings", written(checked).into()),
    ];
    write.tx.run(&insert("warrant_checks", row)).await?;
    Ok(())
}

/// What the ledger is told of a check: outcome and digests, not the number.
fn told(detail: Detail, signed: &SignedStatement, seen: Seen, checked: &Checked) -> Detail {
    detail
        .put("outcome", checked.outcome())
        .put("findings", written(checked))
        .put("statement", signed.digest())
        .put("document", seen.digest)
}

/// What stood against it, as words with spaces between.
fn written(checked: &Checked) -> String {
    checked.findings().iter().map(|finding| finding.word()).collect::<Vec<_>>().join(" ")
}

fn findings(row: &mut Row) -> Result<Checked, DbError> {
    let text = row.text("findings")?;
    let words = text.split(' ').filter(|word| !word.is_empty());
    let findings: Option<Vec<_>> = words.map(Finding::from_word).collect();
    findings.map(Checked::of).ok_or_else(|| row.unreadable("findings"))
}

/// What a warrant is found by.
fn sought(signed: &SignedStatement) -> String {
    let statement = &signed.statement;
    format!("{} {}", statement.reference.as_str(), statement.court).to_lowercase()
}

/// A condition on texts in which others stand, whatever characters they have.
fn within(sought: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for c in sought.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('\\')
}

fn same(party: &PartyId, signed: &SignedStatement, seen: Seen) -> SelectStatement {
    let mut query = select();
    query
        .and_where(Expr::col("party").eq(party.as_str()))
        .and_where(Expr::col("digest").eq(signed.digest().0.to_vec()))
        .and_where(Expr::col("seen_digest").eq(seen.digest.0.to_vec()));
    query
}

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS).from("warrants").to_owned()
}

fn read(mut row: Row) -> Result<Warrant, DbError> {
    Ok(Warrant {
        new: NewWarrant {
            id: row.parsed("id")?,
            party: row.parsed("party")?,
            signed: row.parsed("statement")?,
            seen: Seen { size: row.count("seen_size")?, digest: row.digest("seen_digest")? },
        },
        version: row.count("version")?,
        checked: findings(&mut row)?,
        made_by: row.parsed("made_by")?,
        made_at: row.moment("made_at")?,
        checked_at: row.moment("checked_at")?,
    })
}
