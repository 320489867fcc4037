//! A client of HTTP/1.1 that sends what it is told, byte for byte, and shows what came back.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// An answer, as it came over the socket.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The header fields in order, names in lower case.
    pub fields: Vec<(String, String)>,
    /// The body, without the framing of chunks.
    pub body: Vec<u8>,
}

impl Answer {
    /// The values of a header field, by its name in lower case.
    pub fn values(&self, name: &str) -> Vec<&str> {
        let found = self.fields.iter().filter(|(found, _)| *found == name);
        found.map(|(_, value)| value.as_str()).collect()
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// `None` if it is no answer of HTTP/1.1 that ends with the connection.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let (head, rest) = bytes.split_at_checked(end)?;
        let body = rest.strip_prefix(b"\r\n\r\n")?;
        // What is beyond ASCII would show as a difference.
        let head = String::from_utf8_lossy(head);
        let mut lines = head.split("\r\n");
        let status = lines.next()?.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
        let fields: Option<Vec<_>> = lines
            .map(|line| line.split_once(':'))
            .map(|field| field.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())))
            .collect();
        let answer = Self { status, fields: fields?, body: body.to_vec() };
        match answer.values("transfer-encoding").as_slice() {
            [] => Some(answer),
            ["chunked"] => Some(Self { body: unchunked(&answer.body)?, ..answer }),
            _ => None,
        }
    }
}

/// Sends a request on a connection of its own, and reads until the server closes it.
pub(super) fn exchange(address: SocketAddr, request: &[u8]) -> io::Result<Answer> {
    let mut stream = TcpStream::connect(address)?;
    // No test waits for it: it ends one that would wait for ever.
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    stream.write_all(request)?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    Answer::parse(&bytes).ok_or_else(|| {
        io::Error::other(format!("no answer of HTTP/1.1: {:?}", String::from_utf8_lossy(&bytes)))
    })
}

/// RFC 9112 §7.1, without extensions and trailers, which no case brings about. The answer to HEAD has no chunks.
fn unchunked(mut chunks: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while !chunks.is_empty() {
        let end = chunks.windows(2).position(|window| window == b"\r\n")?;
        let (size, rest) = chunks.split_at_checked(end)?;
        let size = usize::from_str_radix(str::from_utf8(size).ok()?, 16).ok()?;
        let (chunk, rest) = rest.strip_prefix(b"\r\n")?.split_at_checked(size)?;
        body.extend_from_slice(chunk);
        chunks = rest.strip_prefix(b"\r\n")?;
    }
    Some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_status_fields_and_a_body_without_its_framing() {
        for (bytes, body) in [
            (&b"HTTP/1.1 401 Unauthorized\r\nX-A: 1\r\nx-a:  2 \r\n\r\nabc"[..], "abc"),
            (
                b"HTTP/1.1 401 \r\nX-A: 1\r\nx-a: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
                "abc",
            ),
            (b"HTTP/1.1 401 \r\nX-A: 1\r\nx-a: 2\r\ntransfer-encoding: chunked\r\n\r\n", ""),
        ] {
            let answer = Answer::parse(bytes).unwrap();
            assert_eq!((answer.status, answer.text().as_str()), (401, body));
            assert_eq!(answer.values("x-a"), ["1", "2"]);
        }
    }

    #[test]
    fn what_is_no_answer_is_told_from_an_empty_one() {
        for bytes in [
            &b""[..],
            b"SSH-2.0-test\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nno field\r\n\r\n",
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab",
        ] {
            assert_eq!(Answer::parse(bytes), None, "{:?}", String::from_utf8_lossy(bytes));
        }
    }
}
