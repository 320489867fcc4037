//! A token before and after: [`UnverifiedToken`] is text with a shape, [`VerifiedToken`] is the proof.

use alloc::{sync::Arc, vec::Vec};
use core::{any::Any, fmt};

use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    Algorithm, Claims, Error, Header, Identity, Malformed, Part, UnixTime, base64url,
    claims::RegisteredClaims,
    issuer::IssuerPolicy,
    json::{self, ReadError},
    limits,
};

/// A text in the shape of a JWT: the JWS Compact Serialization (RFC 7515 §7.1), split and not trusted.
///
/// Borrows the text. Parsing looks at length, alphabet and dots only; nothing is decoded and nothing is allocated.
/// What this type can show is what the sender wrote, not what is true.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{Algorithm, UnverifiedToken};
///
/// let token = UnverifiedToken::parse("eyJhbGciOiJFUzI1NiIsImtpZCI6ImsxIn0.e30.c2ln")?;
/// let header = token.header()?;
/// assert_eq!(header.algorithm(), Some(Algorithm::Es256));
/// assert_eq!(header.key_id(), Some("k1"));
/// # Ok::<(), jwt_verify_core::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct UnverifiedToken<'a> {
    /// Everything up to the second dot: what the signature is over.
    signing_input: &'a str,
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
}

impl<'a> UnverifiedToken<'a> {
    /// Splits a token of at most [`limits::DEFAULT_MAX_TOKEN_LEN`] bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`], with a variant for each thing that is commonly mistaken for a JWT.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        Self::parse_within(text, limits::DEFAULT_MAX_TOKEN_LEN)
    }

    /// Splits a token of at most `max_len` bytes.
    pub(crate) fn parse_within(text: &'a str, max_len: usize) -> Result<Self, Error> {
        // First of all, so that nothing below depends on how much somebody sends.
        if text.len() > max_len {
            return Err(Malformed::TooLong { found: text.len(), limit: max_len }.into());
        }
        match Self::split(text) {
            Some(token) if token.header.is_empty() => Err(Malformed::EmptyPart(Part::Header).into()),
            // Also what RFC 7515 Appendix F calls detached content, which a JWT never has.
            Some(token) if token.payload.is_empty() => Err(Malformed::EmptyPart(Part::Payload).into()),
            // An empty signature goes on to the header, which will name `none`: the better explanation.
            Some(token) => Ok(token),
            None => Err(what_else(text).into()),
        }
    }

    /// RFC 8725bis §3.14: a JWT consists of letters, digits, `-`, `_` and `.` and of nothing else. A text that is JSON, or that
    /// two parsers could read differently, does not get past this point.
    fn split(text: &'a str) -> Option<Self> {
        let mut dots = 0_usize;
        for byte in text.bytes() {
            if !is_token_byte(byte) {
                return None;
            }
            dots = dots.saturating_add(usize::from(byte == b'.'));
        }
        if dots != 2 {
            return None;
        }
        let (signing_input, signature) = text.rsplit_once('.')?;
        let (header, payload) = signing_input.split_once('.')?;
        Some(Self { signing_input, header, payload, signature })
    }

    /// Decodes and reads the JOSE header.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if it is not a JSON object with the parameters a JWS must have, and
    /// [`Error::UnsupportedCritical`] if it demands an extension.
    pub fn header(&self) -> Result<Header, Error> {
        let json = base64url::decode(self.header).ok_or(Malformed::Base64(Part::Header))?;
        Header::parse(&json)
    }

    /// Decodes and reads the claims **without verifying anything**.
    ///
    /// For looking at a token: in a debugger, in a support tool. Whoever wrote the token chose what is in them.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if the payload is not a JSON object, [`Error::ClaimsShape`] if a registered claim has the wrong
    /// type.
    pub fn danger_unverified_claims(&self) -> Result<Claims, Error> {
        read_claims(&self.payload()?)
    }

    /// The decoded payload.
    pub(crate) fn payload(&self) -> Result<Vec<u8>, Error> {
        base64url::decode(self.payload).ok_or_else(|| Malformed::Base64(Part::Payload).into())
    }

    /// The decoded signature. Empty for a token that was never signed, of which its header says more.
    pub(crate) fn signature(&self) -> Result<Vec<u8>, Error> {
        base64url::decode(self.signature).ok_or_else(|| Malformed::Base64(Part::Signature).into())
    }

    /// RFC 7515 §5.2: the "JWS Signing Input" is the received ASCII text, never a re-serialization.
    pub(crate) fn signing_input(&self) -> &'a [u8] {
        self.signing_input.as_bytes()
    }
}

