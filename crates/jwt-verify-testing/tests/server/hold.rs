//! Answers that wait for the test.

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
    thread,
};

use jwt_verify_testing::{Fault, TestIssuer};

use crate::client::get;

#[test]
fn requests_that_are_held_are_counted_and_answered_together() {
    let issuer = TestIssuer::start();
    let held = issuer.hold();
    let clients: Vec<_> = (0..20)
        .map(|_| {
            let url = issuer.jwks_url();
            thread::spawn(move || get(&url).status())
        })
        .collect();
    issuer.wait_for_requests(20);
    assert_eq!(issuer.jwks_requests(), 20);
    assert!(clients.iter().all(|client| !client.is_finished()));
    // What is set meanwhile is in the answers.
    issuer.set_fault(Fault::NotFound);
    held.release();
    assert!(clients.into_iter().all(|client| client.join().unwrap() == 404));
}

#[test]
fn two_guards_hold_until_both_are_dropped() {
    let issuer = TestIssuer::start();
    let (first, second) = (issuer.hold(), issuer.hold());
    let url = issuer.jwks_url();
    let client = thread::spawn(move || get(&url).status());
    issuer.wait_for_requests(1);
    drop(first);
    assert!(!client.is_finished());
    drop(second);
    assert_eq!(client.join().unwrap(), 200);
}

#[test]
fn waiting_for_requests_needs_no_runtime() {
    let issuer = TestIssuer::start();
    let mut context = Context::from_waker(Waker::noop());
    let mut arrived = pin!(issuer.requests_arrived(1));
    assert_eq!(arrived.as_mut().poll(&mut context), Poll::Pending);
    get(&issuer.jwks_url());
    assert_eq!(arrived.as_mut().poll(&mut context), Poll::Ready(()));
}
