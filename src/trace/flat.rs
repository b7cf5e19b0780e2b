//! The call's line as the model's flat line: each argument in its field.

use super::line::CallLine;
use super::text::Text;
use crate::model::call::{Field, FieldSink, FieldSource, Fields, call_fields};
use std::borrow::Cow;

/// A field of the line, whatever its type.
trait Slot<'a> {
    fn text(&self) -> Option<&str> {
        None
    }

    fn number(&self) -> Option<i64> {
        None
    }

    fn put_text(&mut self, _text: Cow<'a, str>) {}

    fn put_number(&mut self, _number: i64) {}
}

impl<'a> Slot<'a> for Option<Text<'a>> {
    fn text(&self) -> Option<&str> {
        self.as_deref()
    }

    fn put_text(&mut self, text: Cow<'a, str>) {
        *self = Some(Text(text));
    }
}

macro_rules! numbers {
    ($($kind:ty)*) => {$(
        impl Slot<'_> for Option<$kind> {
            fn number(&self) -> Option<i64> {
                self.map(i64::from)
            }

            fn put_number(&mut self, number: i64) {
                *self = number.try_into().ok();
            }
        }
    )*};
}
numbers! { u16 u32 i32 i64 }

macro_rules! slots {
    ($($field:ident: $kind:ty,)*) => {
        impl<'a> CallLine<'a> {
            fn slot(&self, field: Field) -> &dyn Slot<'a> {
                match field { $(Field::$field => &self.$field,)* }
            }

            fn slot_mut(&mut self, field: Field) -> &mut dyn Slot<'a> {
                match field { $(Field::$field => &mut self.$field,)* }
            }

            /// The fields of arguments that are there.
            pub(super) fn present(&self) -> Fields {
                let mut present = Fields::NONE;
                $(if self.$field.is_some() {
                    present = present.with(Field::$field);
                })*
                present
            }
        }
    };
}
call_fields! { slots }

impl<'a> FieldSink<'a> for CallLine<'a> {
    fn put_text(&mut self, field: Field, text: Cow<'a, str>) {
        self.slot_mut(field).put_text(text);
    }

    fn put_number(&mut self, field: Field, number: i64) {
        self.slot_mut(field).put_number(number);
    }
}

impl FieldSource for CallLine<'_> {
    fn text(&self, field: Field) -> Option<&str> {
        self.slot(field).text()
    }

    fn number(&self, field: Field) -> Option<i64> {
        self.slot(field).number()
    }
}
