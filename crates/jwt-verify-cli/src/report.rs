//! Verdicts as people and programs read them.

use std::io::{self, IsTerminal as _, Write};

use anstyle::{AnsiColor, Style};
use jwt_verify_core::{
    ClaimError, Claims, Error, ExplainedStep, Explanation, Malformed, Step, UnixTime, Verdict, VerifiedToken,
};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    judge::Refusal,
    moment, printable,
    table::{self, Row},
};

/// How a verdict looks. The style of text is for terminals; `anstream` takes it off everywhere else.
pub(crate) const ACCEPTED: Style = AnsiColor::Green.on_default().bold();
pub(crate) const REFUSED: Style = AnsiColor::Red.on_default().bold();
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const BOLD: Style = Style::new().bold();

/// A verdict, whoever it is for.
pub(crate) type Answer = Result<VerifiedToken<Claims>, Refusal>;

/// One JSON object, on a line.
pub(crate) fn json(answer: &Answer) -> String {
    #[derive(Serialize)]
    struct Valid<'a> {
        valid: bool,
        algorithm: &'static str,
        key_id: Option<&'a str>,
        issuer: Option<&'a str>,
        claims: &'a Claims,
    }

    #[derive(Serialize)]
    struct Invalid<'a> {
        valid: bool,
        error: JsonError<'a>,
    }

    let json = match answer {
        Ok(verified) => serde_json::to_string(&Valid {
            valid: true,
            algorithm: verified.algorithm().name(),
            key_id: verified.key_id(),
            issuer: verified.issuer(),
            claims: verified.claims(),
        }),
        Err(refusal) => serde_json::to_string(&Invalid { valid: false, error: JsonError::of(refusal) }),
    };
    // Maps with names that are strings can always be written.
    printable::json(&json.unwrap_or_default())
}

/// What `--json` says of a refusal.
#[derive(Serialize)]
pub(crate) struct JsonError<'a> {
    code: &'static str,
    message: String,
    remedy: &'a str,
}

impl JsonError<'_> {
    pub(crate) fn of(refusal: &Refusal) -> Self {
        JsonError { code: refusal.code(), message: refusal.message(), remedy: remedy(refusal) }
    }
}

/// One line among many: the verdict, then who it is or what is wrong.
pub(crate) fn line(answer: &Answer) -> String {
    match answer {
        Ok(verified) => {
            let subject = verified
                .subject()
                .map_or_else(|| String::from("no subject"), |subject| format!("{subject:?}"));
            format!("{ACCEPTED}valid  {ACCEPTED:#}  {subject}")
        }
        Err(refusal) => {
            let message = printable::line(&refusal.message());
            format!("{REFUSED}refused{REFUSED:#}  {}: {message}", refusal.code())
        }
    }
}

/// Everything there is to say of one token: the steps, the verdict, and the claims or what to do.
pub(crate) fn whole(
    out: &mut impl Write,
    answer: &Answer,
    explanation: &Explanation,
    required_scopes: &[&str],
    now: UnixTime,
) -> io::Result<()> {
    let mut rows: Vec<Row> = explanation.steps().iter().map(|step| row(step, now)).collect();
    if explanation.is_accepted() && !required_scopes.is_empty() {
        rows.push(scope_row(answer, required_scopes));
    }
    table::write(out, ["step", "expected", "found"], &rows, terminal_width())?;
    writeln!(out)?;

    match answer {
        Ok(verified) => {
            writeln!(out, "{ACCEPTED}VALID{ACCEPTED:#}  {}\n", signed_by(verified))?;
            let claims =
                verified.claims().iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
            return object(out, &claims, now);
        }
        Err(refusal) => refused(out, refusal, now)?,
    }
    // Where the key was found, the others have no part in the refusal.
    let ended_at_key = explanation.steps().last().is_some_and(|step| step.step() == Step::Key);
    if ended_at_key && !explanation.keys().is_empty() {
        writeln!(out, "Keys")?;
        for key in explanation.keys() {
            writeln!(out, "  {}", printable::line(&key.to_string()))?;
        }
    }
    Ok(())
}

/// That a token was refused, why, and what to do.
pub(crate) fn refused(out: &mut impl Write, refusal: &Refusal, now: UnixTime) -> io::Result<()> {
    let message = printable::line(&refusal.message());
    writeln!(out, "{REFUSED}REFUSED{REFUSED:#}  {BOLD}{}{BOLD:#}: {message}", refusal.code())?;
    if let Refusal::Token(Error::Claim(error)) = refusal
        && let Some(words) = when(error, now)
    {
        writeln!(out, "         {words}")?;
    }
    writeln!(out, "To do    {}", remedy(refusal))
}

