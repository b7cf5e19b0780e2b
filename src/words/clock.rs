//! Moments of a session as times of day.

/// The local time `at_us` microseconds after the session began, as `14:03:22`. `started` is in seconds since 1970-01-01 UTC,
/// `local_offset` the seconds that local time is ahead of it.
pub fn time_of_day(started: u64, local_offset: i64, at_us: u64) -> String {
    let started = i64::try_from(started).unwrap_or(0);
    let passed = i64::try_from(at_us / 1_000_000).unwrap_or(0);
    let of_day = started
        .saturating_add(local_offset)
        .saturating_add(passed)
        .rem_euclid(86_400);
    format!(
        "{:02}:{:02}:{:02}",
        of_day / 3_600,
        of_day / 60 % 60,
        of_day % 60
    )
}
