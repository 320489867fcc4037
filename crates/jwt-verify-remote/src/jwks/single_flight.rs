//! At most one fetch at a time, however many ask, from whatever runtime; and nobody waits for ever.
//!
//! What is published is read without a lock. What decides about fetches lies behind a short lock that is never held across an
//! `await`. A flight belongs to nobody who waits for it: it goes on when they leave, and its [`Landing`] wakes them whatever
//! happens to it, a panic included.
//!
//! `tests/model` checks this file with every interleaving of its threads.

use core::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use std::sync::{PoisonError, TryLockError};

use super::sync::{Arc, Mutex, Published};

/// What a [`SingleFlight`] keeps, and what a lost flight does to it.
pub(super) trait Line: Sized {
    /// Read by everybody, all the time.
    type Published;
    /// Looked at to decide whether a flight may start.
    type State;
    /// Why a flight failed.
    type Error: Clone;

    /// A flight ended without landing.
    fn lost(state: &mut Self::State, published: &Self::Published) -> Landed<Self>;
}

/// The outcome of a flight: what to publish, if it is something new, and what those who waited hear.
pub(super) struct Landed<L: Line> {
    pub(super) publish: Option<L::Published>,
    pub(super) outcome: Result<(), L::Error>,
}

/// A published value, and at most one flight to renew it.
pub(super) struct SingleFlight<L: Line> {
    published: Published<L::Published>,
    desk: Mutex<Desk<L>>,
}

struct Desk<L: Line> {
    state: L::State,
    flight: Option<Arc<Flight<L::Error>>>,
}

/// What somebody who asks gets.
pub(super) enum Decision<R> {
    /// An answer at once.
    Answer(R),
    /// A place on the flight in the air, or on one that starts now.
    Fly,
}

/// What somebody who asked has got.
pub(super) enum Boarded<L: Line, R> {
    Answer(R),
    /// A flight was in the air already.
    Joined(Arrival<L::Error>),
    /// A flight starts: whoever gets the landing has to fly it.
    Started(Arrival<L::Error>, Landing<L>),
}

impl<L: Line> SingleFlight<L> {
    pub(super) fn new(published: L::Published, state: L::State) -> Self {
        Self { published: Published::new(published), desk: Mutex::new(Desk { state, flight: None }) }
    }

    /// What is published now. Lock-free.
    pub(super) fn read<R>(&self, look: impl FnOnce(&L::Published) -> R) -> R {
        self.published.read(look)
    }

    /// Looks at everything at once.
    pub(super) fn inspect<R>(&self, look: impl FnOnce(&L::Published, &L::State, InFlight) -> R) -> R {
        let desk = self.lock();
        self.published.read(|published| look(published, &desk.state, InFlight(desk.flight.is_some())))
    }

    /// Asks for an answer or a flight. Waits for no flight, only for whoever else is deciding just now.
    ///
    /// What is published cannot change while `decide` looks at it: this is what makes "compare and refresh" one step.
    pub(super) fn board<R>(
        self: &Arc<Self>,
        decide: impl FnOnce(&mut L::State, &L::Published, InFlight) -> Decision<R>,
    ) -> Boarded<L, R> {
        let mut desk = self.lock();
        let desk = &mut *desk;
        let in_flight = InFlight(desk.flight.is_some());
        match self.published.read(|published| decide(&mut desk.state, published, in_flight)) {
            Decision::Answer(answer) => Boarded::Answer(answer),
            Decision::Fly => match &desk.flight {
                Some(flight) => Boarded::Joined(Arrival::of(flight)),
                None => {
                    let flight = Arc::new(Flight::new());
                    desk.flight = Some(Arc::clone(&flight));
                    let landing = Landing { line: Arc::clone(self), flight: Some(Arc::clone(&flight)) };
                    Boarded::Started(Arrival::of(&flight), landing)
                }
            },
        }
    }

