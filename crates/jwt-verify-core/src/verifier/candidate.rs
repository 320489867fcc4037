//! One token on its way: [`Received`], then [`Candidate`], then verified.

use alloc::{borrow::Cow, boxed::Box, string::String, sync::Arc, vec::Vec};

use serde::de::DeserializeOwned;

use super::issuers::Chosen;
use crate::{
    Algorithm, ClaimError, Error, Header, Held, KeyNotFound, KeySet, KeySource, Malformed, Part,
    RefreshReason, Refreshed, UnixTime, UnverifiedToken, VerifiedToken,
    claims::RegisteredClaims,
    explain::{Step, Trace, Untraced},
    issuer::IssuerPolicy,
    key_source::Wanted,
    limits,
};

/// A token of which only is known what it looks like.
pub(super) struct Received<'t> {
    token: UnverifiedToken<'t>,
    header: Header,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

impl<'t> Received<'t> {
    /// Steps 1 and 2: what can be said of a token without knowing whose it is.
    pub(super) fn read(token: &'t str, max_len: usize, trace: &mut impl Trace) -> Result<Self, Error> {
        trace.step(Step::Shape, |detail| {
            detail.expected(format_args!("three parts, at most {max_len} bytes"));
            detail.found(format_args!("{} bytes", token.len()));
        });
        let token = UnverifiedToken::parse_within(token, max_len)?;

        trace.step(Step::Header, |detail| detail.expected("a JSON object with `alg` and without `crit`"));
        let header = token.header()?;

        trace.step(Step::Encoding, |detail| detail.expected("payload and signature in base64url"));
        let payload = token.payload()?;
        let signature = token.signature()?;
        if signature.is_empty() && header.algorithm().is_some() {
            return Err(Malformed::EmptyPart(Part::Signature).into());
        }
        Ok(Self { token, header, payload, signature })
    }

    pub(super) fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Nobody is asked about an issuer on behalf of a token that is refused whoever it is: whoever can make us ask can do it
    /// often. What the token says is not known to be genuine yet, and can only refuse.
    pub(super) fn check_before_resolving(&self, now: UnixTime) -> Result<(), Error> {
        let algorithm = self.header.algorithm().ok_or(Error::AlgorithmNotAllowed(None))?;
        if !algorithm.has_signatures_of(self.signature.len()) {
            return Err(Error::InvalidSignature);
        }
        let claims = RegisteredClaims::read(&self.payload, |_| false)?;
        // Whether `exp` is required, and the leeway, are for the issuer's rules to say. No issuer's leeway is longer than this.
        Ok(claims.check_expiration(false, now, limits::MAX_LEEWAY)?)
    }
}

/// A token that was read and whose policy is known: everything but the signature and the claims.
pub(super) struct Candidate<'t> {
    received: Received<'t>,
    algorithm: Algorithm,
    policy: Arc<IssuerPolicy>,
    /// The token's `iss`, if it chose the policy.
    issuer: Option<Box<str>>,
}

impl<'t> Candidate<'t> {
    /// Step 4: the algorithm, now that the policy is known.
    pub(super) fn new(received: Received<'t>, chosen: Chosen, trace: &mut impl Trace) -> Result<Self, Error> {
        let Chosen { policy, issuer } = chosen;
        trace.step(Step::Algorithm, |detail| {
            detail.expected(policy.algorithms);
            detail.found_text(received.header.algorithm_name());
        });
        // RFC 8725bis §3.1: the allow-list is ours, and the header may only agree with it.
        let algorithm = match received.header.algorithm() {
            Some(algorithm) if policy.algorithms.contains(algorithm) => algorithm,
            found => return Err(Error::AlgorithmNotAllowed(found)),
        };
        Ok(Self { received, algorithm, policy, issuer })
    }

    pub(super) fn key_source(&self) -> &dyn KeySource {
        &*self.policy.keys
    }

    /// Steps 5 and 6: the one key that answers for the token, and its signature.
    pub(super) fn check_signature(
        &self,
        keys: Result<&KeySet, Error>,
        trace: &mut impl Trace,
    ) -> Result<(), Error> {
        trace.step(Step::Key, |detail| {
            detail.expected(format_args!("one key for {}", self.algorithm));
            match self.received.header.key_id() {
                Some(key_id) => detail.found_text(key_id),
                None => detail.found("no key ID in the header"),
            }
        });
        let keys = keys?;
        let issuer = self.issuer_of_key(keys)?;
        let wanted = Wanted {
            algorithm: self.algorithm,
            key_id: self.received.header.key_id(),
            issuer: issuer.as_deref(),
        };
        trace.keys(keys, wanted);
        let key = keys.verifying_key(wanted)?;
        trace.step(Step::Signature, |detail| detail.expected("a signature of this text by that key"));
        key.verify(self.received.token.signing_input(), &self.received.signature)
    }