/// A JSON object over several lines, with the times among its members explained beside.
pub(crate) fn object(out: &mut impl Write, members: &Map<String, Value>, now: UnixTime) -> io::Result<()> {
    if members.is_empty() {
        return writeln!(out, "{{}}");
    }
    writeln!(out, "{{")?;
    for (index, (name, value)) in members.iter().enumerate() {
        let comma = if index.saturating_add(1) < members.len() { "," } else { "" };
        let quoted = printable::json(&Value::from(name.as_str()).to_string());
        // The alternate form of a `Value` is its pretty one.
        let pretty = printable::json(&format!("{value:#}")).replace('\n', "\n  ");
        let words = moment::of_claim(name, value, now);
        let words = words.map(|words| format!("   {DIM}{words}{DIM:#}")).unwrap_or_default();
        writeln!(out, "  {quoted}: {pretty}{comma}{words}")?;
    }
    writeln!(out, "}}")
}

/// What can be changed here, by the names of this program's flags where there are some.
pub(crate) fn remedy(refusal: &Refusal) -> &'static str {
    let error = match refusal {
        Refusal::Scope { .. } => {
            return "ask the issuer for a token with these scopes, or drop the --scope that is not needed";
        }
        Refusal::TooLong => return SMALLER,
        Refusal::Token(error) => error,
    };
    match error {
        Error::AlgorithmNotAllowed(Some(_)) => {
            "if the issuer really signs with this algorithm, add it to --algorithms; somebody may be trying another"
        }
        Error::Malformed(Malformed::TooLong { .. }) => SMALLER,
        Error::Claim(ClaimError::InvalidIssuer) => {
            "compare the token's `iss` with --issuer byte by byte; a trailing slash counts"
        }
        Error::Claim(ClaimError::InvalidAudience) => {
            "add the token's `aud` with --audience if it means this service, or ask the issuer for a token that names it"
        }
        Error::Claim(ClaimError::InvalidType) => {
            "present an access token and not an ID token, logout token or session cookie, or name its type with --typ"
        }
        Error::Claim(ClaimError::TooOld { .. }) => {
            "have the client fetch a new token, or give a longer --max-age"
        }
        Error::Claim(ClaimError::Missing { claim }) => match &**claim {
            "iss" => {
                "have the issuer add the claim; only if the keys sign for nobody else, use --danger-any-issuer"
            }
            "aud" => {
                "have the issuer add the claim; --danger-any-audience accepts tokens that are meant for others too"
            }
            "exp" => "have the issuer add the claim; --danger-no-expiration accepts tokens that never end",
            _ => error.remedy(),
        },
        error => error.remedy(),
    }
}

fn row(step: &ExplainedStep, now: UnixTime) -> Row {
    let (style, mark) = mark(step.verdict() == Verdict::Passed);
    let mut found = step.found().map(String::from).unwrap_or_default();
    if matches!(step.step(), Step::ExpirationTime | Step::NotBefore | Step::Age)
        && let Ok(seconds) = found.parse()
    {
        found = format!("{found}, {}", moment::distance(UnixTime::from_secs(seconds), now));
    }
    let cells = [printable::line(step.expected()), printable::line(&found)];
    Row { style, mark, name: step.step().to_string(), cells }
}

fn scope_row(answer: &Answer, required: &[&str]) -> Row {
    let (style, mark) = mark(answer.is_ok());
    let carried = match answer {
        Ok(verified) => verified.identity().map(|caller| caller.scopes().to_vec()).unwrap_or_default(),
        Err(Refusal::Scope { carried, .. }) => carried.clone(),
        Err(_) => Vec::new(),
    };
    let found = if carried.is_empty() { String::from("none") } else { printable::line(&carried.join(" ")) };
    Row { style, mark, name: String::from("scope"), cells: [required.join(" "), found] }
}

pub(crate) fn mark(passed: bool) -> (Style, &'static str) {
    if passed { (ACCEPTED, "✓") } else { (REFUSED, "✗") }
}

fn signed_by(verified: &VerifiedToken<Claims>) -> String {
    let issuer = verified
        .issuer()
        .map_or_else(|| String::from("an issuer without a name"), |issuer| format!("{issuer:?}"));
    let key = verified.key_id().map(|key_id| format!(", key {key_id:?}")).unwrap_or_default();
    format!("signed by {issuer} with {}{key}", verified.algorithm())
}

/// The time in a refusal, in words.
pub(crate) fn when(error: &ClaimError, now: UnixTime) -> Option<String> {
    let (what, time) = match error {
        ClaimError::Expired { expiration_time, .. } => ("expired", expiration_time),
        ClaimError::NotYetValid { not_before, .. } => ("valid", not_before),
        ClaimError::TooOld { issued_at, .. } | ClaimError::IssuedInFuture { issued_at, .. } => {
            ("issued", issued_at)
        }
        _ => return None,
    };
    Some(format!("{what} {}", moment::in_words(*time, now)))
}

/// Where the output is no terminal, lines may be of any length.
pub(crate) fn terminal_width() -> Option<usize> {
    let stdout = io::stdout();
    let (terminal_size::Width(columns), _) =
        terminal_size::terminal_size_of(&stdout).filter(|_| stdout.is_terminal())?;
    Some(usize::from(columns))
}

const SMALLER: &str = "ask the issuer for a smaller token; servers refuse longer ones too";
