//! The requests that come to an issuer: counted, recorded, and held back.

use std::sync::Arc;

use super::TestIssuer;
use crate::{RecordedRequest, state::Shared};

/// The requests that come.
impl TestIssuer {
    /// Holds back every answer from now on, until the guard is dropped. Requests that arrive are counted.
    ///
    /// With several guards, until the last one is dropped. A fault or a key that is set meanwhile is in the answers.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::{io::{Read, Write}, net::TcpStream, thread};
    /// use jwt_verify_testing::TestIssuer;
    ///
    /// let issuer = TestIssuer::start();
    /// let address = issuer.name().trim_start_matches("http://").to_owned();
    /// let held = issuer.hold();
    /// let client = thread::spawn(move || {
    ///     let mut client = TcpStream::connect(address).unwrap();
    ///     client.write_all(b"GET /.well-known/jwks.json HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
    ///     let mut answer = String::new();
    ///     client.read_to_string(&mut answer).unwrap();
    ///     answer
    /// });
    /// issuer.wait_for_requests(1);
    /// // The request is there, the answer not yet: whatever happens now happens in between.
    /// issuer.clear_keys();
    /// held.release();
    /// assert!(client.join().unwrap().ends_with(r#"{"keys":[]}"#));
    /// ```
    pub fn hold(&self) -> Hold {
        self.shared.hold();
        Hold { shared: Arc::clone(&self.shared) }
    }

    /// Blocks until so many requests for the JWK Set have come since the start.
    ///
    /// # Panics
    ///
    /// If they have not come after a minute.
    #[expect(clippy::panic, reason = "as documented")]
    pub fn wait_for_requests(&self, count: usize) {
        if let Err(arrived) = self.shared.block_for_jwks_requests(count) {
            panic!("waited for {count} requests for the JWK Set; {arrived} came");
        }
    }

    /// Waits until so many requests for the JWK Set have come since the start, on any runtime.
    pub async fn requests_arrived(&self, count: usize) {
        self.shared.await_jwks_requests(count).await;
    }

    /// How many requests have come since the start, whatever for.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.shared.lock().requests
    }

    /// How many of them were for the JWK Set.
    #[must_use]
    pub fn jwks_requests(&self) -> usize {
        self.shared.lock().jwks_requests
    }

    /// How many of them were for metadata that it serves.
    #[must_use]
    pub fn metadata_requests(&self) -> usize {
        self.shared.lock().metadata_requests
    }

    /// How many of them were answered with status 304.
    #[must_use]
    pub fn not_modified_responses(&self) -> usize {
        self.shared.lock().not_modified
    }

    /// The last request, or `None` if none has come.
    #[must_use]
    pub fn last_request(&self) -> Option<RecordedRequest> {
        self.shared.lock().recorded.back().cloned()
    }

    /// The last thousand requests, the oldest first.
    #[must_use]
    pub fn recorded_requests(&self) -> Vec<RecordedRequest> {
        self.shared.lock().recorded.iter().cloned().collect()
    }
}

/// Holds back the answers of an issuer while it lives. Made by [`TestIssuer::hold`].
#[derive(Debug)]
#[must_use = "the answers go out as soon as this is dropped"]
pub struct Hold {
    shared: Arc<Shared>,
}

impl Hold {
    /// Lets the answers go: the same as dropping it.
    pub fn release(self) {}
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.shared.release();
    }
}
