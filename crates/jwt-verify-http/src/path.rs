//! Paths as the client sent them, and the patterns of guards.

mod error;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub use self::error::PathPatternError;

/// A rule's pattern: literal segments, `{name}` for any one segment, and `*` for whatever comes behind.
///
/// It is about the whole path. `/api/*` is `/api`, `/api/` and everything below, but not `/apix`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathPattern {
    /// As it was written.
    text: Box<str>,
    segments: Vec<Segment>,
    end: End,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Literal(Box<str>),
    Parameter(Box<str>),
}

/// What comes behind the last segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Nothing,
    Slash,
    Anything,
}

impl PathPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// [`PathPatternError`] for whatever is not exactly of this form; a pattern that silently matches nothing would leave a tree
    /// unprotected.
    pub(crate) fn parse(text: &str) -> Result<Self, PathPatternError> {
        let error = |problem: fn(String) -> PathPatternError| problem(text.into());
        let Some(rest) = text.strip_prefix('/') else {
            return Err(error(|pattern| PathPatternError::NotAbsolute { pattern }));
        };
        let (rest, end) = match rest.strip_suffix('*') {
            Some(rest) if rest.is_empty() || rest.ends_with('/') => {
                (rest.strip_suffix('/').unwrap_or(rest), End::Anything)
            }
            _ => match rest.strip_suffix('/') {
                Some(rest) => (rest, End::Slash),
                None if rest.is_empty() => (rest, End::Slash),
                None => (rest, End::Nothing),
            },
        };
        // `//` and `//*` have an empty segment, though nothing is left of it.
        if rest.is_empty() && !matches!(text, "/" | "/*") {
            return Err(error(|pattern| PathPatternError::EmptySegment { pattern }));
        }
        let mut segments = Vec::new();
        for segment in split(rest) {
            let segment = Segment::parse(segment, text)?;
            if let Segment::Parameter(name) = &segment
                && segments.contains(&segment)
            {
                return Err(PathPatternError::RepeatedParameter {
                    pattern: text.into(),
                    name: name.to_string(),
                });
            }
            segments.push(segment);
        }
        Ok(Self { text: text.into(), segments, end })
    }

    /// The same, if it has the parameter.
    ///
    /// # Errors
    ///
    /// [`PathPatternError::NoParameter`] if not.
    pub(crate) fn with_parameter(self, name: &str) -> Result<Self, PathPatternError> {
        if self.segments.iter().any(|segment| segment.is_parameter(name)) {
            Ok(self)
        } else {
            Err(PathPatternError::NoParameter { pattern: self.text.into(), name: name.into() })
        }
    }

    /// Whether the path is one of the pattern's, exactly as it stands there. For exemptions.
    ///
    /// The path must be in its [plain form](is_plain).
    pub(crate) fn matches(&self, target: &str) -> bool {
        let Some(path) = Path::new(target) else { return false };
        let has_end = self.end == End::Anything || path.has_slash == (self.end == End::Slash);
        has_end && self.fits(&path, |literal, segment| literal == segment)
    }

    /// Whether a framework can take the path for one of the pattern's. For what protects.
    ///
    /// More than [`matches`](Self::matches): a slash at the end makes no difference, as where a router ignores it, and a literal
    /// may be percent-encoded, as where a router decodes before it matches.
    pub(crate) fn covers(&self, target: &str) -> bool {
        Path::new(target).is_some_and(|path| self.fits(&path, is_spelling_of))
    }

    /// The segment that stands for `{name}` in a path that the pattern [covers](Self::covers): raw, as the client sent it.
    pub(crate) fn parameter<'p>(&self, target: &'p str, name: &str) -> Option<&'p str> {
        let path = Path::new(target).filter(|path| self.fits(path, is_spelling_of))?;
        let mut pairs = self.segments.iter().zip(split(path.body));
        pairs.find_map(|(segment, value)| segment.is_parameter(name).then_some(value))
    }

    fn fits(&self, path: &Path<'_>, is_literal: impl Fn(&str, &str) -> bool) -> bool {
        let mut found = split(path.body);
        let begins = self.segments.iter().all(|segment| match (segment, found.next()) {
            (_, None) => false,
            (Segment::Literal(literal), Some(found)) => is_literal(literal, found),
            (Segment::Parameter(_), Some(found)) => !found.is_empty(),
        });
        begins && (self.end == End::Anything || found.next().is_none())
    }
}

