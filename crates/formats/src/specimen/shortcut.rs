//! Shortcuts of Windows (MS-SHLLINK): what they start, and with which arguments.

use super::examined::Shortcut;
use super::look::kept;

/// Why it is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no sound shortcut")]
pub struct BadShortcut;

const HEADER: usize = 76;
const HAS_ID_LIST: u32 = 1;
const HAS_INFO: u32 = 1 << 1;
const STRINGS: [u32; 5] = [1 << 2, 1 << 3, 1 << 4, 1 << 5, 1 << 6];
const IS_UNICODE: u32 = 1 << 7;
/// The block with the target's path in environment variables (section 2.5.4).
const ENVIRONMENT: u32 = 0xA000_0001;
const MOST_BLOCKS: usize = 64;

/// Programs that run what they are given, or fetch it.
const INTERPRETERS: [&str; 21] = [
    "powershell",
    "pwsh",
    "cmd.exe",
    "mshta",
    "wscript",
    "cscript",
    "rundll32",
    "regsvr32",
    "certutil",
    "bitsadmin",
    "msiexec",
    "curl",
    "conhost",
    "forfiles",
    "explorer.exe http",
    "installutil",
    "msbuild",
    "wmic",
    "ssh.exe",
    "python",
    "%comspec%",
];

/// Reads a shortcut.
///
/// # Errors
/// When header or lengths are not sound.
pub fn read(bytes: &[u8]) -> Result<Shortcut, BadShortcut> {
    let mut rest = Bytes(bytes);
    let header = rest.take(HEADER)?;
    if header.get(..4) != Some(&[0x4c, 0, 0, 0]) {
        return Err(BadShortcut);
    }
    let flags = Bytes(header.get(20..).unwrap_or_default()).u32()?;
    let mut shortcut = Shortcut::default();
    if flags & HAS_ID_LIST != 0 {
        let length = rest.u16()?;
        let list = rest.take(length.into())?;
        shortcut.target = last_name(list);
    }
    if flags & HAS_INFO != 0 {
        let length = Bytes(rest.0).u32()? as usize;
        let info = rest.take(length)?;
        shortcut.target = local_path(info).or(shortcut.target);
    }
    let mut strings: [Option<String>; 5] = Default::default();
    for (flag, place) in STRINGS.into_iter().zip(&mut strings) {
        if flags & flag != 0 {
            *place = rest.string(flags & IS_UNICODE != 0)?;
        }
    }
    let [_, relative, folder, arguments, icon] = strings;
    shortcut.target = shortcut.target.or(relative);
    (shortcut.folder, shortcut.arguments, shortcut.icon) = (folder, arguments, icon);
    for _ in 0..MOST_BLOCKS {
        let Ok(length) = Bytes(rest.0).u32() else { break };
        if length < 8 {
            break;
        }
        let block = rest.take(length as usize)?;
        if Bytes(block.get(4..).unwrap_or_default()).u32() == Ok(ENVIRONMENT) {
            let path = block.get(8 + 260..).map(wide).and_then(|text| kept(&text));
            shortcut.target = path.or_else(|| block.get(8..268).and_then(narrow)).or(shortcut.target);
        }
    }
    Ok(shortcut)
}

impl Shortcut {
    /// Whether it starts a program that runs what it is given, or fetches it.
    pub fn starts_interpreter(&self) -> bool {
        let both = [self.target.as_deref(), self.arguments.as_deref()].map(Option::unwrap_or_default).join(" ");
        let both = both.to_lowercase();
        INTERPRETERS.iter().any(|name| both.contains(name)) || both.contains("http://") || both.contains("https://")
    }
}

struct Bytes<'b>(&'b [u8]);

impl<'b> Bytes<'b> {
    fn take(&mut self, length: usize) -> Result<&'b [u8], BadShortcut> {
        let (front, back) = self.0.split_at_checked(length).ok_or(BadShortcut)?;
        self.0 = back;
        Ok(front)
    }

    fn u16(&mut self) -> Result<u16, BadShortcut> {
        let bytes = self.take(2)?.try_into().map_err(|_| BadShortcut)?;
        Ok(u16::from_le_bytes(bytes))
    }

    fn u32(&mut self) -> Result<u32, BadShortcut> {
        let bytes = self.take(4)?.try_into().map_err(|_| BadShortcut)?;
        Ok(u32::from_le_bytes(bytes))
    }

    /// A string of section 2.4: its length in characters, then they.
    fn string(&mut self, is_wide: bool) -> Result<Option<String>, BadShortcut> {
        let length = usize::from(self.u16()?);
        let bytes = self.take(if is_wide { length * 2 } else { length })?;
        Ok(if is_wide { kept(&wide(bytes)) } else { narrow(bytes) })
    }
}

/// UTF-16 up to its end or a NUL.
fn wide(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|pair| pair.iter().rev().fold(0u16, |sum, byte| sum << 8 | u16::from(*byte)));
    char::decode_utf16(units.take_while(|unit| *unit != 0)).map(|c| c.unwrap_or('\u{FFFD}')).collect()
}

/// Text in the code page of whoever made it, up to a NUL; taken for Shift_JIS, whose first half is ASCII.
fn narrow(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    kept(&encoding_rs::SHIFT_JIS.decode_without_bom_handling(bytes).0)
}

/// The local path in the information on the link (section 2.3).
fn local_path(info: &[u8]) -> Option<String> {
    let at = |place: usize| info.get(place..).and_then(|bytes| Bytes(bytes).u32().ok());
    if at(8)? & 1 == 0 {
        return None;
    }
    let header = at(4)?;
    let unicode = (header >= 0x24).then(|| at(28)).flatten().and_then(|place| info.get(place as usize..)).map(wide);
    unicode.and_then(|text| kept(&text)).or_else(|| narrow(info.get(at(16)? as usize..)?))
}

/// The name of the last item of the list, as far as it is text (section 2.2; items are the shell's own).
fn last_name(list: &[u8]) -> Option<String> {
    let mut rest = Bytes(list);
    let mut last = None;
    while let Ok(length) = rest.u16() {
        let Some(length) = usize::from(length).checked_sub(2) else { break };
        let Ok(item) = rest.take(length) else { break };
        // A file: kind 0x3_, size, date, attributes, then its short name.
        if item.first().is_some_and(|kind| kind & 0x70 == 0x30) {
            last = item.get(12..).and_then(narrow).or(last);
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn made(arguments: &str) -> Vec<u8> {
        let mut bytes = vec![0; HEADER];
        bytes[0] = 0x4c;
        bytes[20..24].copy_from_slice(&(STRINGS[1] | STRINGS[3] | IS_UNICODE).to_le_bytes());
        for text in [r"..\Windows\System32\cmd.exe", arguments] {
            let units: Vec<u16> = text.encode_utf16().collect();
            bytes.extend((units.len() as u16).to_le_bytes());
            bytes.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
        }
        bytes.extend([0; 4]);
        bytes
    }

    #[test]
    fn what_it_starts_is_told() {
        let read = read(&made("/c echo 見本")).unwrap();
        assert_eq!(read.target.as_deref(), Some(r"..\Windows\System32\cmd.exe"));
        assert_eq!(read.arguments.as_deref(), Some("/c echo 見本"));
        assert!(read.starts_interpreter());
    }

    proptest! {
        #[test]
        fn no_cut_and_no_change_makes_it_fall(place in 0usize..200, byte: u8, cut in 0usize..200) {
            let mut bytes = made("/c x");
            let place = place % bytes.len();
            bytes[place] = byte;
            let _ = read(&bytes);
            let _ = read(&bytes[..cut.min(bytes.len())]);
        }
    }
}
