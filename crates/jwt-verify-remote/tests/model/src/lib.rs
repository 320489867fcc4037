//! The single flight, in every order in which its threads can run: see `Cargo.toml`.
//!
//! What must hold: there is never more than one flight in the air; whoever waits is woken, whether the flight lands, is lost, or others
//! have left; whoever is woken sees what was published; nobody starts a flight for what somebody else has just fetched.

#[path = "../../../src/jwks/single_flight.rs"]
mod single_flight;

/// loom's lock, and a published value behind it. The real one is lock-free and promises the same: a reader sees a value as a whole, and
/// the last one if the publisher happened before.
mod sync {
    pub(super) use std::sync::Arc;

    pub(super) use loom::sync::Mutex;

    pub(super) struct Published<T>(Mutex<Arc<T>>);

    impl<T> Published<T> {
        pub(super) fn new(value: T) -> Self {
            Self(Mutex::new(Arc::new(value)))
        }

        pub(super) fn read<R>(&self, look: impl FnOnce(&T) -> R) -> R {
            let value = Arc::clone(&self.0.lock().unwrap());
            look(&value)
        }

        pub(super) fn publish(&self, value: T) {
            *self.0.lock().unwrap() = Arc::new(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::Future,
        pin::pin,
        sync::Arc,
        task::{Context, Waker},
    };

    use loom::{
        future::block_on,
        sync::atomic::{AtomicUsize, Ordering::SeqCst},
        thread,
    };

    use super::single_flight::{Boarded, Decision, InFlight, Landed, Landing, Line, SingleFlight};

    /// Publishes a generation.
    struct Model;

    #[derive(Clone, Debug, PartialEq)]
    struct Lost;

    impl Line for Model {
        type Published = usize;
        /// Flights in the air.
        type State = ();
        type Error = Lost;

        fn lost((): &mut (), _: &usize) -> Landed<Self> {
            Landed { publish: None, outcome: Err(Lost) }
        }
    }

    /// Every interleaving in which threads are stopped against their will three times at most: more takes hours, and bugs that need more
    /// are rare.
    fn check(model: impl Fn() + Sync + Send + 'static) {
        let mut builder = loom::model::Builder::new();
        builder.preemption_bound = Some(3);
        builder.check(model);
    }

    struct World {
        line: Arc<SingleFlight<Model>>,
        in_the_air: AtomicUsize,
        started: AtomicUsize,
    }

    impl World {
        fn new() -> Arc<Self> {
            Arc::new(Self {
                line: Arc::new(SingleFlight::new(0, ())),
                in_the_air: AtomicUsize::new(0),
                started: AtomicUsize::new(0),
            })
        }

        /// What the background thread does.
        fn fly(self: &Arc<Self>, landing: Landing<Model>) -> thread::JoinHandle<()> {
            let world = Arc::clone(self);
            thread::spawn(move || {
                assert_eq!(world.in_the_air.fetch_add(1, SeqCst), 0, "two flights in the air");
                world.started.fetch_add(1, SeqCst);
                let next = landing.line().read(|generation| generation + 1);
                world.in_the_air.fetch_sub(1, SeqCst);
                landing.land(|(), _| Landed { publish: Some(next), outcome: Ok(()) });
            })
        }

        /// What a request does that has seen `seen` and needs something newer.
        fn refresh(self: &Arc<Self>, seen: usize) -> usize {
            let mut flights = Vec::new();
            let newer = loop {
                let boarded = self.line.board(|(), generation, InFlight(_)| match *generation {
                    generation if generation != seen => Decision::Answer(generation),
                    _ => Decision::Fly,
                });
                match boarded {
                    Boarded::Answer(newer) => break newer,
                    Boarded::Joined(arrival) => assert_eq!(block_on(arrival), Ok(())),
                    Boarded::Started(arrival, landing) => {
                        flights.push(self.fly(landing));
                        assert_eq!(block_on(arrival), Ok(()));
                    }
                }
                // Published before anybody is woken.
                assert_ne!(self.line.read(|generation| *generation), seen);
            };
            flights.into_iter().for_each(|flight| flight.join().unwrap());
            newer
        }
    }

    #[test]
    fn two_that_ask_for_the_same_cause_one_flight_and_both_get_its_result() {
        check(|| {
            let world = World::new();
            let other = Arc::clone(&world);
            let other = thread::spawn(move || other.refresh(0));
            assert_eq!(world.refresh(0), 1);
            assert_eq!(other.join().unwrap(), 1);
            assert_eq!(world.started.load(SeqCst), 1);
        });
    }

    #[test]
    fn a_nudge_never_makes_a_second_flight() {
        check(|| {
            let world = World::new();
            let other = Arc::clone(&world);
            let other = thread::spawn(move || {
                if let Some(landing) = other.line.nudge(|(), generation| *generation == 0) {
                    other.fly(landing).join().unwrap();
                }
            });
            assert_eq!(world.refresh(0), 1);
            other.join().unwrap();
            assert_eq!(world.started.load(SeqCst), 1);
        });
    }

    #[test]
    fn a_lost_flight_wakes_everybody_and_the_next_one_can_start() {
        check(|| {
            let world = World::new();
            let fly = |_: &mut (), _: &usize, InFlight(_)| Decision::<()>::Fly;
            let Boarded::Started(first, landing) = world.line.board(fly) else { panic!("a flight starts") };
            let Boarded::Joined(second) = world.line.board(fly) else { panic!("and is joined") };
            let flight = thread::spawn(move || drop(landing));
            let waiter = thread::spawn(move || assert_eq!(block_on(second), Err(Lost)));
            assert_eq!(block_on(first), Err(Lost));
            waiter.join().unwrap();
            flight.join().unwrap();
            assert!(matches!(world.line.board(fly), Boarded::Started(..)));
        });
    }

    #[test]
    fn whoever_leaves_takes_nobody_elses_waking_along() {
        check(|| {
            let world = World::new();
            let fly = |_: &mut (), _: &usize, InFlight(_)| Decision::<()>::Fly;
            let Boarded::Started(first, landing) = world.line.board(fly) else { panic!("a flight starts") };
            let Boarded::Joined(second) = world.line.board(fly) else { panic!("and is joined") };
            let flight = world.fly(landing);
            let leaver = thread::spawn(move || {
                let _ = pin!(first).as_mut().poll(&mut Context::from_waker(Waker::noop()));
            });
            assert_eq!(block_on(second), Ok(()));
            assert_eq!(world.line.read(|generation| *generation), 1);
            leaver.join().unwrap();
            flight.join().unwrap();
        });
    }
}
