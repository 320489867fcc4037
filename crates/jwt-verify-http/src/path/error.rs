//! [`PathPatternError`]: what is wrong with a guard's pattern.

use core::fmt;

/// What is wrong with a pattern that was given to a guard. Told once, when the guard is made.
///
/// A pattern is a whole path: `/api/*`, `/api/{user_id}/tasks`, `/health`. Literals consist of the characters that stand in a path
/// unencoded (RFC 3986 §3.3).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathPatternError {
    /// An empty list where at least one pattern has to be: nothing would need a token.
    NoPattern,
    /// It does not begin with `/`.
    NotAbsolute {
        /// The pattern.
        pattern: String,
    },
    /// `//`: paths with empty segments are not read alike by everybody, so no rule can be about them.
    EmptySegment {
        /// The pattern.
        pattern: String,
    },
    /// `.` or `..` as a segment.
    DotSegment {
        /// The pattern.
        pattern: String,
    },
    /// `*` anywhere but as the whole last segment.
    Wildcard {
        /// The pattern.
        pattern: String,
    },
    /// A parameter that is not a whole segment `{name}` with a name of letters, digits and `_`; or one in another notation.
    Parameter {
        /// The pattern.
        pattern: String,
        /// The segment.
        segment: String,
    },
    /// Two parameters of one name.
    RepeatedParameter {
        /// The pattern.
        pattern: String,
        /// The name.
        name: String,
    },
    /// A rule about a parameter that the pattern does not have.
    NoParameter {
        /// The pattern.
        pattern: String,
        /// The name of the parameter.
        name: String,
    },
    /// A character that cannot stand in a literal. Of `%` in particular: patterns are not percent-encoded.
    Character {
        /// The pattern.
        pattern: String,
        /// The character.
        character: char,
    },
}

impl fmt::Display for PathPatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPattern => f.write_str(
                "no path is named, so nothing would need a token: name one, or leave the rule out",
            ),
            Self::NotAbsolute { pattern } => write!(f, "the pattern {pattern:?} does not begin with a slash"),
            Self::EmptySegment { pattern } => {
                write!(f, "the pattern {pattern:?} has an empty segment: write single slashes")
            }
            Self::DotSegment { pattern } => {
                write!(
                    f,
                    "the pattern {pattern:?} has a segment \".\" or \"..\": write the path that it leads to"
                )
            }
            Self::Wildcard { pattern } => write!(
                f,
                "the pattern {pattern:?} has a \"*\" that is not its whole last segment: write \"{{name}}\" for one \
                 segment in the middle, and \"/*\" at the end for all below"
            ),
            Self::Parameter { pattern, segment } => write!(
                f,
                "the pattern {pattern:?} has the segment {segment:?}: write a parameter as \"{{name}}\", alone in its \
                 segment, with a name of letters, digits and _"
            ),
            Self::RepeatedParameter { pattern, name } => {
                write!(f, "the pattern {pattern:?} has two parameters {name:?}: rename one")
            }
            Self::NoParameter { pattern, name } => write!(
                f,
                "the pattern {pattern:?} has no parameter {name:?}: write \"{{{name}}}\" for the segment that is \
                 compared with the caller"
            ),
            Self::Character { pattern, character } => write!(
                f,
                "the pattern {pattern:?} has a {character:?}: a literal has letters, digits and -._~!$&'()+,;=:@ only, \
                 and nothing percent-encoded"
            ),
        }
    }
}

impl core::error::Error for PathPatternError {}
