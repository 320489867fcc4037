//! `jwt-verify jwks`: the keys of a set, which can be used, and why the others cannot.

use std::io::{self, Write};

use jwt_verify_core::{Jwk, JwkSet, KeyType, SkippedKey};
use serde::Serialize;
use serde_json::Value;

use crate::{
    arguments::JwksArguments,
    failure::{Failure, Status},
    keys, printable,
    remote::{Document, Origin, Remote},
    report::{self, ACCEPTED, DIM, WARNING},
    table::{self, Row},
    usage,
};

pub(crate) fn run(arguments: &JwksArguments) -> Result<Status, Failure> {
    let document = document(arguments)?;
    let set = keys::parse_set(&document.body)
        .map_err(|reason| Failure::Setup(format!("{:?}: {reason}", document.address)))?;
    let entries = entries(&set, &document.body);
    let mut out = anstream::stdout().lock();
    let written = if arguments.json {
        write_json(&mut out, &document.address, &entries)
    } else {
        write(&mut out, &document.address, &entries)
    };
    written.and_then(|()| out.flush()).map_err(Failure::output)?;
    Ok(if set.keys().is_empty() { Status::Refused } else { Status::Good })
}

fn document(arguments: &JwksArguments) -> Result<Document, Failure> {
    let place = arguments.place.as_deref();
    let origin = match (arguments.issuer.as_deref(), place.and_then(|place| place.to_str())) {
        (Some(issuer), _) => Origin::Issuer(issuer),
        (None, Some(url)) if usage::is_address(url) => Origin::Address(url),
        _ => return from_file(arguments),
    };
    let remote = Remote::new(origin, &arguments.fetch)?;
    match remote.fetch() {
        // That no key can be used is what is told here.
        Err(unavailable) if !unavailable.is_without_keys => Err(unavailable.into()),
        _ => {
            remote.last().ok_or_else(|| Failure::Keys(format!("{:?}: nothing was received", remote.place())))
        }
    }
}

fn from_file(arguments: &JwksArguments) -> Result<Document, Failure> {
    let Some(path) = &arguments.place else {
        return Err(Failure::setup("there is no set to look at: give its address, a file, or --issuer URL"));
    };
    if let Some(flag) = arguments.fetch.given() {
        return Err(Failure::Setup(format!(
            "{flag} is for what is fetched, and {path:?} is a file: leave it out"
        )));
    }
    match keys::read(path) {
        Ok(body) => Ok(Document { address: path.display().to_string(), body }),
        Err(reason) => Err(Failure::Setup(format!("{path:?}: {reason}"))),
    }
}

/// What there is to say of a key, or of what should have been one.
#[derive(Debug, Serialize)]
struct Entry {
    key_id: Option<String>,
    /// `kty`, as it stands there.
    key_type: Option<String>,
    /// `crv`, as it stands there.
    curve: Option<String>,
    /// The size of an RSA modulus.
    bits: Option<usize>,
    /// `alg`, or everything that the type of the key admits.
    algorithms: Vec<String>,
    #[serde(rename = "use")]
    key_use: Option<String>,
    /// The issuer to which the key is restricted, of which only Entra ID makes use.
    issuer: Option<String>,
    accepted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbprint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl Entry {
    fn accepted(jwk: &Jwk, member: impl Fn(&str) -> Option<String>) -> Self {
        let key = jwk.public_key();
        let algorithms = match jwk.algorithm() {
            Some(only) => vec![only.to_string()],
            None => key.algorithms().map(|algorithm| algorithm.to_string()).collect(),
        };
        Self {
            key_id: jwk.key_id().map(String::from),
            key_type: member("kty"),
            curve: member("crv"),
            bits: match key.key_type() {
                KeyType::Rsa { bits } => Some(bits),
                _ => None,
            },
            algorithms,
            key_use: member("use"),
            issuer: jwk.issuer().map(String::from),
            accepted: true,
            thumbprint: Some(key.thumbprint()),
            reason: None,
        }
    }

    fn skipped(skipped: &SkippedKey, member: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            key_id: skipped.key_id().map(String::from),
            key_type: member("kty"),
            curve: member("crv"),
            bits: None,
            algorithms: member("alg").into_iter().collect(),
            key_use: member("use"),
            issuer: member("issuer"),
            accepted: false,
            thumbprint: None,
            reason: Some(skipped.reason().to_string()),
        }
    }

    /// `RSA 2048`, `EC P-256`.
    fn type_in_words(&self) -> String {
        let key_type = self.key_type.as_deref().unwrap_or("?");
        match (&self.curve, self.bits) {
            (Some(curve), _) => format!("{key_type} {curve}"),
            (None, Some(bits)) => format!("{key_type} {bits}"),
            (None, None) => String::from(key_type),
        }
    }

