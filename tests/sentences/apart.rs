//! Situations that are staged for single sentences around the program: routes that change under it, calls that a sandbox refuses, files
//! that it may not touch.

use crate::judge::Judge;
use crate::recorded::recording;
use crate::support::apart::{Apart, DEVICE, need_a_namespace};
use crate::support::{SOCKSTEP, need, run_bounded, stderr};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// What strace refuses in the kernel's place, as a sandbox does, and the script that meets it.
const REFUSED: &[(&str, &str)] = &[
    ("connect:error=EPERM", "add 127.0.0.1:9\ntick 4"),
    ("connect:error=EINVAL", "add unix:/nowhere\ntick 4"),
    (
        "connect:error=EPERM:when=2+",
        "add @open\ntick 7\ndisconnect 1",
    ),
    (
        "accept4:error=ENFILE",
        "add @never-accept\nhand 1 on\ntick 7\naccept 2",
    ),
    (
        "accept4:error=EPERM",
        "add @never-accept\nhand 1 on\ntick 7\naccept 2",
    ),
    ("recvfrom:error=ENOMEM", "add @never-accept\ntick 7\nrecv 1"),
    ("recvfrom:error=EINVAL", "add @never-accept\ntick 7\nrecv 1"),
    (
        "sendto:error=ENOBUFS",
        "add @never-accept\ntick 7\nsend 1 x",
    ),
    (
        "shutdown:error=EPERM",
        "add @never-accept\ntick 7\nshutdown 1",
    ),
    (
        "listen:error=EADDRINUSE:when=2+",
        "add @never-accept\nhand 1 on\nlisten 2 3",
    ),
    (
        "listen:error=EINVAL:when=2+",
        "add @unix-full\nhand 1 on\nlisten 2 3",
    ),
    ("ioctl:error=EPERM", "add @never-accept\ntick 2"),
    ("ioctl:error=EPERM", "add @refused\ntick\nmode 1 blocking"),
    ("getpeername:error=ENOBUFS", "add @never-accept\ntick 7"),
    ("poll:error=ENOMEM", "modes @pending\ntick 6\ntick wait"),
    ("getsockopt:error=ENOBUFS", "add @never-accept\ntick 7"),
    (
        "epoll_ctl:error=ENOSPC:when=2+",
        "add @never-accept\ntick 4",
    ),
    (
        "epoll_wait:error=EINTR:when=2+",
        "add @never-accept\ntick 4",
    ),
    (
        "setsockopt:error=ENOPROTOOPT",
        "add @timeout @pending\ntick 4\nset 1 rcvbuf 4096",
    ),
];

/// Plays all of them. `false` if something that they need is not here, which was said.
pub(crate) fn all(judge: &mut Judge) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    if !need("strace") || !need_a_namespace() {
        return false;
    }
    refused(judge, &folder);
    forbidden_files(judge, &folder);
    no_name_server(judge);
    a_name_that_is_raced(judge, &folder);
    routes_that_change(judge, &folder);
    true
}

fn judged(judge: &mut Judge, name: &str, command: &mut Command) {
    let output = run_bounded(command, Duration::from_secs(60));
    assert!(!output.stdout.is_empty(), "{name}: {}", stderr(&output));
    recording(judge, name, &output.stdout);
}

fn refused(judge: &mut Judge, folder: &TempDir) {
    let file = folder.path().join("refused.script");
    for (inject, script) in REFUSED {
        fs::write(&file, script).expect("written");
        let mut command = Command::new("strace");
        let inject_option = format!("inject={inject}");
        command.args(["-qq", "-o", "/dev/null", "-e", &inject_option]);
        // A poll(2) that may wait is made on a thread of its own. All other calls are made by the one that steps; the thread that hears
        // signals makes some of them for itself, and is left alone.
        if inject.starts_with("poll:") {
            command.arg("-f");
        }
        command.args([SOCKSTEP, "run", "--looks", "off", "--json", "--script"]);
        judged(judge, inject, command.arg(&file));
    }
}

