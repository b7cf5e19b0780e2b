//! A Python script that makes the same calls again on the same targets, and prints what it sees beside what was seen. It starts the
//! lab's peers itself, from the recorded calls of the lab. What was on the lab wire is left out: its addresses lead elsewhere in an
//! ordinary network.

use super::ExportInput;
use super::escape::{python as quoted, python_bytes};
use super::step::title;
use crate::model::addr::Addr;
use crate::model::call::{Call, CallFact, CalledBy, Out, Payload, timeout_ms};
use crate::model::errno::Errno;
use crate::model::ids::Row;
use crate::model::notation;
use crate::model::record::{Change, Record};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const HEAD: &str = include_str!("../../assets/export/script.py");

/// The script.
pub fn python(input: &ExportInput) -> String {
    let safe = |text: &str| -> String {
        text.chars()
            .filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\'))
            .collect()
    };
    let title = safe(&format!("sockstep: {}", input.name));
    let mut out = HEAD
        .replace("@TITLE@", &title)
        .replace("@ORIGIN@", &safe(&input.origin()));
    let mut known = KnownRows::default();
    let mut steps = String::new();
    for record in &input.records {
        one(&mut steps, record, &mut known);
    }
    let list = |texts: &BTreeSet<String>| texts.iter().cloned().collect::<Vec<_>>().join(", ");
    let others: BTreeSet<String> = known.others.difference(&known.labs).cloned().collect();
    let _ = writeln!(
        out,
        "\nbefore_others([{}], [{}])",
        list(&others),
        list(&known.names)
    );
    out.push_str(&steps);
    out.push_str("\nfor one in sockets.values():\n    one.close()\nprint(\"\\nDone.\")\n");
    out
}

/// What is known of the rows so far.
#[derive(Default)]
struct KnownRows {
    /// Where each leads.
    leads: BTreeMap<Row, Addr>,
    /// Those on the lab wire, and their peers.
    on_wire: BTreeSet<Row>,
    /// Where the lab's peers wait on this machine, as Python has addresses.
    labs: BTreeSet<String>,
    /// Where the program connects to.
    others: BTreeSet<String>,
    /// Whom it asks for by name.
    names: BTreeSet<String>,
}

impl KnownRows {
    /// Notes where a call leads: only what is bound by the lab here is the lab's.
    fn note(&mut self, fact: &CallFact) {
        match &fact.call {
            Call::Bind { addr, .. } if fact.by != CalledBy::Program => {
                let meant = meant(fact, addr, &self.leads);
                self.labs.insert(address(meant));
            }
            Call::Connect { addr, .. } => {
                self.others.insert(address(addr));
            }
            Call::Getaddrinfo { host, .. } => {
                self.names.insert(quoted(host));
            }
            _ => {}
        }
    }
}

fn one(out: &mut String, record: &Record, known: &mut KnownRows) {
    let _ = writeln!(out, "\nstep({})", quoted(&title(record)));
    for change in &record.changes {
        if let Change::Appeared { row, role, .. } = change
            && role.of().is_some_and(|of| known.on_wire.contains(&of))
        {
            known.on_wire.insert(*row);
        }
        let Change::Added {
            row,
            target,
            addresses,
            ..
        } = change
        else {
            continue;
        };
        if target.place.wire().is_some() {
            known.on_wire.insert(*row);
            let text = format!(
                "    {row} {}: the lab wire is no part of this script",
                target.text
            );
            let _ = writeln!(out, "print({})", quoted(&text));
            continue;
        }
        if let Some(first) = addresses.first() {
            known.leads.insert(*row, first.clone());
        }
        let staged = record
            .calls
            .iter()
            .any(|fact| fact.row == Some(*row) && fact.by == CalledBy::Lab);
        if target.place.is_lab() && !staged && target.place.file().is_none() {
            let text = format!(
                "    {row} {}: its peer cannot be started by this script",
                target.text
            );
            let _ = writeln!(out, "print({})", quoted(&text));
        }
    }
    for fact in &record.calls {
        if fact.row.is_some_and(|row| known.on_wire.contains(&row)) {
            continue;
        }
        known.note(fact);
        if let Some(line) = call(fact, record, &known.leads) {
            let _ = writeln!(out, "{line}");
        }
    }
}

