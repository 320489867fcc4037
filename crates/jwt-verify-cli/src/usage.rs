//! What is wrong with the arguments, in one line. An argument in the wrong place may be a secret, and is not repeated then.

use core::{error::Error, fmt};
use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
};

use clap::{
    builder::{PathBufValueParser, StringValueParser, TypedValueParser},
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::{content::Content, input::in_parts};

/// Says what was found and what to do. `command` is where the help is.
pub(crate) fn in_one_line(error: &clap::Error, command: &str) -> String {
    let argument = context(error, ContextKind::InvalidArg);
    // `--jwks <FILE>`: what is in brackets tells nothing here.
    let flag = argument.split(' ').next().unwrap_or_default();
    let value = context(error, ContextKind::InvalidValue);
    let said = match error.kind() {
        ErrorKind::UnknownArgument if !argument.starts_with('-') && command.ends_with("demo") => {
            String::from("an argument besides the flags: leave it out, the demo mints its own tokens")
        }
        ErrorKind::UnknownArgument if !argument.starts_with('-') => {
            let one = if command.ends_with("jwks") { "one address or file" } else { "one token, or `-`" };
            format!("more than one argument besides the flags: give {one}")
        }
        ErrorKind::UnknownArgument if !is_word(argument) => String::from(
            "an argument begins with a hyphen and is no flag: keys and secrets are given as files, by their names",
        ),
        ErrorKind::UnknownArgument => match context(error, ContextKind::SuggestedArg) {
            "" => format!("there is no flag {argument} here: leave it out"),
            similar => format!("there is no flag {argument} here: did you mean {similar}?"),
        },
        ErrorKind::ArgumentConflict => match context(error, ContextKind::PriorArg) {
            prior if prior == argument => format!("{flag} is given more than once: give it once"),
            prior => {
                let prior = prior.split(' ').next().unwrap_or_default();
                format!("{flag} and {prior} exclude each other: give one of them")
            }
        },
        ErrorKind::InvalidValue if value.is_empty() => {
            format!("{flag} takes a value and there is none: write it behind the flag")
        }
        ErrorKind::TooManyValues => format!("{flag} takes no value: leave out the `=` and what follows"),
        ErrorKind::ValueValidation => match error.source() {
            Some(source) if source.is::<Misplaced>() => format!("{flag} {source}"),
            Some(source) if is_word(value) || value.is_empty() => format!("{flag} {value:?}: {source}"),
            Some(source) => format!("{flag}: {source}"),
            None => format!("{flag} has a value that it does not take: correct it"),
        },
        ErrorKind::InvalidSubcommand => match context(error, ContextKind::InvalidSubcommand) {
            found if is_word(found) => format!("there is no command {found:?}: {COMMANDS}"),
            _ => format!("the first argument is no command, and a token stands behind one: {COMMANDS}"),
        },
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            format!("there is no command: {COMMANDS}")
        }
        ErrorKind::InvalidUtf8 => String::from(
            "an argument is not UTF-8 text, as a token and every name but a file's are: check where it comes from",
        ),
        _ => String::from("the arguments cannot be understood: compare them with the examples"),
    };
    format!("{said}; see `{command} --help`")
}

/// Reads a path, unless it is what should have been inside the file.
pub(crate) fn file_name() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| {
        name(path.as_os_str(), "takes the name of a file; this is the content of one: put it into a file")?;
        Ok::<_, Misplaced>(path)
    })
}

/// Reads the name of an environment variable, unless it is what should have been its value.
pub(crate) fn variable_name() -> impl TypedValueParser<Value = String> {
    StringValueParser::new().try_map(|variable| {
        name(
            variable.as_ref(),
            "takes the name of an environment variable; this is the value of one: export it",
        )?;
        Ok::<_, Misplaced>(variable)
    })
}

