//! JSON Web Keys (RFC 7517): one ([`Jwk`]), and a set of them ([`JwkSet`]).

mod set;

use alloc::{borrow::Cow, boxed::Box};

use jose_jwk::{Ec, EcCurves, Key, Okp, OkpCurves, Rsa, jose_b64::serde::Bytes};

pub use self::set::{JwkSet, JwkSetError, SkippedKey};
use crate::{
    Algorithm, JwkError, KeyMismatch, PublicKey, VerifyingKey, base64url,
    issuer::tenant_of,
    json::{Kind, Reader},
    key::excerpt,
    limits,
};

/// A public key, with what its JSON Web Key says about its use.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{Algorithm, Jwk, KeyMismatch};
///
/// // RFC 8037 App. A.2.
/// let jwk = Jwk::parse(
///     r#"{"kty":"OKP","crv":"Ed25519","kid":"2026-11","alg":"EdDSA","use":"sig",
///         "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
/// )?;
/// assert_eq!(jwk.key_id(), Some("2026-11"));
/// assert_eq!(jwk.algorithm(), Some(Algorithm::EdDsa));
/// assert_eq!(jwk.bind(Algorithm::Rs256).unwrap_err(), KeyMismatch::Algorithm { key: Algorithm::EdDsa });
/// # Ok::<(), jwt_verify_core::JwkError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwk {
    public_key: PublicKey,
    key_id: Option<Box<str>>,
    algorithm: Option<Algorithm>,
    issuer: Option<Box<str>>,
}

impl Jwk {
    /// Reads one JSON Web Key (RFC 7517 §4).
    ///
    /// | member | rule |
    /// |---|---|
    /// | `kty`, `crv` | `OKP` with `Ed25519`; `EC` with `P-256`, `P-384`, `P-521` or `secp256k1`; `RSA` |
    /// | `x`, `y` | exactly the size of the curve, a point on it, not of small order |
    /// | `n`, `e` | 2048 to 8192 bits and odd; odd, from 3 to 2³³ − 1 |
    /// | `kid` | absent, null, or a string of at most [`limits::MAX_KEY_ID_LEN`] bytes |
    /// | `alg` | absent, null, or the name of an algorithm that this type of key admits |
    /// | `use`, `key_ops` | absent, null, or `sig`; absent, null, or a list with `verify` |
    /// | `issuer` | absent, null, or a string |
    /// | `d`, `p`, `q`, `dp`, `dq`, `qi`, `oth`, `k`, `priv` | absent or null |
    /// | others, `x5c` included | ignored whatever they are |
    ///
    /// # Errors
    ///
    /// The rule that was broken, as a [`JwkError`].
    pub fn parse(json: &str) -> Result<Self, JwkError> {
        Self::from_members(&Members::read(json)?)
    }

    fn from_members(members: &Members<'_>) -> Result<Self, JwkError> {
        let key = members.material()?;
        members.check_purpose()?;
        let key_id = members.key_id.optional("kid")?;
        if let Some(found) = key_id.map(str::len).filter(|found| *found > limits::MAX_KEY_ID_LEN) {
            return Err(JwkError::KeyIdTooLong { found });
        }
        let public_key = PublicKey::from_jose(key)?;
        let algorithm = match members.algorithm.optional("alg")? {
            None => None,
            Some(name) => Some(
                Algorithm::from_name(name)
                    .filter(|algorithm| public_key.admits(*algorithm))
                    .ok_or_else(|| JwkError::UnsupportedAlgorithm { algorithm: excerpt(name) })?,
            ),
        };
        let issuer = members.issuer.optional("issuer")?.map(Box::from);
        Ok(Self { public_key, key_id: key_id.map(Box::from), algorithm, issuer })
    }

    /// Gives the key an ID: the value that a token's `kid` must have to select it.
    ///
    /// # Examples
    ///
    /// ```
    /// # let pem = "-----BEGIN PUBLIC KEY-----
    /// # MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
    /// # -----END PUBLIC KEY-----";
    /// use jwt_verify_core::{Algorithm, Jwk, PublicKey};
    ///
    /// let jwk = Jwk::from(PublicKey::from_pem(pem)?).with_key_id("2026-11");
    /// assert_eq!(jwk.key_id(), Some("2026-11"));
    /// assert_eq!(jwk.with_algorithm(Algorithm::EdDsa).unwrap().algorithm(), Some(Algorithm::EdDsa));
    /// # Ok::<(), jwt_verify_core::JwkError>(())
    /// ```
    #[must_use]
    pub fn with_key_id(mut self, key_id: impl Into<Box<str>>) -> Self {
        self.key_id = Some(key_id.into());
        self
    }

