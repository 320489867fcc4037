//! Waits for a future on a thread that has no runtime. Whoever works on it has one.

use alloc::{sync::Arc, task::Wake};
use core::{
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};
use std::{
    thread::{self, Thread},
    time::Instant,
};

/// What the future comes to, or `None` if that takes longer than `limit`. The future is dropped then.
pub(crate) fn within<T>(limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let begun = Instant::now();
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return Some(value);
        }
        // May return early, whoever wakes the thread: then the future is asked once more.
        let left = limit.checked_sub(begun.elapsed()).filter(|left| !left.is_zero())?;
        thread::park_timeout(left);
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(test)]
mod tests {
    use core::future;

    use super::*;

    #[test]
    fn a_value_that_is_there_is_returned_at_once() {
        assert_eq!(within(Duration::ZERO, future::ready(7)), Some(7));
    }

    #[test]
    fn a_value_from_another_thread_wakes_the_one_that_waits() {
        let mut asked = 0;
        let answer = within(
            Duration::from_secs(60),
            future::poll_fn(|context| {
                asked += 1;
                if asked == 2 {
                    return Poll::Ready(7);
                }
                let waker = context.waker().clone();
                thread::spawn(move || waker.wake());
                Poll::Pending
            }),
        );
        assert_eq!(answer, Some(7));
    }

    #[test]
    fn a_value_that_never_comes_ends_with_the_limit() {
        assert_eq!(within(Duration::from_millis(1), future::pending::<u8>()), None);
    }
}
