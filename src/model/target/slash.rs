//! A text with a slash: a path, a range, or a host and a port with something behind them. None of them is a target as it stands.

use super::TargetPlace;
use super::error::{TargetError, short};
use crate::model::clean;
use std::net::IpAddr;

/// What a text with a slash is instead of a host and a port. `read` reads one without.
pub(super) fn with_slash(
    text: &str,
    read: impl FnOnce(&str) -> Result<TargetPlace, TargetError>,
) -> TargetError {
    let (before, behind) = text.split_once('/').unwrap_or((text, ""));
    if before.is_empty() || before == "." || before == ".." {
        return TargetError::Path(short(text), clean::text(text));
    }
    if before.starts_with('~') {
        return TargetError::Path(
            short(text),
            "/run/name.sock, with the whole path".to_owned(),
        );
    }
    let number = behind.split_once(':').map_or(behind, |(number, _)| number);
    let address = before.trim_matches(['[', ']']);
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    if address.parse::<IpAddr>().is_ok() && digits {
        return TargetError::Range(short(text));
    }
    match read(before) {
        Ok(_) => TargetError::PathBehind {
            whole: short(text),
            target: clean::text(before),
        },
        Err(TargetError::NoPort(_) | TargetError::OnlyPort(_)) => TargetError::Slash(short(text)),
        Err(other) => other,
    }
}
