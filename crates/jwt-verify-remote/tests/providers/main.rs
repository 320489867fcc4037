//! Every preset, with tokens as its provider writes them.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod addresses;
mod kinds;
mod presets;
mod refusals;
mod traps;

use std::sync::LazyLock;

use jwt_verify_core::{Algorithm, ClaimError, Error, KeySet, VerifiedToken, Verifier};
use jwt_verify_remote::RemoteIssuerBuilder;
use jwt_verify_testing::{TestIssuer, TokenBuilder};

/// What signs in the place of a provider.
static SIGNER: LazyLock<TestIssuer> =
    LazyLock::new(|| TestIssuer::builder().algorithms([Algorithm::Rs256]).start());

/// Verifies through a preset, with the signer's keys in the place of the provider's.
fn verify(preset: RemoteIssuerBuilder, token: TokenBuilder) -> Result<VerifiedToken, Error> {
    verify_with_keys(preset, SIGNER.jwk_set().into(), token)
}

fn verify_with_keys(
    preset: RemoteIssuerBuilder,
    keys: KeySet,
    token: TokenBuilder,
) -> Result<VerifiedToken, Error> {
    let issuer = preset.key_source(keys).build().unwrap_or_else(|error| panic!("{error}"));
    let verifier = Verifier::builder().issuer(issuer.into()).clock(SIGNER.clock()).build().unwrap();
    verifier.verify_held(&token.mint())
}

/// The refusal of a token, which must be one.
fn refusal(preset: RemoteIssuerBuilder, token: TokenBuilder) -> Error {
    match verify(preset, token) {
        Ok(_) => panic!("the token is accepted"),
        Err(error) => error,
    }
}

fn not_allowed(claim: &'static str) -> Error {
    ClaimError::NotAllowed { claim: claim.into() }.into()
}

fn missing(claim: &'static str) -> Error {
    ClaimError::Missing { claim: claim.into() }.into()
}
