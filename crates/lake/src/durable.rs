//! A local object store whose small writes are on disk before they have a name.
//!
//! `object_store`'s own local store never calls fsync: after a power cut a commit could have its
//! name but not its bytes, and the whole table would be unreadable. Delta's log entries and
//! `_last_checkpoint` go through `put_opts`, so that one door is replaced here; everything else is
//! handed on.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use futures::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMode,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

/// A local file system whose `put` survives a power cut.
#[derive(Debug, Clone)]
pub(crate) struct Durable {
    inner: Arc<LocalFileSystem>,
}

impl Durable {
    /// Rooted at `/`, as Delta's log store wants it.
    pub(crate) fn new() -> Self {
        Self { inner: Arc::new(LocalFileSystem::new()) }
    }
}

impl fmt::Display for Durable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "durable {}", self.inner)
    }
}

#[async_trait::async_trait]
impl ObjectStore for Durable {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let overwrite = match options.mode {
            PutMode::Overwrite => true,
            PutMode::Create => false,
            PutMode::Update(_) => return self.inner.put_opts(location, payload, options).await,
        };
        let target = self.inner.path_to_filesystem(location)?;
        tokio::task::spawn_blocking(move || put(&target, &payload, overwrite))
            .await
            .map_err(|source| Error::JoinError { source })?
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(location, options).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}

/// Stages the bytes beside the target, syncs them, names them, syncs the folder.
fn put(target: &FilePath, payload: &PutPayload, overwrite: bool) -> Result<PutResult> {
    let staging = staging_of(target);
    let done = stage(&staging, payload)
        .and_then(|()| if overwrite { fs::rename(&staging, target) } else { fs::hard_link(&staging, target) });
    if !overwrite || done.is_err() {
        let _ = fs::remove_file(&staging);
    }
    match done.and_then(|()| target.parent().map_or(Ok(()), sync_folder)) {
        Ok(()) => Ok(PutResult { e_tag: None, version: None }),
        Err(source) if source.kind() == ErrorKind::AlreadyExists => {
            Err(Error::AlreadyExists { path: target.display().to_string(), source: source.into() })
        }
        Err(source) => Err(Error::Generic { store: "durable", source: source.into() }),
    }
}

/// A name no reader of Delta takes for a commit, and that `lake care` removes if it stays behind.
fn staging_of(target: &FilePath) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(format!("#{}", uuid::Uuid::new_v4().simple()));
    PathBuf::from(name)
}

fn stage(staging: &FilePath, payload: &PutPayload) -> io::Result<()> {
    let open = || OpenOptions::new().write(true).create_new(true).open(staging);
    let mut file = match open() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            staging.parent().map_or(Ok(()), fs::create_dir_all)?;
            open()?
        }
        other => other?,
    };
    payload.iter().try_for_each(|bytes| file.write_all(bytes))?;
    file.sync_all()
}

/// Makes the names inside a folder durable.
pub(crate) fn sync_folder(folder: &FilePath) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
