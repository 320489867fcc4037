//! The value of `WWW-Authenticate` (RFC 9110 §11.6.1, RFC 6750 §3, RFC 9470 §3).

use jwt_verify_core::StepUp;

/// What a client is told of the token that it needs. Without an `error_description`: it would say which check failed.
#[derive(Debug, Default)]
pub(crate) struct Challenge<'a> {
    error: Option<&'static str>,
    scopes: Vec<&'a str>,
    step_up: Option<&'a StepUp>,
}

impl<'a> Challenge<'a> {
    pub(crate) fn bare() -> Self {
        Self::default()
    }

    pub(crate) fn error(code: &'static str) -> Self {
        Self { error: Some(code), ..Self::default() }
    }

    pub(crate) fn insufficient_scope(scopes: Vec<&'a str>) -> Self {
        Self { scopes, ..Self::error("insufficient_scope") }
    }

    pub(crate) fn step_up(step_up: &'a StepUp) -> Self {
        Self { step_up: Some(step_up), ..Self::error("insufficient_user_authentication") }
    }

    /// The whole value of the field. RFC 9110 §11.5: of a realm, "a sender MUST only generate the quoted-string syntax".
    pub(crate) fn field_value(&self, realm: &str) -> String {
        let mut value = String::from("Bearer realm=");
        push_quoted(&mut value, realm);
        if let Some(code) = self.error {
            push_parameter(&mut value, "error", code);
        }
        // RFC 6750 §3: "a space-delimited list of case-sensitive scope values".
        if !self.scopes.is_empty() {
            push_parameter(&mut value, "scope", &self.scopes.join(" "));
        }
        if let Some(StepUp { acr_values, max_age, .. }) = self.step_up {
            // RFC 9470 §3: "A space-separated string listing the authentication context class reference values in order of
            // preference".
            if !acr_values.is_empty() {
                push_parameter(&mut value, "acr_values", &acr_values.join(" "));
            }
            // RFC 9470 §3: "The allowable elapsed time in seconds since the last active authentication event".
            if let Some(age) = max_age {
                push_parameter(&mut value, "max_age", &age.as_secs().to_string());
            }
        }
        value
    }
}

fn push_parameter(value: &mut String, name: &str, text: &str) {
    value.push_str(", ");
    value.push_str(name);
    value.push('=');
    push_quoted(value, text);
}

/// RFC 9110 §5.6.4: within a quoted-string, `"` and `\` are escaped. What no field value may carry (control characters would end
/// it) or what frameworks disagree about (beyond ASCII) becomes `?`.
fn push_quoted(value: &mut String, text: &str) {
    value.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => value.extend(['\\', character]),
            ' '..='~' => value.push(character),
            _ => value.push('?'),
        }
    }
    value.push('"');
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;

    #[test]
    fn each_kind_is_written_as_its_rfc_has_it() {
        let mut login = StepUp::default();
        login.acr_values = vec!["phr".into(), "mfa".into()];
        login.max_age = Some(Duration::from_secs(300));
        let mut recent = StepUp::default();
        recent.max_age = Some(Duration::from_millis(60_900));
        for (challenge, expected) in [
            (Challenge::bare(), r#"Bearer realm="api""#),
            (Challenge::error("invalid_token"), r#"Bearer realm="api", error="invalid_token""#),
            (
                Challenge::insufficient_scope(vec!["a:read", "a:write"]),
                r#"Bearer realm="api", error="insufficient_scope", scope="a:read a:write""#,
            ),
            // A role is nothing that a scope could name.
            (Challenge::insufficient_scope(Vec::new()), r#"Bearer realm="api", error="insufficient_scope""#),
            (
                Challenge::step_up(&login),
                r#"Bearer realm="api", error="insufficient_user_authentication", acr_values="phr mfa", max_age="300""#,
            ),
            (
                Challenge::step_up(&recent),
                r#"Bearer realm="api", error="insufficient_user_authentication", max_age="60""#,
            ),
        ] {
            assert_eq!(challenge.field_value("api"), expected);
        }
    }

    #[test]
    fn nothing_that_is_quoted_ends_the_quotes_or_the_field() {
        for (realm, expected) in [
            (r#"a "b" \c"#, r#"Bearer realm="a \"b\" \\c""#),
            ("a\r\nset-cookie: x", r#"Bearer realm="a??set-cookie: x""#),
            ("größe\t\u{7f}", r#"Bearer realm="gr??e??""#),
            ("", r#"Bearer realm="""#),
        ] {
            assert_eq!(Challenge::bare().field_value(realm), expected);
        }
        let scopes = vec!["a\"b", "c\nd"];
        assert_eq!(
            Challenge::insufficient_scope(scopes).field_value("api"),
            r#"Bearer realm="api", error="insufficient_scope", scope="a\"b c?d""#
        );
    }
}
