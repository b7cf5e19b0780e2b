//! Each kind of argument: how it stands in a flat line, and what it can tell.

use super::flat::{ArgNames, Field, FieldSink, FieldSource, Fields, Flat, Unread};
use super::{AcceptGives, BornAs, CtlOp, OpenPath, Payload, PollWants, ShutdownHow, SocketOption};
use crate::model::addr::{Addr, Family};
use crate::model::clean;
use crate::model::ids::Fd;
use crate::model::readiness::Interest;
use std::time::Duration;

fn text(field: Field, line: &impl FieldSource) -> Result<&str, Unread> {
    let text = line.text(field).ok_or(Unread::Missing(field.name()))?;
    if text.len() > clean::MAX_TEXT_BYTES {
        return Err(Unread::Bad(field.name(), text.to_owned()));
    }
    Ok(text)
}

fn number<T: TryFrom<i64>>(field: Field, line: &impl FieldSource) -> Result<T, Unread> {
    let number = line.number(field).ok_or(Unread::Missing(field.name()))?;
    T::try_from(number).map_err(|_| Unread::Bad(field.name(), number.to_string()))
}

/// Numbers that are written as they are.
macro_rules! numbers {
    ($($kind:ty)*) => {$(
        impl Flat for $kind {
            fn write<'a>(&'a self, field: Field, line: &mut impl FieldSink<'a>) {
                line.put_number(field, i64::from(*self));
            }

            fn read(field: Field, line: &impl FieldSource) -> Result<$kind, Unread> {
                number(field, line)
            }

            fn arg_names(&mut self) -> ArgNames<'_> {
                ArgNames::Nothing
            }

            fn heap_size(&self) -> usize {
                0
            }
        }
    )*};
}
numbers! { u16 u32 }

impl Flat for Fd {
    fn write<'a>(&'a self, field: Field, line: &mut impl FieldSink<'a>) {
        line.put_number(field, i64::from(self.0));
    }

    fn read(field: Field, line: &impl FieldSource) -> Result<Fd, Unread> {
        number(field, line).map(Fd)
    }

    fn arg_names(&mut self) -> ArgNames<'_> {
        ArgNames::Nothing
    }

    fn heap_size(&self) -> usize {
        0
    }

    fn descriptor(&self, field: Field) -> Option<Fd> {
        (field == Field::fd).then_some(*self)
    }

    fn put_descriptor(&mut self, field: Field, fd: Fd) {
        if field == Field::fd {
            *self = fd;
        }
    }
}

/// Words, each with a name for the line and a way back.
macro_rules! words {
    ($($kind:ty: $name:expr, $from:expr;)*) => {$(
        impl Flat for $kind {
            fn write<'a>(&'a self, field: Field, line: &mut impl FieldSink<'a>) {
                line.put_text(field, $name(*self).into());
            }

            fn read(field: Field, line: &impl FieldSource) -> Result<$kind, Unread> {
                let word = text(field, line)?;
                $from(word).ok_or_else(|| Unread::Unknown(field.name(), word.to_owned()))
            }

            fn arg_names(&mut self) -> ArgNames<'_> {
                ArgNames::Nothing
            }

            fn heap_size(&self) -> usize {
                0
            }
        }
    )*};
}
words! {
    Family: Family::name, Family::from_name;
    CtlOp: CtlOp::name, |word: &str| word.parse().ok();
    ShutdownHow: ShutdownHow::name, |word: &str| ShutdownHow::ALL.iter().copied().find(|how| how.name() == word);
    OpenPath: OpenPath::name, |word: &str| word.parse().ok();
    SocketOption: SocketOption::name, |word: &str| SocketOption::ALL.iter().copied().find(|option| option.name() == word);
}

/// Words of which one is usual: it is not written, as it was before there were others.
macro_rules! usual_words {
    ($($kind:ty: $usual:expr, $other:expr, $word:literal;)*) => {$(
        impl Flat for $kind {
            fn write<'a>(&'a self, field: Field, line: &mut impl FieldSink<'a>) {
                if *self == $other {
                    line.put_text(field, $word.into());
                }
            }

            fn read(field: Field, line: &impl FieldSource) -> Result<$kind, Unread> {
                match line.text(field) {
                    None => Ok($usual),
                    Some($word) => Ok($other),
                    Some(word) => Err(Unread::Unknown(field.name(), word.to_owned())),
                }
            }

            fn arg_names(&mut self) -> ArgNames<'_> {
                ArgNames::Nothing
            }

            fn heap_size(&self) -> usize {
                0
            }
        }
    )*};
}
usual_words! {
    BornAs: BornAs::Blocking, BornAs::NonBlocking, "non-blocking";
    AcceptGives: AcceptGives::NonBlocking, AcceptGives::Blocking, "blocking";
    PollWants: PollWants::Write, PollWants::Read, "POLLIN";
}

