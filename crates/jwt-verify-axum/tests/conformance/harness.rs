//! The suite's apps, built with Axum. The comparison of the adapters includes this file too.
#![expect(clippy::expect_used, reason = "a test may panic: that is how it fails")]

use axum::{
    Extension, Router,
    extract::FromRef,
    routing::{MethodRouter, any},
};
use jwt_verify_axum::{
    Auth, Authorized, CurrentUser, MaybeUser, MaybeVerified, NamedPolicy, Owner, Registration, Verified,
};
use jwt_verify_testing::conformance::{
    Administer, ExportReports, GUARDED_EXEMPT, Harness, NotGuest, PayOut, Profile, Ran, ReadOrAudit,
    ReadReports, RecentLogin, Running, SITE_ADMIN, SITE_EXEMPT, SITE_OWNER, SITE_PATHS, SITE_REPORTS, Setup,
    StrongLogin,
};

#[derive(Debug)]
pub(crate) struct Axum;

impl Harness for Axum {
    fn routes(setup: Setup) -> Running {
        // The whole app by its state; parts of it by a layer.
        let app = Router::new()
            .route("/health", no_argument("health"))
            .route("/me", user("me"))
            .route("/claims", claims("claims"))
            .route("/both", any(both))
            .route("/maybe", maybe_user("maybe"))
            .route("/maybe-claims", maybe_claims("maybe-claims"))
            .route("/users/{user_id}/tasks", owner("tasks"))
            .route("/owner", owner("owner"))
            .route("/reports", authorized::<ReadReports, _>("reports"))
            .route("/export", authorized::<ExportReports, _>("export"))
            .route("/either", authorized::<ReadOrAudit, _>("either"))
            .route("/admin", authorized::<Administer, _>("admin"))
            .route("/not-guest", authorized::<NotGuest, _>("not-guest"))
            .route("/recent", authorized::<RecentLogin, _>("recent"))
            .route("/strong", authorized::<StrongLogin, _>("strong"))
            .route("/payouts", authorized::<PayOut, _>("payouts"))
            .merge(trees(&setup))
            .fallback(|ran: Extension<Ran>| async move { ran.answer("fallback", None) })
            .layer(Extension(setup.ran()))
            .with_state(Auth::from(setup.auth()));
        serve(app)
    }

    fn site(setup: Setup) -> Running {
        let guard = Auth::from(setup.auth())
            .protect()
            .paths(SITE_PATHS)
            .and_then(|guard| guard.exempt(SITE_EXEMPT))
            .and_then(|guard| guard.require_on(SITE_ADMIN, Administer::policy()))
            .and_then(|guard| guard.require_on(SITE_REPORTS, ReadReports::policy()))
            .and_then(|guard| guard.owner(SITE_OWNER))
            .expect("the suite's patterns are patterns");
        let app = Router::new().fallback(|ran: Extension<Ran>| async move { ran.answer("fallback", None) });
        serve(app.layer(guard).layer(Extension(setup.ran())))
    }

    fn unregistered(setup: Setup) -> Running {
        let app = Router::new()
            .route("/me", user("me"))
            .route("/claims", claims("claims"))
            .route("/maybe", maybe_user("maybe"))
            .route("/maybe-claims", maybe_claims("maybe-claims"))
            .route("/users/{user_id}/tasks", owner("tasks"))
            .route("/reports", authorized::<ReadReports, _>("reports"));
        serve(app.layer(Extension(setup.ran())))
    }
}

/// The parts of the app for which another `Auth` is registered, or which a guard protects.
fn trees(setup: &Setup) -> Router<Auth> {
    let auth = Auth::from(setup.auth());
    let assertion = Auth::from(setup.assertion_auth());
    let rendered = Auth::from(setup.rendered_auth());
    let exempt = auth.protect().exempt(GUARDED_EXEMPT).expect("the suite's patterns are patterns");
    Router::new()
        .merge(Router::new().route("/cookie/me", user("cookie")).route_layer(Auth::from(setup.cookie_auth())))
        .merge(Router::new().route("/assertion/me", user("assertion")).route_layer(assertion.clone()))
        .merge(Router::new().route("/realm/me", user("realm")).route_layer(Auth::from(setup.realm_auth())))
        .merge(
            Router::new()
                .route("/rendered/me", user("rendered"))
                .route("/rendered/tasks/{user_id}", owner("rendered"))
                .route_layer(rendered.clone()),
        )
        .merge(
            Router::new()
                .route("/rendered-guard/{*rest}", no_argument("rendered"))
                .route_layer(rendered.protect()),
        )
        .merge(
            Router::new()
                .route("/guarded/me", user("guarded-me"))
                .route("/guarded/claims", claims("guarded-claims"))
                .route("/guarded/reports", authorized::<ReadReports, _>("guarded-reports"))
                .route("/guarded/users/{user_id}/tasks", owner("guarded-tasks"))
                .route("/guarded/open/me", user("open-me"))
                .route("/guarded/open/maybe", maybe_user("open-maybe"))
                .route("/guarded/{*rest}", no_argument("guarded"))
                .route_layer(exempt),
        )
        .merge(
            Router::new()
                .route("/required/me", user("required-me"))
                .route("/required/{*rest}", no_argument("required"))
                .route_layer(auth.require(ReadReports::policy())),
        )
        // Of two layers the one that is added last is the outer one.
        .merge(
            Router::new()
                .route("/two/me", user("two"))
                .route_layer(assertion.protect())
                .route_layer(auth.protect()),
        )
}

fn no_argument<S: Clone + Send + Sync + 'static>(name: &'static str) -> MethodRouter<S> {
    any(move |ran: Extension<Ran>| async move { ran.answer(name, None) })
}

fn user<S>(name: &'static str) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Registration: FromRef<S>,
{
    any(move |user: CurrentUser, ran: Extension<Ran>| async move { ran.answer(name, Some(user.id())) })
}

fn claims<S>(name: &'static str) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Registration: FromRef<S>,
{
    any(move |token: Verified<Profile>, ran: Extension<Ran>| async move {
        ran.answer(name, Some(&token.claims().email))
    })
}

async fn both(user: CurrentUser, _token: Verified<Profile>, ran: Extension<Ran>) -> String {
    ran.answer("both", Some(user.id()))
}

fn maybe_user<S>(name: &'static str) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Registration: FromRef<S>,
{
    any(move |user: MaybeUser, ran: Extension<Ran>| async move {
        ran.answer(name, user.as_ref().map(|user| user.id()))
    })
}

fn maybe_claims<S>(name: &'static str) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Registration: FromRef<S>,
{
    any(move |token: MaybeVerified<Profile>, ran: Extension<Ran>| async move {
        ran.answer(name, token.as_ref().map(|token| token.claims().email.as_str()))
    })
}

fn owner<S>(name: &'static str) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Registration: FromRef<S>,
{
    any(move |owner: Owner, ran: Extension<Ran>| async move { ran.answer(name, Some(owner.id())) })
}

fn authorized<P, S>(name: &'static str) -> MethodRouter<S>
where
    P: NamedPolicy,
    S: Clone + Send + Sync + 'static,
    Registration: FromRef<S>,
{
    any(move |user: Authorized<P>, ran: Extension<Ran>| async move { ran.answer(name, Some(user.id())) })
}

fn serve(app: Router) -> Running {
    Running::in_thread(|listener, stopped| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener for the runtime");
            axum::serve(listener, app).with_graceful_shutdown(stopped).await.expect("serving does not fail");
        });
    })
}