    /// A key without `alg` may be used with all that its type admits, which for RSA is too much for a column.
    fn algorithms_in_words(&self) -> String {
        match self.algorithms.as_slice() {
            [] => String::from("-"),
            [only] => only.clone(),
            _ => String::from("RS…, PS…"),
        }
    }

    fn row(&self, aligned: String) -> Row {
        let key_id =
            self.key_id.as_ref().map_or_else(|| String::from("none"), |key_id| format!("{key_id:?}"));
        let told = self.thumbprint.as_ref().or(self.reason.as_ref());
        let (style, mark) = report::mark(self.accepted);
        Row {
            style,
            mark,
            name: aligned,
            cells: [key_id, told.cloned().unwrap_or_default()].map(|cell| printable::line(&cell)),
        }
    }
}

/// The entries of the document in their order, of which the set has those that can be used and those that cannot.
fn entries(set: &JwkSet, document: &[u8]) -> Vec<Entry> {
    // What is said beside the keys is for the eye only: where it cannot be read in this simple way, it is left out.
    let document = document.strip_prefix(b"\xef\xbb\xbf").unwrap_or(document);
    let document: Value = serde_json::from_slice(document).unwrap_or_default();
    let member = |index: usize, name: &str| {
        let text = document.get("keys")?.get(index)?.get(name)?.as_str()?;
        Some(text.chars().take(LONGEST_SHOWN).collect::<String>())
    };
    let (mut keys, mut skipped) = (set.keys().iter(), set.skipped().iter().peekable());
    let count = set.keys().len().saturating_add(set.skipped().len());
    (0..count)
        .filter_map(|index| match skipped.next_if(|skipped| skipped.index() == index) {
            Some(skipped) => Some(Entry::skipped(skipped, |name| member(index, name))),
            None => keys.next().map(|jwk| Entry::accepted(jwk, |name| member(index, name))),
        })
        .collect()
}

fn write(out: &mut impl Write, address: &str, entries: &[Entry]) -> io::Result<()> {
    writeln!(out, "{}\n", printable::line(address))?;
    if entries.is_empty() {
        writeln!(
            out,
            "{WARNING}The set is empty.{WARNING:#} An issuer that signs with a shared secret (HS256) serves such a set."
        )?;
        return Ok(());
    }
    let columns = entries.iter().map(|entry| {
        let key_use = entry.key_use.as_deref().unwrap_or("-");
        [entry.type_in_words(), entry.algorithms_in_words(), String::from(key_use)]
            .map(|cell| printable::line(&cell))
    });
    let (title, names) = table::aligned(["type", "algorithm", "use"], columns.collect());
    let rows: Vec<_> = entries.iter().zip(names).map(|(entry, name)| entry.row(name)).collect();
    table::write(
        out,
        [&title, "key ID", "thumbprint, or why it cannot be used"],
        &rows,
        report::terminal_width(),
    )?;

    let usable = entries.iter().filter(|entry| entry.accepted).count();
    let style = if usable == 0 { report::REFUSED } else { ACCEPTED };
    writeln!(out, "\n{style}{usable} of {} can be used{style:#}", entries.len())?;
    for key_id in repeated(entries) {
        writeln!(
            out,
            "{DIM}{} is the ID of several keys: their algorithms must tell them apart{DIM:#}",
            printable::line(&format!("{key_id:?}"))
        )?;
    }
    Ok(())
}

/// The key IDs that more than one usable key has, each once.
fn repeated(entries: &[Entry]) -> Vec<&str> {
    let mut key_ids: Vec<_> =
        entries.iter().filter(|entry| entry.accepted).filter_map(|entry| entry.key_id.as_deref()).collect();
    key_ids.sort_unstable();
    let mut repeated: Vec<_> = key_ids
        .windows(2)
        .filter_map(|pair| {
            if let [one, other] = pair
                && one == other
            {
                Some(*one)
            } else {
                None
            }
        })
        .collect();
    repeated.dedup();
    repeated
}

fn write_json(out: &mut impl Write, address: &str, keys: &[Entry]) -> io::Result<()> {
    #[derive(Serialize)]
    struct Set<'a> {
        address: &'a str,
        keys: &'a [Entry],
    }

    // Structures of strings and numbers can always be written.
    let json = serde_json::to_string(&Set { address, keys }).unwrap_or_default();
    writeln!(out, "{}", printable::json(&json))
}

/// Most characters that are shown of a member that means nothing here. Names of types and algorithms are shorter.
const LONGEST_SHOWN: usize = 64;
