//! Pages that come back by post: scanned crooked, small, dirty, or not renkei's at all.

use std::fs;
use std::io::Cursor;
use std::process::Command;
use std::sync::LazyLock;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, GrayImage, ImageFormat, Luma, imageops};
use qrcode::bits::Bits;
use qrcode::{EcLevel, QrCode, Version};
use renkei_core::id::InquiryId;
use renkei_formats::paper::code::{Finding, Limits, read};
use renkei_formats::paper::{Differs, Mark, Side, answer, pictures as pages_of};

use crate::form::{FACES, answer_words, paper, pictures, printed, record};

/// The first page of a form as a scanner at 200 dpi would give it.
static PAGE: LazyLock<GrayImage> = LazyLock::new(|| open(&pictures(&printed(3).pdf, 200)[0]));

fn open(picture: &[u8]) -> GrayImage {
    image::load_from_memory(picture).unwrap().into_luma8()
}

fn png(page: GrayImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(page).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn mark(page: u16, pages: u16) -> Mark {
    Mark::of(Side::Inquiry, InquiryId::from_bits(0x0190_0000_0000_7000_8000_0000_0000_002a), &paper(3), page, pages)
}

#[track_caller]
fn finds(page: GrayImage, what: &str) {
    assert_eq!(read(&png(page), Limits::SCAN).as_ref(), Ok(&mark(1, 2)), "{what}");
}

/// Chance that is the same in every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// Turned by some degrees about its middle, on a grey table.
fn turned(page: &GrayImage, degrees: f32) -> GrayImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (wide, high) = (page.width() as f32, page.height() as f32);
    let side = wide.hypot(high) as u32;
    GrayImage::from_fn(side, side, |x, y| {
        let (x, y) = (x as f32 - side as f32 / 2.0, y as f32 - side as f32 / 2.0);
        let (from_x, from_y) = (x * cos + y * sin + wide / 2.0, y * cos - x * sin + high / 2.0);
        match from_x >= 0.0 && from_y >= 0.0 && from_x < wide && from_y < high {
            true => *page.get_pixel(from_x as u32, from_y as u32),
            false => Luma([190]),
        }
    })
}

#[test]
fn a_page_is_found_on_any_side_and_at_any_angle() {
    finds(PAGE.clone(), "as printed");
    finds(imageops::rotate90(&*PAGE), "on its side");
    finds(imageops::rotate180(&*PAGE), "upside down");
    finds(imageops::rotate270(&*PAGE), "on its other side");
    for degrees in [-33.0, -5.0, 0.7, 12.0] {
        finds(turned(&PAGE, degrees), &format!("turned by {degrees} degrees"));
    }
}

#[test]
fn a_page_is_found_at_the_resolutions_of_scanners() {
    for dpi in [150, 300, 600] {
        let picture = &pictures(&printed(3).pdf, dpi)[0];
        assert_eq!(read(picture, Limits::SCAN), Ok(mark(1, 2)), "{dpi} dpi");
    }
    // As a telephone makes it smaller before it sends it.
    let (width, height) = (1240, 1240 * PAGE.height() / PAGE.width());
    finds(imageops::resize(&*PAGE, width, height, imageops::FilterType::Triangle), "1240 pixels wide");
}

#[test]
fn a_page_is_found_through_dirt() {
    let mut chance = Chance(7);
    let noisy = |page: &GrayImage, strength: u64, specks: u64, chance: &mut Chance| {
        let mut page = page.clone();
        for pixel in page.pixels_mut() {
            let noise = chance.next(2 * strength + 1) as i64 - strength as i64;
            pixel.0[0] = (i64::from(pixel.0[0]) * 3 / 4 + 40 + noise).clamp(0, 255) as u8;
            if chance.next(1000) < specks {
                pixel.0[0] = if chance.next(2) == 0 { 0 } else { 255 };
            }
        }
        page
    };
    for (strength, specks) in [(20, 0), (40, 5), (30, 20)] {
        finds(noisy(&PAGE, strength, specks, &mut chance), &format!("noise {strength}, specks {specks}"));
    }
    finds(turned(&noisy(&PAGE, 20, 0, &mut chance), 2.0), "turned, noise 20");
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 35).encode_image(&DynamicImage::from(PAGE.clone())).unwrap();
    assert_eq!(read(&jpeg, Limits::SCAN), Ok(mark(1, 2)));
    // A stamp over a part of the code.
    let mut stamped = PAGE.clone();
    let code = (PAGE.width() * 20 / 210, PAGE.height() * 13 / 297);
    imageops::overlay(
        &mut stamped,
        &GrayImage::from_pixel(40, 40, Luma([0])),
        i64::from(code.0 + 120),
        i64::from(code.1 + 110),
    );
    finds(stamped, "stamped");
}

#[test]
fn every_page_has_its_own_mark() {
    let paper = paper(60);
    let record = record(&paper);
    let form = printed(60);
    let id = record.inquiry;
    let pages = pictures(&form.pdf, 150);
    assert_eq!(pages.len(), usize::from(form.pages));
    for (number, picture) in (1..).zip(&pages) {
        let mark = read(picture, Limits::SCAN).unwrap();
        assert_eq!(mark, Mark::of(Side::Inquiry, id, &paper, number, form.pages));
        assert_eq!(mark.holds(id, &paper), Ok(()));
        assert_eq!(mark.holds(InquiryId::from_bits(1), &paper), Err(Differs::Inquiry));
    }
    let blank = answer(&record, None, &answer_words(), &FACES).unwrap();
    let mark = read(&pictures(&blank.pdf, 150)[0], Limits::SCAN).unwrap();
    assert_eq!((mark.side, mark.holds(id, &paper)), (Side::Answer, Ok(())));
}

