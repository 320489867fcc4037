//! A parameter of the route, as the client sent it.

use core::ptr;

use actix_web::dev::{Path, Url};
use jwt_verify_http::OwnerId;

/// The parameter's values: none if the route has no parameter of this name, and several if nested scopes name it too.
///
/// Actix-web matches routes with a path that it has partly decoded: every `%XX` but `%25`, `%2F` and `%2B`; what is no UTF-8 then
/// becomes U+FFFD, and a broken `%` stays. So a value from there is neither encoded nor decoded: `%2F` can be a slash that was sent as
/// `%2F`, or come of `%%32F`, which encodes nothing. Hence the segment of the path before that decoding.
pub(crate) fn parameters<'r>(matched: &'r Path<Url>, name: &str) -> impl Iterator<Item = OwnerId<'r>> {
    matched.iter().filter(move |(key, _)| *key == name).map(move |(_, value)| {
        // That decoding makes no `/` and takes none away, so the segments of both paths stand side by side. That the value is this
        // very segment, and not one of the same text, is told by where it is in memory.
        let mut segments = matched.as_str().split('/').zip(matched.get_ref().uri().path().split('/'));
        let raw = segments.find(|(segment, _)| ptr::eq::<str>(*segment, value)).map(|(_, raw)| raw);
        // The pattern asked for less than a segment, or for more (`{name:.*}`). What is encoded still is decoded, as `web::Path` does it.
        OwnerId::Encoded(raw.unwrap_or(value))
    })
}
