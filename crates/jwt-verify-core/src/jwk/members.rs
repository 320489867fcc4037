//! The members of a JWK, as they stand in the text.

use alloc::borrow::Cow;

use jose_jwk::{Ec, EcCurves, Key, Okp, OkpCurves, Rsa, jose_b64::serde::Bytes};

use crate::{
    JwkError, base64url,
    json::{Kind, Reader},
    key::excerpt,
};

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
    pub(super) issuer: Member<'a>,
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
    pub(super) fn fill(&mut self, json: &'a str) -> Result<(), JwkError> {
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
    pub(super) fn material(&self) -> Result<Key, JwkError> {
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