fn call(fact: &CallFact, record: &Record, leads: &BTreeMap<Row, Addr>) -> Option<String> {
    let outcome = fact.outcome.as_ref()?;
    let row = fact
        .row
        .map_or_else(|| "None".to_owned(), |row| row.to_string());
    let line = notation::line(fact, &record.events);
    let then = quoted(line.rsplit_once(") = ").map_or("", |(_, back)| back));
    let far = truth(matches!(fact.by, CalledBy::Peer | CalledBy::Lab));
    Some(match &fact.call {
        Call::Socket { family, born: _ } => {
            format!(
                "make({row}, {}, \"{}\", {far}, {then})",
                outcome.ret,
                family.name()
            )
        }
        Call::SetNonblocking { fd } => format!("unblock({row}, {fd}, {far}, {then})"),
        Call::Connect { fd, addr } => format!("connect({row}, {fd}, {}, {then})", address(addr)),
        Call::Bind { fd, addr } => {
            let meant = address(meant(fact, addr, leads));
            format!("bind({row}, {fd}, {}, {meant}, {then})", address(addr))
        }
        Call::Listen { fd, backlog } => format!("listen({row}, {fd}, {backlog}, {then})"),
        Call::SetBlocking { fd } => format!("wait_again({row}, {fd}, {far}, {then})"),
        Call::Accept { fd, gives: _ } if outcome.errno.is_none() => {
            format!("accept({row}, {fd}, {}, {then})", outcome.ret)
        }
        // Nobody was there to be accepted: here it would only take time.
        Call::Accept { .. } => return None,
        Call::EpollCtl {
            op, fd, interest, ..
        } => {
            let change = truth(op.name() != "ADD");
            format!(
                "watch({row}, {fd}, \"{}\", {change}, {then})",
                interest.letters()
            )
        }
        Call::EpollWait { timeout, .. } => {
            format!("poll({}, {})", timeout_ms(*timeout), quoted(&line))
        }
        Call::SoError { fd } => format!("so_error({row}, {fd}, {})", quoted(&line)),
        Call::Getpeername { fd } => format!("getpeername({row}, {fd}, {})", quoted(&line)),
        Call::Send { fd, data } => format!("send({row}, {fd}, {}, {then})", payload(data)),
        Call::SendUrgent { fd, byte } => {
            format!("urgent({row}, {fd}, {}, {then})", python_bytes(&[*byte]))
        }
        Call::Poll { fd, wants, timeout } => format!(
            "poll_one({row}, {fd}, \"{}\", {}, {then})",
            wants.name(),
            timeout_ms(*timeout)
        ),
        Call::Select { fd } => format!("select_one({row}, {fd}, {})", quoted(&line)),
        Call::Recv { fd, size } => format!("recv({row}, {fd}, {size}, {})", quoted(&line)),
        Call::Shutdown { fd, how } => {
            format!("shutdown({row}, {fd}, \"{}\", {then})", how.name())
        }
        Call::Close { fd } => format!("close({row}, {fd}, {then})"),
        Call::SetOption { fd, option, value } => format!(
            "option({row}, {fd}, \"{}\", \"{}\", {value}, {then})",
            option.level(),
            option.name()
        ),
        Call::Getaddrinfo { host, port } => {
            format!("lookup({row}, {}, {port}, {})", quoted(host), quoted(&line))
        }
        _ => beyond_the_socket_module(fact, record, &row, &then)
            .unwrap_or_else(|| format!("not_made({row}, {})", quoted(&line))),
    })
}

/// Calls for which the script has words of its own. What is none of them is named there, and not made.
fn beyond_the_socket_module(
    fact: &CallFact,
    record: &Record,
    row: &str,
    then: &str,
) -> Option<String> {
    Some(match &fact.call {
        Call::Dup { fd } => {
            let copy = fact.outcome.as_ref()?.ret;
            format!("duplicate({row}, {fd}, {copy}, {then})")
        }
        Call::Open { path } => {
            let number = fact.outcome.as_ref()?.ret;
            let flags = path.flags().split(", ").next()?;
            format!(
                "open_file({row}, {number}, \"{}\", \"{flags}\", {then})",
                path.name()
            )
        }
        Call::Pipe {} => match fact.outcome.as_ref()?.out {
            Some(Out::Fds(read, write)) => format!("pipe({row}, {read}, {write}, {then})"),
            _ => format!("pipe({row}, -1, -1, {then})"),
        },
        Call::UnlockPty { fd } => format!("unlock({row}, {fd}, {then})"),
        Call::OpenSlave { master } => {
            let number = fact.outcome.as_ref()?.ret;
            format!("open_slave({row}, {number}, {master}, {then})")
        }
        Call::Read { fd, size } => format!(
            "read({row}, {fd}, {size}, {})",
            quoted(&notation::line(fact, &record.events))
        ),
        Call::Write { fd, data } => format!("write({row}, {fd}, {}, {then})", payload(data)),
        Call::Disconnect { fd } => format!("disconnect({row}, {fd}, {then})"),
        Call::SetDescriptorLimit { .. } => {
            format!("limit({}, {then})", truth(is_short(fact, record)))
        }
        _ => return None,
    })
}

/// Whether the limit that this call sets leaves no descriptor to the next call: the numbers of another process say nothing here.
fn is_short(limit: &CallFact, record: &Record) -> bool {
    let after = record
        .calls
        .iter()
        .skip_while(|fact| !std::ptr::eq(*fact, limit))
        .nth(1);
    let errno = after.and_then(|fact| fact.outcome.as_ref()?.errno);
    errno == Some(Errno::EMFILE)
}

fn truth(is: bool) -> &'static str {
    if is { "True" } else { "False" }
}

fn payload(data: &Payload) -> String {
    match data {
        Payload::Bytes(bytes) => python_bytes(bytes),
        // The script offers as many bytes; which ones they were was not kept.
        Payload::Cut { head, size } => {
            let rest = (*size as usize).saturating_sub(head.len());
            format!("{} + b\"x\" * {rest}", python_bytes(head))
        }
        Payload::Fill(count) => format!("b\"x\" * {count}"),
    }
}

/// The lab binds to port 0; where that led is where the program connects to.
fn meant<'a>(fact: &CallFact, addr: &'a Addr, leads: &'a BTreeMap<Row, Addr>) -> &'a Addr {
    fact.row
        .filter(|_| fact.by != CalledBy::Program)
        .and_then(|row| leads.get(&row))
        .unwrap_or(addr)
}

/// An address as Python's socket module wants it.
fn address(addr: &Addr) -> String {
    match addr {
        Addr::V4(v4) => format!("(\"{}\", {})", v4.ip(), v4.port()),
        Addr::V6(v6) => format!("(\"{}\", {}, 0, {})", v6.ip(), v6.port(), v6.scope_id()),
        Addr::UnixPath(path) => python_bytes(path),
        Addr::UnixAbstract(name) => {
            let mut bytes = vec![0];
            bytes.extend_from_slice(name);
            python_bytes(&bytes)
        }
        Addr::UnixUnnamed => "b\"\"".to_owned(),
    }
}
