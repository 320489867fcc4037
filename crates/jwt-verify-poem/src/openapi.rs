//! The bearer scheme, the scopes and the refusals in a document of poem-openapi, from what enforces them.
//!
//! The extractors have the same names here as outside, and are what handlers of an `#[OpenApi]` take. [`Secured`] around the API completes the
//! document.
//!
//! ```
//! use jwt_verify_poem::{Policy, openapi::{Authorized, Secured}, policy};
//! use poem_openapi::{OpenApi, OpenApiService, payload::PlainText};
//!
//! policy! { pub ReadReports = Policy::scope("reports:read"); }
//!
//! struct Api;
//!
//! #[OpenApi]
//! impl Api {
//!     #[oai(path = "/reports", method = "get")]
//!     async fn reports(&self, user: Authorized<ReadReports>) -> PlainText<String> {
//!         PlainText(format!("reports for {}", user.id()))
//!     }
//! }
//!
//! let service = OpenApiService::new(Secured(Api), "Reports", "1.0");
//!
//! let document: serde_json::Value = serde_json::from_str(&service.spec())?;
//! let operation = &document["paths"]["/reports"]["get"];
//! assert_eq!(operation["security"], serde_json::json!([{ "bearer": ["reports:read"] }]));
//! assert_eq!(operation["responses"]["403"]["description"], "The caller is not allowed to do this.");
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! An extractor from outside of this module protects the handler as well, but stays out of the document: to poem-openapi it is one of
//! Poem's. So do guards, which know nothing of operations.

mod document;
mod parameters;

use core::{ops::Deref, pin::Pin};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jwt_verify_core::Policy;
use jwt_verify_http::{NamedPolicy, Reason};
use poem::{
    Endpoint, EndpointExt, FromRequest, Request, RequestBody, Response, endpoint::BoxEndpoint, http::Method,
};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions, OpenApi,
    registry::{MetaApi, Registry},
};

pub(crate) use self::parameters::Parameters;

/// The name of the security scheme in the document.
pub const SCHEME: &str = "bearer";

/// [`CurrentUser`](crate::CurrentUser), in the document as the bearer scheme.
pub type CurrentUser = Documented<crate::CurrentUser>;
/// [`Verified`](crate::Verified), in the document as the bearer scheme.
pub type Verified<C = jwt_verify_core::Claims> = Documented<crate::Verified<C>>;
/// [`MaybeUser`](crate::MaybeUser), in the document as the bearer scheme, or nothing.
pub type MaybeUser = Documented<crate::MaybeUser>;
/// [`MaybeVerified`](crate::MaybeVerified), in the document as the bearer scheme, or nothing.
pub type MaybeVerified<C = jwt_verify_core::Claims> = Documented<crate::MaybeVerified<C>>;
/// [`Owner`](crate::Owner), in the document as the bearer scheme. Needs [`Secured`], and an operation that is not `hidden`: poem-openapi
/// gives the parameters of a path other names, and only the document has the first ones. Without, it answers 500.
pub type Owner = Documented<crate::Owner>;
/// [`Authorized`](crate::Authorized), in the document as the bearer scheme with the scopes that the policy names.
pub type Authorized<P> = Documented<crate::Authorized<P>>;

/// An extractor that poem-openapi takes for a security scheme. Made by it alone; dereferences to the extractor.
///
/// (An extractor of Poem cannot be a security scheme too: poem-openapi has decided for all of them that they are none.)
#[derive(Clone, Debug)]
pub struct Documented<E>(E);

impl<E> Documented<E> {
    /// The extractor alone.
    #[must_use]
    pub fn into_inner(self) -> E {
        self.0
    }
}

impl<E> Deref for Documented<E> {
    type Target = E;

    fn deref(&self) -> &E {
        &self.0
    }
}

impl<'a, E: FromRequest<'a> + Demands> ApiExtractor<'a> for Documented<E> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        document::register_scheme(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![document::scheme_name(&E::access())]
    }

    fn has_security_fallback() -> bool {
        matches!(E::access(), Access::Optional)
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        // Boxed, as poem-openapi does itself: the compiler cannot show for the bare future that it is `Send` (rust-lang/rust#100013).
        let extraction: Pin<Box<dyn Future<Output = poem::Result<E>> + Send + '_>> =
            Box::pin(E::from_request(request, body));
        match extraction.await {
            Ok(extracted) => Ok(Self(extracted)),
            Err(error) => Err(match request.data::<Refused>() {
                Some(refused) => refused.keep(error),
                None => error,
            }),
        }
    }
}

