//! JSON (RFC 8259) that leaves no two readers room to differ: no name twice, no surprise in a number or a string.
//!
//! RFC 7515 §4 lets a parser refuse duplicate member names or keep the last one, RFC 7519 §4 the same. We refuse, at
//! every depth: whoever reads the same token elsewhere might keep the first. And what is accepted depends on nothing
//! but this file: the features of `serde_json` are switched on for a whole program by any crate in it.
//!
//! [`Reader`] is used in two ways: by hand for what this crate reads itself, and as a `serde::Deserializer`
//! ([`from_slice`]) for the claims type of a caller. Both take every rule from here.

mod deserializer;

use alloc::{borrow::Cow, collections::BTreeSet, string::String, vec::Vec};

use crate::{JsonProblem, limits};

pub(crate) use deserializer::{ReadError, from_slice};

/// Reads one JSON text, value after value, from front to back.
///
/// An error is final: whoever drops one and reads on is told it again by [`end`](Self::end).
pub(crate) struct Reader<'a> {
    text: &'a str,
    /// How many bytes have been read. Never more than there are.
    at: usize,
    /// How many arrays and objects are open.
    depth: usize,
    /// The member names read so far in the objects that are open, innermost last. See [`Members`].
    names: Vec<Cow<'a, str>>,
    /// Only the grammar counts: [`skip_value_lenient`](Self::skip_value_lenient) is at work.
    lenient: bool,
    /// The first error.
    problem: Option<JsonProblem>,
}

/// What comes next in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    String,
    Number,
    True,
    False,
    Null,
}

/// An array or object that [`Reader::skip_value`] is inside of.
enum Open<'a> {
    Object(Members<'a>),
    Array { first: bool },
}

impl<'a> Reader<'a> {
    /// A reader at the start of a text.
    ///
    /// [`JsonProblem::Encoding`] if it is not UTF-8 (RFC 8725 §3.7: "Use UTF-8") or starts with a byte order mark.
    /// RFC 8259 §8.1 forbids to write the mark and lets readers ignore it or not: so they would disagree.
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self, JsonProblem> {
        match core::str::from_utf8(bytes) {
            Ok(text) if !text.starts_with('\u{feff}') => Ok(Self::over(text)),
            _ => Err(JsonProblem::Encoding),
        }
    }

