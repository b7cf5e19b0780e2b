//! The flat line of a call: every argument has a field of its own, and one name means the same in every call.

use super::{CtlOp, How, Payload, SocketOption};
use crate::model::addr::{Addr, Family};
use crate::model::clean;
use crate::model::ids::Fd;
use crate::model::readiness::Interest;
use std::borrow::Cow;
use std::time::Duration;

/// The fields that arguments may have, in the order of the line. A field that is new stands here once; whoever writes lines makes his
/// struct from this list, and `Text<'a>` is whatever he calls a text.
macro_rules! call_fields {
    ($next:ident) => {
        $next! {
            fd: i32,
            epfd: i32,
            family: Text<'a>,
            addr: Text<'a>,
            op: Text<'a>,
            interest: Text<'a>,
            capacity: u32,
            timeout_ms: i64,
            bytes: Text<'a>,
            fill: u32,
            size: u32,
            how: Text<'a>,
            option: Text<'a>,
            value: u32,
            host: Text<'a>,
            port: u16,
        }
    };
}
pub(crate) use call_fields;

macro_rules! field_names {
    ($($field:ident: $kind:ty,)*) => {
        /// A field of the flat line.
        #[expect(non_camel_case_types, missing_docs, reason = "they are the names in the line")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Field {
            $($field,)*
        }

        impl Field {
            /// Its name in the line.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Field::$field => stringify!($field),)*
                }
            }
        }
    };
}
call_fields! { field_names }

/// A set of fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fields(u32);

impl Fields {
    /// None.
    pub const NONE: Fields = Fields(0);

    /// The same and one more.
    pub const fn with(self, field: Field) -> Fields {
        Fields(self.0 | 1 << field as u32)
    }

    /// Those of both.
    pub const fn and(self, more: Fields) -> Fields {
        Fields(self.0 | more.0)
    }

    /// Whether there is one that `known` has not.
    pub const fn has_more_than(self, known: Fields) -> bool {
        self.0 & !known.0 != 0
    }
}

/// Where a call's fields are written to.
pub trait Sink<'a> {
    /// A field that is text.
    fn put_text(&mut self, field: Field, text: Cow<'a, str>);
    /// A field that is a number.
    fn put_number(&mut self, field: Field, number: i64);
}

/// Where a call's fields are read from.
pub trait Source {
    /// The field, if it is there and text.
    fn text(&self, field: Field) -> Option<&str>;
    /// The field, if it is there and a number.
    fn number(&self, field: Field) -> Option<i64>;
}

/// Why a call cannot be read from its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// A needed field is not there.
    Missing(&'static str),
    /// A field holds what no program writes.
    Bad(&'static str, String),
    /// A word that this program does not speak.
    Unknown(&'static str, String),
}

/// An argument that can stand in a flat line.
pub trait Flat: Sized {
    /// The fields that it takes, where it stands at `field`.
    fn fields(field: Field) -> Fields {
        Fields::NONE.with(field)
    }

    /// Writes itself.
    fn write<'a>(&'a self, field: Field, line: &mut impl Sink<'a>);

    /// Reads itself.
    ///
    /// # Errors
    /// If the field is missing or holds something else.
    fn read(field: Field, line: &impl Source) -> Result<Self, Unread>;

    /// The descriptor that the call is made on, if this is it.
    fn descriptor(&self, _field: Field) -> Option<Fd> {
        None
    }
}

fn text(field: Field, line: &impl Source) -> Result<&str, Unread> {
    let text = line.text(field).ok_or(Unread::Missing(field.name()))?;
    if text.len() > clean::LONGEST {
        return Err(Unread::Bad(field.name(), text.to_owned()));
    }
    Ok(text)
}

fn number<T: TryFrom<i64>>(field: Field, line: &impl Source) -> Result<T, Unread> {
    let number = line.number(field).ok_or(Unread::Missing(field.name()))?;
    T::try_from(number).map_err(|_| Unread::Bad(field.name(), number.to_string()))
}

/// Numbers that are written as they are.
macro_rules! numbers {
    ($($kind:ty)*) => {$(
        impl Flat for $kind {
            fn write<'a>(&'a self, field: Field, line: &mut impl Sink<'a>) {
                line.put_number(field, i64::from(*self));
            }

            fn read(field: Field, line: &impl Source) -> Result<$kind, Unread> {
                number(field, line)
            }
        }
    )*};
}
numbers! { u16 u32 }

impl Flat for Fd {
    fn write<'a>(&'a self, field: Field, line: &mut impl Sink<'a>) {
        line.put_number(field, i64::from(self.0));
    }

    fn read(field: Field, line: &impl Source) -> Result<Fd, Unread> {
        number(field, line).map(Fd)
    }

    fn descriptor(&self, field: Field) -> Option<Fd> {
        (field == Field::fd).then_some(*self)
    }
}

