//! One line in the log for each request, never with a token, and the request's ID in its answer.

use std::time::Instant;

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
};
use tracing::Instrument as _;

use crate::{
    auth::Reason,
    telemetry::{REQUEST_ID, request_id},
};

/// The outermost layer. The query is left out of the log: clients put secrets there.
pub async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = request_id(request.headers().get(REQUEST_ID).map(HeaderValue::as_bytes));
    let span = tracing::info_span!("request", id, method = %request.method(), path = request.uri().path());
    let began = Instant::now();
    let answer = async {
        let mut response = next.call(request).await?;
        tracing::info!(
            status = response.status().as_u16(),
            refused = response.response().extensions().get::<Reason>().map(Reason::code),
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