    /// Restricts the key to one algorithm.
    ///
    /// # Errors
    ///
    /// As [`PublicKey::bind`], if the key's type does not admit it.
    pub fn with_algorithm(mut self, algorithm: Algorithm) -> Result<Self, KeyMismatch> {
        self.public_key.bind(algorithm)?;
        self.algorithm = Some(algorithm);
        Ok(self)
    }

    /// The key ID (`kid`, RFC 7517 §4.5).
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// The algorithm that the key is restricted to (`alg`, RFC 7517 §4.4).
    #[must_use]
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm
    }

    /// The issuer that the key is restricted to: it answers for no token with another `iss`.
    ///
    /// Entra ID publishes the keys of all its tenants in one set, and tells with this member whose a key is; `{tenantid}` in it
    /// stands for any tenant, a GUID in lower case. It is not registered for JSON Web Keys, and other issuers have none.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// Whether the key may answer for a token with this `iss`, or without one.
    pub(crate) fn is_for(&self, issuer: Option<&str>) -> bool {
        match (self.issuer(), issuer) {
            (None, _) => true,
            (Some(ours), Some(theirs)) => ours == theirs || tenant_of(ours, theirs).is_some(),
            (Some(_), None) => false,
        }
    }

    /// The key itself.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    pub(crate) fn into_public_key(self) -> PublicKey {
        self.public_key
    }

    /// Binds the key to one algorithm, for good: its own if it has one.
    ///
    /// # Errors
    ///
    /// [`KeyMismatch::Algorithm`] if its own is another one; else as [`PublicKey::bind`].
    pub fn bind(&self, algorithm: Algorithm) -> Result<VerifyingKey, KeyMismatch> {
        match self.algorithm {
            Some(key) if key != algorithm => Err(KeyMismatch::Algorithm { key }),
            _ => self.public_key.bind(algorithm),
        }
    }
}

/// A key without ID and without restriction to one algorithm.
impl From<PublicKey> for Jwk {
    fn from(public_key: PublicKey) -> Self {
        Self { public_key, key_id: None, algorithm: None, issuer: None }
    }
}

/// The members of a JWK that have a meaning here, as they were found.
///
/// Types are looked at when a member is needed: one that is irrelevant for the type of key may be anything.
#[derive(Default)]
pub(crate) struct Members<'a> {
    pub(crate) key_type: Member<'a>,
    pub(crate) algorithm: Member<'a>,
    pub(crate) key_id: Member<'a>,
    /// `k` of `oct`, and a private member of everything else.
    pub(crate) secret: Member<'a>,
    key_use: Member<'a>,
    key_ops: KeyOps,
    issuer: Member<'a>,
    curve: Member<'a>,
    x: Member<'a>,
    y: Member<'a>,
    n: Member<'a>,
    e: Member<'a>,
    /// Whether there is a private member. What is in it is never looked at.
    is_private: bool,
}

impl<'a> Members<'a> {
    pub(crate) fn read(json: &'a str) -> Result<Self, JwkError> {
        let mut members = Self::default();
        members.fill(json)?;
        Ok(members)
    }

