use alloc::{boxed::Box, vec::Vec};
use core::fmt;

use super::{Jwk, Members};
use crate::{
    JsonProblem, JwkError,
    json::{Kind, Reader},
    limits,
};

/// The public keys of an issuer (RFC 7517 §5).
///
/// One bad key never spoils the set: an entry that cannot be used is skipped, and [`skipped`](Self::skipped)
/// says why.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{JwkError, JwkSet};
///
/// let set = JwkSet::parse(
///     r#"{"keys":[
///         {"kty":"OKP","crv":"Ed25519","kid":"1","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
///         {"kty":"AKP","alg":"ML-DSA-44","kid":"2","pub":"…"}
///     ]}"#,
/// )?;
/// assert_eq!(set.keys()[0].key_id(), Some("1"));
/// assert_eq!(set.skipped()[0].key_id(), Some("2"));
/// assert_eq!(*set.skipped()[0].reason(), JwkError::UnsupportedKeyType { key_type: "AKP".into() });
/// # Ok::<(), jwt_verify_core::JwkSetError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JwkSet {
    keys: Vec<Jwk>,
    skipped: Vec<SkippedKey>,
}

impl JwkSet {
    /// Reads a JWK Set document, as an issuer serves it.
    ///
    /// Each entry of `keys` goes through the rules of [`Jwk::parse`], and is skipped if it breaks one. RFC
    /// 7517 §5: "Implementations SHOULD ignore JWKs within a JWK Set that use "kty" (key type) values that
    /// are not understood by them, that are missing required members, or for which values are out of the
    /// supported ranges." Other members of the document are ignored. A byte order mark in front is tolerated
    /// here, and nowhere else.
    ///
    /// A set without any usable key is no error: an issuer may publish none.
    ///
    /// # Errors
    ///
    /// When the document as a whole cannot be what it should be, as a [`JwkSetError`].
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_core::{JwkSet, JwkSetError};
    ///
    /// assert_eq!(JwkSet::parse("<!DOCTYPE html>"), Err(JwkSetError::LooksLikeHtml));
    /// ```
    pub fn parse(document: impl AsRef<[u8]>) -> Result<Self, JwkSetError> {
        let entries = entries(document.as_ref())?;
        let mut set = Self::default();
        for (index, entry) in entries.into_iter().enumerate() {
            let mut members = Members::default();
            match members.fill(entry).and_then(|()| Jwk::from_members(&members)) {
                Ok(jwk) => set.keys.push(jwk),
                Err(reason) => {
                    // Whatever else is wrong: a key ID that can be read helps to find the entry.
                    let key_id = members.key_id.optional("kid").ok().flatten();
                    let key_id =
                        key_id.filter(|key_id| key_id.len() <= limits::MAX_KEY_ID_LEN).map(Box::from);
                    set.skipped.push(SkippedKey { index, key_id, reason });
                }
            }
        }
        Ok(set)
    }

    /// The usable keys, in the order of the document.
    #[must_use]
    pub fn keys(&self) -> &[Jwk] {
        &self.keys
    }

    /// The entries that cannot be used, in the order of the document.
    #[must_use]
    pub fn skipped(&self) -> &[SkippedKey] {
        &self.skipped
    }

    /// The same set, in which every key that `held` has too is that one: what was prepared for it survives a
    /// refresh.
    #[must_use]
    pub(crate) fn keeping(mut self, held: &Self) -> Self {
        for jwk in &mut self.keys {
            if let Some(same) = held.keys.iter().find(|same| same.public_key == jwk.public_key) {
                jwk.public_key = same.public_key.clone();
            }
        }
        self
    }
}

impl From<Vec<Jwk>> for JwkSet {
    fn from(keys: Vec<Jwk>) -> Self {
        Self { keys, skipped: Vec::new() }
    }
}

impl FromIterator<Jwk> for JwkSet {
    fn from_iter<I: IntoIterator<Item = Jwk>>(keys: I) -> Self {
        Self::from(keys.into_iter().collect::<Vec<_>>())
    }
}

