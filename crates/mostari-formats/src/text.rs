//! From bytes to text: byte order marks, UTF-8, UTF-16 and the encodings that came before them.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// How many bytes the guess of a legacy encoding looks at, from the first byte that is not UTF-8 on.
const GUESS_BYTES_MAX: usize = 1 << 20;
/// The mark that some programs write before UTF-8.
const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// A decoded text and, if the bytes were not UTF-8, the name of the encoding that was assumed.
#[derive(Debug)]
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) assumed: Option<&'static str>,
    /// Whether some bytes had no meaning in that encoding and were replaced by U+FFFD.
    pub(crate) replaced: bool,
}

/// The bytes without a UTF-8 byte order mark.
pub(crate) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes)
}

/// Decodes a whole text: UTF-16 by its mark or its zeros, else UTF-8, else the likeliest legacy encoding.
pub(crate) fn decode(bytes: &[u8]) -> Decoded<'_> {
    if let Some(encoding) = utf16(bytes) {
        let (text, _, replaced) = encoding.decode(bytes);
        return Decoded { text, assumed: Some(encoding.name()), replaced };
    }
    let bytes = without_mark(bytes);
    if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
        return Decoded { text: Cow::Borrowed(text), assumed: None, replaced: false };
    }
    let encoding = guess(bytes);
    let (text, replaced) = encoding.decode_without_bom_handling(bytes);
    Decoded { text, assumed: Some(encoding.name()), replaced }
}

/// Decodes the first part of a text, which may end within a character.
pub(crate) fn decode_head(head: &[u8]) -> Cow<'_, str> {
    if let Some(encoding) = utf16(head) {
        return encoding.decode(head).0;
    }
    let head = without_mark(head);
    match std::str::from_utf8(head) {
        Ok(text) => Cow::Borrowed(text),
        Err(error) if error.error_len().is_none() => String::from_utf8_lossy(&head[..error.valid_up_to()]),
        Err(_) => guess(head).decode_without_bom_handling(head).0,
    }
}

/// Whether the bytes are UTF-16.
pub(crate) fn is_utf16(bytes: &[u8]) -> bool {
    utf16(bytes).is_some()
}

/// UTF-16 by its mark; without one, by every second byte of the start being zero, as in Latin script.
fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0xff, 0xfe, ..] => Some(UTF_16LE),
        [0xfe, 0xff, ..] => Some(UTF_16BE),
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => Some(UTF_16LE),
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => Some(UTF_16BE),
        _ => None,
    }
}

/// The likeliest legacy encoding of bytes that are not UTF-8.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let from = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), |_| 0);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    // A little of what stands before helps the detector: letters on both sides of the strange one.
    let from = from.saturating_sub(1024);
    let to = bytes.len().min(from + GUESS_BYTES_MAX);
    if !detector.feed(&bytes[from..to], true) {
        return WINDOWS_1252;
    }
    detector.guess(None, Utf8Detection::Deny)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], text: &str, assumed: Option<&str>) {
        let decoded = decode(bytes);
        assert_eq!((decoded.text.as_ref(), decoded.assumed), (text, assumed));
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_name() {
        check(b"\xef\xbb\xbfid,name", "id,name", None);
    }

    #[test]
    fn utf_16_is_told_by_its_mark_or_its_zeros() {
        check(b"\xff\xfei\0d\0", "id", Some("UTF-16LE"));
        check(b"\xfe\xff\0i\0d", "id", Some("UTF-16BE"));
        check(b"i\0d\0", "id", Some("UTF-16LE"));
    }

    #[test]
    fn a_french_file_of_an_old_spreadsheet_keeps_its_accents() {
        check(b"Pr\xe9fecture,Bo\xeete postale", "Pr\u{e9}fecture,Bo\u{ee}te postale", Some("windows-1252"));
    }

    #[test]
    fn a_head_cut_within_a_character_is_still_utf_8() {
        assert_eq!(decode_head("Brčko".as_bytes().split_at(3).0), "Br");
    }
}
