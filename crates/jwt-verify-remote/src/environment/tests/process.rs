//! What is read from a process, and what is logged.

use std::{
    fmt::Write as _,
    process::Command,
    sync::{Arc, Mutex},
};

use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

use super::*;

/// Runs itself, with variables that no other test of the process sees.
#[test]
fn from_env_reads_the_variables_of_the_process_and_logs_what_is_worth_knowing_once() {
    if std::env::var_os(IN_CHILD).is_some() {
        return in_child();
    }
    let name = "environment::tests::process::from_env_reads_the_variables_of_the_process_and_logs_what_is_worth_knowing_once";
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name])
        .env_clear()
        .envs([
            (IN_CHILD, "1"),
            ("BETTER_AUTH_URL", "https://app.example"),
            ("BETTER_AUTH_SECRET", SECRET),
            ("ENVIROMENT", "production"),
            ("LESSOPEN", "|"),
        ])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
}

fn in_child() {
    let events = Events::default();
    let made = tracing::subscriber::with_default(events.clone(), from_env).unwrap();
    assert_eq!(made.issuer().name(), Some("https://app.example"));
    assert_eq!(
        *events.0.lock().unwrap(),
        "WARN ENVIROMENT is not a variable that is read: did you mean ENVIRONMENT?\n\
         INFO BETTER_AUTH_SECRET is not used: BETTER_AUTH_URL says where the keys are, and tokens are verified with those alone. A \
         service that only verifies needs no secret: leave it out here\n\
         INFO tokens are verified as the environment says issuer=\"https://app.example\" keys=\"published by the issuer\"\n"
    );
}

/// Only in the child.
const IN_CHILD: &str = "JWT_VERIFY_REMOTE_TEST_CHILD";

/// Every event on a line of its own: level, message, fields.
#[derive(Clone, Default)]
struct Events(Arc<Mutex<String>>);

impl Subscriber for Events {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("jwt_verify")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        writeln!(self.0.lock().unwrap(), "{} {}{}", event.metadata().level(), line.message, line.fields)
            .unwrap();
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn core::fmt::Debug) {
        match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        }
        .unwrap();
    }
}
