//! What Poem makes of an extractor's result.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use jwt_verify_poem::{
    Auth, Authenticated, Body, CurrentUser, MaybeUser, MaybeVerified, Reason, Verified, Verifier,
    core::{Freshness, Held, KeySet, KeySource, TrustedIssuer, async_trait},
};
use jwt_verify_testing::{Tamper, TestIssuer};
use poem::{EndpointExt, Route, handler, web::Data};

use crate::{answer, get, get_as, me, read, reason_of, with_token};

#[handler]
async fn option(user: Option<CurrentUser>) -> String {
    user.is_none().to_string()
}

#[handler]
async fn option_verified(token: Option<Verified>) -> String {
    token.is_none().to_string()
}

#[handler]
async fn maybe(user: MaybeUser) -> String {
    user.is_none().to_string()
}

#[handler]
async fn maybe_verified(token: MaybeVerified) -> String {
    token.is_none().to_string()
}

#[handler]
async fn result(user: poem::Result<CurrentUser>) -> poem::Result<String> {
    match user {
        Ok(user) => Ok(user.id().to_owned()),
        Err(error) if matches!(error.data(), Some(Reason::NoCredentials)) => Ok("nobody".into()),
        Err(error) => Err(error),
    }
}

#[handler]
async fn all(_: CurrentUser, _: Verified, _: MaybeUser, _: MaybeVerified) -> &'static str {
    "ran"
}

#[handler]
async fn extension(Data(caller): Data<&Authenticated>) -> String {
    caller.token().claims().subject().unwrap().to_owned()
}

#[tokio::test]
async fn option_of_an_extractor_takes_a_forgery_for_nobody_and_maybe_user_refuses_it() {
    // Poem's own `impl FromRequest for Option<T>` does the first. It is pinned so that the documentation stays true.
    let issuer = TestIssuer::start();
    let forged = issuer.token().tamper(Tamper::FlipSignatureBit).mint();
    let app = Route::new()
        .at("/option", option)
        .at("/option-verified", option_verified)
        .at("/maybe", maybe)
        .at("/maybe-verified", maybe_verified)
        .data(Auth::new(issuer.verifier()));
    for (path, expected) in [
        ("/option", (200, "true".to_owned())),
        ("/option-verified", (200, "true".to_owned())),
        ("/maybe", (401, "invalid_signature".to_owned())),
        ("/maybe-verified", (401, "invalid_signature".to_owned())),
    ] {
        let response = answer(&app, with_token(get(path), &forged)).await;
        let reason = reason_of(&response).map(str::to_owned);
        let (status, body) = read(response).await;
        assert_eq!((status, reason.unwrap_or(body)), expected, "{path}");
    }
}

#[tokio::test]
async fn result_of_an_extractor_gives_the_refusal_to_the_handler() {
    let issuer = TestIssuer::start();
    let app = result.data(Auth::new(issuer.verifier()));
    for (request, expected) in [
        (get_as(&issuer, "ada", "/"), (200, "ada")),
        (get("/"), (200, "nobody")),
        (with_token(get("/"), "forged"), (401, INVALID_TOKEN)),
    ] {
        assert_eq!(read(answer(&app, request).await).await, (expected.0, expected.1.to_owned()));
    }
}

