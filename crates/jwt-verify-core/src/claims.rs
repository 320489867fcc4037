//! The claims set: how it is read, and the checks of the registered claims (RFC 7519 §4.1).

use alloc::{
    borrow::{Cow, ToOwned},
    boxed::Box,
    string::{String, ToString},
    vec::Vec,
};
use core::{fmt, time::Duration};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error as _, MapAccess, Visitor},
};
use serde_json::{Map, Value};

use crate::{
    ClaimError, Error, JsonProblem, Malformed, Part, UnixTime,
    json::{self, Kind, Reader},
    time::NumericDate,
};

/// A claims set (RFC 7519 §4): the registered claims by name, the others as JSON.
///
/// The type to ask a verifier for when there is no better one. Deserializing refuses registered claims of the wrong type.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{Claims, UnixTime};
///
/// let claims: Claims = serde_json::from_str(
///     r#"{"sub":"ada","aud":["api","web"],"exp":1800000000.5,"roles":["admin"]}"#,
/// )?;
/// assert_eq!(claims.subject(), Some("ada"));
/// assert!(claims.audience().eq(["api", "web"]));
/// assert_eq!(claims.expiration_time(), Some(UnixTime::from_secs(1_800_000_000)));
/// assert_eq!(claims.get("roles").unwrap()[0], "admin");
///
/// assert!(serde_json::from_str::<Claims>(r#"{"exp":"1800000000"}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Claims(Map<String, Value>);

impl Claims {
    /// Any claim by its name, a registered one too.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.0.get_mut(name)
    }

    /// Names and values of all claims.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Who issued the token (`iss`).
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.text("iss")
    }

    /// Whom the token speaks of (`sub`).
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.text("sub")
    }

    /// Whom the token is for (`aud`): one value or several, or none if the claim is absent.
    pub fn audience(&self) -> impl Iterator<Item = &str> {
        let (one, many) = match self.get("aud") {
            Some(Value::String(one)) => (Some(one.as_str()), None),
            Some(Value::Array(many)) => (None, Some(many)),
            _ => (None, None),
        };
        one.into_iter().chain(many.into_iter().flatten().filter_map(Value::as_str))
    }

    /// When the token ends (`exp`); a fraction of a second is dropped.
    #[must_use]
    pub fn expiration_time(&self) -> Option<UnixTime> {
        self.date("exp")
    }

    /// When the token begins (`nbf`); a fraction of a second is dropped.
    #[must_use]
    pub fn not_before(&self) -> Option<UnixTime> {
        self.date("nbf")
    }

    /// When the token was issued (`iat`); a fraction of a second is dropped.
    #[must_use]
    pub fn issued_at(&self) -> Option<UnixTime> {
        self.date("iat")
    }

    /// The token's own name (`jti`).
    ///
    /// The thing to keep in a list of revoked or spent tokens: unlike this, the text of a token can be changed by whoever has
    /// it without breaking the signature.
    #[must_use]
    pub fn jwt_id(&self) -> Option<&str> {
        self.text("jti")
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    fn date(&self, name: &str) -> Option<UnixTime> {
        match self.get(name)? {
            Value::Number(number) => Some(NumericDate::from_json_number(&number.to_string()).floor()),
            _ => None,
        }
    }
}

/// Prints the names of the claims and not their values, which are personal data.
impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Claims ")?;
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl<'de> Deserialize<'de> for Claims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ClaimsVisitor;

        impl<'de> Visitor<'de> for ClaimsVisitor {
            type Value = Claims;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a claims set")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Claims, A::Error> {
                let mut claims = Map::new();
                while let Some(name) = members.next_key::<String>()? {
                    let value: Value = members.next_value()?;
                    if !has_registered_type(&name, &value) {
                        return Err(A::Error::custom(format_args!(
                            "the claim `{name}` has the wrong JSON type"
                        )));
                    }
                    if claims.insert(name, value).is_some() {
                        // Our own reader never gets here; another deserializer may.
                        return Err(A::Error::custom("a claim is there twice"));
                    }
                }
                Ok(Claims(claims))
            }
        }

        deserializer.deserialize_map(ClaimsVisitor)
    }
}

/// Whether a claim, if it is a registered one, has the JSON type that RFC 7519 §4.1 gives it.
fn has_registered_type(name: &str, value: &Value) -> bool {
    match name {
        "iss" | "sub" | "jti" => value.is_string(),
        "aud" => match value {
            Value::Array(values) => values.iter().all(Value::is_string),
            value => value.is_string(),
        },
        "exp" | "nbf" | "iat" => value.is_number(),
        _ => true,
    }
}

