//! `sockstep doctor`: what works on this machine, and the fix for what does not.

use crate::model::addr::Family;
use crate::model::call::{Call, OpenPath, Out, SocketOption};
use crate::model::ids::Fd;
use crate::os::call::{Descriptors, perform};
use crate::os::file::directory;
use crate::os::lab::loopback;
use crate::os::tracee::{self, ProgramSurroundings, StartError, Tracee};
use crate::os::{system, wire};
use crate::words::join::join_and;
use std::ffi::OsString;
use std::fmt::Write;
use std::path::Path;

/// How one thing stands.
enum FindingState {
    Works,
    Limited,
    Missing,
    NotTried,
}

struct Finding {
    state: FindingState,
    what: String,
    fix: &'static str,
}

fn finding(works: bool, what: impl Into<String>, fix: &'static str) -> Finding {
    Finding {
        state: if works {
            FindingState::Works
        } else {
            FindingState::Missing
        },
        what: what.into(),
        fix,
    }
}

/// The report, a line a finding.
pub fn report() -> String {
    let limit = system::raise_descriptor_limit();
    let mut findings = vec![
        finding(
            true,
            format!("{} {}", system::os_name(), system::kernel()),
            "",
        ),
        Finding {
            state: if limit >= 1100 {
                FindingState::Works
            } else {
                FindingState::Limited
            },
            what: format!("{limit} descriptors can be open at once"),
            fix: "raise it with: ulimit -n 4096",
        },
    ];
    findings.extend(sockets());
    findings.extend(lab_wire());
    findings.extend(watching());
    findings.extend(terminal());
    let mut text = String::new();
    for Finding { state, what, fix } in findings {
        let word = match state {
            FindingState::Works => "works  ",
            FindingState::Limited => "limited",
            FindingState::Missing => "missing",
            FindingState::NotTried => "untried",
        };
        let _ = write!(text, "{word}  {what}");
        if !matches!(state, FindingState::Works) && !fix.is_empty() {
            let _ = write!(text, "\n         {fix}");
        }
        text.push('\n');
    }
    text
}

fn sockets() -> Vec<Finding> {
    let mut descriptors = Descriptors::default();
    let mut opens = |family| {
        let outcome = perform(&Call::socket(family), &mut descriptors)?;
        outcome.errno.is_none().then_some(Fd(outcome.ret as i32))
    };
    let v4 = opens(Family::Inet);
    let mut opens_path = |path| {
        let outcome = perform(&Call::Open { path }, &mut descriptors);
        outcome.is_some_and(|outcome| outcome.errno.is_none())
    };
    let (file, pty) = (opens_path(directory()), opens_path(OpenPath::Ptmx));
    let mut can = |fd: Option<Fd>, call: &dyn Fn(Fd) -> Call| {
        fd.and_then(|fd| perform(&call(fd), &mut descriptors))
            .is_some_and(|outcome| outcome.errno.is_none())
    };
    let rto_max = can(v4, &|fd| Call::SetOption {
        fd,
        option: SocketOption::TcpRtoMaxMs,
        value: 5000,
    });
    let info = v4
        .and_then(|fd| descriptors.get(fd))
        .and_then(crate::os::tcp::info)
        .is_some();
    let localhost = matches!(
        crate::os::resolve::look_up("localhost", 80).out,
        Some(Out::Addrs(_))
    );
    let on_ipv6: Vec<String> = loopback::on_ipv6().map(|name| format!("@{name}")).collect();
    let tried = |family: Family, what: String| {
        let tried = loopback::trial(family);
        finding(tried.is_ok(), what, tried.err().unwrap_or_default())
    };
    // What is asked of a TCP socket is not tried where there is none.
    let of_tcp = |works: bool, what: &str, fix: &'static str| match v4 {
        Some(_) => finding(works, what, fix),
        None => Finding {
            state: FindingState::NotTried,
            what: what.to_owned(),
            fix: "",
        },
    };
    vec![
        tried(Family::Inet, "IPv4 loopback: the lab runs here".to_owned()),
        tried(
            Family::Inet6,
            format!(
                "IPv6 loopback: {} and [::1] targets need it",
                join_and(&on_ipv6)
            ),
        ),
        tried(Family::Unix, "unix sockets".to_owned()),
        finding(
            file,
            "files without a name: @file is one",
            "neither /tmp nor /dev/shm can make one; @file stays in error",
        ),
        finding(
            pty,
            "pseudo-terminals: @pty is one",
            "/dev/ptmx cannot be opened; @pty stays in error",
        ),
        of_tcp(
            info,
            "TCP_INFO: the kernel's own TCP state",
            "only Linux has it; the kernel column stays empty",
        ),
        of_tcp(
            rto_max,
            "TCP_RTO_MAX_MS: @pending answers within 5 s",
            "needs Linux 6.15; without it @pending can be slow to answer",
        ),
        finding(
            localhost,
            "the name localhost",
            "add to /etc/hosts: 127.0.0.1 localhost",
        ),
    ]
}