/// Words, each with a name for the line and a way back.
macro_rules! words {
    ($($kind:ty: $name:expr, $from:expr;)*) => {$(
        impl Flat for $kind {
            fn write<'a>(&'a self, field: Field, line: &mut impl Sink<'a>) {
                line.put_text(field, $name(*self).into());
            }

            fn read(field: Field, line: &impl Source) -> Result<$kind, Unread> {
                let word = text(field, line)?;
                $from(word).ok_or_else(|| Unread::Unknown(field.name(), word.to_owned()))
            }
        }
    )*};
}
words! {
    Family: Family::name, Family::from_name;
    CtlOp: CtlOp::name, |word: &str| CtlOp::ALL.into_iter().find(|op| op.name() == word);
    How: How::name, |word: &str| How::ALL.into_iter().find(|how| how.name() == word);
    SocketOption: SocketOption::name, |word: &str| SocketOption::ALL.into_iter().find(|option| option.name() == word);
}

impl Flat for Interest {
    fn write<'a>(&'a self, field: Field, line: &mut impl Sink<'a>) {
        line.put_text(field, self.letters().into());
    }

    fn read(field: Field, line: &impl Source) -> Result<Interest, Unread> {
        let letters = text(field, line)?;
        Interest::from_letters(letters).ok_or_else(|| {
            let (name, letters) = (field.name(), letters.to_owned());
            if letters.chars().all(|letter| "rwp".contains(letter)) {
                Unread::Bad(name, letters)
            } else {
                Unread::Unknown(name, letters)
            }
        })
    }
}

impl Flat for Addr {
    fn write<'a>(&'a self, field: Field, line: &mut impl Sink<'a>) {
        line.put_text(field, self.to_string().into());
    }

    fn read(field: Field, line: &impl Source) -> Result<Addr, Unread> {
        let written = text(field, line)?;
        written
            .parse()
            .map_err(|_| Unread::Bad(field.name(), written.to_owned()))
    }
}

/// A name or another text from outside.
impl Flat for String {
    fn write<'a>(&'a self, field: Field, line: &mut impl Sink<'a>) {
        line.put_text(field, self.as_str().into());
    }

    fn read(field: Field, line: &impl Source) -> Result<String, Unread> {
        text(field, line).map(clean::text)
    }
}

/// A timeout: whole milliseconds, rounded up; -1 is for ever.
impl Flat for Option<Duration> {
    fn write<'a>(&'a self, field: Field, line: &mut impl Sink<'a>) {
        line.put_number(field, super::timeout_ms(*self));
    }

    fn read(field: Field, line: &impl Source) -> Result<Option<Duration>, Unread> {
        let ms: i64 = number(field, line)?;
        Ok(u64::try_from(ms).ok().map(Duration::from_millis))
    }
}

fn bytes(field: Field, line: &impl Source) -> Result<Vec<u8>, Unread> {
    let written = text(field, line)?;
    clean::unescape_bytes(written).ok_or_else(|| Unread::Bad(field.name(), written.to_owned()))
}

/// One byte.
impl Flat for u8 {
    fn write<'a>(&'a self, field: Field, line: &mut impl Sink<'a>) {
        line.put_text(field, clean::escape_bytes(&[*self]).into());
    }

    fn read(field: Field, line: &impl Source) -> Result<u8, Unread> {
        match bytes(field, line)?.as_slice() {
            [byte] => Ok(*byte),
            more => Err(Unread::Bad(field.name(), clean::escape_bytes(more))),
        }
    }
}

/// Data is written out in the field `bytes`; what only fills is a count in the field `fill`.
impl Flat for Payload {
    fn fields(field: Field) -> Fields {
        Fields::NONE.with(field).with(Field::fill)
    }

    fn write<'a>(&'a self, field: Field, line: &mut impl Sink<'a>) {
        match self {
            Payload::Bytes(bytes) => line.put_text(field, clean::escape_bytes(bytes).into()),
            Payload::Fill(count) => count.write(Field::fill, line),
        }
    }

    fn read(field: Field, line: &impl Source) -> Result<Payload, Unread> {
        if line.number(Field::fill).is_some() {
            return u32::read(Field::fill, line).map(Payload::Fill);
        }
        bytes(field, line).map(Payload::Bytes)
    }
}
