//! Manifests: the very bytes that were approved, every revision kept.

use std::collections::BTreeMap;

use renkei_core::id::{Digest, RequestId};
use sea_query::{Expr, ExprTrait, Order, Query};

use crate::error::DbError;
use crate::open::Store;

/// One revision of what a request sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// From 1.
    pub revision: u64,
    /// SHA-256 of the bytes.
    pub digest: Digest,
    /// The canonical bytes.
    pub bytes: Vec<u8>,
}

impl Store {
    /// The manifests of a request, oldest first; the last is the one that counts.
    pub async fn manifests(&self, request: RequestId) -> Result<Vec<Manifest>, DbError> {
        let mut query = Query::select();
        query
            .columns(["revision", "digest", "bytes"])
            .from("manifests")
            .and_where(Expr::col("request").eq(request.to_string()))
            .order_by("revision", Order::Asc);
        let rows = self.db.rows(&query).await?;
        let read = rows.into_iter().map(|mut row| {
            Ok(Manifest { revision: row.count("revision")?, digest: row.digest("digest")?, bytes: row.bytes("bytes")? })
        });
        read.collect()
    }

    /// The manifests that count of several requests.
    pub async fn manifests_of(&self, requests: &[(RequestId, u64)]) -> Result<BTreeMap<RequestId, Manifest>, DbError> {
        let wanted: BTreeMap<RequestId, u64> = requests.iter().copied().collect();
        let mut query = Query::select();
        query
            .columns(["request", "revision", "digest", "bytes"])
            .from("manifests")
            .and_where(Expr::col("request").is_in(wanted.keys().map(ToString::to_string)));
        let mut found = BTreeMap::new();
        for mut row in self.db.rows(&query).await? {
            let (id, revision) = (row.parsed("request")?, row.count("revision")?);
            if wanted.get(&id) == Some(&revision) {
                let manifest = Manifest { revision, digest: row.digest("digest")?, bytes: row.bytes("bytes")? };
                found.insert(id, manifest);
            }
        }
        Ok(found)
    }

    /// One revision of a request's manifest.
    pub async fn manifest(&self, request: RequestId, revision: u64) -> Result<Option<Manifest>, DbError> {
        Ok(self.manifests(request).await?.into_iter().find(|manifest| manifest.revision == revision))
    }
}
