//! Microsoft Entra ID: <https://learn.microsoft.com/en-us/entra/identity-platform/claims-validation>

use jwt_verify_core::{Algorithm, ClaimCheck, ClaimMapping};

use super::{Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// Access tokens of one tenant of Microsoft Entra ID. [Documentation](https://learn.microsoft.com/en-us/entra/identity-platform/claims-validation).
///
/// `tenant_id` is the tenant's ID, a GUID. Its domain will not do, because tokens do not name it. Which version of tokens the API asks
/// for must be said next.
///
/// # Examples
///
/// ```
/// use jwt_verify_remote::providers;
///
/// let entra = providers::entra("72f988bf-86f1-41af-91ab-2d7cd011db47").v2("11111111-2222-3333-4444-555555555555");
/// assert_eq!(entra.name(), "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0");
/// ```
pub fn entra(tenant_id: impl AsRef<str>) -> EntraTenants {
    let mut input = Input::default();
    let tenant = tenant_guid(&mut input, tenant_id.as_ref());
    EntraTenants { input, tenants: Tenants::One(tenant) }
}

/// As [`entra`], for several tenants, by their IDs. Tokens of any other tenant are refused.
pub fn entra_tenants(tenant_ids: impl IntoIterator<Item = impl Into<String>>) -> EntraTenants {
    let mut input = Input::default();
    let listed = input.list(TENANTS, tenant_ids);
    let tenants = listed.iter().map(|tenant| tenant_guid(&mut input, tenant)).collect();
    EntraTenants { input, tenants: Tenants::Some(tenants) }
}

/// As [`entra`], for every tenant there is, whoever runs it, and for personal accounts, if the app's registration admits them.
///
/// # Security
///
/// A tenant's administrator can make any user with any name and role in it. The caller is [`Identity::tenant`] and [`Identity::id`] together.
/// Personal accounts are those of the tenant `9188040d-6c67-4c5b-b112-36a304b66dad`.
///
/// [`Identity::tenant`]: jwt_verify_core::Identity::tenant
/// [`Identity::id`]: jwt_verify_core::Identity::id
pub fn entra_any_tenant() -> EntraTenants {
    EntraTenants { input: Input::default(), tenants: Tenants::Any }
}

/// Tenants of Entra ID, of which it is still to be said which version of tokens is accepted. Made by [`entra`], [`entra_tenants`] and
/// [`entra_any_tenant`].
///
/// Both versions: the ID is `oid`, which is unique together with the tenant `tid`, for `sub` is another in each application. Scopes are
/// `scp`, roles the app roles (`roles`), which is all that a service has. `tid` must be the tenant that `iss` names, and a key that
/// Entra publishes for one issuer answers for no other. ID tokens, which have no client that calls (`azp`, `appid`), are refused; so are tokens for Microsoft
/// Graph, which nobody else can verify. `email` is not verified, and must never tell who somebody is.
#[derive(Debug)]
#[must_use = "say which version of tokens is accepted: `v2` or `v1`"]
pub struct EntraTenants {
    input: Input,
    tenants: Tenants,
}

#[derive(Debug)]
enum Tenants {
    One(String),
    Some(Vec<String>),
    Any,
}

impl EntraTenants {
    /// Tokens of version 2.0, for the API with this application (client) ID.
    ///
    /// That is the version where the manifest of the API's registration has `requestedAccessTokenVersion` 2.
    pub fn v2(self, application_id: impl Into<String>) -> RemoteIssuerBuilder {
        self.issuer("https://login.microsoftonline.com/{tenantid}/v2.0", "discovery/v2.0/keys")
            .audience(application_id)
            .check_claim(ClaimCheck::one_of("ver", ["2.0"]))
            .require_claim("azp")
    }

    /// Tokens of version 1.0, for this audience: the API's Application ID URI, as `api://…`.
    pub fn v1(self, audience: impl Into<String>) -> RemoteIssuerBuilder {
        self.issuer("https://sts.windows.net/{tenantid}/", "discovery/keys")
            .audience(audience)
            .check_claim(ClaimCheck::one_of("ver", ["1.0"]))
            .require_claim("appid")
    }

    fn issuer(self, template: &str, keys: &str) -> RemoteIssuerBuilder {
        let jwks_url = |tenant: &str| format!("https://login.microsoftonline.com/{tenant}/{keys}");
        let builder = match self.tenants {
            Tenants::One(tenant) => self
                .input
                .issuer(template.replace("{tenantid}", &tenant), jwks_url(&tenant))
                .check_claim(ClaimCheck::one_of("tid", [tenant])),
            Tenants::Some(tenants) => self.input.template(template.into(), tenants, jwks_url("common")),
            Tenants::Any => self.input.template(template.into(), Vec::new(), jwks_url("common")),
        };
        builder
            .algorithms([Algorithm::Rs256])
            .claim_mapping(ClaimMapping::new().user_id("oid").tenant("tid").roles("roles"))
    }
}

/// A GUID in lower case, as tokens have it.
fn tenant_guid(input: &mut Input, text: &str) -> String {
    let guid = input.word(TENANT, text).to_ascii_lowercase();
    let parts: Vec<usize> = guid.split('-').map(str::len).collect();
    let is_guid =
        parts == [8, 4, 4, 4, 12] && guid.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    match is_guid {
        true => guid,
        // What is no word at all was told already.
        false if guid == text.trim().to_ascii_lowercase() => input.invalid(TENANT, text, NO_TENANT),
        false => NO_TENANT.into(),
    }
}

/// Stands in for a tenant that was not given as it must be.
const NO_TENANT: &str = "00000000-0000-0000-0000-000000000000";
const TENANT: Setting = Setting::base(
    "the tenant's ID, a GUID (not its domain), or a list of them, or `any`",
    "72f988bf-86f1-41af-91ab-2d7cd011db47",
);
const TENANTS: Setting = TENANT;
const VERSION: Setting = Setting::optional("version", "the version of the tokens, `2` or `1`", "2");

pub(super) const PRESET: Preset = Preset {
    name: "entra",
    about: "Microsoft Entra ID access tokens of one, several or all tenants",
    docs: "https://learn.microsoft.com/en-us/entra/identity-platform/claims-validation",
    settings: &[
        TENANT,
        Setting::audience(
            "the application (client) ID of the API, for version 1 its Application ID URI",
            "11111111-2222-3333-4444-555555555555",
        ),
        VERSION,
    ],
    build: |settings| {
        let mut tenants: Vec<&str> = settings.list("base").collect();
        let tenants = match (tenants.pop(), tenants.is_empty()) {
            (Some("any"), true) => entra_any_tenant(),
            (Some(tenant), true) => entra(tenant),
            _ => entra_tenants(settings.list("base")),
        };
        let mut audiences = settings.list("audience");
        let first = audiences.next().unwrap_or_default();
        match settings.text("version") {
            "" | "2" => tenants.v2(first),
            "1" => tenants.v1(first),
            other => tenants.v2(first).with_invalid(VERSION, other),
        }
        .audiences(audiences)
    },
};
