use core::net::SocketAddr;
use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use jwt_verify_core::OtherError;
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

use super::*;

const AUTHORITY: &str = include_str!("test_tls/authority.pem");

/// A server on loopback that answers each connection alike, and remembers what was asked.
struct Server {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Answers with these bytes, and ends the connection.
    fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::start(move |mut stream, heads| converse(&mut stream, heads, &answer))
    }

    /// Answers with a head, and a body that does not end.
    fn endless(head: &'static str, piece: &'static [u8]) -> Self {
        Self::start(move |mut stream, heads| {
            converse(&mut stream, heads, head.as_bytes())?;
            loop {
                stream.write_all(piece)?;
            }
        })
    }

    /// Speaks TLS, as `localhost`.
    fn with_tls(answer: &'static str) -> Self {
        let chain = vec![CertificateDer::from_pem_slice(include_bytes!("test_tls/localhost.pem")).unwrap()];
        let key = PrivateKeyDer::from_pem_slice(include_bytes!("test_tls/localhost.key")).unwrap();
        let config = ServerConfig::builder_with_provider(aws_lc_rs::default_provider().into())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        let config = Arc::new(config);
        Self::start(move |stream, heads| {
            let connection = ServerConnection::new(Arc::clone(&config)).map_err(io::Error::other)?;
            let mut stream = StreamOwned::new(connection, stream);
            converse(&mut stream, heads, answer.as_bytes())?;
            stream.conn.send_close_notify();
            stream.flush()
        })
    }

    fn start(serve: impl Fn(TcpStream, &Mutex<Vec<String>>) -> io::Result<()> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::default();
        let server = Self { address, heads: Arc::clone(&heads) };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let connection = stream.try_clone();
                // A client that hangs up is what some of these tests are about.
                let _ = serve(stream, &heads);
                let _ = connection.and_then(|connection| connection.shutdown(Shutdown::Write));
            }
        });
        server
    }

    fn url(&self) -> String {
        format!("http://{}/jwks", self.address)
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

/// Reads the head of a request, and answers.
fn converse(stream: &mut (impl Read + Write), heads: &Mutex<Vec<String>>, answer: &[u8]) -> io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.extend(byte);
    }
    heads.lock().unwrap().push(String::from_utf8(head).unwrap());
    stream.write_all(answer)?;
    stream.flush()
}

fn fetch(
    client: &HttpClient,
    url: &str,
    etag: Option<&str>,
    max_len: usize,
) -> Result<FetchResponse, RemoteError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(client.fetch(FetchRequest::new(url, etag, max_len)))
}

/// What comes of an answer to a client with the defaults, of which 1,000 bytes may be read.
fn answered(answer: impl Into<Vec<u8>>) -> Result<FetchResponse, RemoteError> {
    fetch(&HttpClient::new().unwrap(), &Server::answering(answer).url(), None, 1_000)
}

