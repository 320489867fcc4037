//! [`Case`]: a request, the state of the issuer, and what is expected.

use super::{expected::Expected, setup::Run};
use crate::TestIssuer;

/// One row of the suite: a request, the state of the issuer, and what is expected. [`cases`](super::cases) has them all.
#[derive(Clone, Debug)]
pub struct Case {
    name: &'static str,
    topic: &'static str,
    why: &'static str,
    pub(super) app: App,
    pub(super) given: Vec<Step>,
    pub(super) method: &'static str,
    pub(super) target: &'static str,
    pub(super) fields: Vec<(&'static str, Vec<u8>)>,
    pub(super) token: Mint,
    pub(super) other_token: Mint,
    pub(super) expected: Expected,
}

/// Makes a token. What is not the default says so at the case.
pub(super) type Mint = fn(&TestIssuer) -> String;

/// Which function of the [`Harness`](super::Harness) makes the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum App {
    Routes,
    Site,
    Unregistered,
}

/// What happens before the request of a case.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// To the issuer, or to the time.
    Issuer { what: &'static str, act: fn(&TestIssuer) },
    /// A request for `/me` with this token, answered with this status.
    Request { token: Mint, status: u16 },
}

impl Case {
    /// GET `/me` without a token, until it is told otherwise.
    pub(super) fn new(name: &'static str, why: &'static str) -> Self {
        Self {
            name,
            topic: "",
            why,
            app: App::Routes,
            given: Vec::new(),
            method: "GET",
            target: "/me",
            fields: Vec::new(),
            token: |issuer| issuer.token().subject("ada").mint(),
            other_token: |issuer| issuer.token().subject("grace").mint(),
            expected: Expected::no_credentials(),
        }
    }

    /// A sentence with the verdict, in `snake_case`: the name of its test.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The module of its test: `bearer`, `guards`, `keys` and so on.
    #[must_use]
    pub fn topic(&self) -> &'static str {
        self.topic
    }

    /// Where the expectation comes from.
    #[must_use]
    pub fn why(&self) -> &'static str {
        self.why
    }

    /// The request's method.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// The request, for people: `{token}` stands for the token.
    #[must_use]
    pub fn request(&self) -> String {
        let mut text = format!("{} {}", self.method, self.target);
        for (name, value) in &self.fields {
            text.push_str(&format!("\n{name}: {}", value.escape_ascii()));
        }
        text
    }

    /// Whether the keys are fetched from the issuer, and not simply held.
    pub(super) fn has_remote_keys(&self) -> bool {
        !self.given.is_empty()
    }

    pub(super) fn about(self, topic: &'static str) -> Self {
        Self { topic, ..self }
    }

    pub(super) fn site(self) -> Self {
        Self { app: App::Site, ..self }
    }

    pub(super) fn unregistered(self) -> Self {
        Self { app: App::Unregistered, ..self }
    }

    /// Something happens first. The keys are fetched from the issuer.
    pub(super) fn given(mut self, what: &'static str, act: fn(&TestIssuer)) -> Self {
        self.given.push(Step::Issuer { what, act });
        self
    }

    /// A request comes first. The keys are fetched from the issuer.
    pub(super) fn given_request(mut self, token: Mint, status: u16) -> Self {
        self.given.push(Step::Request { token, status });
        self
    }

    pub(super) fn get(self, target: &'static str) -> Self {
        self.asks("GET", target)
    }

    pub(super) fn post(self, target: &'static str) -> Self {
        self.asks("POST", target)
    }

    pub(super) fn asks(self, method: &'static str, target: &'static str) -> Self {
        Self { method, target, ..self }
    }

    /// One more header field. `{token}` is replaced by the token, and `{other}` by another user's.
    pub(super) fn field(mut self, name: &'static str, value: impl AsRef<[u8]>) -> Self {
        self.fields.push((name, value.as_ref().to_vec()));
        self
    }

    /// `Authorization: Bearer {token}`, with ada's token.
    pub(super) fn genuine(self) -> Self {
        self.field("authorization", "Bearer {token}")
    }

    /// `Authorization: Bearer {token}`, with this token.
    pub(super) fn bearer(self, token: Mint) -> Self {
        self.genuine().token(token)
    }

    /// What `{token}` stands for. The default is a token of ada's that is valid for five minutes.
    pub(super) fn token(self, token: Mint) -> Self {
        Self { token, ..self }
    }

    /// The handler of this name runs, with this caller.
    pub(super) fn reaches(self, route: &'static str, caller: &'static str) -> Self {
        Self { expected: Expected::handler(Run { route: route.into(), caller: Some(caller.into()) }), ..self }
    }

    /// The handler of this name runs, and has no caller.
    pub(super) fn reaches_without_caller(self, route: &'static str) -> Self {
        Self { expected: Expected::handler(Run { route: route.into(), caller: None }), ..self }
    }

    /// No handler runs.
    pub(super) fn expects(self, expected: Expected) -> Self {
        Self { expected, ..self }
    }
}