/// An entry of a [`JwkSet`] that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedKey {
    index: usize,
    key_id: Option<Box<str>>,
    reason: JwkError,
}

impl SkippedKey {
    /// Its position in the document, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Its key ID, if that can be read and is no longer than [`limits::MAX_KEY_ID_LEN`].
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// Why it cannot be used.
    #[must_use]
    pub fn reason(&self) -> &JwkError {
        &self.reason
    }
}

/// `key 2 ("2026-11"): this is a shared secret (`oct`) and not a public key`.
impl fmt::Display for SkippedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key_id {
            Some(key_id) => write!(f, "key {} ({key_id:?}): {}", self.index, self.reason),
            None => write!(f, "key {}: {}", self.index, self.reason),
        }
    }
}

/// Why a document is no JWK Set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JwkSetError {
    /// The document is longer than [`limits::MAX_JWK_SET_LEN`]. Nothing in it was looked at.
    TooLarge {
        /// Its length in bytes.
        found: usize,
    },
    /// The document begins with `<`: a web page, an error page perhaps.
    LooksLikeHtml,
    /// The document is not a JSON object as we read it.
    NotJson(JsonProblem),
    /// There is no `keys`.
    NoKeysMember,
    /// There is a `kty` and no `keys`: a single JWK.
    SingleJwk,
    /// `keys` is not an array.
    KeysNotAnArray,
    /// `keys` has more than [`limits::MAX_JWK_SET_KEYS`] entries.
    TooManyKeys {
        /// How many.
        found: usize,
    },
}

impl fmt::Display for JwkSetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { found } => {
                write!(f, "the JWK Set has {found} bytes, more than the limit of {}", limits::MAX_JWK_SET_LEN)
            }
            Self::LooksLikeHtml => {
                f.write_str(
                "not a JWK Set but a web page: check the address, and what a proxy or a login page makes of it",
            )
            }
            Self::NotJson(problem) => write!(f, "the JWK Set {problem}"),
            Self::NoKeysMember => f.write_str("not a JWK Set: the member `keys` is missing"),
            Self::SingleJwk => f.write_str("not a JWK Set but a single JWK: wrap it in `{\"keys\":[` and `]}`"),
            Self::KeysNotAnArray => f.write_str("not a JWK Set: the member `keys` is not an array"),
            Self::TooManyKeys { found } => {
                write!(f, "the JWK Set has {found} keys, more than the limit of {}", limits::MAX_JWK_SET_KEYS)
            }
        }
    }
}

impl core::error::Error for JwkSetError {}

impl From<JsonProblem> for JwkSetError {
    fn from(problem: JsonProblem) -> Self {
        Self::NotJson(problem)
    }
}

/// The texts of the entries of `keys`.
///
/// Broken JSON fails the document wherever it is. What an entry means is not looked at yet, duplicate members
/// included: that must not fail the others.
fn entries(document: &[u8]) -> Result<Vec<&str>, JwkSetError> {
    if document.len() > limits::MAX_JWK_SET_LEN {
        return Err(JwkSetError::TooLarge { found: document.len() });
    }
    let json = document.strip_prefix(BYTE_ORDER_MARK).unwrap_or(document);
    if json.trim_ascii_start().starts_with(b"<") {
        return Err(JwkSetError::LooksLikeHtml);
    }
    let mut keys = None;
    let mut is_jwk = false;
    let mut reader = Reader::new(json)?;
    reader.object(|name, reader| {
        match name {
            "keys" => keys = Some(read_keys(reader)?),
            _ => {
                is_jwk |= name == "kty";
                reader.skip_value_lenient()?;
            }
        }
        Ok::<(), JwkSetError>(())
    })?;
    reader.end()?;
    match keys {
        Some(keys) => Ok(keys),
        None if is_jwk => Err(JwkSetError::SingleJwk),
        None => Err(JwkSetError::NoKeysMember),
    }
}

