//! Keys from files, from the environment and from an issuer. What a file holds is told by its content.

use std::{
    env,
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use jwt_verify_core::{
    Algorithm, HmacSecret, Jwk, JwkError, JwkSet, PublicKey, TrustedIssuerBuilder, limits,
};

use crate::{
    arguments::{KeyArguments, VerifyArguments},
    content::Content,
    failure::Failure,
    input::without_line_end,
    remote::{Origin, Remote},
    usage,
};

/// The keys that were given, and how messages call the place they came from.
pub(crate) struct Keys {
    place: String,
    material: Material,
}

enum Material {
    Set(JwkSet),
    Jwk(Jwk),
    Public(PublicKey),
    Secret(HmacSecret),
    /// What was fetched first, and where newer keys come from.
    Remote(JwkSet, Remote),
}

impl Keys {
    /// Reads or fetches what the arguments name. The algorithms matter to a secret, which is made for one.
    pub(crate) fn load(arguments: &VerifyArguments) -> Result<Self, Failure> {
        let VerifyArguments { keys, fetch, algorithms, .. } = arguments;
        let origin = match keys {
            KeyArguments { jwks_url: Some(url), .. } => Some(Origin::Address(url)),
            KeyArguments { discover: true, .. } => {
                arguments.issuer.first().map(|issuer| Origin::Issuer(issuer))
            }
            _ => None,
        };
        if let Some(origin) = origin {
            let remote = Remote::new(origin, fetch)?;
            remote.fetch()?;
            let place = format!("{:?}", remote.place());
            return Ok(Self { place, material: Material::Remote(remote.held(), remote) });
        }
        if let Some(flag) = fetch.given() {
            return Err(Failure::Setup(format!(
                "{flag} is for keys that are fetched, and these are not: leave it out"
            )));
        }
        let (place, material) = match keys {
            KeyArguments { jwks: Some(path), .. } => (
                format!("{path:?}"),
                read_text(path, "give it with --jwks-url")
                    .and_then(|file| parse_set(&file).map(Material::Set)),
            ),
            KeyArguments { key: Some(path), .. } => (
                format!("{path:?}"),
                read_text(path, "save the key, and name the file").and_then(|file| key(&file)),
            ),
            // Neither the name nor the path is repeated: somebody may have put the secret itself there.
            KeyArguments { secret_env: Some(name), .. } => (
                String::from("--secret-env"),
                read_variable(name).and_then(nothing_else).and_then(|bytes| secret(&bytes, algorithms)),
            ),
            KeyArguments { secret_file: Some(path), .. } => {
                // Editors and `echo` put a line end after the last line, which is no part of the secret. Only one is taken
                // off: what else is there is meant to be.
                // Content is told before that: DER may end in the same byte.
                let secret = read(path)
                    .and_then(nothing_else)
                    .and_then(|bytes| secret(without_line_end(&bytes), algorithms));
                (String::from("--secret-file"), secret)
            }
            _ => (String::from("no keys"), Err(String::from("name a file with --jwks"))),
        };
        match material {
            Ok(material) => Ok(Self { place, material }),
            Err(reason) => Err(Failure::Setup(format!("{place}: {reason}"))),
        }
    }

    pub(crate) fn give_to(&self, issuer: TrustedIssuerBuilder) -> TrustedIssuerBuilder {
        match &self.material {
            Material::Set(set) => issuer.jwk_set(set.clone()),
            Material::Jwk(jwk) => issuer.jwk(jwk.clone()),
            Material::Public(key) => issuer.public_key(key.clone()),
            Material::Secret(secret) => issuer.hmac_secret(secret.clone()),
            Material::Remote(_, remote) => issuer.key_source(remote.source()),
        }
    }

    /// What was fetched, if anything was.
    pub(crate) fn fetched(&self) -> Option<(&JwkSet, &Remote)> {
        match &self.material {
            Material::Remote(set, remote) => Some((set, remote)),
            _ => None,
        }
    }

    /// What there is instead of a key for one of these algorithms.
    pub(crate) fn fit_none_of(&self, algorithms: &[Algorithm]) -> String {
        let wanted = list(algorithms.iter());
        let place = &self.place;
        if algorithms.iter().all(|algorithm| algorithm.is_symmetric()) {
            return format!(
                "{place} holds public keys, and {wanted} takes a secret: give it with --secret-env or --secret-file, or name the \
                 algorithm that the issuer signs with"
            );
        }
        match &self.material {
            Material::Set(set) | Material::Remote(set, _)
                if set.keys().is_empty() && set.skipped().is_empty() =>
            {
                format!("{place} is a JWK Set without any key: get the set that the issuer publishes")
            }
            Material::Set(set) | Material::Remote(set, _) => {
                let keys = set.keys().iter().map(|jwk| match jwk.key_id() {
                    Some(key_id) => format!("key {key_id:?} is for {}", uses(jwk)),
                    None => format!("a key without key ID is for {}", uses(jwk)),
                });
                let skipped = set.skipped().iter().map(|skipped| format!("skipped {skipped}"));
                let found: Vec<_> = keys.chain(skipped).collect();
                let more = match found.len().saturating_sub(MAX_LISTED) {
                    0 => String::new(),
                    more => format!("; and {more} more"),
                };
                let found = found.into_iter().take(MAX_LISTED).collect::<Vec<_>>().join("; ");
                format!(
                    "{place} has no key for {wanted}: {found}{more}; set --algorithms to what the issuer signs with, or get its \
                     current set"
                )
            }
            Material::Jwk(jwk) => {
                format!(
                    "{place} holds a key for {}, not for {wanted}: set --algorithms accordingly",
                    uses(jwk)
                )
            }
            Material::Public(key) => {
                let uses = list(key.algorithms());
                format!(
                    "{place} holds a key of type {} for {uses}, not for {wanted}: set --algorithms accordingly",
                    key.key_type()
                )
            }
            Material::Secret(secret) => {
                format!("{place} is a secret for {} and not for {wanted}", secret.algorithm())
            }
        }
    }
}

/// Reads a JWK Set, or says what else this is.
pub(crate) fn parse_set(file: &[u8]) -> Result<JwkSet, String> {
    // What it looks like counts only where it is none: some issuers put certificates in PEM beside the keys.
    JwkSet::parse(file).map_err(|error| match Content::of(file) {
        content @ (Content::Jwk | Content::Pem | Content::Der | Content::OpenSsh | Content::Base64) => {
            format!("{content} and not a JWK Set: give it with --key")
        }
        content @ (Content::Empty | Content::Token | Content::Other) => {
            format!("{content} and not a JWK Set: get the set from the `jwks_uri` of the issuer")
        }
        Content::WebPage => format!("{error}; save what the `jwks_uri` of the issuer answers"),
        Content::JwkSet | Content::OtherJson => {
            format!("{error}; get the set from the `jwks_uri` of the issuer")
        }
    })
}

fn key(file: &[u8]) -> Result<Material, String> {
    let text = || {
        core::str::from_utf8(file)
            .map_err(|_| String::from("a key, but not in UTF-8 text: save the file in that encoding"))
    };
    match Content::of(file) {
        Content::Jwk => Jwk::parse(text()?).map(Material::Jwk).map_err(|error| match error {
            JwkError::SymmetricKey => {
                format!("{error}: give the bytes that its `k` encodes with --secret-file or --secret-env")
            }
            error => format!("not a usable JWK: {error}"),
        }),
        Content::Pem => PublicKey::from_pem(text()?).map(Material::Public).map_err(|error| error.to_string()),
        Content::Der => PublicKey::from_der(file).map(Material::Public).map_err(|error| {
            format!(
                "{error}: from a private key make one with `openssl pkey -inform DER -pubout`, from a certificate with \
                 `openssl x509 -inform DER -pubkey -noout`"
            )
        }),
        Content::JwkSet => Err(String::from("a JWK Set and not a single key: give it with --jwks")),
        Content::OpenSsh => {
            Err(String::from("a key in OpenSSH's own format: convert it with `ssh-keygen -e -m PKCS8`"))
        }
        Content::Base64 => {
            Err(String::from("a key in base64 and not in PEM: get the file with its BEGIN and END lines"))
        }
        content => Err(format!("{content} and not a key: give a public key in PEM, in DER or as a JWK")),
    }
}

fn secret(bytes: &[u8], algorithms: &[Algorithm]) -> Result<Material, String> {
    let [algorithm] = algorithms else {
        return Err(String::from(
            "a secret is for exactly one algorithm: give one of HS256, HS384, HS512 with --algorithms",
        ));
    };
    if !algorithm.is_symmetric() {
        return Err(format!("{algorithm} takes a public key and no secret: give it with --jwks or --key"));
    }
    HmacSecret::new(*algorithm, bytes).map(Material::Secret).map_err(|error| error.to_string())
}

/// The bytes of a secret, unless they are something else: a public key as a secret would make everybody a signer, and so would
/// a token, a page or whatever else others have too.
fn nothing_else(bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    let content = Content::of(&bytes);
    let to_do = match content {
        // The core says that nothing is too short.
        Content::Empty | Content::Other => return Ok(bytes),
        Content::Pem | Content::Der | Content::OpenSsh | Content::Base64 | Content::JwkSet => {
            "give public keys with --jwks or --key"
        }
        Content::Jwk => {
            "give the bytes that its `k` encodes if it is of type `oct`, or a public key with --key"
        }
        Content::OtherJson | Content::WebPage => {
            "give the bytes of the secret, or public keys with --jwks or --key"
        }
        Content::Token => "give the bytes of the secret, and the token after the flags",
    };
    Err(format!("{content} and not a secret: {to_do}"))
}

/// A file that is no secret, so that more can be said of it when it is not there.
fn read_text(path: &Path, if_address: &str) -> Result<Vec<u8>, String> {
    if path.to_str().is_some_and(usage::is_address) {
        return Err(format!("an address and not the name of a file: {if_address}"));
    }
    read(path)
}

/// Reads a file, up to the length that a JWK Set may have.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, String> {
    let refusal = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => String::from("there is no such file: check the path"),
        io::ErrorKind::PermissionDenied => {
            String::from("the file may not be read by this user: change its permissions")
        }
        io::ErrorKind::IsADirectory => String::from("a directory and not a file: name the file"),
        io::ErrorKind::InvalidFilename => String::from("this is no name of a file: check the path"),
        _ => format!("the file cannot be read ({error}): name another"),
    };
    let file = File::open(path).map_err(refusal)?;
    let mut bytes = Vec::new();
    // One byte more tells a file that is too large from one that just fits.
    let most = u64::try_from(limits::MAX_JWK_SET_LEN).unwrap_or(u64::MAX).saturating_add(1);
    file.take(most).read_to_end(&mut bytes).map_err(refusal)?;
    if bytes.len() > limits::MAX_JWK_SET_LEN {
        return Err(format!(
            "the file has more than {} bytes: no key or JWK Set is that long",
            limits::MAX_JWK_SET_LEN
        ));
    }
    Ok(bytes)
}

fn read_variable(name: &str) -> Result<Vec<u8>, String> {
    match env::var_os(name) {
        Some(value) => Ok(value.into_encoded_bytes()),
        None => Err(String::from(
            "there is no environment variable of that name: give the NAME of one, not the secret itself, and export it",
        )),
    }
}

/// `RS256 (RSA 2048)`, or all that the type of the key admits.
fn uses(jwk: &Jwk) -> String {
    let key = jwk.public_key();
    let algorithms = match jwk.algorithm() {
        Some(only) => only.to_string(),
        None => list(key.algorithms()),
    };
    format!("{algorithms} ({})", key.key_type())
}

fn list(algorithms: impl Iterator<Item = impl core::fmt::Display>) -> String {
    algorithms.map(|algorithm| algorithm.to_string()).collect::<Vec<_>>().join(", ")
}

/// Most keys that a message lists. More are no help in one line.
const MAX_LISTED: usize = 8;
