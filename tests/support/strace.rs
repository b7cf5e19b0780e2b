//! What strace writes, as system calls.

use std::collections::BTreeMap;

/// One system call as strace saw it.
#[derive(Debug)]
pub struct Line {
    /// The thread that made it.
    pub pid: u32,
    /// Its name, without the variant: `send` for `sendto`.
    pub name: String,
    /// As strace writes them.
    pub args: String,
    /// What it returned.
    pub ret: i64,
    /// The name of the errno, if it failed.
    pub errno: Option<String>,
}

/// C names to strace's family names.
fn family(name: &str) -> &str {
    match name {
        "sendto" => "send",
        "recvfrom" => "recv",
        "accept4" => "accept",
        "epoll_pwait" => "epoll_wait",
        "prlimit64" => "setrlimit",
        name => name,
    }
}

/// Reads strace -f output, joining lines that were split by other threads.
pub fn parse(text: &str) -> Vec<Line> {
    let mut open: BTreeMap<u32, String> = BTreeMap::new();
    let mut lines = Vec::new();
    for raw in text.lines() {
        let Some((pid, rest)) = raw.split_once(' ') else {
            continue;
        };
        let Ok(pid) = pid.parse::<u32>() else {
            continue;
        };
        let rest = rest.trim_start();
        if let Some(begin) = rest.strip_suffix("<unfinished ...>") {
            open.insert(pid, begin.trim_end().to_owned());
            continue;
        }
        let whole = match rest.strip_prefix("<... ") {
            Some(resumed) => {
                let behind = resumed
                    .split_once("resumed>")
                    .map_or("", |(_, behind)| behind);
                format!("{}{behind}", open.remove(&pid).unwrap_or_default())
            }
            None => rest.to_owned(),
        };
        let (Some((name, _)), Some((call, result))) =
            (whole.split_once('('), whole.rsplit_once(" = "))
        else {
            continue;
        };
        let mut words = result.split_whitespace();
        let Some(ret) = words.next().and_then(|ret| ret.parse().ok()) else {
            continue;
        };
        let errno = words
            .next()
            .filter(|word| word.starts_with('E'))
            .map(str::to_owned);
        let args = call[name.len() + 1..]
            .trim_end()
            .trim_end_matches(')')
            .to_owned();
        lines.push(Line {
            pid,
            name: family(name).to_owned(),
            args,
            ret,
            errno,
        });
    }
    lines
}

/// The first argument, if it is a number: a descriptor.
pub fn first_arg(line: &Line) -> Option<i64> {
    line.args.split([',', ' ']).next()?.parse().ok()
}
