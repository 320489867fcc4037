//! The suite's apps without a framework. Routes are matched by hand, and extractors are calls of `jwt-verify-http`.

use std::{convert::Infallible, net::TcpListener, sync::Arc};

use hyper::{
    Request, Response,
    body::Incoming,
    header::{CONTENT_TYPE, HeaderMap},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use jwt_verify_http::{Admission, Auth, Authenticated, Guard, NamedPolicy, OwnerId, Refusal};
use jwt_verify_testing::conformance::{
    Administer, ExportReports, GUARDED_EXEMPT, Harness, NotGuest, PayOut, Profile, ReadOrAudit, ReadReports,
    RecentLogin, Running, SITE_ADMIN, SITE_EXEMPT, SITE_OWNER, SITE_PATHS, SITE_REPORTS, Setup, Stopped,
    StrongLogin,
};
use tokio::runtime;

/// No framework in the suite.
pub(crate) struct Reference;

impl Harness for Reference {
    fn routes(setup: Setup) -> Running {
        serve(App { setup, kind: Kind::Routes })
    }

    fn site(setup: Setup) -> Running {
        serve(App { setup, kind: Kind::Site })
    }

    fn unregistered(setup: Setup) -> Running {
        serve(App { setup, kind: Kind::Unregistered })
    }
}

struct App {
    setup: Setup,
    kind: Kind,
}

enum Kind {
    Routes,
    Site,
    Unregistered,
}

/// A request, and what a framework keeps beside it.
struct Exchange<'r> {
    request: &'r Request<Incoming>,
    /// The `Auth` that is registered, or left by a guard.
    auth: Option<Auth>,
    /// What a guard has verified.
    caller: Option<Authenticated>,
}

/// What a handler says: who called, if it was asked.
type Answer = Result<Option<String>, Refusal>;

impl App {
    async fn answer(&self, request: &Request<Incoming>) -> Response<String> {
        let (name, answer) = match self.kind {
            Kind::Routes => self.routes(request).await,
            Kind::Site => ("fallback", self.site(request).await),
            Kind::Unregistered => unregistered(request).await,
        };
        match answer {
            Ok(caller) => {
                let mut response = Response::new(self.setup.ran().answer(name, caller.as_deref()));
                response.headers_mut().insert(CONTENT_TYPE, "text/plain; charset=utf-8".parse().unwrap());
                response
            }
            Err(refusal) => response(&refusal),
        }
    }

    async fn routes(&self, request: &Request<Incoming>) -> (&'static str, Answer) {
        let setup = &self.setup;
        let auth = setup.auth();
        let mut exchange = Exchange { request, auth: Some(auth.clone()), caller: None };
        let segments: Vec<_> = request.uri().path().split('/').skip(1).collect();

        // What a tree registers, or puts before its routes.
        let guards = match segments.as_slice() {
            ["cookie", ..] => return ("cookie", exchange.registered(setup.cookie_auth()).user().await),
            ["assertion", ..] => {
                return ("assertion", exchange.registered(setup.assertion_auth()).user().await);
            }
            ["realm", ..] => return ("realm", exchange.registered(setup.realm_auth()).user().await),
            ["rendered", "me"] => {
                return ("rendered", exchange.registered(setup.rendered_auth()).user().await);
            }
            ["rendered", "tasks", id] => {
                return ("rendered", exchange.registered(setup.rendered_auth()).owner(Some(id)).await);
            }
            ["rendered-guard", _, ..] => vec![setup.rendered_auth().guard()],
            ["guarded", _, ..] => vec![auth.guard().exempt(GUARDED_EXEMPT).unwrap()],
            ["required", _, ..] => vec![auth.guard().require(ReadReports::policy())],
            ["two", "me"] => vec![auth.guard(), setup.assertion_auth().guard()],
            _ => Vec::new(),
        };
        for guard in guards {
            if let Err(refusal) = exchange.pass(&guard).await {
                return ("a guard", Err(refusal));
            }
        }
        match segments.as_slice() {
            ["health"] => ("health", Ok(None)),
            ["me"] => ("me", exchange.user().await),
            ["claims"] => ("claims", exchange.claims().await),
            ["both"] => ("both", exchange.both().await),
            ["maybe"] => ("maybe", exchange.maybe_user().await),
            ["maybe-claims"] => ("maybe-claims", exchange.maybe_claims().await),
            ["users", id, "tasks"] if !id.is_empty() => ("tasks", exchange.owner(Some(id)).await),
            ["owner"] => ("owner", exchange.owner(None).await),
            ["reports"] => ("reports", exchange.authorized::<ReadReports>().await),
            ["export"] => ("export", exchange.authorized::<ExportReports>().await),
            ["either"] => ("either", exchange.authorized::<ReadOrAudit>().await),
            ["admin"] => ("admin", exchange.authorized::<Administer>().await),
            ["not-guest"] => ("not-guest", exchange.authorized::<NotGuest>().await),
            ["recent"] => ("recent", exchange.authorized::<RecentLogin>().await),
            ["strong"] => ("strong", exchange.authorized::<StrongLogin>().await),
            ["payouts"] => ("payouts", exchange.authorized::<PayOut>().await),
            ["rendered-guard", ..] => ("rendered", Ok(None)),
            ["guarded", "me"] => ("guarded-me", exchange.user().await),
            ["guarded", "claims"] => ("guarded-claims", exchange.claims().await),
            ["guarded", "reports"] => ("guarded-reports", exchange.authorized::<ReadReports>().await),
            ["guarded", "users", id, "tasks"] => ("guarded-tasks", exchange.owner(Some(id)).await),
            ["guarded", "open", "me"] => ("open-me", exchange.user().await),
            ["guarded", "open", "maybe"] => ("open-maybe", exchange.maybe_user().await),
            ["guarded", _, ..] => ("guarded", Ok(None)),
            ["required", "me"] => ("required-me", exchange.user().await),
            ["required", _, ..] => ("required", Ok(None)),
            ["two", "me"] => ("two", exchange.user().await),
            _ => ("fallback", Ok(None)),
        }
    }

