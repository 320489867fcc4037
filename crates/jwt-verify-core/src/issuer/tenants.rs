//! An issuer with many tenants, each of which has a name of its own made from one template.

use alloc::{boxed::Box, string::ToString, vec::Vec};

use serde_json::Value;

use crate::{ClaimError, ClaimPath, claims::RegisteredClaims};

/// Which values of `iss` an issuer with tenants may use, and the claim that must agree.
#[derive(Debug)]
pub(crate) struct TenantTemplate {
    text: Box<str>,
    /// The claim that names the tenant once more.
    pub(super) claim: ClaimPath,
    /// `None` for any tenant.
    pub(super) only: Option<Vec<Box<str>>>,
}

impl TenantTemplate {
    pub(super) fn new(text: Box<str>) -> Self {
        Self { text, claim: ClaimPath::from("tid"), only: None }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn claim(&self) -> &ClaimPath {
        &self.claim
    }

    pub(crate) fn only(&self) -> Option<&[Box<str>]> {
        self.only.as_deref()
    }

    /// Whether the placeholder is exactly one whole segment of the path.
    ///
    /// In the host it would let whoever registers a domain be an issuer; inside a segment, where the tenant begins would be
    /// a matter of opinion.
    pub(super) fn is_well_formed(&self) -> bool {
        let after_scheme = self.text.split_once("://").map_or(&*self.text, |(_, rest)| rest);
        let Some((host, path)) = after_scheme.split_once('/') else { return false };
        let mut others = path.split('/').filter(|segment| *segment != PLACEHOLDER);
        !host.is_empty()
            && path.split('/').filter(|segment| *segment == PLACEHOLDER).count() == 1
            && ![host].into_iter().chain(others.by_ref()).any(|part| part.contains(['{', '}']))
    }

    /// Whether an issuer has a name of this template.
    pub(crate) fn fits(&self, issuer: &str) -> bool {
        tenant_of(&self.text, issuer).is_some()
    }

    pub(super) fn check_issuer(&self, issuer: &str) -> Result<(), ClaimError> {
        let tenant = tenant_of(&self.text, issuer).ok_or(ClaimError::InvalidIssuer)?;
        match &self.only {
            Some(only) if !only.iter().any(|allowed| **allowed == *tenant) => {
                Err(ClaimError::TenantNotAllowed)
            }
            _ => Ok(()),
        }
    }

    /// The issuer signs for all tenants with the same keys, so its software must have put the same tenant in both places:
    /// a service that reads the tenant from the claim and one that reads it from `iss` would otherwise disagree.
    pub(super) fn check_claim(&self, claims: &RegisteredClaims) -> Result<(), ClaimError> {
        let tenant = claims.issuer.as_deref().and_then(|issuer| tenant_of(&self.text, issuer));
        let name = || self.claim.to_string();
        match (self.claim.find(&claims.captured), tenant) {
            (None, _) => Err(ClaimError::missing(name())),
            (Some(Value::String(claimed)), Some(tenant)) if claimed == tenant => Ok(()),
            (Some(Value::String(_)), _) => Err(ClaimError::TenantMismatch { claim: name().into() }),
            (Some(_), _) => Err(ClaimError::wrong_type(name())),
        }
    }
}

/// The tenant for which a template has this name.
///
/// A tenant is a GUID in lower case, as the issuer writes it: nothing else fits, so that the name has no second reading.
pub(crate) fn tenant_of<'n>(template: &str, name: &'n str) -> Option<&'n str> {
    let (before, after) = template.split_once(PLACEHOLDER)?;
    name.strip_prefix(before)?.strip_suffix(after).filter(|tenant| is_guid(tenant))
}

/// Whether some `iss` could be of both, each a name or a template.
pub(crate) fn overlap(one: &str, other: &str) -> bool {
    let (one, other) = (one.split('/'), other.split('/'));
    let could_be_same = |(one, other): (&str, &str)| {
        one == other || (one == PLACEHOLDER && is_guid(other)) || (other == PLACEHOLDER && is_guid(one))
    };
    one.clone().count() == other.clone().count() && one.zip(other).all(could_be_same)
}

