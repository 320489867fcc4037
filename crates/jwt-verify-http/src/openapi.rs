//! The bearer scheme, the scopes and the refusals in an OpenAPI document of `utoipa`, from what enforces them.
//!
//! ```
//! use jwt_verify_core::Policy;
//! use jwt_verify_http::{openapi::{self, Access}, policy};
//! use utoipa::OpenApi;
//!
//! policy! { pub ReadReports = Policy::scope("reports:read"); }
//!
//! /// `GET /api/reports`: its handler takes `Authorized<ReadReports>`.
//! #[utoipa::path(get, path = "/api/reports", responses((status = 200, description = "The reports.")))]
//! async fn reports() {}
//!
//! #[derive(OpenApi)]
//! #[openapi(paths(reports))]
//! struct Api;
//!
//! let mut document = Api::openapi();
//! openapi::secure(&mut document, "get", "/api/reports", Access::policy::<ReadReports>())?;
//!
//! let document = serde_json::to_value(&document)?;
//! let operation = &document["paths"]["/api/reports"]["get"];
//! assert_eq!(operation["security"], serde_json::json!([{ "bearer": ["reports:read"] }]));
//! assert_eq!(operation["responses"]["403"]["description"], "The caller is not allowed to do this.");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use core::{error::Error, fmt};
use std::collections::BTreeMap;

use jwt_verify_core::Policy;
use utoipa::{
    IntoResponses, Modify,
    openapi::{
        ContentBuilder, Header, HeaderBuilder, ObjectBuilder, OpenApi, PathItem, RefOr, Response,
        ResponseBuilder, Type,
        path::Operation,
        schema::Object,
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use crate::NamedPolicy;

/// The name of the security scheme in the document.
pub const SCHEME: &str = "bearer";

/// Who may call an operation, as the argument of its handler or a guard says.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Access {
    /// Anybody; a token is looked at if there is one. `MaybeUser`, `MaybeVerified`.
    Optional,
    /// Whoever has a token. `CurrentUser`, `Verified`, and what `protect()` guards.
    User,
    /// The user whom the path names. `Owner`, and the owner rule of a guard.
    Owner,
    /// Whom the policy allows. `Authorized`, and the policies of a guard.
    Policy(Policy),
}

impl Access {
    /// Whom the policy `P` allows: for a handler that takes `Authorized<P>`.
    #[must_use]
    pub fn policy<P: NamedPolicy>() -> Self {
        Self::Policy(P::policy())
    }

    fn requirements(&self) -> Vec<SecurityRequirement> {
        let none: [&str; 0] = [];
        match self {
            // OpenAPI, "Security Requirement Object": "To make security optional, an empty security requirement ({}) can be included
            // in the array."
            Self::Optional => {
                vec![SecurityRequirement::default(), SecurityRequirement::new(SCHEME, none)]
            }
            Self::User | Self::Owner => vec![SecurityRequirement::new(SCHEME, none)],
            // The same place: for other types than OAuth and OpenID Connect "the array MAY contain a list of role names which are required
            // for the execution, but are not otherwise defined or exchanged in-band."
            Self::Policy(policy) => vec![SecurityRequirement::new(SCHEME, policy.required_scopes())],
        }
    }

    fn responses(&self) -> BTreeMap<String, RefOr<Response>> {
        match self {
            Self::Optional | Self::User => UserRefusals::responses(),
            Self::Owner | Self::Policy(_) => Refusals::responses(),
        }
    }
}

/// Writes into the document who may call an operation: its security requirement, with the scopes that the policy names, and the
/// responses 401, 403 and 503.
///
/// A security requirement that the operation had is replaced; a response that it describes itself stays. The scheme is added
/// if it is not there. Of a policy with alternatives all scopes are listed. The method is in lower or upper case; the path is the
/// document's, `/api/{user_id}/tasks`.
///
/// # Errors
///
/// [`UnknownOperation`] if the document does not have the operation.
pub fn secure(
    document: &mut OpenApi,
    method: &str,
    path: &str,
    access: Access,
) -> Result<(), UnknownOperation> {
    let operation = document.paths.paths.get_mut(path).and_then(|item| operation_mut(item, method));
    let Some(operation) = operation else {
        return Err(UnknownOperation { method: method.to_owned(), path: path.to_owned() });
    };
    operation.security = Some(access.requirements());
    for (status, response) in access.responses() {
        operation.responses.responses.entry(status).or_insert(response);
    }
    BearerScheme.modify(document);
    Ok(())
}

/// A document has no such operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownOperation {
    method: String,
    path: String,
}

