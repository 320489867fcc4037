//! Keys at an issuer, fetched by the rules of `jwt-verify-remote`.

use alloc::sync::Arc;
use core::{error::Error, time::Duration};
use std::sync::{Mutex, PoisonError};

use jwt_verify_core::{JwkSet, KeySource as _, KeySourceError, RefreshReason};
use jwt_verify_remote::{
    AddressError, Fetch, FetchRequest, FetchResponse, HttpClient, MetadataError, RemoteError, RemoteJwks,
    RemoteJwksBuilder, RemoteJwksProblem, async_trait,
};

use crate::{
    arguments::FetchArguments,
    failure::{self, Failure},
    keys, wait,
};

/// Where the keys are served.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Origin<'a> {
    /// At this address.
    Address(&'a str),
    /// Where the metadata of this issuer say.
    Issuer(&'a str),
}

/// The keys of one issuer, and how messages call the place they come from.
#[derive(Debug)]
pub(crate) struct Remote {
    keys: RemoteJwks,
    place: String,
    timeout: Duration,
    last: Arc<Mutex<Option<Document>>>,
}

/// What was fetched last, and from where.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub(crate) address: String,
    pub(crate) body: Vec<u8>,
}

impl Remote {
    /// Nothing is fetched yet: what is wrong here is wrong with the arguments.
    pub(crate) fn new(origin: Origin<'_>, arguments: &FetchArguments) -> Result<Self, Failure> {
        let fetching = Fetching::new(arguments)?;
        let (place, builder) = match origin {
            Origin::Address(url) => (url, RemoteJwks::builder(url)),
            Origin::Issuer(issuer) => (issuer, RemoteJwks::discover(issuer)),
        };
        let keys = fetching.apply(builder).build().map_err(|error| {
            Failure::Setup(format!(
                "{:?}: {}",
                shown(place),
                error.problems().iter().map(in_flags).collect::<Vec<_>>().join("; ")
            ))
        })?;
        Ok(Self::of(keys, place, fetching))
    }

    /// Keys that are fetched as [`Fetching::apply`] said.
    pub(crate) fn of(keys: RemoteJwks, place: &str, fetching: Fetching) -> Self {
        Self { keys, place: shown(place), timeout: fetching.timeout, last: fetching.last }
    }

    /// Fetches the keys, once: somebody waits, and learns more from the first failure than from a second attempt. There is an
    /// answer within the timeout and [`GRACE`], whatever the other side does.
    pub(crate) fn fetch(&self) -> Result<(), Unavailable> {
        let nothing = self.keys.held().keys().generation();
        let fetch = self.keys.refresh(nothing, RefreshReason::NoUsableKeys);
        let fetched = wait::within(self.timeout.saturating_add(GRACE), fetch)
            .unwrap_or_else(|| Err(KeySourceError::failed(RemoteError::TimedOut { after: self.timeout })));
        match fetched {
            Ok(_) => Ok(()),
            Err(error) => Err(Unavailable::new(&self.place, &error)),
        }
    }

    /// The set as the verifier holds it.
    pub(crate) fn held(&self) -> JwkSet {
        self.keys.held().keys().jwk_set().cloned().unwrap_or_default()
    }

    /// The last document that was received, with all that the library has no use for.
    pub(crate) fn last(&self) -> Option<Document> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A source that keeps the keys fresh while it is used.
    pub(crate) fn source(&self) -> RemoteJwks {
        self.keys.clone()
    }

    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    /// How long a token may wait for newer keys.
    pub(crate) fn patience(&self) -> Duration {
        self.timeout
    }
}

/// Why there are no keys.
#[derive(Debug)]
pub(crate) struct Unavailable {
    message: String,
    /// A JWK Set was received, and no key in it can be used.
    pub(crate) is_without_keys: bool,
}

impl Unavailable {
    fn new(place: &str, error: &(dyn Error + 'static)) -> Self {
        let cause = remote_error(error);
        let is_without_keys = matches!(cause, Some(RemoteError::NoUsableKeys { .. }));
        // Around it is only that the source has failed.
        let error = cause.map_or(error, |cause| cause);
        let message =
            format!("the keys of {place:?} cannot be had: {}{}", failure::chain(error), to_do(error));
        Self { message, is_without_keys }
    }
}

impl From<Unavailable> for Failure {
    fn from(unavailable: Unavailable) -> Self {
        Self::Keys(unavailable.message)
    }
}

/// How keys are fetched.
#[derive(Clone, Debug)]
pub(crate) struct Fetching {
    client: Arc<HttpClient>,
    timeout: Duration,
    http_hosts: Vec<String>,
    last: Arc<Mutex<Option<Document>>>,
}

impl Fetching {
    pub(crate) fn new(arguments: &FetchArguments) -> Result<Self, Failure> {
        let mut client = HttpClient::builder();
        if let Some(timeout) = arguments.timeout {
            // Whoever gives it more time has a slow network perhaps, and not a slow issuer.
            client = client.connect_timeout(timeout);
        }
        if let Some(path) = &arguments.ca {
            let file = keys::read(path);
            client = client.root_certificate_pem(
                file.map_err(|reason| Failure::Setup(format!("--ca {path:?}: {reason}")))?,
            );
        }
        let client = client.build().map_err(|error| {
            let place = arguments
                .ca
                .as_ref()
                .map_or_else(|| String::from("the HTTPS client"), |path| format!("--ca {path:?}"));
            Failure::Setup(format!("{place}: {}", failure::chain(&error)))
        })?;
        Ok(Self {
            client: Arc::new(client),
            timeout: arguments.timeout.unwrap_or(DEFAULT_TIMEOUT),
            http_hosts: arguments.danger_allow_http_host.clone(),
            last: Arc::default(),
        })
    }