impl Flat for Interest {
    fn write<'a>(&'a self, field: Field, line: &mut impl FieldSink<'a>) {
        line.put_text(field, self.letters().into());
    }

    fn read(field: Field, line: &impl FieldSource) -> Result<Interest, Unread> {
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

    fn arg_names(&mut self) -> ArgNames<'_> {
        ArgNames::Nothing
    }

    fn heap_size(&self) -> usize {
        0
    }
}

impl Flat for Addr {
    fn write<'a>(&'a self, field: Field, line: &mut impl FieldSink<'a>) {
        line.put_text(field, self.to_string().into());
    }

    fn read(field: Field, line: &impl FieldSource) -> Result<Addr, Unread> {
        let written = text(field, line)?;
        written
            .parse()
            .map_err(|()| Unread::Bad(field.name(), written.to_owned()))
    }

    fn arg_names(&mut self) -> ArgNames<'_> {
        ArgNames::Addr(self)
    }

    fn heap_size(&self) -> usize {
        match self {
            Addr::V4(_) | Addr::V6(_) | Addr::UnixUnnamed => 0,
            Addr::UnixPath(bytes) | Addr::UnixAbstract(bytes) => bytes.capacity(),
        }
    }
}

/// A name that is looked up.
impl Flat for String {
    fn write<'a>(&'a self, field: Field, line: &mut impl FieldSink<'a>) {
        line.put_text(field, self.as_str().into());
    }

    fn read(field: Field, line: &impl FieldSource) -> Result<String, Unread> {
        text(field, line).map(clean::text)
    }

    fn arg_names(&mut self) -> ArgNames<'_> {
        ArgNames::Host(self)
    }

    fn heap_size(&self) -> usize {
        self.capacity()
    }
}

/// A timeout: whole milliseconds, rounded up; -1 is for ever.
impl Flat for Option<Duration> {
    fn write<'a>(&'a self, field: Field, line: &mut impl FieldSink<'a>) {
        line.put_number(field, super::timeout_ms(*self));
    }

    fn read(field: Field, line: &impl FieldSource) -> Result<Option<Duration>, Unread> {
        let ms: i64 = number(field, line)?;
        Ok(u64::try_from(ms).ok().map(Duration::from_millis))
    }

    fn arg_names(&mut self) -> ArgNames<'_> {
        ArgNames::Nothing
    }

    fn heap_size(&self) -> usize {
        0
    }
}

fn bytes(field: Field, line: &impl FieldSource) -> Result<Vec<u8>, Unread> {
    let written = text(field, line)?;
    clean::unescape_bytes(written).ok_or_else(|| Unread::Bad(field.name(), written.to_owned()))
}

/// One byte.
impl Flat for u8 {
    fn write<'a>(&'a self, field: Field, line: &mut impl FieldSink<'a>) {
        line.put_text(field, clean::escape_bytes(&[*self]).into());
    }

    fn read(field: Field, line: &impl FieldSource) -> Result<u8, Unread> {
        match bytes(field, line)?.as_slice() {
            [byte] => Ok(*byte),
            more => Err(Unread::Bad(field.name(), clean::escape_bytes(more))),
        }
    }

    fn arg_names(&mut self) -> ArgNames<'_> {
        ArgNames::Sent(std::slice::from_mut(self))
    }

    fn heap_size(&self) -> usize {
        0
    }
}

/// Data is written out in the field `bytes`; what only fills is a count in the field `fill`; of what was cut the whole size is in `size`.
impl Flat for Payload {
    fn fields(field: Field) -> Fields {
        Fields::NONE.with(field).with(Field::fill).with(Field::size)
    }

    fn write<'a>(&'a self, field: Field, line: &mut impl FieldSink<'a>) {
        match self {
            Payload::Bytes(bytes) => line.put_text(field, clean::escape_bytes(bytes).into()),
            Payload::Fill(count) => count.write(Field::fill, line),
            Payload::Cut { head, size } => {
                line.put_text(field, clean::escape_bytes(head).into());
                size.write(Field::size, line);
            }
        }
    }

    fn read(field: Field, line: &impl FieldSource) -> Result<Payload, Unread> {
        if line.number(Field::fill).is_some() {
            return u32::read(Field::fill, line).map(Payload::Fill);
        }
        let head = bytes(field, line)?;
        if line.number(Field::size).is_none() {
            return Ok(Payload::Bytes(head));
        }
        let size = u32::read(Field::size, line)?;
        if head.len() > size as usize {
            return Err(Unread::Bad(Field::size.name(), size.to_string()));
        }
        Ok(Payload::Cut { head, size })
    }

    fn arg_names(&mut self) -> ArgNames<'_> {
        match self {
            Payload::Bytes(bytes) | Payload::Cut { head: bytes, .. } => ArgNames::Sent(bytes),
            Payload::Fill(_) => ArgNames::Sent(&mut []),
        }
    }

    fn heap_size(&self) -> usize {
        match self {
            Payload::Bytes(bytes) | Payload::Cut { head: bytes, .. } => bytes.capacity(),
            Payload::Fill(_) => 0,
        }
    }
}
