//! The suite's apps, built with Poem.
#![expect(clippy::expect_used, reason = "a test may panic: that is how it fails")]

use jwt_verify_poem::{
    Auth, Authorized, CurrentUser, MaybeUser, MaybeVerified, NamedPolicy, Owner, Verified,
};
use jwt_verify_testing::conformance::{
    Administer, ExportReports, GUARDED_EXEMPT, Harness, NotGuest, PayOut, Profile, Ran, ReadOrAudit,
    ReadReports, RecentLogin, Running, SITE_ADMIN, SITE_EXEMPT, SITE_OWNER, SITE_PATHS, SITE_REPORTS, Setup,
    StrongLogin,
};
use poem::{
    Endpoint, EndpointExt, FromRequest, Request, RequestBody, Route, Server, listener::TcpAcceptor, web::Data,
};

#[derive(Debug)]
pub(crate) struct Poem;

impl Harness for Poem {
    fn routes(setup: Setup) -> Running {
        let app = Route::new()
            .at("/health", no_argument("health"))
            .at("/me", user("me"))
            .at("/claims", claims("claims"))
            .at("/both", both())
            .at("/maybe", maybe_user("maybe"))
            .at("/maybe-claims", maybe_claims("maybe-claims"))
            .at("/users/:user_id/tasks", owner("tasks"))
            .at("/owner", owner("owner"))
            .at("/reports", authorized::<ReadReports>("reports"))
            .at("/export", authorized::<ExportReports>("export"))
            .at("/either", authorized::<ReadOrAudit>("either"))
            .at("/admin", authorized::<Administer>("admin"))
            .at("/not-guest", authorized::<NotGuest>("not-guest"))
            .at("/recent", authorized::<RecentLogin>("recent"))
            .at("/strong", authorized::<StrongLogin>("strong"))
            .at("/payouts", authorized::<PayOut>("payouts"));
        let app = trees(app, &setup).at("/*rest", no_argument("fallback"));
        serve(app.data(Auth::from(setup.auth())).data(setup.ran()))
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
        serve(no_argument("fallback").with(guard).data(setup.ran()))
    }

    fn unregistered(setup: Setup) -> Running {
        let app = Route::new()
            .at("/me", user("me"))
            .at("/claims", claims("claims"))
            .at("/maybe", maybe_user("maybe"))
            .at("/maybe-claims", maybe_claims("maybe-claims"))
            .at("/users/:user_id/tasks", owner("tasks"))
            .at("/reports", authorized::<ReadReports>("reports"));
        serve(app.data(setup.ran()))
    }
}

/// The parts of the app for which another `Auth` is registered, or which a guard protects.
fn trees(app: Route, setup: &Setup) -> Route {
    let auth = Auth::from(setup.auth());
    let assertion = Auth::from(setup.assertion_auth());
    let rendered = Auth::from(setup.rendered_auth());
    let exempt = || auth.protect().exempt(GUARDED_EXEMPT).expect("the suite's patterns are patterns");
    let required = || auth.require(ReadReports::policy());
    app.at("/cookie/me", user("cookie").data(Auth::from(setup.cookie_auth())))
        .at("/assertion/me", user("assertion").data(assertion.clone()))
        .at("/realm/me", user("realm").data(Auth::from(setup.realm_auth())))
        .at("/rendered/me", user("rendered").data(rendered.clone()))
        .at("/rendered/tasks/:user_id", owner("rendered").data(rendered.clone()))
        .at("/rendered-guard/*rest", no_argument("rendered").with(rendered.protect()))
        .at("/guarded/me", user("guarded-me").with(exempt()))
        .at("/guarded/claims", claims("guarded-claims").with(exempt()))
        .at("/guarded/reports", authorized::<ReadReports>("guarded-reports").with(exempt()))
        .at("/guarded/users/:user_id/tasks", owner("guarded-tasks").with(exempt()))
        .at("/guarded/open/me", user("open-me").with(exempt()))
        .at("/guarded/open/maybe", maybe_user("open-maybe").with(exempt()))
        .at("/guarded/*rest", no_argument("guarded").with(exempt()))
        .at("/required/me", user("required-me").with(required()))
        .at("/required/*rest", no_argument("required").with(required()))
        // Of two guards the one that is put around last is the outer one.
        .at("/two/me", user("two").with(assertion.protect()).with(auth.protect()))
}

/// A handler of any method that takes one argument. Written out, as `#[handler]` takes no name and no type parameter.
struct Handler<E> {
    name: &'static str,
    caller: fn(&E) -> Option<String>,
}

impl<E> Endpoint for Handler<E>
where
    E: for<'a> FromRequest<'a> + Send + Sync + 'static,
{
    type Output = String;

    async fn call(&self, request: Request) -> poem::Result<String> {
        let (request, mut body) = request.split();
        let argument = E::from_request(&request, &mut body).await?;
        let Data(ran) = Data::<&Ran>::from_request(&request, &mut body).await?;
        Ok(ran.answer(self.name, (self.caller)(&argument).as_deref()))
    }
}

/// For a handler that takes no argument of ours.
struct Nothing;

impl<'a> FromRequest<'a> for Nothing {
    async fn from_request(_: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self)
    }
}

/// For a handler that takes two.
struct Both(CurrentUser);

impl<'a> FromRequest<'a> for Both {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let user = CurrentUser::from_request(request, body).await?;
        Verified::<Profile>::from_request(request, body).await?;
        Ok(Self(user))
    }
}

fn no_argument(name: &'static str) -> Handler<Nothing> {
    Handler { name, caller: |_| None }
}

fn user(name: &'static str) -> Handler<CurrentUser> {
    Handler { name, caller: |user| Some(user.id().into()) }
}

fn claims(name: &'static str) -> Handler<Verified<Profile>> {
    Handler { name, caller: |token| Some(token.claims().email.clone()) }
}

fn both() -> Handler<Both> {
    Handler { name: "both", caller: |Both(user)| Some(user.id().into()) }
}

fn maybe_user(name: &'static str) -> Handler<MaybeUser> {
    Handler { name, caller: |user| user.as_ref().map(|user| user.id().into()) }
}

fn maybe_claims(name: &'static str) -> Handler<MaybeVerified<Profile>> {
    Handler { name, caller: |token| token.as_ref().map(|token| token.claims().email.clone()) }
}

fn owner(name: &'static str) -> Handler<Owner> {
    Handler { name, caller: |owner| Some(owner.id().into()) }
}

fn authorized<P: NamedPolicy>(name: &'static str) -> Handler<Authorized<P>> {
    Handler { name, caller: |user| Some(user.id().into()) }
}

fn serve(app: impl Endpoint + 'static) -> Running {
    Running::in_thread(|listener, stopped| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let acceptor = TcpAcceptor::from_std(listener).expect("a listener for the runtime");
            let server = Server::new_with_acceptor(acceptor);
            server.run_with_graceful_shutdown(app, stopped, None).await.expect("serving does not fail");
        });
    })
}
