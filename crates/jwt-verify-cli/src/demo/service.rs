//! The service that the demo protects, once for each framework: what every one of them shares.
//!
//! Each is what a user of the adapter writes: routes, handlers that take an extractor, one line that registers `Auth`. The layer
//! around it is of the kind that logs refusals in a real service: here it hands the reason to the one who tells the story.

mod actix;
mod axum;
mod poem;

use alloc::sync::Arc;
use core::net::{Ipv4Addr, SocketAddr};
use std::{
    io,
    net::TcpListener,
    sync::{Mutex, PoisonError},
    thread,
};

use jwt_verify_core::Policy;
use jwt_verify_http::{Auth, Reason, policy};
use serde_json::{Value, json};

use crate::arguments::Framework;

policy! {
    /// Reports are for those whose token carries this scope.
    pub(super) ReadReports = Policy::scope("reports:read");
}

/// Starts the service on loopback, in a thread of its own that ends with the program. Port 0 is a free one.
pub(super) fn start(framework: Framework, port: u16, auth: Auth, reasons: Reasons) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    // The runtimes ask for it.
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let serve = match framework {
        Framework::Axum => axum::serve,
        Framework::Actix => actix::serve,
        Framework::Poem => poem::serve,
    };
    // A service that ends closes its socket: the next request is refused, and the story with it.
    thread::Builder::new().name(String::from("service")).spawn(move || serve(listener, auth, reasons))?;
    Ok(address)
}

/// Why the service refused a request, from where an adapter leaves it for outer layers: the extensions of the response.
#[derive(Clone, Debug, Default)]
pub(super) struct Reasons(Arc<Mutex<Option<Reason>>>);

impl Reasons {
    /// What the last response says of its reason: nothing, if it is no refusal.
    fn note(&self, reason: Option<&Reason>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = reason.cloned();
    }

    pub(super) fn last(&self) -> Option<Reason> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What a user has to do.
fn tasks_of(user: &str) -> Value {
    let task = match user {
        "ada" => "write the first program",
        "grace" => "find the moth in the relay",
        _ => return json!({"user": user, "tasks": []}),
    };
    json!({"user": user, "tasks": [task]})
}

fn reports_for(user: &str) -> Value {
    json!({"user": user, "reports": ["engine, third quarter"]})
}
