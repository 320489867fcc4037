//! One fetch: the metadata where the address of the keys is not configured, the document, and what it says.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jwt_verify_core::{JwkSet, limits};

use super::{
    schedule::Answer,
    settings::{METADATA_FRESH_FOR, Settings},
};
use crate::{Fetch, FetchRequest, FetchResponse, RemoteError, metadata::Discovery, moment::Moment};

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
            // A query may hold a secret, and a name is logged.
            Origin::Configured(url) => url.split('?').next().unwrap_or_default(),
            Origin::Discovered { issuer, .. } => issuer,
        }
    }

    /// Fetches, within the deadline for all of it.
    pub(super) async fn fetch(&self, etag: Option<&str>, now: Moment) -> Result<Answer, RemoteError> {
        let fetch = async {
            let url = self.address(now).await?;
            let response = self.client.fetch(FetchRequest::new(&url, etag, limits::MAX_JWK_SET_LEN)).await?;
            let answer = read(response, etag, now);
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
        match discovery.jwks_uri(&*self.client, now.unix_time()).await {
            Ok(url) => {
                let url = String::from(url);
                *found.lock().unwrap_or_else(PoisonError::into_inner) = Some((url.clone(), now));
                Ok(url)
            }
            // The keys may well be where they were.
            Err(error) => known.filter(|_| !error.is_definite()).map(|(url, _)| url).ok_or(error),
        }
    }

    /// The issuer has no keys there (any more): the next fetch asks for the address again.
    fn forget_address(&self) {
        if let Origin::Discovered { found, .. } = &self.origin {
            *found.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }
}

fn read(response: FetchResponse, asked_with: Option<&str>, now: Moment) -> Result<Answer, RemoteError> {
    let fresh_for = response.fresh_for();
    let etag = response.etag.clone();
    match (response.status(), asked_with) {
        (200, _) => {}
        // RFC 9110 §15.4.5: the answer to a conditional request. Without a condition it says nothing.
        (304, Some(held)) => {
            return Ok(Answer { document: None, etag: etag.or_else(|| Some(held.into())), fresh_for });
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
    Ok(Answer { document: Some((set, document.into())), etag, fresh_for })
}
