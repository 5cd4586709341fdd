//! Sealed files of answers: kept until the inquiry is closed or their day comes, never readable here.

use renkei_core::act::Act;
use renkei_core::id::{Digest, InquiryId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::question::ObjectKind;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query};

use super::{AnswerFile, NewFile};
use crate::chain::Write;
use crate::db::{Row, Tx, insert, int};
use crate::error::{DbError, WriteError};
use crate::open::{Store, program};

impl Store {
    /// The files of an answer.
    pub async fn answer_files(&self, id: InquiryId) -> Result<Vec<AnswerFile>, DbError> {
        let mut query = Query::select();
        query
            .columns(["number", "name", "size", "digest", "made_at", "delete_at", "taken_at"])
            // A number on both engines: one has no truth values, the other does not read them as numbers.
            .expr_as(Expr::case(Expr::col("bytes").is_null(), 0i64).finally(1i64), "is_there")
            .from("inquiry_files")
            .and_where(Expr::col("inquiry").eq(id.to_string()))
            .order_by("number", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// Name and sealed bytes of every file of an answer that is still there, for the line that carries it.
    pub async fn sealed_files(&self, id: InquiryId) -> Result<Vec<(String, Vec<u8>)>, DbError> {
        let mut query = Query::select();
        query
            .columns(["name", "bytes"])
            .from("inquiry_files")
            .and_where(Expr::col("inquiry").eq(id.to_string()))
            .order_by("number", Order::Asc);
        let mut files = Vec::new();
        for mut row in self.db.rows(&query).await? {
            if let Some(bytes) = row.opt_bytes("bytes")? {
                files.push((row.text("name")?, bytes));
            }
        }
        Ok(files)
    }

    /// The sealed bytes of a file, for who asked; the view is entered before they are given.
    pub async fn take_answer_file(&self, permit: Permit, id: InquiryId, number: u64) -> Result<Vec<u8>, WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::ReadInquiry]).await?;
        granted.names(ObjectKind::Inquiry, &id)?;
        let mut query = Query::select();
        query
            .columns(["bytes", "digest"])
            .from("inquiry_files")
            .and_where(Expr::col("inquiry").eq(id.to_string()))
            .and_where(Expr::col("number").eq(int(number)));
        let missing = || WriteError::Missing { kind: "file", id: number.to_string() };
        let mut row = write.tx.row(&query).await?.ok_or_else(missing)?;
        let bytes = row.opt_bytes("bytes")?.ok_or_else(missing)?;
        let mut update = Query::update();
        update
            .table("inquiry_files")
            .value("taken_at", granted.at().0)
            .and_where(Expr::col("inquiry").eq(id.to_string()))
            .and_where(Expr::col("number").eq(int(number)))
            .and_where(Expr::col("taken_at").is_null());
        write.tx.run(&update).await?;
        let detail = Detail::new().put("file", number).put("digest", Digest::of(&bytes));
        write.append(granted.entry(EntryKind::View, detail)).await?;
        write.commit().await?;
        Ok(bytes)
    }

    /// Notes that the dossier was taken, before it is given.
    pub async fn note_dossier(&self, permit: Permit, id: InquiryId, digest: Digest) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::ReadInquiry]).await?;
        granted.names(ObjectKind::Inquiry, &id)?;
        let mut update = Query::update();
        update.table("inquiries").value("filed_at", granted.at().0).and_where(Expr::col("id").eq(id.to_string()));
        write.tx.run(&update).await?;
        write.append(granted.entry(EntryKind::View, Detail::new().put("dossier", digest))).await?;
        Ok(write.commit().await?)
    }

    /// Removes the bytes of files whose day has come; says how many.
    pub async fn remove_answers(&self, at: Moment) -> Result<u64, DbError> {
        let due = |query: &mut sea_query::UpdateStatement| {
            query.and_where(Expr::col("delete_at").lte(at.0)).and_where(Expr::col("bytes").is_not_null());
        };
        let mut update = Query::update();
        update.table("inquiry_files").value("bytes", None::<Vec<u8>>);
        due(&mut update);
        let mut write = Write::begin(&self.db).await?;
        let removed = write.tx.run(&update).await?;
        if removed == 0 {
            return Ok(0);
        }
        write.append(program(at, EntryKind::Note, "answers-removed", Detail::new().put("files", removed))).await?;
        write.commit().await?;
        Ok(removed)
    }
}

/// Keeps the files of an answer.
pub(crate) async fn insert_files(tx: &mut Tx, id: InquiryId, files: &[NewFile], at: Moment) -> Result<(), WriteError> {
    for (number, NewFile { name, sealed, delete_at }) in (1u64..).zip(files) {
        let row = [
            ("inquiry", id.to_string().into()),
            ("number", int(number).into()),
            ("name", name.as_str().into()),
            ("size", int(sealed.len() as u64).into()),
            ("digest", Digest::of(sealed).0.to_vec().into()),
            ("bytes", sealed.clone().into()),
            ("made_at", at.0.into()),
            ("delete_at", delete_at.map(|at| at.0).into()),
        ];
        tx.run(&insert("inquiry_files", row)).await?;
    }
    Ok(())
}

/// Removes the bytes of all files of an inquiry.
pub(super) async fn remove_bytes(tx: &mut Tx, id: InquiryId) -> Result<(), WriteError> {
    let mut update = Query::update();
    update.table("inquiry_files").value("bytes", None::<Vec<u8>>).and_where(Expr::col("inquiry").eq(id.to_string()));
    tx.run(&update).await?;
    Ok(())
}

fn read(mut row: Row) -> Result<AnswerFile, DbError> {
    Ok(AnswerFile {
        number: row.count("number")?,
        name: row.text("name")?,
        size: row.count("size")?,
        digest: row.digest("digest")?,
        is_there: row.opt_int("is_there")?.unwrap_or(0) != 0,
        made_at: row.moment("made_at")?,
        delete_at: row.opt_moment("delete_at")?,
        taken_at: row.opt_moment("taken_at")?,
    })
}
