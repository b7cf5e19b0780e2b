//! JSON taken apart without understanding it: objects and lists in their order, everything else as it is written.

use crate::model::clean;
use serde::de::value::Error as NoStruct;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt::Write;

/// The fields of an object, in their order.
pub(super) struct Object<'a>(pub(super) Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Object<'a>, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some((name, value)) =
                    map.next_entry::<super::text::Text<'de>, &'de RawValue>()?
                {
                    fields.push((name.0, value));
                }
                Ok(fields)
            }
        }
        from.deserialize_map(InOrder).map(Object)
    }
}

impl<'a> Object<'a> {
    /// Takes an object apart. `None` if it is none.
    pub(super) fn of(json: &'a str) -> Option<Object<'a>> {
        serde_json::from_str(json).ok()
    }

    /// The field of this name.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.get())
    }

    /// The field of this name, if it is a text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.get(name)?).ok()
    }
}

/// The elements of a list. `None` if it is none.
pub(super) fn list(json: &str) -> Option<Vec<&RawValue>> {
    serde_json::from_str(json).ok()
}

/// The names of the fields that a struct has in a line.
pub(super) fn fields_of<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    struct Ask<'a>(&'a mut &'static [&'static str]);
    impl<'de> Deserializer<'de> for Ask<'_> {
        type Error = NoStruct;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NoStruct> {
            Err(NoStruct::custom("only a struct says its fields"))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, NoStruct> {
            *self.0 = fields;
            Err(NoStruct::custom("they are known now"))
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }
    let mut fields: &[&str] = &[];
    // It always fails: what is wanted is what it asks for.
    let _ = T::deserialize(Ask(&mut fields));
    fields
}

/// JSON that means the same and steers no terminal. Hostile characters stand in strings only, where an escape says the same; between the
/// parts of a line they are white space.
pub(super) fn harmless(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if matches!(c, '\t' | '\r' | '\n') {
            out.push(' ');
        } else if clean::is_hostile(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// A text as JSON.
pub(super) fn quoted(text: &str) -> String {
    let json = serde_json::to_string(text).expect("a string is JSON");
    harmless(&json)
}

/// The longest string in it, in bytes as they are written.
pub(super) fn longest_string(json: &str) -> usize {
    let (mut longest, mut began) = (0, None);
    let mut bytes = json.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match (byte, began) {
            (b'"', None) => began = Some(at),
            (b'"', Some(begin)) => {
                longest = longest.max(at - begin - 1);
                began = None;
            }
            (b'\\', Some(_)) => {
                bytes.next();
            }
            _ => {}
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_struct_says_its_fields_without_a_value() {
        let fields = fields_of::<crate::model::packet::flow::Flow>();
        assert_eq!(fields, ["client", "server"]);
        assert_eq!(fields_of::<u32>(), [""; 0]);
    }

    #[test]
    fn harmless_json_means_the_same() {
        let json = "{\t\"a\":\"\u{9b}2J\u{202e}\u{e0041}\"}";
        let harmless = harmless(json);
        assert!(!harmless.chars().any(clean::is_hostile), "{harmless}");
        let read = |json: &str| serde_json::from_str::<serde_json::Value>(json).expect("JSON");
        assert_eq!(read(json), read(&harmless));
    }

    #[test]
    fn the_longest_string_is_counted_with_its_escapes() {
        assert_eq!(longest_string(r#"{"a":["bcd","\"\\"],"ef":1}"#), 4);
        assert_eq!(longest_string("12"), 0);
    }
}
