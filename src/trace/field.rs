//! Single fields, read with their limits.

use super::fault::{DecodeError, Read, bad, unknown};
use crate::model::addr::Addr;
use crate::model::clean;
use crate::model::ids::Row;

pub(super) fn row(number: u32) -> Read<Row> {
    if number == 0 {
        Err(bad("socket", "0"))
    } else {
        Ok(Row(number))
    }
}

pub(super) fn need<T: Copy>(field: &'static str, value: Option<T>) -> Read<T> {
    value.ok_or(DecodeError::Missing(field))
}

pub(super) fn word<'a>(
    field: &'static str,
    value: Option<&'a (impl AsRef<str> + 'a)>,
) -> Read<&'a str> {
    let value = value.ok_or(DecodeError::Missing(field))?.as_ref();
    if value.len() > clean::MAX_TEXT_BYTES {
        Err(bad(field, value))
    } else {
        Ok(value)
    }
}

/// A word of a list that may grow.
pub(super) fn one_of<T>(
    field: &'static str,
    value: &str,
    find: impl Fn(&str) -> Option<T>,
) -> Read<T> {
    find(value).ok_or_else(|| unknown(field, value))
}

pub(super) fn addr(field: &'static str, value: &str) -> Read<Addr> {
    value.parse().map_err(|()| bad(field, value))
}

pub(super) fn text(field: &'static str, value: &str) -> Read<String> {
    if value.len() > clean::MAX_TEXT_BYTES {
        Err(bad(field, value))
    } else {
        Ok(clean::text(value))
    }
}
