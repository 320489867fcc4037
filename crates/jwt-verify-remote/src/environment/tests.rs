//! What variables lead to. Process variables are never set: tests of one process run side by side.

mod messages;
mod process;
mod table;
mod tokens;

use super::{rules::Rules, *};

/// `A=b` on lines of their own, as in a file of variables. `\n` within a value is a line break.
fn lines(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().map(str::trim_start).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (name, value) = line.split_once('=').unwrap();
            (name.to_owned(), value.replace("\\n", "\n"))
        })
        .collect()
}

fn environment(text: &str) -> Result<Environment, EnvironmentError> {
    Environment::from_variables(lines(text))
}

/// What the variables say, before it is built, and what was found.
fn read(text: &str) -> (Option<Rules>, Findings) {
    let variables = Variables::new(lines(text));
    let mut findings = Findings::of(&variables);
    let rules = rules::read(&variables, &mut findings);
    (rules, findings)
}

/// 32 characters.
const SECRET: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn every_variable_is_documented_and_in_the_example() {
    let documentation = include_str!("../../../../docs/configuration.md");
    let example = include_str!("../../../../examples/.env.example");
    for name in variables::names() {
        assert!(documentation.contains(&format!("`{name}`")), "docs/configuration.md lacks {name}");
        let is_there =
            example.lines().any(|line| line.trim_start_matches("# ").starts_with(&format!("{name}=")));
        assert!(is_there, "examples/.env.example lacks {name}");
    }
}

#[test]
fn the_example_file_as_it_stands_is_a_working_set() {
    let example = include_str!("../../../../examples/.env.example");
    let set: Vec<_> = example
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| line.split_once('=').unwrap())
        .collect();
    let environment = Environment::from_variables(set).unwrap();
    assert_eq!(environment.issuer().name(), Some("http://localhost:3000"));
    assert_eq!(environment.notices(), []);
}

#[cfg(unix)]
#[test]
fn a_value_that_is_no_text_is_a_problem_if_the_variable_is_ours() {
    use std::os::unix::ffi::OsStringExt;

    let broken = || OsString::from_vec(vec![b'a', 0xff]);
    let good = ("BETTER_AUTH_URL".into(), "https://app.example".into());
    let theirs = Environment::from_variables([good.clone(), (OsString::from("LESSOPEN"), broken())]);
    assert_eq!(theirs.map(|environment| environment.notices().len()), Ok(0));
    let ours = Environment::from_variables([good, (OsString::from("JWT_AUDIENCE"), broken())]).unwrap_err();
    assert_eq!(ours.problems(), [EnvironmentProblem::NotText { variable: "JWT_AUDIENCE" }]);
}

#[test]
fn a_secret_is_in_no_message_and_no_debug_output() {
    let secret = "hunter2-hunter2-hunter2-hunter2-hunter2";
    for text in [
        format!("JWT_SECRET={secret}"),
        format!("JWT_SECRET={secret}\nJWT_ISSUER=https://id.example"),
        format!("JWT_SECRET={}\nJWT_ISSUER=a\nJWT_AUDIENCE=b", &secret[..20]),
        format!("JWT_SECRET={secret}\nJWT_ISSUER=a\nJWT_AUDIENCE=b"),
        format!("JWT_SECRET= {secret}\\n\nJWT_ISSUER=a\nJWT_AUDIENCE=b"),
        format!(
            "BETTER_AUTH_SECRET={secret}\nJWT_SECRET={secret}x\nBETTER_AUTH_URL=https://app.example\nJWT_ALGORITHMS=HS256"
        ),
        format!("BETTER_AUTH_SECRET={secret}\nBETTER_AUTH_URL=https://app.example"),
        format!("BETTER_AUTH_URL=https://user:{secret}@app.example"),
        format!("JWT_ISSUER=https://user:{secret}@id.example\nJWT_AUDIENCE=a"),
        format!("JWT_ISSUER=https://id.example\nJWT_AUDIENCE=a\nJWKS_URL=https://user:{secret}@id.example"),
        // In the rest of an address.
        format!("JWT_ISSUER=a\nJWT_AUDIENCE=a\nJWKS_URL=ftp://id.example/x?apikey={secret}"),
        format!("JWT_ISSUER=a\nJWT_AUDIENCE=a\nJWKS_URL=https://user:{secret}@id.example/#t={secret}"),
        format!("JWT_ISSUER=https://id.example/?key={secret}\nJWT_AUDIENCE=a"),
        format!("BETTER_AUTH_URL=https://user:hunter2?{secret}@app.example"),
        // In a wrong variable.
        format!("JWT_ISSUER=https://id.example\nJWT_AUDIENCE=a\nJWT_ALGORITHMS={secret}"),
        format!("JWT_ISSUER=https://id.example\nJWT_AUDIENCE=a\nJWT_SECRETE={secret}"),
    ] {
        let made = environment(&text);
        let notices = made.as_ref().map(|made| format!("{:?}", made.notices())).unwrap_or_default();
        let error = made.as_ref().err().map(ToString::to_string).unwrap_or_default();
        let all = format!("{made:?} {notices} {error}");
        assert!(!all.contains("hunter2"), "{text}\n{all}");
    }
}