/// A page as a scanner keeps it.
fn jpeg(picture: &[u8]) -> Vec<u8> {
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 60).encode_image(&DynamicImage::from(open(picture))).unwrap();
    jpeg
}

/// Pictures as one PDF, by a program of others.
fn bound(pictures: &[Vec<u8>], flags: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let names = (0..).zip(pictures).map(|(at, picture)| {
        let path = folder.path().join(format!("page-{at}"));
        fs::write(&path, picture).unwrap();
        path
    });
    let output = Command::new("img2pdf").args(flags).args(names).output();
    let output = output.unwrap_or_else(|_| panic!("img2pdf is missing: apt-get install img2pdf"));
    assert!(output.status.success(), "img2pdf: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn the_pages_of_a_scanned_pdf_are_found() {
    let form = printed(30);
    let drawn = pictures(&form.pdf, 200);
    let mut scans: Vec<_> = drawn.iter().map(|picture| jpeg(picture)).collect();
    // A sheet of somebody else's among them.
    scans.insert(1, jpeg(&png(GrayImage::from_pixel(600, 800, Luma([240])))));
    let pdf = bound(&scans, &[]);
    let found: Vec<_> = pages_of(&pdf).unwrap().into_iter().map(|page| read(page, Limits::SCAN)).collect();
    let of = |page| Ok(Mark::of(Side::Inquiry, mark(1, 1).inquiry, &paper(30), page, form.pages));
    let mut expected: Vec<_> = (1..=form.pages).map(of).collect();
    expected.insert(1, Err(Finding::Absent));
    assert_eq!(found, expected);
    // A picture is its own page.
    assert_eq!(pages_of(&drawn[0]), Ok(vec![drawn[0].as_slice()]));
    // What no scanner made, pages that are packed otherwise, and what was cut off before its first page.
    assert_eq!(pages_of(&form.pdf), Err(Finding::Pdf));
    assert_eq!(pages_of(&bound(&drawn, &[])), Err(Finding::Pdf));
    assert_eq!(pages_of(&pdf[..64]), Err(Finding::Pdf));
    let many = [b"%PDF-1.7\n".to_vec(), b"stream\n\xff\xd8\xff\xe0\nendstream\n".repeat(1000)].concat();
    assert_eq!(pages_of(&many), Err(Finding::Pages(999)));
    assert_eq!(read(pages_of(&many[..many.len() - 40]).unwrap()[0], Limits::SCAN), Err(Finding::Picture));
}

/// A page with some other code in its corner.
fn with_code(text: &str) -> GrayImage {
    let code = (5..20).find_map(|size| {
        let mut bits = Bits::new(Version::Normal(size));
        bits.push_byte_data(text.as_bytes()).ok()?;
        bits.push_terminator(EcLevel::M).ok()?;
        QrCode::with_bits(bits, EcLevel::M).ok()
    });
    let code = code.unwrap();
    let modules = code.to_colors();
    let side = code.width();
    GrayImage::from_fn(900, 1200, |x, y| {
        let (across, down) = ((x / 6) as usize, (y / 6) as usize);
        let at = across.checked_sub(10).zip(down.checked_sub(10)).filter(|(x, y)| *x < side && *y < side);
        let dark = at.is_some_and(|(x, y)| modules[y * side + x] == qrcode::Color::Dark);
        Luma([if dark { 20 } else { 235 }])
    })
}

#[test]
fn what_cannot_be_read_says_why() {
    let of = |page: GrayImage| read(&png(page), Limits::SCAN);
    assert_eq!(read(b"%PDF-1.7", Limits::SCAN), Err(Finding::Format));
    assert_eq!(read(b"GIF89a", Limits::SCAN), Err(Finding::Format));
    let whole = png(PAGE.clone());
    assert_eq!(read(&whole[..whole.len() / 2], Limits::SCAN), Err(Finding::Picture));
    assert_eq!(read(&whole, Limits { pixels: 1_000_000, ..Limits::SCAN }), Err(Finding::Large(1_000_000)));
    assert_eq!(of(GrayImage::from_pixel(600, 800, Luma([240]))), Err(Finding::Absent));
    assert_eq!(of(with_code("https://site.example/")), Err(Finding::Foreign));
    let text = mark(1, 1).text();
    assert_eq!(of(with_code(&text)), Ok(mark(1, 1)));
    assert_eq!(of(with_code(&text.replacen("RENKEI1", "RENKEI2", 1))), Err(Finding::Version));
    assert_eq!(of(with_code(&text.replacen("1/1", "3/1", 1))), Err(Finding::Damaged));
    let pages = pictures(&printed(30).pdf, 150);
    let mut two = GrayImage::from_pixel(2600, 1800, Luma([255]));
    imageops::overlay(&mut two, &open(&pages[0]), 0, 0);
    imageops::overlay(&mut two, &open(&pages[1]), 1300, 0);
    assert_eq!(of(two), Err(Finding::Several(2)));
    // The same code twice is one page.
    let mut twice = GrayImage::from_pixel(1800, 1200, Luma([235]));
    imageops::overlay(&mut twice, &with_code(&text), 0, 0);
    imageops::overlay(&mut twice, &with_code(&text), 900, 0);
    assert_eq!(of(twice), Ok(mark(1, 1)));
    // Torn through the middle of its code.
    let mut torn = with_code(&text);
    imageops::overlay(&mut torn, &GrayImage::from_pixel(240, 170, Luma([235])), 130, 150);
    assert_eq!(of(torn), Err(Finding::Damaged));
}
