//! Tokens from the command line and from standard input.

use std::{
    io::{self, BufRead, IsTerminal as _, Read as _},
    path::Path,
};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use jwt_verify_core::{Error, Malformed, limits};

use crate::failure::Failure;

/// What was asked about.
pub(crate) enum Input {
    /// One token.
    One(String),
    /// No token, whatever it is: standard input has more than [`READ_AT_MOST`] bytes.
    TooLong,
    /// One token per line of standard input.
    Lines,
}

impl Input {
    /// Reads the argument TOKEN.
    pub(crate) fn of(argument: Option<&str>) -> Result<Self, Failure> {
        match argument {
            Some("-") => Ok(Self::Lines),
            Some(token) if !is_token(token) && Path::new(token).is_file() => Err(Failure::setup(format!(
                "{token:?} is a file and not a token: pass what is in it, with `< FILE` or \"$(cat FILE)\""
            ))),
            Some(token) => Ok(Self::One(String::from(token))),
            None => from_standard_input(),
        }
    }
}

/// Whether a text is a token beyond doubt, signed or encrypted: three parts or five in base64url, of which the first is that of
/// a JSON object. A file name may have two dots too.
pub(crate) fn is_token(text: &str) -> bool {
    // What an SD-JWT discloses stands behind the first `~`.
    let token = text.split_once('~').map_or(text, |(token, _)| token);
    let header = token.split('.').next().unwrap_or_default();
    in_parts(token) && Base64UrlUnpadded::decode_vec(header).is_ok_and(|json| json.starts_with(b"{"))
}

/// Whether a text looks like a token from afar: three parts or five of letters that base64url has.
pub(crate) fn in_parts(text: &str) -> bool {
    matches!(text.split('.').count(), 3 | 5)
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

fn from_standard_input() -> Result<Input, Failure> {
    let input = io::stdin().lock();
    if input.is_terminal() {
        return Err(Failure::setup("no token: give it as an argument, or on standard input; see `--help`"));
    }
    let mut bytes = Vec::new();
    // One byte more tells what is too long from what just fits.
    input.take(to_u64(READ_AT_MOST).saturating_add(1)).read_to_end(&mut bytes).map_err(Failure::input)?;
    let token = without_line_end(&bytes);
    if token.contains(&b'\n') {
        return Err(Failure::setup("several lines on standard input: give `-` to verify one token per line"));
    }
    Ok(if bytes.len() > READ_AT_MOST { Input::TooLong } else { Input::One(text(token)) })
}

/// Reads lines, in chunks of what there is, so that an answer never waits for a token that is still to come.
pub(crate) struct Lines<R> {
    reader: R,
    /// The beginning of a line whose end has not been read yet. No longer than a token may be, whatever is read.
    begun: Vec<u8>,
    /// How many bytes the line really has so far.
    length: usize,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, begun: Vec::new(), length: 0 }
    }

    /// One line or more, up to [`LINES_AT_MOST`], each with how many bytes were read for it, or `None` at the end.
    ///
    /// A line that is too long for a token is an error in its place, and is not kept in memory.
    pub(crate) fn next_chunk(&mut self) -> Result<Option<Vec<Line>>, Failure> {
        loop {
            let buffer = match self.reader.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Failure::input(error)),
            };
            if buffer.is_empty() {
                let last =
                    if self.length == 0 { None } else { Some(finish(&mut self.begun, &mut self.length)) };
                return Ok(last.map(|line| vec![line]));
            }
            let (mut lines, mut read) = (Vec::new(), 0_usize);
            for piece in buffer.split_inclusive(|byte| *byte == b'\n') {
                let room =
                    limits::DEFAULT_MAX_TOKEN_LEN.saturating_add(LINE_END).saturating_sub(self.begun.len());
                self.begun.extend(piece.iter().take(room));
                self.length = self.length.saturating_add(piece.len());
                read = read.saturating_add(piece.len());
                if piece.ends_with(b"\n") {
                    lines.push(finish(&mut self.begun, &mut self.length));
                }
                if lines.len() == LINES_AT_MOST {
                    break;
                }
            }
            self.reader.consume(read);
            if !lines.is_empty() {
                return Ok(Some(lines));
            }
        }
    }
}

/// A line of standard input.
#[derive(Debug, PartialEq)]
pub(crate) struct Line {
    /// Its text without the line end, or that it is no token for its length alone.
    pub(crate) text: Result<String, Error>,
    /// How many bytes were read for it.
    pub(crate) length: usize,
}

