//! What the issuer in the test and its server in another thread share.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use hyper::{Request, body::Incoming};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::{Discovery, Endpoint, Fault, RecordedRequest, TestKey};

/// All of it.
#[derive(Debug)]
pub(crate) struct Shared {
    /// `http://127.0.0.1:PORT`.
    pub(crate) origin: String,
    /// What follows in the issuer's name.
    pub(crate) path: String,
    /// Where the keys are, from the name on.
    pub(crate) jwks_path: String,
    state: Mutex<State>,
    /// Told after each request, for those that block.
    arrived: Condvar,
    /// How many requests for the JWK Set have come, for those that await.
    jwks_requests: watch::Sender<usize>,
    /// How many guards hold the requests back.
    held: watch::Sender<usize>,
}

/// What changes.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) published: Vec<TestKey>,
    pub(crate) signing: TestKey,
    /// The number of the newest key that was made.
    pub(crate) newest: u32,
    pub(crate) discovery: Discovery,
    pub(crate) jwks_fault: Option<Fault>,
    pub(crate) metadata_fault: Option<Fault>,
    pub(crate) cache_control: Option<String>,
    pub(crate) sends_etag: bool,
    /// Header fields of every document, by name.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) requests: usize,
    pub(crate) jwks_requests: usize,
    pub(crate) metadata_requests: usize,
    pub(crate) not_modified: usize,
    pub(crate) recorded: VecDeque<RecordedRequest>,
}

impl Shared {
    pub(crate) fn new(
        origin: String,
        path: String,
        jwks_path: String,
        keys: Vec<TestKey>,
        signing: TestKey,
    ) -> Self {
        let state = State {
            published: keys,
            signing,
            newest: 1,
            discovery: Discovery::Both,
            jwks_fault: None,
            metadata_fault: None,
            cache_control: None,
            sends_etag: false,
            headers: Vec::new(),
            requests: 0,
            jwks_requests: 0,
            metadata_requests: 0,
            not_modified: 0,
            recorded: VecDeque::new(),
        };
        Self {
            origin,
            path,
            jwks_path,
            state: Mutex::new(state),
            arrived: Condvar::new(),
            jwks_requests: watch::Sender::new(0),
            held: watch::Sender::new(0),
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The issuer's name without the slash at its end, which well-known paths do not double.
    pub(crate) fn base(&self) -> String {
        format!("{}{}", self.origin, self.path.trim_end_matches('/'))
    }

    pub(crate) fn jwks_url(&self) -> String {
        format!("{}{}", self.base(), self.jwks_path)
    }

    /// Which endpoint a path is of, if any.
    pub(crate) fn endpoint(&self, path: &str) -> Option<Endpoint> {
        let discovery = self.lock().discovery.clone();
        let base = self.path.trim_end_matches('/');
        // OpenID Connect Discovery §4 appends, RFC 8414 §3.1 inserts.
        let oidc = format!("{base}/.well-known/openid-configuration");
        let rfc8414 = format!("/.well-known/oauth-authorization-server{base}");
        if path == oidc && !matches!(discovery, Discovery::None | Discovery::Rfc8414Only)
            || path == rfc8414 && !matches!(discovery, Discovery::None | Discovery::OidcOnly)
        {
            return Some(Endpoint::Metadata);
        }
        let below = path.strip_prefix(base)?;
        let is_jwks = below == self.jwks_path || ALSO_JWKS.contains(&below);
        is_jwks.then_some(Endpoint::Jwks)
    }

    /// Counts a request.
    pub(crate) fn arrive(&self, request: &Request<Incoming>) {
        let endpoint = self.endpoint(request.uri().path());
        let mut state = self.lock();
        state.requests = state.requests.saturating_add(1);
        match endpoint {
            Some(Endpoint::Jwks) => state.jwks_requests = state.jwks_requests.saturating_add(1),
            Some(Endpoint::Metadata) => state.metadata_requests = state.metadata_requests.saturating_add(1),
            None => {}
        }
        if state.recorded.len() >= RECORDED {
            state.recorded.pop_front();
        }
        state.recorded.push_back(RecordedRequest::new(request));
        self.jwks_requests.send_replace(state.jwks_requests);
        drop(state);
        self.arrived.notify_all();
    }

    /// Blocks until so many requests for the JWK Set have come, or gives their number if they do not come.
    pub(crate) fn block_for_jwks_requests(&self, count: usize) -> Result<(), usize> {
        let (state, _) = self
            .arrived
            .wait_timeout_while(self.lock(), PATIENCE, |state| state.jwks_requests < count)
            .unwrap_or_else(PoisonError::into_inner);
        if state.jwks_requests < count { Err(state.jwks_requests) } else { Ok(()) }
    }

    pub(crate) async fn await_jwks_requests(&self, count: usize) {
        // An error would mean that the sender is gone, which is in `self`.
        let _ = self.jwks_requests.subscribe().wait_for(|arrived| *arrived >= count).await;
    }

    pub(crate) fn hold(&self) {
        self.held.send_modify(|guards| *guards = guards.saturating_add(1));
    }

    pub(crate) fn release(&self) {
        self.held.send_modify(|guards| *guards = guards.saturating_sub(1));
    }

    pub(crate) async fn until_released(&self) {
        // As above.
        let _ = self.held.subscribe().wait_for(|guards| *guards == 0).await;
    }
}

impl State {
    /// The JWK Set of the published keys. A secret is not published.
    pub(crate) fn jwks(&self) -> Value {
        json!({"keys": self.published.iter().filter_map(TestKey::jwk).collect::<Vec<_>>()})
    }

    pub(crate) fn fault(&self, endpoint: Endpoint) -> Option<&Fault> {
        match endpoint {
            Endpoint::Jwks => self.jwks_fault.as_ref(),
            Endpoint::Metadata => self.metadata_fault.as_ref(),
        }
    }

    pub(crate) fn is_port_closed(&self) -> bool {
        [&self.jwks_fault, &self.metadata_fault].contains(&&Some(Fault::ClosedPort))
    }
}

/// Where the keys are, too: the usual place, and that of Better Auth.
const ALSO_JWKS: [&str; 2] = [crate::issuer::JWKS_PATH, "/api/auth/jwks"];

/// How many of the last requests are kept.
const RECORDED: usize = 1_000;

/// A request that has not come by then will not come; a test that fails says more than one that hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
