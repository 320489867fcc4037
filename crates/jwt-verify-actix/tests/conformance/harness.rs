//! The suite's apps, built with Actix-web.

use std::{future::ready, net::TcpListener};

use actix_web::{
    App, Error, FromRequest, HttpServer, Resource, Route,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    rt::{self, System},
    web::{self, ServiceConfig},
};
use jwt_verify_actix::{
    Auth, Authorized, CurrentUser, MaybeUser, MaybeVerified, NamedPolicy, Owner, Protect, Verified,
};
use jwt_verify_testing::conformance::{
    Administer, ExportReports, GUARDED_EXEMPT, Harness, NotGuest, PayOut, Profile, Ran, ReadOrAudit,
    ReadReports, RecentLogin, Running, SITE_ADMIN, SITE_EXEMPT, SITE_OWNER, SITE_PATHS, SITE_REPORTS, Setup,
    Stopped, StrongLogin,
};

#[derive(Debug)]
pub(crate) struct Actix;

impl Harness for Actix {
    fn routes(setup: Setup) -> Running {
        serve(move || {
            let ran = setup.ran();
            App::new()
                .app_data(Auth::from(setup.auth()))
                .configure(|app| open_routes(app, &ran))
                .configure(|app| registered_trees(app, &setup))
                .configure(|app| guarded_trees(app, &setup))
                .default_service(nobody(&ran, "fallback"))
        })
    }

    fn site(setup: Setup) -> Running {
        serve(move || {
            let protect = Auth::from(setup.auth())
                .protect()
                .paths(SITE_PATHS)
                .and_then(|protect| protect.exempt(SITE_EXEMPT))
                .and_then(|protect| protect.require_on(SITE_ADMIN, Administer::policy()))
                .and_then(|protect| protect.require_on(SITE_REPORTS, ReadReports::policy()))
                .and_then(|protect| protect.owner(SITE_OWNER))
                .expect("the suite's patterns are patterns");
            App::new().wrap(protect).default_service(nobody(&setup.ran(), "fallback"))
        })
    }

    fn unregistered(setup: Setup) -> Running {
        serve(move || {
            let ran = setup.ran();
            App::new()
                .route("/me", user(&ran, "me"))
                .route("/claims", claims(&ran, "claims"))
                .route("/maybe", maybe_user(&ran, "maybe"))
                .route("/maybe-claims", maybe_claims(&ran, "maybe-claims"))
                .route("/users/{user_id}/tasks", owner(&ran, "tasks"))
                .route("/reports", authorized::<ReadReports>(&ran, "reports"))
                .default_service(nobody(&ran, "fallback"))
        })
    }
}

fn open_routes(app: &mut ServiceConfig, ran: &Ran) {
    app.route("/health", nobody(ran, "health"))
        .route("/me", user(ran, "me"))
        .route("/claims", claims(ran, "claims"))
        .route(
            "/both",
            handler(ran, "both", |(user, _): &(CurrentUser, Verified<Profile>)| Some(user.id().into())),
        )
        .route("/maybe", maybe_user(ran, "maybe"))
        .route("/maybe-claims", maybe_claims(ran, "maybe-claims"))
        .route("/users/{user_id}/tasks", owner(ran, "tasks"))
        .route("/owner", owner(ran, "owner"))
        .route("/reports", authorized::<ReadReports>(ran, "reports"))
        .route("/export", authorized::<ExportReports>(ran, "export"))
        .route("/either", authorized::<ReadOrAudit>(ran, "either"))
        .route("/admin", authorized::<Administer>(ran, "admin"))
        .route("/not-guest", authorized::<NotGuest>(ran, "not-guest"))
        .route("/recent", authorized::<RecentLogin>(ran, "recent"))
        .route("/strong", authorized::<StrongLogin>(ran, "strong"))
        .route("/payouts", authorized::<PayOut>(ran, "payouts"));
}

fn registered_trees(app: &mut ServiceConfig, setup: &Setup) {
    let ran = &setup.ran();
    let tree = |path: &str, auth| web::scope(path).app_data(Auth::from(auth));
    app.service(tree("/cookie", setup.cookie_auth()).route("/me", user(ran, "cookie")))
        .service(tree("/assertion", setup.assertion_auth()).route("/me", user(ran, "assertion")))
        .service(tree("/realm", setup.realm_auth()).route("/me", user(ran, "realm")))
        .service(
            tree("/rendered", setup.rendered_auth())
                .route("/me", user(ran, "rendered"))
                .route("/tasks/{user_id}", owner(ran, "rendered")),
        );
}