/// Never prints the token: a token is a secret.
impl fmt::Debug for UnverifiedToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedToken")
            .field("header_len", &self.header.len())
            .field("payload_len", &self.payload.len())
            .field("signature_len", &self.signature.len())
            .finish()
    }
}

/// A token whose every check has passed, with its claims as `C`.
///
/// **A value of this type is the proof.** It has no public constructor: only a [`Verifier`](crate::Verifier) makes one.
///
/// ```compile_fail,E0451
/// use jwt_verify_core::{Claims, VerifiedToken};
///
/// // Not even out of another one.
/// fn forge(genuine: VerifiedToken<Claims>) -> VerifiedToken<Claims> {
///     VerifiedToken { ..genuine }
/// }
/// ```
///
/// Cheap to clone: two reference counts. The payload is kept, so that a guard can verify first and a handler ask
/// for its own type later.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{Algorithm, HmacSecret, TrustedIssuer, UnixTime, Verifier, VerifiedToken};
///
/// let secret = HmacSecret::new(Algorithm::Hs256, b"thirty-two bytes of shared secret")?;
/// let issuer = TrustedIssuer::builder("https://id.example")
///     .audience("https://api.example")
///     .algorithms([Algorithm::Hs256])
///     .hmac_secret(secret)
///     .build()?;
/// let verifier = Verifier::new(issuer);
///
/// # let token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJodHRwczovL2FwaS5leGFtcGxlIiwic3ViIjoiYWRhIiwiZXhwIjoxODAwMDAwMDAwfQ.TmFx-hUvdPx1c0etzNnq39U6uHN-N_fTyrJbpok0BcI";
/// let verified: VerifiedToken = verifier.verify_held_at(token, UnixTime::from_secs(1_799_999_000))?;
/// assert_eq!(verified.claims().subject(), Some("ada"));
///
/// #[derive(serde::Deserialize)]
/// struct Session<'a> { sub: &'a str, exp: u64 }
/// // Another type later, here one that borrows from the token.
/// let session: Session = verified.read_claims()?;
/// assert_eq!((session.sub, session.exp), ("ada", 1_800_000_000));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct VerifiedToken<C = Claims> {
    verified: Arc<Verified>,
    claims: Arc<C>,
}

/// What is known of the token whatever type its claims are wanted as.
struct Verified {
    header: Header,
    algorithm: Algorithm,
    payload: Vec<u8>,
    registered: RegisteredClaims,
    policy: Arc<IssuerPolicy>,
    verified_at: UnixTime,
}

impl<C: DeserializeOwned> VerifiedToken<C> {
    /// The only way to make one; called by the verifier when every check has passed.
    pub(crate) fn prove(
        header: Header,
        algorithm: Algorithm,
        payload: Vec<u8>,
        registered: RegisteredClaims,
        policy: Arc<IssuerPolicy>,
        verified_at: UnixTime,
    ) -> Result<Self, Error> {
        let claims = Arc::new(read_claims(&payload)?);
        let verified = Verified { header, algorithm, payload, registered, policy, verified_at };
        Ok(Self { verified: Arc::new(verified), claims })
    }
}

impl<C> VerifiedToken<C> {
    /// The claims.
    #[must_use]
    pub fn claims(&self) -> &C {
        &self.claims
    }

    /// The claims by value; cloned only if another clone of this token is alive.
    #[must_use]
    pub fn into_claims(self) -> C
    where
        C: Clone,
    {
        Arc::unwrap_or_clone(self.claims)
    }

    /// The same token with its claims as another type.
    ///
    /// # Errors
    ///
    /// [`Error::ClaimsShape`] if they do not fit it.
    pub fn claims_as<D: DeserializeOwned>(&self) -> Result<VerifiedToken<D>, Error> {
        Ok(VerifiedToken {
            verified: Arc::clone(&self.verified),
            claims: Arc::new(read_claims(&self.verified.payload)?),
        })
    }

