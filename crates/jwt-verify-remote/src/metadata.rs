//! Discovery: an issuer's metadata say where its keys are.

use core::fmt;

use jwt_verify_core::UnixTime;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::Value;
use url::{Origin, Url};

use crate::{AddressError, Fetch, FetchRequest, MetadataError, RemoteError, address::AddressRules};

/// Finds the address of one issuer's keys.
#[derive(Clone, Debug)]
pub(crate) struct Discovery {
    /// The name, as it is in `iss`.
    issuer: String,
    /// The same as an address.
    url: Url,
    rules: AddressRules,
    jwks_origins: Vec<Origin>,
}

impl Discovery {
    /// Discovery for an issuer whose name is its address, with the origins beside its own where its keys may be.
    pub(crate) fn new(
        issuer: &str,
        rules: AddressRules,
        jwks_origins: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Self, AddressError> {
        let url = rules.check(issuer)?;
        // RFC 8414 §2: "a URL that uses the "https" scheme and has no query or fragment components".
        if url.query().is_some() {
            return Err(AddressError::Query);
        }
        let jwks_origins = jwks_origins
            .into_iter()
            .map(|origin| rules.check_origin(origin.as_ref()))
            .collect::<Result<_, _>>()?;
        Ok(Self { issuer: issuer.to_owned(), url, rules, jwks_origins })
    }

    /// Fetches the metadata and reads the address of the keys from them.
    ///
    /// `now` is for a `Retry-After` that is a date.
    pub(crate) async fn jwks_uri(
        &self,
        fetch: &dyn Fetch,
        now: Option<UnixTime>,
    ) -> Result<Url, RemoteError> {
        for place in self.places() {
            let response = fetch.fetch(FetchRequest::new(place.as_str(), None, MAX_METADATA_LEN)).await?;
            match response.status() {
                200 if response.body().len() > MAX_METADATA_LEN => {
                    return Err(RemoteError::TooLarge { limit: MAX_METADATA_LEN });
                }
                200 => return self.read(response.body()),
                // "Not here" is what sends us on. Any other refusal comes from an issuer that is in trouble or wants something
                // else, and asking it twice more would hide what it said.
                404 | 410 => {}
                _ => return Err(response.refusal(now)),
            }
        }
        Err(RemoteError::Metadata(MetadataError::NotFound))
    }

    /// Where the metadata may be, the likeliest place first.
    fn places(&self) -> impl Iterator<Item = Url> {
        // OpenID Connect Discovery 1.0 §4.1 and RFC 8414 §3.1: "any terminating "/" MUST be removed" first.
        let path = self.url.path();
        let path = path.strip_suffix('/').unwrap_or(path);
        [
            // OpenID Connect Discovery 1.0 §4: "concatenating the string /.well-known/openid-configuration to the Issuer".
            Some(format!("{path}{OPENID_CONFIGURATION}")),
            // RFC 8414 §3: "inserting a well-known URI string into the authorization server's issuer identifier between the
            // host component and the path component, if any".
            Some(format!("{OAUTH_SERVER}{path}")),
            // RFC 8414 §5: the same for the suffix of OpenID Connect. Without a path that is the first place.
            (!path.is_empty()).then(|| format!("{OPENID_CONFIGURATION}{path}")),
        ]
        .into_iter()
        .flatten()
        .map(|path| {
            let mut place = self.url.clone();
            place.set_path(&path);
            place
        })
    }

    fn read(&self, document: &[u8]) -> Result<Url, RemoteError> {
        let Members { issuer, jwks_uri } =
            serde_json::from_slice(document).map_err(|_| MetadataError::NotJson)?;
        let issuer = issuer.text("issuer")?;
        // RFC 8414 §3.3: "The "issuer" value returned MUST be identical to the authorization server's issuer identifier value into
        // which the well-known URI string was inserted [...]. If these values are not identical, the data contained in the response
        // MUST NOT be used." (OpenID Connect Discovery 1.0 §4.3 says the same.) Byte for byte: a slash more is another name.
        if issuer != self.issuer {
            return Err(MetadataError::OtherIssuer { found: shown(&issuer) }.into());
        }
        let jwks_uri = jwks_uri.text("jwks_uri")?;
        let checked = self.rules.check_jwks_uri(&jwks_uri, &self.url, &self.jwks_origins);
        checked.map_err(|error| MetadataError::JwksUri(error).into())
    }
}

/// The members of a metadata document that are read. Others are skipped, whatever they are.
#[derive(Default)]
struct Members {
    issuer: Member,
    jwks_uri: Member,
}

#[derive(Default)]
enum Member {
    #[default]
    Absent,
    Text(String),
    NoText,
    Twice,
}

impl Member {
    fn put(&mut self, value: Value) {
        *self = match (&self, value) {
            (Self::Absent, Value::String(text)) => Self::Text(text),
            (Self::Absent, _) => Self::NoText,
            _ => Self::Twice,
        };
    }

