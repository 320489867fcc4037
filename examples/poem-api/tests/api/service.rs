//! The service as it is deployed: its program, its environment, its log.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, ChildStderr, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
};

use jwt_verify_core::{Clock as _, SystemClock};
use jwt_verify_testing::{TestClock, TestIssuer, TokenBuilder, shapes};
use serde_json::Value;

use crate::http::{Request, Response};

/// A front end on another origin that may call the service.
pub const FRONT_END: &str = "http://localhost:5173";

const PROGRAM: &str = env!(concat!("CARGO_BIN_EXE_", env!("CARGO_PKG_NAME")));

/// A running service, and the issuer that it trusts. Both end with the test.
pub struct Service {
    pub issuer: TestIssuer,
    program: Child,
    authority: String,
    log: Arc<Mutex<Vec<String>>>,
    reader: Option<JoinHandle<()>>,
}

impl Service {
    /// Tells the program where the issuer is, as one tells it where Better Auth is.
    pub fn start() -> Self {
        // The program has the time of this machine.
        let clock = TestClock::at(SystemClock::new().now().unwrap());
        let issuer = TestIssuer::builder().clock(clock).start();
        let variables = [("BETTER_AUTH_URL", issuer.name()), ("CORS_ORIGIN", FRONT_END), ("PORT", "0")];
        let mut program = spawn(&variables);
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let mut log = Vec::new();
        let authority = loop {
            let line = lines.next().expect("the program ended before it listened").unwrap();
            let url = serde_json::from_str::<Value>(&line).unwrap()["url"].as_str().map(str::to_owned);
            log.push(line);
            if let Some(url) = url {
                break url.strip_prefix("http://").unwrap().to_owned();
            }
        };
        let log = Arc::new(Mutex::new(log));
        let kept = Arc::clone(&log);
        let reader = thread::spawn(move || {
            lines.map_while(Result::ok).for_each(|line| kept.lock().unwrap().push(line))
        });
        Self { issuer, program, authority, log, reader: Some(reader) }
    }

    pub fn send(&self, request: &Request) -> Response {
        request.send(&self.authority)
    }

    /// A token as Better Auth makes it.
    pub fn token(&self, user: &str) -> TokenBuilder {
        shapes::better_auth(&self.issuer).subject(user).claim("id", user)
    }

    /// Asks the program to end, as a cluster does, and gives its status and all that it has logged.
    pub fn terminate(mut self) -> (ExitStatus, Vec<Value>) {
        let killed = Command::new("kill").arg("-TERM").arg(self.program.id().to_string()).status();
        assert!(killed.unwrap().success());
        let status = self.program.wait().unwrap();
        self.reader.take().unwrap().join().unwrap();
        let log = self.log.lock().unwrap();
        (status, log.iter().map(|line| serde_json::from_str(line).unwrap()).collect())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// Runs the program with these variables and no others, until it ends by itself. What it says on standard error.
pub fn fails_to_start(variables: &[(&str, &str)]) -> String {
    let mut program = spawn(variables);
    let mut said = String::new();
    let stderr: Option<ChildStderr> = program.stderr.take();
    stderr.unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(program.wait().unwrap().code(), Some(1), "{said}");
    said
}

fn spawn(variables: &[(&str, &str)]) -> Child {
    let mut command = Command::new(PROGRAM);
    command
        .env_clear()
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().unwrap()
}
