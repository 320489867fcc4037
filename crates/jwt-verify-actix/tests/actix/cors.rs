//! With `actix-cors` outside of a guard, and inside.

use actix_cors::Cors;
use actix_web::{
    App,
    dev::ServiceResponse,
    http::{
        Method,
        header::{
            ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_REQUEST_HEADERS,
            ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, ORIGIN, WWW_AUTHENTICATE,
        },
    },
    test::TestRequest,
    web,
};
use jwt_verify_actix::{Auth, Authorized, Owner, Policy, policy};
use jwt_verify_testing::{Fault, TestIssuer};

use crate::{answer, fetching, get, get_as, me};

policy! { ReadReports = Policy::scope("reports:read"); }

fn cors() -> Cors {
    Cors::default()
        .allowed_origin(FRONT_END)
        .allowed_methods(["GET"])
        .allowed_header(AUTHORIZATION)
        .expose_headers([WWW_AUTHENTICATE])
}

fn preflight(path: &str) -> TestRequest {
    get(path)
        .method(Method::OPTIONS)
        .insert_header((ORIGIN, FRONT_END))
        .insert_header((ACCESS_CONTROL_REQUEST_METHOD, "GET"))
        .insert_header((ACCESS_CONTROL_REQUEST_HEADERS, "authorization"))
}

fn allowed_origin<B>(response: &ServiceResponse<B>) -> Option<&str> {
    response.headers().get(ACCESS_CONTROL_ALLOW_ORIGIN).map(|value| value.to_str().unwrap())
}

#[actix_web::test]
async fn cors_outside_puts_its_fields_on_refusals_of_extractors_and_of_a_guard() {
    let issuer = TestIssuer::start();
    let down = TestIssuer::start();
    down.set_fault(Fault::ServiceUnavailable { retry_after: 30 });
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
        let auth = Auth::new(issuer.verifier());
        let no_keys = Auth::new(fetching(&issuer, &down));
        let routes = |scope: &str| {
            web::scope(scope)
                .route("/me", web::get().to(me))
                .route("/reports", web::get().to(async |_: Authorized<ReadReports>| "ran"))
                .route("/{user_id}/tasks", web::get().to(async |_: Owner| "ran"))
        };
        let protect = auth.protect().require_on("/guarded/reports", Policy::scope("reports:read")).unwrap();
        let app = App::new()
            .service(routes("/open").app_data(auth.clone()))
            .service(routes("/guarded").wrap(protect))
            .service(routes("/down").app_data(no_keys.clone()))
            .service(routes("/guarded-down").wrap(no_keys.protect()))
            .route("/unregistered", web::get().to(me))
            .wrap(cors());
        let request = user.map_or_else(|| get(path), |user| get_as(&issuer, user, path));
        let response = answer(app, request.insert_header((ORIGIN, FRONT_END))).await;
        assert_eq!(response.status(), status, "{path}");
        assert_eq!(allowed_origin(&response), Some(FRONT_END), "{path}");
        let exposed = response.headers().get(ACCESS_CONTROL_EXPOSE_HEADERS).unwrap();
        assert_eq!(exposed, "www-authenticate", "{path}");
    }
}

#[actix_web::test]
async fn a_preflight_is_answered_by_cors_outside_and_inside_only_if_the_guard_lets_it_through() {
    let issuer = TestIssuer::start();
    let auth = Auth::new(issuer.verifier());
    let outside = App::new().wrap(auth.protect()).wrap(cors()).route("/me", web::get().to(me));
    let closed = App::new().wrap(cors()).wrap(auth.protect()).route("/me", web::get().to(me));
    let inside =
        App::new().wrap(cors()).wrap(auth.protect().danger_pass_preflights()).route("/me", web::get().to(me));
    assert_eq!(answer(closed, preflight("/me")).await.status().as_u16(), 401);
    let outside = answer(outside, preflight("/me")).await;
    let inside = answer(inside, preflight("/me")).await;
    assert_eq!((outside.status().as_u16(), allowed_origin(&outside)), (200, Some(FRONT_END)));
    assert_eq!((inside.status().as_u16(), allowed_origin(&inside)), (200, Some(FRONT_END)));
}

#[actix_web::test]
async fn options_without_the_fields_of_a_preflight_needs_a_token() {
    let issuer = TestIssuer::start();
    let app =
        App::new().wrap(Auth::new(issuer.verifier()).protect()).default_service(web::to(|| async { "ran" }));
    assert_eq!(answer(app, get("/me").method(Method::OPTIONS)).await.status(), 401);
}

const FRONT_END: &str = "https://app.example";
