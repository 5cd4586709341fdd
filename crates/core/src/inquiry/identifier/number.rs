//! Identifiers of digits: telephone numbers and bank accounts.

use alloc::format;
use alloc::string::String;

use super::reason::Reason;
use super::typed::with_hyphens;

/// The country code of Japan (ITU-T E.164).
const JAPAN: &str = "81";
/// The fewest digits of a number with its country code that are taken.
const FEWEST: usize = 8;
/// The most digits of a number with its country code (ITU-T E.164 §6).
const MOST: usize = 15;

/// `+` and the digits of a telephone number. A number without `+` is one of Japan if it begins with the
/// national prefix 0; how Japan's numbers are divided further is not looked at.
pub(super) fn phone(text: &str) -> Result<String, Reason> {
    let typed = with_hyphens(text)?;
    let (international, rest) = match typed.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, typed.as_str()),
    };
    let digits = digits(rest)?;
    let number = if international {
        if digits.strip_prefix(JAPAN).is_some_and(|national| national.starts_with('0')) {
            return Err(Reason::Trunk);
        }
        digits
    } else {
        let national = digits.strip_prefix('0').ok_or(Reason::Prefix)?;
        if national.starts_with('0') {
            return Err(Reason::Trunk);
        }
        format!("{JAPAN}{national}")
    };
    match number.len() {
        // No country code begins with 0 (ITU-T E.164 Annex D).
        _ if number.starts_with('0') => Err(Reason::Prefix),
        ..FEWEST => Err(Reason::TooShort),
        FEWEST..=MOST => Ok(format!("+{number}")),
        _ => Err(Reason::TooLong),
    }
}

/// The digits of a number in groups: between two groups there is a hyphen or a dot, spaces around it, or
/// spaces alone; a group may stand in parentheses.
fn digits(text: &str) -> Result<String, Reason> {
    let mut digits = String::new();
    // Whether a hyphen or dot waits for its next group, whether a parenthesis is open, and whether the
    // last thing that was no space was the parenthesis that opened it.
    let (mut waiting, mut open, mut just_opened) = (false, false, false);
    for character in text.chars() {
        match character {
            '0'..='9' => {
                digits.push(character);
                (waiting, just_opened) = (false, false);
            }
            ' ' if !open => {}
            '-' | '.' if !open && !waiting && !digits.is_empty() => waiting = true,
            '(' if !open => (open, just_opened, waiting) = (true, true, false),
            ')' if open && !just_opened => open = false,
            ' ' | '-' | '.' | '(' | ')' => return Err(Reason::Separator),
            _ => return Err(Reason::Character),
        }
    }
    match digits.is_empty() || waiting || open {
        true => Err(Reason::Separator),
        false => Ok(digits),
    }
}

/// Bank, branch and number of a bank account, with hyphens between.
pub(super) fn bank_account(text: &str) -> Result<String, Reason> {
    let typed = with_hyphens(text)?;
    let mut parts = typed.split('-').map(str::trim);
    let (Some(bank), Some(branch), Some(number), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(if typed.len() > 64 { Reason::TooLong } else { Reason::Parts });
    };
    for (part, length) in [(bank, 4), (branch, 3), (number, 7)] {
        if !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Reason::Character);
        }
        if part.len() != length {
            return Err(Reason::Parts);
        }
    }
    Ok(format!("{bank}-{branch}-{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, Reason> {
        phone(text)
    }

    #[test]
    fn numbers_of_japan_lose_their_prefix() {
        for text in [
            "090-0000-0000",
            "09000000000",
            "090 0000 0000",
            "090(0000)0000",
            "(090)0000-0000",
            "(090) 0000 - 0000",
            "０９０－００００－００００",
            "090ー0000−0000",
            "+81 90 0000 0000",
            "＋８１‐９０‐００００‐００００",
            " +81-90-0000-0000 ",
        ] {
            assert_eq!(read(text).as_deref(), Ok("+819000000000"), "{text}");
        }
        assert_eq!(read("03-0000-0000").as_deref(), Ok("+81300000000"));
        assert_eq!(read("+1 202 555 0100").as_deref(), Ok("+12025550100"));
        assert_eq!(read("+39 06 0000 0000").as_deref(), Ok("+390600000000"));
    }

    #[test]
    fn what_is_no_number_is_told_why() {
        for (text, reason) in [
            ("90-0000-0000", Reason::Prefix),
            ("+0300000000", Reason::Prefix),
            ("+81-090-0000-0000", Reason::Trunk),
            ("+81(0)90-0000-0000", Reason::Trunk),
            ("0081-90-0000-0000", Reason::Trunk),
            ("+8190000", Reason::TooShort),
            ("+8190000000000000", Reason::TooLong),
            ("090-0000-000O", Reason::Character),
            ("090-0000-0000 内線1", Reason::Character),
            ("++819000000000", Reason::Character),
            ("090--0000-0000", Reason::Separator),
            ("090-0000-0000-", Reason::Separator),
            ("-090-0000-0000", Reason::Separator),
            ("090(0000-0000", Reason::Separator),
            ("090)0000-0000", Reason::Separator),
            ("090()0000-0000", Reason::Separator),
            ("+", Reason::Separator),
        ] {
            assert_eq!(read(text), Err(reason), "{text}");
        }
    }

    #[test]
    fn bank_accounts_have_three_parts() {
        for text in ["9999-000-0000000", "９９９９－０００－０００００００", "9999 ‐ 000 ー 0000000"]
        {
            assert_eq!(bank_account(text).as_deref(), Ok("9999-000-0000000"), "{text}");
        }
        for (text, reason) in [
            ("99990000000000", Reason::Parts),
            ("9999-000-000000", Reason::Parts),
            ("999-0000-0000000", Reason::Parts),
            ("9999-000-0000000-1", Reason::Parts),
            ("9999-000-", Reason::Parts),
            ("9999-000-00000o0", Reason::Character),
            ("9999-00 0-0000000", Reason::Character),
        ] {
            assert_eq!(bank_account(text), Err(reason), "{text}");
        }
    }
}