    /// The claims as a type that may borrow from this token.
    ///
    /// # Errors
    ///
    /// [`Error::ClaimsShape`] if they do not fit it.
    pub fn read_claims<'a, D: Deserialize<'a>>(&'a self) -> Result<D, Error> {
        read_claims(&self.verified.payload)
    }

    /// Who is calling, as the issuer's [`ClaimMapping`](crate::ClaimMapping) reads the claims.
    ///
    /// # Errors
    ///
    /// [`Error::Claim`] if the claim that names the user is missing, or a mapped claim has the wrong type.
    pub fn identity(&self) -> Result<Identity, Error>
    where
        C: 'static,
    {
        // Read already, if this is what they were read as.
        let claims: &dyn Any = &self.claims;
        let read: Option<&Arc<Claims>> = claims.downcast_ref();
        let claims = match read {
            Some(claims) => Arc::clone(claims),
            None => Arc::new(read_claims(&self.verified.payload)?),
        };
        let issuer = self.issuer().map(Arc::from);
        Ok(self.verified.policy.claim_mapping.identity(claims, issuer)?)
    }

    /// The JOSE header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.verified.header
    }

    /// The algorithm that the signature was checked with.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.verified.algorithm
    }

    /// The header's `kid`.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.verified.header.key_id()
    }

    /// The issuer (`iss`). `None` only where the verifier was built to accept tokens without one.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.verified.registered.issuer.as_deref()
    }

    /// The subject (`sub`), if the token has one.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.verified.registered.subject.as_deref()
    }

    /// When the token expires (`exp`), whole seconds. `None` only where the verifier was built to accept tokens without.
    #[must_use]
    pub fn expiration_time(&self) -> Option<UnixTime> {
        self.verified.registered.expiration_time.map(|date| date.floor())
    }

    /// The time it was verified at.
    #[must_use]
    pub fn verified_at(&self) -> UnixTime {
        self.verified.verified_at
    }
}

impl<C> Clone for VerifiedToken<C> {
    fn clone(&self) -> Self {
        Self { verified: Arc::clone(&self.verified), claims: Arc::clone(&self.claims) }
    }
}

/// Prints how the token was verified, not what is in it: claims are personal data.
impl<C> fmt::Debug for VerifiedToken<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedToken")
            .field("issuer", &self.issuer())
            .field("algorithm", &self.algorithm())
            .field("key_id", &self.key_id())
            .field("verified_at", &self.verified_at())
            .finish_non_exhaustive()
    }
}

/// Reads a payload as any type, through our own reader: duplicates, depth and encoding are checked whatever the type ignores.
fn read_claims<'a, C: Deserialize<'a>>(payload: &'a [u8]) -> Result<C, Error> {
    json::from_slice(payload).map_err(|error| match error {
        ReadError::Json(problem) => Malformed::Json(Part::Payload, problem).into(),
        ReadError::Shape(message) => Error::ClaimsShape(message),
    })
}

/// The alphabet of base64url, and the dot between the parts.
fn is_token_byte(byte: u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.')
}