    /// On an error, the members before it are there.
    ///
    /// RFC 7517 §4: "The member names within a JWK MUST be unique; JWK parsers MUST either reject JWKs with
    /// duplicate member names or use a JSON parser that returns only the lexically last duplicate member
    /// name". The reader rejects.
    fn fill(&mut self, json: &'a str) -> Result<(), JwkError> {
        let mut reader = Reader::new(json.as_bytes())?;
        reader.object(|name, reader| {
            let member = match name {
                "kty" => &mut self.key_type,
                "alg" => &mut self.algorithm,
                "kid" => &mut self.key_id,
                "k" => &mut self.secret,
                "use" => &mut self.key_use,
                "issuer" => &mut self.issuer,
                "crv" => &mut self.curve,
                "x" => &mut self.x,
                "y" => &mut self.y,
                "n" => &mut self.n,
                "e" => &mut self.e,
                "key_ops" => {
                    self.key_ops = KeyOps::read(reader)?;
                    return Ok(());
                }
                "d" | "p" | "q" | "dp" | "dq" | "qi" | "oth" | "priv" => {
                    self.is_private |= reader.kind()? != Kind::Null;
                    reader.skip_value()?;
                    return Ok(());
                }
                _ => {
                    reader.skip_value()?;
                    return Ok(());
                }
            };
            *member = Member::read(reader)?;
            Ok::<(), JwkError>(())
        })?;
        Ok(reader.end()?)
    }

    /// The key material, decoded; whether its numbers make a key is not checked yet.
    fn material(&self) -> Result<Key, JwkError> {
        let key_type = self.key_type.required("kty")?;
        // An issuer that publishes a secret has lost it. RFC 7517 §5 lets us ignore what is not understood; a
        // secret that came with public keys is never used, or public keys could be passed off as secrets.
        if key_type == "oct" {
            return Err(JwkError::SymmetricKey);
        }
        if self.is_private || !matches!(self.secret, Member::Absent | Member::Null) {
            return Err(JwkError::PrivateKey);
        }
        // Compared letter by letter. RFC 7517 §4.1: "The "kty" value is a case-sensitive string."
        match key_type {
            "OKP" => self.okp(),
            "EC" => self.ec(),
            "RSA" => Ok(Rsa { n: self.n.octets("n")?, e: self.e.octets("e")?, prv: None }.into()),
            _ => Err(JwkError::UnsupportedKeyType { key_type: excerpt(key_type) }),
        }
    }

    fn okp(&self) -> Result<Key, JwkError> {
        match self.curve.required("crv")? {
            "Ed25519" => Ok(Okp { crv: OkpCurves::Ed25519, x: self.x.octets("x")?, d: None }.into()),
            curve => Err(JwkError::UnsupportedCurve { curve: excerpt(curve) }),
        }
    }

    fn ec(&self) -> Result<Key, JwkError> {
        let crv = match self.curve.required("crv")? {
            "P-256" => EcCurves::P256,
            "P-384" => EcCurves::P384,
            "P-521" => EcCurves::P521,
            "secp256k1" => EcCurves::P256K,
            curve => return Err(JwkError::UnsupportedCurve { curve: excerpt(curve) }),
        };
        Ok(Ec { crv, x: self.x.octets("x")?, y: self.y.octets("y")?, d: None }.into())
    }

    /// Checks that the key is there for verifying signatures. When both members are there, both must allow
    /// it.
    pub(crate) fn check_purpose(&self) -> Result<(), JwkError> {
        match self.key_use.optional("use")? {
            None | Some("sig") => {}
            Some(key_use) => return Err(JwkError::UseNotSignature { key_use: excerpt(key_use) }),
        }
        match self.key_ops {
            KeyOps::Absent | KeyOps::WithVerify => Ok(()),
            KeyOps::WithoutVerify => Err(JwkError::KeyOpsWithoutVerify),
            KeyOps::WrongType => Err(JwkError::WrongType { member: "key_ops" }),
        }
    }
}

/// A member of a JWK.
#[derive(Default)]
pub(crate) enum Member<'a> {
    #[default]
    Absent,
    Null,
    Text(Cow<'a, str>),
    /// Neither a string nor null.
    Other,
}

impl<'a> Member<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, JwkError> {
        Ok(match reader.kind()? {
            Kind::String => Self::Text(reader.string()?),
            Kind::Null => {
                reader.skip_value()?;
                Self::Null
            }
            _ => {
                reader.skip_value()?;
                Self::Other
            }
        })
    }

    /// The value of a member that may be missing; `null` counts as missing.
    pub(crate) fn optional(&self, member: &'static str) -> Result<Option<&str>, JwkError> {
        match self {
            Self::Absent | Self::Null => Ok(None),
            Self::Text(text) => Ok(Some(text)),
            Self::Other => Err(JwkError::WrongType { member }),
        }
    }

    pub(crate) fn required(&self, member: &'static str) -> Result<&str, JwkError> {
        match self {
            Self::Absent => Err(JwkError::MissingMember { member }),
            Self::Text(text) => Ok(text),
            Self::Null | Self::Other => Err(JwkError::WrongType { member }),
        }
    }

    fn octets(&self, member: &'static str) -> Result<Bytes, JwkError> {
        base64url::decode(self.required(member)?).map(Bytes::from).ok_or(JwkError::Base64 { member })
    }
}