    fn text(self, name: &'static str) -> Result<String, MetadataError> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Absent | Self::NoText => Err(MetadataError::Member { name }),
            Self::Twice => Err(MetadataError::DuplicateMember { name }),
        }
    }
}

/// By hand: a derived implementation would read an array as well.
impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfAnObject;

        impl<'de> Visitor<'de> for OfAnObject {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Members::default();
                while let Some(name) = map.next_key::<String>()? {
                    match name.as_str() {
                        "issuer" => members.issuer.put(map.next_value()?),
                        "jwks_uri" => members.jwks_uri.put(map.next_value()?),
                        _ => {
                            map.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(OfAnObject)
    }
}

impl From<MetadataError> for RemoteError {
    fn from(error: MetadataError) -> Self {
        Self::Metadata(error)
    }
}

/// A foreign issuer's name for display: cut, and nothing in it that a terminal would obey.
fn shown(issuer: &str) -> String {
    let mut shown: String = issuer.chars().take(MAX_SHOWN).flat_map(char::escape_debug).collect();
    if issuer.chars().nth(MAX_SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

const OPENID_CONFIGURATION: &str = "/.well-known/openid-configuration";
const OAUTH_SERVER: &str = "/.well-known/oauth-authorization-server";

/// Longest metadata document, in bytes: 128 KiB. Real ones have 1 to 10 KiB.
const MAX_METADATA_LEN: usize = 128 * 1024;

/// As much of a foreign issuer's name as an error repeats, in characters.
const MAX_SHOWN: usize = 100;

#[cfg(test)]
mod tests {
    use core::time::Duration;
    use std::sync::Mutex;

    use async_trait::async_trait;

    use super::*;
    use crate::FetchResponse;

    /// Has documents at some addresses, and remembers which were asked for.
    #[derive(Debug, Default)]
    struct Site {
        documents: Vec<(&'static str, FetchResponse)>,
        asked: Mutex<Vec<String>>,
    }

    #[async_trait]
    impl Fetch for Site {
        async fn fetch(&self, request: FetchRequest<'_>) -> Result<FetchResponse, RemoteError> {
            assert_eq!((request.etag(), request.max_len()), (None, MAX_METADATA_LEN));
            self.asked.lock().unwrap().push(request.url().to_owned());
            let found = self.documents.iter().find(|(url, _)| *url == request.url());
            Ok(found.map_or_else(|| FetchResponse::new(404, ""), |(_, response)| response.clone()))
        }
    }

    fn discover(issuer: &str, site: &Site) -> Result<String, RemoteError> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let rules = AddressRules::new(["frontend:3000"]).unwrap();
        let discovery =
            Discovery::new(issuer, rules, ["https://keys.example"]).map_err(RemoteError::Address)?;
        let now = Some(UnixTime::from_secs(946_684_739));
        runtime.block_on(discovery.jwks_uri(site, now)).map(String::from)
    }

    /// What discovery makes of a document at the first place of `https://issuer.example`.
    fn read(document: &str) -> Result<String, RemoteError> {
        let place = "https://issuer.example/.well-known/openid-configuration";
        let site = Site { documents: vec![(place, FetchResponse::new(200, document))], ..Site::default() };
        discover("https://issuer.example", &site)
    }

    #[test]
    fn the_places_are_those_of_openid_connect_and_of_rfc_8414() {
        let rows: [(&str, &[&str]); 5] = [
            (
                "https://issuer.example",
                &[
                    "https://issuer.example/.well-known/openid-configuration",
                    "https://issuer.example/.well-known/oauth-authorization-server",
                ],
            ),
            (
                "https://issuer.example/",
                &[
                    "https://issuer.example/.well-known/openid-configuration",
                    "https://issuer.example/.well-known/oauth-authorization-server",
                ],
            ),
            // RFC 8414 §3.1 and §5.
            (
                "https://example.com/issuer1",
                &[
                    "https://example.com/issuer1/.well-known/openid-configuration",
                    "https://example.com/.well-known/oauth-authorization-server/issuer1",
                    "https://example.com/.well-known/openid-configuration/issuer1",
                ],
            ),
            (
                "https://example.com:8443/a/b/",
                &[
                    "https://example.com:8443/a/b/.well-known/openid-configuration",
                    "https://example.com:8443/.well-known/oauth-authorization-server/a/b",
                    "https://example.com:8443/.well-known/openid-configuration/a/b",
                ],
            ),
            (
                "http://frontend:3000/api/auth",
                &[
                    "http://frontend:3000/api/auth/.well-known/openid-configuration",
                    "http://frontend:3000/.well-known/oauth-authorization-server/api/auth",
                    "http://frontend:3000/.well-known/openid-configuration/api/auth",
                ],
            ),
        ];
        for (issuer, places) in rows {
            let site = Site::default();
            assert_eq!(discover(issuer, &site), Err(MetadataError::NotFound.into()));
            assert_eq!(site.asked.into_inner().unwrap(), places, "{issuer}");
        }
    }

    #[test]
    fn only_not_found_and_gone_lead_to_the_next_place() {
        let second = FetchResponse::new(
            200,
            r#"{"issuer": "https://issuer.example", "jwks_uri": "https://issuer.example/jwks"}"#,
        );
        let status = |status, retry_after| Err(RemoteError::Status { status, retry_after });
        let minute = Some(Duration::from_secs(60));
        let date = "Fri, 31 Dec 1999 23:59:59 GMT";
        let rows = [
            (FetchResponse::new(404, ""), Ok("https://issuer.example/jwks".to_owned())),
            (FetchResponse::new(410, ""), Ok("https://issuer.example/jwks".to_owned())),
            (FetchResponse::new(401, ""), status(401, None)),
            (FetchResponse::new(500, ""), status(500, None)),
            (FetchResponse::new(503, "").header("retry-after", "60"), status(503, minute)),
            (FetchResponse::new(429, "").header("retry-after", date), status(429, minute)),
            (FetchResponse::new(304, ""), status(304, None)),
            (FetchResponse::new(204, ""), status(204, None)),
            (FetchResponse::new(302, ""), Err(RemoteError::Redirect { status: 302 })),
            (FetchResponse::new(200, "<html>"), Err(MetadataError::NotJson.into())),
        ];
        for (first, expected) in rows {
            let context = format!("{first:?}");
            let site = Site {
                documents: vec![
                    ("https://issuer.example/.well-known/openid-configuration", first),
                    ("https://issuer.example/.well-known/oauth-authorization-server", second.clone()),
                ],
                ..Site::default()
            };
            assert_eq!(discover("https://issuer.example", &site), expected, "{context}");
        }
    }

    #[test]
    fn the_document_must_be_this_issuers_and_lead_to_an_allowed_place() {
        let member = |name| Err(MetadataError::Member { name }.into());
        let twice = |name| Err(MetadataError::DuplicateMember { name }.into());
        let other = |found: &str| Err(MetadataError::OtherIssuer { found: found.into() }.into());
        let not_json = || Err(MetadataError::NotJson.into());
        let jwks_uri = |error| Err(MetadataError::JwksUri(error).into());
        let rows: Vec<(&str, Result<&str, RemoteError>)> = vec![
            (
                r#"{"issuer":"https://issuer.example","jwks_uri":"https://issuer.example/k","x":[{"a":null}],"x":1e999}"#,
                Ok("https://issuer.example/k"),
            ),
            (
                r#"{"jwks_uri":"https://keys.example/k","issuer":"https:\/\/issuer.example"}"#,
                Ok("https://keys.example/k"),
            ),
            // Another issuer's, by however little.
            (
                r#"{"issuer":"https://issuer.example/","jwks_uri":"https://issuer.example/k"}"#,
                other("https://issuer.example/"),
            ),
            (r#"{"issuer":"https://ISSUER.example"}"#, other("https://ISSUER.example")),
            (r#"{"issuer":"https://issuer.example "}"#, other("https://issuer.example ")),
            (r#"{"issuer":"\u001b[31m"}"#, other("\\u{1b}[31m")),
            // Another place.
            (
                r#"{"issuer":"https://issuer.example","jwks_uri":"https://evil.example/k"}"#,
                jwks_uri(AddressError::Origin { origin: "https://evil.example".into() }),
            ),
            (
                r#"{"issuer":"https://issuer.example","jwks_uri":"file:///etc/passwd"}"#,
                jwks_uri(AddressError::Scheme),
            ),
            (r#"{"issuer":"https://issuer.example","jwks_uri":"/k"}"#, jwks_uri(AddressError::NotAUrl)),
            // Members that are missing, of another type, or there twice.
            ("{}", member("issuer")),
            (r#"{"Issuer":"https://issuer.example"}"#, member("issuer")),
            (r#"{"issuer":["https://issuer.example"]}"#, member("issuer")),
            (r#"{"issuer":"https://issuer.example"}"#, member("jwks_uri")),
            (r#"{"issuer":"https://issuer.example","jwks_uri":null}"#, member("jwks_uri")),
            (r#"{"issuer":"https://issuer.example","issuer":"https://issuer.example"}"#, twice("issuer")),
            (r#"{"issuer":1,"\u0069ssuer":"https://issuer.example"}"#, twice("issuer")),
            (r#"{"issuer":"https://issuer.example","jwks_uri":"a","jwks_uri":"b"}"#, twice("jwks_uri")),
            // No JSON object.
            ("", not_json()),
            ("null", not_json()),
            (r#""https://issuer.example""#, not_json()),
            (r#"["https://issuer.example","https://issuer.example/k"]"#, not_json()),
            (r#"{"issuer":"https://issuer.example""#, not_json()),
            (r#"{"issuer":"https://issuer.example","jwks_uri":"https://issuer.example/k"} {}"#, not_json()),
            ("\u{feff}{}", not_json()),
        ];
        for (document, expected) in rows {
            assert_eq!(read(document), expected.map(str::to_owned), "{document}");
        }
    }

    #[test]
    fn a_document_of_any_depth_is_read_and_one_beyond_the_limit_refused() {
        let members = r#""issuer":"https://issuer.example","jwks_uri":"https://issuer.example/k""#;
        let nest = |depth| format!("{{\"x\":{}{},{members}}}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(read(&nest(60_000)), Ok("https://issuer.example/k".to_owned()));

        let fill = |len: usize| format!("{{{members}}}{}", " ".repeat(len - members.len() - 2));
        assert_eq!(read(&fill(MAX_METADATA_LEN)), Ok("https://issuer.example/k".to_owned()));
        let refused = Err(RemoteError::TooLarge { limit: MAX_METADATA_LEN });
        assert_eq!(read(&fill(MAX_METADATA_LEN + 1)), refused);
    }

    #[test]
    fn an_issuer_that_is_no_address_has_no_metadata() {
        for (issuer, error) in [
            ("P2abcdef", AddressError::NotAUrl),
            ("stytch.com/project", AddressError::NotAUrl),
            ("https://issuer.example/?p=1", AddressError::Query),
            ("https://issuer.example/#a", AddressError::UserInfo),
            ("http://issuer.example", AddressError::PlainHttp { host: "issuer.example".into() }),
        ] {
            let site = Site::default();
            assert_eq!(discover(issuer, &site), Err(RemoteError::Address(error)), "{issuer}");
            assert!(site.asked.into_inner().unwrap().is_empty());
        }
    }

    #[test]
    fn a_long_foreign_name_is_cut() {
        assert_eq!(shown(&"a".repeat(MAX_SHOWN)), "a".repeat(MAX_SHOWN));
        assert_eq!(shown(&"a".repeat(MAX_SHOWN + 1)), "a".repeat(MAX_SHOWN) + "…");
    }
}
