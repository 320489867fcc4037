//! Kubernetes: <https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#serviceaccount-token-volume-projection>

use jwt_verify_core::{Algorithm, ClaimMapping};

use super::{Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// Tokens of service accounts in a Kubernetes cluster. [Documentation](https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#serviceaccount-token-volume-projection).
///
/// `issuer` is the exact text of the API server's `--service-account-issuer`. Its keys are expected below it, at `/openid/v1/jwks`: give
/// another address with [`jwks_url`](RemoteIssuerBuilder::jwks_url) where the API server is reached by another name. For a cluster on EKS
/// see [`eks`].
///
/// The audience is what the pod's projected volume asks for. The ID is `system:serviceaccount:NAMESPACE:NAME`, the tenant is the namespace. Legacy
/// tokens, which never end and name another issuer, are refused.
///
/// # Examples
///
/// ```
/// let kubernetes = jwt_verify_remote::providers::kubernetes("https://kubernetes.default.svc.cluster.local").audience("vault");
/// assert_eq!(kubernetes.address(), Some("https://kubernetes.default.svc.cluster.local/openid/v1/jwks"));
/// ```
pub fn kubernetes(issuer: impl AsRef<str>) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let issuer = input.exact_url(ISSUER, issuer.as_ref());
    let jwks_url = format!("{}/openid/v1/jwks", issuer.trim_end_matches('/'));
    service_accounts(input, issuer, jwks_url)
}

/// As [`kubernetes`], for a cluster on Amazon EKS, whose keys AWS publishes. [Documentation](https://docs.aws.amazon.com/eks/latest/userguide/irsa-fetch-keys.html).
///
/// `id` is the last part of the cluster's OpenID Connect provider URL.
///
/// # Examples
///
/// ```
/// let eks = jwt_verify_remote::providers::eks("eu-west-1", "0123456789ABCDEF").audience("vault");
/// assert_eq!(eks.name(), "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF");
/// ```
pub fn eks(region: impl AsRef<str>, id: impl AsRef<str>) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let (region, id) = (input.word(REGION, region.as_ref()), input.word(EKS_ID, id.as_ref()));
    // AWS in China has a domain of its own.
    let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    let issuer = format!("https://oidc.eks.{region}.{domain}/id/{id}");
    let jwks_url = format!("{issuer}/keys");
    service_accounts(input, issuer, jwks_url)
}

fn service_accounts(input: Input, issuer: String, jwks_url: String) -> RemoteIssuerBuilder {
    input
        .issuer(issuer, jwks_url)
        .algorithms([Algorithm::Rs256, Algorithm::Es256, Algorithm::Es384, Algorithm::Es512])
        .require_claim("kubernetes.io")
        .claim_mapping(ClaimMapping::new().tenant(["kubernetes.io", "namespace"]))
}

const ISSUER: Setting = Setting::base(
    "the exact text of the API server's `--service-account-issuer`",
    "https://kubernetes.default.svc.cluster.local",
);
const REGION: Setting = Setting::required("region", "the region of the cluster", "eu-west-1");
const EKS_ID: Setting =
    Setting::required("id", "the last part of the cluster's OpenID Connect provider URL", "0123456789ABCDEF");

pub(super) const PRESET: Preset = Preset {
    name: "kubernetes",
    about: "Kubernetes service account tokens",
    docs: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/",
    settings: &[ISSUER, Setting::audience("the audience that the pods' projected volumes ask for", "vault")],
    build: |settings| kubernetes(settings.text("base")).audiences(settings.list("audience")),
};

pub(super) const EKS_PRESET: Preset = Preset {
    name: "eks",
    about: "Kubernetes service account tokens of a cluster on Amazon EKS",
    docs: "https://docs.aws.amazon.com/eks/latest/userguide/irsa-fetch-keys.html",
    settings: &[
        REGION,
        EKS_ID,
        Setting::audience("the audience that the pods' projected volumes ask for", "vault"),
    ],
    build: |settings| eks(settings.text("region"), settings.text("id")).audiences(settings.list("audience")),
};