/// The claims that are checked, read in one pass that also checks the whole text.
///
/// A claim of the wrong type is refused, never treated as absent: a token whose `exp` is `"never"` would not expire.
#[derive(Debug)]
pub(crate) struct RegisteredClaims {
    pub(crate) issuer: Option<Box<str>>,
    pub(crate) subject: Option<Box<str>>,
    pub(crate) audience: Option<Audience>,
    pub(crate) expiration_time: Option<NumericDate>,
    pub(crate) not_before: Option<NumericDate>,
    pub(crate) issued_at: Option<NumericDate>,
    /// `cnf` (RFC 7800) is there, whatever is in it.
    pub(crate) is_bound: bool,
    /// Members that only another kind of token has.
    pub(crate) foreign: ForeignMembers,
    /// The claims that the policy asked for by name.
    pub(crate) captured: Claims,
}

/// Members that mark another kind of token than an access token (RFC 8725 §3.12: mutually exclusive rules).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ForeignMembers {
    /// `events`: a security event or logout token (RFC 8417 §2.2).
    pub(crate) events: bool,
    /// `at_hash`, `c_hash` or `s_hash`: an ID token issued beside an access token, a code or a state (OpenID Connect Core
    /// §3.3.2.11, FAPI 1.0 Part 2 §5.2.2.1).
    pub(crate) id_token_hashes: bool,
}

impl RegisteredClaims {
    /// Reads a payload. `captures` tells which other claims are wanted.
    pub(crate) fn read(payload: &[u8], captures: impl Fn(&str) -> bool) -> Result<Self, Error> {
        let mut claims = Self {
            issuer: None,
            subject: None,
            audience: None,
            expiration_time: None,
            not_before: None,
            issued_at: None,
            is_bound: false,
            foreign: ForeignMembers::default(),
            captured: Claims::default(),
        };
        let mut reader = Reader::new(payload).map_err(ReadError::from)?;
        reader.object(|name, reader| {
            if captures(name) {
                let text = reader.skip_value()?.as_bytes();
                claims.captured.0.insert(name.to_owned(), json::from_slice(text)?);
                claims.read_member(name, &mut Reader::new(text)?)
            } else {
                claims.read_member(name, reader)
            }
        })?;
        reader.end().map_err(ReadError::from)?;
        Ok(claims)
    }

    fn read_member(&mut self, name: &str, reader: &mut Reader<'_>) -> Result<(), ReadError> {
        match name {
            "iss" => self.issuer = Some(text(reader, "iss")?),
            "sub" => self.subject = Some(text(reader, "sub")?),
            "aud" => self.audience = Some(audience(reader)?),
            "exp" => self.expiration_time = Some(date(reader, "exp")?),
            "nbf" => self.not_before = Some(date(reader, "nbf")?),
            "iat" => self.issued_at = Some(date(reader, "iat")?),
            // RFC 7519 §4.1.7: a string. Its value is the application's to keep.
            "jti" => drop(text(reader, "jti")?),
            _ => {
                match name {
                    "cnf" => self.is_bound = true,
                    "events" => self.foreign.events = true,
                    "at_hash" | "c_hash" | "s_hash" => self.foreign.id_token_hashes = true,
                    _ => {}
                }
                reader.skip_value()?;
            }
        }
        Ok(())
    }

    /// Finds `iss` and reads no further: what chooses among several issuers. Proves nothing.
    pub(crate) fn peek_issuer(payload: &[u8]) -> Result<Option<Box<str>>, Error> {
        /// Ends the reading, with what was found.
        enum Stop {
            Found(Box<str>),
            Failed(ReadError),
        }
        impl From<JsonProblem> for Stop {
            fn from(problem: JsonProblem) -> Self {
                Self::Failed(problem.into())
            }
        }

        let mut reader = Reader::new(payload).map_err(ReadError::from)?;
        let read = reader.object(|name, reader| match name {
            "iss" => Err(text(reader, "iss").map_or_else(Stop::Failed, Stop::Found)),
            _ => reader.skip_value().map(drop).map_err(Stop::from),
        });
        match read {
            Ok(()) => Ok(None),
            Err(Stop::Found(issuer)) => Ok(Some(issuer)),
            Err(Stop::Failed(error)) => Err(error.into()),
        }
    }

