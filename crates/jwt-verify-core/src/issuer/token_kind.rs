//! One kind of token does not pass for another.

use alloc::{boxed::Box, vec::Vec};
use core::fmt;

use crate::{ClaimError, Header, claims::RegisteredClaims, header::same_media_type};

/// Which kind of token is accepted, so that one kind cannot pass for another (RFC 8725 §3.11, §3.12).
///
/// An issuer signs many things with one key: access tokens, ID tokens, logout tokens, session cookies. `typ` tells them apart
/// where the issuer sets it; members that only one kind has, where it does not.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TokenKind {
    /// An access token by whatever profile: `typ` absent, `JWT` or `at+jwt`; none of `events`, `at_hash`,
    /// `c_hash`, `s_hash`.
    #[default]
    AccessToken,
    /// An access token by RFC 9068: `typ` must be `at+jwt`, and `iss`, `exp`, `aud`, `sub`, `client_id`, `iat` and `jti` must be
    /// there (§2.2).
    Rfc9068,
    /// An OpenID Connect ID token: `typ` absent or `JWT`; `sub` and `iat` must be there, `events` must not.
    IdToken,
    /// Tokens whose `typ` is one of these media types, with or without `application/`; absent is refused.
    OfType(Vec<Box<str>>),
    /// Anything the keys have signed. Right only for keys that sign one kind of token.
    DangerAny,
}

impl TokenKind {
    /// Tokens whose `typ` is one of these.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_core::TokenKind;
    ///
    /// let kind = TokenKind::of_type(["secevent+jwt"]);
    /// assert!(matches!(kind, TokenKind::OfType(types) if types.len() == 1));
    /// ```
    pub fn of_type<T: Into<Box<str>>>(types: impl IntoIterator<Item = T>) -> Self {
        Self::OfType(types.into_iter().map(T::into).collect())
    }

    pub(crate) fn check(&self, header: &Header, claims: &RegisteredClaims) -> Result<(), ClaimError> {
        let is_of = |types: &[&str]| match header.token_type() {
            Some(found) => types.iter().any(|expected| same_media_type(found, expected)),
            None => false,
        };
        let is_unmarked = header.token_type().is_none() || is_of(&["JWT"]);
        let foreign = claims.foreign;
        let fits = match self {
            Self::AccessToken => {
                (is_unmarked || is_of(&["at+jwt"])) && !foreign.events && !foreign.id_token_hashes
            }
            Self::Rfc9068 => is_of(&["at+jwt"]) && !foreign.events && !foreign.id_token_hashes,
            Self::IdToken => is_unmarked && !foreign.events,
            Self::OfType(types) => types.iter().any(|expected| is_of(&[&**expected])),
            Self::DangerAny => true,
        };
        if fits { Ok(()) } else { Err(ClaimError::InvalidType) }
    }

    /// Claims that every token of the kind has.
    pub(crate) fn required_claims(&self) -> &'static [&'static str] {
        match self {
            Self::Rfc9068 => &["iss", "exp", "aud", "sub", "client_id", "iat", "jti"],
            Self::IdToken => &["sub", "iat"],
            Self::AccessToken | Self::OfType(_) | Self::DangerAny => &[],
        }
    }
}

/// For messages: what `typ` may be.
impl fmt::Display for TokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccessToken => {
                f.write_str("absent, \"JWT\" or \"at+jwt\", and nothing of another kind of token")
            }
            Self::Rfc9068 => f.write_str("\"at+jwt\""),
            Self::IdToken => f.write_str("absent or \"JWT\", and no security event"),
            Self::OfType(types) => {
                for (index, name) in types.iter().enumerate() {
                    write!(f, "{}{name:?}", if index == 0 { "" } else { " or " })?;
                }
                Ok(())
            }
            Self::DangerAny => f.write_str("anything"),
        }
    }
}
