//! `--provider`: an issuer of which the rules are known.

use jwt_verify_core::{TrustedIssuer, TrustedIssuerBuilder};
use jwt_verify_remote::{
    SetupError, SetupProblem,
    providers::{self, Settings},
};

use crate::{
    arguments::VerifyArguments,
    failure::Failure,
    judge,
    remote::{self, Fetching, Remote},
};

/// The provider's issuer with what the arguments say beside, and its keys, which were not fetched yet.
pub(crate) fn issuer(name: &str, arguments: &VerifyArguments) -> Result<(TrustedIssuer, Remote), Failure> {
    let settings =
        arguments.set.iter().fold(Settings::new(), |settings, (name, value)| settings.set(name, value));
    let settings = arguments.audience.iter().fold(settings, Settings::audience);
    let mut issuer = providers::from_settings(name, &settings).map_err(|error| failure(&error))?;

    if let Some((first, others)) = arguments.issuer.split_first() {
        issuer = others.iter().fold(issuer.issuer(first), |issuer, name| issuer.also_known_as(name));
    }
    if !arguments.algorithms.is_empty() {
        issuer = issuer.algorithms(arguments.algorithms.iter().copied());
    }
    if !arguments.typ.is_empty() {
        issuer = issuer.token_kind(judge::token_kind(&arguments.typ));
    }
    if arguments.danger_no_expiration {
        issuer = issuer.rules(TrustedIssuerBuilder::danger_no_expiration);
    }
    if let Some(max_age) = arguments.max_age {
        issuer = issuer.rules(move |rules| rules.max_age(max_age));
    }
    issuer = arguments.require.iter().fold(issuer, |issuer, claim| issuer.require_claim(claim));

    let fetching = Fetching::new(&arguments.fetch)?;
    let place = String::from(issuer.address().unwrap_or_else(|| issuer.name()));
    let applied = fetching.clone();
    let issuer = issuer
        .leeway(arguments.leeway)
        .keys(move |keys| applied.apply(keys))
        .build()
        .map_err(|error| failure(&error))?;
    match issuer.keys() {
        Some(keys) => {
            let remote = Remote::of(keys.clone(), &place, fetching);
            Ok((issuer.into(), remote))
        }
        None => Err(Failure::Setup(format!(
            "--provider {name} has no keys that can be fetched: give them with --jwks"
        ))),
    }
}

fn failure(error: &SetupError) -> Failure {
    Failure::Setup(error.problems().iter().map(in_flags).collect::<Vec<_>>().join("; "))
}

/// A problem by the name of the flag that solves it.
fn in_flags(problem: &SetupProblem) -> String {
    match problem {
        SetupProblem::Missing { setting } if setting.name() == "audience" => {
            format!("--audience {} is missing ({})", setting.example(), setting.about())
        }
        SetupProblem::Missing { setting } => {
            format!("--set {}={} is missing ({})", setting.name(), setting.example(), setting.about())
        }
        SetupProblem::UnknownProvider { similar: None, .. } => {
            let known: Vec<_> = providers::names().collect();
            format!("--provider is none that is known: {}", known.join(", "))
        }
        SetupProblem::UnknownProvider { similar: Some(similar), .. } => {
            format!("--provider is none that is known: did you mean {similar}?")
        }
        SetupProblem::NameOfTenants { .. } => String::from(
            "--issuer would stand in for the list of the tenants: leave it out, and name the tenants that are accepted with --set base=TENANT",
        ),
        SetupProblem::Rule(problem) => judge::in_flags(problem),
        SetupProblem::Keys(problem) => remote::in_flags(problem),
        other => other.to_string(),
    }
}
