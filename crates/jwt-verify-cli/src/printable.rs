//! Text that somebody else chose, on its way to a terminal.
//!
//! A terminal obeys control characters, and shows text that contains bidirectional ones in another order than it has. Whoever
//! writes a token would decide what the reader of a verdict sees.

/// JSON in which every character that a terminal does not simply show is written as `\u` and four digits.
///
/// Such characters can only be inside strings, so that the value stays the same. The line ends between members of
/// pretty-printed JSON are left.
pub(crate) fn json(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        if character == '\n' || !is_deceptive(character) {
            escaped.push(character);
            continue;
        }
        // RFC 8259 §7: characters outside the Basic Multilingual Plane take two.
        for unit in character.encode_utf16(&mut [0; 2]) {
            escaped.push_str(&format!("\\u{unit:04x}"));
        }
    }
    escaped
}

/// A message as one line, with what a terminal does not simply show escaped as in Rust.
pub(crate) fn line(message: &str) -> String {
    let mut escaped = String::with_capacity(message.len());
    for character in message.chars() {
        if is_deceptive(character) {
            escaped.extend(character.escape_unicode());
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// Controls (Unicode's category Cc), formats that change the order or the look of others (Cf), separators of lines, and letters that
/// are shown as nothing (the fillers of Hangul).
fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{8e2}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_escaped_and_the_value_stays_the_same() {
        for character in [
            '\u{1b}',
            '\u{7f}',
            '\u{9b}',
            '\u{202e}',
            '\u{2066}',
            '\u{200b}',
            '\u{2028}',
            '\u{feff}',
            '\u{e0041}',
            '\u{115f}',
            '\u{1160}',
            '\u{3164}',
            '\u{ffa0}',
        ] {
            let value = serde_json::Value::from(format!("a{character}b"));
            let written = json(&value.to_string());
            assert!(written.is_ascii(), "{written}");
            assert_eq!(serde_json::from_str::<serde_json::Value>(&written).unwrap(), value);
        }
    }

    #[test]
    fn letters_of_every_script_are_left() {
        for text in ["Ada", "Jürgen", "Αθήνα", "नमस्ते", "漢字", "한글", "עברית", "🦀"]
        {
            assert_eq!(json(text), text);
            assert_eq!(line(text), text);
        }
    }

    #[test]
    fn a_message_is_one_line() {
        assert_eq!(line("a\nb\u{1b}[31m"), "a\\u{a}b\\u{1b}[31m");
    }
}
