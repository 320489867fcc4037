//! The serde face of [`Reader`]: any `Deserialize` type, under the same rules.

use alloc::{borrow::Cow, boxed::Box, string::ToString};
use core::fmt;

use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};

use super::{Kind, Members, Reader};
use crate::{JsonProblem, excerpt::printable, limits};

/// Reads a whole text as one value.
///
/// Types are read as with `serde_json`, but for one thing: a struct is an object and never an array.
///
/// The verdict on the text is the same for every type: [`ReadError::Shape`] says that the JSON is in order and is not
/// what the type asks for, and members that a type ignores are checked like all others.
pub(crate) fn from_slice<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, ReadError> {
    let mut reader = Reader::new(bytes)?;
    let value = T::deserialize(&mut reader).and_then(|value| {
        reader.end()?;
        Ok(value)
    });
    value.or_else(|error| {
        // The type may have given up before the reader came to what is wrong with the text.
        let mut reader = Reader::new(bytes)?;
        reader.skip_value()?;
        reader.end()?;
        Err(ReadError::Shape(error.to_string().into_boxed_str()))
    })
}

/// Why a text gives no value of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ReadError {
    /// The text is at fault, for whatever type.
    Json(JsonProblem),
    /// The JSON is in order and does not fit the type, in the words of its `Deserialize` implementation.
    Shape(Box<str>),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(problem) => problem.fmt(f),
            Self::Shape(text) => f.write_str(text),
        }
    }
}

impl core::error::Error for ReadError {}

impl From<JsonProblem> for ReadError {
    fn from(problem: JsonProblem) -> Self {
        Self::Json(problem)
    }
}

/// Messages that are ours tell kinds of values and never the values: they are somebody's claims, and an error may be logged.
/// What a type says in its own words is its own to answer for; it is escaped and cut.
impl de::Error for ReadError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Shape(printable(&message.to_string(), limits::MAX_SHOWN_TEXT).into_boxed_str())
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::custom(format_args!("invalid type: {}, expected {expected}", kind_of(unexpected)))
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::custom(format_args!("invalid value: {}, expected {expected}", kind_of(unexpected)))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(format_args!("unknown variant, expected one of {expected:?}"))
    }
}