    /// RFC 7519 §4.1.4: "The processing of the "exp" claim requires that the current date/time MUST be before the expiration
    /// date/time listed in the "exp" claim." So `now == exp` is expired, give or take the leeway.
    pub(crate) fn check_expiration(
        &self,
        required: bool,
        now: UnixTime,
        leeway: Duration,
    ) -> Result<(), ClaimError> {
        match self.expiration_time {
            // The ceiling: the first whole second that is not before a fractional `exp`.
            Some(date) if now < date.ceil().saturating_add(leeway) => Ok(()),
            Some(date) => Err(ClaimError::Expired { expiration_time: date.floor(), now, leeway }),
            None if required => Err(ClaimError::missing("exp")),
            None => Ok(()),
        }
    }

    /// RFC 7519 §4.1.5: "the current date/time MUST be after or equal to the not-before date/time".
    pub(crate) fn check_not_before(&self, now: UnixTime, leeway: Duration) -> Result<(), ClaimError> {
        match self.not_before {
            Some(date) if now < date.ceil().saturating_sub(leeway) => {
                Err(ClaimError::NotYetValid { not_before: date.floor(), now, leeway })
            }
            _ => Ok(()),
        }
    }

    /// The maximum age, counted from `iat` (RFC 7519 §4.1.6: "This claim can be used to determine the age of the JWT").
    ///
    /// Without a maximum age an `iat` in the future refuses nothing: RFC 7519 has no such rule. With one it must, or the age
    /// would be whatever the issuer's clock makes of it.
    pub(crate) fn check_age(
        &self,
        max_age: Duration,
        now: UnixTime,
        leeway: Duration,
    ) -> Result<(), ClaimError> {
        let issued_at = self.issued_at.ok_or(ClaimError::missing("iat"))?.floor();
        if issued_at > now.saturating_add(leeway) {
            return Err(ClaimError::IssuedInFuture { issued_at, now, leeway });
        }
        if issued_at.saturating_add(max_age).saturating_add(leeway) < now {
            return Err(ClaimError::TooOld { issued_at, now, max_age, leeway });
        }
        Ok(())
    }
}

/// The value of `aud`.
#[derive(Debug)]
pub(crate) enum Audience {
    One(Box<str>),
    Many(Vec<Box<str>>),
}

impl Audience {
    /// RFC 7519 §4.1.3: "Each principal intended to process the JWT MUST identify itself with a value in the audience claim."
    /// Whole values are compared, byte for byte.
    pub(crate) fn names_one_of(&self, ours: &[Box<str>]) -> bool {
        self.values().any(|value| ours.iter().any(|our| **our == *value))
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        let (one, many) = match self {
            Self::One(one) => (Some(one), None),
            Self::Many(many) => (None, Some(many)),
        };
        one.into_iter().chain(many.into_iter().flatten()).map(|value| &**value)
    }
}

fn text(reader: &mut Reader<'_>, name: &'static str) -> Result<Box<str>, ReadError> {
    match reader.kind()? {
        Kind::String => Ok(reader.string()?.into()),
        _ => Err(ReadError::WrongType(name)),
    }
}

fn date(reader: &mut Reader<'_>, name: &'static str) -> Result<NumericDate, ReadError> {
    match reader.kind()? {
        Kind::Number => Ok(NumericDate::from_json_number(reader.number()?)),
        _ => Err(ReadError::WrongType(name)),
    }
}

/// RFC 7519 §4.1.3: "an array of case-sensitive strings", or "a single case-sensitive string".
fn audience(reader: &mut Reader<'_>) -> Result<Audience, ReadError> {
    match reader.kind()? {
        Kind::Array => {
            let mut values = Vec::new();
            reader.array(|reader| {
                values.push(text(reader, "aud")?);
                Ok::<(), ReadError>(())
            })?;
            Ok(Audience::Many(values))
        }
        _ => text(reader, "aud").map(Audience::One),
    }
}

/// What can go wrong while the members are read.
enum ReadError {
    Json(JsonProblem),
    WrongType(&'static str),
}

impl From<JsonProblem> for ReadError {
    fn from(problem: JsonProblem) -> Self {
        Self::Json(problem)
    }
}

/// From reading a captured claim: any JSON is a `Value`, so only the JSON itself can be wrong.
impl From<json::ReadError> for ReadError {
    fn from(error: json::ReadError) -> Self {
        match error {
            json::ReadError::Json(problem) => Self::Json(problem),
            json::ReadError::Shape(_) => Self::Json(JsonProblem::NotAnObject),
        }
    }
}

impl From<ReadError> for Error {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Json(problem) => Malformed::Json(Part::Payload, problem).into(),
            ReadError::WrongType(claim) => ClaimError::WrongType { claim: Cow::Borrowed(claim) }.into(),
        }
    }
}
