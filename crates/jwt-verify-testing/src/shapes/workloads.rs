//! Tokens that tell which workload calls, or that a proxy adds.

use serde_json::json;

use super::{DAY, HOUR, MINUTE, now, shape};
use crate::{TestIssuer, TokenBuilder};

/// A token of a GitHub Actions job. `sub` has the immutable form, with the numbers of the owner and of the repository.
///
/// <https://docs.github.com/en/actions/reference/security/oidc>
pub fn github_actions(issuer: &TestIssuer) -> TokenBuilder {
    let workflow = "octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main";
    let claims = json!({
        "aud": issuer.audience(),
        "jti": "0f6f5d0c-7e11-4a8b-9a4e-9f1b3a526c0f",
        "nbf": now(issuer).saturating_sub(5 * MINUTE),
        "sub": "repo:octo-org@65/octo-repo@74:ref:refs/heads/main",
        "ref": "refs/heads/main",
        "ref_type": "branch",
        "ref_protected": "true",
        "sha": "f2a6f5d0c7e119f1b3a526c0f4a8b9a4e0f6f5d0",
        "repository": "octo-org/octo-repo",
        "repository_id": "74",
        "repository_owner": "octo-org",
        "repository_owner_id": "65",
        "repository_visibility": "private",
        "run_id": "1234567890",
        "run_number": "10",
        "run_attempt": "1",
        "actor": "octocat",
        "actor_id": "12",
        "workflow": "deploy",
        "workflow_ref": workflow,
        "workflow_sha": "f2a6f5d0c7e119f1b3a526c0f4a8b9a4e0f6f5d0",
        "job_workflow_ref": workflow,
        "job_workflow_sha": "f2a6f5d0c7e119f1b3a526c0f4a8b9a4e0f6f5d0",
        "event_name": "push",
        "head_ref": "",
        "base_ref": "",
        "runner_environment": "github-hosted",
    });
    shape(issuer, Some("JWT"), 5 * MINUTE, claims)
}

/// A bound token of a Kubernetes service account: no `typ`, `aud` is an array.
///
/// <https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/>
pub fn kubernetes(issuer: &TestIssuer) -> TokenBuilder {
    let now = now(issuer);
    let claims = json!({
        "aud": [issuer.audience()],
        "jti": "ea28ed49-2e11-4280-9ec5-bc3d1d84661a",
        "nbf": now,
        "sub": "system:serviceaccount:my-namespace:my-service",
        "kubernetes.io": {
            "namespace": "my-namespace",
            "node": {"name": "node-1", "uid": "646e7c5e-32d6-4d42-9dbd-e504e6cbe6b1"},
            "pod": {"name": "my-service-7d9f", "uid": "b0b54d8c-6b8d-4c31-8b1e-4a7a6d6b8d2f"},
            "serviceaccount": {"name": "my-service", "uid": "14ee3fa4-a7e2-420f-9f9a-dbc4507c3798"},
            "warnafter": now.saturating_add(HOUR),
        },
    });
    shape(issuer, None, HOUR, claims)
}

/// An application token of Cloudflare Access, which comes in `Cf-Access-Jwt-Assertion`.
///
/// <https://developers.cloudflare.com/cloudflare-one/identity/authorization-cookie/application-token/>
pub fn cloudflare_access(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "aud": [issuer.audience()],
        "email": "ada@example.test",
        "nbf": now(issuer),
        "type": "app",
        "identity_nonce": "6ei69kawdKzMIAPF",
        "sub": "7335d417-61da-459d-899c-0a01c76a2f94",
        "country": "GB",
    });
    shape(issuer, Some("JWT"), DAY, claims)
}