fn read_keys<'a>(reader: &mut Reader<'a>) -> Result<Vec<&'a str>, JwkSetError> {
    if reader.kind()? != Kind::Array {
        return Err(JwkSetError::KeysNotAnArray);
    }
    let mut keys = Vec::new();
    let mut found = 0_usize;
    reader.array(|reader| {
        let entry = reader.skip_value_lenient()?;
        found = found.saturating_add(1);
        if found <= limits::MAX_JWK_SET_KEYS {
            keys.push(entry);
        }
        Ok::<(), JwkSetError>(())
    })?;
    // Refused as a whole: had we cut it, which keys are usable would depend on their order.
    if found > limits::MAX_JWK_SET_KEYS {
        return Err(JwkSetError::TooManyKeys { found });
    }
    Ok(keys)
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

#[cfg(test)]
#[cfg(all(feature = "eddsa", feature = "es256"))]
mod tests {
    use alloc::{format, string::ToString, vec};

    use super::*;
    use crate::Algorithm;

    const ED25519: &str =
        r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"a"}"#;
    /// RFC 7515 App. A.3.1.
    const P256: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","kid":"b"}"#;

    fn set(entries: &[&str]) -> JwkSet {
        JwkSet::parse(format!(r#"{{"keys":[{}]}}"#, entries.join(","))).unwrap()
    }

    #[test]
    fn documents_are_read_or_refused_for_their_own_reason() {
        let padded = |len: usize| format!("{{\"keys\":[]}}{}", " ".repeat(len - 11));
        let keys = |count: usize| format!(r#"{{"keys":[{}]}}"#, vec!["null"; count].join(","));
        let syntax = |at| Err(JwkSetError::NotJson(JsonProblem::Syntax { at }));
        for (document, expected) in [
            // Sets, with the number of usable keys.
            (r#"{"keys":[]}"#.into(), Ok(0)),
            (format!(r#"{{"keys":[{ED25519},{P256}]}}"#), Ok(2)),
            (format!(" {{ \"keys\" : [ {ED25519} ] }}\r\n"), Ok(1)),
            (format!("\u{feff}{{\"keys\":[{ED25519}]}}"), Ok(1)),
            (format!(r#"{{"k\u0065ys":[{ED25519}]}}"#), Ok(1)),
            (format!(r#"{{"public_cert":{{"a":1,"a":2}},"keys":[{ED25519}],"kty":"?"}}"#), Ok(1)),
            (keys(limits::MAX_JWK_SET_KEYS), Ok(0)),
            (padded(limits::MAX_JWK_SET_LEN), Ok(0)),
            // Not sets.
            (keys(limits::MAX_JWK_SET_KEYS + 1), Err(JwkSetError::TooManyKeys { found: 101 })),
            (keys(1000), Err(JwkSetError::TooManyKeys { found: 1000 })),
            (
                padded(limits::MAX_JWK_SET_LEN + 1),
                Err(JwkSetError::TooLarge { found: limits::MAX_JWK_SET_LEN + 1 }),
            ),
            ("\n<html>".into(), Err(JwkSetError::LooksLikeHtml)),
            ("".into(), syntax(0)),
            ("Bad Gateway".into(), syntax(0)),
            (r#"{"keys":[{"kty":"RSA""#.into(), syntax(21)),
            (r#"{"keys":[{"kty":"RSA"},]}"#.into(), syntax(23)),
            (r#"{"keys":[]} x"#.into(), Err(JwkSetError::NotJson(JsonProblem::TrailingData { at: 12 }))),
            (
                r#"{"keys":[],"keys":[]}"#.into(),
                Err(JwkSetError::NotJson(JsonProblem::DuplicateMember { at: 11 })),
            ),
            ("[]".into(), Err(JwkSetError::NotJson(JsonProblem::NotAnObject))),
            ("{}".into(), Err(JwkSetError::NoKeysMember)),
            (r#"{"Keys":[]}"#.into(), Err(JwkSetError::NoKeysMember)),
            (r#"{"kid-1":"-----BEGIN CERTIFICATE-----"}"#.into(), Err(JwkSetError::NoKeysMember)),
            (ED25519.into(), Err(JwkSetError::SingleJwk)),
            (r#"{"keys":null}"#.into(), Err(JwkSetError::KeysNotAnArray)),
            (format!(r#"{{"keys":{ED25519}}}"#), Err(JwkSetError::KeysNotAnArray)),
        ] {
            assert_eq!(JwkSet::parse(&document).map(|set| set.keys().len()), expected, "{document:.100}");
        }
        let latin_1 = b"{\"keys\":[],\"name\":\"\xe9\"}";
        assert_eq!(JwkSet::parse(latin_1), Err(JwkSetError::NotJson(JsonProblem::Encoding)));
    }

    #[test]
    fn nesting_is_bounded_in_members_that_are_ignored() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        for document in [format!(r#"{{"x":{deep},"keys":[]}}"#), format!(r#"{{"keys":[{{"x5c":{deep}}}]}}"#)]
        {
            assert_eq!(JwkSet::parse(&document), Err(JwkSetError::NotJson(JsonProblem::TooDeep)));
        }
    }

    #[test]
    fn a_bad_entry_is_skipped_with_its_reason_and_the_others_stay() {
        let duplicate = r#"{"kid":"c","kid":"d","kty":"RSA"}"#;
        let late_duplicate = r#"{"kid":"e","x5c":{"a":1,"a":2}}"#;
        let long = format!(r#"{{"kid":"{}","kty":"oct"}}"#, "k".repeat(limits::MAX_KEY_ID_LEN + 1));
        let set = set(&[ED25519, "null", duplicate, late_duplicate, r#"{"kid":1,"kty":"oct"}"#, &long, P256]);
        assert!(set.keys().iter().map(|jwk| jwk.key_id()).eq([Some("a"), Some("b")]));

        let skipped: Vec<_> =
            set.skipped().iter().map(|key| (key.index(), key.key_id(), key.reason().clone())).collect();
        let json = JwkError::Json;
        assert_eq!(
            skipped,
            [
                (1, None, json(JsonProblem::NotAnObject)),
                (2, Some("c"), json(JsonProblem::DuplicateMember { at: 11 })),
                (3, Some("e"), json(JsonProblem::DuplicateMember { at: 24 })),
                (4, None, JwkError::SymmetricKey),
                (5, None, JwkError::SymmetricKey),
            ]
        );
        assert_eq!(set.skipped()[0].to_string(), "key 1: the JWK is not a JSON object");
        assert_eq!(
            set.skipped()[1].to_string(),
            "key 2 (\"c\"): the JWK has two members of one name, the second at byte 11"
        );
    }

    #[test]
    fn a_refreshed_set_keeps_what_was_prepared_for_surviving_keys() {
        let held = set(&[ED25519]);
        let renamed = ED25519.replace(r#""kid":"a""#, r#""kid":"z","alg":"EdDSA""#);
        let refreshed = set(&[P256, &renamed]).keeping(&held);
        assert_eq!(refreshed, set(&[P256, &renamed]), "the content is that of the new set");
        let [p256, ed25519] = refreshed.keys() else { panic!("two keys") };
        assert!(ed25519.public_key().shares_preparation_with(held.keys()[0].public_key()));
        assert_eq!((ed25519.key_id(), ed25519.algorithm()), (Some("z"), Some(Algorithm::EdDsa)));
        assert!(!p256.public_key().shares_preparation_with(held.keys()[0].public_key()));
    }

    #[test]
    fn sets_are_equal_when_their_content_is() {
        assert_eq!(set(&[ED25519, P256]), set(&[&format!(" {ED25519} "), P256]));
        assert_ne!(set(&[ED25519, P256]), set(&[ED25519]));
        assert_ne!(set(&[ED25519]), set(&[&ED25519.replace(r#""kid":"a""#, r#""kid":"b""#)]));
        let collected: JwkSet = set(&[ED25519, P256]).keys().iter().cloned().collect();
        assert_eq!(collected, set(&[ED25519, P256]));
    }
}