/// What `key_ops` says about verifying.
#[derive(Default)]
enum KeyOps {
    #[default]
    Absent,
    WithVerify,
    WithoutVerify,
    /// Not an array, or something in it is not a string.
    WrongType,
}

impl KeyOps {
    fn read(reader: &mut Reader<'_>) -> Result<Self, JwkError> {
        match reader.kind()? {
            Kind::Array => {}
            Kind::Null => {
                reader.skip_value()?;
                return Ok(Self::Absent);
            }
            _ => {
                reader.skip_value()?;
                return Ok(Self::WrongType);
            }
        }
        let (mut verify, mut only_strings) = (false, true);
        reader.array(|reader| {
            if reader.kind()? == Kind::String {
                verify |= reader.string()? == "verify";
            } else {
                reader.skip_value()?;
                only_strings = false;
            }
            Ok::<(), JwkError>(())
        })?;
        Ok(match (only_strings, verify) {
            (false, _) => Self::WrongType,
            (true, true) => Self::WithVerify,
            (true, false) => Self::WithoutVerify,
        })
    }
}

#[cfg(test)]
#[cfg(all(feature = "eddsa", feature = "es256", feature = "rsa"))]
mod tests {
    use alloc::{format, string::String};

    use super::*;
    use crate::JsonProblem;

    const ED25519: &str = r#""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#;
    /// RFC 7515 App. A.3.1.
    const P256: &str = r#""kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0""#;
    /// RFC 7638 §3.1.
    const RSA: &str = r#""kty":"RSA","e":"AQAB","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw""#;

    /// The key with other members behind.
    fn with(key: &str, members: &str) -> String {
        format!("{{{key},{members}}}")
    }

    fn missing(member: &'static str) -> JwkError {
        JwkError::MissingMember { member }
    }

    fn wrong_type(member: &'static str) -> JwkError {
        JwkError::WrongType { member }
    }

    fn base64(member: &'static str) -> JwkError {
        JwkError::Base64 { member }
    }

    fn key_type(key_type: &str) -> JwkError {
        JwkError::UnsupportedKeyType { key_type: key_type.into() }
    }

    fn curve(curve: &str) -> JwkError {
        JwkError::UnsupportedCurve { curve: curve.into() }
    }

    fn algorithm(algorithm: &str) -> JwkError {
        JwkError::UnsupportedAlgorithm { algorithm: algorithm.into() }
    }

    fn key_use(key_use: &str) -> JwkError {
        JwkError::UseNotSignature { key_use: key_use.into() }
    }