/// In JSON's words.
fn kind_of(value: Unexpected<'_>) -> &'static str {
    match value {
        Unexpected::Bool(_) => "boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "integer",
        Unexpected::Float(_) => "number with a fraction or an exponent",
        Unexpected::Char(_) | Unexpected::Str(_) | Unexpected::Bytes(_) => "string",
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Seq => "array",
        Unexpected::Map => "object",
        Unexpected::UnitVariant => "unit variant",
        Unexpected::NewtypeVariant => "newtype variant",
        Unexpected::TupleVariant => "tuple variant",
        Unexpected::StructVariant => "struct variant",
        _ => "another value",
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.kind()? {
            Kind::Object => {
                let mut members = self.open_object()?;
                let value = visitor.visit_map(ObjectAccess { reader: self, members: &mut members })?;
                // A visitor that has what it wants may stop before the end; the object may not.
                if self.next_name(&mut members)?.is_some() {
                    return Err(de::Error::custom("an object with more members than were expected"));
                }
                self.close_object(&members)?;
                Ok(value)
            }
            Kind::Array => {
                self.open_array()?;
                let mut first = true;
                let value = visitor.visit_seq(ArrayAccess { reader: self, first: &mut first })?;
                if self.next_element(&mut first)? {
                    return Err(de::Error::custom("an array with more elements than were expected"));
                }
                self.close_array()?;
                Ok(value)
            }
            Kind::String => match self.string()? {
                Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                Cow::Owned(text) => visitor.visit_string(text),
            },
            Kind::Number => visit_number(self.number()?, visitor),
            Kind::True => {
                self.literal("true")?;
                visitor.visit_bool(true)
            }
            Kind::False => {
                self.literal("false")?;
                visitor.visit_bool(false)
            }
            Kind::Null => {
                self.literal("null")?;
                visitor.visit_unit()
            }
        }
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.kind()? {
            Kind::Number => visit_i128(self.number()?, visitor),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.kind()? {
            Kind::Number => visit_u128(self.number()?, visitor),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.kind()? {
            Kind::Null => {
                self.literal("null")?;
                visitor.visit_none()
            }
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match self.kind()? {
            // Derived visitors would take the fields in the order of their declaration. A claim of the wrong JSON
            // type is refused, not understood.
            Kind::Array => Err(de::Error::invalid_type(Unexpected::Seq, &visitor)),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match self.kind()? {
            // A variant without content.
            Kind::String => visitor.visit_enum(self.string()?.into_deserializer()),
            Kind::Object => {
                let one_member =
                    || de::Error::custom("an enum is an object with exactly one member, or a string");
                let mut members = self.open_object()?;
                let name = self.next_name(&mut members)?.ok_or_else(one_member)?;
                let value = visitor.visit_enum(ObjectVariant { reader: self, name: Name(name) })?;
                if self.next_name(&mut members)?.is_some() {
                    return Err(one_member());
                }
                self.close_object(&members)?;
                Ok(value)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.skip_value()?;
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier
    }
}

/// An integer if it is written as one and fits, else a double. `-0` has no integer.
fn visit_number<'de, V: Visitor<'de>>(text: &str, visitor: V) -> Result<V::Value, ReadError> {
    if let Ok(number) = text.parse() {
        return visitor.visit_u64(number);
    }
    match text.parse() {
        Ok(0) | Err(_) => {}
        Ok(number) => return visitor.visit_i64(number),
    }
    match text.parse() {
        Ok(number) => visitor.visit_f64(number),
        Err(_) => Err(de::Error::invalid_value(Unexpected::Other("number"), &visitor)),
    }
}

fn visit_i128<'de, V: Visitor<'de>>(text: &str, visitor: V) -> Result<V::Value, ReadError> {
    match text.parse() {
        Ok(number) => visitor.visit_i128(number),
        Err(_) => visit_number(text, visitor),
    }
}

fn visit_u128<'de, V: Visitor<'de>>(text: &str, visitor: V) -> Result<V::Value, ReadError> {
    match text.parse() {
        Ok(number) => visitor.visit_u128(number),
        Err(_) => visit_number(text, visitor),
    }
}

struct ObjectAccess<'r, 'de> {
    reader: &'r mut Reader<'de>,
    members: &'r mut Members<'de>,
}

impl<'de> MapAccess<'de> for ObjectAccess<'_, 'de> {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ReadError> {
        match self.reader.next_name(self.members)? {
            Some(name) => seed.deserialize(Name(name)).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ReadError> {
        self.reader.colon()?;
        seed.deserialize(&mut *self.reader)
    }
}

struct ArrayAccess<'r, 'de> {
    reader: &'r mut Reader<'de>,
    first: &'r mut bool,
}

impl<'de> SeqAccess<'de> for ArrayAccess<'_, 'de> {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ReadError> {
        if self.reader.next_element(self.first)? {
            seed.deserialize(&mut *self.reader).map(Some)
        } else {
            Ok(None)
        }
    }
}

/// The member name of an object that is a variant with its content.
struct ObjectVariant<'r, 'de> {
    reader: &'r mut Reader<'de>,
    name: Name<'de>,
}

impl<'r, 'de> EnumAccess<'de> for ObjectVariant<'r, 'de> {
    type Error = ReadError;
    type Variant = VariantContent<'r, 'de>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self::Variant), ReadError> {
        let variant = seed.deserialize(self.name)?;
        self.reader.colon()?;
        Ok((variant, VariantContent(self.reader)))
    }
}

struct VariantContent<'r, 'de>(&'r mut Reader<'de>);

impl<'de> VariantAccess<'de> for VariantContent<'_, 'de> {
    type Error = ReadError;

    fn unit_variant(self) -> Result<(), ReadError> {
        Deserialize::deserialize(self.0)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, ReadError> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, ReadError> {
        self.0.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.0.deserialize_struct("", fields, visitor)
    }
}

/// A member name, as the key of a map: always a string in JSON, but the type's key may be a number or a `bool`.
struct Name<'de>(Cow<'de, str>);

impl Name<'_> {
    /// The name, if it is written as a JSON number.
    fn as_number(&self) -> Option<&str> {
        let number = Reader::over(&self.0).number().ok()?;
        (number.len() == self.0.len()).then_some(number)
    }
}

macro_rules! numeric_names {
    ($($method:ident => $visit:ident,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
            match self.as_number() {
                Some(number) => $visit(number, visitor),
                None => self.deserialize_any(visitor),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Name<'de> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0 {
            Cow::Borrowed(name) => visitor.visit_borrowed_str(name),
            Cow::Owned(name) => visitor.visit_string(name),
        }
    }

    numeric_names! {
        deserialize_i8 => visit_number,
        deserialize_i16 => visit_number,
        deserialize_i32 => visit_number,
        deserialize_i64 => visit_number,
        deserialize_i128 => visit_i128,
        deserialize_u8 => visit_number,
        deserialize_u16 => visit_number,
        deserialize_u32 => visit_number,
        deserialize_u64 => visit_number,
        deserialize_u128 => visit_u128,
        deserialize_f32 => visit_number,
        deserialize_f64 => visit_number,
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match &*self.0 {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        // A name is never null.
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_enum(self.0.into_deserializer())
    }

    serde::forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests;
