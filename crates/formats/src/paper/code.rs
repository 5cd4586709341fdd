//! The 2D code on a scanned page: which inquiry a form that came back by post belongs to.
//!
//! A page is looked at as it was scanned, then at half and a third of its size, where dust and the
//! noise of a scanner even out; a small one also without its specks, and at twice its size, where the
//! parts of a code are more than two pixels. It may stand on any side. What it says beside the code is not read.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::imageops::{FilterType, resize};
use image::{GrayImage, ImageError, ImageFormat, ImageReader, Limits as Memory};
use rqrr::PreparedImage;

use super::mark::{Mark, MarkError};

/// How large a picture may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most pixels.
    pub pixels: u64,
    /// The most bytes that reading it may take.
    pub memory: u64,
}

impl Limits {
    /// A4 at 600 dpi in colour, with some room.
    pub const SCAN: Self = Self { pixels: 40_000_000, memory: 256 << 20 };
}

/// What stands against reading a page. Codes are never given a second meaning.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// The bytes are no PNG, no JPEG and no PDF.
    #[error("the file is no PNG, no JPEG and no PDF")]
    Format,
    /// No page of the PDF is kept as a JPEG.
    #[error("the PDF has no page that can be read: scan it in grey, or as PNG or JPEG")]
    Pdf,
    /// There are more pictures in the PDF than a form has pages.
    #[error("there are more than {0} pictures in the PDF")]
    Pages(u16),
    /// The picture is larger than allowed.
    #[error("the picture is larger than {0} pixels, or takes too much memory")]
    Large(u64),
    /// The file is damaged.
    #[error("the picture cannot be read")]
    Picture,
    /// There is no code on it.
    #[error("there is no 2D code on the page")]
    Absent,
    /// There are codes of several pages on it.
    #[error("there are the codes of {0} pages on one picture")]
    Several(usize),
    /// There is a code, and it cannot be read.
    #[error("the 2D code is damaged")]
    Damaged,
    /// There are codes, and none is of renkei's forms.
    #[error("the 2D code is none of renkei's forms")]
    Foreign,
    /// The code is of another version of the forms.
    #[error("the 2D code is of another version of the forms")]
    Version,
}

impl Finding {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Format => "scan-format",
            Self::Pdf => "scan-pdf",
            Self::Pages(_) => "scan-pages",
            Self::Large(_) => "scan-large",
            Self::Picture => "scan-picture",
            Self::Absent => "scan-no-code",
            Self::Several(_) => "scan-several",
            Self::Damaged => "scan-damaged",
            Self::Foreign => "scan-foreign",
            Self::Version => "scan-version",
        }
    }
}

/// The most pixels of a small picture: A4 at 200 dpi.
const SMALL: u64 = 4_000_000;

/// Finds the mark of a scanned page in a picture (PNG or JPEG), one of [`pictures`](super::pictures).
pub fn read(picture: &[u8], limits: Limits) -> Result<Mark, Finding> {
    let page = decode(picture, limits)?;
    let mut seen = Seen::default();
    for scale in [1, 2, 3] {
        seen.look(&shrunk(&page, scale));
        if !seen.marks.is_empty() {
            return seen.told();
        }
    }
    if u64::from(page.width()) * u64::from(page.height()) <= SMALL {
        seen.look(&calm(&page));
        if seen.marks.is_empty() {
            seen.look(&resize(&page, 2 * page.width(), 2 * page.height(), FilterType::Triangle));
        }
    }
    seen.told()
}

fn decode(picture: &[u8], limits: Limits) -> Result<GrayImage, Finding> {
    let format = image::guess_format(picture).map_err(|_| Finding::Format)?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg) {
        return Err(Finding::Format);
    }
    let reader = || ImageReader::with_format(Cursor::new(picture), format);
    let (width, height) = reader().into_dimensions().map_err(|_| Finding::Picture)?;
    if u64::from(width) * u64::from(height) > limits.pixels {
        return Err(Finding::Large(limits.pixels));
    }
    let mut memory = Memory::default();
    memory.max_alloc = Some(limits.memory);
    let mut reader = reader();
    reader.limits(memory);
    let decoded = reader.decode().map_err(|error| match error {
        ImageError::Limits(_) => Finding::Large(limits.pixels),
        _ => Finding::Picture,
    })?;
    Ok(decoded.into_luma8())
}

