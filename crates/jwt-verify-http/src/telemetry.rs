//! What is told of requests: events through `tracing`, numbers through `metrics`. `docs/metrics.md` lists both; the names are stable.

use core::fmt::{self, Write as _};

use jwt_verify_core::{Claims, UnverifiedToken, VerifiedToken};
use metrics::counter;
use tracing::{Level, debug, enabled, error, info, warn};

use crate::Reason;

/// A token was verified. On the way of every request: one counter with a fixed name.
pub(crate) fn accepted() {
    counter!("jwt_verify_http_accepted_total").increment(1);
}

/// A request is refused. `token` is the caller's, if it was verified.
pub(crate) fn refused(reason: &Reason, token: Option<&VerifiedToken<Claims>>) {
    let issuer = token.and_then(VerifiedToken::issuer);
    let key_id = token.and_then(VerifiedToken::key_id);
    tell(reason, issuer, key_id);
}

/// A request is refused because of its token. What the token says of itself is only looked at if somebody will read it.
pub(crate) fn refused_token(reason: &Reason, token: &str) {
    let claimed = enabled!(Level::WARN).then(|| UnverifiedToken::parse(token).ok()).flatten();
    let header = claimed.and_then(|token| token.header().ok());
    let key_id = header.as_ref().and_then(|header| header.key_id());
    let claims = claimed.and_then(|token| token.danger_unverified_claims().ok());
    let issuer = claims.as_ref().and_then(|claims| claims.issuer());
    tell(reason, issuer, key_id);
}

/// The service's own mistake: one line that says what to write.
pub(crate) fn misuse(message: &str, missing: &str) {
    error!(missing, "{message}");
}

fn tell(reason: &Reason, issuer: Option<&str>, key_id: Option<&str>) {
    let code = reason.code();
    counter!("jwt_verify_http_refused_total", "reason" => code).increment(1);
    let issuer = issuer.map(|text| Printable(text).to_string());
    let key_id = key_id.map(|text| Printable(text).to_string());
    match reason {
        Reason::NoCredentials => debug!(code, "request refused"),
        Reason::Unavailable(error) => {
            let cause = core::error::Error::source(error).map(tracing::field::display);
            warn!(code, issuer, key_id, reason = %reason, cause, "request refused: keys cannot be had");
        }
        _ => info!(code, issuer, key_id, reason = %reason, "request refused"),
    }
}

/// What a client chose: cut, and escaped so that it cannot write lines of its own or move a terminal's cursor.
struct Printable<'a>(&'a str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars().take(MAX_SHOWN) {
            write!(f, "{}", character.escape_debug())?;
        }
        if self.0.chars().nth(MAX_SHOWN).is_some() {
            f.write_char('…')?;
        }
        Ok(())
    }
}

/// Characters of an issuer's name or a key ID that go into a log.
const MAX_SHOWN: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_chose_is_cut_and_escaped() {
        assert_eq!(Printable("https://id.example").to_string(), "https://id.example");
        assert_eq!(Printable("a\nb\u{1b}[2J\u{202e}").to_string(), "a\\nb\\u{1b}[2J\\u{202e}");
        assert_eq!(Printable(&"k".repeat(129)).to_string(), "k".repeat(128) + "…");
        assert_eq!(Printable(&"k".repeat(128)).to_string(), "k".repeat(128));
    }
}
