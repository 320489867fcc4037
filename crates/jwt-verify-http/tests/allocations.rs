//! The guard costs nothing beyond the claims: what it allocates is what the verifier allocates.
#![expect(clippy::panic, reason = "a test may panic: that is how it fails")]

use core::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use allocation_counter::measure;
use jwt_verify_core::{Claims, VerifiedToken};
use jwt_verify_http::{Admission, Auth};
use jwt_verify_testing::TestIssuer;

/// Of what is ready at the first poll: the keys are held.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the keys are held, and it waits"),
    }
}

#[test]
fn on_the_accepted_path_a_guard_allocates_nothing_beyond_the_verified_claims() {
    let issuer = TestIssuer::start();
    let auth = Auth::new(issuer.verifier());
    let guard = auth.guard().paths(["/api/*"]).unwrap().exempt(["/api/open/*"]).unwrap();
    let token = issuer.token().subject("ada").claim("scope", "a b").mint();
    let authorization = format!("Bearer {token}");
    let fields = [
        ("host", b"api.example".as_slice()),
        ("user-agent", b"test".as_slice()),
        ("authorization", authorization.as_bytes()),
    ];

    let verify = || {
        let verified: VerifiedToken<Claims> = now(auth.verifier().verify(&token)).unwrap();
        assert_eq!(verified.subject(), Some("ada"));
    };
    let check = || match now(guard.check("GET", "/api/tasks", fields)) {
        Ok(Admission::Authenticated(caller)) => assert_eq!(caller.token().subject(), Some("ada")),
        other => panic!("{other:?}"),
    };
    // Once, for what is made at the first use.
    verify();
    check();
    let (alone, guarded) = (measure(verify).count_total, measure(check).count_total);
    assert!(alone > 0);
    assert_eq!(guarded, alone);
}

#[test]
fn a_path_that_needs_no_token_allocates_nothing_at_all() {
    let auth = Auth::new(TestIssuer::start().verifier());
    let guard = auth.guard().paths(["/api/*"]).unwrap();
    let public = || assert!(matches!(now(guard.check("GET", "/health", [])), Ok(Admission::Public)));
    public();
    assert_eq!(measure(public).count_total, 0);
}