impl fmt::Display for UnknownOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the document has no operation {:?} on the path {:?}: list its handler under `paths(..)` first",
            self.method, self.path
        )
    }
}

impl Error for UnknownOperation {}

/// Adds the security scheme [`bearer`](SCHEME) to a document: `modifiers(&BearerScheme)`. [`secure`] does it too.
#[derive(Clone, Copy, Debug)]
pub struct BearerScheme;

impl Modify for BearerScheme {
    fn modify(&self, document: &mut OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        let components = document.components.get_or_insert_default();
        components.security_schemes.entry(SCHEME.to_owned()).or_insert(SecurityScheme::Http(scheme).into());
    }
}

/// The responses 401, 403 and 503, for `responses(Refusals)` of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut responses = UserRefusals::responses();
        let forbidden = refusal("The caller is not allowed to do this.")
            .header(
                "WWW-Authenticate",
                text("`Bearer` with the scopes that are needed, if scopes are the reason."),
            )
            .build();
        responses.insert("403".to_owned(), forbidden.into());
        responses
    }
}

/// The responses 401 and 503, for `responses(UserRefusals)` of an operation that every user may call.
#[derive(Clone, Copy, Debug)]
pub struct UserRefusals;

impl IntoResponses for UserRefusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let unauthorized = refusal("There is no access token, or it is not accepted.")
            .header("WWW-Authenticate", text("`Bearer`, with an error code if there was a token."))
            .build();
        let seconds = Header::new(Object::with_type(Type::Integer));
        let unavailable = refusal("Access tokens cannot be checked at the moment.")
            .header("Retry-After", HeaderBuilder::from(seconds).description(Some("Seconds.")).build())
            .build();
        [("401", unauthorized), ("503", unavailable)]
            .into_iter()
            .map(|(status, response)| (status.to_owned(), response.into()))
            .collect()
    }
}

fn refusal(description: &str) -> ResponseBuilder {
    let problem = ContentBuilder::new().schema(Some(problem())).build();
    ResponseBuilder::new().description(description).content("application/problem+json", problem)
}

/// RFC 9457 §3.1.
fn problem() -> Object {
    let members = [
        ("type", Type::String),
        ("title", Type::String),
        ("status", Type::Integer),
        ("detail", Type::String),
    ];
    let problem = ObjectBuilder::new().schema_type(Type::Object).description(Some("A problem (RFC 9457)."));
    members
        .into_iter()
        .fold(problem, |problem, (name, schema_type)| {
            problem.property(name, Object::with_type(schema_type)).required(name)
        })
        .build()
}

fn text(description: &str) -> Header {
    HeaderBuilder::from(Header::default()).description(Some(description)).build()
}