    /// The `iss` that a key must be for, where it is restricted to one. Read only if there is such a key.
    ///
    /// With several names for one policy it must be the token's own. With one, the token's is checked to be that one later.
    fn issuer_of_key(&self, keys: &KeySet) -> Result<Option<Cow<'_, str>>, Error> {
        if !keys.restricts_issuers() {
            return Ok(None);
        }
        match (&self.issuer, self.policy.issuer.names()) {
            (Some(issuer), _) => Ok(Some(Cow::Borrowed(issuer))),
            (None, [name]) => Ok(Some(Cow::Borrowed(name))),
            (None, _) => {
                let issuer = RegisteredClaims::peek_issuer(&self.received.payload)?;
                Ok(issuer.map(|issuer| Cow::Owned(issuer.into())))
            }
        }
    }

    /// Once more, with newer keys, if newer keys could change the answer and the token is worth asking for them.
    pub(super) async fn check_signature_with_newer_keys(
        &self,
        held: &Held,
        error: Error,
        now: UnixTime,
    ) -> Result<(), Error> {
        let Some(reason) = RefreshReason::of(&error, self.received.header.key_id()) else {
            return Err(error);
        };
        self.check_unverified(now)?;

        match self.policy.keys.refresh(held.keys().generation(), reason).await {
            Ok(Refreshed::Newer(keys)) => self.check_signature(Ok(&keys), &mut Untraced),
            // Nothing newer, or not to be had so soon: the token is refused. That there are no usable keys is no outage either,
            // as long as the source does not say so.
            Ok(Refreshed::Unchanged | Refreshed::Limited) => Err(match reason {
                RefreshReason::NoUsableKeys if held.keys().is_empty() => {
                    Error::KeyNotFound(KeyNotFound::NoKeys)
                }
                RefreshReason::NoUsableKeys => Error::KeyNotFound(KeyNotFound::OnlyExpired),
                _ => error,
            }),
            Err(source) => Err(match reason {
                RefreshReason::NoUsableKeys => Error::KeySource(source),
                _ if held.keys().is_empty() => Error::KeySource(source),
                _ => error,
            }),
        }
    }

    /// Nobody is asked for keys on behalf of a token that is refused whatever the keys are: whoever can make us ask can do it
    /// often. What the token says is not known to be genuine yet, and can only refuse.
    fn check_unverified(&self, now: UnixTime) -> Result<(), Error> {
        if !self.algorithm.has_signatures_of(self.received.signature.len()) {
            return Err(Error::InvalidSignature);
        }
        let claims = RegisteredClaims::read(&self.received.payload, |_| false)?;
        self.policy.issuer.check(&claims)?;
        Ok(claims.check_expiration(self.policy.expiration_required, now, self.policy.leeway)?)
    }

    /// Steps 7 to 9: the claims, now that they are known to be the issuer's.
    pub(super) fn check_claims<C: DeserializeOwned>(
        self,
        now: UnixTime,
        trace: &mut impl Trace,
    ) -> Result<VerifiedToken<C>, Error> {
        let policy = &*self.policy;
        trace.step(Step::Claims, |detail| detail.expected("a JSON object, registered claims of their types"));
        let claims = RegisteredClaims::read(&self.received.payload, |name| policy.captures(name))?;

        trace.step(Step::Issuer, |detail| detail.issuer(&policy.issuer, claims.issuer.as_deref()));
        policy.issuer.check(&claims)?;

        if let Some(template) = policy.issuer.template() {
            trace.step(Step::Tenant, |detail| detail.tenant(template, &claims));
        }
        policy.issuer.check_tenant(&claims)?;

        trace.step(Step::Audience, |detail| detail.audience(&policy.audience, claims.audience.as_ref()));
        policy.audience.check(&claims)?;

        trace.step(Step::Type, |detail| {
            detail.expected(&policy.token_kind);
            detail.found_optional_text(self.received.header.token_type());
        });
        policy.token_kind.check(&self.received.header, &claims)?;

        trace.step(Step::ExpirationTime, |detail| {
            detail.expected(format_args!("after {now}, leeway {} s", policy.leeway.as_secs()));
            detail.found_date(claims.expiration_time);
        });
        claims.check_expiration(policy.expiration_required, now, policy.leeway)?;

        trace.step(Step::NotBefore, |detail| {
            detail.expected(format_args!("absent, or not after {now}, leeway {} s", policy.leeway.as_secs()));
            detail.found_date(claims.not_before);
        });
        claims.check_not_before(now, policy.leeway)?;

        if let Some(max_age) = policy.max_age {
            trace.step(Step::Age, |detail| {
                detail.expected(format_args!("issued within {} s before {now}", max_age.as_secs()));
                detail.found_date(claims.issued_at);
            });
            claims.check_age(max_age, now, policy.leeway)?;
        }

        // RFC 9449 §7.2, RFC 8705 §3: whoever sends a bound token must prove to have the key. We do not check that proof, so the
        // token is not taken without it.
        trace.step(Step::Binding, |detail| {
            detail.expected("no `cnf`");
            detail.found(if claims.is_bound { "bound to a key" } else { "absent" });
        });
        if claims.is_bound {
            return Err(ClaimError::BoundToKey.into());
        }

        let required = policy.required.iter().map(|name| &**name);
        for name in required.chain(policy.token_kind.required_claims().iter().copied()) {
            trace.step(Step::RequiredClaim, |detail| {
                detail.expected_text(name);
                detail.found(if claims.captured.get(name).is_some() { "present" } else { "absent" });
            });
            if claims.captured.get(name).is_none() {
                return Err(ClaimError::missing(String::from(name)).into());
            }
        }
        for check in &policy.checks {
            trace.step(Step::ClaimCheck, |detail| detail.claim_check(check, &claims));
            check.check(&claims)?;
        }

        trace.step(Step::Identity, |detail| detail.expected("claims that name one user"));
        policy.claim_mapping.check(&claims.captured)?;

        trace.step(Step::Shaping, |detail| detail.expected("claims that fit the requested type"));
        let Received { header, payload, .. } = self.received;
        VerifiedToken::prove(header, self.algorithm, payload, claims, self.policy, now)
    }
}