#[tokio::test]
async fn a_refusal_is_answered_with_its_fields_and_body_and_its_reason_is_for_outer_layers() {
    let app = me.data(Auth::new(TestIssuer::start().verifier()));
    let response = answer(&app, with_token(get("/me"), "forged")).await;

    assert_eq!(reason_of(&response), Some("malformed"));
    let fields: Vec<_> =
        response.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    assert_eq!(
        fields,
        [
            ("www-authenticate", r#"Bearer realm="api", error="invalid_token""#),
            ("cache-control", "no-store"),
            ("content-type", "application/problem+json"),
        ]
    );
    assert_eq!(read(response).await, (401, INVALID_TOKEN.to_owned()));
}

#[tokio::test]
async fn a_body_of_the_service_s_own_is_sent_by_extractors_and_guards() {
    let auth: Auth = Auth::builder(TestIssuer::start().verifier())
        .refusal_body(|refusal| Body::json(format!(r#"{{"code":{}}}"#, refusal.status()).into_bytes()))
        .build();
    let app = Route::new().at("/open", me.data(auth.clone())).at("/guarded", me.with(auth.protect()));
    for path in ["/open", "/guarded"] {
        let response = answer(&app, get(path)).await;
        assert_eq!(response.content_type(), Some("application/json"), "{path}");
        assert_eq!(response.header("www-authenticate"), Some(r#"Bearer realm="api""#), "{path}");
        assert_eq!(read(response).await, (401, r#"{"code":401}"#.to_owned()), "{path}");
    }
}

#[tokio::test]
async fn a_request_is_verified_once_behind_a_guard_and_by_each_extractor_without_one() {
    let issuer = TestIssuer::start();
    let (verifier, verified) = counted(&issuer);
    let auth = Auth::new(verifier);
    let app = Route::new().at("/open", all.data(auth.clone())).at("/guarded", all.with(auth.protect()));
    for (path, times) in [("/guarded", 1), ("/open", 4)] {
        verified.store(0, Ordering::Relaxed);
        assert_eq!(answer(&app, get_as(&issuer, "ada", path)).await.status(), 200, "{path}");
        assert_eq!(verified.load(Ordering::Relaxed), times, "{path}");
    }
}

#[tokio::test]
async fn what_another_auth_verified_is_not_reused() {
    let (issuer, other) = (TestIssuer::start(), TestIssuer::start());
    let (verifier, verified) = counted(&issuer);
    let outer = Auth::new(issuer.verifier());
    // The last is the outermost.
    let app = me.with(Auth::new(verifier).protect()).with(outer.protect());
    assert_eq!(read(answer(&app, get_as(&issuer, "ada", "/me")).await).await, (200, "ada".into()));
    assert_eq!(verified.load(Ordering::Relaxed), 1);

    // What the outer one accepts is no proof for an exemption of the inner one.
    let inner = Auth::new(other.verifier()).protect().exempt(["/me"]).unwrap();
    let app = me.with(inner).with(outer.protect());
    assert_eq!(answer(&app, get_as(&issuer, "ada", "/me")).await.status(), 401);
}

#[tokio::test]
async fn a_handler_finds_what_the_guard_verified_in_the_extensions() {
    let issuer = TestIssuer::start();
    let app = extension.with(Auth::new(issuer.verifier()).protect());
    assert_eq!(read(answer(&app, get_as(&issuer, "ada", "/")).await).await, (200, "ada".into()));
}

/// The issuer's verifier, and how often it has looked for a key.
fn counted(issuer: &TestIssuer) -> (Verifier, Arc<AtomicUsize>) {
    let verified = Arc::new(AtomicUsize::new(0));
    let keys = Counted { keys: issuer.jwk_set().into(), verified: Arc::clone(&verified) };
    let trusted = TrustedIssuer::builder(issuer.name())
        .audience(issuer.audience())
        .algorithms(issuer.algorithms())
        .key_source(keys)
        .build()
        .unwrap();
    (Verifier::builder().issuer(trusted).clock(issuer.clock()).build().unwrap(), verified)
}

#[derive(Debug)]
struct Counted {
    keys: KeySet,
    verified: Arc<AtomicUsize>,
}

#[async_trait]
impl KeySource for Counted {
    fn held(&self) -> Held {
        self.verified.fetch_add(1, Ordering::Relaxed);
        Held::new(self.keys.clone(), Freshness::Fresh)
    }
}

const INVALID_TOKEN: &str = r#"{"type":"about:blank","title":"Unauthorized","status":401,"detail":"The access token is not valid here."}"#;
