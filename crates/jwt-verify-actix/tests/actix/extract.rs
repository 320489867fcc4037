//! What Actix-web makes of an extractor's result.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use actix_web::{
    App, HttpMessage, HttpRequest,
    http::{Method, StatusCode},
    rt, web,
};
use jwt_verify_actix::{
    Auth, AuthBuilder, Authenticated, Body, CurrentUser, MaybeUser, MaybeVerified, Reason, Rejection,
    Verified,
    core::{Freshness, Held, KeySet, KeySource, TrustedIssuer, Verifier, async_trait},
};
use jwt_verify_testing::{Fault, Tamper, TestIssuer};

use crate::{answer, fetching, get, get_as, me, read, reason_of, with_token};

#[actix_web::test]
async fn option_of_an_extractor_takes_a_forgery_for_nobody_and_maybe_user_refuses_it() {
    // Actix-web's own `impl FromRequest for Option<T>` does the first. It is pinned so that the documentation stays true.
    let issuer = TestIssuer::start();
    let forged = issuer.token().tamper(Tamper::FlipSignatureBit).mint();
    for (path, expected) in [
        ("/option", (200, "true".to_owned())),
        ("/option-verified", (200, "true".to_owned())),
        ("/maybe", (401, "invalid_signature".to_owned())),
        ("/maybe-verified", (401, "invalid_signature".to_owned())),
    ] {
        let app = App::new()
            .app_data(Auth::new(issuer.verifier()))
            .route("/option", web::get().to(async |user: Option<CurrentUser>| user.is_none().to_string()))
            .route(
                "/option-verified",
                web::get().to(async |token: Option<Verified>| token.is_none().to_string()),
            )
            .route("/maybe", web::get().to(async |user: MaybeUser| user.is_none().to_string()))
            .route(
                "/maybe-verified",
                web::get().to(async |token: MaybeVerified| token.is_none().to_string()),
            );
        let response = answer(app, with_token(get(path), &forged)).await;
        let reason = reason_of(&response).map(str::to_owned);
        let (status, body) = read(response).await;
        assert_eq!((status, reason.unwrap_or(body)), expected, "{path}");
    }
}

#[actix_web::test]
async fn result_of_an_extractor_gives_the_refusal_to_the_handler() {
    let issuer = TestIssuer::start();
    let handler = async |user: Result<CurrentUser, Rejection>| match user {
        Ok(user) => Ok(user.id().to_owned()),
        Err(rejection) if matches!(rejection.refusal().reason(), Reason::NoCredentials) => {
            Ok("nobody".into())
        }
        Err(rejection) => Err(rejection),
    };
    for (request, expected) in [
        (get_as(&issuer, "ada", "/"), (200, "ada")),
        (get("/"), (200, "nobody")),
        (with_token(get("/"), "forged"), (401, INVALID_TOKEN)),
    ] {
        let app = App::new().app_data(Auth::new(issuer.verifier())).route("/", web::get().to(handler));
        assert_eq!(read(answer(app, request).await).await, (expected.0, expected.1.to_owned()));
    }
}

#[actix_web::test]
async fn a_refusal_is_answered_with_its_fields_and_body_and_its_reason_is_for_outer_layers() {
    let issuer = TestIssuer::start();
    let app = App::new().app_data(Auth::new(issuer.verifier())).route("/me", web::get().to(me));
    let response = answer(app, with_token(get("/me"), "forged")).await;

    assert_eq!(reason_of(&response), Some("malformed"));
    let mut fields: Vec<_> =
        response.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            ("cache-control", "no-store"),
            ("content-type", "application/problem+json"),
            ("www-authenticate", r#"Bearer realm="api", error="invalid_token""#),
        ]
    );
    assert_eq!(read(response).await, (401, INVALID_TOKEN.to_owned()));
}

