//! A small service for many users, on Actix-web: each sees their own tasks.
//!
//! Read `routes.rs` first, then `auth.rs`. `examples/README.md` says which files are the same for Axum and Poem.

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

use actix_web::{App, HttpServer, middleware::from_fn};

use crate::{
    auth::{Auth, protect_api},
    config::Config,
    observe::observe,
    routes::{Routes, cors},
    tasks::Tasks,
};

#[actix_web::main]
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
    let protect = protect_api(&auth)?;
    let routes = Routes::new(auth, tasks)?;

    let app = move || {
        App::new()
            .configure(|app| routes.add_to(app))
            // From here on, what comes later is further out. Refusals pass through CORS: a page could not read them otherwise.
            .wrap(protect.clone())
            .wrap(cors(&config.cors_origins))
            .wrap(from_fn(observe))
    };
    let server = HttpServer::new(app)
        .shutdown_signal(shutdown::asked())
        .shutdown_timeout(shutdown::PATIENCE.as_secs())
        .bind(config.address)?;
    for address in server.addrs() {
        tracing::info!(url = %format_args!("http://{address}"), "listening");
    }
    server.run().await?;
    Ok(())
}
