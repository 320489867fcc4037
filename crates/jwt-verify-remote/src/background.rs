//! The one thread on which fetches run.
//!
//! Verifying programs have one runtime, several, or none; a runtime of their own may be single-threaded and busy, or end with the
//! request that caused a fetch. So fetches have a thread and a runtime of their own, started at the first fetch.

use core::future::{Future, pending};
use std::{
    io, process,
    sync::{Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

use tokio::{runtime, sync::oneshot};

static THREAD: Mutex<Option<Background>> = Mutex::new(None);

struct Background {
    thread: thread::JoinHandle<()>,
    process: u32,
    runtime: runtime::Handle,
}

/// Runs a job on the background thread, which is started if it is not there.
///
/// A job that panics ends alone. Where the thread cannot be had, the job is dropped.
pub(crate) fn spawn(job: impl Future<Output = ()> + Send + 'static) {
    let mut thread = THREAD.lock().unwrap_or_else(PoisonError::into_inner);
    // After a `fork` the thread is the parent's.
    let is_gone =
        |background: &Background| background.thread.is_finished() || background.process != process::id();
    if thread.as_ref().is_some_and(is_gone) {
        *thread = None;
    }
    let background = match &*thread {
        Some(background) => background,
        None => match start() {
            Ok(background) => thread.insert(background),
            Err(error) => {
                tracing::error!(%error, "no thread to fetch keys on");
                return;
            }
        },
    };
    drop(background.runtime.spawn(job));
}

/// Waits, on whatever runtime the caller has or none. Returns early if the background thread cannot be had.
pub(crate) async fn sleep(span: Duration) {
    let (sender, receiver) = oneshot::channel::<()>();
    spawn(async move {
        tokio::time::sleep(span).await;
        drop(sender);
    });
    let _ = receiver.await;
}

fn start() -> io::Result<Background> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let thread = thread::Builder::new().name("jwt-verify-keys".into()).spawn(move || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        let (handle, runtime) = match runtime {
            Ok(runtime) => (Ok(runtime.handle().clone()), Some(runtime)),
            Err(error) => (Err(error), None),
        };
        if sender.send(handle).is_ok()
            && let Some(runtime) = runtime
        {
            runtime.block_on(pending::<()>());
        }
    })?;
    let runtime = receiver.recv().map_err(io::Error::other)??;
    Ok(Background { thread, process: process::id(), runtime })
}
