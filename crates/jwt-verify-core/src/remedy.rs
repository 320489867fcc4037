//! What to change, for each way a token can be refused.

use crate::{ClaimError, Error, KeyMismatch, KeyNotFound, KeySourceError, Malformed};

impl Error {
    /// What the reader of this error can change, in a sentence. For logs and tools, not for the client.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_core::{ClaimError, Error};
    ///
    /// let error = Error::Claim(ClaimError::InvalidAudience);
    /// assert!(error.remedy().contains("`audience`"));
    /// ```
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Malformed(malformed) => of_malformed(malformed),
            Self::UnsupportedCritical => {
                "have the issuer sign without `crit` and `b64`; no extension is supported"
            }
            Self::AlgorithmNotAllowed(Some(_)) => {
                "if the issuer really signs with this algorithm, add it to the issuer's `algorithms`"
            }
            Self::AlgorithmNotAllowed(None) => {
                "have the issuer sign with a known algorithm; an unsigned token (`none`) is never accepted"
            }
            Self::KeyNotFound(not_found) => of_key_not_found(not_found),
            Self::KeyMismatch(mismatch) => of_key_mismatch(*mismatch),
            Self::InvalidSignature => {
                "check that the keys are this issuer's and current; if they are, the token was altered or forged"
            }
            Self::Claim(claim) => of_claim(claim),
            Self::ClaimsShape(_) => {
                "make the fields of the claims type optional, or fit them to what the issuer sends"
            }
            Self::KeySource(KeySourceError::Failed { .. }) => {
                "check that the key source can be reached from here; the error's source tells why it failed"
            }
            Self::KeySource(_) => {
                "load the issuer's keys before verifying, or use `verify`, which may wait for issuer and keys"
            }
            Self::ClockUnavailable => {
                "pass the time with `verify_held_at`, give the builder a `clock`, or switch on the `std` feature"
            }
        }
    }
}

fn of_malformed(malformed: &Malformed) -> &'static str {
    match malformed {
        Malformed::TooLong { .. } => {
            "ask the issuer for a smaller token, or raise `max_token_len` if tokens of this issuer are that long"
        }
        Malformed::Empty => "pass the token: what follows `Bearer ` in the `Authorization` header field",
        Malformed::Character { .. } => {
            "pass the token alone, without white space, quotes or padding around it"
        }
        Malformed::BearerPrefix => "pass what follows `Bearer `, without the word",
        Malformed::Parts { .. } => {
            "ask the issuer for a JWT: many hand out opaque tokens unless an audience or resource is asked for"
        }
        Malformed::Encrypted => "have the issuer sign access tokens and not encrypt them",
        Malformed::SelectiveDisclosure => "present an access token and not a credential",
        Malformed::JsonSerialization => "use the compact serialization",
        Malformed::EmptyPart(_) => "pass the whole token",
        Malformed::Base64(_) => {
            "pass the token as the issuer made it; some proxies pad or re-encode tokens, which breaks their signature too"
        }
        Malformed::Json(..) | Malformed::HeaderParameter { .. } => {
            "have the issuer fix the JSON that it signs"
        }
    }
}

fn of_key_not_found(not_found: &KeyNotFound) -> &'static str {
    match not_found {
        KeyNotFound::UnknownKeyId { .. } => {
            "check that the JWK Set is this issuer's and current; keys may have been rotated since it was loaded"
        }
        KeyNotFound::NoneFits => {
            "check that the JWK Set has a key for this algorithm, with `use` absent or `sig`"
        }
        KeyNotFound::Ambiguous => {
            "have the issuer put a `kid` into its tokens, and each `kid` on one key only"
        }
        KeyNotFound::OnlyExpired => {
            "see why the key source gets no newer keys; a source that cannot reach its issuer should answer with an error"
        }
        KeyNotFound::NoKeys => "look at what was skipped when the JWK Set was read; no entry was usable",
    }
}

fn of_key_mismatch(mismatch: KeyMismatch) -> &'static str {
    match mismatch {
        KeyMismatch::KeyType | KeyMismatch::Algorithm { .. } => {
            "compare the token's `alg` with the key's `kty`, `crv` and `alg`; somebody may be trying another algorithm"
        }
        KeyMismatch::Issuer => "give the key set of this issuer; the key says that it is another one's",
        KeyMismatch::PublicKeysOnly => {
            "take the HS algorithms off the list: this issuer signs with a private key, and a public key is no secret"
        }
        KeyMismatch::SecretOnly => {
            "give the issuer's public keys, or allow only the algorithm that the secret is for"
        }
    }
}

fn of_claim(claim: &ClaimError) -> &'static str {
    match claim {
        ClaimError::Expired { .. } => "have the client fetch a new token; if the clocks disagree, set them",
        ClaimError::NotYetValid { .. } | ClaimError::IssuedInFuture { .. } => {
            "set the clocks: the issuer's is ahead of this one by more than the leeway"
        }
        ClaimError::TooOld { .. } => "have the client fetch a new token, or raise `max_age`",
        ClaimError::InvalidIssuer => {
            "compare the token's `iss` with the configured issuer byte by byte; a trailing slash counts"
        }
        ClaimError::TenantNotAllowed => {
            "add the tenant to `only_tenants` if its users may come in; if all tenants may, leave the list out"
        }
        ClaimError::TenantMismatch { .. } => {
            "check that `tenant_claim` names the claim with the tenant's ID, which an issuer writes into both places"
        }
        ClaimError::InvalidAudience => {
            "add the token's `aud` with `audience` if it means this service, or ask the issuer for a token that names it"
        }
        ClaimError::InvalidType => {
            "present an access token and not an ID token, logout token or session cookie, or set `token_kind`"
        }
        ClaimError::Missing { .. } => "have the issuer add the claim, or drop the rule that asks for it",
        ClaimError::WrongType { .. } => "have the issuer send the claim with the type that RFC 7519 gives it",
        ClaimError::NotAllowed { .. } => {
            "add the value to the check if such tokens are meant for this service"
        }
        ClaimError::UserIdsDisagree => {
            "name the one claim that identifies the user with `ClaimMapping::user_id`"
        }
        ClaimError::BoundToKey => {
            "have the client ask for a plain bearer token; bound tokens are not supported yet"
        }
    }
}