impl Segment {
    fn parse(text: &str, pattern: &str) -> Result<Self, PathPatternError> {
        let pattern = || String::from(pattern);
        if text.is_empty() {
            return Err(PathPatternError::EmptySegment { pattern: pattern() });
        }
        if matches!(text, "." | "..") {
            return Err(PathPatternError::DotSegment { pattern: pattern() });
        }
        if text.contains('*') {
            return Err(PathPatternError::Wildcard { pattern: pattern() });
        }
        if text.contains(['{', '}']) || text.starts_with(':') {
            let name = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or_default();
            let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            return if !name.is_empty() && name.bytes().all(is_name) {
                Ok(Self::Parameter(name.into()))
            } else {
                Err(PathPatternError::Parameter { pattern: pattern(), segment: text.into() })
            };
        }
        match text.chars().find(|character| !is_literal_character(*character)) {
            None => Ok(Self::Literal(text.into())),
            Some(character) => Err(PathPatternError::Character { pattern: pattern(), character }),
        }
    }

    fn is_parameter(&self, name: &str) -> bool {
        matches!(self, Self::Parameter(parameter) if **parameter == *name)
    }
}

/// The path of a request's target, in parts.
struct Path<'p> {
    /// What is between the first slash and the last one, if that ends it.
    body: &'p str,
    has_slash: bool,
}

impl<'p> Path<'p> {
    /// `None` for what does not begin with a slash.
    fn new(target: &'p str) -> Option<Self> {
        let path = without_query(target).strip_prefix('/')?;
        let (body, has_slash) = match path.strip_suffix('/') {
            // Of `//` something is left: it is not the root.
            Some(body) if !body.is_empty() => (body, true),
            _ => (path, path.is_empty()),
        };
        Some(Self { body, has_slash })
    }
}

/// Whether there is only one way to read the path, so that a rule that lets it through can rely on what it reads.
///
/// Only the origin form (RFC 9112 §3.2.1) is: it begins with a slash. The query is no part of it. Routers, proxies and file systems
/// disagree about the rest: they join slashes, resolve `.` and `..`, take `\` for `/`, cut at a NUL, decode once more.
pub(crate) fn is_plain(target: &str) -> bool {
    let path = without_query(target);
    let Some(segments) = path.strip_prefix('/') else { return false };
    let body = segments.strip_suffix('/').unwrap_or(segments);
    if body.is_empty() {
        return segments.is_empty();
    }
    let is_plain_segment = |segment: &str| !matches!(segment, "" | "." | "..");
    split(body).all(is_plain_segment) && has_plain_characters(path.as_bytes())
}

fn has_plain_characters(mut path: &[u8]) -> bool {
    loop {
        path = match path {
            [] => return true,
            [b'%', high, low, rest @ ..] => match decode_byte(*high, *low) {
                // RFC 3986 §2.3: "URIs that differ in the replacement of an unreserved character with its corresponding
                // percent-encoded US-ASCII octet are equivalent". So nobody needs to write them so.
                None | Some(b'/' | b'\\' | 0) => return false,
                Some(byte) if is_unreserved(byte) => return false,
                Some(_) => rest,
            },
            [b'%' | b'\\' | b'#', ..] => return false,
            [byte, rest @ ..] if byte.is_ascii_graphic() => rest,
            _ => return false,
        };
    }
}

/// A segment percent-decoded, once. `None` if a percent sign is not followed by two hexadecimal digits, or the result is not UTF-8.
///
/// RFC 3986 §2.4: "Implementations must not percent-encode or decode the same string more than once".
pub(crate) fn decode_once(segment: &str) -> Option<Cow<'_, str>> {
    if !segment.contains('%') {
        return Some(Cow::Borrowed(segment));
    }
    let mut decoded = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = match (first, behind) {
            (b'%', [high, low, behind @ ..]) => {
                decoded.push(decode_byte(*high, *low)?);
                behind
            }
            (b'%', _) => return None,
            _ => {
                decoded.push(*first);
                behind
            }
        };
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

/// Whether every percent sign of the path encodes an octet.
///
/// RFC 3986 §2.1: "A percent-encoded octet is encoded as a character triplet, consisting of the percent character "%" followed by the
/// two hexadecimal digits".
pub(crate) fn is_percent_encoding(path: &str) -> bool {
    path.split('%')
        .skip(1)
        .all(|rest| matches!(rest.as_bytes(), [high, low, ..] if decode_byte(*high, *low).is_some()))
}

fn decode_byte(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? << 4 | digit(low)?)
}

fn is_spelling_of(literal: &str, segment: &str) -> bool {
    literal == segment
        || segment.contains('%') && decode_once(segment).is_some_and(|segment| segment == literal)
}

/// The segments between slashes. None at all of an empty text, unlike [`str::split`].
fn split(body: &str) -> impl Iterator<Item = &str> {
    body.split('/').take(if body.is_empty() { 0 } else { usize::MAX })
}

fn without_query(target: &str) -> &str {
    target.split_once('?').map_or(target, |(path, _)| path)
}

/// RFC 3986 §3.3, `pchar`, without what is percent-encoded: unreserved, sub-delims, `:` and `@`.
fn is_literal_character(character: char) -> bool {
    u8::try_from(character).is_ok_and(is_unreserved) || "!$&'()*+,;=:@".contains(character)
}

/// RFC 3986 §2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}
