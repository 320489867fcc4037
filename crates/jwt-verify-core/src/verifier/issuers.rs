//! Whose token is it? The issuers of a verifier, and how `iss` chooses one.

use alloc::{boxed::Box, sync::Arc, vec::Vec};

use crate::{
    BuildProblem, ClaimError, Error, IssuerResolver, Resolved, TrustedIssuer,
    claims::RegisteredClaims,
    explain::{Step, Trace},
    issuer::{IssuerPolicy, IssuerRule, TenantTemplate, overlap},
    limits,
};

/// The policies, ready to be chosen from.
#[derive(Debug)]
pub(super) enum Issuers {
    /// One: nothing needs to be read to choose it.
    One(Arc<IssuerPolicy>),
    Several(Several),
}

/// Issuers of which `iss` chooses one. No `iss` could choose two.
#[derive(Debug)]
pub(super) struct Several {
    /// Every name of every issuer, sorted.
    named: Vec<(Box<str>, Arc<IssuerPolicy>)>,
    /// The issuers with a template.
    templates: Vec<Arc<IssuerPolicy>>,
    resolver: Option<Box<dyn IssuerResolver>>,
}

/// Whose rules a token falls under.
pub(super) enum Choice {
    Known(Chosen),
    /// The resolver has not looked up this name.
    Unknown(Box<str>),
}

/// The rules for a token.
pub(super) struct Chosen {
    pub(super) policy: Arc<IssuerPolicy>,
    /// The `iss` that chose them, if it took one. Not known to be genuine yet.
    pub(super) issuer: Option<Box<str>>,
}

impl Issuers {
    pub(super) fn new(
        issuers: Vec<TrustedIssuer>,
        resolver: Option<Box<dyn IssuerResolver>>,
        problems: &mut Vec<BuildProblem>,
    ) -> Self {
        match (<[TrustedIssuer; 1]>::try_from(issuers), resolver) {
            (Ok([issuer]), None) => Self::One(issuer.policy),
            (Ok(one), resolver) => Self::Several(Several::new(&one, resolver, problems)),
            (Err(issuers), resolver) => Self::Several(Several::new(&issuers, resolver, problems)),
        }
    }

    /// With one issuer nothing is read. With several, `iss` is looked up before anything expensive happens, and a name that is
    /// not trusted ends it. The claim is checked again with the others, once it is known to be genuine.
    pub(super) fn choose(&self, payload: &[u8], trace: &mut impl Trace) -> Result<Choice, Error> {
        let several = match self {
            Self::One(policy) => {
                return Ok(Choice::Known(Chosen { policy: Arc::clone(policy), issuer: None }));
            }
            Self::Several(several) => several,
        };
        trace.step(Step::ChooseIssuer, |detail| {
            let count = several.named.len().saturating_add(several.templates.len());
            let or_else = if several.resolver.is_some() { ", or one of the resolver's" } else { "" };
            detail.expected(format_args!("one of {count} trusted issuers{or_else}"));
        });
        let issuer = RegisteredClaims::peek_issuer(payload)?.ok_or(ClaimError::missing("iss"))?;
        trace.detail(|detail| detail.found_text(&issuer));
        if let Some(policy) = several.given(&issuer) {
            return Ok(Choice::Known(Chosen { policy: Arc::clone(policy), issuer: Some(issuer) }));
        }
        let Some(resolver) = &several.resolver else { return Err(ClaimError::InvalidIssuer.into()) };
        ask(&**resolver, issuer, trace)
    }

    /// Has the resolver look up a name that it does not know.
    pub(super) async fn resolve(&self, issuer: Box<str>) -> Result<Chosen, Error> {
        let resolver = match self {
            Self::Several(Several { resolver: Some(resolver), .. }) => resolver,
            Self::Several(_) | Self::One(_) => return Err(ClaimError::InvalidIssuer.into()),
        };
        match resolver.resolve(&issuer).await.map_err(Error::KeySource)? {
            Some(found) => exactly(found, issuer),
            None => Err(ClaimError::InvalidIssuer.into()),
        }
    }
}