pub(super) fn is_guid(text: &str) -> bool {
    text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'))
}

/// What stands for the tenant, as Entra ID has it in its metadata and in the `issuer` of its keys.
const PLACEHOLDER: &str = "{tenantid}";

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "11111111-1111-1111-1111-111111111111";
    const OTHER: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

    #[test]
    fn a_template_has_its_placeholder_as_one_whole_segment_of_its_path() {
        for (text, expected) in [
            ("https://login.example/{tenantid}/v2.0", true),
            ("https://login.example/{tenantid}", true),
            ("https://login.example/{tenantid}/", true),
            ("https://login.example/a/{tenantid}/b", true),
            ("login.example/{tenantid}", true),
            // Not there, or not this one.
            ("", false),
            ("https://login.example/v2.0", false),
            ("https://login.example/{tenant}/v2.0", false),
            ("https://login.example/{TenantId}/v2.0", false),
            // More than one.
            ("https://login.example/{tenantid}/{tenantid}", false),
            ("https://login.example/{tenantid}/x{tenantid}", false),
            ("https://{tenantid}.login.example/{tenantid}", false),
            ("https://login.example/{tenantid}/{policy}", false),
            // Not a segment, or not of the path.
            ("https://login.example/x{tenantid}/v2.0", false),
            ("https://login.example/{tenantid}{tenantid}/v2.0", false),
            ("https://{tenantid}/v2.0", false),
            ("https://{tenantid}", false),
            ("{tenantid}", false),
            ("{tenantid}/v2.0", false),
            ("/{tenantid}", false),
            ("https:///{tenantid}", false),
        ] {
            assert_eq!(TenantTemplate::new(text.into()).is_well_formed(), expected, "{text}");
        }
    }

    #[test]
    fn a_tenant_is_a_guid_in_lower_case() {
        for (text, expected) in [
            (ONE, true),
            (OTHER, true),
            ("", false),
            ("9188040D-6C67-4C5B-B112-36A304B66DAD", false),
            ("9188040d6c674c5bb11236a304b66dad", false),
            ("{9188040d-6c67-4c5b-b112-36a304b66dad}", false),
            ("9188040d-6c67-4c5b-b112-36a304b66da", false),
            ("9188040d-6c67-4c5b-b112-36a304b66dadd", false),
            ("9188040d-6c67-4c5b-b112-36a304b66dag", false),
            ("9188040d-6c67-4c5b-b11236a304b66dad-", false),
            ("9188040d-6c67-4c5b-b112-36a304b66d d", false),
            ("common", false),
            ("acme.example", false),
        ] {
            assert_eq!(is_guid(text), expected, "{text}");
        }
    }

    #[test]
    fn names_and_templates_overlap_where_one_token_could_be_of_both() {
        let template = "https://login.example/{tenantid}/v2.0";
        let name = |tenant: &str| alloc::format!("https://login.example/{tenant}/v2.0");
        for (one, other, expected) in [
            (template, template, true),
            (template, &*name(ONE), true),
            (template, &*name("common"), false),
            (template, "https://login.example/{tenantid}", false),
            (template, "https://other.example/{tenantid}/v2.0", false),
            // Placeholders in different places.
            (
                &*alloc::format!("https://login.example/{{tenantid}}/{ONE}"),
                &*alloc::format!("https://login.example/{OTHER}/{{tenantid}}"),
                true,
            ),
            ("https://login.example/a/{tenantid}", "https://login.example/{tenantid}/a", false),
            (&*name(ONE), &*name(OTHER), false),
        ] {
            assert_eq!(overlap(one, other), expected, "{one} {other}");
            assert_eq!(overlap(other, one), expected, "{other} {one}");
        }
    }
}