    #[test]
    fn what_a_key_says_about_itself_is_read() {
        let long_key_id = "k".repeat(limits::MAX_KEY_ID_LEN);
        for (key, members, expected) in [
            (ED25519, r#""alg":null,"kid":null,"use":null,"key_ops":null,"issuer":null"#, (None, None, None)),
            (ED25519, r#""alg":"EdDSA","kid":"1""#, (Some("1"), Some(Algorithm::EdDsa), None)),
            (ED25519, r#""alg":"Ed25519","kid":"""#, (Some(""), Some(Algorithm::EdDsa), None)),
            (ED25519, r#""k\u0069d":"\u0031\n""#, (Some("1\n"), None, None)),
            (P256, r#""alg":"ES256","use":"sig","key_ops":["verify"]"#, (None, Some(Algorithm::Es256), None)),
            (RSA, r#""alg":"PS384","key_ops":["sign","verify"]"#, (None, Some(Algorithm::Ps384), None)),
            (
                RSA,
                r#""issuer":"https://id.example/{tenantid}/""#,
                (None, None, Some("https://id.example/{tenantid}/")),
            ),
            // Members that do not matter for the type may be anything, as may those that matter for none.
            (RSA, r#""crv":"Ed25519","x":{},"y":[1]"#, (None, None, None)),
            (ED25519, r#""y":1,"n":null,"e":[],"x5c":"MII","x5t":{"a":[{}]},"exp":1e3"#, (None, None, None)),
            // A private member that is null is none.
            (ED25519, r#""d":null"#, (None, None, None)),
            (ED25519, &format!(r#""kid":"{long_key_id}""#), (Some(&*long_key_id), None, None)),
        ] {
            let json = with(key, members);
            let jwk = Jwk::parse(&json).unwrap_or_else(|error| panic!("{json}: {error}"));
            assert_eq!((jwk.key_id(), jwk.algorithm(), jwk.issuer()), expected, "{json}");
        }
    }

    #[test]
    fn every_broken_rule_has_its_own_error() {
        let too_long = format!(r#""kid":"{}""#, "k".repeat(limits::MAX_KEY_ID_LEN + 1));
        for (json, expected) in [
            // Not a JWK at all.
            ("null".into(), JwkError::Json(JsonProblem::NotAnObject)),
            ("[]".into(), JwkError::Json(JsonProblem::NotAnObject)),
            ("".into(), JwkError::Json(JsonProblem::Syntax { at: 0 })),
            (r#"{"kty":"EC""#.into(), JwkError::Json(JsonProblem::Syntax { at: 11 })),
            (r#"{} {}"#.into(), JwkError::Json(JsonProblem::TrailingData { at: 3 })),
            (r#"{"kty":1,"kty":2}"#.into(), JwkError::Json(JsonProblem::DuplicateMember { at: 9 })),
            (r#"{"a":{"b":1,"\u0062":2}}"#.into(), JwkError::Json(JsonProblem::DuplicateMember { at: 12 })),
            // Type and curve, letter by letter.
            ("{}".into(), missing("kty")),
            (r#"{"Kty":"RSA"}"#.into(), missing("kty")),
            (r#"{"kty":null}"#.into(), wrong_type("kty")),
            (r#"{"kty":["RSA"]}"#.into(), wrong_type("kty")),
            (RSA.replace("RSA", "rsa").replacen('"', "{\"", 1) + "}", key_type("rsa")),
            (r#"{"kty":"AKP","alg":"ML-DSA-44","pub":"AA"}"#.into(), key_type("AKP")),
            (r#"{"kty":"OKP"}"#.into(), missing("crv")),
            (r#"{"kty":"OKP","crv":1}"#.into(), wrong_type("crv")),
            (r#"{"kty":"OKP","crv":"X25519","x":"AA"}"#.into(), curve("X25519")),
            (r#"{"kty":"OKP","crv":"Ed448","x":"AA"}"#.into(), curve("Ed448")),
            (r#"{"kty":"OKP","crv":"P-256","x":"AA"}"#.into(), curve("P-256")),
            (r#"{"kty":"EC","crv":"Ed25519","x":"AA"}"#.into(), curve("Ed25519")),
            (r#"{"kty":"EC","crv":"p-256","x":"AA","y":"AA"}"#.into(), curve("p-256")),
            (r#"{"kty":"EC","crv":"brainpoolP256r1"}"#.into(), curve("brainpoolP256r1")),
            (format!(r#"{{"kty":"{}"}}"#, "é".repeat(65)), key_type(&"é".repeat(64))),
            // Secrets and private keys.
            (r#"{"kty":"oct","k":"AA"}"#.into(), JwkError::SymmetricKey),
            (with(ED25519, r#""d":"AA""#), JwkError::PrivateKey),
            (with(RSA, r#""p":1"#), JwkError::PrivateKey),
            (with(RSA, r#""oth":[]"#), JwkError::PrivateKey),
            (with(P256, r#""k":"AA""#), JwkError::PrivateKey),
            (r#"{"kty":"AKP","priv":"AA"}"#.into(), JwkError::PrivateKey),
            // Numbers.
            (r#"{"kty":"OKP","crv":"Ed25519"}"#.into(), missing("x")),
            (r#"{"kty":"OKP","crv":"Ed25519","x":null}"#.into(), wrong_type("x")),
            (r#"{"kty":"OKP","crv":"Ed25519","x":"AA=="}"#.into(), base64("x")),
            (r#"{"kty":"OKP","crv":"Ed25519","x":"AB"}"#.into(), base64("x")),
            (
                r#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#.into(),
                JwkError::KeyLength { member: "x", found: 1, required: 32 },
            ),
            (r#"{"kty":"EC","crv":"P-256","x":"AA"}"#.into(), missing("y")),
            (
                r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#.into(),
                JwkError::KeyLength { member: "x", found: 1, required: 32 },
            ),
            (format!("{{{}}}", P256.replace("f83O", "f83P")), JwkError::NotOnCurve),
            (r#"{"kty":"RSA","e":"AQAB"}"#.into(), missing("n")),
            (r#"{"kty":"RSA","n":"AQAB"}"#.into(), missing("e")),
            (r#"{"kty":"RSA","n":"a+b/","e":"AQAB"}"#.into(), base64("n")),
            (r#"{"kty":"RSA","n":"","e":"AQAB"}"#.into(), JwkError::RsaModulusSize { bits: 0 }),
            (r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#.into(), JwkError::RsaModulusSize { bits: 17 }),
            (format!("{{{}}}", RSA.replace("AQAB", "AQ")), JwkError::RsaExponent),
            // What it is for.
            (with(RSA, r#""use":"enc""#), key_use("enc")),
            (with(RSA, r#""use":"SIG""#), key_use("SIG")),
            (with(RSA, r#""use":["sig"]"#), wrong_type("use")),
            (with(RSA, r#""key_ops":[]"#), JwkError::KeyOpsWithoutVerify),
            (with(RSA, r#""key_ops":["signing"]"#), JwkError::KeyOpsWithoutVerify),
            (with(RSA, r#""use":"sig","key_ops":["encrypt"]"#), JwkError::KeyOpsWithoutVerify),
            (with(RSA, r#""use":"enc","key_ops":["verify"]"#), key_use("enc")),
            (with(RSA, r#""key_ops":"verify""#), wrong_type("key_ops")),
            (with(RSA, r#""key_ops":["verify",1]"#), wrong_type("key_ops")),
            (with(RSA, r#""alg":"RSA-OAEP""#), algorithm("RSA-OAEP")),
            (with(RSA, r#""alg":"HS256""#), algorithm("HS256")),
            (with(RSA, r#""alg":"none""#), algorithm("none")),
            (with(RSA, r#""alg":"ES256""#), algorithm("ES256")),
            (with(P256, r#""alg":"ECDH-ES""#), algorithm("ECDH-ES")),
            (with(P256, r#""alg":"ES384""#), algorithm("ES384")),
            (with(P256, r#""alg":"es256""#), algorithm("es256")),
            (with(P256, r#""alg":"""#), algorithm("")),
            (with(P256, r#""alg":256"#), wrong_type("alg")),
            (with(P256, r#""kid":1"#), wrong_type("kid")),
            (with(P256, r#""issuer":1"#), wrong_type("issuer")),
            (with(P256, &too_long), JwkError::KeyIdTooLong { found: limits::MAX_KEY_ID_LEN + 1 }),
        ] {
            assert_eq!(Jwk::parse(&json), Err(expected), "{json}");
        }
    }

    #[test]
    fn a_key_with_an_algorithm_is_bound_to_no_other() {
        let jwk = Jwk::parse(&with(RSA, r#""alg":"RS256""#)).unwrap();
        assert!(jwk.bind(Algorithm::Rs256).is_ok());
        for algorithm in [Algorithm::Ps256, Algorithm::Rs512, Algorithm::Es256, Algorithm::Hs256] {
            assert_eq!(jwk.bind(algorithm).unwrap_err(), KeyMismatch::Algorithm { key: Algorithm::Rs256 });
        }
        let jwk = Jwk::from(jwk.into_public_key());
        assert!(jwk.bind(Algorithm::Ps256).is_ok());
        assert_eq!(jwk.bind(Algorithm::Es256).unwrap_err(), KeyMismatch::KeyType);
        assert_eq!(jwk.with_algorithm(Algorithm::Es256), Err(KeyMismatch::KeyType));
    }
}
