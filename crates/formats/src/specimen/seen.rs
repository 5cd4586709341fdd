//! What a file is by its first bytes, and what its name says that it is.

/// Types by first bytes; a word of this reader.
const MAGIC: [(&[u8], &str); 33] = [
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"\x4c\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46", "lnk"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"MSCF", "cab"),
    (b"\x60\xea", "arj"),
    (b"vhdxfile", "vhd"),
    (b"conectix", "vhd"),
    (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", "onenote"),
    (b"\xa1\x2f\xff\x43\xd9\xef\x76\x4c\x9e\xe2\x10\xea\x57\x22\x76\x5f", "onenote"),
    (b"%PDF-", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n\x1a\n", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"BM", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"ITSF", "chm"),
    (b"#!", "script"),
    (b"<?xml", "xml"),
    (b"BEGIN:VCALENDAR", "calendar"),
    (b"BEGIN:VCARD", "card"),
];

/// Beginnings of texts that are scripts or pages, in lower case.
const OPENINGS: [(&str, &str); 9] = [
    ("<!doctype html", "html"),
    ("<html", "html"),
    ("<head", "html"),
    ("<script", "html"),
    ("<hta:", "script"),
    ("wscript.", "script"),
    ("on error resume next", "script"),
    ("@echo off", "script"),
    ("powershell", "script"),
];

const SCRIPTS: [&str; 20] = [
    "js", "jse", "vbs", "vbe", "wsf", "wsh", "wsc", "hta", "ps1", "psm1", "bat", "cmd", "sct", "py", "sh", "vb", "jar",
    "reg", "inf", "url",
];
const PROGRAMS: [&str; 10] = ["exe", "scr", "com", "pif", "dll", "cpl", "msi", "msix", "appx", "ocx"];
const IMAGES: [&str; 6] = ["iso", "img", "vhd", "vhdx", "udf", "dmg"];
const PAPERS: [&str; 23] = [
    "pdf", "doc", "docx", "docm", "xls", "xlsx", "xlsm", "ppt", "pptx", "pptm", "rtf", "txt", "csv", "jpg", "jpeg",
    "png", "gif", "zip", "mp3", "mp4", "htm", "html", "eml",
];

/// What the first bytes show.
pub(super) fn by_bytes(bytes: &[u8]) -> Option<&'static str> {
    if let Some((_, word)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        // `BM` and `MZ` begin words of texts too.
        let is_text = magic_is_short(word, bytes);
        if !is_text {
            return Some(word);
        }
    }
    // ISO 9660 and UDF: after 16 empty sectors of 2,048 bytes.
    let volume = bytes.get(32_769..32_774);
    if volume.is_some_and(|id| id == b"CD001" || id == b"BEA01" || id == b"NSR02") {
        return Some("iso");
    }
    // A fixed VHD has its mark in its last sector only.
    if bytes.len() > 1_024 && bytes.len().is_multiple_of(512) {
        let last = bytes.len().checked_sub(512).and_then(|from| bytes.get(from..));
        if last.is_some_and(|sector| sector.starts_with(b"conectix")) {
            return Some("vhd");
        }
    }
    let bare = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let opening = String::from_utf8_lossy(bare.get(..bare.len().min(256)).unwrap_or_default()).to_lowercase();
    let opening = opening.trim_start();
    OPENINGS.iter().find(|(text, _)| opening.starts_with(text)).map(|(_, word)| *word)
}

fn magic_is_short(word: &str, bytes: &[u8]) -> bool {
    let is_short = bytes.starts_with(b"MZ") || bytes.starts_with(b"BM") || bytes.starts_with(b"BZh");
    let head = bytes.get(..bytes.len().min(64)).unwrap_or_default();
    is_short
        && matches!(word, "program" | "picture" | "bzip2")
        && head.iter().all(|byte| (0x20..0x7f).contains(byte) || matches!(byte, b'\r' | b'\n' | b'\t'))
}

/// The extension of a name, in lower case.
pub(super) fn extension(name: &str) -> Option<String> {
    let (_, end) = name.trim_end_matches([' ', '.']).rsplit_once('.')?;
    (!end.is_empty() && end.len() <= 10).then(|| end.to_lowercase())
}

/// Whether a name ends like a script.
pub(super) fn is_script(name: &str) -> bool {
    extension(name).is_some_and(|end| SCRIPTS.contains(&end.as_str()))
}

/// Whether a name ends like a program.
pub(super) fn is_program(name: &str) -> bool {
    extension(name).is_some_and(|end| PROGRAMS.contains(&end.as_str()))
}

/// Whether a name ends like a disk image.
pub(super) fn is_image(name: &str) -> bool {
    extension(name).is_some_and(|end| IMAGES.contains(&end.as_str()))
}

/// Whether what runs is dressed up as something to read: `invoice.pdf.exe`, also with spaces between.
pub(super) fn is_double(name: &str) -> bool {
    let Some((front, _)) = name.trim_end_matches([' ', '.']).rsplit_once('.') else { return false };
    let runs = is_script(name) || is_program(name) || is_image(name) || extension(name).is_some_and(|end| end == "lnk");
    runs && extension(front.trim_end()).is_some_and(|end| PAPERS.contains(&end.trim()))
}

/// Whether a name holds a control that turns the direction of letters (Unicode bidirectional controls).
pub(super) fn is_turned(name: &str) -> bool {
    name.chars().any(|c| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}'))
}

/// Whether a name says another type than the bytes show. Only said where both are known for sure.
pub(super) fn differs(name: &str, seen: &str) -> bool {
    let Some(end) = extension(name) else { return false };
    let fits: &[&str] = match end.as_str() {
        "pdf" => &["pdf"],
        "doc" | "xls" | "ppt" => &["ole", "rtf", "html", "xml", "zip"],
        "docx" | "xlsx" | "pptx" | "docm" | "xlsm" | "pptm" => &["zip", "ole"],
        "jpg" | "jpeg" | "png" | "gif" | "bmp" | "tif" | "tiff" => &["picture"],
        "zip" => &["zip"],
        "txt" | "csv" => &["html", "xml", "calendar", "card"],
        "rtf" => &["rtf"],
        "htm" | "html" => &["html", "xml"],
        _ => return false,
    };
    !fits.contains(&seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_dress_up() {
        for name in ["invoice.pdf.exe", "a.docx      .scr", "請求書.pdf.lnk", "x.jpg.js", "scan.pdf.iso"] {
            assert!(is_double(name), "{name}");
        }
        for name in ["invoice.pdf", "a.tar.gz", "v1.2.exe", "setup.exe", ""] {
            assert!(!is_double(name), "{name}");
        }
        assert!(is_turned("annual\u{202e}fdp.exe") && !is_turned("報告書.pdf"));
    }

    #[test]
    fn first_bytes() {
        assert_eq!(by_bytes(b"MZ\x90\x00\x03"), Some("program"));
        assert_eq!(by_bytes(b"MZ is a word of two letters"), None);
        assert_eq!(by_bytes(b"\xef\xbb\xbf \n<HTML><body>"), Some("html"));
        let mut iso = vec![0; 33_000];
        iso[32_769..32_774].copy_from_slice(b"CD001");
        assert_eq!(by_bytes(&iso), Some("iso"));
        assert!(differs("a.pdf", "program") && !differs("a.docx", "zip") && !differs("a.bin", "zip"));
    }
}