/// Names what a text is that is not a JWT.
fn what_else(text: &str) -> Malformed {
    let bytes = text.as_bytes();
    if text.is_empty() {
        return Malformed::Empty;
    }
    if bytes.first_chunk().is_some_and(|word: &[u8; 7]| word.eq_ignore_ascii_case(b"bearer ")) {
        return Malformed::BearerPrefix;
    }
    if text.starts_with('{') {
        return Malformed::JsonSerialization;
    }
    match bytes.iter().position(|byte| !is_token_byte(*byte)) {
        Some(at) if bytes.get(at) == Some(&b'~') => Malformed::SelectiveDisclosure,
        Some(at) => Malformed::Character { at },
        None => match bytes.iter().filter(|byte| **byte == b'.').count() {
            // RFC 7516 §9: a JWE has four dots.
            4 => Malformed::Encrypted,
            dots => Malformed::Parts { found: dots.saturating_add(1) },
        },
    }
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::String};

    use super::*;

    fn refusal(text: &str) -> Malformed {
        match UnverifiedToken::parse(text) {
            Err(Error::Malformed(malformed)) => malformed,
            other => panic!("{text:?}: {other:?}"),
        }
    }

    #[test]
    fn what_is_no_jwt_is_refused_by_its_name() {
        // text, refusal
        for (text, expected) in [
            ("", Malformed::Empty),
            ("Bearer e30.e30.c2ln", Malformed::BearerPrefix),
            ("bEARER e30.e30.c2ln", Malformed::BearerPrefix),
            ("Bearer", Malformed::Parts { found: 1 }),
            // JSON serializations, and polyglots that have two dots inside JSON.
            ("{\"payload\":\"e30\"}", Malformed::JsonSerialization),
            ("{\"a\":\".e30.\"}", Malformed::JsonSerialization),
            // Opaque tokens, and what a bearer plugin hands out.
            ("gho_16C7e42F292c6912E7710c838347Ae178B4a", Malformed::Parts { found: 1 }),
            ("c2Vzc2lvbg.c2ln", Malformed::Parts { found: 2 }),
            ("e30.e30.c2ln.e30", Malformed::Parts { found: 4 }),
            ("e30.e30.c2ln.e30.e30.e30", Malformed::Parts { found: 6 }),
            // JWE, also with an empty encrypted key.
            ("e30.a.b.c.d", Malformed::Encrypted),
            ("e30..b.c.d", Malformed::Encrypted),
            // SD-JWT, with and without disclosures.
            ("e30.e30.c2ln~", Malformed::SelectiveDisclosure),
            ("e30.e30.c2ln~WyJhIl0~", Malformed::SelectiveDisclosure),
            // Text around a token is not trimmed.
            (" e30.e30.c2ln", Malformed::Character { at: 0 }),
            ("e30.e30.c2ln\n", Malformed::Character { at: 12 }),
            ("e30.e30.c2ln\0", Malformed::Character { at: 12 }),
            ("\u{feff}e30.e30.c2ln", Malformed::Character { at: 0 }),
            ("\"e30.e30.c2ln\"", Malformed::Character { at: 0 }),
            ("e30.e30.c2ln,e30.e30.c2ln", Malformed::Character { at: 12 }),
            // Padding and the other base64 alphabet.
            ("e30=.e30.c2ln", Malformed::Character { at: 3 }),
            ("e30.e3+.c2ln", Malformed::Character { at: 6 }),
            ("e30.e30.c2/n", Malformed::Character { at: 10 }),
            ("e30.e3é.c2ln", Malformed::Character { at: 6 }),
            // Empty parts.
            ("..", Malformed::EmptyPart(Part::Header)),
            (".e30.c2ln", Malformed::EmptyPart(Part::Header)),
            ("e30..c2ln", Malformed::EmptyPart(Part::Payload)),
        ] {
            assert_eq!(refusal(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_hundred_thousand_dots_are_refused_before_they_are_counted() {
        let dots = ".".repeat(100_000);
        assert_eq!(
            refusal(&dots),
            Malformed::TooLong { found: 100_000, limit: limits::DEFAULT_MAX_TOKEN_LEN }
        );
    }

    #[test]
    fn the_length_limit_is_exact() {
        let token = |len: usize| format!("e30.e30.{}", "A".repeat(len - 8));
        let limit = limits::DEFAULT_MAX_TOKEN_LEN;
        assert!(UnverifiedToken::parse(&token(limit)).is_ok());
        assert_eq!(refusal(&token(limit + 1)), Malformed::TooLong { found: limit + 1, limit });
    }

    #[test]
    fn parts_are_decoded_strictly() {
        // The last character of each part has bits set behind the last byte.
        let token = UnverifiedToken::parse("e31.e31.c2lh").unwrap();
        assert_eq!(token.header(), Err(Malformed::Base64(Part::Header).into()));
        assert_eq!(token.payload(), Err(Malformed::Base64(Part::Payload).into()));
        let token = UnverifiedToken::parse("e30.e30.c2l").unwrap();
        assert_eq!(
            token.signature(),
            Ok(alloc::vec![0x73, 0x69]).and(Err(Malformed::Base64(Part::Signature).into()))
        );
    }

    #[test]
    fn debug_does_not_print_the_token() {
        let token = UnverifiedToken::parse("eyJhbGciOiJub25lIn0.e30.c2VjcmV0").unwrap();
        let printed: String = format!("{token:?}");
        assert!(!printed.contains("c2VjcmV0") && !printed.contains("eyJ"), "{printed}");
    }
}
