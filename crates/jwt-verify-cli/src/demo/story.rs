//! The story, as data: what happens, what is asked, and what the answer must be.

use core::time::Duration;

use jwt_verify_http::Reason;
use jwt_verify_testing::Tamper;

use super::{client::Answer, stage::Stage};

/// Steps that belong together.
pub(super) struct Scene {
    pub(super) title: &'static str,
    /// Whether to tell how the keys are.
    pub(super) is_about_keys: bool,
    pub(super) steps: &'static [Step],
}

/// One request. Its result is checked.
pub(super) struct Step {
    pub(super) title: &'static str,
    /// What happens in the world before it.
    pub(super) before: fn(&Stage),
    pub(super) path: &'static str,
    pub(super) token: fn(&Stage) -> Option<String>,
    pub(super) expected: Expected,
}

/// What the answer must be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected {
    status: u16,
    /// The whole of `WWW-Authenticate`.
    challenge: Option<&'static str>,
    /// The code of the service's reason.
    reason: Option<&'static str>,
}

/// Something of an answer that is not as it must be.
#[derive(Debug, PartialEq)]
pub(super) struct Difference {
    pub(super) of: &'static str,
    pub(super) expected: String,
    pub(super) found: String,
}

impl Expected {
    const OK: Self = Self { status: 200, challenge: None, reason: None };
    const NO_TOKEN: Self =
        Self { status: 401, challenge: Some("Bearer realm=\"api\""), reason: Some("no_credentials") };
    const NOT_OWNER: Self = Self { status: 403, challenge: None, reason: Some("not_owner") };
    const NO_SCOPE: Self = Self {
        status: 403,
        challenge: Some("Bearer realm=\"api\", error=\"insufficient_scope\", scope=\"reports:read\""),
        reason: Some("insufficient_scope"),
    };
    const NO_KEYS: Self = Self { status: 503, challenge: None, reason: Some("keys_unavailable") };

    /// One answer for every bad token; only the reason differs, which the client is not told.
    const fn bad_token(reason: &'static str) -> Self {
        Self {
            status: 401,
            challenge: Some("Bearer realm=\"api\", error=\"invalid_token\""),
            reason: Some(reason),
        }
    }

    /// Empty if the answer is as it must be.
    pub(super) fn differences(self, answer: &Answer, reason: Option<&Reason>) -> Vec<Difference> {
        // RFC 9110 §10.2.3: "delay-seconds = 1*DIGIT". How many depends on chance: clients must not come back all at once.
        let retry_after = match answer.field("retry-after") {
            None => "none",
            Some(seconds) if seconds.parse::<u32>().is_ok_and(|seconds| seconds > 0) => "seconds",
            Some(_) => "no number of seconds",
        };
        let none = "none";
        [
            ("status", self.status.to_string(), answer.status.to_string()),
            (
                "www-authenticate",
                String::from(self.challenge.unwrap_or(none)),
                String::from(answer.field("www-authenticate").unwrap_or(none)),
            ),
            (
                "retry-after",
                String::from(if self.status == 503 { "seconds" } else { none }),
                String::from(retry_after),
            ),
            (
                "reason",
                String::from(self.reason.unwrap_or(none)),
                String::from(reason.map_or(none, Reason::code)),
            ),
        ]
        .into_iter()
        .filter(|(_, expected, found)| expected != found)
        .map(|(of, expected, found)| Difference { of, expected, found })
        .collect()
    }
}

