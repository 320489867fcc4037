//! One fetch: the metadata where the address of the keys is not configured, the document, and what it says.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jwt_verify_core::{JwkSet, limits};

use super::{
    schedule::{Answer, EntityTag},
    settings::{METADATA_FRESH_FOR, METADATA_RETRY, Settings},
};
use crate::{
    Fetch, FetchRequest, FetchResponse, RemoteError, address::without_query, metadata::Discovery,
    moment::Moment,
};

/// Where the keys are, and who gets them.
#[derive(Debug)]
pub(super) struct Fetching {
    origin: Origin,
    client: Arc<dyn Fetch>,
    timeout: Duration,
}

/// Where the address of the keys comes from.
#[derive(Debug)]
pub(super) enum Origin {
    Configured(String),
    Discovered {
        issuer: String,
        discovery: Box<Discovery>,
        /// The address found last, and when.
        found: Mutex<Option<(String, Moment)>>,
    },
}

impl Fetching {
    pub(super) fn new(origin: Origin, client: Arc<dyn Fetch>, settings: &Settings) -> Self {
        Self { origin, client, timeout: settings.timeout }
    }

    /// The configured address without its query, or the issuer's name: what this source is called in health, logs and metrics.
    pub(super) fn name(&self) -> &str {
        match &self.origin {
            Origin::Configured(url) => without_query(url),
            Origin::Discovered { issuer, .. } => issuer,
        }
    }

    /// The configured address, or the issuer's name: what tells this source from others.
    pub(super) fn source(&self) -> &str {
        match &self.origin {
            Origin::Configured(url) => url,
            Origin::Discovered { issuer, .. } => issuer,
        }
    }

    /// Fetches, within the deadline for all of it.
    pub(super) async fn fetch(&self, held: Option<&EntityTag>, now: Moment) -> Result<Answer, RemoteError> {
        let fetch = async {
            let url = self.address(now).await?;
            let etag = held.filter(|held| held.url == url).map(|held| &*held.tag);
            let response = self.client.fetch(FetchRequest::new(&url, etag, limits::MAX_JWK_SET_LEN)).await?;
            let answer = read(response, url, etag, now);
            if answer.as_ref().is_err_and(RemoteError::is_definite) {
                self.forget_address();
            }
            answer
        };
        match tokio::time::timeout(self.timeout, fetch).await {
            Ok(answer) => answer,
            Err(_) => Err(RemoteError::TimedOut { after: self.timeout }),
        }
    }

    async fn address(&self, now: Moment) -> Result<String, RemoteError> {
        let (discovery, found) = match &self.origin {
            Origin::Configured(url) => return Ok(url.clone()),
            Origin::Discovered { discovery, found, .. } => (discovery, found),
        };
        let known = found.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((url, since)) = &known
            && now.since(*since) < METADATA_FRESH_FOR
        {
            return Ok(url.clone());
        }
        let look_up = discovery.jwks_uri(&*self.client, now.unix_time());
        // Keys may well be where they were: a look-up that hangs must leave time to fetch them.
        let share = if known.is_some() { self.timeout.saturating_mul(2) / 5 } else { self.timeout };
        let looked_up = tokio::time::timeout(share, look_up).await;
        let (url, since) = match (looked_up, known) {
            (Ok(Ok(url)), _) => (String::from(url), now),
            (Ok(Err(error)), Some((url, _))) if !error.is_definite() => (url, look_up_again_soon(now)),
            (Err(_), Some((url, _))) => (url, look_up_again_soon(now)),
            (Ok(Err(error)), _) => return Err(error),
            (Err(_), None) => return Err(RemoteError::TimedOut { after: self.timeout }),
        };
        *found.lock().unwrap_or_else(PoisonError::into_inner) = Some((url.clone(), since));
        Ok(url)
    }

    /// The issuer has no keys there (any more): the next fetch asks for the address again.
    fn forget_address(&self) {
        if let Origin::Discovered { found, .. } = &self.origin {
            *found.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }
}

fn read(
    response: FetchResponse,
    url: String,
    asked_with: Option<&str>,
    now: Moment,
) -> Result<Answer, RemoteError> {
    let fresh_for = response.fresh_for();
    let etag = response.etag.clone();
    let tagged = |tag| EntityTag { url, tag };
    match (response.status(), asked_with) {
        (200, _) => {}
        // RFC 9110 §15.4.5: the answer to a conditional request, and then about the version that was asked about. Anything else says
        // nothing about the keys that are held.
        (304, Some(held)) if etag.as_deref().is_none_or(|etag| weakly_equal(etag, held)) => {
            return Ok(Answer { document: None, etag: Some(tagged(held.into())), fresh_for });
        }
        _ => return Err(response.refusal(now.unix_time())),
    }
    let document = response.into_body();
    if document.len() > limits::MAX_JWK_SET_LEN {
        return Err(RemoteError::TooLarge { limit: limits::MAX_JWK_SET_LEN });
    }
    let set = JwkSet::parse(&document).map_err(RemoteError::NotAJwkSet)?;
    // An issuer that has keys does not publish an empty set; one that has none cannot vouch for a token. Either way keys cannot be had.
    if set.keys().is_empty() {
        return Err(RemoteError::NoUsableKeys { entries: set.skipped().len() });
    }
    Ok(Answer { document: Some((set, document.into())), etag: etag.map(tagged), fresh_for })
}

/// RFC 9110 §13.1.2: `If-None-Match` compares weakly, so a server may answer with the weak form of the tag.
fn weakly_equal(one: &str, other: &str) -> bool {
    one.strip_prefix("W/").unwrap_or(one) == other.strip_prefix("W/").unwrap_or(other)
}

/// When an address must have been looked up to be looked up again after [`METADATA_RETRY`].
fn look_up_again_soon(now: Moment) -> Moment {
    now.before(METADATA_FRESH_FOR.saturating_sub(METADATA_RETRY))
}
