//! Providers' forms: versions that the provider signs, and the organisations that agreed to them (S4.5, S4.11).

use renkei_core::act::Act;
use renkei_core::id::{Digest, PartyId, SeatId};
use renkei_core::inquiry::form::SignedForm;
use renkei_core::ledger::{Approval, Detail};
use renkei_core::question::ObjectKind;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, OnConflict, Order, Query, SelectStatement};

use super::{Form, FormAgreed};
use crate::chain::Granted;
use crate::db::{Row, Tx, insert, int};
use crate::error::{DbError, WriteError};
use crate::key::check_approval;
use crate::open::Store;

impl Store {
    /// A provider's form: a version, or the newest.
    pub async fn inquiry_form(&self, party: &PartyId, version: Option<u64>) -> Result<Option<Form>, DbError> {
        let mut query = of(party);
        query.order_by("version", Order::Desc).limit(1);
        if let Some(version) = version {
            query.and_where(Expr::col("version").eq(int(version)));
        }
        self.db.rows(&query).await?.into_iter().next().map(form).transpose()
    }

    /// Sets a provider's form; `version` is the next one, and the acting seat signed it. The permit names the party.
    pub async fn set_inquiry_form(
        &self,
        permit: Permit,
        (party, version): (&PartyId, u64),
        text: &str,
        signed: Approval,
    ) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::SetForm]).await?;
        granted.names(ObjectKind::Party, party)?;
        let digest = Digest::of(text.as_bytes());
        let subject = SignedForm::subject(party, version);
        granted.names(ObjectKind::Form, &subject)?;
        check_approval(&mut write.tx, &granted.seat().id, &subject, digest, &signed).await?;
        let new = Form {
            version,
            text: text.to_owned(),
            made_by: granted.seat().id.clone(),
            made_at: granted.at(),
            signed: Some((signed.key.clone(), signed.signature)),
        };
        let is_next = version == last(&mut write.tx, party).await? + 1;
        next(&mut write.tx, party, &new, is_next).await?;
        let detail = Detail::new().put("version", version).put("form", digest);
        write.append(granted.approved(detail, signed)).await?;
        Ok(write.commit().await?)
    }

    /// Keeps a form that its provider signed in another office; whose key it is was checked. The permit names the
    /// organisation that takes it.
    pub async fn take_inquiry_form(&self, permit: Permit, taken: &SignedForm) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::SetForm]).await?;
        let new = Form {
            version: taken.version,
            text: taken.text.clone(),
            made_by: granted.seat().id.clone(),
            made_at: granted.at(),
            signed: Some((taken.key.clone(), taken.signature)),
        };
        let is_later = taken.version > last(&mut write.tx, &taken.party).await?;
        next(&mut write.tx, &taken.party, &new, is_later).await?;
        let detail = Detail::new()
            .put("provider", &taken.party)
            .put("version", taken.version)
            .put("form", Digest::of(taken.text.as_bytes()))
            .put("key", taken.key.as_str());
        write.append(granted.entry(renkei_core::ledger::EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// An organisation agrees to a version of a provider's form; its seat signed the same bytes as the provider's.
    pub async fn agree_to_form(
        &self,
        permit: Permit,
        (party, version): (&PartyId, u64),
        signed: Approval,
    ) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::SetForm]).await?;
        let mut query = of(party);
        query.and_where(Expr::col("version").eq(int(version)));
        let missing = || WriteError::Missing { kind: "form", id: format!("{party} {version}") };
        let known = form(write.tx.row(&query).await?.ok_or_else(missing)?)?;
        let digest = Digest::of(known.text.as_bytes());
        let subject = SignedForm::subject(party, version);
        granted.names(ObjectKind::Form, &subject)?;
        check_approval(&mut write.tx, &granted.seat().id, &subject, digest, &signed).await?;
        let row = [
            ("party", party.as_str().into()),
            ("version", int(version).into()),
            ("asker", granted.seat().party.as_str().into()),
            ("agreed_by", granted.seat().id.as_str().into()),
            ("agreed_at", granted.at().0.into()),
        ];
        let mut row = insert("form_agreements", row);
        let key = ["party", "version", "asker"];
        row.on_conflict(OnConflict::columns(key).update_columns(["agreed_by", "agreed_at"]).to_owned());
        write.tx.run(&row).await?;
        let detail = agreed_detail(&granted, party, version, digest);
        write.append(granted.approved(detail, signed)).await?;
        Ok(write.commit().await?)
    }

    /// The providers that set a form, with the newest version of each.
    pub async fn newest_forms(&self) -> Result<Vec<(PartyId, u64)>, DbError> {
        let mut query = Query::select();
        query
            .columns(["party"])
            .expr_as(Expr::col("version").max(), "version")
            .from("inquiry_forms")
            .group_by_columns(["party"])
            .order_by("party", Order::Asc);
        let read = |mut row: Row| Ok((row.parsed("party")?, row.count("version")?));
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// Who agreed to which version of a provider's form, newest version first.
    pub async fn form_agreements(&self, party: &PartyId) -> Result<Vec<FormAgreed>, DbError> {
        let mut query = Query::select();
        query
            .columns(["version", "asker", "agreed_by", "agreed_at"])
            .from("form_agreements")
            .and_where(Expr::col("party").eq(party.as_str()))
            .order_by("version", Order::Desc)
            .order_by("asker", Order::Asc);
        let read = |mut row: Row| {
            Ok(FormAgreed {
                version: row.count("version")?,
                asker: row.parsed("asker")?,
                agreed_by: row.parsed::<SeatId>("agreed_by")?,
                agreed_at: row.moment("agreed_at")?,
            })
        };
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }
}

