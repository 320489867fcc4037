//! Completes the metadata of an API: poem-openapi asks an extractor for the name of a scheme and for nothing more.

use core::{cell::Cell, mem};
use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use poem_openapi::registry::{
    MetaApi, MetaHeader, MetaMediaType, MetaOperation, MetaResponse, MetaSchema, MetaSchemaRef,
    MetaSecurityScheme, Registry,
};

use super::{Access, SCHEME};

pub(super) fn register_scheme(registry: &mut Registry) {
    registry.create_security_scheme(
        SCHEME,
        MetaSecurityScheme {
            ty: "http",
            description: None,
            name: None,
            key_in: None,
            scheme: Some("bearer"),
            bearer_format: Some("JWT"),
            flows: None,
            openid_connect_url: None,
        },
    );
}

/// What an extractor says that its scheme is called: [`SCHEME`]. For [`completed`] the name carries what has to be known.
pub(super) fn scheme_name(access: &Access) -> &'static str {
    if COMPLETING.get() { Demand::of(access).into_name() } else { SCHEME }
}

/// The metadata that the function gives, with what handlers demand.
pub(super) fn completed(meta: fn() -> Vec<MetaApi>) -> Vec<MetaApi> {
    let completing = Completing::begin();
    let mut apis = meta();
    drop(completing);
    for operation in apis.iter_mut().flat_map(|api| &mut api.paths).flat_map(|path| &mut path.operations) {
        complete(operation);
    }
    apis
}

fn complete(operation: &mut MetaOperation) {
    let mut demand: Option<Demand> = None;
    let mut others = Vec::new();
    for requirement in mem::take(&mut operation.security) {
        let named = requirement.iter().find_map(|(name, scopes)| Some((Demand::from_name(name)?, scopes)));
        match named {
            Some((named, scopes)) => {
                let demand = demand.get_or_insert_default();
                demand.add(named);
                // By `#[oai(scope = "..")]`.
                demand.add_scopes(scopes.iter().copied());
            }
            None => others.push(requirement),
        }
    }
    let Some(demand) = demand else {
        operation.security = others;
        return;
    };

    // OpenAPI, "Security Requirement Object": "To make security optional, an empty security requirement ({}) can be included in the
    // array." An extractor beside it that is not optional makes it none.
    others.retain(|requirement| !requirement.is_empty());
    if !demand.is_needed {
        operation.security.push([].into());
    }
    operation.security.append(&mut others);
    let responses = &mut operation.responses.responses;
    for refusal in refusals(demand.can_be_denied) {
        if responses.iter().all(|response| response.status != refusal.status) {
            responses.push(refusal);
        }
    }
    operation.security.push([(SCHEME, demand.scopes)].into());
}

/// What the extractors of one operation demand together.
#[derive(Default)]
struct Demand {
    is_needed: bool,
    can_be_denied: bool,
    scopes: Vec<&'static str>,
}

impl Demand {
    fn of(access: &Access) -> Self {
        let scopes = match access {
            Access::Policy(policy) => policy.required_scopes().into_iter().map(intern).collect(),
            Access::Optional | Access::User | Access::Owner => Vec::new(),
        };
        Self {
            is_needed: !matches!(access, Access::Optional),
            can_be_denied: matches!(access, Access::Owner | Access::Policy(_)),
            scopes,
        }
    }

    fn add(&mut self, other: Self) {
        self.is_needed |= other.is_needed;
        self.can_be_denied |= other.can_be_denied;
        self.add_scopes(other.scopes);
    }

    fn add_scopes(&mut self, scopes: impl IntoIterator<Item = &'static str>) {
        for scope in scopes {
            if !self.scopes.contains(&scope) {
                self.scopes.push(scope);
            }
        }
    }

    /// Lines: [`MARK`], the two answers, and a scope each.
    fn into_name(self) -> &'static str {
        let mut name = format!("{MARK}\n{}\n{}", self.is_needed, self.can_be_denied);
        for scope in self.scopes {
            name.push('\n');
            name.push_str(scope);
        }
        intern(&name)
    }

    fn from_name(name: &'static str) -> Option<Self> {
        let mut lines = name.strip_prefix(MARK)?.strip_prefix('\n')?.split('\n');
        Some(Self {
            is_needed: lines.next()?.parse().ok()?,
            can_be_denied: lines.next()?.parse().ok()?,
            scopes: lines.collect(),
        })
    }
}

/// The words are those of `jwt_verify_http::openapi`.
fn refusals(can_be_denied: bool) -> Vec<MetaResponse> {
    let unauthorized = refusal(
        401,
        "There is no access token, or it is not accepted.",
        header("WWW-Authenticate", "string", "`Bearer`, with an error code if there was a token."),
    );
    let forbidden = refusal(
        403,
        "The caller is not allowed to do this.",
        header(
            "WWW-Authenticate",
            "string",
            "`Bearer` with the scopes that are needed, if scopes are the reason.",
        ),
    );
    let unavailable = refusal(
        503,
        "Access tokens cannot be checked at the moment.",
        header("Retry-After", "integer", "Seconds."),
    );
    let mut refusals = vec![unauthorized, unavailable];
    if can_be_denied {
        refusals.insert(1, forbidden);
    }
    refusals
}

fn refusal(status: u16, description: &'static str, header: MetaHeader) -> MetaResponse {
    let content = MetaMediaType { content_type: "application/problem+json", schema: problem() };
    MetaResponse {
        description,
        status: Some(status),
        status_range: None,
        content: vec![content],
        headers: vec![header],
    }
}

fn header(name: &str, ty: &'static str, description: &str) -> MetaHeader {
    MetaHeader {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        required: false,
        deprecated: false,
        schema: inline(MetaSchema::new(ty)),
    }
}

/// RFC 9457 §3.1. Not among the components, where an API may have a `Problem` of its own.
fn problem() -> MetaSchemaRef {
    let text = || inline(MetaSchema::new("string"));
    inline(MetaSchema {
        description: Some("A problem (RFC 9457)."),
        required: vec!["type", "title", "status", "detail"],
        properties: vec![
            ("type", text()),
            ("title", text()),
            ("status", inline(MetaSchema::new("integer"))),
            ("detail", text()),
        ],
        ..MetaSchema::new("object")
    })
}

fn inline(schema: MetaSchema) -> MetaSchemaRef {
    MetaSchemaRef::Inline(Box::new(schema))
}

/// Metadata of poem-openapi live as long as the program. Each text is kept once: policies are few.
fn intern(text: &str) -> &'static str {
    static TEXTS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = texts.get(text) {
        return known;
    }
    let kept: &'static str = Box::leak(text.into());
    texts.insert(kept);
    kept
}

/// While it lives, extractors on this thread put what they demand into the name of their scheme.
struct Completing {
    before: bool,
}

impl Completing {
    fn begin() -> Self {
        Self { before: COMPLETING.replace(true) }
    }
}

impl Drop for Completing {
    fn drop(&mut self) {
        COMPLETING.set(self.before);
    }
}

thread_local! {
    static COMPLETING: Cell<bool> = const { Cell::new(false) };
}

/// What a name that carries a demand begins with: nothing that a component can be called.
const MARK: &str = "jwt-verify demand";