/// The whole story.
pub(super) const SCENES: &[Scene] = &[
    Scene {
        title: "Who is calling?",
        is_about_keys: false,
        steps: &[
            Step {
                title: "Somebody without a token asks for Ada's tasks",
                before: nothing,
                path: ADAS_TASKS,
                token: |_| None,
                expected: Expected::NO_TOKEN,
            },
            Step {
                title: "Ada asks for her own tasks",
                before: nothing,
                path: ADAS_TASKS,
                token: |stage| Some(stage.token_of("ada").mint()),
                expected: Expected::OK,
            },
        ],
    },
    Scene {
        title: "Tokens that are not what they seem",
        is_about_keys: false,
        steps: &[
            Step {
                title: "Ada's token, its signature changed",
                before: nothing,
                path: ADAS_TASKS,
                token: |stage| Some(stage.token_of("ada").tamper(Tamper::FlipSignatureBit).mint()),
                expected: Expected::bad_token("invalid_signature"),
            },
            Step {
                title: "Ada's token, an hour too late",
                before: nothing,
                path: ADAS_TASKS,
                token: |stage| Some(stage.token_of("ada").expires_in(-3600).mint()),
                expected: Expected::bad_token("expired"),
            },
            Step {
                title: "A token of Ada's for another service",
                before: nothing,
                path: ADAS_TASKS,
                token: |stage| Some(stage.token_of("ada").claim("aud", "https://shop.example").mint()),
                expected: Expected::bad_token("invalid_audience"),
            },
            Step {
                title: "A token that says `alg: none`, and that nobody has signed",
                before: nothing,
                path: ADAS_TASKS,
                token: |stage| Some(stage.token_of("ada").tamper(Tamper::AlgorithmNone).mint()),
                expected: Expected::bad_token("algorithm_not_allowed"),
            },
        ],
    },
    Scene {
        title: "Genuine callers, and what they may do",
        is_about_keys: false,
        steps: &[
            Step {
                title: "Grace asks for Ada's tasks",
                before: nothing,
                path: ADAS_TASKS,
                token: |stage| Some(stage.token_of("grace").mint()),
                expected: Expected::NOT_OWNER,
            },
            Step {
                title: "Grace asks for her own",
                before: nothing,
                path: "/api/grace/tasks",
                token: |stage| Some(stage.token_of("grace").mint()),
                expected: Expected::OK,
            },
            Step {
                title: "Grace asks for the reports, for which her token has no scope",
                before: nothing,
                path: REPORTS,
                token: |stage| Some(stage.token_of("grace").mint()),
                expected: Expected::NO_SCOPE,
            },
            Step {
                title: "Grace asks for the reports with a token that has it",
                before: nothing,
                path: REPORTS,
                token: |stage| Some(stage.token_of("grace").claim("scope", "reports:read").mint()),
                expected: Expected::OK,
            },
        ],
    },
    Scene {
        title: "The issuer changes its keys; the service is not restarted",
        is_about_keys: true,
        steps: &[
            Step {
                title: "Ada's token from before, by the old key",
                before: Stage::rotate_keys,
                path: ADAS_TASKS,
                token: |stage| stage.kept(),
                expected: Expected::OK,
            },
            Step {
                title: "A new token of Ada's, by the new key",
                before: nothing,
                path: ADAS_TASKS,
                token: |stage| Some(stage.token_of("ada").mint()),
                expected: Expected::OK,
            },
            Step {
                title: "Another one: the new key is held now",
                before: nothing,
                path: ADAS_TASKS,
                token: |stage| Some(stage.token_of("ada").mint()),
                expected: Expected::OK,
            },
        ],
    },
    Scene {
        title: "The issuer is away; the clock of this demo is moved on",
        is_about_keys: true,
        steps: &[
            Step {
                title: "Half an hour later the keys are due, and cannot be fetched",
                before: |stage| {
                    stage.stop_issuer();
                    stage.wait(Duration::from_secs(30 * 60));
                },
                path: ADAS_TASKS,
                token: |stage| Some(stage.token_of("ada").mint()),
                expected: Expected::OK,
            },
            Step {
                title: "Two hours later it is still away",
                before: |stage| stage.wait(Duration::from_secs(2 * 60 * 60)),
                path: ADAS_TASKS,
                token: |stage| Some(stage.token_of("ada").mint()),
                expected: Expected::NO_KEYS,
            },
            Step {
                title: "A minute later it is back",
                before: |stage| {
                    stage.start_issuer();
                    stage.wait(Duration::from_secs(60));
                },
                path: ADAS_TASKS,
                token: |stage| Some(stage.token_of("ada").mint()),
                expected: Expected::OK,
            },
        ],
    },
];

fn nothing(_: &Stage) {}

const ADAS_TASKS: &str = "/api/ada/tasks";
const REPORTS: &str = "/api/reports";

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(of: &'static str, expected: &str, found: &str) -> Difference {
        Difference { of, expected: expected.into(), found: found.into() }
    }

    #[test]
    fn an_answer_as_expected_has_no_difference() {
        let answer = Answer::parse("HTTP/1.1 403 Forbidden\r\n\r\n").unwrap();
        assert_eq!(Expected::NOT_OWNER.differences(&answer, Some(&Reason::NotOwner)), []);
    }

    #[test]
    fn whatever_differs_is_told() {
        let answer = Answer::parse("HTTP/1.1 200 OK\r\nretry-after: soon\r\n\r\n").unwrap();
        assert_eq!(
            Expected::NO_TOKEN.differences(&answer, Some(&Reason::NotOwner)),
            [
                difference("status", "401", "200"),
                difference("www-authenticate", "Bearer realm=\"api\"", "none"),
                difference("retry-after", "none", "no number of seconds"),
                difference("reason", "no_credentials", "not_owner"),
            ]
        );
    }
}
