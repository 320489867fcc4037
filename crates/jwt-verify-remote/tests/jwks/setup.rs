//! What these tests share: a service that verifies, with an issuer and the keys in between.

use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, Instant},
};

use jwt_verify_core::{Algorithm, Claims, Error, KeySource, PublicKey, TrustedIssuer, Verifier};
use jwt_verify_remote::{
    Fetch, FetchRequest, FetchResponse, HttpClient, RemoteError, RemoteJwks, RemoteJwksBuilder, async_trait,
};
use jwt_verify_testing::{TestIssuer, TestKey};

use crate::block_on::block_on_within;

/// A service that verifies the tokens of one issuer. All three go by the clock of the issuer.
pub(crate) struct Service {
    pub(crate) issuer: TestIssuer,
    pub(crate) keys: RemoteJwks,
    pub(crate) verifier: Verifier,
    fetches: Arc<Fetches>,
}

impl Service {
    /// With the defaults, and an issuer that is well.
    pub(crate) fn start() -> Self {
        Self::with(|builder| builder)
    }

    /// With other settings.
    pub(crate) fn with(configure: impl FnOnce(RemoteJwksBuilder) -> RemoteJwksBuilder) -> Self {
        Self::at(TestIssuer::start(), configure)
    }

    /// With another issuer.
    pub(crate) fn at(
        issuer: TestIssuer,
        configure: impl FnOnce(RemoteJwksBuilder) -> RemoteJwksBuilder,
    ) -> Self {
        let fetches = Arc::<Fetches>::default();
        let builder = RemoteJwks::builder(issuer.jwks_url())
            .clock(issuer.clock())
            // By the system's clock, which a busy machine is free to make fast: only those who hang are to notice.
            .timeout(seconds(30))
            .fetcher(Counted { client: CLIENT.clone(), fetches: Arc::clone(&fetches) });
        let keys = configure(builder).build().unwrap();
        let verifier = verifier(&issuer, &keys);
        Self { issuer, keys, verifier, fetches }
    }

    /// With the defaults, and fresh keys that one fetch has brought.
    pub(crate) async fn ready() -> Self {
        let service = Self::start();
        service.keys.prefetch().await.unwrap();
        service
    }

    /// `ok`, or the code of the error.
    pub(crate) async fn verdict(&self, token: &str) -> &'static str {
        code(&self.verifier.verify::<Claims>(token).await.map(drop))
    }

    /// The verdict on a token that the issuer mints now.
    pub(crate) async fn verdict_now(&self) -> &'static str {
        self.verdict(&self.issuer.token().mint()).await
    }

    /// A token that names this key, which the issuer does not have.
    pub(crate) fn token_naming(&self, key_id: &str) -> String {
        self.issuer.token().key(&unpublished_key().with_key_id(key_id)).mint()
    }

    /// The key of this ID, as it is held.
    pub(crate) fn held_key(&self, key_id: &str) -> PublicKey {
        let held = self.keys.held();
        let keys = held.keys().jwk_set().unwrap().keys();
        keys.iter().find(|key| key.key_id() == Some(key_id)).unwrap().public_key().clone()
    }

    pub(crate) fn advance(&self, span: u64) {
        self.issuer.clock().advance(seconds(span));
    }

    /// How many fetches have begun, also of an issuer to which no request gets through.
    pub(crate) fn fetches(&self) -> usize {
        flush_background_thread();
        self.fetches.begun.load(SeqCst)
    }

    /// Waits for the end of the fetch that goes on in the background, if one does.
    pub(crate) fn settle(&self) {
        eventually("the fetch ends", || self.fetches() == self.fetches.ended.load(SeqCst));
        // What it has brought is there when the thread turns to something else.
        flush_background_thread();
    }
}

pub(crate) fn verifier(issuer: &TestIssuer, keys: &(impl KeySource + Clone + 'static)) -> Verifier {
    let trusted = TrustedIssuer::builder(issuer.name())
        .audience(issuer.audience())
        .algorithms([Algorithm::EdDsa])
        .key_source(keys.clone())
        .build()
        .unwrap();
    Verifier::builder().issuer(trusted).clock(issuer.clock()).build().unwrap()
}

pub(crate) fn code(verdict: &Result<(), Error>) -> &'static str {
    verdict.as_ref().map_or_else(Error::code, |()| "ok")
}

/// A key that no issuer has ever published.
pub(crate) fn unpublished_key() -> TestKey {
    TestKey::numbered(Algorithm::EdDsa, 4_000_000_000)
}

pub(crate) const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// One for all: it reads the system's certificates.
pub(crate) static CLIENT: LazyLock<HttpClient> = LazyLock::new(|| HttpClient::new().unwrap());

/// Counts the fetches.
#[derive(Debug)]
struct Counted {
    client: HttpClient,
    fetches: Arc<Fetches>,
}

#[derive(Debug, Default)]
struct Fetches {
    begun: AtomicUsize,
    ended: AtomicUsize,
}

#[async_trait]
impl Fetch for Counted {
    async fn fetch(&self, request: FetchRequest<'_>) -> Result<FetchResponse, RemoteError> {
        /// Also if the deadline ends it.
        struct End<'a>(&'a AtomicUsize);

        impl Drop for End<'_> {
            fn drop(&mut self) {
                self.0.fetch_add(1, SeqCst);
            }
        }

        self.fetches.begun.fetch_add(1, SeqCst);
        let _end = End(&self.fetches.ended);
        self.client.fetch(request).await
    }
}

/// Returns when every fetch that was started before has begun: the background thread takes them one after the other.
fn flush_background_thread() {
    #[derive(Debug)]
    struct Nothing;

    #[async_trait]
    impl Fetch for Nothing {
        async fn fetch(&self, _request: FetchRequest<'_>) -> Result<FetchResponse, RemoteError> {
            Ok(FetchResponse::new(404, ""))
        }
    }

    let source = RemoteJwks::builder("https://nobody.example").fetcher(Nothing).build().unwrap();
    source.prefetch_blocking().unwrap_err();
}

/// Waits for what happens on another thread and tells nobody.
pub(crate) fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < seconds(60), "waited in vain until {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

/// What a future gives when it is polled once, or `None` if it has to wait.
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// Runs a future on this thread, without any runtime.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    block_on_within(seconds(60), future).unwrap()
}
