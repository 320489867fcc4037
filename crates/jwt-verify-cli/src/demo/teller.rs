//! Tells the story: the request, the answer, and why.

use core::mem;
use std::io::{self, Write};

use jwt_verify_core::{Error, ExplainedStep, Explanation, Step as VerifierStep, Verdict};
use jwt_verify_http::Reason;

use super::{
    client::Answer,
    stage::Stage,
    story::{Difference, Scene, Step},
    style_of,
};
use crate::{
    arguments::Framework,
    failure, printable,
    report::{self, DIM, REFUSED},
    table,
};

/// Writes for a terminal of some width, or for lines of any length.
pub(super) struct Teller<W> {
    out: W,
    width: Option<usize>,
    told: usize,
    /// When the last step was told.
    fetches: usize,
    is_about_keys: bool,
}

impl<W: Write> Teller<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, width: report::terminal_width(), told: 0, fetches: 0, is_about_keys: false }
    }

    pub(super) fn into_inner(self) -> W {
        self.out
    }

    pub(super) fn introduce(&mut self, framework: Framework, stage: &Stage) -> io::Result<()> {
        let said = format!(
            "An issuer at {}, whose keys are public and for tests only, and a service with {framework} at http://{} that trusts it.",
            stage.issuer_name(),
            stage.service(),
        );
        self.paragraph("", &said)
    }

    pub(super) fn begin(&mut self, scene: &Scene) -> io::Result<()> {
        self.is_about_keys = scene.is_about_keys;
        writeln!(self.out, "\n{}{}{:#}", report::BOLD, scene.title, report::BOLD)
    }

    pub(super) fn tell(
        &mut self,
        step: &Step,
        bearer: Option<&str>,
        answer: &Answer,
        stage: &Stage,
    ) -> io::Result<()> {
        let fetches_before = mem::replace(&mut self.fetches, stage.fetches());
        self.told = self.told.saturating_add(1);
        writeln!(self.out, "\n{:>2}. {}", self.told, step.title)?;
        let token =
            bearer.map_or_else(|| String::from("no token"), |token| format!("Bearer {}", shortened(token)));
        writeln!(self.out, "    {DIM}request{DIM:#}  GET {}  {DIM}{token}{DIM:#}", step.path)?;

        let style = style_of(answer.status);
        let status = format!("{} {}", answer.status, phrase(answer.status));
        writeln!(self.out, "    {DIM}answer{DIM:#}   {style}{status}{style:#}")?;
        for name in ["www-authenticate", "retry-after"] {
            if let Some(value) = answer.field(name) {
                self.paragraph(INDENT, &format!("{name}: {value}"))?;
            }
        }
        self.paragraph(INDENT, &answer.body)?;
        self.why(bearer, answer, stage)?;
        if self.is_about_keys { self.labelled("keys", &keys_in_words(stage, fetches_before)) } else { Ok(()) }
    }

    /// In the service's own words, which its client never reads.
    fn why(&mut self, token: Option<&str>, answer: &Answer, stage: &Stage) -> io::Result<()> {
        let explanation = token.map(|token| stage.explain(token));
        match (stage.reason(), explanation) {
            (Some(reason), explanation) => {
                self.labelled("why", &format!("{}: {}", reason.code(), failure::chain(&reason)))?;
                let Reason::InvalidToken(error) = &reason else { return Ok(()) };
                let in_words = match error {
                    Error::Claim(error) => report::when(error, stage.now()),
                    _ => None,
                };
                let step = explanation.as_ref().and_then(failed_step);
                in_words.or_else(|| step.map(expectation)).map_or(Ok(()), |words| self.labelled("", &words))
            }
            (None, Some(explanation)) if answer.status == 200 => self.labelled("why", &verdict(&explanation)),
            (None, _) => self.labelled("why", "the service gives no reason"),
        }
    }

    pub(super) fn differ(&mut self, differences: &[Difference]) -> io::Result<()> {
        writeln!(self.out, "\n{REFUSED}This is not the answer that was expected.{REFUSED:#}")?;
        for Difference { of, expected, found } in differences {
            writeln!(self.out, "    {of}")?;
            writeln!(self.out, "        expected  {}", printable::line(expected))?;
            writeln!(self.out, "        found     {}", printable::line(found))?;
        }
        self.out.flush()
    }

    fn labelled(&mut self, label: &str, text: &str) -> io::Result<()> {
        let mut lines = self.lines(text).into_iter();
        writeln!(self.out, "    {DIM}{label:7}{DIM:#}  {}", lines.next().unwrap_or_default())?;
        lines.try_for_each(|line| writeln!(self.out, "{INDENT}{line}"))
    }

    fn paragraph(&mut self, indent: &str, text: &str) -> io::Result<()> {
        self.lines(text).iter().try_for_each(|line| writeln!(self.out, "{indent}{line}"))
    }

    fn lines(&self, text: &str) -> Vec<String> {
        let text = printable::line(text);
        match self.width {
            Some(width) => table::wrap(&text, width.saturating_sub(INDENT.len()).max(NARROWEST)),
            None => vec![text],
        }
    }
}

/// The keys as the service holds them, and how often it has been given them.
fn keys_in_words(stage: &Stage, fetches_before: usize) -> String {
    let health = stage.health();
    let fetches = stage.fetches();
    let age = health.age().map(|age| format!(", confirmed {} s ago", age.as_secs())).unwrap_or_default();
    let error = health.last_error().map(|error| format!(", then: {error}")).unwrap_or_default();
    format!(
        "{}: {} held{age}{error}; {fetches} fetched so far, {} for this request",
        health.state(),
        health.keys(),
        fetches.saturating_sub(fetches_before),
    )
}

fn failed_step(explanation: &Explanation) -> Option<&ExplainedStep> {
    explanation.steps().iter().find(|step| step.verdict() != Verdict::Passed)
}

fn expectation(step: &ExplainedStep) -> String {
    let found = step.found().map(|found| format!("; found: {found}")).unwrap_or_default();
    format!("expected: {}{found}", step.expected())
}

/// What the verifier has checked of a token that it accepts.
fn verdict(explanation: &Explanation) -> String {
    let steps = explanation.steps();
    let passed = steps.iter().filter(|step| step.verdict() == Verdict::Passed).count();
    let key = steps.iter().find(|step| step.step() == VerifierStep::Key).and_then(ExplainedStep::found);
    let key = key.map(|key| format!("; signed by the key {key}")).unwrap_or_default();
    format!("{passed} of {} checks passed{key}", steps.len())
}

/// The beginnings of its parts: enough to tell tokens apart, and too little to use one.
fn shortened(token: &str) -> String {
    let part = |part: &str| match part.char_indices().nth(8) {
        Some((end, _)) => format!("{}…", part.get(..end).unwrap_or_default()),
        None => part.to_owned(),
    };
    token.split('.').map(part).collect::<Vec<_>>().join(".")
}

/// RFC 9110 §15, of the statuses that occur here.
fn phrase(status: u16) -> &'static str {
    match status {
        200 => "OK",
        401 => "Unauthorized",
        403 => "Forbidden",
        503 => "Service Unavailable",
        _ => "",
    }
}

/// Below what follows a label.
const INDENT: &str = "             ";
/// Narrower text is harder to read than lines that the terminal breaks.
const NARROWEST: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_shortened_beyond_use() {
        assert_eq!(
            shortened("eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"),
            "eyJhbGci….eyJzdWIi….c2lnbmF0…"
        );
    }
}
