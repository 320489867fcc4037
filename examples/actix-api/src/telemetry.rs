//! The log: one line of JSON for each event, and an ID that ties together what belongs to one request.

use std::{env, str::FromStr as _};

use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

/// The header field that carries the ID, in requests and answers.
pub const REQUEST_ID: &str = "x-request-id";

/// Starts the log, on standard output. `RUST_LOG` says how much: `info` (the default), `debug`, or `warn,jwt_verify_http=debug`.
pub fn start() {
    let asked = env::var("RUST_LOG").ok().filter(|text| !text.is_empty());
    let targets = asked.as_deref().map(Targets::from_str);
    let is_wrong = matches!(targets, Some(Err(_)));
    let targets =
        targets.and_then(Result::ok).unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));

    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_span_list(false);
    tracing_subscriber::registry().with(lines).with(targets).init();
    if is_wrong {
        tracing::warn!(expected = "info, or warn,jwt_verify_http=debug", "RUST_LOG cannot be understood");
    }
}

/// The one that a proxy has given the request, or a new one.
///
/// Anybody can send one, so only a short word is taken over.
pub fn request_id(sent: Option<&[u8]>) -> String {
    let is_word = |id: &&[u8]| {
        (1..=64).contains(&id.len())
            && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
    };
    match sent.filter(is_word) {
        Some(id) => String::from_utf8_lossy(id).into_owned(),
        None => format!("{:032x}", fastrand::u128(..)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_is_a_short_word_is_kept_and_any_other_is_replaced() {
        assert_eq!(request_id(Some(b"01JD-a_b.c")), "01JD-a_b.c");
        let long = [b'a'; 65];
        for sent in [
            None,
            Some(&b""[..]),
            Some(b"two words"),
            Some(b"line\nend"),
            Some("\u{e9}".as_bytes()),
            Some(&long),
        ] {
            let id = request_id(sent);
            assert_eq!(id.len(), 32, "{sent:?}");
            assert!(id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{sent:?}");
        }
    }
}
