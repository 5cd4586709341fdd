//! Scans: a page that came back on paper names its inquiry by its 2D code, and whether it is still that paper.

use std::path::Path;

use renkei_formats::paper::code::{self, Limits};
use renkei_formats::paper::{Mark, pictures};
use schemars::JsonSchema;
use serde::Serialize;

use super::InquiryError;
use crate::office::Office;
use crate::words::{Show, Words};

/// The largest scan.
const LARGEST: u64 = 256 << 20;

/// A page of a scan, and where it belongs.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct PageFound {
    /// Which page of the scan, from 1.
    pub place: usize,
    /// Its inquiry, where the code was read and the acting seat may know of it.
    pub inquiry: Option<String>,
    /// `inquiry` or `answer`.
    pub side: Option<&'static str>,
    /// Which page of the form.
    pub page: Option<u16>,
    /// Of how many.
    pub pages: Option<u16>,
    /// The document number.
    pub number: Option<String>,
    /// Whether it is the paper of the record.
    pub holds: bool,
    /// What stands against it.
    pub trouble: Option<String>,
}

/// The pages of a scan.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct PagesFound(pub Vec<PageFound>);

impl Office {
    /// Finds the inquiries of scanned pages: a PDF, PNG or JPEG. To a seat that may not know of an inquiry, its page is
    /// one of no inquiry here.
    pub async fn find_pages(&self, scan: &Path) -> Result<PagesFound, InquiryError> {
        let large = std::fs::metadata(scan).map_err(InquiryError::Scan)?.len() > LARGEST;
        if large {
            return Err(InquiryError::Scan(std::io::ErrorKind::FileTooLarge.into()));
        }
        let file = std::fs::read(scan).map_err(InquiryError::Scan)?;
        let pictures = pictures(&file).map_err(|error| InquiryError::Print(error.to_string()))?;
        let mut found = Vec::new();
        for (picture, place) in pictures.into_iter().zip(1..) {
            let read = tokio::task::block_in_place(|| code::read(picture, Limits::SCAN));
            found.push(match read {
                Ok(mark) => self.page_of(place, &mark).await?,
                Err(error) => PageFound { place, trouble: Some(error.to_string()), ..PageFound::default() },
            });
        }
        Ok(PagesFound(found))
    }

    async fn page_of(&self, place: usize, mark: &Mark) -> Result<PageFound, InquiryError> {
        let Mark { side, inquiry, digest: _, page, pages, number } = mark;
        let known = match self.inquiry_for(*inquiry).await {
            Ok((known, _)) => known,
            Err(InquiryError::Unknown(_)) => {
                let trouble = Some("the page is of no inquiry that this seat may know of".to_owned());
                return Ok(PageFound { place, trouble, ..PageFound::default() });
            }
            Err(error) => return Err(error),
        };
        let holds = mark.holds(*inquiry, &known.paper);
        Ok(PageFound {
            place,
            inquiry: Some(inquiry.to_string()),
            side: Some(side.word()),
            page: Some(*page),
            pages: Some(*pages),
            number: Some(number.clone()),
            holds: holds.is_ok(),
            trouble: holds.err().map(|differs| differs.to_string()),
        })
    }
}

impl Show for PagesFound {
    fn show(&self, words: &Words) -> String {
        let line = |found: &PageFound| {
            let place = found.place.to_string();
            match (&found.inquiry, &found.trouble) {
                (Some(inquiry), trouble) => {
                    let page = format!("{}/{}", found.page.unwrap_or_default(), found.pages.unwrap_or_default());
                    let side = found.side.map(|side| words.of(&format!("paper-{side}-title"))).unwrap_or_default();
                    let holds = words.of(if found.holds { "paper-holds" } else { "paper-differs" });
                    let number = found.number.clone().unwrap_or_default();
                    let trouble = trouble.as_ref().map(|trouble| format!(" ({trouble})")).unwrap_or_default();
                    format!("{place}  {inquiry}  {number}  {side} {page}  {holds}{trouble}")
                }
                (None, trouble) => format!("{place}  {}", trouble.clone().unwrap_or_default()),
            }
        };
        self.0.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}
