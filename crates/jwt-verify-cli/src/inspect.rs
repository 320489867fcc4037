//! `jwt-verify inspect`: what a token says, true or not.

use std::io::{self, BufReader, Write};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use jwt_verify_core::{Error, Header, UnixTime, UnverifiedToken};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    arguments::InspectArguments,
    failure::{Failure, Status},
    input::{Input, Lines},
    judge::{self, Refusal},
    printable,
    report::{self, DIM, JsonError, REFUSED, WARNING},
};

pub(crate) fn run(arguments: &InspectArguments) -> Result<Status, Failure> {
    let clock = judge::clock(arguments.now);
    let now = judge::now(&*clock)?;
    let mut out = anstream::stdout().lock();
    let mut show = |contents: Contents| {
        let written =
            if arguments.json { contents.write_json(&mut out) } else { contents.write(&mut out, now) };
        written.and_then(|()| out.flush()).map_err(Failure::output).map(|()| contents.status())
    };
    match Input::of(arguments.token.as_deref())? {
        Input::One(token) => show(Contents::of(&token)),
        Input::TooLong => show(Contents::unreadable(Refusal::TooLong)),
        Input::Lines => {
            let mut lines = Lines::new(BufReader::new(io::stdin().lock()));
            let mut status = Status::Good;
            while let Some(chunk) = lines.next_chunk()? {
                for line in chunk {
                    let contents = match line.text {
                        Ok(token) => Contents::of(&token),
                        Err(error) => Contents::unreadable(error.into()),
                    };
                    status = status.max(show(contents)?);
                }
            }
            Ok(status)
        }
    }
}

/// What could be read of a token. More than a verifier would look at: whoever wonders why it refuses a token wants to see.
struct Contents {
    header: Option<Map<String, Value>>,
    claims: Option<Map<String, Value>>,
    /// Why every verifier refuses the token whatever its keys are.
    refusal: Option<Refusal>,
}

impl Contents {
    fn of(token: &str) -> Self {
        // The claims of an SD-JWT stand before the first `~`.
        let jwt = token.split_once('~').map_or(token, |(jwt, _)| jwt);
        let parts: Vec<_> = jwt.split('.').collect();
        let (header, claims) = match parts.as_slice() {
            [header, payload, _signature] => (object(header), object(payload)),
            // A JWE: what follows the header is encrypted.
            [header, _, _, _, _] => (object(header), None),
            _ => (None, None),
        };
        Self { header, claims, refusal: refusal(token).map(Refusal::from) }
    }

    fn unreadable(refusal: Refusal) -> Self {
        Self { header: None, claims: None, refusal: Some(refusal) }
    }

    fn status(&self) -> Status {
        if self.header.is_some() && self.claims.is_some() { Status::Good } else { Status::Refused }
    }

    fn write(&self, out: &mut impl Write, now: UnixTime) -> io::Result<()> {
        writeln!(out, "{WARNING}NOT VERIFIED: anybody can write a token that says this.{WARNING:#}\n")?;
        if let Some(header) = &self.header {
            writeln!(out, "header")?;
            report::object(out, header, now)?;
            for (parameter, words) in
                PARAMETERS.iter().filter(|(parameter, _)| header.contains_key(*parameter))
            {
                writeln!(out, "{DIM}  {parameter}: {words}{DIM:#}")?;
            }
            writeln!(out)?;
        }
        match &self.claims {
            Some(claims) => {
                writeln!(out, "claims")?;
                report::object(out, claims, now)?;
                writeln!(out)?;
            }
            None => writeln!(out, "The claims cannot be read.\n")?,
        }
        if let Some(refusal) = &self.refusal {
            let (code, message) = (refusal.code(), printable::line(&refusal.message()));
            writeln!(out, "{REFUSED}Every verifier refuses this token{REFUSED:#}  {code}: {message}")?;
            writeln!(out, "To do  {}\n", report::remedy(refusal))?;
        }
        writeln!(out, "{WARNING}NOT VERIFIED: `jwt-verify verify` tells whether it is genuine.{WARNING:#}")
    }

    fn write_json(&self, out: &mut impl Write) -> io::Result<()> {
        #[derive(Serialize)]
        struct Unverified<'a> {
            verified: bool,
            header: Option<&'a Map<String, Value>>,
            claims: Option<&'a Map<String, Value>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            error: Option<JsonError<'a>>,
        }

        let json = serde_json::to_string(&Unverified {
            verified: false,
            header: self.header.as_ref(),
            claims: self.claims.as_ref(),
            error: self.refusal.as_ref().map(JsonError::of),
        });
        // Maps with names that are strings can always be written.
        writeln!(out, "{}", printable::json(&json.unwrap_or_default()))
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    let json = Base64UrlUnpadded::decode_vec(part).ok()?;
    serde_json::from_slice(&json).ok()
}

/// What a verifier finds before it needs a key.
fn refusal(token: &str) -> Option<Error> {
    let token = match UnverifiedToken::parse(token) {
        Ok(token) => token,
        Err(error) => return Some(error),
    };
    let unsigned = |header: Header| match header.algorithm() {
        Some(_) => Ok(()),
        None => Err(Error::AlgorithmNotAllowed(None)),
    };
    token.header().and_then(unsigned).and_then(|()| token.danger_unverified_claims().map(|_| ())).err()
}

/// Header parameters that people wonder about, and what becomes of them.
const PARAMETERS: &[(&str, &str)] = &[
    ("crit", "lists extensions that must be understood; none is, so the token is refused"),
    ("b64", "changes what is signed, and is not for JWTs; the token is refused"),
    ("enc", "the token is encrypted and not signed; it is never decrypted here"),
    ("jku", "an address at which the sender proposes keys; it is never followed"),
    ("jwk", "a key that the sender proposes; it is never used"),
    ("x5u", "an address at which the sender proposes a certificate; it is never followed"),
    ("x5c", "a certificate that the sender proposes; it is never used"),
];
