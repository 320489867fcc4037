//! What the model does not look at: a panic while a flight lands, and an end that nobody sees. (`tests/model` has the interleavings.)

use core::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use super::single_flight::{Boarded, Decision, InFlight, Landed, Landing, Line, SingleFlight};

struct Model;

#[derive(Clone, Debug, PartialEq)]
struct Lost;

impl Line for Model {
    type Published = usize;
    type State = ();
    type Error = Lost;

    fn lost((): &mut (), _: &usize) -> Landed<Self> {
        Landed { publish: None, outcome: Err(Lost) }
    }
}

fn start(
    line: &Arc<SingleFlight<Model>>,
) -> (impl Future<Output = Result<(), Lost>> + use<>, Landing<Model>) {
    match line.board(|(), _, InFlight(_)| Decision::<()>::Fly) {
        Boarded::Started(arrival, landing) => (arrival, landing),
        _ => panic!("a flight is in the air"),
    }
}

fn poll<T>(future: impl Future<Output = T>) -> Poll<T> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn a_panic_while_a_flight_lands_loses_the_flight_and_nothing_else() {
    let line = Arc::new(SingleFlight::<Model>::new(0, ()));
    let (arrival, landing) = start(&line);
    let landed = catch_unwind(AssertUnwindSafe(|| landing.land(|(), _| panic!("out of order"))));
    assert!(landed.is_err());
    assert_eq!(poll(arrival), Poll::Ready(Err(Lost)), "whoever waits hears of it");

    // The lock is poisoned now, and that stops neither those who ask nor those who only use the keys.
    let (arrival, landing) = start(&line);
    landing.land(|(), _| Landed { publish: Some(1), outcome: Ok(()) });
    assert_eq!(poll(arrival), Poll::Ready(Ok(())));
    let nudged = line.nudge(|(), published| *published == 1).expect("a flight");
    drop(nudged);
    assert_eq!(line.read(|published| *published), 1);
}
