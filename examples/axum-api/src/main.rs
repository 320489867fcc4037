//! A small service for many users, on Axum: each sees their own tasks.
//!
//! Read `routes.rs` first, then `auth.rs`. `examples/README.md` says which files are the same for Actix-web and Poem.

mod answers;
mod auth;
mod config;
mod observe;
mod openapi;
mod problem;
mod routes;
mod shutdown;
mod tasks;
mod telemetry;

use std::{error::Error, process::ExitCode};

use tokio::net::TcpListener;

use crate::{auth::Auth, config::Config, tasks::Tasks};

#[tokio::main]
async fn main() -> ExitCode {
    telemetry::start();
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let config = Config::from_env()?;
    let auth = Auth::from_env()?;
    let tasks = Tasks::open(&config.database_url).await?;
    let app = routes::app(&config, auth, tasks)?;

    let listener = TcpListener::bind(config.address).await?;
    tracing::info!(url = %format_args!("http://{}", listener.local_addr()?), "listening");
    tokio::select! {
        served = axum::serve(listener, app).with_graceful_shutdown(shutdown::asked()) => served?,
        () = overdue() => tracing::warn!("ended before the last answer"),
    }
    Ok(())
}

/// Axum itself waits for the last answer, however long it takes.
async fn overdue() {
    shutdown::asked().await;
    tokio::time::sleep(shutdown::PATIENCE).await;
}
