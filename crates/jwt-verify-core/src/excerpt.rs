//! Text that somebody else chose, made fit for a log or a terminal.

use alloc::string::String;

/// The text with everything escaped that is not printed as one visible character, and `…` for what is beyond `max`
/// characters.
///
/// Control characters could move a terminal's cursor, and marks that turn the direction of writing could make one text look
/// like another. Quotes and backslashes stay as they are: what is JSON stays JSON.
pub(crate) fn printable(text: &str, max: usize) -> String {
    let mut printable = String::new();
    let mut characters = text.chars();
    for character in characters.by_ref().take(max) {
        match character {
            '"' | '\'' | '\\' => printable.push(character),
            _ => printable.extend(character.escape_debug()),
        }
    }
    if characters.next().is_some() {
        printable.push('…');
    }
    printable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped_and_what_is_too_long_is_cut() {
        for (text, expected) in [
            ("plain", "plain"),
            ("\"a\\u0000'\"", "\"a\\u0000'\""),
            ("\u{1b}[31m", "\\u{1b}[31m"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("\u{202e}txt", "\\u{202e}txt"),
            ("line\nline", "line\\nline"),
            ("0123456789", "0123456789"),
            ("0123456789a", "0123456789…"),
            ("größer", "größer"),
        ] {
            assert_eq!(printable(text, 10), expected);
        }
    }
}
