//! Public keys in the registry: whose, what for, and until when. Private keys never come here.

use renkei_core::act::Act;
use renkei_core::id::SeatId;
use renkei_core::ledger::{Approval, Detail, EntryKind, KeyName, PublicKey};
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query};

use crate::chain::{Granted, Write};
use crate::db::{Row, Tx, insert};
use crate::error::{ApprovalError, DbError, WriteError};
use crate::open::Store;

/// A public key of the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its name, never used twice.
    pub name: KeyName,
    /// The seat that uses it; `None`: the office itself.
    pub seat: Option<SeatId>,
    /// What it is for.
    pub purpose: KeyPurpose,
    /// The public half.
    pub public: KeyMaterial,
    /// Whether it is in use.
    pub state: KeyState,
    /// When it was made.
    pub made_at: Moment,
    /// When it was rotated out or revoked.
    pub ended_at: Option<Moment>,
}

/// A key about to be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// Its name, never used before.
    pub name: KeyName,
    /// The seat that uses it; `None`: the office itself.
    pub seat: Option<SeatId>,
    /// What it is for.
    pub purpose: KeyPurpose,
    /// The public half.
    pub public: KeyMaterial,
}

/// What a key is for; one key serves one purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyPurpose {
    /// A seat approves with it.
    Approval,
    /// Checkpoints of the ledger are signed with it.
    Ledger,
    /// Bad lines of secret classes are sealed to it.
    Quarantine,
    /// Letters are signed with it, or answers are sealed to it.
    Letters,
}

/// The public half of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyMaterial {
    /// Ed25519, for signatures.
    Ed25519(PublicKey),
    /// An age recipient (`age1…`).
    Age(String),
    /// An ASCII-armored OpenPGP certificate.
    OpenPgp(String),
}

/// Whether a key is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyState {
    /// In use.
    Active,
    /// Another took its place; what it signed before still holds.
    Rotated,
    /// Lost or stolen: nothing it signs from then on holds.
    Revoked,
}

impl KeyPurpose {
    /// Every purpose.
    pub const ALL: [Self; 4] = [Self::Approval, Self::Ledger, Self::Quarantine, Self::Letters];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Approval => "approval",
            Self::Ledger => "ledger",
            Self::Quarantine => "quarantine",
            Self::Letters => "letters",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

impl KeyState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Active, Self::Rotated, Self::Revoked];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Rotated => "rotated",
            Self::Revoked => "revoked",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

impl KeyMaterial {
    /// The stable word of the algorithm.
    pub const fn algorithm(&self) -> &'static str {
        match self {
            Self::Ed25519(_) => "ed25519",
            Self::Age(_) => "age",
            Self::OpenPgp(_) => "openpgp",
        }
    }

    /// The public half as text.
    pub fn text(&self) -> String {
        match self {
            Self::Ed25519(key) => key.to_string(),
            Self::Age(text) | Self::OpenPgp(text) => text.clone(),
        }
    }
}

const COLUMNS: [&str; 8] = ["name", "seat", "purpose", "algorithm", "public", "state", "made_at", "ended_at"];

