//! From the bytes of an XML file to its text, by its mark, its declaration, or a guess.

use crate::{findings::xml as cards, text};
use encoding_rs::{Encoding, UTF_8};
use mostari_model::Finding;
use std::borrow::Cow;

/// Bytes in which an XML declaration ends.
const DECLARATION_BYTES_MAX: usize = 256;

/// Decodes a whole file; the finding says if its declaration and its bytes do not agree.
///
/// A mark of UTF-8 or UTF-16 goes before the declaration (XML 1.0, appendix F); bytes that are not in the declared
/// encoding are read as the likeliest one.
pub(crate) fn decode(bytes: &[u8]) -> (Cow<'_, str>, Option<Finding>) {
    let told = |message: String| Some(Finding::new(cards::OTHER_ENCODING, message).at_row(1));
    let label = if text::is_utf16(bytes) { None } else { declared(text::without_mark(bytes)) };
    match label.as_deref().map(|label| (label, Encoding::for_label(label.as_bytes()))) {
        Some((label, None)) => {
            let decoded = text::decode(bytes);
            let read_as = decoded.assumed.unwrap_or("UTF-8");
            (decoded.text, told(format!("the encoding `{label}` is not known; the text was read as {read_as}")))
        }
        Some((label, Some(encoding))) if encoding != UTF_8 && !has_mark(bytes) => {
            let (text, replaced) = encoding.decode_without_bom_handling(bytes);
            let message = || format!("some bytes mean nothing in `{label}` and were replaced by \u{fffd}");
            (text, if replaced { told(message()) } else { None })
        }
        _ => {
            let decoded = text::decode(bytes);
            let finding = match decoded.assumed {
                Some(encoding) if !encoding.starts_with("UTF-16") || decoded.replaced => {
                    told(format!("some bytes are not UTF-8; the text was read as {encoding}"))
                }
                _ => None,
            };
            (without_mark(decoded.text), finding)
        }
    }
}

fn has_mark(bytes: &[u8]) -> bool {
    text::without_mark(bytes).len() < bytes.len()
}

fn without_mark(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_start_matches('\u{feff}')),
        Cow::Owned(text) => Cow::Owned(text.trim_start_matches('\u{feff}').to_owned()),
    }
}

/// The label in `<?xml … encoding="label"?>`, if there is one.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(DECLARATION_BYTES_MAX)];
    let head: String = head.iter().map(|byte| char::from(*byte)).collect();
    let declaration = head.trim_start().strip_prefix("<?xml")?.split("?>").next()?.to_owned();
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expect: &str, told: bool) {
        let (text, finding) = decode(bytes);
        assert_eq!((text.split("?>").last(), finding.is_some()), (Some(expect), told));
    }

    #[test]
    fn a_declared_old_encoding_is_followed() {
        check(b"<?xml version='1.0' encoding='ISO-8859-1'?>Pr\xe9", "Pr\u{e9}", false);
        check(b"<?xml version=\"1.0\" encoding = \"windows-1251\" ?>\xc0", "\u{410}", false);
    }

    #[test]
    fn bytes_that_are_not_the_declared_utf_8_are_guessed_and_told() {
        check(b"<?xml version='1.0' encoding='UTF-8'?>Pr\xe9fecture", "Pr\u{e9}fecture", true);
        check(b"Pr\xe9fecture", "Pr\u{e9}fecture", true);
    }

    #[test]
    fn a_mark_goes_before_the_declaration() {
        check(b"\xef\xbb\xbf<?xml version='1.0' encoding='ISO-8859-1'?>\xc3\xa9", "\u{e9}", false);
        check(b"\xff\xfe<\0a\0>\0", "<a>", false);
    }

    #[test]
    fn an_unknown_encoding_is_told() {
        check(b"<?xml version='1.0' encoding='klingon'?>a", "a", true);
    }
}