impl Several {
    fn new(
        issuers: &[TrustedIssuer],
        resolver: Option<Box<dyn IssuerResolver>>,
        problems: &mut Vec<BuildProblem>,
    ) -> Self {
        let mut several = Self { named: Vec::new(), templates: Vec::new(), resolver };
        for TrustedIssuer { policy } in issuers {
            match &policy.issuer {
                IssuerRule::Any => problems.push(BuildProblem::AnyIssuerBesideOthers),
                IssuerRule::Tenants(_) => several.templates.push(Arc::clone(policy)),
                IssuerRule::OneOf(names) => {
                    several.named.extend(names.iter().map(|name| (name.clone(), Arc::clone(policy))));
                }
            }
        }
        several.named.sort_by(|(one, _), (other, _)| one.cmp(other));
        several.find_overlaps(problems);
        several
    }

    /// A token that two issuers could claim would be under the rules of whichever comes first.
    fn find_overlaps(&self, problems: &mut Vec<BuildProblem>) {
        let mut report = |one: &str, other: &str| {
            problems.push(match one == other {
                true => BuildProblem::DuplicateIssuer { issuer: one.into() },
                false => BuildProblem::OverlappingIssuers { issuer: one.into(), template: other.into() },
            });
        };
        for pair in self.named.windows(2) {
            if let [(one, _), (other, _)] = pair
                && one == other
            {
                report(one, other);
            }
        }
        for (index, template) in self.templates().enumerate() {
            let names = self.named.iter().map(|(name, _)| &**name);
            for other in names.chain(self.templates().take(index)) {
                if overlap(other, template) {
                    report(other, template);
                }
            }
        }
    }

    fn templates(&self) -> impl Iterator<Item = &str> {
        self.templates.iter().filter_map(|policy| policy.issuer.template()).map(TenantTemplate::text)
    }

    /// The issuer among those given, by name or else by template.
    fn given(&self, issuer: &str) -> Option<&Arc<IssuerPolicy>> {
        let fits = |policy: &&Arc<IssuerPolicy>| {
            policy.issuer.template().is_some_and(|template| template.fits(issuer))
        };
        match self.named.binary_search_by(|(name, _)| (**name).cmp(issuer)) {
            Ok(index) => self.named.get(index).map(|(_, policy)| policy),
            Err(_) => self.templates.iter().find(fits),
        }
    }
}

/// Asks a resolver what it knows. A name that is too long to be one is not worth a question.
fn ask(resolver: &dyn IssuerResolver, issuer: Box<str>, trace: &mut impl Trace) -> Result<Choice, Error> {
    trace.step(Step::ResolveIssuer, |detail| {
        detail.expected(format_args!(
            "a name of at most {} bytes that the resolver trusts",
            limits::MAX_ISSUER_LEN
        ));
        detail.found(format_args!("{} bytes", issuer.len()));
    });
    if issuer.len() > limits::MAX_ISSUER_LEN {
        return Err(ClaimError::InvalidIssuer.into());
    }
    let held = resolver.held(&issuer);
    trace.detail(|detail| {
        detail.found(match held {
            Resolved::Trusted(_) => "trusted",
            Resolved::Untrusted => "not trusted",
            Resolved::Unknown => "not looked up yet",
        });
    });
    match held {
        Resolved::Trusted(found) => exactly(found, issuer).map(Choice::Known),
        Resolved::Untrusted => Err(ClaimError::InvalidIssuer.into()),
        Resolved::Unknown => Ok(Choice::Unknown(issuer)),
    }
}

/// RFC 8725 §3.8: "the application MUST validate that the cryptographic keys used for the cryptographic operations in the JWT
/// belong to the issuer." A resolver that answers with another issuer, or with one that has any name, would have its keys verify
/// this one's tokens.
fn exactly(found: TrustedIssuer, issuer: Box<str>) -> Result<Chosen, Error> {
    if !found.policy.issuer.names().contains(&issuer) {
        return Err(ClaimError::InvalidIssuer.into());
    }
    Ok(Chosen { policy: found.policy, issuer: Some(issuer) })
}
