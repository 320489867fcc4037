//! The load: connections that are kept, one request outstanding on each, every answer compared.

use core::{str, time::Duration};
use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    thread,
    time::Instant,
};

use jwt_verify_benches::{Material, Token};

use crate::{
    processors::Thread,
    server::Server,
    services::{NOBODY, Variant},
};

/// A request, and what must answer it.
pub(crate) struct Exchange {
    request: Vec<u8>,
    status: u16,
    /// Of a refusal any body is right.
    body: Option<String>,
}

impl Exchange {
    /// One for each token. The bare service gets the same requests.
    pub(crate) fn accepted(material: &Material, variant: Variant) -> Vec<Self> {
        let exchange = |token: &Token| {
            let body = if variant == Variant::Bare { NOBODY } else { &token.subject };
            Self { request: request(Some(&token.text)), status: 200, body: Some(body.to_owned()) }
        };
        material.tokens.iter().map(exchange).collect()
    }

    /// What a protected service must refuse: no token, and such whose signature is altered.
    pub(crate) fn refused(material: &Material, variant: Variant) -> Vec<Self> {
        let (status, body) =
            if variant == Variant::Bare { (200, Some(NOBODY.to_owned())) } else { (401, None) };
        let altered = material.tokens.iter().take(16).map(|token| Some(token.altered()));
        [None]
            .into_iter()
            .chain(altered)
            .map(|token| Self { request: request(token.as_deref()), status, body: body.clone() })
            .collect()
    }
}

fn request(token: Option<&str>) -> Vec<u8> {
    let credentials = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    format!("GET /me HTTP/1.1\r\nhost: api.example.com\r\naccept: */*\r\n{credentials}\r\n").into_bytes()
}

/// What one round has shown of one service.
pub(crate) struct Sample {
    answers: u32,
    wall: Duration,
    /// How long the service's worker was on a processor.
    ran: Option<Duration>,
    /// How long the worker and the load waited for one, together.
    waited: Duration,
}

impl Sample {
    pub(crate) fn requests_per_second(&self) -> f64 {
        f64::from(self.answers) / self.wall.as_secs_f64()
    }

    /// Of the service's worker, for one request, in microseconds. Where the system does not tell: the time that passed, which is the
    /// same while the service is what the load waits for.
    pub(crate) fn processor_micros(&self) -> f64 {
        self.ran.unwrap_or(self.wall).as_secs_f64() * 1e6 / f64::from(self.answers)
    }

    /// The part of the time that other programs took.
    pub(crate) fn disturbance(&self) -> f64 {
        self.waited.as_secs_f64() / self.wall.as_secs_f64()
    }
}

/// Each exchange once, one after the other.
pub(crate) fn check(server: &Server, exchanges: &[Exchange]) {
    let mut connection = Connection::open(server);
    for exchange in exchanges {
        connection.send(exchange);
        connection.receive(exchange);
    }
}

/// As many exchanges as fit into `length`, over [`CONNECTIONS`].
pub(crate) fn round(server: &Server, exchanges: &[Exchange], length: Duration) -> Sample {
    let mut exchanges = exchanges.iter().cycle();
    let mut next = || exchanges.next().unwrap();
    let mut outstanding: Vec<_> = (0..CONNECTIONS).map(|_| (Connection::open(server), next())).collect();
    // Accepting a connection is not what is measured.
    for (connection, exchange) in &mut outstanding {
        connection.send(exchange);
        connection.receive(exchange);
    }

    let mut answers = 0;
    let (worker, load) = (&server.worker, &Thread::current());
    let (worker_before, load_before) = (worker.times(), load.times());
    let began = Instant::now();
    for (connection, exchange) in &mut outstanding {
        connection.send(exchange);
    }
    while began.elapsed() < length {
        // Until this one's turn comes again its answer has the time of all others to be made.
        for (connection, exchange) in &mut outstanding {
            connection.receive(exchange);
            answers += 1;
            *exchange = next();
            connection.send(exchange);
        }
    }
    for (connection, exchange) in &mut outstanding {
        connection.receive(exchange);
        answers += 1;
    }
    let wall = began.elapsed();
    let (worker, load) = (worker.times_since(worker_before), load.times_since(load_before));
    let waited = [&worker, &load].into_iter().flatten().map(|times| times.waited).sum();
    Sample { answers, wall, ran: worker.map(|times| times.ran), waited }
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    fn open(server: &Server) -> Self {
        let stream = TcpStream::connect(server.address).unwrap();
        stream.set_nodelay(true).unwrap();
        // Who sleeps has to be woken, and it would be the service that pays for it.
        stream.set_nonblocking(true).unwrap();
        Self { stream, buffer: vec![0; 4096] }
    }

    fn send(&mut self, exchange: &Exchange) {
        self.stream.write_all(&exchange.request).unwrap();
    }

    fn receive(&mut self, exchange: &Exchange) {
        let mut filled = 0;
        let head_ends = loop {
            filled += self.read_more(filled);
            if let Some(found) = self.buffer[..filled].windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break found + 4;
            }
        };
        let head = str::from_utf8(&self.buffer[..head_ends]).unwrap();
        let status = head.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3));
        assert_eq!(status.and_then(|status| status.parse().ok()), Some(exchange.status), "{head}");

        let ends = head_ends + content_length(head);
        while filled < ends {
            filled += self.read_more(filled);
        }
        assert_eq!(filled, ends, "more than one answer");
        if let Some(body) = &exchange.body {
            assert_eq!(str::from_utf8(&self.buffer[head_ends..ends]), Ok(&**body));
        }
    }

    fn read_more(&mut self, filled: usize) -> usize {
        // A service that has failed shall not hold up the run.
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(10) {
            match self.stream.read(&mut self.buffer[filled..]) {
                Ok(0) => panic!("the service has closed the connection, or the answer is too large"),
                Ok(read) => return read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => thread::yield_now(),
                Err(error) => panic!("{error}"),
            }
        }
        panic!("no answer")
    }
}

fn content_length(head: &str) -> usize {
    let field = |line: &str| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    };
    head.lines().find_map(field).expect("the answer says how long it is")
}

/// How many requests are outstanding. Enough that the service never waits for the load.
const CONNECTIONS: usize = 16;
