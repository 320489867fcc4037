//! One line in the log for each request, never with a token, and the request's ID in its answer.

use std::{sync::Arc, time::Instant};

use poem::{
    Endpoint, Request, Response, Result,
    http::{HeaderName, HeaderValue},
};
use tracing::Instrument as _;

use crate::{
    auth::Reason,
    telemetry::{REQUEST_ID, request_id},
};

/// The outermost layer. The query is left out of the log: clients put secrets there.
pub async fn observe<E: Endpoint>(next: Arc<E>, request: Request) -> Result<Response> {
    let id = request_id(request.headers().get(REQUEST_ID).map(HeaderValue::as_bytes));
    let span = tracing::info_span!("request", id, method = %request.method(), path = request.uri().path());
    let began = Instant::now();
    let answer = async {
        let mut response = next.get_response(request).await;
        tracing::info!(
            status = response.status().as_u16(),
            refused = response.extensions().get::<Reason>().map(Reason::code),
            seconds = began.elapsed().as_secs_f64(),
            "answered"
        );
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(HeaderName::from_static(REQUEST_ID), id);
        }
        Ok(response)
    };
    answer.instrument(span).await
}
