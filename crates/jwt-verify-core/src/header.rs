//! The JOSE header: what the sender says about the signature.

use alloc::{borrow::Cow, boxed::Box};

use crate::{
    Algorithm, Error, JsonProblem, Malformed, ParameterProblem, Part,
    json::{Kind, Reader},
    limits,
};

/// The parameters of a JOSE header (RFC 7515 §4) that have a meaning here.
///
/// `jku`, `jwk`, `x5u` and `x5c`, with which the sender proposes a key, are read past and never followed. So is every parameter
/// that is not known, whatever its type: RFC 7515 §4, "all Header Parameters not defined by this specification must be
/// ignored when not understood".
///
/// # Examples
///
/// ```
/// use jwt_verify_core::UnverifiedToken;
///
/// // {"typ":"at+jwt","alg":"RS256","kid":"RjEwOwOA"}
/// let token = UnverifiedToken::parse(
///     "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJSUzI1NiIsImtpZCI6IlJqRXdPd09BIn0.e30.c2ln",
/// )?;
/// let header = token.header()?;
/// assert_eq!(header.algorithm_name(), "RS256");
/// assert_eq!(header.token_type(), Some("at+jwt"));
/// # Ok::<(), jwt_verify_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    algorithm: AlgorithmName,
    key_id: Option<Box<str>>,
    token_type: Option<Box<str>>,
    content_type: Option<Box<str>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum AlgorithmName {
    /// With the name that the sender wrote, as Ed25519 has two.
    Known(Algorithm, &'static str),
    /// `none`, or anything else that we would not verify with.
    Unknown(Box<str>),
}

impl Header {
    pub(crate) fn parse(json: &[u8]) -> Result<Self, Error> {
        let mut algorithm = None;
        let mut key_id = None;
        let mut token_type = None;
        let mut content_type = None;
        let mut demands_extension = false;
        let mut is_encrypted = false;

        let mut reader = Reader::new(json).map_err(ReadError::from)?;
        reader.object(|name, reader| {
            match name {
                // RFC 7515 §4.1.1: "This Header Parameter MUST be present and MUST be understood and processed by
                // implementations", and "The "alg" value is a case-sensitive ASCII string".
                "alg" => {
                    let name = text(reader, "alg")?;
                    algorithm = Some(match Algorithm::from_name(&name) {
                        Some(Algorithm::EdDsa) if name == ED25519 => {
                            AlgorithmName::Known(Algorithm::EdDsa, ED25519)
                        }
                        Some(known) => AlgorithmName::Known(known, known.name()),
                        None => AlgorithmName::Unknown(name.into()),
                    });
                }
                // RFC 7515 §4.1.4: "The "kid" value MUST be a case-sensitive string."
                "kid" => {
                    let value = text(reader, "kid")?;
                    if value.len() > limits::MAX_KEY_ID_LEN {
                        return Err(ReadError::parameter("kid", ParameterProblem::TooLong));
                    }
                    key_id = Some(value.into());
                }
                "typ" => token_type = Some(text(reader, "typ")?.into()),
                "cty" => content_type = Some(text(reader, "cty")?.into()),
                // RFC 7515 §4.1.11: `crit` lists extensions that must be understood. We process none, so whatever it lists, an
                // empty list (which is forbidden), or a value of another type: the token is refused.
                // RFC 7797 §7: `b64` is not for JWTs, even where it is `true`.
                "crit" | "b64" => {
                    demands_extension = true;
                    reader.skip_value()?;
                }
                // RFC 7516 §9: "If the "enc" member exists, it is a JWE".
                "enc" => {
                    is_encrypted = true;
                    reader.skip_value()?;
                }
                _ => {
                    reader.skip_value()?;
                }
            }
            Ok(())
        })?;
        reader.end().map_err(ReadError::from)?;

        if is_encrypted {
            return Err(Malformed::Encrypted.into());
        }
        if demands_extension {
            return Err(Error::UnsupportedCritical);
        }
        let algorithm = algorithm.ok_or(ReadError::parameter("alg", ParameterProblem::Missing))?;
        Ok(Self { algorithm, key_id, token_type, content_type })
    }

    /// The algorithm (`alg`), or `None` for `none` and for names that are not known.
    #[must_use]
    pub fn algorithm(&self) -> Option<Algorithm> {
        match &self.algorithm {
            AlgorithmName::Known(algorithm, _) => Some(*algorithm),
            AlgorithmName::Unknown(_) => None,
        }
    }

    /// The algorithm's name, as the sender wrote it.
    #[must_use]
    pub fn algorithm_name(&self) -> &str {
        match &self.algorithm {
            AlgorithmName::Known(_, name) => name,
            AlgorithmName::Unknown(name) => name,
        }
    }

    /// The key ID (`kid`), at most [`limits::MAX_KEY_ID_LEN`] bytes. Only ever compared with those of keys we hold.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// The media type of the whole token (`typ`), as the sender wrote it.
    #[must_use]
    pub fn token_type(&self) -> Option<&str> {
        self.token_type.as_deref()
    }

    /// The media type of the payload (`cty`), as the sender wrote it. Says nothing about whether the payload is a claims set.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }
}

/// Whether two values of `typ` name one media type.
///
/// RFC 7515 §4.1.9: they are compared as media types, so without regard to case, and "a recipient using the media type value
/// MUST treat it as if "application/" were prepended to any "typ" value not containing a '/'".
pub(crate) fn same_media_type(one: &str, other: &str) -> bool {
    subtype(one).eq_ignore_ascii_case(subtype(other))
}

fn subtype(media_type: &str) -> &str {
    match media_type.split_at_checked(APPLICATION.len()) {
        // What follows must not contain a second slash: `application/a/b` is not the same as `a/b`, which is no subtype.
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(APPLICATION) && !rest.contains('/') => rest,
        _ => media_type,
    }
}

/// A parameter that must be a string where it is present. `null` is not a string.
fn text<'a>(reader: &mut Reader<'a>, name: &'static str) -> Result<Cow<'a, str>, ReadError> {
    match reader.kind()? {
        Kind::String => Ok(reader.string()?),
        _ => Err(ReadError::parameter(name, ParameterProblem::NotAString)),
    }
}

/// What can go wrong while the members are read.
enum ReadError {
    Json(JsonProblem),
    Parameter { name: &'static str, problem: ParameterProblem },
}

impl ReadError {
    fn parameter(name: &'static str, problem: ParameterProblem) -> Self {
        Self::Parameter { name, problem }
    }
}

impl From<JsonProblem> for ReadError {
    fn from(problem: JsonProblem) -> Self {
        Self::Json(problem)
    }
}

impl From<ReadError> for Error {
    fn from(error: ReadError) -> Self {
        Self::Malformed(match error {
            ReadError::Json(problem) => Malformed::Json(Part::Header, problem),
            ReadError::Parameter { name, problem } => Malformed::HeaderParameter { name, problem },
        })
    }
}

/// RFC 9864 §2.2: the newer name of what RFC 8037 calls `EdDSA`.
const ED25519: &str = "Ed25519";
const APPLICATION: &str = "application/";

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    fn refusal(json: &str) -> Error {
        Header::parse(json.as_bytes()).expect_err(json)
    }

    #[test]
    fn the_parameters_that_matter_are_read_and_the_others_are_not() {
        let header = Header::parse(
            br#"{"jku":"https://evil.example/jwks","jwk":{"kty":"oct"},"x5u":7,"x5c":null,"alg":"ES256","kid":"k","typ":"JWT","cty":"JWT","p2c":9e9,"zip":"DEF"}"#,
        )
        .unwrap();
        assert_eq!(header.algorithm(), Some(Algorithm::Es256));
        assert_eq!(
            (header.key_id(), header.token_type(), header.content_type()),
            (Some("k"), Some("JWT"), Some("JWT"))
        );
    }

    #[test]
    fn escapes_are_the_same_text() {
        let header = Header::parse(br#"{"\u0061lg":"\u0045S256","k\u0069d":"\u006b"}"#).unwrap();
        assert_eq!((header.algorithm(), header.key_id()), (Some(Algorithm::Es256), Some("k")));
    }

    #[test]
    fn a_parameter_of_the_wrong_type_is_refused() {
        for name in ["alg", "kid", "typ", "cty"] {
            for value in ["null", "true", "7", "[\"x\"]", "{}"] {
                // `alg` first, so that only the parameter in question is wrong.
                let json = if name == "alg" {
                    format!("{{\"alg\":{value}}}")
                } else {
                    format!("{{\"alg\":\"ES256\",\"{name}\":{value}}}")
                };
                assert!(
                    matches!(refusal(&json), Error::Malformed(Malformed::HeaderParameter { name: found, problem: ParameterProblem::NotAString }) if found == name),
                    "{json}"
                );
            }
        }
        assert_eq!(
            refusal("{}"),
            Malformed::HeaderParameter { name: "alg", problem: ParameterProblem::Missing }.into()
        );
    }

    #[test]
    fn both_names_of_ed25519_are_one_algorithm_and_told_as_written() {
        for name in ["EdDSA", "Ed25519"] {
            let header = Header::parse(format!("{{\"alg\":\"{name}\"}}").as_bytes()).unwrap();
            assert_eq!((header.algorithm(), header.algorithm_name()), (Some(Algorithm::EdDsa), name));
        }
    }

    #[test]
    fn names_that_are_no_algorithms_are_kept_apart() {
        for name in ["none", "None", "nOnE", "es256", " ES256", "ES256\\u0000", "RSA-OAEP"] {
            let header = Header::parse(format!("{{\"alg\":\"{name}\"}}").as_bytes()).unwrap();
            assert_eq!(header.algorithm(), None, "{name}");
        }
    }

    #[test]
    fn every_critical_extension_is_refused() {
        for member in [
            r#""crit":["exp"]"#,
            r#""crit":["b64"],"b64":true"#,
            r#""crit":["b64"],"b64":false"#,
            r#""crit":[]"#,
            r#""crit":null"#,
            r#""crit":"b64""#,
            r#""crit":["alg"]"#,
            r#""crit":["x","x"]"#,
            r#""b64":false"#,
            r#""b64":true"#,
        ] {
            assert_eq!(
                refusal(&format!("{{\"alg\":\"ES256\",{member}}}")),
                Error::UnsupportedCritical,
                "{member}"
            );
        }
    }

    #[test]
    fn a_header_with_enc_is_an_encrypted_token() {
        assert_eq!(refusal(r#"{"alg":"ES256","enc":"A256GCM"}"#), Malformed::Encrypted.into());
    }

    #[test]
    fn a_key_id_has_a_longest_length() {
        let header = |len: usize| format!("{{\"alg\":\"ES256\",\"kid\":\"{}\"}}", "k".repeat(len));
        assert!(Header::parse(header(limits::MAX_KEY_ID_LEN).as_bytes()).is_ok());
        assert_eq!(
            refusal(&header(limits::MAX_KEY_ID_LEN + 1)),
            Malformed::HeaderParameter { name: "kid", problem: ParameterProblem::TooLong }.into()
        );
    }

    #[test]
    fn media_types_are_compared_as_media_types() {
        // one, other, same
        for (one, other, same) in [
            ("JWT", "jwt", true),
            ("at+jwt", "application/at+jwt", true),
            ("APPLICATION/AT+JWT", "at+jwt", true),
            ("at+jwt", "at+jw", false),
            ("at+jwt", " at+jwt", false),
            ("at+jwt", "text/at+jwt", false),
            ("application/", "", true),
            ("a/b", "application/a/b", false),
        ] {
            assert_eq!(same_media_type(one, other), same, "{one:?} {other:?}");
            assert_eq!(same_media_type(other, one), same, "{other:?} {one:?}");
        }
    }
}
