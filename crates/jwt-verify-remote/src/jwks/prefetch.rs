//! Fetching keys before the first token needs them.

use core::{
    future::{Future, poll_fn},
    pin::pin,
    task::{Context, Poll, Waker},
};
use std::{
    sync::Arc,
    task::Wake,
    thread::{self, Thread},
    time::{Duration, Instant},
};

use jwt_verify_core::Freshness;

use super::{
    RemoteJwks,
    settings::PREFETCH_TIMEOUT,
    single_flight::{Boarded, Decision, InFlight},
};
use crate::{RemoteError, background};

impl RemoteJwks {
    /// Fetches the keys now, unless fresh ones are held: for the start of a service.
    ///
    /// Without it the first token fetches them, and waits. A service that is not to take requests before it can answer them awaits this
    /// first, and decides what an error means: to stop, or to start all the same and become [ready](Self::is_ready) later.
    ///
    /// Tries for [`PREFETCH_TIMEOUT`], with pauses, while the issuer cannot be reached; returns at once what the issuer
    /// [definitely](RemoteError::is_definite) says. Works in any asynchronous runtime.
    ///
    /// # Errors
    ///
    /// [`RemoteError`]: why the last attempt failed. Keys that are held, those of a [seed](super::RemoteJwksBuilder::seed) say, stay.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_remote::{RemoteError, RemoteJwks};
    /// use jwt_verify_testing::{Fault, TestIssuer};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let issuer = TestIssuer::start();
    /// let keys = RemoteJwks::builder(issuer.jwks_url()).build()?;
    /// issuer.set_fault(Fault::NotFound);
    /// assert_eq!(keys.prefetch().await, Err(RemoteError::Status { status: 404, retry_after: None }));
    /// issuer.heal();
    /// keys.prefetch().await?;
    /// assert!(keys.is_ready());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn prefetch(&self) -> Result<(), RemoteError> {
        self.prefetch_within(PREFETCH_TIMEOUT).await
    }

    /// [`prefetch`](Self::prefetch) with another limit, which holds for all attempts together.
    ///
    /// # Errors
    ///
    /// As [`prefetch`](Self::prefetch); [`RemoteError::TimedOut`] if an attempt was still under way.
    pub async fn prefetch_within(&self, limit: Duration) -> Result<(), RemoteError> {
        let began = Instant::now();
        let mut has_paused = false;
        loop {
            let left = limit.saturating_sub(began.elapsed());
            let arrival = match self.board_for_prefetch(has_paused) {
                Boarded::Answer(None) => return Ok(()),
                // An attempt has just failed: a probe that asks each second must not be a hammer.
                Boarded::Answer(Some((error, pause))) => {
                    if pause >= left {
                        return Err(error);
                    }
                    background::sleep(pause).await;
                    has_paused = true;
                    continue;
                }
                Boarded::Joined(arrival) => arrival,
                Boarded::Started(arrival, landing) => {
                    self.take_off(landing);
                    arrival
                }
            };
            let error = match first(arrival, background::sleep(left)).await {
                Some(Ok(())) => return Ok(()),
                Some(Err(error)) => error,
                None => return Err(RemoteError::TimedOut { after: limit }),
            };
            let pause = self.inner.keys.inspect(|_, schedule, _| schedule.pause(schedule.now()));
            // Without a thread to fetch on there is none to sleep on either.
            let is_over = error == RemoteError::Aborted || began.elapsed().saturating_add(pause) >= limit;
            if error.is_definite() || is_over {
                return Err(error);
            }
            background::sleep(pause).await;
            has_paused = true;
        }
    }

    /// [`prefetch`](Self::prefetch) for a program without an asynchronous runtime. Blocks the thread.
    ///
    /// # Errors
    ///
    /// As [`prefetch`](Self::prefetch).
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_core::KeySource;
    /// use jwt_verify_remote::RemoteJwks;
    /// use jwt_verify_testing::TestIssuer;
    ///
    /// let issuer = TestIssuer::start();
    /// let keys = RemoteJwks::builder(issuer.jwks_url()).build()?;
    /// keys.prefetch_blocking()?;
    /// assert_eq!(keys.held().keys().jwk_set().unwrap().keys().len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn prefetch_blocking(&self) -> Result<(), RemoteError> {
        block_on(self.prefetch())
    }

    /// `None`: fresh keys are held. An error: the last attempt failed with it, and the issuer is left alone for so long, which whoever
    /// `has_paused` has done.
    fn board_for_prefetch(&self, has_paused: bool) -> Boarded<super::Keys, Option<(RemoteError, Duration)>> {
        let now = self.inner.timekeeper.now();
        self.inner.keys.board(|schedule, published, InFlight(in_flight)| {
            let pause = schedule.pause(now);
            match &schedule.last_error {
                _ if published.freshness(now) == Freshness::Fresh => Decision::Answer(None),
                Some(error) if !has_paused && !in_flight && !pause.is_zero() => {
                    Decision::Answer(Some((error.clone(), pause)))
                }
                _ => Decision::Fly,
            }
        })
    }
}

/// What `wanted` gives, or `None` if `limit` ends before.
async fn first<T>(wanted: impl Future<Output = T>, limit: impl Future<Output = ()>) -> Option<T> {
    let (mut wanted, mut limit) = (pin!(wanted), pin!(limit));
    poll_fn(|context| match wanted.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => limit.as_mut().poll(context).map(|()| None),
    })
    .await
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