/// Reads an address, as far as that it begins like one; the rest is said where it is used.
pub(crate) fn address() -> impl TypedValueParser<Value = String> {
    StringValueParser::new().try_map(|text| {
        if is_address(&text) {
            return Ok(text);
        }
        Err(Misplaced("takes an address, which begins with `https://`: write the whole of it"))
    })
}

/// Reads an address or the name of a file.
pub(crate) fn place() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| {
        if !path.to_str().is_some_and(is_address) {
            name(
                path.as_os_str(),
                "is an address or the name of a file; this is the content of one: put it into a file",
            )?;
        }
        Ok::<_, Misplaced>(path)
    })
}

/// Whether this is a web address and no file name. RFC 3986 §3.1: "schemes are case-insensitive".
pub(crate) fn is_address(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
    })
}

fn name(argument: &OsStr, if_content: &'static str) -> Result<(), Misplaced> {
    if is_content(argument) {
        return Err(Misplaced(if_content));
    }
    match argument.to_str() {
        Some(flag) if flag.starts_with("--") && is_word(flag) => {
            Err(Misplaced("takes a value, and a flag stands there: write the value behind it"))
        }
        _ => Ok(()),
    }
}

/// A value in a place where it makes no sense, told without the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Misplaced(&'static str);

impl fmt::Display for Misplaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for Misplaced {}

/// Whether an argument is a key, a secret or a token, or may well be, rather than the name of something.
fn is_content(argument: &OsStr) -> bool {
    if Path::new(argument).exists() {
        return false;
    }
    let bytes = argument.as_encoded_bytes();
    let looks_like_it = match Content::of(bytes) {
        Content::Empty | Content::Other => false,
        // `ssh-keys/ada.pub` is a name.
        Content::OpenSsh => bytes.contains(&b' '),
        _ => true,
    };
    looks_like_it
        || bytes.len() > LONGEST_PATH
        || bytes.iter().any(|byte| matches!(byte, b'\n' | b'\r'))
        || bytes.len() > LONGEST_DOTTED_NAME && argument.to_str().is_some_and(in_parts)
}

/// Whether this is short and plain enough to be repeated: no secret that suffices for anything.
fn is_word(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+' | b'.' | b' ');
    !text.is_empty() && text.len() <= LONGEST_WORD && text.bytes().all(plain)
}

/// What clap knows about an error; the first of several.
fn context(error: &clap::Error, kind: ContextKind) -> &str {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text,
        Some(ContextValue::Strings(texts)) => texts.first().map_or("", String::as_str),
        _ => "",
    }
}

#[cfg(feature = "demo")]
const COMMANDS: &str = "write `verify`, `inspect`, `jwks` or `demo` first";
#[cfg(not(feature = "demo"))]
const COMMANDS: &str = "write `verify`, `inspect` or `jwks` first";

/// Longer than any word that belongs on the command line, in bytes, and shorter than any token or sufficient secret.
const LONGEST_WORD: usize = 24;

/// Longer than a path that somebody mistypes, in bytes, and shorter than any key in PEM.
const LONGEST_PATH: usize = 100;

/// Longer than a file name with two dots, in bytes, such as `id.example.jwks.json`, and shorter than any signed token.
const LONGEST_DOTTED_NAME: usize = 48;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_told_from_a_name() {
        for name in
            ["jwks.json", "./id.example.jwks.json", "better-auth.jwks.json", "ssh-keys/ada.pub", "Cargo.toml"]
        {
            assert!(!is_content(name.as_ref()), "{name}");
        }
        for content in [
            "two\nlines",
            "-----BEGIN PRIVATE KEY-----",
            "{\"kty\":\"oct\",\"k\":\"AAAA\"}",
            "[1]",
            "ssh-ed25519 AAAA",
            "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp-K06_nwoy_HU--CXqI9EdVhC",
            "eyJhbGciOiJkaXIifQ..a.b.c",
            &["x".repeat(20), "y".repeat(20), "z".repeat(20)].join("."),
            &"x".repeat(101),
        ] {
            assert!(is_content(content.as_ref()), "{content}");
        }
    }
}