#[actix_web::test]
async fn a_head_request_is_refused_as_its_get_would_be() {
    let issuer = TestIssuer::start();
    let app = App::new().app_data(Auth::new(issuer.verifier())).route("/me", web::head().to(me));
    let response = answer(app, get("/me").method(Method::HEAD)).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(response.headers().get("www-authenticate").unwrap(), r#"Bearer realm="api""#);
}

#[actix_web::test]
async fn a_body_of_the_service_s_own_is_sent_by_extractors_and_guards() {
    let issuer = TestIssuer::start();
    let builder: AuthBuilder<Auth> = Auth::builder(issuer.verifier());
    let auth = builder
        .refusal_body(|refusal| Body::json(format!(r#"{{"code":{}}}"#, refusal.status()).into_bytes()))
        .build();
    for path in ["/open/me", "/guarded/me"] {
        let app = App::new()
            .app_data(auth.clone())
            .route("/open/me", web::get().to(me))
            .service(web::scope("/guarded").wrap(auth.protect()).route("/me", web::get().to(me)));
        let response = answer(app, get(path)).await;
        assert_eq!(response.headers().get("content-type").unwrap(), "application/json", "{path}");
        assert_eq!(response.headers().get("www-authenticate").unwrap(), r#"Bearer realm="api""#, "{path}");
        assert_eq!(read(response).await, (401, r#"{"code":401}"#.to_owned()), "{path}");
    }
}

#[actix_web::test]
async fn a_request_is_verified_once_however_many_ask() {
    let issuer = TestIssuer::start();
    let (verifier, verified) = counted(&issuer);
    let auth = Auth::new(verifier);
    let all = async |_: CurrentUser, _: Verified, _: MaybeUser, _: MaybeVerified| "ran";
    for path in ["/open/all", "/guarded/all"] {
        let app = App::new()
            .app_data(auth.clone())
            .route("/open/all", web::get().to(all))
            .service(web::scope("/guarded").wrap(auth.protect()).route("/all", web::get().to(all)));
        verified.store(0, Ordering::Relaxed);
        assert_eq!(answer(app, get_as(&issuer, "ada", path)).await.status(), 200, "{path}");
        assert_eq!(verified.load(Ordering::Relaxed), 1, "{path}");
    }
}

#[actix_web::test]
async fn what_another_auth_verified_is_not_reused() {
    let (issuer, other) = (TestIssuer::start(), TestIssuer::start());
    let (verifier, verified) = counted(&issuer);
    let outer = Auth::new(issuer.verifier());
    let app = App::new().service(
        // The last is the outermost.
        web::resource("/me")
            .route(web::get().to(me))
            .wrap(Auth::new(verifier).protect())
            .wrap(outer.protect()),
    );
    assert_eq!(read(answer(app, get_as(&issuer, "ada", "/me")).await).await, (200, "ada".into()));
    assert_eq!(verified.load(Ordering::Relaxed), 1);

    // What the outer one accepts is no proof for an exemption of the inner one.
    let inner = Auth::new(other.verifier()).protect().exempt(["/me"]).unwrap();
    let app =
        App::new().service(web::resource("/me").route(web::get().to(me)).wrap(inner).wrap(outer.protect()));
    let response = answer(app, get_as(&issuer, "ada", "/me")).await;
    assert_eq!(response.status(), 401);
}

#[actix_web::test]
async fn a_handler_finds_the_verified_token_in_the_extensions() {
    let issuer = TestIssuer::start();
    let subject = async |_: CurrentUser, request: HttpRequest| {
        let extensions = request.extensions();
        let caller = extensions.get::<Authenticated>().unwrap();
        caller.token().claims().subject().unwrap().to_owned()
    };
    let app = App::new().app_data(Auth::new(issuer.verifier())).route("/", web::get().to(subject));
    assert_eq!(read(answer(app, get_as(&issuer, "ada", "/")).await).await, (200, "ada".into()));
}

#[actix_web::test]
async fn keys_are_fetched_while_the_only_thread_goes_on() {
    let issuer = TestIssuer::start();
    let held = issuer.hold();
    let auth = Auth::new(fetching(&issuer, &issuer));
    let both = async |user: CurrentUser, _: Verified| user.id().to_owned();
    let app = App::new().app_data(auth).route("/", web::get().to(both));
    let token = issuer.token().subject("ada").mint();

    let waiting = rt::spawn(async move { read(answer(app, with_token(get("/"), &token)).await).await });
    // Were the thread blocked, this would never come back.
    issuer.requests_arrived(1).await;
    held.release();
    assert_eq!(waiting.await.unwrap(), (200, "ada".into()));
    assert_eq!(issuer.jwks_requests(), 1);
}

#[actix_web::test]
async fn an_outage_is_503_with_the_time_to_wait() {
    let issuer = TestIssuer::start();
    issuer.set_fault(Fault::ServiceUnavailable { retry_after: 30 });
    let app = App::new().app_data(Auth::new(fetching(&issuer, &issuer))).route("/", web::get().to(me));
    let response = answer(app, get_as(&issuer, "ada", "/")).await;
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers().get("www-authenticate"), None);
    let wait: u64 = response.headers().get("retry-after").unwrap().to_str().unwrap().parse().unwrap();
    assert!((1..=30).contains(&wait), "{wait}");
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