/// What an extractor demands of a caller, for the document. Implement it for an extractor of yours that takes one of ours.
///
/// # Examples
///
/// ```
/// use jwt_verify_poem::{CurrentUser, openapi::{Access, Demands, Documented}};
/// use poem::{FromRequest, Request, RequestBody};
///
/// struct Customer {
///     id: String,
/// }
///
/// impl<'a> FromRequest<'a> for Customer {
///     async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
///         let user = CurrentUser::from_request(request, body).await?;
///         Ok(Self { id: format!("customer-{}", user.id()) })
///     }
/// }
///
/// impl Demands for Customer {
///     fn access() -> Access {
///         Access::User
///     }
/// }
///
/// // What the handler of an `#[OpenApi]` takes.
/// async fn orders(customer: Documented<Customer>) -> String {
///     format!("orders of {}", customer.id)
/// }
/// ```
pub trait Demands {
    /// Who may call an operation whose handler takes this.
    fn access() -> Access;
}

/// Who may call an operation, as the argument of its handler says.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Access {
    /// Anybody; a token is looked at if there is one.
    Optional,
    /// Whoever has a token.
    User,
    /// The user whom the path names.
    Owner,
    /// Whom the policy allows.
    Policy(Policy),
}

impl Demands for crate::CurrentUser {
    fn access() -> Access {
        Access::User
    }
}

impl<C> Demands for crate::Verified<C> {
    fn access() -> Access {
        Access::User
    }
}

impl Demands for crate::MaybeUser {
    fn access() -> Access {
        Access::Optional
    }
}

impl<C> Demands for crate::MaybeVerified<C> {
    fn access() -> Access {
        Access::Optional
    }
}

impl Demands for crate::Owner {
    fn access() -> Access {
        Access::Owner
    }
}

impl<P: NamedPolicy> Demands for crate::Authorized<P> {
    fn access() -> Access {
        Access::Policy(P::policy())
    }
}

/// An API whose document says what its handlers demand: `OpenApiService::new(Secured(Api), ..)`.
///
/// Each operation whose handler takes an extractor of this module gets one security requirement, with all scopes that its policies name,
/// and the responses 401, 403 and 503 unless it describes them itself. 403 stands where an owner or a policy is asked for. Several
/// APIs go in as a tuple.
///
/// What such an extractor refuses is answered as it is everywhere else, also where a response type has a `bad_request_handler`.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a wrapper, to be written as `Secured(Api)`")]
pub struct Secured<A>(pub A);

impl<A: OpenApi> OpenApi for Secured<A> {
    fn meta() -> Vec<MetaApi> {
        document::completed(A::meta)
    }

    fn register(registry: &mut Registry) {
        A::register(registry);
    }

    fn add_routes(self, routes: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {
        let mut names = parameters::names(A::meta());
        let mut inner = HashMap::new();
        self.0.add_routes(&mut inner);
        for (path, endpoints) in inner {
            let secured = endpoints.into_iter().map(|(method, endpoint)| {
                let parameters = names.remove(&(path.clone(), method.clone())).unwrap_or_default();
                (method, SecuredEndpoint { endpoint, parameters }.boxed())
            });
            routes.entry(path.clone()).or_default().extend(secured);
        }
    }
}

/// Tells the extractors inside how parameters are called, and answers with what one of them refuses, whatever was made of it.
struct SecuredEndpoint {
    endpoint: BoxEndpoint<'static>,
    parameters: Parameters,
}

impl Endpoint for SecuredEndpoint {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let refused = Refused::default();
        request.set_data(refused.clone());
        request.set_data(self.parameters.clone());
        let result = self.endpoint.call(request).await;
        refused.take().map_or(result, Err)
    }
}

/// Where an extractor leaves its refusal.
#[derive(Clone, Default)]
struct Refused(Arc<Mutex<Option<poem::Error>>>);

impl Refused {
    /// Keeps the refusal. Gives another error in its place, as errors cannot be cloned.
    fn keep(&self, error: poem::Error) -> poem::Error {
        let mut stand_in = poem::Error::from_status(error.status());
        if let Some(reason) = error.data::<Reason>() {
            stand_in.set_data(reason.clone());
        }
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        stand_in
    }

    fn take(&self) -> Option<poem::Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
