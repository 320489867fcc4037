//! Which processor does what, and for how long.
//!
//! Threads that wake each other are gladly put on one processor, where they take turns. Then half of what is measured is the load.

use core::time::Duration;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A thread, and what Linux tells about it. Elsewhere nothing is told.
pub(crate) struct Thread(Option<PathBuf>);

impl Thread {
    pub(crate) fn current() -> Self {
        let thread = fs::read_link("/proc/thread-self").ok();
        Self(thread.map(|thread| Path::new("/proc").join(thread).join("schedstat")))
    }

    /// Until now.
    pub(crate) fn times(&self) -> Option<Times> {
        let statistics = fs::read_to_string(self.0.as_ref()?).ok()?;
        // "time spent on the cpu (in nanoseconds)", "time spent waiting on a runqueue", "# of timeslices run on this cpu".
        let mut nanos = statistics.split_whitespace().map(|nanos| nanos.parse().map(Duration::from_nanos));
        Some(Times { ran: nanos.next()?.ok()?, waited: nanos.next()?.ok()? })
    }

    pub(crate) fn times_since(&self, before: Option<Times>) -> Option<Times> {
        let (now, before) = (self.times()?, before?);
        Some(Times { ran: now.ran.checked_sub(before.ran)?, waited: now.waited.checked_sub(before.waited)? })
    }
}

/// How long a thread was on a processor, and how long it could have been but another was.
pub(crate) struct Times {
    pub(crate) ran: Duration,
    pub(crate) waited: Duration,
}

/// The calling thread stays where no service's worker is. On Linux, if there are two processors.
pub(crate) fn keep_for_the_load() {
    pin::keep_on(|(load, _)| load);
}

/// The calling thread stays where the load is not. On Linux, if there are two processors.
pub(crate) fn keep_for_a_worker() {
    pin::keep_on(|(_, worker)| worker);
}

#[cfg(target_os = "linux")]
mod pin {
    use std::sync::LazyLock;

    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    pub(super) fn keep_on(choose: impl Fn((usize, usize)) -> usize) {
        let processor = TWO.map(choose);
        let Some(processor) = processor else { return };
        let mut one = CpuSet::new();
        one.set(processor);
        sched_setaffinity(None, &one).unwrap();
    }

    /// The first two that this process may use. Found before a thread is kept on one, as the threads that it starts are kept there too.
    static TWO: LazyLock<Option<(usize, usize)>> = LazyLock::new(|| {
        let allowed = sched_getaffinity(None).ok()?;
        let mut allowed = (0..CpuSet::MAX_CPU).filter(|processor| allowed.is_set(*processor));
        Some((allowed.next()?, allowed.next()?))
    });
}

/// The system decides.
/// The system decides.
#[cfg(not(target_os = "linux"))]
mod pin {
    pub(super) fn keep_on(_: impl Fn((usize, usize)) -> usize) {}
}