/// A unix path that this user may not write to. In a user namespace without a mapping nobody is root.
fn forbidden_files(judge: &mut Judge, folder: &TempDir) {
    let path = folder.path().join("forbidden");
    let listener = UnixListener::bind(&path).expect("a listener");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o0)).expect("it is ours");
    let mut command = Command::new("unshare");
    command.args(["-U", SOCKSTEP, "run", "--json"]);
    let target = format!("unix:{}", path.display());
    judged(judge, "a forbidden file", command.arg(target));
    drop(listener);
}

fn no_name_server(judge: &mut Judge) {
    let mut command = Command::new("unshare");
    command.args(["-Urn", SOCKSTEP, "run", "--json", "nobody.invalid:80"]);
    judged(judge, "no name server", &mut command);
}

/// A name with two addresses, at which nobody listens.
fn a_name_that_is_raced(judge: &mut Judge, folder: &TempDir) {
    let hosts = folder.path().join("hosts");
    fs::write(&hosts, "::1 two.test\n127.0.0.1 two.test\n").expect("written");
    let line = format!(
        "mount --bind {} /etc/hosts && ip link set lo up && exec {SOCKSTEP} run --json --race 50ms two.test:9",
        hosts.display()
    );
    let mut command = Command::new("unshare");
    judged(
        judge,
        "a name that is raced",
        command.args(["-Urnm", "sh", "-c", &line]),
    );
}

/// Routes that are changed under a connect(): its SYN cannot leave any more, which TCP notes. And one that an administrator ends.
fn routes_that_change(judge: &mut Judge, folder: &TempDir) {
    let file = folder.path().join("routes.jsonl");
    let routes = [
        ("prohibit", "10.9.0.2", "EACCES"),
        ("blackhole", "10.9.0.3", "EINVAL"),
        ("unreachable", "10.9.0.4", "EHOSTUNREACH"),
        ("throw", "10.9.0.5", "ENETUNREACH"),
    ];
    let targets: Vec<String> = routes.iter().map(|(_, to, _)| format!("{to}:80")).collect();
    let args = format!(
        "--record {} {} 10.9.0.6:80",
        file.display(),
        targets.join(" ")
    );
    let mut session = Apart::start(DEVICE, &args);
    session
        .holds("tick 4", "5 kernel SYN-SENT")
        .expect("it connects");
    for (kind, to, _) in routes {
        session.run(&["ip", "route", "add", kind, to]);
    }
    session.run(&["ss", "-K", "dst", "10.9.0.6"]);
    session
        .holds("connect 5", "5 says connect ECONNABORTED")
        .expect("it was ended");
    let until = Instant::now() + Duration::from_secs(60);
    for (row, (_, _, errno)) in (1..).zip(routes) {
        let claim = format!("{row} call getsockopt {errno}");
        while session
            .holds(&format!("tick\nso_error {row}"), &claim)
            .is_err()
        {
            assert!(Instant::now() < until, "the kernel notes nothing: {claim}");
        }
        session
            .holds("", &format!("{row} stage pending"))
            .expect("it goes on");
    }
    limits_that_sink(&mut session);
    drop(session);
    recording(
        judge,
        "routes that change",
        &fs::read(file).expect("a recording"),
    );
}

/// Whoever may not have his old limit back stays limited.
fn limits_that_sink(session: &mut Apart) {
    session
        .holds("add 10.9.0.7:80\nlimit 5", "not 6 open")
        .expect("it has no socket");
    let pid = session.id().to_string();
    let status = Command::new("prlimit")
        .args(["--pid", &pid, "--nofile=900:900"])
        .status();
    assert!(status.is_ok_and(|status| status.success()), "it is ours");
    session
        .holds("tick", "says setrlimit fails")
        .expect("it may not rise");
}
