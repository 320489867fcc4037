//! A client that looks at what comes and believes nothing.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
};

use jwt_verify_core::JwkSet;
use serde_json::Value;

/// What came: the header section as text, and the body without its chunk sizes.
#[derive(Debug)]
pub(crate) struct Answer {
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut fields = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        fields.find_map(|(field, value)| field.eq_ignore_ascii_case(name).then_some(value))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn keys(&self) -> JwkSet {
        JwkSet::parse(&self.body).unwrap()
    }
}

/// Connects to the host of a URL.
pub(crate) fn connect(url: &str) -> io::Result<TcpStream> {
    TcpStream::connect(host_and_path(url).0)
}

/// Asks for a URL on a connection that ends with the answer.
pub(crate) fn ask(stream: &mut TcpStream, url: &str, headers: &str) {
    let (host, path) = host_and_path(url);
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}\r\n").unwrap();
}

/// The bytes of the answer, until the connection ends.
pub(crate) fn raw(url: &str) -> io::Result<Vec<u8>> {
    let mut stream = connect(url)?;
    ask(&mut stream, url, "");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub(crate) fn get(url: &str) -> Answer {
    get_with(url, "")
}

pub(crate) fn get_with(url: &str, headers: &str) -> Answer {
    let mut stream = connect(url).unwrap();
    ask(&mut stream, url, headers);
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    parse(&bytes)
}

pub(crate) fn parse(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let body = bytes[end + 4..].to_vec();
    let mut answer = Answer { head, body };
    if answer.header("transfer-encoding") == Some("chunked") {
        answer.body = unchunk(&answer.body);
    }
    answer
}

/// RFC 9112 §7.1, without trailers.
fn unchunk(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let line = rest.windows(2).position(|two| two == b"\r\n").unwrap();
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
        if size == 0 {
            return body;
        }
        rest = &rest[line + 2..];
        body.extend_from_slice(&rest[..size]);
        rest = &rest[size + 2..];
    }
}

fn host_and_path(url: &str) -> (&str, &str) {
    let rest = url.strip_prefix("http://").unwrap();
    rest.split_at(rest.find('/').unwrap_or(rest.len()))
}