/// The lab wire, step by step: a step that fails keeps the later ones from being tried.
fn lab_wire() -> Vec<Finding> {
    let checks = wire::probe(Path::new(wire::THIS_PROGRAM));
    let finding = |check: wire::Check| match check.verdict {
        wire::Verdict::Works => finding(true, format!("lab wire: {}", check.what), ""),
        wire::Verdict::Failed { why, fix } => finding(false, why, fix),
        wire::Verdict::NotNeeded { why } => {
            finding(true, format!("{why}, but root can do without"), "")
        }
        wire::Verdict::NotTried => Finding {
            state: FindingState::NotTried,
            what: format!("lab wire: {}", check.what),
            fix: "",
        },
    };
    checks.into_iter().map(finding).collect()
}

/// Whether a program can be watched, and its sockets looked at: a program is started for it, and ended.
fn watching() -> Vec<Finding> {
    let what = "watch: a program's network calls can be held";
    let looks = "watch: its sockets can be looked at";
    let untried = |what: &str| Finding {
        state: FindingState::NotTried,
        what: what.to_owned(),
        fix: "",
    };
    let argv = [wire::THIS_PROGRAM, "--version"].map(OsString::from);
    let around = ProgramSurroundings::default();
    crate::os::signals::block_child_signals();
    match Tracee::start(Path::new(wire::THIS_PROGRAM), &argv, &around, &[]) {
        Ok(tracee) => {
            let duplicate = tracee::peek::duplicate(tracee.first(), Fd(0));
            let looked = Finding {
                state: match duplicate {
                    Ok(_) => FindingState::Works,
                    Err(_) => FindingState::Limited,
                },
                what: looks.to_owned(),
                fix: "pidfd_getfd is refused: TCP states come from sock_diag alone. In a container: docker run --cap-add SYS_PTRACE",
            };
            vec![finding(true, what, ""), looked]
        }
        Err(StartError::NotHere) => vec![finding(
            false,
            what,
            "it takes ptrace(2) and seccomp(2) of Linux",
        )],
        Err(why) => {
            let refused = Finding {
                what: format!("{what}: {why}"),
                ..finding(false, "", yama_fix())
            };
            vec![refused, untried(looks)]
        }
    }
}

/// What can be done where a program may not be traced: yama(7).
fn yama_fix() -> &'static str {
    let scope = std::fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope").unwrap_or_default();
    match scope.trim() {
        "2" => "Yama allows it with CAP_SYS_PTRACE only: kernel.yama.ptrace_scope is 2",
        "3" => "Yama allows it to nobody until the next start: kernel.yama.ptrace_scope is 3",
        _ => {
            "do not start sockstep itself under strace or gdb; in a container: docker run --cap-add SYS_PTRACE"
        }
    }
}

fn terminal() -> Vec<Finding> {
    use std::io::IsTerminal;
    let is_terminal = std::io::stdout().is_terminal();
    let mut findings = vec![finding(
        is_terminal,
        "standard output is a terminal",
        "use sockstep run in pipes and scripts",
    )];
    if let (true, Ok((columns, rows))) = (is_terminal, crossterm::terminal::size()) {
        let fits = columns >= 60 && rows >= 16;
        findings.push(finding(
            fits,
            format!("it has {columns} columns and {rows} rows"),
            "make it at least 60x16",
        ));
    }
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if no_colour {
        findings.push(finding(true, "NO_COLOR is set: bold and reverse only", ""));
    }
    findings
}
