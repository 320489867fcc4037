//! GitHub Actions: <https://docs.github.com/en/actions/reference/security/oidc>

use jwt_verify_core::{Algorithm, ClaimCheck, ClaimMapping};

use super::{
    Preset, Setting,
    input::{Input, PLACEHOLDER},
};
use crate::RemoteIssuerBuilder;

/// Tokens of workflows on GitHub Actions. [Documentation](https://docs.github.com/en/actions/reference/security/oidc).
///
/// `audience` is what your workflows ask for. Any workflow of anybody can ask for it, so next must be said whose are accepted: by
/// numeric ID, because names can be given up and taken by somebody else.
///
/// An enterprise's own issuer is given with [`issuer`](RemoteIssuerBuilder::issuer) and [`discover`](RemoteIssuerBuilder::discover):
/// GitHub Enterprise Server's is `https://HOST/_services/token`, that of GHE.com `https://token.actions.SUBDOMAIN.ghe.com`, and that of an
/// enterprise with a name in its tokens `https://token.actions.githubusercontent.com/ENTERPRISE`.
///
/// # Examples
///
/// ```
/// use jwt_verify_remote::providers;
///
/// // `gh api repos/acme/app --jq .id`
/// let github = providers::github_actions("https://deploy.acme.example").repositories(["583231"]);
/// assert!(github.build().is_ok());
/// ```
pub fn github_actions(audience: impl Into<String>) -> GithubActions {
    GithubActions { audience: audience.into() }
}

/// Workflows on GitHub Actions, of which it is still to be said whose are accepted. Made by [`github_actions`].
#[derive(Debug)]
#[must_use = "say whose workflows are accepted: `repositories` or `owners`"]
pub struct GithubActions {
    audience: String,
}

impl GithubActions {
    /// Workflows of these repositories, by their numeric IDs.
    ///
    /// The identity's ID is the repository's, its tenant that of its owner. Branch, environment and workflow are claims to check
    /// ([`check_claim`](RemoteIssuerBuilder::check_claim)): whoever may push a branch runs its workflows.
    pub fn repositories(self, ids: impl IntoIterator<Item = impl Into<String>>) -> RemoteIssuerBuilder {
        let mut input = Input::default();
        let ids = numeric_ids(&mut input, ids);
        self.accepting(input, ClaimCheck::one_of("repository_id", ids))
    }

    /// Workflows of all repositories of these users or organizations, by their numeric IDs.
    pub fn owners(self, ids: impl IntoIterator<Item = impl Into<String>>) -> RemoteIssuerBuilder {
        let mut input = Input::default();
        let ids = numeric_ids(&mut input, ids);
        self.accepting(input, ClaimCheck::one_of("repository_owner_id", ids))
    }

    fn accepting(self, input: Input, check: ClaimCheck) -> RemoteIssuerBuilder {
        input
            .issuer(
                "https://token.actions.githubusercontent.com",
                "https://token.actions.githubusercontent.com/.well-known/jwks",
            )
            .audience(self.audience)
            .algorithms([Algorithm::Rs256])
            .check_claim(check)
            .claim_mapping(ClaimMapping::new().user_id("repository_id").tenant("repository_owner_id"))
    }
}

/// A name in the place of an ID would never fit, and seem to be a fault of the token.
fn numeric_ids(input: &mut Input, ids: impl IntoIterator<Item = impl Into<String>>) -> Vec<String> {
    let ids = input.list(IDS, ids);
    if let Some(name) = ids.iter().find(|id| !id.bytes().all(|byte| byte.is_ascii_digit())) {
        // What is no value at all was told already.
        if *name != PLACEHOLDER {
            input.invalid(IDS, name, PLACEHOLDER);
        }
    }
    ids
}

/// One setting for both, so that one of them is always there.
const IDS: Setting = Setting::base(
    "the numeric IDs of the repositories whose workflows are accepted, or `owner:` and those of their owners",
    "583231",
);

pub(super) const PRESET: Preset = Preset {
    name: "github-actions",
    about: "GitHub Actions: tokens of workflows of certain repositories or owners",
    docs: "https://docs.github.com/en/actions/reference/security/oidc",
    settings: &[
        IDS,
        Setting::audience("the audience that your workflows ask for", "https://deploy.acme.example"),
    ],
    build: |settings| {
        let mut audiences = settings.list("audience");
        let github = github_actions(audiences.next().unwrap_or_default());
        let (owners, repositories): (Vec<_>, Vec<_>) =
            settings.list("base").partition(|id| id.starts_with("owner:"));
        match (&*owners, &*repositories) {
            (_, []) => github.owners(owners.iter().map(|id| id.trim_start_matches("owner:"))),
            ([], _) => github.repositories(repositories),
            // Both would have to hold: hardly what is meant.
            ([owner, ..], _) => github.repositories(repositories).with_invalid(IDS, owner),
        }
        .audiences(audiences)
    },
};