    pub(crate) fn apply(&self, keys: RemoteJwksBuilder) -> RemoteJwksBuilder {
        keys.fetcher(Recorder { client: Arc::clone(&self.client), last: Arc::clone(&self.last) })
            .timeout(self.timeout)
            .danger_allow_http_hosts(self.http_hosts.iter().map(String::as_str))
    }
}

/// What is wrong with the arguments, and what to do.
pub(crate) fn in_flags(problem: &RemoteJwksProblem) -> String {
    match problem {
        RemoteJwksProblem::Address(error) => format!("{error}{}", to_do_about_address(error)),
        other => other.to_string(),
    }
}

/// Fetches as the client does, and keeps what came last: the library keeps only what it can use.
#[derive(Debug)]
struct Recorder {
    client: Arc<HttpClient>,
    last: Arc<Mutex<Option<Document>>>,
}

#[async_trait]
impl Fetch for Recorder {
    async fn fetch(&self, request: FetchRequest<'_>) -> Result<FetchResponse, RemoteError> {
        let response = self.client.fetch(request).await?;
        if response.status() == 200 {
            let document = Document { address: shown(request.url()), body: response.body().to_vec() };
            *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(document);
        }
        Ok(response)
    }
}

/// What can be changed, by the names of this program's flags; begins with `; ` unless there is nothing to add.
fn to_do(error: &(dyn Error + 'static)) -> &'static str {
    match remote_error(error) {
        Some(RemoteError::Unreachable(_)) => {
            "; check the address, the network and HTTPS_PROXY; --ca FILE trusts an authority of your own"
        }
        Some(RemoteError::TimedOut { .. }) => "; try again later, or give it more time with --timeout",
        Some(RemoteError::Status { status: 401 | 403, .. }) => {
            "; keys are public: check the address, and what stands before the server"
        }
        Some(RemoteError::Status { status: 408 | 429 | 500.., .. }) => "; try again later",
        Some(RemoteError::Status { .. } | RemoteError::TooLarge { .. } | RemoteError::NotAJwkSet(_)) => {
            "; check that this is the `jwks_uri` of the issuer"
        }
        Some(RemoteError::NoUsableKeys { .. }) => "; `jwt-verify jwks` with the same address tells why",
        Some(RemoteError::Metadata(MetadataError::OtherIssuer { .. })) => "",
        Some(RemoteError::Metadata(MetadataError::JwksUri(AddressError::PlainHttp { .. }))) => {
            "; here, that is --danger-allow-http-host"
        }
        Some(RemoteError::Metadata(_)) => "; or give the address of the keys itself",
        Some(RemoteError::Address(error)) => to_do_about_address(error),
        _ => "",
    }
}

fn to_do_about_address(error: &AddressError) -> &'static str {
    match error {
        AddressError::PlainHttp { .. } => "; here, that is --danger-allow-http-host",
        _ => "; write an address such as https://id.example/jwks.json",
    }
}

/// The part of an error that says what happened.
fn remote_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a RemoteError> {
    core::iter::successors(Some(error), |&error| error.source()).find_map(|error| error.downcast_ref())
}

/// An address without what may be a secret: user name, password, query and fragment. The scheme alone if an `@` stands behind the first
/// `?` or `#`: then what is before may be the beginning of a password, which may have a `/` as well.
fn shown(address: &str) -> String {
    let (scheme, rest) = address
        .find("://")
        .map_or(("", address), |place| address.split_at(place.saturating_add("://".len())));
    let (plain, hidden) = rest.find(['?', '#']).map_or((rest, ""), |place| rest.split_at(place));
    if hidden.contains('@') {
        return format!("{scheme}…");
    }
    let plain = plain.rsplit_once('@').map_or(plain, |(_, host)| host);
    format!("{scheme}{plain}")
}

/// What the library allows a fetch by default.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);

/// What the library may take beyond the timeout before it is given up: it keeps to it unless the machine is overloaded.
const GRACE: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_secret_in_an_address_is_not_shown() {
        for (address, expected) in [
            ("https://id.example/jwks.json", "https://id.example/jwks.json"),
            ("https://id.example:8443", "https://id.example:8443"),
            ("https://ada:hunter2@id.example/jwks?key=1#x", "https://id.example/jwks"),
            ("https://a@b@id.example?x", "https://id.example"),
            ("https://ada:hun/ter2@id.example/x", "https://id.example/x"),
            ("https://ada:hun?ter2@id.example/x", "https://…"),
            ("ada:hunter2@id.example", "id.example"),
            ("id.example", "id.example"),
        ] {
            assert_eq!(shown(address), expected);
        }
    }
}
