//! What a request is answered with.

use std::{fmt, future};

use hyper::{Method, Request, Response, StatusCode, body::Incoming, header};
use jwt_verify_core::Algorithm;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::body::AnswerBody;
use crate::{
    Discovery, Endpoint, Fault, TestKey,
    keys::base64url,
    state::{Shared, State},
};

/// How a connection ends without an answer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Break {
    Reset,
    Close,
    NotHttp,
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection ends without an answer")
    }
}

impl std::error::Error for Break {}

/// The answer to a request, as of now.
pub(super) async fn answer(
    shared: &Shared,
    request: &Request<Incoming>,
) -> Result<Response<AnswerBody>, Break> {
    let path = request.uri().path();
    if request.method() != Method::GET {
        return Ok(plain(405, "only GET is served"));
    }
    let Some(endpoint) = shared.endpoint(path) else {
        return Ok(elsewhere(shared, path));
    };
    let fault = shared.lock().fault(endpoint).cloned();
    let Some(fault) = fault else {
        return Ok(document(shared, request, right(shared, endpoint).to_string()));
    };
    let right = || right(shared, endpoint).to_string();
    Ok(match fault {
        Fault::NotFound => plain(404, "not found"),
        Fault::Status(status) => {
            with_type(respond(status, AnswerBody::whole(format!("{{\"status\":{status}}}"))), JSON)
        }
        Fault::ServiceUnavailable { retry_after } => {
            with(plain(503, "try again later"), "retry-after", &retry_after.to_string())
        }
        Fault::ResetConnection => return Err(Break::Reset),
        // The port is about to close.
        Fault::CloseConnection | Fault::ClosedPort => return Err(Break::Close),
        Fault::NotHttp => return Err(Break::NotHttp),
        Fault::HangBeforeHeaders => future::pending().await,
        Fault::DripBody => with_type(respond(200, AnswerBody::drip()), JSON),
        Fault::TruncatedBody => {
            let text = right();
            let promised = text.len().saturating_add(1_000).to_string();
            with(with_type(respond(200, AnswerBody::cut(text)), JSON), "content-length", &promised)
        }
        Fault::HugeBody => with_type(respond(200, AnswerBody::huge()), JSON),
        Fault::GzipBomb => {
            with(with_type(respond(200, AnswerBody::gzip_bomb()), JSON), "content-encoding", "gzip")
        }
        Fault::InvalidJson => document(shared, request, r#"{"keys":[{"kty":"OKP","#),
        Fault::DeeplyNestedJson => document(shared, request, "[".repeat(100_000)),
        Fault::HtmlWith200 => with_type(document(shared, request, HTML), "text/html; charset=utf-8"),
        Fault::WrongContentType => with_type(document(shared, request, right()), "text/plain"),
        Fault::Utf16 => {
            let text = format!("\u{feff}{}", right());
            document(shared, request, text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>())
        }
        Fault::ByteOrderMark => document(shared, request, format!("\u{feff}{}", right())),
        Fault::RedirectToItself => redirect(format!("{}{path}", shared.origin)),
        Fault::RedirectToOtherOrigin => {
            let other = shared.origin.replacen("127.0.0.1", "localhost", 1);
            redirect(format!(
                "{other}{}",
                if endpoint == Endpoint::Jwks { OTHER_JWKS } else { OTHER_METADATA }
            ))
        }
        Fault::RedirectLoop => redirect(format!("{}{}", shared.origin, LOOP.0)),
        Fault::EmptySet
        | Fault::OnlyUnusableKeys
        | Fault::OneBadKeyAmongGood
        | Fault::DuplicateKeyIds
        | Fault::TooManyKeys => {
            let body = match endpoint {
                Endpoint::Jwks => {
                    let keys = keys(&fault, &shared.lock());
                    json!({"keys": keys}).to_string()
                }
                Endpoint::Metadata => right(),
            };
            document(shared, request, body)
        }
    })
}

/// The document that an issuer without a fault serves.
fn right(shared: &Shared, endpoint: Endpoint) -> Value {
    let state = shared.lock();
    if endpoint == Endpoint::Jwks {
        return state.jwks();
    }
    let name = format!("{}{}", shared.origin, shared.path);
    let (issuer, jwks_uri) = match &state.discovery {
        Discovery::OtherIssuer(issuer) => (issuer.clone(), shared.jwks_url()),
        Discovery::JwksUri(jwks_uri) => (name, jwks_uri.clone()),
        _ => (name, shared.jwks_url()),
    };
    let base = shared.base();
    let algorithms: Vec<_> = state.published.iter().map(|key| key.algorithm().name()).collect();
    json!({
        "issuer": issuer,
        "jwks_uri": jwks_uri,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": algorithms,
    })
}

/// What is at no endpoint: where redirects lead, or nothing.
fn elsewhere(shared: &Shared, path: &str) -> Response<AnswerBody> {
    match path {
        OTHER_JWKS => {
            with_type(respond(200, AnswerBody::whole(right(shared, Endpoint::Jwks).to_string())), JSON)
        }
        OTHER_METADATA => {
            with_type(respond(200, AnswerBody::whole(right(shared, Endpoint::Metadata).to_string())), JSON)
        }
        path if path == LOOP.0 => redirect(format!("{}{}", shared.origin, LOOP.1)),
        path if path == LOOP.1 => redirect(format!("{}{}", shared.origin, LOOP.0)),
        _ => plain(404, "not found"),
    }
}

/// The keys of a set that has a fault.
fn keys(fault: &Fault, state: &State) -> Vec<Value> {
    let good = state.published.iter().filter_map(TestKey::jwk);
    let ed25519 = |number| TestKey::numbered(Algorithm::EdDsa, number).public_jwk();
    match fault {
        Fault::OnlyUnusableKeys => {
            let mut for_encryption = TestKey::new(Algorithm::Rs256).public_jwk();
            if let Some(members) = for_encryption.as_object_mut() {
                members.insert("use".into(), "enc".into());
                members.insert("alg".into(), "RSA-OAEP".into());
                members.insert("kid".into(), "test-encryption".into());
            }
            let zeros = base64url([0; 32]);
            vec![
                for_encryption,
                json!({"kty": "OKP", "crv": "X25519", "x": zeros, "kid": "test-x25519"}),
                json!({"kty": "AKP", "alg": "ML-DSA-44", "pub": zeros, "kid": "test-unknown-type"}),
                json!({"kty": "oct", "k": zeros, "alg": "HS256", "kid": "test-secret"}),
                json!({"kid": "test-no-type"}),
                Value::Null,
            ]
        }
        Fault::OneBadKeyAmongGood => {
            let bad =
                json!({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "alg": "ES256", "kid": "test-bad"});
            std::iter::once(bad).chain(good).collect()
        }
        Fault::DuplicateKeyIds => state
            .published
            .iter()
            .flat_map(|key| [twin(key), key.clone()])
            .filter_map(|key| key.jwk())
            .collect(),
        Fault::TooManyKeys => (1_001..=1_100).map(ed25519).chain(good).collect(),
        _ => Vec::new(),
    }
}

/// Another key with the same ID.
pub(crate) fn twin(key: &TestKey) -> TestKey {
    // Two neighbours, as one of them may be the key itself.
    let [first, second] = [1_000_001, 1_000_002]
        .map(|number| TestKey::numbered(key.algorithm(), number).with_key_id(key.key_id()));
    let is_same = first.jwk() == key.jwk() && first.secret() == key.secret();
    if is_same { second } else { first }
}

/// A document as the issuer sends it: cached or not, tagged or not.
fn document(shared: &Shared, request: &Request<Incoming>, body: impl Into<Vec<u8>>) -> Response<AnswerBody> {
    let body = body.into();
    let mut state = shared.lock();
    let etag = format!("\"{}\"", base64url(Sha256::digest(&body)));
    let known = request.headers().get(header::IF_NONE_MATCH);
    let mut response = if state.sends_etag && known.is_some_and(|known| *known == *etag) {
        state.not_modified = state.not_modified.saturating_add(1);
        respond(304, AnswerBody::whole(Vec::new()))
    } else {
        with_type(respond(200, AnswerBody::whole(body)), JSON)
    };
    if state.sends_etag {
        response = with(response, "etag", &etag);
    }
    if let Some(cache_control) = &state.cache_control {
        response = with(response, "cache-control", cache_control);
    }
    state.headers.iter().fold(response, |response, (name, value)| with(response, name, value))
}

fn redirect(location: String) -> Response<AnswerBody> {
    with(plain(302, "elsewhere"), "location", &location)
}

fn plain(status: u16, text: &'static str) -> Response<AnswerBody> {
    with_type(respond(status, AnswerBody::whole(text)), "text/plain")
}

fn respond(status: u16, body: AnswerBody) -> Response<AnswerBody> {
    let mut response = Response::new(body);
    *response.status_mut() = status.try_into().unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

fn with_type(response: Response<AnswerBody>, media_type: &str) -> Response<AnswerBody> {
    with(response, "content-type", media_type)
}

/// Sets a header field. One that HTTP cannot carry is left out: names and values are checked where they are given.
fn with(mut response: Response<AnswerBody>, name: &str, value: &str) -> Response<AnswerBody> {
    let name = header::HeaderName::from_bytes(name.as_bytes());
    if let (Ok(name), Ok(value)) = (name, header::HeaderValue::from_str(value)) {
        response.headers_mut().insert(name, value);
    }
    response
}

const JSON: &str = "application/json";
const HTML: &str = "<!doctype html><html><head><title>Sign in</title></head><body>Sign in</body></html>";

/// Where redirects to another origin lead.
const OTHER_JWKS: &str = "/elsewhere/jwks.json";
const OTHER_METADATA: &str = "/elsewhere/metadata";

/// Two addresses that redirect to each other.
const LOOP: (&str, &str) = ("/redirects/a", "/redirects/b");