    async fn site(&self, request: &Request<Incoming>) -> Answer {
        let guard = self.setup.auth().guard().paths(SITE_PATHS).unwrap().exempt(SITE_EXEMPT).unwrap();
        let guard = guard.require_on(SITE_ADMIN, Administer::policy()).unwrap();
        let guard = guard.require_on(SITE_REPORTS, ReadReports::policy()).unwrap();
        let guard = guard.owner(SITE_OWNER).unwrap();
        let mut exchange = Exchange { request, auth: None, caller: None };
        exchange.pass(&guard).await.map(|()| None)
    }
}

async fn unregistered(request: &Request<Incoming>) -> (&'static str, Answer) {
    let exchange = Exchange { request, auth: None, caller: None };
    let segments: Vec<_> = request.uri().path().split('/').skip(1).collect();
    match segments.as_slice() {
        ["me"] => ("me", exchange.user().await),
        ["claims"] => ("claims", exchange.claims().await),
        ["maybe"] => ("maybe", exchange.maybe_user().await),
        ["maybe-claims"] => ("maybe-claims", exchange.maybe_claims().await),
        ["users", id, "tasks"] => ("tasks", exchange.owner(Some(id)).await),
        ["reports"] => ("reports", exchange.authorized::<ReadReports>().await),
        _ => ("fallback", Ok(None)),
    }
}

impl Exchange<'_> {
    fn registered(self, auth: Auth) -> Self {
        Self { auth: Some(auth), ..self }
    }

    async fn pass(&mut self, guard: &Guard) -> Result<(), Refusal> {
        let (method, path) = (self.request.method().as_str(), self.request.uri().path());
        let admission = guard.check(method, path, fields(self.request.headers())).await?;
        self.auth = Some(guard.auth().clone());
        self.caller = match admission {
            Admission::Authenticated(caller) => Some(caller),
            _ => None,
        };
        Ok(())
    }

    /// The one that applies here.
    fn auth(&self) -> Result<&Auth, Refusal> {
        self.auth.as_ref().ok_or_else(|| Refusal::not_registered("app.register(auth)"))
    }

    async fn caller(&self) -> Result<Authenticated, Refusal> {
        let auth = self.auth()?;
        match &self.caller {
            Some(caller) if caller.is_from(auth) => Ok(caller.clone()),
            _ => auth.authenticate(self.request.method().as_str(), fields(self.request.headers())).await,
        }
    }

    async fn optional_caller(&self) -> Result<Option<Authenticated>, Refusal> {
        let auth = self.auth()?;
        match &self.caller {
            Some(caller) if caller.is_from(auth) => Ok(Some(caller.clone())),
            _ => {
                auth.authenticate_optional(self.request.method().as_str(), fields(self.request.headers()))
                    .await
            }
        }
    }

    async fn user(&self) -> Answer {
        Ok(Some(self.caller().await?.identity()?.id().into()))
    }

    async fn claims(&self) -> Answer {
        Ok(Some(self.caller().await?.claims::<Profile>()?.claims().email.clone()))
    }

    async fn both(&self) -> Answer {
        let user = self.user().await?;
        self.claims().await?;
        Ok(user)
    }

    async fn maybe_user(&self) -> Answer {
        let Some(caller) = self.optional_caller().await? else { return Ok(None) };
        Ok(Some(caller.identity()?.id().into()))
    }

    async fn maybe_claims(&self) -> Answer {
        let Some(caller) = self.optional_caller().await? else { return Ok(None) };
        Ok(Some(caller.claims::<Profile>()?.claims().email.clone()))
    }

    async fn owner(&self, segment: Option<&str>) -> Answer {
        let caller = self.caller().await?;
        let Some(segment) = segment else {
            return Err(Refusal::no_such_parameter(self.auth()?.owner_parameter()));
        };
        Ok(Some(caller.check_owner(OwnerId::Encoded(segment))?.id().into()))
    }

    async fn authorized<P: NamedPolicy>(&self) -> Answer {
        Ok(Some(self.caller().await?.authorize(&P::policy())?.id().into()))
    }
}

fn fields(headers: &HeaderMap) -> impl Iterator<Item = (&str, &[u8])> {
    headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
}

fn response(refusal: &Refusal) -> Response<String> {
    let mut response = Response::builder().status(refusal.status());
    for (name, value) in refusal.headers() {
        response = response.header(name, value);
    }
    response.body(String::from_utf8(refusal.body().to_vec()).unwrap()).unwrap()
}

fn serve(app: App) -> Running {
    Running::in_thread(|listener, stopped| {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run(app, listener, stopped));
    })
}

/// One connection at a time is enough: the suite has no more.
async fn run(app: App, listener: TcpListener, mut stopped: Stopped) {
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    let app = Arc::new(app);
    loop {
        let (stream, _) = tokio::select! {
            () = &mut stopped => return,
            accepted = listener.accept() => accepted.unwrap(),
        };
        let service = service_fn(|request| {
            let app = Arc::clone(&app);
            async move { Ok::<_, Infallible>(app.answer(&request).await) }
        });
        // A client that is gone is its own affair.
        let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    }
}