/// Each route has the guard of its tree. A scope would put it before `/guarded` too, which is no route of the suite.
fn guarded_trees(app: &mut ServiceConfig, setup: &Setup) {
    let ran = &setup.ran();
    let auth = Auth::from(setup.auth());

    let protect = Auth::from(setup.rendered_auth()).protect();
    app.service(guarded("/rendered-guard/{rest:.+}", &protect, nobody(ran, "rendered")));

    let protect = auth.protect().exempt(GUARDED_EXEMPT).expect("the suite's patterns are patterns");
    app.service(guarded("/guarded/me", &protect, user(ran, "guarded-me")))
        .service(guarded("/guarded/claims", &protect, claims(ran, "guarded-claims")))
        .service(guarded("/guarded/reports", &protect, authorized::<ReadReports>(ran, "guarded-reports")))
        .service(guarded("/guarded/users/{user_id}/tasks", &protect, owner(ran, "guarded-tasks")))
        .service(guarded("/guarded/open/me", &protect, user(ran, "open-me")))
        .service(guarded("/guarded/open/maybe", &protect, maybe_user(ran, "open-maybe")))
        .service(guarded("/guarded/{rest:.+}", &protect, nobody(ran, "guarded")));

    let require = auth.require(ReadReports::policy());
    app.service(guarded("/required/me", &require, user(ran, "required-me"))).service(guarded(
        "/required/{rest:.+}",
        &require,
        nobody(ran, "required"),
    ));

    // The last is the outermost.
    let inner = Auth::from(setup.assertion_auth()).protect();
    app.service(web::resource("/two/me").route(user(ran, "two")).wrap(inner).wrap(auth.protect()));
}

fn guarded(
    path: &str,
    protect: &Protect,
    route: Route,
) -> Resource<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = Error,
        InitError = (),
    > + use<>,
> {
    web::resource(path.to_owned()).route(route).wrap(protect.clone())
}

fn nobody(ran: &Ran, name: &'static str) -> Route {
    handler(ran, name, |(): &()| None)
}

fn user(ran: &Ran, name: &'static str) -> Route {
    handler(ran, name, |user: &CurrentUser| Some(user.id().into()))
}

fn claims(ran: &Ran, name: &'static str) -> Route {
    handler(ran, name, |token: &Verified<Profile>| Some(token.claims().email.clone()))
}

fn maybe_user(ran: &Ran, name: &'static str) -> Route {
    handler(ran, name, |user: &MaybeUser| user.as_ref().map(|user| user.id().into()))
}

fn maybe_claims(ran: &Ran, name: &'static str) -> Route {
    handler(ran, name, |token: &MaybeVerified<Profile>| {
        token.as_ref().map(|token| token.claims().email.clone())
    })
}

fn owner(ran: &Ran, name: &'static str) -> Route {
    handler(ran, name, |owner: &Owner| Some(owner.id().into()))
}

fn authorized<P: NamedPolicy>(ran: &Ran, name: &'static str) -> Route {
    handler(ran, name, |user: &Authorized<P>| Some(user.id().into()))
}

/// Answers every method, after it has said that it ran, and as whom.
fn handler<A: FromRequest + 'static>(
    ran: &Ran,
    name: &'static str,
    caller: fn(&A) -> Option<String>,
) -> Route {
    let ran = ran.clone();
    web::to(move |argument: A| ready(ran.answer(name, caller(&argument).as_deref())))
}

fn serve<T, B>(app: impl Fn() -> App<T> + Clone + Send + 'static) -> Running
where
    T: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<B>,
            Error = Error,
            InitError = (),
        > + 'static,
    B: MessageBody + 'static,
{
    Running::in_thread(|listener: TcpListener, stopped: Stopped| {
        System::new().block_on(async {
            let server = HttpServer::new(app).workers(1).disable_signals().listen(listener).unwrap().run();
            let handle = server.handle();
            rt::spawn(async move {
                stopped.await;
                handle.stop(false).await;
            });
            server.await.unwrap();
        });
    })
}
