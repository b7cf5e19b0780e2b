//! The kernel's structs as bytes. Each is declared once, field by field, in the order and with the types of its header file; none of
//! them has a gap that a compiler would fill.

/// Something that is so many bytes in a message.
pub(super) trait Layout: Sized {
    /// How many.
    const SIZE: usize;

    /// Writes itself to the end.
    fn put(&self, to: &mut Vec<u8>);

    /// Takes itself from the front. `None` if there are too few bytes.
    fn take(from: &mut &[u8]) -> Option<Self>;
}

impl<const N: usize> Layout for [u8; N] {
    const SIZE: usize = N;

    fn put(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(self);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let (front, rest) = from.split_first_chunk()?;
        *from = rest;
        Some(*front)
    }
}

/// Numbers stand in the byte order of the machine.
macro_rules! numbers {
    ($($number:ident)*) => {$(
        impl Layout for $number {
            const SIZE: usize = size_of::<$number>();

            fn put(&self, to: &mut Vec<u8>) {
                self.to_ne_bytes().put(to);
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                Layout::take(from).map($number::from_ne_bytes)
            }
        }
    )*};
}

numbers!(u8 u16 u32 i32);

/// A port, in the byte order of the network: `__be16`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Be16(pub(super) u16);

impl Layout for Be16 {
    const SIZE: usize = size_of::<u16>();

    fn put(&self, to: &mut Vec<u8>) {
        self.0.to_be_bytes().put(to);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Layout::take(from).map(u16::from_be_bytes).map(Be16)
    }
}

/// A struct whose bytes are those of its fields, one after the other.
macro_rules! layout {
    ($(#[$doc:meta])* struct $name:ident { $($field:ident: $kind:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub(super) struct $name {
            $(pub(super) $field: $kind),*
        }

        impl $crate::os::netlink::layout::Layout for $name {
            const SIZE: usize = 0 $(+ <$kind as $crate::os::netlink::layout::Layout>::SIZE)*;

            fn put(&self, to: &mut Vec<u8>) {
                $($crate::os::netlink::layout::Layout::put(&self.$field, to);)*
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                Some($name {
                    $($field: $crate::os::netlink::layout::Layout::take(from)?),*
                })
            }
        }
    };
}

pub(super) use layout;

#[cfg(test)]
mod tests {
    use super::*;

    layout! {
        /// Every kind of field.
        struct Example {
            byte: u8,
            pad: [u8; 1],
            port: Be16,
            number: u32,
            sign: i32,
        }
    }

    const EXAMPLE: Example = Example {
        byte: 1,
        pad: [2],
        port: Be16(0x0304),
        number: 5,
        sign: -1,
    };

    #[test]
    fn a_struct_is_its_fields_one_after_the_other() {
        let mut bytes = Vec::new();
        EXAMPLE.put(&mut bytes);
        let number = 5_u32.to_ne_bytes();
        let expected = [&[1, 2, 3, 4][..], &number, &[0xff; 4]].concat();
        assert_eq!(bytes, expected);
        assert_eq!(Example::SIZE, expected.len());
    }

    #[test]
    fn a_struct_is_read_from_the_front_and_the_rest_is_left() {
        let mut bytes = Vec::new();
        EXAMPLE.put(&mut bytes);
        bytes.extend_from_slice(b"rest");
        let mut rest = &bytes[..];
        assert_eq!(Example::take(&mut rest), Some(EXAMPLE));
        assert_eq!(rest, b"rest");
    }

    #[test]
    fn a_struct_with_a_byte_too_few_is_none() {
        let mut bytes = Vec::new();
        EXAMPLE.put(&mut bytes);
        for length in 0..bytes.len() {
            assert_eq!(Example::take(&mut &bytes[..length]), None, "{length}");
        }
    }
}
