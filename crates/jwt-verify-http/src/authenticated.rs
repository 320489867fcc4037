//! [`Authenticated`]: a request whose token was verified.

use core::fmt;
use std::sync::OnceLock;

use jwt_verify_core::{Claims, Error, Identity, Policy, VerifiedToken};
use serde::de::DeserializeOwned;

use crate::{Auth, Reason, Refusal, path};

/// A verified token, and whoever asks it: who is calling, may they do this, is this theirs.
///
/// A guard leaves it in the request's extensions, so that a request's token is verified once. **A value of this type is the
/// proof**: only [`Auth::authenticate`] makes one. Cloning is cheap.
///
/// # Examples
///
/// ```no_run
/// use jwt_verify_http::{Authenticated, Refusal, core::Policy};
///
/// /// What a handler without extractors, a gRPC service say, does with the request's extension.
/// fn publish(caller: &Authenticated) -> Result<String, Refusal> {
///     let user = caller.authorize(&Policy::scope("articles:write"))?;
///     Ok(format!("published by {}", user.id()))
/// }
/// ```
#[derive(Clone)]
pub struct Authenticated {
    token: VerifiedToken<Claims>,
    /// Whose rules and answers these are.
    auth: Auth,
    /// Read from the claims when somebody asks.
    identity: OnceLock<Identity>,
}

impl Authenticated {
    pub(crate) fn new(token: VerifiedToken<Claims>, auth: Auth) -> Self {
        Self { token, auth, identity: OnceLock::new() }
    }

    /// The verified token, with every claim.
    #[must_use]
    pub fn token(&self) -> &VerifiedToken<Claims> {
        &self.token
    }

    /// Who is calling.
    ///
    /// # Errors
    ///
    /// 401 if the claims name no user as the issuer's mapping has it.
    pub fn identity(&self) -> Result<&Identity, Refusal> {
        if let Some(identity) = self.identity.get() {
            return Ok(identity);
        }
        match self.token.identity() {
            Ok(identity) => Ok(self.identity.get_or_init(|| identity)),
            Err(error) => Err(self.refuse(error.into())),
        }
    }

    /// The token with its claims as another type.
    ///
    /// # Errors
    ///
    /// 401 if the claims do not fit the type: the token is genuine, and not one for this.
    pub fn claims<C: DeserializeOwned>(&self) -> Result<VerifiedToken<C>, Refusal> {
        self.token.claims_as().map_err(|error: Error| self.refuse(error.into()))
    }

    /// Who is calling, if the policy allows it, as of the time at which the token was verified.
    ///
    /// # Errors
    ///
    /// 403 with all scopes that are needed; 401 if another login is enough (RFC 9470); and as [`identity`](Self::identity).
    pub fn authorize(&self, policy: &Policy) -> Result<&Identity, Refusal> {
        let identity = self.identity()?;
        match policy.check(identity, self.token.verified_at()) {
            Ok(()) => Ok(identity),
            Err(denied) => Err(self.refuse(Reason::Denied(denied))),
        }
    }

    /// Who is calling, if it is the user that the path names.
    ///
    /// Compared byte for byte with [`Identity::id`]: no case folding and no normalization, which would make two users one.
    ///
    /// # Errors
    ///
    /// 403 for anybody else, also if the text is no correct percent-encoding; and as [`identity`](Self::identity).
    pub fn check_owner(&self, owner: OwnerId<'_>) -> Result<&Identity, Refusal> {
        let identity = self.identity()?;
        let is_caller = match owner {
            OwnerId::Decoded(id) => id == identity.id(),
            OwnerId::Encoded(segment) => path::decode_once(segment).is_some_and(|id| id == identity.id()),
        };
        if is_caller { Ok(identity) } else { Err(self.refuse(Reason::NotOwner)) }
    }

    /// Whether this very [`Auth`], or a clone of it, verified the token. What another one accepted proves nothing here.
    #[must_use]
    pub fn is_from(&self, auth: &Auth) -> bool {
        self.auth.is_same(auth)
    }

    fn refuse(&self, reason: Reason) -> Refusal {
        self.auth.refuse(reason, Some(&self.token))
    }
}

/// How the token was verified, not what is in it.
impl fmt::Debug for Authenticated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticated").field("token", &self.token).finish_non_exhaustive()
    }
}

/// The user that a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OwnerId<'a> {
    /// As it stands in the path, percent-encoded; decoded once before it is compared (RFC 3986 §2.4: "Implementations must not
    /// percent-encode or decode the same string more than once").
    Encoded(&'a str),
    /// Decoded already, by a framework that refuses what is no correct encoding.
    Decoded(&'a str),
}

impl<'a> OwnerId<'a> {
    /// Decoded already, by a framework that leaves a broken `%` as it is, and has no value (`None`) where it is no UTF-8.
    ///
    /// `path` is the path that the value was decoded from. If it has a broken `%`, a `%` in the value could be that one or a correct
    /// `%25`; so the value is nobody's ID then.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_http::OwnerId;
    ///
    /// assert_eq!(OwnerId::leniently_decoded(Some("a%b"), "/users/a%25b"), OwnerId::Decoded("a%b"));
    /// assert_ne!(OwnerId::leniently_decoded(Some("a%b"), "/users/a%b"), OwnerId::Decoded("a%b"));
    /// ```
    #[must_use]
    pub fn leniently_decoded(value: Option<&'a str>, path: &str) -> Self {
        match value {
            Some(value) if !value.contains('%') || path::is_percent_encoding(path) => Self::Decoded(value),
            _ => Self::NOBODY,
        }
    }

    /// Not the encoding of a text.
    const NOBODY: Self = Self::Encoded("%");
}
