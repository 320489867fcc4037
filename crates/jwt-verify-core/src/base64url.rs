//! Base64url without padding (RFC 7515 §2), and exactly one spelling of every value.

use alloc::{string::String, vec::Vec};

use base64ct::{Base64UrlUnpadded, Encoding};

/// The bytes that `text` stands for.
///
/// RFC 7515 §2: "with all trailing '=' characters omitted (as permitted by Section 3.2) and without the inclusion of
/// any line breaks, whitespace, or other additional characters." `None` for anything else, and also where bits behind
/// the last byte are set (RFC 4648 §3.5), so that nobody can write one token in two ways.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text).ok()
}

/// The one text that [`decode`] turns back into `bytes`.
pub(crate) fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::ToString};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_one_spelling_is_decoded() {
        let cases: &[(&str, Option<&[u8]>)] = &[
            // RFC 4648 §10, without the padding.
            ("", Some(b"")),
            ("Zg", Some(b"f")),
            ("Zm8", Some(b"fo")),
            ("Zm9v", Some(b"foo")),
            ("Zm9vYg", Some(b"foob")),
            ("Zm9vYmE", Some(b"fooba")),
            ("Zm9vYmFy", Some(b"foobar")),
            // RFC 7515 Appendix C.
            ("A-z_4ME", Some(&[3, 236, 255, 224, 193])),
            // The other alphabet.
            ("A+z_4ME", None),
            ("A-z/4ME", None),
            // Padding: right, wrong, alone, inside.
            ("Zg==", None),
            ("Zg=", None),
            ("Zm8=", None),
            ("Zm9v=", None),
            ("Zm9v====", None),
            ("=", None),
            ("====", None),
            ("Zg==Zg==", None),
            // White space and line breaks, wherever they are.
            (" Zm9v", None),
            ("Zm9v ", None),
            ("Zm 9v", None),
            ("Zm9v\n", None),
            ("Zm9v\r\nYmFy", None),
            ("Zm9v\t", None),
            // Other characters, among them those beside the alphabet's ranges and those longer than a byte.
            ("Zm9v\0", None),
            ("Zm9?", None),
            ("Zm9.", None),
            ("@m9v", None),
            ("[m9v", None),
            ("`m9v", None),
            ("{m9v", None),
            ("/m9v", None),
            (":m9v", None),
            ("Zm9é", None),
            ("\u{ff21}\u{ff21}", None),
            // A length of 1 modulo 4 is the length of nothing.
            ("Z", None),
            ("A", None),
            ("Zm9vY", None),
            ("AAAAA", None),
            // Bits set behind the last byte: four of them, then two.
            ("Zh", None),
            ("Zv", None),
            ("AB", None),
            ("AAB", None),
            ("Zm9", None),
            ("Zm9vYh", None),
        ];
        for (text, bytes) in cases {
            assert_eq!(decode(text).as_deref(), *bytes, "{text:?}");
            if let Some(bytes) = bytes {
                assert_eq!(encode(bytes), *text);
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_encoded_decodes_to_itself(bytes: Vec<u8>) {
            let text = encode(&bytes);
            prop_assert_eq!(decode(&text), Some(bytes));
        }

        #[test]
        fn what_decodes_is_what_would_be_encoded(text in "[A-Za-z0-9_=+/ -]{0,12}|.{0,8}") {
            if let Some(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }

        #[test]
        fn another_character_is_another_value(
            bytes in prop::collection::vec(any::<u8>(), 1..40),
            position: prop::sample::Index,
            character: char,
        ) {
            let text = encode(&bytes);
            let at = position.index(text.len());
            let original = text.chars().nth(at);
            let (before, after) = text.split_at(at);
            let changed = |new: &str| format!("{before}{new}{}", after.get(1..).unwrap_or_default());

            let alphabet = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain("-_+/=. \n".chars());
            for new in alphabet.chain([character]).filter(|new| Some(*new) != original) {
                prop_assert_ne!(decode(&changed(&new.to_string())), Some(bytes.clone()));
            }
            prop_assert_ne!(decode(&changed("")), Some(bytes));
        }
    }
}
