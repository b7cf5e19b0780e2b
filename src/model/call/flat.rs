//! The flat line of a call: every argument has a field of its own, and one name means the same in every call.

use crate::model::addr::Addr;
use crate::model::ids::Fd;
use std::borrow::Cow;

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
            master: i32,
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
pub trait FieldSink<'a> {
    /// A field that is text.
    fn put_text(&mut self, field: Field, text: Cow<'a, str>);
    /// A field that is a number.
    fn put_number(&mut self, field: Field, number: i64);
}

/// Where a call's fields are read from.
pub trait FieldSource {
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

/// What an argument can tell of who or where.
#[derive(Debug, PartialEq, Eq)]
pub enum ArgNames<'a> {
    /// An address.
    Addr(&'a mut Addr),
    /// A name that is looked up.
    Host(&'a mut String),
    /// Data that is sent; none of a filling.
    Sent(&'a mut [u8]),
    /// Neither: a number or a word of the system.
    Nothing,
}

/// An argument that can stand in a flat line.
pub trait Flat: Sized {
    /// The fields that it takes, where it stands at `field`.
    fn fields(field: Field) -> Fields {
        Fields::NONE.with(field)
    }

    /// Writes itself.
    fn write<'a>(&'a self, field: Field, line: &mut impl FieldSink<'a>);

    /// Reads itself.
    ///
    /// # Errors
    /// If the field is missing or holds something else.
    fn read(field: Field, line: &impl FieldSource) -> Result<Self, Unread>;

    /// What it can tell of who or where. Each kind of argument must say it.
    fn arg_names(&mut self) -> ArgNames<'_>;

    /// So many bytes it owns beside itself. Each kind of argument must say it.
    fn heap_size(&self) -> usize;

    /// The descriptor that the call is made on, if this is it.
    fn descriptor(&self, _field: Field) -> Option<Fd> {
        None
    }

    /// Puts another descriptor there, if this is the one that the call is made on.
    fn put_descriptor(&mut self, _field: Field, _fd: Fd) {}
}
