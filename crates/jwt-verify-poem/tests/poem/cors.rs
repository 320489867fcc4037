//! With Poem's own CORS outside of a guard, and inside.

use jwt_verify_poem::{Auth, Authorized, Owner, Policy, Verifier, policy, remote::RemoteIssuer};
use jwt_verify_testing::{Fault, TestIssuer};
use poem::{
    EndpointExt, Request, Response, Route, handler,
    http::{Method, header},
    middleware::Cors,
};

use crate::{answer, get, get_as, me, ran, request};

policy! { ReadReports = Policy::scope("reports:read"); }

#[handler]
async fn tasks(_owner: Owner) -> &'static str {
    "ran"
}

#[handler]
async fn reports(_user: Authorized<ReadReports>) -> &'static str {
    "ran"
}

fn cors() -> Cors {
    Cors::new()
        .allow_origin(FRONT_END)
        .allow_method(Method::GET)
        .allow_header(header::AUTHORIZATION)
        .expose_header(header::WWW_AUTHENTICATE)
}

fn preflight(path: &str) -> Request {
    let fields = [
        ("origin", FRONT_END),
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "authorization"),
    ];
    request(Method::OPTIONS, path, &fields)
}

fn allowed_origin(response: &Response) -> Option<&str> {
    response.header(header::ACCESS_CONTROL_ALLOW_ORIGIN)
}

#[tokio::test]
async fn cors_outside_puts_its_fields_on_refusals_of_extractors_and_of_a_guard() {
    let issuer = TestIssuer::start();
    let down = TestIssuer::start();
    down.set_fault(Fault::ServiceUnavailable { retry_after: 30 });
    let auth = Auth::new(issuer.verifier());
    let trusted = RemoteIssuer::jwks(issuer.name(), down.jwks_url())
        .audience(issuer.audience())
        .algorithms(issuer.algorithms())
        .build()
        .unwrap();
    let no_keys =
        Auth::new(Verifier::builder().issuer(trusted.into()).clock(issuer.clock()).build().unwrap());
    let routes = || Route::new().at("/me", me).at("/reports", reports).at("/:user_id/tasks", tasks);
    let protect = auth.protect().require_on("/guarded/reports", Policy::scope("reports:read")).unwrap();
    let app = Route::new()
        .nest("/open", routes().data(auth.clone()))
        .nest("/guarded", routes().with(protect))
        .nest("/down", routes().data(no_keys.clone()))
        .nest("/guarded-down", routes().with(no_keys.protect()))
        .at("/unregistered", me)
        .with(cors());
    for (user, path, status) in [
        (None, "/open/me", 401),
        (Some("ada"), "/open/grace/tasks", 403),
        (Some("ada"), "/open/reports", 403),
        (None, "/guarded/me", 401),
        (Some("ada"), "/guarded/grace/tasks", 403),
        (Some("ada"), "/guarded/reports", 403),
        (Some("ada"), "/down/me", 503),
        (Some("ada"), "/guarded-down/me", 503),
        (Some("ada"), "/unregistered", 500),
    ] {
        let mut request = user.map_or_else(|| get(path), |user| get_as(&issuer, user, path));
        request.headers_mut().insert(header::ORIGIN, FRONT_END.parse().unwrap());
        let response = answer(&app, request).await;
        assert_eq!(response.status(), status, "{path}");
        assert_eq!(allowed_origin(&response), Some(FRONT_END), "{path}");
        assert_eq!(
            response.header(header::ACCESS_CONTROL_EXPOSE_HEADERS),
            Some("www-authenticate"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_preflight_is_answered_by_cors_outside_and_inside_only_if_the_guard_lets_it_through() {
    let auth = Auth::new(TestIssuer::start().verifier());
    let outside = Route::new().at("/me", me).with(auth.protect()).with(cors());
    let closed = Route::new().at("/me", me).with(cors()).with(auth.protect());
    let inside = Route::new().at("/me", me).with(cors()).with(auth.protect().danger_pass_preflights());
    assert_eq!(answer(&closed, preflight("/me")).await.status().as_u16(), 401);
    let outside = answer(&outside, preflight("/me")).await;
    let inside = answer(&inside, preflight("/me")).await;
    assert_eq!((outside.status().as_u16(), allowed_origin(&outside)), (200, Some(FRONT_END)));
    assert_eq!((inside.status().as_u16(), allowed_origin(&inside)), (200, Some(FRONT_END)));
}

#[tokio::test]
async fn options_without_the_fields_of_a_preflight_needs_a_token() {
    let app = ran.with(Auth::new(TestIssuer::start().verifier()).protect());
    assert_eq!(answer(&app, request(Method::OPTIONS, "/me", &[])).await.status(), 401);
}

const FRONT_END: &str = "https://app.example";
