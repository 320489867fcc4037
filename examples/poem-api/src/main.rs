//! A small service for many users, on Poem: each sees their own tasks.
//!
//! Read `routes.rs` first, then `auth.rs`. `examples/README.md` says which files are the same for Axum and Actix-web.

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

use poem::{
    Server,
    listener::{Acceptor as _, Listener as _, TcpListener},
};

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

    let acceptor = TcpListener::bind(config.address).into_acceptor().await?;
    for address in acceptor.local_addr().iter().filter_map(|address| address.as_socket_addr()) {
        tracing::info!(url = %format_args!("http://{address}"), "listening");
    }
    let server = Server::new_with_acceptor(acceptor);
    server.run_with_graceful_shutdown(app, shutdown::asked(), Some(shutdown::PATIENCE)).await?;
    Ok(())
}