fn with_length(len: usize, body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {len}\r\n\r\n{body}")
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn compressed(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// The text of the cause of an [`RemoteError::Unreachable`].
fn cause(result: Result<FetchResponse, RemoteError>) -> String {
    match result {
        Err(RemoteError::Unreachable(cause)) => cause.to_string(),
        other => panic!("{other:?}"),
    }
}

const TOO_LARGE: RemoteError = RemoteError::TooLarge { limit: 1_000 };

#[test]
fn the_request_says_what_is_wanted_and_nothing_else() {
    let server = Server::answering(with_length(2, "{}"));
    let client = HttpClient::builder().header("X-Api-Key", "secret").header("x-tenant", "a").build().unwrap();
    let response = fetch(&client, &(server.url() + "?p=1"), Some("W/\"1\""), 1_000).unwrap();
    assert_eq!((response.status(), response.body()), (200, &b"{}"[..]));

    let heads = server.heads();
    let [head] = heads.as_slice() else { panic!("{heads:?}") };
    let mut lines: Vec<_> = head.trim_ascii_end().lines().collect();
    lines.sort_unstable();
    let expected = [
        "GET /jwks?p=1 HTTP/1.1".to_owned(),
        "accept-encoding: gzip".to_owned(),
        "accept: application/jwk-set+json, application/json;q=0.9, */*;q=0.1".to_owned(),
        format!("host: {}", server.address),
        "if-none-match: W/\"1\"".to_owned(),
        concat!("user-agent: jwt-verify/", env!("CARGO_PKG_VERSION")).to_owned(),
        "x-api-key: secret".to_owned(),
        "x-tenant: a".to_owned(),
    ];
    assert_eq!(lines, expected);
}

#[test]
fn the_fields_that_matter_are_passed_on() {
    let head = "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nCache-Control: public\r\ncache-control: max-age=60\r\nAge: 5\r\n\
                Retry-After: 7\r\nset-cookie: a=b\r\n\r\n";
    let response = answered(head).unwrap();
    assert_eq!(response.status(), 304);
    assert_eq!(response.etag.as_deref(), Some("\"1\""));
    assert_eq!(response.cache_control.as_deref(), Some("public, max-age=60"));
    assert_eq!(response.age.as_deref(), Some("5"));
    assert_eq!(response.retry_after.as_deref(), Some("7"));
}

#[test]
fn a_field_that_is_very_long_or_no_text_is_left_out() {
    for etag in ["a".repeat(MAX_FIELD_LEN + 1), "\u{fc}".into()] {
        let head = format!("HTTP/1.1 200 OK\r\netag: {etag}\r\ncontent-length: 0\r\n\r\n");
        assert_eq!(answered(head).unwrap().etag, None, "{etag}");
    }
    let longest = "a".repeat(MAX_FIELD_LEN);
    let head = format!("HTTP/1.1 200 OK\r\netag: {longest}\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(answered(head).unwrap().etag, Some(longest));
}

#[test]
fn a_body_of_the_longest_length_is_read_and_a_longer_one_refused() {
    let body = "a".repeat(1_001);
    assert_eq!(answered(with_length(1_000, &body[..1_000])).unwrap().body(), &body.as_bytes()[..1_000]);
    // By what it announces: nothing of it is sent.
    assert_eq!(answered(with_length(1_001, "")).err(), Some(TOO_LARGE));
    assert_eq!(answered(with_length(1 << 60, "")).err(), Some(TOO_LARGE));
    // By what comes.
    let ends_with_the_connection = |len| format!("HTTP/1.1 200 OK\r\n\r\n{}", &body[..len]);
    assert_eq!(answered(ends_with_the_connection(1_000)).unwrap().body(), &body.as_bytes()[..1_000]);
    assert_eq!(answered(ends_with_the_connection(1_001)).err(), Some(TOO_LARGE));
    let chunked = |len| {
        format!(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{len:x}\r\n{}\r\n0\r\n\r\n",
            &body[..len]
        )
    };
    assert_eq!(answered(chunked(1_000)).unwrap().body(), &body.as_bytes()[..1_000]);
    assert_eq!(answered(chunked(1_001)).err(), Some(TOO_LARGE));
}

#[test]
fn the_limit_counts_what_comes_out_of_compression() {
    let body = vec![b'a'; 100_000_000];
    assert_eq!(answered(compressed(&gzip(&body[..1_000]))).unwrap().body(), &body[..1_000]);
    assert_eq!(answered(compressed(&gzip(&body[..1_001]))).err(), Some(TOO_LARGE));
    // 100 MB in 97 KB.
    assert_eq!(answered(compressed(&gzip(&body))).err(), Some(TOO_LARGE));
}

#[test]
fn a_body_without_end_is_read_no_further_than_the_limit() {
    let client = HttpClient::new().unwrap();
    let endless = Server::endless("HTTP/1.1 200 OK\r\n\r\n", &[b'a'; 512]);
    assert_eq!(fetch(&client, &endless.url(), None, 1_000).err(), Some(TOO_LARGE));
    let chunks = Server::endless("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", b"1\r\na\r\n");
    assert_eq!(fetch(&client, &chunks.url(), None, 1_000).err(), Some(TOO_LARGE));
    // Of an answer that is not wanted no body is read at all.
    let failing = Server::endless("HTTP/1.1 500 No\r\n\r\n", &[b'a'; 512]);
    let response = fetch(&client, &failing.url(), None, 1_000).unwrap();
    assert_eq!((response.status(), response.body()), (500, &b""[..]));
}

#[test]
fn a_compressed_body_of_nothing_at_all_leaves_the_caller_in_charge() {
    // The head of a gzip file, then stored blocks of no bytes (RFC 1951 §3.2.4) for ever.
    let head = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n";
    let server = Server::start(move |mut stream, heads| {
        converse(&mut stream, heads, head.as_bytes())?;
        stream.write_all(b"\x1f\x8b\x08\0\0\0\0\0\0\xff")?;
        let blocks = b"\0\0\0\xff\xff".repeat(1_000);
        loop {
            stream.write_all(&blocks)?;
        }
    });
    let client = HttpClient::new().unwrap();
    let url = server.url();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let fetched = runtime.block_on(async {
        let fetching = client.fetch(FetchRequest::new(&url, None, 1_000));
        tokio::time::timeout(Duration::from_millis(50), fetching).await
    });
    // It ends at all because the fetch gives way between pieces.
    assert!(fetched.is_err(), "{fetched:?}");
}

#[test]
fn an_answer_that_breaks_off_is_refused() {
    let rows = [
        with_length(100, "{\"keys\":[]}").into_bytes(),
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"key\r\n".to_vec(),
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nno length\r\n".to_vec(),
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n".to_vec(),
        b"".to_vec(),
        b"SSH-2.0-OpenSSH_9.9\r\n".to_vec(),
        compressed(&gzip(b"{}")[..15]),
        compressed(b"{\"keys\":[]}"),
    ];
    for answer in rows {
        let shown = String::from_utf8_lossy(&answer).into_owned();
        assert_eq!(answered(answer).err().map(|error| error.code()), Some("unreachable"), "{shown}");
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let target = Server::answering(with_length(2, "{}"));
    for status in [301, 302, 303, 307, 308] {
        let head =
            format!("HTTP/1.1 {status} There\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", target.url());
        assert_eq!(answered(head).unwrap().status(), status);
    }
    assert_eq!(target.heads(), [""; 0]);
}

#[test]
fn a_closed_port_is_told_as_such_and_without_the_address() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/jwks?key=secret");
    let cause = cause(fetch(&HttpClient::new().unwrap(), &url, None, 1_000));
    assert!(cause.starts_with("Connection refused"), "{cause}");
    assert!(!cause.contains("secret"), "{cause}");
}

#[test]
fn a_connection_that_is_not_made_in_time_is_given_up() {
    // Takes connections, and never says a word of TLS.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let after = Duration::from_millis(50);
    let client = HttpClient::builder()
        .no_proxy()
        .root_certificate_pem(AUTHORITY)
        .connect_timeout(after)
        .build()
        .unwrap();
    let url = format!("https://{}/jwks", silent.local_addr().unwrap());
    assert_eq!(fetch(&client, &url, None, 1_000).err(), Some(RemoteError::TimedOut { after }));
}

#[test]
fn a_proxy_is_asked_for_all_but_this_machine() {
    let proxy = Server::answering(with_length(5, "proxy"));
    let client = HttpClient::builder().proxy(format!("http://{}", proxy.address)).build().unwrap();
    let response = fetch(&client, "http://frontend:3000/jwks", None, 1_000).unwrap();
    assert_eq!(response.body(), b"proxy");
    let here = Server::answering(with_length(4, "here"));
    assert_eq!(fetch(&client, &here.url(), None, 1_000).unwrap().body(), b"here");
    let by_name = format!("http://keys.localhost:{}/jwks", here.address.port());
    assert_eq!(fetch(&client, &by_name, None, 1_000).unwrap().body(), b"here");

    let heads = proxy.heads();
    let [head] = heads.as_slice() else { panic!("{heads:?}") };
    assert!(head.starts_with("GET http://frontend:3000/jwks HTTP/1.1\r\n"), "{head}");
}

#[test]
fn only_public_addresses_are_connected_to_where_that_is_asked_for() {
    let server = Server::answering(with_length(2, "{}"));
    let port = server.address.port();
    let client = HttpClient::builder().public_addresses_only().build().unwrap();
    for host in [
        "127.0.0.1",
        "2130706433",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
        "10.0.0.1",
        "[fd00:ec2::254]",
        "localhost",
        "a.localhost",
    ] {
        for scheme in ["http", "https"] {
            let url = Url::parse(&format!("{scheme}://{host}:{port}/jwks")).unwrap();
            let host = url.host_str().unwrap().to_owned();
            let refused = Some(RemoteError::Address(AddressError::PrivateAddress { host }));
            assert_eq!(fetch(&client, url.as_str(), None, 1_000).err(), refused, "{url}");
        }
    }
    assert_eq!(server.heads(), [""; 0]);
}

#[test]
fn a_certificate_is_accepted_of_a_known_authority_and_for_the_right_host_alone() {
    let server = Server::with_tls("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
    let by_name = format!("https://localhost:{}/jwks", server.address.port());
    let by_address = format!("https://127.0.0.1:{}/jwks", server.address.port());

    let plain = HttpClient::builder().no_proxy();
    let added = HttpClient::builder().no_proxy().root_certificate_pem(AUTHORITY).build().unwrap();
    let alone = HttpClient::builder().no_proxy().root_certificate_pem(AUTHORITY).only_root_certificates();
    let alone = alone.build().unwrap();
    for client in [&added, &alone] {
        assert_eq!(fetch(client, &by_name, None, 1_000).unwrap().body(), b"{}");
        let cause = cause(fetch(client, &by_address, None, 1_000));
        assert!(cause.starts_with("invalid peer certificate: certificate not valid for name"), "{cause}");
    }
    let cause = cause(fetch(&plain.build().unwrap(), &by_name, None, 1_000));
    assert!(
        cause.starts_with("invalid peer certificate: UnknownIssuer (")
            || cause.starts_with("this system has no"),
        "{cause}"
    );
    assert_eq!(server.heads().len(), 2);
}

#[test]
fn a_port_for_plain_http_is_told_as_such() {
    let server = Server::start(|mut stream, _| {
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")?;
        // A connection that is closed with something unread takes back what was written.
        stream.shutdown(Shutdown::Write)?;
        io::copy(&mut stream, &mut io::sink()).map(drop)
    });
    let client = HttpClient::builder().no_proxy().root_certificate_pem(AUTHORITY).build().unwrap();
    let cause = cause(fetch(&client, &server.url().replace("http:", "https:"), None, 1_000));
    assert!(cause.ends_with("(is this port for plain `http`?)"), "{cause}");
}

#[test]
fn wrong_settings_are_told_when_the_client_is_built() {
    let other = || OtherError::new(io::Error::other(""));
    let broken = AUTHORITY.replace("MII", "AAA");
    let builder = HttpClient::builder;
    let header = |name: &str| HttpClientError::Header { name: name.into() };
    let rows = [
        (builder().root_certificate_pem(""), HttpClientError::NoRootCertificate),
        (builder().root_certificate_pem("no PEM"), HttpClientError::NoRootCertificate),
        (builder().only_root_certificates(), HttpClientError::NoRootCertificate),
        (builder().root_certificate_pem(broken.clone()), HttpClientError::RootCertificate(other())),
        (
            builder().root_certificate_pem(broken).only_root_certificates(),
            HttpClientError::RootCertificate(other()),
        ),
        (builder().proxy(""), HttpClientError::Proxy),
        (builder().proxy("proxy:3128"), HttpClientError::Proxy),
        (builder().proxy("socks5://user:secret@proxy:1080"), HttpClientError::Proxy),
        (
            builder().proxy("http://proxy:3128").public_addresses_only(),
            HttpClientError::ProxyBesidePublicAddressesOnly,
        ),
        (builder().header("", "a"), header("")),
        (builder().header("a b", "a"), header("a b")),
        (builder().header("x-key", "secret\r\nhost: evil"), header("x-key")),
        (
            builder().header("Accept-Encoding", "br"),
            HttpClientError::OurHeader { name: "accept-encoding".into() },
        ),
        (builder().user_agent("a\n"), HttpClientError::UserAgent),
    ];
    for (builder, expected) in rows {
        let error = builder.build().unwrap_err();
        match expected {
            // Never equal, as the cause is foreign.
            HttpClientError::RootCertificate(_) => {
                assert!(matches!(error, HttpClientError::RootCertificate(_)))
            }
            _ => assert_eq!(error, expected),
        }
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    }
}

#[test]
fn secrets_are_shown_nowhere() {
    let builder = HttpClient::builder()
        .header("x-api-key", "secret")
        .proxy("http://user:secret@proxy.example:3128")
        .root_certificate_pem(AUTHORITY);
    let shown = format!("{builder:?}");
    assert!(shown.contains("x-api-key") && !shown.contains("secret"), "{shown}");
    let shown = format!("{:?}", builder.build().unwrap());
    assert!(!shown.contains("secret"), "{shown}");
}