    fn over(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0, names: Vec::with_capacity(FEW_NAMES), lenient: false, problem: None }
    }

    /// The kind of the value that comes next. A syntax error if none does.
    pub(crate) fn kind(&mut self) -> Result<Kind, JsonProblem> {
        match self.peek() {
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::Array),
            Some(b'"') => Ok(Kind::String),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            Some(b't') => Ok(Kind::True),
            Some(b'f') => Ok(Kind::False),
            Some(b'n') => Ok(Kind::Null),
            _ => Err(self.syntax_error()),
        }
    }

    /// Reads an object. `member` is called with each name and must read the value that follows, exactly.
    ///
    /// [`JsonProblem::NotAnObject`] if the next value is something else.
    pub(crate) fn object<E: From<JsonProblem>>(
        &mut self,
        mut member: impl FnMut(&str, &mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut members = self.open_object()?;
        while let Some(name) = self.next_name(&mut members)? {
            self.colon()?;
            member(&name, self)?;
        }
        Ok(self.close_object(&members)?)
    }

    /// Reads an array. `element` is called for each element and must read it, exactly.
    ///
    /// A syntax error if the next value is something else.
    pub(crate) fn array<E: From<JsonProblem>>(
        &mut self,
        mut element: impl FnMut(&mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        self.open_array()?;
        let mut first = true;
        while self.next_element(&mut first)? {
            element(self)?;
        }
        Ok(self.close_array()?)
    }

    /// Reads a string. Borrowed unless there is an escape in it. A syntax error if the next value is something else.
    pub(crate) fn string(&mut self) -> Result<Cow<'a, str>, JsonProblem> {
        self.expect(b'"')?;
        let plain = self.plain_characters()?;
        if self.eat(b'"') {
            return Ok(Cow::Borrowed(plain));
        }
        let mut unescaped = String::from(plain);
        while !self.eat(b'"') {
            unescaped.push(self.escape()?);
            unescaped.push_str(self.plain_characters()?);
        }
        Ok(Cow::Owned(unescaped))
    }

    /// Reads a number and returns its text. A syntax error if the next value is something else.
    ///
    /// [`JsonProblem::NumberOutOfRange`] if it is too large for a double, the range that RFC 8259 §6 tells writers
    /// to count on: every reader would make something else of it.
    pub(crate) fn number(&mut self) -> Result<&'a str, JsonProblem> {
        self.skip_white_space();
        let start = self.at;
        // RFC 8259 §6: number = [ minus ] int [ frac ] [ exp ], and "Leading zeros are not allowed."
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        } else if self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.syntax_error());
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        let has_exponent = self.eat(b'e') || self.eat(b'E');
        if has_exponent {
            let _signed = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }

        let text = self.text_since(start)?;
        // The largest double has 309 digits before the point.
        let may_overflow = has_exponent || text.len() > 300;
        if may_overflow && !self.lenient && !text.parse().is_ok_and(f64::is_finite) {
            return Err(self.refuse(JsonProblem::NumberOutOfRange { at: start }));
        }
        Ok(text)
    }

    /// Reads any value, with every check, and returns its text.
    ///
    /// What is open is kept on the heap and not on the stack: whoever sends a token chooses how deep it goes, before
    /// anything is known of them, and some devices have little of the latter.
    pub(crate) fn skip_value(&mut self) -> Result<&'a str, JsonProblem> {
        self.skip_white_space();
        let start = self.at;
        let mut open: Vec<Open<'a>> = Vec::new();
        loop {
            match self.kind()? {
                Kind::Object => open.push(Open::Object(self.open_object()?)),
                Kind::Array => {
                    self.open_array()?;
                    open.push(Open::Array { first: true });
                }
                Kind::String => drop(self.string()?),
                Kind::Number => drop(self.number()?),
                Kind::True => self.literal("true")?,
                Kind::False => self.literal("false")?,
                Kind::Null => self.literal("null")?,
            }
            // Up to the next value, closing whatever ends before it.
            loop {
                let another = match open.last_mut() {
                    None => return self.text_since(start),
                    Some(Open::Object(members)) => {
                        let name = self.next_name(members)?;
                        match name {
                            Some(_) => self.colon()?,
                            None => self.close_object(members)?,
                        }
                        name.is_some()
                    }
                    Some(Open::Array { first }) => {
                        let another = self.next_element(first)?;
                        if !another {
                            self.close_array()?;
                        }
                        another
                    }
                };
                if another {
                    break;
                }
                open.pop();
            }
        }
    }

    /// Reads any value, checking grammar and depth only, and returns its text, to be read again with every check.
    ///
    /// Duplicate names, reserved names and numbers out of range pass: for a list whose bad entries are left out, each
    /// by itself, while a text that is no JSON is refused as a whole.
    pub(crate) fn skip_value_lenient(&mut self) -> Result<&'a str, JsonProblem> {
        self.lenient = true;
        let text = self.skip_value();
        self.lenient = false;
        text
    }

    /// Ends the text: nothing but white space may follow.
    pub(crate) fn end(&mut self) -> Result<(), JsonProblem> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.refuse(JsonProblem::TrailingData { at: self.at })),
        }
    }

    fn open_object(&mut self) -> Result<Members<'a>, JsonProblem> {
        if self.kind()? != Kind::Object {
            return Err(self.refuse(JsonProblem::NotAnObject));
        }
        self.open(b'{')?;
        Ok(Members { first: true, names_start: self.names.len(), many_names: BTreeSet::new() })
    }

    /// Reads the name of the next member, or nothing if the object ends here.
    fn next_name(&mut self, members: &mut Members<'a>) -> Result<Option<Cow<'a, str>>, JsonProblem> {
        if self.peek() == Some(b'}') {
            return Ok(None);
        }
        if !core::mem::take(&mut members.first) {
            self.expect(b',')?;
        }
        self.skip_white_space();
        let at = self.at;
        let name = self.string()?;
        if !self.lenient {
            if name.starts_with(RESERVED_PREFIX) {
                return Err(self.refuse(JsonProblem::ReservedName { at }));
            }
            // RFC 7515 §4: "The Header Parameter names within the JOSE Header MUST be unique". RFC 7519 §4 says so of
            // claims, RFC 7517 §4 of the members of a key. Compared unescaped, as RFC 8259 §8.3 tells.
            if !self.is_new_name(members, name.clone()) {
                return Err(self.refuse(JsonProblem::DuplicateMember { at }));
            }
        }
        Ok(Some(name))
    }

    /// Takes note of a name, unless the object has it already.
    fn is_new_name(&mut self, members: &mut Members<'a>, name: Cow<'a, str>) -> bool {
        if members.many_names.is_empty() {
            let few = self.names.get(members.names_start..).unwrap_or_default();
            if few.contains(&name) {
                return false;
            }
            if few.len() < FEW_NAMES {
                self.names.push(name);
                return true;
            }
            members.many_names.extend(few.iter().cloned());
            self.names.truncate(members.names_start);
        }
        members.many_names.insert(name)
    }

    /// Reads what is between a name and its value.
    fn colon(&mut self) -> Result<(), JsonProblem> {
        self.expect(b':')?;
        // That there is a value is not left to whoever is to read it.
        self.kind().map(drop)
    }

    fn close_object(&mut self, members: &Members<'a>) -> Result<(), JsonProblem> {
        self.names.truncate(members.names_start);
        self.close(b'}')
    }

    fn open_array(&mut self) -> Result<(), JsonProblem> {
        self.open(b'[')
    }

    /// Reads up to the next element; `false` if the array ends here.
    fn next_element(&mut self, first: &mut bool) -> Result<bool, JsonProblem> {
        if self.peek() == Some(b']') {
            return Ok(false);
        }
        if !core::mem::take(first) {
            self.expect(b',')?;
        }
        // As in `colon`, and none comes where a comma was the last thing in the array.
        self.kind()?;
        Ok(true)
    }

    fn close_array(&mut self) -> Result<(), JsonProblem> {
        self.close(b']')
    }

    fn open(&mut self, bracket: u8) -> Result<(), JsonProblem> {
        self.expect(bracket)?;
        if self.depth >= limits::MAX_JSON_DEPTH {
            return Err(self.refuse(JsonProblem::TooDeep));
        }
        self.depth += 1;
        Ok(())
    }

    fn close(&mut self, bracket: u8) -> Result<(), JsonProblem> {
        self.expect(bracket)?;
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    fn literal(&mut self, word: &str) -> Result<(), JsonProblem> {
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(self.syntax_error());
        }
        self.at += word.len();
        Ok(())
    }

    fn digits(&mut self) -> Result<(), JsonProblem> {
        match self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count() {
            0 => Err(self.syntax_error()),
            count => {
                self.at += count;
                Ok(())
            }
        }
    }

    /// Reads the characters of a string up to the next quote or escape, perhaps none.
    fn plain_characters(&mut self) -> Result<&'a str, JsonProblem> {
        let start = self.at;
        // RFC 8259 §7: "the characters that MUST be escaped: quotation mark, reverse solidus, and the control
        // characters (U+0000 through U+001F)".
        let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
        let rest = self.rest();
        self.at += rest.iter().position(is_special).unwrap_or(rest.len());
        match self.byte() {
            Some(b'"' | b'\\') => self.text_since(start),
            _ => Err(self.syntax_error()),
        }
    }

    /// Reads an escape sequence: the character that it stands for.
    fn escape(&mut self) -> Result<char, JsonProblem> {
        let start = self.at;
        self.literal("\\")?;
        let character = match self.byte() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(start),
            _ => return Err(self.syntax_error()),
        };
        self.at += 1;
        Ok(character)
    }

    fn unicode_escape(&mut self, start: usize) -> Result<char, JsonProblem> {
        let unit = self.utf16_unit()?;
        if let Some(character) = char::from_u32(u32::from(unit)) {
            return Ok(character);
        }
        // One half of a character. RFC 8259 §8.2 calls what software makes of one without the other "unpredictable",
        // so that is refused.
        if self.eat(b'\\') {
            let other = self.utf16_unit()?;
            if let Some(Ok(character)) = char::decode_utf16([unit, other]).next() {
                return Ok(character);
            }
        }
        Err(self.refuse(JsonProblem::Syntax { at: start }))
    }

    /// Reads `u` and four hexadecimal digits.
    fn utf16_unit(&mut self) -> Result<u16, JsonProblem> {
        self.literal("u")?;
        let digits = self.text.get(self.at..self.at.saturating_add(4)).unwrap_or_default();
        // `from_str_radix` would take a sign.
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(self.syntax_error());
        }
        let Ok(unit) = u16::from_str_radix(digits, 16) else {
            return Err(self.syntax_error());
        };
        self.at += 4;
        Ok(unit)
    }

    /// Reads a byte that may come behind white space and must come.
    fn expect(&mut self, byte: u8) -> Result<(), JsonProblem> {
        self.skip_white_space();
        if self.eat(byte) { Ok(()) } else { Err(self.syntax_error()) }
    }

    /// Reads a byte if it comes next.
    fn eat(&mut self, byte: u8) -> bool {
        let comes = self.byte() == Some(byte);
        self.at += usize::from(comes);
        comes
    }

    /// The next byte that is no white space. It is not read yet.
    fn peek(&mut self) -> Option<u8> {
        self.skip_white_space();
        self.byte()
    }

    fn skip_white_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.byte() {
            self.at += 1;
        }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn text_since(&mut self, start: usize) -> Result<&'a str, JsonProblem> {
        match self.text.get(start..self.at) {
            Some(text) => Ok(text),
            None => Err(self.syntax_error()),
        }
    }

    #[cold]
    fn syntax_error(&mut self) -> JsonProblem {
        self.refuse(JsonProblem::Syntax { at: self.at })
    }

    /// Makes an error the reader's last word.
    #[cold]
    fn refuse(&mut self, problem: JsonProblem) -> JsonProblem {
        *self.problem.get_or_insert(problem)
    }
}

/// How far an object has been read.
///
/// Its names are the last ones of [`Reader::names`], which saves an allocation for every object, and are compared one
/// by one; from [`FEW_NAMES`] on they move into a set, so that thousands of them do not take quadratic time.
struct Members<'a> {
    first: bool,
    names_start: usize,
    many_names: BTreeSet<Cow<'a, str>>,
}

/// How many names of one object are compared one by one. Claims sets rarely have more.
const FEW_NAMES: usize = 16;

/// Names with which `serde_json`, depending on its features, marks an object that stands for a number or a raw text.
const RESERVED_PREFIX: &str = "$serde_json::private::";

#[cfg(test)]
mod tests;