fn agreed_detail(granted: &Granted, party: &PartyId, version: u64, digest: Digest) -> Detail {
    let asker = &granted.seat().party;
    Detail::new().put("agrees", asker).put("provider", party).put("version", version).put("form", digest)
}

/// Enters a version, if it may be the next one.
async fn next(tx: &mut Tx, party: &PartyId, new: &Form, is_next: bool) -> Result<(), WriteError> {
    let Form { version, text, made_by, made_at: Moment(made_at), signed } = new;
    if !is_next {
        return Err(WriteError::Exists { kind: "form", id: format!("{party} {version}") });
    }
    let row = [
        ("party", party.as_str().into()),
        ("version", int(*version).into()),
        ("text", text.as_str().into()),
        ("made_by", made_by.as_str().into()),
        ("made_at", (*made_at).into()),
        ("key_name", signed.as_ref().map(|(key, _)| key.to_string()).into()),
        ("signature", signed.as_ref().map(|(_, signature)| signature.to_vec()).into()),
    ];
    tx.run(&insert("inquiry_forms", row)).await?;
    Ok(())
}

async fn last(tx: &mut Tx, party: &PartyId) -> Result<u64, DbError> {
    let mut query = Query::select();
    query
        .expr_as(Expr::col("version").max(), "version")
        .from("inquiry_forms")
        .and_where(Expr::col("party").eq(party.as_str()));
    let last = tx.row(&query).await?.map(|mut row| row.opt_int("version")).transpose()?.flatten();
    Ok(last.and_then(|last| u64::try_from(last).ok()).unwrap_or(0))
}

fn of(party: &PartyId) -> SelectStatement {
    let mut query = Query::select();
    query
        .columns(["version", "text", "made_by", "made_at", "key_name", "signature"])
        .from("inquiry_forms")
        .and_where(Expr::col("party").eq(party.as_str()));
    query
}

fn form(mut row: Row) -> Result<Form, DbError> {
    let signature = match row.opt_bytes("signature")? {
        Some(bytes) => Some(bytes.try_into().map_err(|_| row.unreadable("signature"))?),
        None => None,
    };
    Ok(Form {
        version: row.count("version")?,
        text: row.text("text")?,
        made_by: row.parsed("made_by")?,
        made_at: row.moment("made_at")?,
        signed: row.opt_parsed("key_name")?.zip(signature),
    })
}
