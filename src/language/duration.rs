//! Durations as a person writes them.

use crate::model::clean;
use std::time::Duration;

/// A duration as a person writes it: `500ms`, `2s`, `1m`; a bare `0` too. At most a day.
///
/// # Errors
/// Says the right form.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || {
        format!(
            "'{}' is not a duration. Write 500ms, 2s or 1m",
            clean::quoted(text)
        )
    };
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let number: u64 = text[..digits].parse().map_err(|_| wrong())?;
    let factor = match &text[digits..] {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        _ => return Err(wrong()),
    };
    let millis = number
        .checked_mul(factor)
        .filter(|ms| *ms <= 86_400_000)
        .ok_or_else(wrong)?;
    Ok(Duration::from_millis(millis))
}

/// A duration in the shortest of these forms; what is not whole milliseconds is rounded down.
pub fn write_duration(duration: Duration) -> String {
    let ms = duration.as_millis();
    match ms {
        0 => "0".to_owned(),
        ms if ms % 60_000 == 0 => format!("{}m", ms / 60_000),
        ms if ms % 1000 == 0 => format!("{}s", ms / 1000),
        ms => format!("{ms}ms"),
    }
}

/// What a tick's poll does that waits so long: `waits up to 2s`, `does not wait`.
pub fn write_wait(duration: Duration) -> String {
    if duration.is_zero() {
        "does not wait".to_owned()
    } else {
        format!("waits up to {}", write_duration(duration))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit() {
        let cases = [("500ms", 500), ("2s", 2_000), ("1m", 60_000), ("0", 0)];
        for (text, millis) in cases {
            assert_eq!(
                parse_duration(text),
                Ok(Duration::from_millis(millis)),
                "{text}"
            );
            assert_eq!(write_duration(Duration::from_millis(millis)), text);
        }
        assert_eq!(write_wait(Duration::ZERO), "does not wait");
        assert_eq!(write_wait(Duration::from_secs(2)), "waits up to 2s");
        for bad in [
            "",
            "5",
            "s",
            "1h",
            "-1s",
            "1.5s",
            "99999999999999999999s",
            "100000m",
        ] {
            assert!(parse_duration(bad).is_err(), "{bad}");
        }
    }
}