/// The picture at a part of its size, each pixel the mean of those it stands for.
fn shrunk(page: &GrayImage, scale: u32) -> GrayImage {
    let (width, height) = (page.width() / scale, page.height() / scale);
    if scale == 1 || width == 0 || height == 0 {
        return page.clone();
    }
    let (wide, row) = (page.width() as usize, page.as_raw());
    GrayImage::from_fn(width, height, |x, y| {
        let mut sum = 0u32;
        for down in 0..scale {
            let begin = (y * scale + down) as usize * wide + (x * scale) as usize;
            let part = row.get(begin..begin + scale as usize).unwrap_or_default();
            sum += part.iter().map(|value| u32::from(*value)).sum::<u32>();
        }
        image::Luma([u8::try_from(sum / (scale * scale)).unwrap_or(u8::MAX)])
    })
}

/// The picture without specks: each pixel the median of the nine around it.
fn calm(page: &GrayImage) -> GrayImage {
    let (width, height) = page.dimensions();
    GrayImage::from_fn(width, height, |x, y| {
        let mut around = [u8::MAX; 9];
        let beside = (0..9u32).map(|at| (x + at % 3, y + at / 3));
        for (slot, (across, down)) in around.iter_mut().zip(beside) {
            let (across, down) = (across.clamp(1, width) - 1, down.clamp(1, height) - 1);
            *slot = page.get_pixel_checked(across, down).map_or(u8::MAX, |pixel| {
                let [grey] = pixel.0;
                grey
            });
        }
        around.sort_unstable();
        let [_, _, _, _, median, ..] = around;
        image::Luma([median])
    })
}

/// What was seen on a page.
#[derive(Default)]
struct Seen {
    marks: BTreeSet<String>,
    foreign: bool,
    version: bool,
    damaged: bool,
}

impl Seen {
    fn look(&mut self, page: &GrayImage) {
        let (wide, row) = (page.width() as usize, page.as_raw());
        let mut prepared = PreparedImage::prepare_from_greyscale(wide, page.height() as usize, |x, y| {
            row.get(y * wide + x).copied().unwrap_or(u8::MAX)
        });
        // `rqrr` has places where it gives up with a panic (distances that are no number, corners in one
        // line). A page comes from outside, so that is a page that cannot be read, and no more.
        let found = catch_unwind(AssertUnwindSafe(|| {
            prepared.detect_grids().iter().map(|grid| grid.decode().map(|(_, text)| text)).collect::<Vec<_>>()
        }));
        let Ok(found) = found else {
            self.damaged = true;
            return;
        };
        for decoded in found {
            match decoded {
                Ok(text) => match Mark::parse(&text) {
                    Ok(_) => {
                        self.marks.insert(text);
                    }
                    Err(MarkError::Foreign) => self.foreign = true,
                    Err(MarkError::Version) => self.version = true,
                    Err(MarkError::Parts) => self.damaged = true,
                },
                Err(_) => self.damaged = true,
            }
        }
    }

    fn told(&self) -> Result<Mark, Finding> {
        let mut marks = self.marks.iter().filter_map(|text| Mark::parse(text).ok());
        match (marks.next(), self.marks.len()) {
            (Some(mark), 1) => Ok(mark),
            (Some(_), several) => Err(Finding::Several(several)),
            (None, _) if self.version => Err(Finding::Version),
            (None, _) if self.damaged => Err(Finding::Damaged),
            (None, _) if self.foreign => Err(Finding::Foreign),
            (None, _) => Err(Finding::Absent),
        }
    }
}
