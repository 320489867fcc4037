use core::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::Duration,
};
use std::{collections::HashMap, sync::Arc};

use jwt_verify_core::{
    Algorithm, ClaimError, Claims, Error, IssuerResolver, KeyNotFound, KeySourceError, Resolved,
    TrustedIssuer, Verifier,
};
use jwt_verify_testing::{TestClock, TestIssuer, TestKey};
use tokio::{sync::Semaphore, task::yield_now};

use super::*;
use crate::{Fetch, FetchRequest, FetchResponse, RemoteError, RemoteIssuer};

/// A directory that counts how often it is asked, and answers when it may.
#[derive(Debug)]
struct Customers {
    known: HashMap<String, TrustedIssuer>,
    asked: AtomicUsize,
    fails: AtomicBool,
    open: Semaphore,
}

impl Customers {
    fn new(issuers: impl IntoIterator<Item = (String, TrustedIssuer)>) -> Arc<Self> {
        Arc::new(Self {
            known: issuers.into_iter().collect(),
            asked: AtomicUsize::new(0),
            fails: AtomicBool::new(false),
            open: Semaphore::new(1_000),
        })
    }

    fn of(issuers: &[&TestIssuer]) -> Arc<Self> {
        Self::new(issuers.iter().map(|issuer| (issuer.name().to_owned(), issuer.trusted_issuer())))
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[derive(Debug)]
struct Shared(Arc<Customers>);

#[async_trait]
impl TenantDirectory for Shared {
    fn could_be(&self, issuer: &str) -> bool {
        issuer.starts_with("http")
    }

    async fn find(&self, issuer: &str) -> Result<Option<TrustedIssuer>, KeySourceError> {
        self.0.asked.fetch_add(1, Ordering::SeqCst);
        let _permit = self.0.open.acquire().await.map_err(KeySourceError::failed)?;
        if self.0.fails.load(Ordering::SeqCst) {
            return Err(KeySourceError::failed(std::io::Error::other("the database is away")));
        }
        Ok(self.0.known.get(issuer).cloned())
    }
}

fn tenants(customers: &Arc<Customers>) -> TenantsBuilder {
    Tenants::directory(Shared(Arc::clone(customers)))
}

fn verifier(tenants: &Tenants, clock: TestClock) -> Verifier {
    Verifier::builder().issuer_resolver(tenants.clone()).clock(clock).build().unwrap()
}

fn issuer(path: &str, key: u32) -> TestIssuer {
    TestIssuer::builder().path(path).keys([TestKey::numbered(Algorithm::EdDsa, key)]).start()
}

async fn verify(verifier: &Verifier, token: &str) -> Result<(), Error> {
    verifier.verify::<Claims>(token).await.map(|_| ())
}

#[tokio::test]
async fn a_tenant_is_looked_up_once_and_then_held() {
    let acme = issuer("/acme", 1);
    let customers = Customers::of(&[&acme]);
    let tenants = tenants(&customers).build().unwrap();
    let verifier = verifier(&tenants, acme.clock());
    let token = acme.token().mint();

    assert_eq!(
        verifier.verify_held::<Claims>(&token).unwrap_err(),
        Error::KeySource(KeySourceError::NoUsableKeys),
        "nobody has looked yet, and this form does not wait"
    );
    for _ in 0..3 {
        assert_eq!(verify(&verifier, &token).await, Ok(()));
    }
    assert!(verifier.verify_held::<Claims>(&token).is_ok());
    assert_eq!((customers.asked(), tenants.len()), (1, 1));

    tenants.forget(acme.name());
    assert_eq!(verify(&verifier, &token).await, Ok(()));
    assert_eq!(customers.asked(), 2);
}

#[tokio::test]
async fn a_name_that_is_not_trusted_is_remembered() {
    let acme = issuer("/acme", 1);
    let customers = Customers::of(&[]);
    let tenants = tenants(&customers).build().unwrap();
    let verifier = verifier(&tenants, acme.clock());
    for _ in 0..3 {
        assert_eq!(verify(&verifier, &acme.token().mint()).await, Err(ClaimError::InvalidIssuer.into()));
    }
    assert_eq!((customers.asked(), tenants.len()), (1, 0));
    // The tenant has come.
    tenants.forget(acme.name());
    assert!(matches!(tenants.held(acme.name()), Resolved::Unknown));
}

#[tokio::test]
async fn a_name_that_cannot_be_a_tenants_asks_nobody() {
    let customers = Customers::of(&[]);
    let tenants = tenants(&customers).new_issuers_per_minute(1).build().unwrap();
    for name in ["ftp://acme.example", "acme", ""] {
        assert!(matches!(tenants.held(name), Resolved::Untrusted), "{name}");
        assert!(matches!(tenants.resolve(name).await, Ok(None)), "{name}");
    }
    assert_eq!(customers.asked(), 0);
}

#[tokio::test]
async fn ten_thousand_invented_issuers_ask_no_more_than_the_limit_and_drive_out_no_tenant() {
    let (acme, globex) = (issuer("/acme", 1), issuer("/globex", 2));
    let customers = Customers::of(&[&acme, &globex]);
    let clock = acme.clock();
    let tenants = tenants(&customers).capacity(2).clock(clock.clone()).build().unwrap();
    let verifier = verifier(&tenants, clock.clone());
    assert_eq!(verify(&verifier, &acme.token().mint()).await, Ok(()));

    let mut refused = 0;
    for number in 0..10_000 {
        let token = acme.token().claim("iss", format!("https://{number}.evil.example")).mint();
        match verify(&verifier, &token).await {
            Err(Error::Claim(ClaimError::InvalidIssuer)) => refused += 1,
            // An outage, with the time after which to ask again: the client may be a tenant's.
            Err(error @ Error::KeySource(_)) => {
                assert_eq!(error.retry_in(), Some(Duration::from_millis(100)))
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((customers.asked(), refused), (600, 599));

    // A tenant who is known notices nothing. A new one has to wait for a moment.
    assert_eq!(verify(&verifier, &acme.token().mint()).await, Ok(()));
    let waiting = verify(&verifier, &globex.token().mint()).await.unwrap_err();
    assert_eq!(waiting.code(), "keys_unavailable");
    clock.advance(Duration::from_secs(1));
    let token = globex.token().claim("iat", clock.now().as_secs()).mint();
    assert_eq!(verify(&verifier, &token).await, Ok(()));
    assert_eq!((customers.asked(), tenants.len()), (601, 2));
}

#[tokio::test]
async fn an_issuer_of_another_name_is_refused() {
    let (acme, globex) = (issuer("/acme", 1), issuer("/globex", 2));
    // A mistake in the table.
    let customers = Customers::new([(acme.name().to_owned(), globex.trusted_issuer())]);
    let tenants = tenants(&customers).build().unwrap();
    let verifier = verifier(&tenants, acme.clock());
    let keys = globex.signing_key();
    for token in [acme.token().mint(), acme.token().key(&keys).mint()] {
        assert_eq!(verify(&verifier, &token).await, Err(ClaimError::InvalidIssuer.into()));
    }
    assert_eq!(tenants.len(), 0);
}

#[tokio::test]
async fn the_keys_of_one_tenant_verify_no_token_of_another() {
    let (acme, globex) = (issuer("/acme", 1), issuer("/globex", 2));
    let tenants = tenants(&Customers::of(&[&acme, &globex])).build().unwrap();
    let verifier = verifier(&tenants, acme.clock());
    assert_eq!(verify(&verifier, &acme.token().mint()).await, Ok(()));
    assert_eq!(verify(&verifier, &globex.token().mint()).await, Ok(()));

    let forged = acme.token().key(&globex.signing_key());
    let key_id = globex.signing_key().key_id().into();
    assert_eq!(
        verify(&verifier, &forged.clone().mint()).await,
        Err(Error::KeyNotFound(KeyNotFound::UnknownKeyId { key_id }))
    );
    let named = forged.header("kid", acme.signing_key().key_id()).mint();
    assert_eq!(verify(&verifier, &named).await, Err(Error::InvalidSignature));
}

#[tokio::test]
async fn an_error_of_the_directory_is_an_outage_and_not_remembered() {
    let acme = issuer("/acme", 1);
    let customers = Customers::of(&[&acme]);
    let tenants = tenants(&customers).build().unwrap();
    let verifier = verifier(&tenants, acme.clock());
    customers.fails.store(true, Ordering::SeqCst);
    for _ in 0..2 {
        let error = verify(&verifier, &acme.token().mint()).await.unwrap_err();
        assert_eq!(error.code(), "keys_unavailable");
    }
    assert_eq!(customers.asked(), 2);
    customers.fails.store(false, Ordering::SeqCst);
    assert_eq!(verify(&verifier, &acme.token().mint()).await, Ok(()));
}

#[tokio::test]
async fn requests_at_the_same_time_ask_once_and_one_that_goes_away_is_replaced() {
    let acme = issuer("/acme", 1);
    let customers = Customers::of(&[&acme]);
    let tenants = tenants(&customers).build().unwrap();
    let verifier = verifier(&tenants, acme.clock());
    let closed = customers.open.acquire_many(1_000).await.unwrap();

    let token = acme.token().mint();
    let mut requests: Vec<_> = (0..50)
        .map(|_| {
            let (verifier, token) = (verifier.clone(), token.clone());
            tokio::spawn(async move { verify(&verifier, &token).await })
        })
        .collect();
    yield_now().await;
    assert_eq!(customers.asked(), 1);

    // Whoever asks for all goes away. The next one asks.
    let first = requests.remove(0);
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    yield_now().await;
    assert_eq!(customers.asked(), 2);

    drop(closed);
    for request in requests {
        assert_eq!(request.await.unwrap(), Ok(()));
    }
    assert_eq!(customers.asked(), 2);
    assert!(tenants.inner.lookups.is_empty(), "nothing is left of it");
}

/// A client that counts its requests, and gives the keys of one issuer.
#[derive(Debug)]
struct Counted {
    document: String,
    fetched: Arc<AtomicUsize>,
}

#[async_trait]
impl Fetch for Counted {
    async fn fetch(&self, _: FetchRequest<'_>) -> Result<FetchResponse, RemoteError> {
        self.fetched.fetch_add(1, Ordering::SeqCst);
        Ok(FetchResponse::new(200, self.document.clone()))
    }
}

#[tokio::test]
async fn an_issuer_of_a_rule_is_built_with_the_client_of_all_unless_it_has_its_own() {
    let acme = issuer("/acme", 1);
    let [of_all, of_its_own] = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
    for has_its_own in [false, true] {
        let counted = |fetched: &Arc<AtomicUsize>| Counted {
            document: acme.jwks_document(),
            fetched: Arc::clone(fetched),
        };
        let (name, own) = (acme.name().to_owned(), Arc::clone(&of_its_own));
        let document = acme.jwks_document();
        let tenants = Tenants::builder(move |issuer| {
            let rules = RemoteIssuer::jwks(&name, format!("{name}/keys"))
                .audience("https://api.example")
                .algorithms([Algorithm::EdDsa]);
            let (document, fetched) = (document.clone(), Arc::clone(&own));
            let rules = if has_its_own {
                rules.keys(|keys| keys.fetcher(Counted { document, fetched }))
            } else {
                rules
            };
            (issuer == name).then_some(rules)
        })
        .fetcher(counted(&of_all))
        .build()
        .unwrap();
        assert_eq!(verify(&verifier(&tenants, acme.clock()), &acme.token().mint()).await, Ok(()));
    }
    assert_eq!((of_all.load(Ordering::SeqCst), of_its_own.load(Ordering::SeqCst)), (1, 1));
}

#[cfg(feature = "reqwest")]
#[tokio::test]
async fn keys_of_an_issuer_of_a_rule_are_not_fetched_from_this_machine() {
    let acme = issuer("/acme", 1);
    let (name, jwks_url) = (acme.name().to_owned(), acme.jwks_url());
    let rule = move |issuer: &str| {
        let rules = RemoteIssuer::jwks(&name, &jwks_url).audience("https://api.example");
        (issuer == name).then_some(rules.algorithms([Algorithm::EdDsa]))
    };
    let verifier = verifier(&Tenants::builder(rule).build().unwrap(), acme.clock());
    assert_eq!(verify(&verifier, &acme.token().mint()).await.unwrap_err().code(), "keys_unavailable");
    assert_eq!(acme.requests(), 0);
}

#[tokio::test]
async fn a_rule_with_a_mistake_is_an_outage_that_tells_it() {
    let tenants = Tenants::builder(|issuer| Some(RemoteIssuer::discover(issuer))).build().unwrap();
    let error = tenants.resolve("https://acme.example").await.unwrap_err();
    let cause = core::error::Error::source(&error).unwrap().to_string();
    assert!(cause.starts_with("2 problems with the setup:\n- no audience: "), "{cause}");
}

#[test]
fn a_setting_of_zero_is_refused() {
    let tenants = || Tenants::directory(Shared(Customers::of(&[])));
    for (builder, setting) in [
        (tenants().capacity(0), "capacity"),
        (tenants().idle_for(Duration::ZERO), "idle_for"),
        (tenants().new_issuers_per_minute(0), "new_issuers_per_minute"),
    ] {
        assert_eq!(builder.build().unwrap_err(), TenantsError::Zero { setting });
    }
    // Spans without end are cut, and remembering nothing is allowed.
    let endless = tenants().idle_for(Duration::MAX).remember_unknown(0, Duration::MAX);
    assert!(endless.build().is_ok());
}