    /// Starts a flight if none is in the air and `may_start` agrees, unless somebody else is deciding just now. Never waits.
    pub(super) fn nudge(
        self: &Arc<Self>,
        may_start: impl FnOnce(&mut L::State, &L::Published) -> bool,
    ) -> Option<Landing<L>> {
        let mut desk = match self.desk.try_lock() {
            Ok(desk) => desk,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        let desk = &mut *desk;
        if desk.flight.is_some() || !self.published.read(|published| may_start(&mut desk.state, published)) {
            return None;
        }
        let flight = Arc::new(Flight::new());
        desk.flight = Some(Arc::clone(&flight));
        Some(Landing { line: Arc::clone(self), flight: Some(flight) })
    }

    fn lock(&self) -> impl core::ops::DerefMut<Target = Desk<L>> + '_ {
        // Nothing is left half done by a panic under the lock: the state is a few counters.
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<L: Line> fmt::Debug for SingleFlight<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SingleFlight").finish_non_exhaustive()
    }
}

/// Whether there is a flight in the air.
#[derive(Clone, Copy)]
pub(super) struct InFlight(pub(super) bool);

/// The duty to end a flight. Dropped without [`land`](Self::land), the flight is [lost](Line::lost).
pub(super) struct Landing<L: Line> {
    line: Arc<SingleFlight<L>>,
    /// `None` once landed.
    flight: Option<Arc<Flight<L::Error>>>,
}

impl<L: Line> Landing<L> {
    pub(super) fn line(&self) -> &SingleFlight<L> {
        &self.line
    }

    /// Ends the flight: publishes, and wakes everybody who waits, in this order, so that whoever wakes sees what was published.
    pub(super) fn land(mut self, settle: impl FnOnce(&mut L::State, &L::Published) -> Landed<L>) {
        self.settle(settle);
    }

    fn settle(&mut self, settle: impl FnOnce(&mut L::State, &L::Published) -> Landed<L>) {
        let Some(flight) = self.flight.clone() else { return };
        let outcome = {
            let mut desk = self.line.lock();
            let Landed { publish, outcome } =
                self.line.published.read(|published| settle(&mut desk.state, published));
            if let Some(value) = publish {
                self.line.published.publish(value);
            }
            desk.flight = None;
            outcome
        };
        // Landed only now: if `settle` panics, the flight is lost, and whoever waits is woken all the same.
        self.flight = None;
        flight.end(outcome);
    }
}

impl<L: Line> Drop for Landing<L> {
    fn drop(&mut self) {
        self.settle(L::lost);
    }
}

/// One fetch and those who wait for it.
struct Flight<E>(Mutex<Progress<E>>);

enum Progress<E> {
    /// One place per waiter, `None` where one has left.
    InTheAir(Vec<Option<Waker>>),
    Landed(Result<(), E>),
}

impl<E: Clone> Flight<E> {
    fn new() -> Self {
        Self(Mutex::new(Progress::InTheAir(Vec::new())))
    }

    fn end(&self, outcome: Result<(), E>) {
        let before = core::mem::replace(&mut *self.lock(), Progress::Landed(outcome));
        // Woken outside the lock: a waker may run whatever it likes.
        if let Progress::InTheAir(waiters) = before {
            waiters.into_iter().flatten().for_each(Waker::wake);
        }
    }

    fn lock(&self) -> impl core::ops::DerefMut<Target = Progress<E>> + '_ {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end of a flight, to be awaited. May be dropped at any time: the flight goes on.
pub(super) struct Arrival<E: Clone> {
    flight: Arc<Flight<E>>,
    place: Option<usize>,
}

impl<E: Clone> Arrival<E> {
    fn of(flight: &Arc<Flight<E>>) -> Self {
        Self { flight: Arc::clone(flight), place: None }
    }
}

impl<E: Clone> Future for Arrival<E> {
    type Output = Result<(), E>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { flight, place } = &mut *self;
        match &mut *flight.lock() {
            Progress::Landed(outcome) => Poll::Ready(outcome.clone()),
            Progress::InTheAir(waiters) => {
                match place.and_then(|place| waiters.get_mut(place)) {
                    Some(Some(waker)) => waker.clone_from(context.waker()),
                    Some(empty) => *empty = Some(context.waker().clone()),
                    None => {
                        *place = Some(waiters.len());
                        waiters.push(Some(context.waker().clone()));
                    }
                }
                Poll::Pending
            }
        }
    }
}

impl<E: Clone> Drop for Arrival<E> {
    fn drop(&mut self) {
        let Some(place) = self.place else { return };
        // Dropped outside the lock, as it is foreign code.
        let _waker = match &mut *self.flight.lock() {
            Progress::InTheAir(waiters) => waiters.get_mut(place).and_then(Option::take),
            Progress::Landed(_) => None,
        };
    }
}