impl Store {
    /// Enters a new key.
    pub async fn insert_key(&self, permit: Permit, key: &NewKey) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::ManageKey]).await?;
        enter(&mut write, &granted, key).await?;
        Ok(write.commit().await?)
    }

    /// Puts a new key in the place of an old one.
    pub async fn rotate_key(&self, permit: Permit, old: &KeyName, new: &NewKey) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::ManageKey]).await?;
        end(&mut write, &granted, old, KeyState::Rotated).await?;
        enter(&mut write, &granted, new).await?;
        Ok(write.commit().await?)
    }

    /// Ends a key that was lost or stolen.
    pub async fn revoke_key(&self, permit: Permit, name: &KeyName) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::ManageKey]).await?;
        end(&mut write, &granted, name, KeyState::Revoked).await?;
        Ok(write.commit().await?)
    }

    /// Enters that a key was made or destroyed that has no public half: the evaluator's, one an epoch (S4.10).
    pub async fn note_key(&self, permit: Permit, detail: Detail) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::ManageKey]).await?;
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Every key, by name; those that ended too.
    pub async fn keys(&self) -> Result<Vec<Key>, DbError> {
        let mut query = Query::select();
        query.columns(COLUMNS).from("keys").order_by("name", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// Every Ed25519 key: what an export tells.
    pub(crate) async fn signing_keys(&self) -> Result<Vec<PublicKey>, DbError> {
        let keys = self.keys().await?.into_iter().filter_map(|key| match key.public {
            KeyMaterial::Ed25519(key) => Some(key),
            KeyMaterial::Age(_) | KeyMaterial::OpenPgp(_) => None,
        });
        Ok(keys.collect())
    }
}

/// An approval holds if it is for these bytes of this request and signed with an active approval key
/// of the seat that acts (S4.13, G7).
pub async fn check_approval(
    tx: &mut Tx,
    seat: &SeatId,
    subject: &str,
    digest: renkei_core::id::Digest,
    approval: &Approval,
) -> Result<(), WriteError> {
    if approval.subject != subject || approval.digest != digest {
        return Err(ApprovalError::OtherBytes.into());
    }
    let key = by_name(tx, &approval.key).await?.filter(|key| {
        key.state == KeyState::Active && key.purpose == KeyPurpose::Approval && key.seat.as_ref() == Some(seat)
    });
    match key.map(|key| key.public) {
        Some(KeyMaterial::Ed25519(public)) if approval.is_by(&public) => Ok(()),
        Some(KeyMaterial::Ed25519(_)) => Err(ApprovalError::Signature(approval.key.clone()).into()),
        _ => Err(ApprovalError::Key(approval.key.clone()).into()),
    }
}

async fn enter(write: &mut Write, granted: &Granted, key: &NewKey) -> Result<(), WriteError> {
    let NewKey { name, seat, purpose, public } = key;
    if by_name(&mut write.tx, name).await?.is_some() {
        return Err(WriteError::Exists { kind: "key", id: name.to_string() });
    }
    let row = [
        ("name", name.to_string().into()),
        ("seat", seat.as_ref().map(ToString::to_string).into()),
        ("purpose", purpose.word().into()),
        ("algorithm", public.algorithm().into()),
        ("public", public.text().into()),
        ("state", KeyState::Active.word().into()),
        ("made_at", granted.at().0.into()),
    ];
    write.tx.run(&insert("keys", row)).await?;
    let digest = renkei_core::id::Digest::of(public.text().as_bytes());
    let mut detail = Detail::new()
        .put("key", name)
        .put("purpose", purpose.word())
        .put("algorithm", public.algorithm())
        .put("digest", digest)
        .put("state", KeyState::Active.word());
    if let Some(seat) = seat {
        detail = detail.put("seat", seat);
    }
    if let KeyMaterial::Ed25519(public) = public {
        detail = detail.put("public", public);
    }
    write.append(granted.entry(EntryKind::Key, detail)).await?;
    Ok(())
}

async fn end(write: &mut Write, granted: &Granted, name: &KeyName, state: KeyState) -> Result<(), WriteError> {
    let mut update = Query::update();
    update
        .table("keys")
        .value("state", state.word())
        .value("ended_at", granted.at().0)
        .and_where(Expr::col("name").eq(name.as_str()))
        .and_where(Expr::col("state").ne(KeyState::Revoked.word()));
    if write.tx.run(&update).await? == 0 {
        return Err(WriteError::Missing { kind: "key", id: name.to_string() });
    }
    let detail = Detail::new().put("key", name).put("state", state.word());
    write.append(granted.entry(EntryKind::Key, detail)).await?;
    Ok(())
}

async fn by_name(tx: &mut Tx, name: &KeyName) -> Result<Option<Key>, DbError> {
    let mut query = Query::select();
    query.columns(COLUMNS).from("keys").and_where(Expr::col("name").eq(name.as_str()));
    tx.row(&query).await?.map(read).transpose()
}

fn read(mut row: Row) -> Result<Key, DbError> {
    let text = row.text("public")?;
    let public = match row.text("algorithm")?.as_str() {
        "ed25519" => KeyMaterial::Ed25519(text.parse().map_err(|_| row.unreadable("public"))?),
        "age" => KeyMaterial::Age(text),
        "openpgp" => KeyMaterial::OpenPgp(text),
        _ => return Err(row.unreadable("algorithm")),
    };
    Ok(Key {
        name: row.parsed("name")?,
        seat: row.opt_parsed("seat")?,
        purpose: row.word("purpose", KeyPurpose::from_word)?,
        public,
        state: row.word("state", KeyState::from_word)?,
        made_at: row.moment("made_at")?,
        ended_at: row.opt_moment("ended_at")?,
    })
}
