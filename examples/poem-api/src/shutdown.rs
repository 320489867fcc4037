//! When to end: as soon as somebody asks for it, and not in the middle of an answer.

use std::time::Duration;

/// How long answers may take that have begun. A cluster waits 30 seconds before it ends a process by force.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Returns when ctrl-c was pressed, or the process got SIGTERM, which is how a cluster or a service manager asks.
pub async fn asked() {
    tokio::select! {
        () = interrupted() => {}
        () = terminated() => {}
    }
}

async fn interrupted() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::error!(%error, "ctrl-c cannot be noticed");
        std::future::pending::<()>().await;
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};

    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            terminate.recv().await;
        }
        Err(error) => {
            tracing::error!(%error, "SIGTERM cannot be noticed");
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending::<()>().await;
}
