//! A plain HTTP/1.1 client: one request over a connection of its own, as `curl` would send it.

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// Names in lower case, in the order they came.
    fields: Vec<(String, String)>,
    pub(super) body: String,
}

impl Answer {
    /// The value of the first field of this name, which is in lower case.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// RFC 9112 §4 and §5: a status line, fields, an empty line, and the body up to the end of the connection.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (head, body) = text.split_once("\r\n\r\n")?;
        let mut lines = head.split("\r\n");
        let status = lines.next()?.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
        let fields = lines
            .map(|line| {
                let (name, value) = line.split_once(':')?;
                Some((name.to_ascii_lowercase(), value.trim().to_owned()))
            })
            .collect::<Option<_>>()?;
        Some(Self { status, fields, body: body.to_owned() })
    }
}

/// Sends a GET and reads the answer to its end.
pub(super) fn get(address: SocketAddr, path: &str, token: Option<&str>) -> io::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let authorization = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n{authorization}connection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Answer::parse(&answer).ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidData, "the answer of the service is not HTTP/1.1")
    })
}

/// Longer than the service waits for keys, and far longer than anything else takes on one machine.
const PATIENCE: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_into_its_parts() {
        let text = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer realm=\"api\"\r\ncontent-length: 2\r\n\r\n{}";
        let answer = Answer::parse(text).unwrap();
        assert_eq!((answer.status, &*answer.body), (401, "{}"));
        assert_eq!(answer.field("www-authenticate"), Some("Bearer realm=\"api\""));
        assert_eq!(answer.field("retry-after"), None);
    }

    #[test]
    fn what_is_no_answer_is_none() {
        for text in [
            "",
            "HTTP/1.1 200 OK\r\n",
            "HTTP/1.1 2\r\n\r\n",
            "SSH-2.0-x\r\n\r\n",
            "HTTP/1.1 200 OK\r\nx\r\n\r\n",
        ] {
            assert!(Answer::parse(text).is_none(), "{text:?}");
        }
    }
}