fn finish(begun: &mut Vec<u8>, length: &mut usize) -> Line {
    let line = without_line_end(begun);
    let text = if *length > begun.len() || line.len() > limits::DEFAULT_MAX_TOKEN_LEN {
        Err(Malformed::TooLong { found: *length, limit: limits::DEFAULT_MAX_TOKEN_LEN }.into())
    } else {
        Ok(text(line))
    };
    begun.clear();
    Line { text, length: core::mem::take(length) }
}

/// `\n` and `\r\n` end a line. Anything else around a token is part of it, and refused.
pub(crate) fn without_line_end(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r\n").or_else(|| line.strip_suffix(b"\n")).unwrap_or(line)
}

/// No token contains the character that stands for bytes that are no text, so it is refused as it should be.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// No machine has more memory than that.
pub(crate) fn to_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// What is read of standard input in search of one token, in bytes: more than any verifier looks at.
pub(crate) const READ_AT_MOST: usize = 1 << 20;

/// Most lines of a chunk. A chunk is as many bytes as the reader holds, and where they are all line ends, each is a line, whose
/// verdict takes a hundred bytes and more.
const LINES_AT_MOST: usize = 1024;

/// `\r\n`.
const LINE_END: usize = 2;

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn lines(input: &[u8], buffer: usize) -> Vec<Line> {
        let mut lines = Lines::new(BufReader::with_capacity(buffer, input));
        core::iter::from_fn(|| lines.next_chunk().unwrap()).flatten().collect()
    }

    #[test]
    fn lines_are_the_same_wherever_a_chunk_ends() {
        let input = b"one\ntwo\r\n\nfour\xff\nlast";
        for buffer in 1..=input.len() {
            let texts: Vec<_> = lines(input, buffer).into_iter().map(|line| line.text.unwrap()).collect();
            assert_eq!(texts, ["one", "two", "", "four\u{fffd}", "last"], "{buffer}");
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_refused_in_its_place_and_not_kept() {
        let longest = "a".repeat(limits::DEFAULT_MAX_TOKEN_LEN);
        for (line_end, buffer) in [("\n", 7), ("\r\n", 7), ("\n", 1 << 20), ("\r\n", 1 << 20)] {
            let input = format!("{longest}{line_end}{longest}a{line_end}b{line_end}");
            let texts: Vec<_> = lines(input.as_bytes(), buffer).into_iter().map(|line| line.text).collect();
            let found = longest.len() + 1 + line_end.len();
            let too_long = Malformed::TooLong { found, limit: longest.len() };
            assert_eq!(texts, [Ok(longest.clone()), Err(too_long.into()), Ok("b".into())]);
        }

        let mut endless = Lines::new(BufReader::new(io::repeat(b'a').take(10_000_000)));
        assert!(endless.next_chunk().unwrap().unwrap()[0].text.is_err());
        assert!(endless.begun.capacity() < 100_000);
    }

    #[test]
    fn a_chunk_has_no_more_lines_than_it_may_and_none_is_lost() {
        let input = "\n".repeat(2 * LINES_AT_MOST + 1);
        let mut lines = Lines::new(BufReader::with_capacity(1 << 20, input.as_bytes()));
        let mut next = || lines.next_chunk().unwrap().map(|chunk| chunk.len());
        assert_eq!(
            [next(), next(), next(), next()],
            [Some(LINES_AT_MOST), Some(LINES_AT_MOST), Some(1), None]
        );
    }

    #[test]
    fn a_token_is_told_from_a_file_name() {
        // text, in parts, token
        for (text, in_parts_expected, token) in [
            ("eyJhbGciOiJFUzI1NiJ9.e30.c2ln", true, true),
            ("eyJhbGciOiJkaXIifQ..a.b.c", true, true),
            ("eyJhbGciOiJFUzI1NiJ9.e30.c2ln~WyJh", false, true),
            ("better-auth.jwks.json", true, false),
            ("eyJhbGciOiJFUzI1NiJ9.e30", false, false),
            ("./a.b", false, false),
        ] {
            assert_eq!((in_parts(text), is_token(text)), (in_parts_expected, token), "{text}");
        }
    }

    #[test]
    fn no_input_is_no_line() {
        assert_eq!(lines(b"", 8), []);
    }
}
