//! Machines on which something is missing: one target that cannot be set up does not refuse the session, and `doctor` names what is missing
//! because it tried it.

mod support;

use std::path::Path;
use std::process::Command;
use std::time::Duration;
use support::pty::Pty;
use support::{SOCKSTEP, need, run_bounded, skip, stdout};

/// Runs the rest of its arguments where socket(2) gives no socket of IPv4 or IPv6, as in a sandbox by seccomp(2).
const NO_INET: &str = "\
import ctypes, os, struct, sys
if os.uname().machine != 'x86_64':
    sys.exit(77)
def step(code, yes, no, value):
    return struct.pack('HBBI', code, yes, no, value)
filter = b''.join([
    step(0x20, 0, 0, 0), step(0x15, 0, 4, 41),
    step(0x20, 0, 0, 16), step(0x15, 1, 0, 2), step(0x15, 0, 1, 10),
    step(0x06, 0, 0, 0x00050000 | 97), step(0x06, 0, 0, 0x7fff0000)])
kept = ctypes.create_string_buffer(filter, len(filter))
class Program(ctypes.Structure):
    _fields_ = [('len', ctypes.c_ushort), ('filter', ctypes.c_void_p)]
program = Program(len(filter) // 8, ctypes.addressof(kept))
libc = ctypes.CDLL(None)
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(program), 0, 0):
    sys.exit(77)
os.execv(sys.argv[1], sys.argv[1:])
";

/// A way to run the program on such a machine; the words of a report by which it is known; and a target that cannot be set up there.
struct Machine {
    name: &'static str,
    /// A line of shell, in which `"$@"` is the program with its arguments. `None`: the sandbox.
    line: Option<&'static str>,
    report: &'static [&'static str],
    lacks: &'static str,
    /// What is left.
    has: &'static str,
}

const MACHINES: [Machine; 5] = [
    Machine {
        name: "the loopback interface is down",
        line: Some("exec \"$@\""),
        report: &[
            "missing  IPv4 loopback",
            "ip link set lo up",
            "works    unix sockets",
        ],
        lacks: "@pending",
        has: "@unix-full",
    },
    Machine {
        name: "IPv6 is off",
        line: Some(
            "ip link set lo up; echo 1 > /proc/sys/net/ipv6/conf/lo/disable_ipv6; exec \"$@\"",
        ),
        report: &[
            "works    IPv4 loopback",
            "missing  IPv6 loopback: @two",
            "disable_ipv6=0",
        ],
        lacks: "@two",
        has: "@open",
    },
    Machine {
        name: "there is no /proc",
        line: Some("ip link set lo up; mount -t tmpfs none /proc && exec \"$@\""),
        report: &[
            "works    IPv4 loopback",
            "missing  the lab wire failed to start a helper process",
            "is /proc mounted",
        ],
        lacks: "@wire:80",
        has: "@open",
    },
    Machine {
        name: "there are no user namespaces",
        line: Some(
            "ip link set lo up; echo 0 > /proc/sys/user/max_user_namespaces; \
             exec setpriv --bounding-set=-sys_admin,-net_admin \"$@\"",
        ),
        report: &[
            "works    IPv4 loopback",
            "missing  the lab wire failed to make a user namespace: ENOSPC",
            "sysctl -w user.max_user_namespaces=10000",
        ],
        lacks: "@wire:80",
        has: "@open",
    },
    Machine {
        name: "a sandbox without IPv4 and IPv6",
        line: None,
        report: &[
            "missing  IPv4 loopback",
            "a container or seccomp forbids them",
            "untried  TCP_INFO",
            "works    unix sockets",
        ],
        lacks: "@open",
        has: "@unix-full",
    },
];

impl Machine {
    /// The command that runs the program there, before its own arguments.
    fn command(&self, sandbox: &Path) -> Vec<String> {
        let owned = |parts: &[&str]| parts.iter().map(|part| (*part).to_owned()).collect();
        match self.line {
            Some(line) => owned(&["unshare", "-Urnm", "sh", "-c", line, "sh", SOCKSTEP]),
            None => owned(&["python3", sandbox.to_str().expect("a path"), SOCKSTEP]),
        }
    }
}

#[test]
fn one_target_that_cannot_be_set_up_is_left_out_and_doctor_says_what_is_missing() {
    let folder = tempfile::tempdir().expect("a folder");
    let sandbox = folder.path().join("sandbox.py");
    std::fs::write(&sandbox, NO_INET).expect("written");
    for machine in &MACHINES {
        if machine.line.is_none() && !need("python3") {
            continue;
        }
        let command = machine.command(&sandbox);
        let mut doctor = Command::new(&command[0]);
        doctor.args(&command[1..]).arg("doctor");
        let report = run_bounded(&mut doctor, Duration::from_secs(60));
        if !report.status.success() {
            skip(&format!("no machine can be staged where {}", machine.name));
            continue;
        }
        let report = stdout(&report);
        for words in machine.report {
            assert!(
                report.contains(words),
                "{}: {words:?} in\n{report}",
                machine.name
            );
        }
        let more = ["--no-save", machine.lacks, machine.has];
        let args: Vec<&str> = command[1..]
            .iter()
            .map(String::as_str)
            .chain(more)
            .collect();
        let pty = Pty::start(100, 30, &command[0], &args);
        let screen = pty.wait_for("TICK 0");
        let left_out = format!("{} left out", machine.lacks);
        let screen = if screen.contains(&left_out) {
            screen
        } else {
            pty.wait_for(&left_out)
        };
        assert!(
            screen.contains(&format!("1 {}", machine.has)),
            "{}:\n{screen}",
            machine.name
        );
    }
}
