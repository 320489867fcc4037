//! The least that HTTP/1.1 needs: what goes over the wire is what the tests see.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;

/// A request; sent to a service.
#[derive(Clone, Debug)]
pub struct Request {
    method: &'static str,
    target: String,
    fields: Vec<(&'static str, String)>,
    body: String,
}

impl Request {
    pub fn get(target: impl Into<String>) -> Self {
        Self { method: "GET", target: target.into(), fields: Vec::new(), body: String::new() }
    }

    pub fn post(target: impl Into<String>, body: impl Into<String>) -> Self {
        Self { method: "POST", body: body.into(), ..Self::get(target) }
            .field("content-type", "application/json")
    }

    pub fn options(target: impl Into<String>) -> Self {
        Self { method: "OPTIONS", ..Self::get(target) }
    }

    pub fn token(self, token: &str) -> Self {
        self.field("authorization", format!("Bearer {token}"))
    }

    /// One of each name: the last one counts.
    pub fn field(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fields.retain(|(other, _)| *other != name);
        self.fields.push((name, value.into()));
        self
    }

    /// Sends it to `host:port`.
    pub fn send(&self, authority: &str) -> Response {
        let Self { method, target, fields, body } = self;
        let mut text = format!("{method} {target} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n");
        for (name, value) in fields {
            text += &format!("{name}: {value}\r\n");
        }
        text += &format!("content-length: {}\r\n\r\n{body}", body.len());

        let mut stream = TcpStream::connect(authority).unwrap();
        // So that a service that hangs is a failure.
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        // A service that refuses a body may close before it has read it; what it says is read all the same.
        let _ = stream.write_all(text.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        Response::parse(&String::from_utf8(answer).unwrap())
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Response {
    pub status: u16,
    pub body: String,
    fields: Vec<(String, String)>,
}

impl Response {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap().parse().unwrap();
        let fields = lines.map(|line| line.split_once(": ").unwrap());
        let fields = fields.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        Self { status, body: body.to_owned(), fields }
    }

    /// The value of the field, if it is there once.
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut values =
            self.fields.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str());
        let first = values.next();
        assert_eq!(values.next(), None, "{name} twice in {self:?}");
        first
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}
