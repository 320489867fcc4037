//! Amazon Cognito: <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html>

use jwt_verify_core::{Algorithm, ClaimCheck, ClaimMapping, TokenKind};

use super::{Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// A user pool of Amazon Cognito. [Documentation](https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html).
///
/// `pool_id` is the pool's ID, which begins with its region. Which of its tokens are meant must be said next, because each kind names the app
/// clients in its own way.
///
/// # Examples
///
/// ```
/// use jwt_verify_remote::providers;
///
/// let cognito = providers::cognito("eu-west-1_Ab1Cd2Ef3").access_tokens(["client-1"]);
/// assert_eq!(cognito.name(), "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1Cd2Ef3");
/// ```
pub fn cognito(pool_id: impl AsRef<str>) -> CognitoPool {
    let mut input = Input::default();
    let given = pool_id.as_ref();
    let mut pool_id = input.word(POOL_ID, given);
    let region = match pool_id.split_once('_') {
        Some((region, id)) if region.contains('-') && !region.contains('.') && !id.is_empty() => {
            region.to_owned()
        }
        // The placeholder was told already.
        _ if given.trim() != pool_id => pool_id.clone(),
        _ => {
            pool_id = input.invalid(POOL_ID, given, "placeholder");
            pool_id.clone()
        }
    };
    // AWS in China has a domain of its own.
    let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    CognitoPool { input, issuer: format!("https://cognito-idp.{region}.{domain}/{pool_id}") }
}

/// A user pool, of which it is still to be said which tokens are accepted. Made by [`cognito`].
#[derive(Debug)]
#[must_use = "say which tokens are accepted: `access_tokens` or `id_tokens`"]
pub struct CognitoPool {
    input: Input,
    issuer: String,
}

impl CognitoPool {
    /// Access tokens of these app clients.
    ///
    /// They have no `aud`: `client_id` stands in for it. Where one has an `aud` all the same (resource binding), give it with
    /// [`audience`](RemoteIssuerBuilder::audience). Scopes are `scope`, roles the pool's groups.
    pub fn access_tokens(
        mut self,
        client_ids: impl IntoIterator<Item = impl Into<String>>,
    ) -> RemoteIssuerBuilder {
        let clients = self.input.list(CLIENTS, client_ids);
        self.tokens("access").instead_of_audience(ClaimCheck::one_of("client_id", clients))
    }

    /// ID tokens for these app clients.
    pub fn id_tokens(
        mut self,
        client_ids: impl IntoIterator<Item = impl Into<String>>,
    ) -> RemoteIssuerBuilder {
        let clients = self.input.list(CLIENTS, client_ids);
        self.tokens("id").audiences(clients).token_kind(TokenKind::IdToken)
    }

    fn tokens(self, kind: &str) -> RemoteIssuerBuilder {
        let jwks_url = format!("{}/.well-known/jwks.json", self.issuer);
        self.input
            .issuer(self.issuer, jwks_url)
            .algorithms([Algorithm::Rs256])
            .check_claim(ClaimCheck::one_of("token_use", [kind]))
            .claim_mapping(ClaimMapping::new().roles("cognito:groups"))
    }
}

const POOL_ID: Setting = Setting::base("the ID of the user pool", "eu-west-1_Ab1Cd2Ef3");
const CLIENTS: Setting = Setting::audience("the IDs of the app clients", "1example23456789");
const TOKENS: Setting = Setting::required("tokens", "the kind of token, `access` or `id`", "access");

pub(super) const PRESET: Preset = Preset {
    name: "cognito",
    about: "Amazon Cognito: access tokens or ID tokens of a user pool",
    docs: "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html",
    settings: &[POOL_ID, TOKENS, CLIENTS],
    build: |settings| {
        let (pool, clients) = (cognito(settings.text("base")), settings.list("audience"));
        match settings.text("tokens") {
            "access" => pool.access_tokens(clients),
            "id" => pool.id_tokens(clients),
            other => pool.access_tokens(clients).with_invalid(TOKENS, other),
        }
    },
};
