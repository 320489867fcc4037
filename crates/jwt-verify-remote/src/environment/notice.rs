//! What is worth knowing about an environment that can be used: [`Notice`].

use core::fmt;

/// Something in the environment that is no mistake for certain.
///
/// # Examples
///
/// ```
/// use jwt_verify_remote::{Environment, Notice};
///
/// let environment = Environment::from_variables([
///     ("BETTER_AUTH_URL", "https://app.example.com"),
///     ("BETTER_AUTH_SECRET", "the secret that signs cookies"),
/// ])?;
/// assert_eq!(
///     environment.notices(),
///     [Notice::SecretIgnored { secret: "BETTER_AUTH_SECRET", because_of: "BETTER_AUTH_URL" }]
/// );
/// assert!(!environment.notices()[0].is_warning());
/// # Ok::<(), jwt_verify_remote::EnvironmentError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// There is a secret, and keys are fetched. The secret verifies nothing.
    SecretIgnored {
        /// The variable with the secret.
        secret: &'static str,
        /// The variable that says where the keys are.
        because_of: &'static str,
    },
    /// An address of this machine in what looks like production.
    Localhost {
        /// The variable with the address.
        variable: &'static str,
        /// The host, with the port if there is one.
        host: String,
        /// The variable by which it looks like production.
        sign: &'static str,
    },
    /// Keys are fetched over plain `http` from a host that was allowed by name.
    PlainHttpAllowed {
        /// The variable with the address.
        variable: &'static str,
        /// The host, with the port if there is one.
        host: String,
    },
    /// The issuer's name is a plain `http` URL, in production. Nothing is fetched from it.
    PlainHttpIssuer {
        /// The variable with the name.
        variable: &'static str,
    },
    /// JWT_ISSUER and the name that the provider writes differ in a slash at the end.
    IssuerSlash {
        /// What the provider writes.
        expected: String,
    },
    /// A variable that is not known looks like one that is, and that one is not set.
    PossiblyMisspelled {
        /// The one that is set, cut and escaped for display.
        found: String,
        /// The one that may be meant.
        known: &'static str,
    },
    /// A variable of another provider than the one that was chosen, or one without effect beside others. It is ignored.
    Unused {
        /// The variable.
        variable: &'static str,
        /// The provider that was chosen.
        provider: &'static str,
    },
    /// An authorized party is written with a slash at the end, which no origin has: tokens of that party are refused.
    OriginSlash {
        /// The variable with the origins.
        variable: &'static str,
        /// The origin as it is written.
        found: String,
    },
    /// JWT_USER_ID_CLAIM names a claim whose value people can change, or that may pass to another person.
    ChangeableUserId {
        /// The claim.
        claim: &'static str,
    },
    /// The secret begins or ends with white space, which is taken for a part of it.
    SecretWithSpace {
        /// The variable with the secret.
        variable: &'static str,
    },
}

impl Notice {
    /// Whether it is probably a mistake.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        match self {
            Self::Localhost { .. }
            | Self::PlainHttpIssuer { .. }
            | Self::IssuerSlash { .. }
            | Self::PossiblyMisspelled { .. }
            | Self::Unused { .. }
            | Self::OriginSlash { .. }
            | Self::ChangeableUserId { .. }
            | Self::SecretWithSpace { .. } => true,
            // Better Auth's secret is there for other reasons wherever Better Auth itself runs.
            Self::SecretIgnored { .. } | Self::PlainHttpAllowed { .. } => false,
        }
    }

    /// Tells it to whoever reads the log.
    pub(super) fn log(&self) {
        if self.is_warning() {
            tracing::warn!("{self}");
        } else {
            tracing::info!("{self}");
        }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SecretIgnored { secret, because_of } => write!(
                f,
                "{secret} is not used: {because_of} says where the keys are, and tokens are verified with those alone. A service that \
                 only verifies needs no secret: leave it out here"
            ),
            Self::Localhost { variable, host, sign } => write!(
                f,
                "{variable} leads to {host}, and {sign} says that this is production: inside a container that is the container \
                 itself, and tokens that users get from the public address have that address as their issuer. Set {variable} \
                 to the public address"
            ),
            Self::PlainHttpAllowed { variable, host } => write!(
                f,
                "{variable} leads to {host} over plain http, as JWT_DANGER_ALLOW_HTTP_HOSTS allows: whoever is between can replace \
                 the keys, so it must be your own network"
            ),
            Self::PlainHttpIssuer { variable } => write!(
                f,
                "{variable} makes the issuer's name a plain http URL: nothing is fetched from it, but tokens of an issuer that is \
                 public have https there, and would be refused"
            ),
            Self::IssuerSlash { expected } => write!(
                f,
                "JWT_ISSUER differs from what the provider writes into tokens, {expected}, in the slash at the end: names are compared \
                 exactly, so tokens may all be refused. Leave out JWT_ISSUER"
            ),
            Self::PossiblyMisspelled { found, known } => {
                write!(f, "{found} is not a variable that is read: did you mean {known}?")
            }
            Self::Unused { variable, provider } => {
                write!(f, "{variable} is not used: tokens are those of `{provider}`")
            }
            Self::OriginSlash { variable, found } => write!(
                f,
                "{variable} has \"{found}\", with a slash at the end: origins have none, so tokens of that party are all refused. Leave \
                 out the slash"
            ),
            Self::ChangeableUserId { claim } => write!(
                f,
                "JWT_USER_ID_CLAIM is `{claim}`, which can change, and can belong to another person later: whoever gets it gets what \
                 the first one had. Use an ID that is given once, as `sub`"
            ),
            Self::SecretWithSpace { variable } => write!(
                f,
                "{variable} begins or ends with a blank or a line break, which is taken for a part of the secret: if signatures \
                 turn out to be wrong, this may be why"
            ),
        }
    }
}