fn operation_mut<'i>(item: &'i mut PathItem, method: &str) -> Option<&'i mut Operation> {
    let operation = match method.to_ascii_lowercase().as_str() {
        "get" => &mut item.get,
        "put" => &mut item.put,
        "post" => &mut item.post,
        "delete" => &mut item.delete,
        "options" => &mut item.options,
        "head" => &mut item.head,
        "patch" => &mut item.patch,
        "trace" => &mut item.trace,
        "query" => &mut item.query,
        _ => return item.additional_operations.get_mut(method),
    };
    operation.as_mut()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use utoipa::openapi::path::{HttpMethod, OperationBuilder};

    use super::*;

    fn document() -> OpenApi {
        let mut document = OpenApi::default();
        let tasks = OperationBuilder::new().response("200", Response::new("The tasks."));
        document.paths.add_path_operation(
            "/api/{user_id}/tasks",
            vec![HttpMethod::Get, HttpMethod::Post],
            tasks,
        );
        document
    }

    fn secured(access: Access) -> Value {
        let mut document = document();
        secure(&mut document, "get", "/api/{user_id}/tasks", access).expect("the operation is there");
        serde_json::to_value(document).expect("a document is JSON")
    }

    fn problem_json() -> Value {
        json!({ "application/problem+json": { "schema": {
            "type": "object",
            "description": "A problem (RFC 9457).",
            "required": ["type", "title", "status", "detail"],
            "properties": {
                "type": { "type": "string" },
                "title": { "type": "string" },
                "status": { "type": "integer" },
                "detail": { "type": "string" },
            },
        } } })
    }

    #[test]
    fn an_operation_with_a_policy_has_its_scopes_and_all_refusals() {
        let policy = Policy::all([Policy::scopes(["a:read", "b:write"]), Policy::role("admin")]);
        let document = secured(Access::Policy(policy));
        assert_eq!(
            document["components"]["securitySchemes"],
            json!({ "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" } })
        );
        let operation = &document["paths"]["/api/{user_id}/tasks"]["get"];
        assert_eq!(operation["security"], json!([{ "bearer": ["a:read", "b:write"] }]));
        assert_eq!(
            operation["responses"],
            json!({
                "200": { "description": "The tasks." },
                "401": {
                    "description": "There is no access token, or it is not accepted.",
                    "headers": { "WWW-Authenticate": {
                        "schema": { "type": "string" },
                        "description": "`Bearer`, with an error code if there was a token.",
                    } },
                    "content": problem_json(),
                },
                "403": {
                    "description": "The caller is not allowed to do this.",
                    "headers": { "WWW-Authenticate": {
                        "schema": { "type": "string" },
                        "description": "`Bearer` with the scopes that are needed, if scopes are the reason.",
                    } },
                    "content": problem_json(),
                },
                "503": {
                    "description": "Access tokens cannot be checked at the moment.",
                    "headers": { "Retry-After": { "schema": { "type": "integer" }, "description": "Seconds." } },
                    "content": problem_json(),
                },
            })
        );
    }

    #[test]
    fn the_other_operations_of_the_path_stay_as_they_are() {
        let document = secured(Access::Owner);
        let post = &document["paths"]["/api/{user_id}/tasks"]["post"];
        assert_eq!(*post, json!({ "responses": { "200": { "description": "The tasks." } } }));
    }

    #[test]
    fn each_access_has_its_requirement_and_its_refusals() {
        let rows = [
            (Access::Optional, json!([{}, { "bearer": [] }]), vec!["200", "401", "503"]),
            (Access::User, json!([{ "bearer": [] }]), vec!["200", "401", "503"]),
            (Access::Owner, json!([{ "bearer": [] }]), vec!["200", "401", "403", "503"]),
            (
                Access::Policy(Policy::role("admin")),
                json!([{ "bearer": [] }]),
                vec!["200", "401", "403", "503"],
            ),
        ];
        for (access, security, statuses) in rows {
            let document = secured(access.clone());
            let operation = &document["paths"]["/api/{user_id}/tasks"]["get"];
            assert_eq!(operation["security"], security, "{access:?}");
            let responses = operation["responses"].as_object().expect("responses");
            assert_eq!(responses.keys().collect::<Vec<_>>(), statuses, "{access:?}");
        }
    }

    #[test]
    fn an_operation_secured_twice_has_the_last_requirement_alone() {
        let mut document = document();
        for access in [Access::Optional, Access::Policy(Policy::scope("a"))] {
            assert_eq!(secure(&mut document, "GET", "/api/{user_id}/tasks", access), Ok(()));
        }
        let document = serde_json::to_value(document).expect("a document is JSON");
        assert_eq!(
            document["paths"]["/api/{user_id}/tasks"]["get"]["security"],
            json!([{ "bearer": ["a"] }])
        );
    }

    #[test]
    fn a_response_of_the_operation_s_own_stays() {
        let mut document = document();
        let operation = OperationBuilder::new().response("401", Response::new("Ours."));
        document.paths.add_path_operation("/ours", vec![HttpMethod::Get], operation);
        assert_eq!(secure(&mut document, "get", "/ours", Access::User), Ok(()));
        let document = serde_json::to_value(document).expect("a document is JSON");
        assert_eq!(document["paths"]["/ours"]["get"]["responses"]["401"], json!({ "description": "Ours." }));
    }

    #[test]
    fn an_operation_that_is_not_there_is_an_error_that_names_it() {
        for (method, path) in [("delete", "/api/{user_id}/tasks"), ("get", "/api/tasks"), ("", "/")] {
            let error = secure(&mut document(), method, path, Access::User).expect_err("no such operation");
            let expected = format!(
                "the document has no operation {method:?} on the path {path:?}: list its handler under `paths(..)` first"
            );
            assert_eq!(error.to_string(), expected);
        }
    }
}
