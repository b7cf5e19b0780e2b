//! Setting up as an ordinary user, and every step that can fail: which one, why, and the fix.

use crate::support::{SOCKSTEP, need, skip};
use sockstep::os::wire::{SetupError, SetupStep, TunWire};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The ordinary user of these tests: nobody.
const AS_NOBODY: &str = "setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs";

/// The program in a folder that everybody can read.
struct Public {
    folder: TempDir,
}

impl Public {
    fn new() -> Public {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
        // Copied by another process: a file that this one (with its many threads) had open for writing could be busy when it is run.
        let copied = Command::new("cp").arg(SOCKSTEP).arg(folder.path()).status();
        assert!(copied.unwrap().success());
        Public { folder }
    }

    fn program(&self) -> PathBuf {
        self.folder.path().join("sockstep")
    }

    /// A program that runs this one under strace, which makes system calls fail.
    fn failing(&self, inject: &str) -> PathBuf {
        let path = self.folder.path().join("failing");
        let program = self.program();
        let strace = which("strace");
        let text = format!(
            "#!/bin/sh\nexec {} -f -qq -o /dev/null {inject} {} \"$@\"\n",
            strace.display(),
            program.display()
        );
        // Written by another process, for the same reason.
        let mut tee = Command::new("tee")
            .arg(&path)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        tee.stdin
            .take()
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        assert!(tee.wait().unwrap().success());
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
        path
    }
}

/// Where a tool is.
fn which(tool: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places = std::env::split_paths(&path).map(|folder| folder.join(tool));
    places.find(|place| place.exists()).unwrap_or_default()
}

fn is_root() -> bool {
    let root = rustix::process::geteuid().is_root();
    if !root {
        skip("only root can make device nodes and change users");
    }
    root
}

/// Runs `doctor` as nobody, in a mount namespace whose `/dev/net` was set up by `node`.
fn doctor_as_nobody(node: &str) -> Option<String> {
    if !(is_root() && need("setpriv") && need("unshare")) {
        return None;
    }
    let public = Public::new();
    let script = format!(
        "mount -t tmpfs none /dev/net && chmod 755 /dev/net && {node} && exec {AS_NOBODY} {} doctor",
        public.program().display()
    );
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-ec", &script])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Some(text(&output))
}

fn text(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The lines of `doctor` about the wire that do not work, with the fix.
fn missing(report: &str) -> String {
    let lines: Vec<&str> = report.lines().collect();
    let of_wire = |line: &str| line.starts_with("missing") && line.contains("lab wire");
    let at = lines.iter().position(|line| of_wire(line));
    at.map_or(String::new(), |at| {
        lines[at..(at + 2).min(lines.len())].join(" ")
    })
}

#[test]
fn an_ordinary_user_needs_only_an_open_tun_node() {
    let Some(report) = doctor_as_nobody("mknod -m 666 /dev/net/tun c 10 200") else {
        return;
    };
    assert_eq!(missing(&report), "");
    for version in ["IPv4", "IPv6"] {
        let line = format!("works    lab wire: connect over it with {version}");
        assert!(report.contains(&line), "{report}");
    }
}

#[test]
fn a_closed_or_missing_tun_node_is_told_with_its_fix() {
    for (node, why, fix) in [
        (
            "mknod -m 600 /dev/net/tun c 10 200",
            "open /dev/net/tun: EACCES",
            "chmod 666 /dev/net/tun",
        ),
        (
            "true",
            "open /dev/net/tun: ENOENT",
            "mknod -m 666 /dev/net/tun c 10 200",
        ),
        // A device number of this major that no driver has.
        (
            "mknod -m 666 /dev/net/tun c 10 254",
            "open /dev/net/tun: ENODEV",
            "modprobe tun",
        ),
    ] {
        let Some(report) = doctor_as_nobody(node) else {
            return;
        };
        let missing = missing(&report);
        assert!(missing.contains(why) && missing.contains(fix), "{report}");
        // The rest of the program is unaffected, and what comes later was not tried.
        assert!(report.contains("works    IPv4 loopback"), "{report}");
        assert!(
            report.contains("untried  lab wire: make a TUN device"),
            "{report}"
        );
    }
}

/// Runs `doctor` in a user namespace that allows no further ones, after `become`.
fn doctor_without_user_namespaces(become_whom: &str) -> Option<String> {
    if !(is_root() && need("setpriv") && need("unshare")) {
        return None;
    }
    let public = Public::new();
    let inner = format!(
        "echo 0 > /proc/sys/user/max_user_namespaces && exec {become_whom} {} doctor",
        public.program().display()
    );
    let mut child = Command::new("unshare")
        .args([
            "--user",
            "sh",
            "-ec",
            "echo ready; read go; exec sh -ec \"$0\"",
            &inner,
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = [0; 6];
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut ready).unwrap();
    for map in ["uid_map", "gid_map"] {
        std::fs::write(format!("/proc/{}/{map}", child.id()), "0 0 65536").unwrap();
    }
    child.stdin.take().unwrap().write_all(b"\n").unwrap();
    Some(text(&child.wait_with_output().unwrap()))
}

#[test]
fn without_user_namespaces_an_ordinary_user_is_told_so() {
    let Some(report) = doctor_without_user_namespaces(AS_NOBODY) else {
        return;
    };
    let missing = missing(&report);
    assert!(
        missing.contains("make a user namespace: ENOSPC"),
        "{report}"
    );
    assert!(
        missing.contains("sysctl -w user.max_user_namespaces=10000"),
        "{report}"
    );
}

#[test]
fn without_user_namespaces_it_works_as_root() {
    let Some(report) = doctor_without_user_namespaces("") else {
        return;
    };
    assert_eq!(missing(&report), "");
    assert!(
        report.contains("make a user namespace: ENOSPC, but root can do without"),
        "{report}"
    );
    assert!(
        report.contains("works    lab wire: connect over it with IPv4"),
        "{report}"
    );
}

fn open_failing(inject: &str) -> Result<TunWire, SetupError> {
    let public = Public::new();
    let wire = TunWire::open(&public.failing(inject));
    assert!(Path::new(&public.program()).exists());
    wire
}

#[test]
fn each_step_that_fails_has_its_own_error() {
    if crate::stage::open().is_none() || !need("strace") {
        return;
    }
    for (inject, step, errno) in [
        (
            "-e inject=unshare:error=EPERM",
            SetupStep::UserNamespace,
            "EPERM",
        ),
        (
            "-P /proc/self/uid_map -e inject=?open,openat:error=EPERM",
            SetupStep::UidMap,
            "EPERM",
        ),
        (
            "-P /proc/self/gid_map -e inject=?open,openat:error=EPERM",
            SetupStep::GidMap,
            "EPERM",
        ),
        (
            "-e inject=unshare:error=EPERM:when=2",
            SetupStep::NetNamespace,
            "EPERM",
        ),
        (
            "-P /dev/net/tun -e inject=?open,openat:error=EPERM",
            SetupStep::TunNode,
            "EPERM",
        ),
        (
            "-P /dev/net/tun -e inject=ioctl:error=EPERM",
            SetupStep::TunDevice,
            "EPERM",
        ),
        (
            "-e inject=socket:error=EPERM:when=1",
            SetupStep::Netlink,
            "EPERM",
        ),
        (
            "-e inject=sendto:error=EPERM:when=2",
            SetupStep::Links,
            "EPERM",
        ),
        (
            "-e inject=sendto:error=EPERM:when=4",
            SetupStep::Ipv4,
            "EPERM",
        ),
        (
            "-e inject=sendto:error=EPERM:when=5",
            SetupStep::Ipv4,
            "EPERM",
        ),
        (
            "-e inject=socket:error=EMFILE:when=3",
            SetupStep::Sockets,
            "EMFILE",
        ),
    ] {
        let Err(error) = open_failing(inject) else {
            panic!("{inject} made nothing fail")
        };
        let found = (error.step, error.errno.map(|errno| errno.to_string()));
        assert_eq!(found, (step, Some(errno.to_owned())), "{inject}");
        assert!(!error.fix().is_empty());
    }
}

#[test]
fn without_ipv6_the_wire_works_and_says_so() {
    if crate::stage::open().is_none() || !need("strace") {
        return;
    }
    for when in [1, 8, 9] {
        let wire = open_failing(&format!("-e inject=sendto:error=EOPNOTSUPP:when={when}")).unwrap();
        let error = wire.no_ipv6.as_ref().unwrap();
        assert_eq!(error.step, SetupStep::Ipv6);
        assert!(error.fix().contains("IPv4 only"));
    }
}

/// A script that everybody can read, beside the program.
fn script(public: &Public, name: &str) -> PathBuf {
    let from = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/scripts")
        .join(name);
    let to = public.folder.path().join(name);
    std::fs::copy(from, &to).unwrap();
    to
}

/// In a mount namespace whose `/dev/net/tun` has this mode, as nobody: the program with these arguments.
fn as_nobody(public: &Public, mode: &str, args: &str) -> Vec<String> {
    let script = format!(
        "mount -t tmpfs none /dev/net && chmod 755 /dev/net && mknod -m {mode} /dev/net/tun c 10 200 && exec {AS_NOBODY} {} {args}",
        public.program().display()
    );
    ["--mount", "sh", "-ec", &script].map(str::to_owned).into()
}

#[test]
fn an_ordinary_user_holds_every_packet_of_a_talk() {
    if !(is_root() && need("setpriv") && need("unshare")) {
        return;
    }
    let public = Public::new();
    let talk = script(&public, "wire-a-whole-talk.script");
    let output = Command::new("unshare")
        .args(as_nobody(
            &public,
            "666",
            &format!("run --script {}", talk.display()),
        ))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    text(&output);
}

#[test]
fn on_the_screen_a_missing_wire_is_told_with_its_fix_and_the_rest_goes_on() {
    if !(is_root() && need("setpriv") && need("unshare")) {
        return;
    }
    let public = Public::new();
    let args = as_nobody(&public, "600", "--no-save @open @wire:80");
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let mut pty = crate::support::pty::Pty::start(80, 24, "unshare", &args);
    let screen = pty.wait_for("chmod 666 /dev/net/tun");
    for words in [
        "@wire:80 left out",
        "open",
        "/dev/net/tun: EACCES",
        "1 @open",
    ] {
        assert!(screen.contains(words), "{words}: {screen}");
    }
    for tick in 1..=7 {
        pty.press_until(" ", &format!("TICK {tick} "));
    }
    pty.wait_for("= connected");
    // Typed in the program it is the same, and the text is kept.
    pty.press_until("a", "add:");
    pty.press("@wire:80\r");
    let screen = pty.wait_for("chmod 666 /dev/net/tun");
    assert!(screen.contains("add: @wire:80"), "{screen}");
    pty.press("\u{1b}");
    pty.wait("the prompt is closed", |screen| {
        !screen.contains("ESC back")
    });
    pty.press("q");
    pty.end();
}

#[test]
fn a_kernel_that_lacks_an_option_of_the_server_is_told_so() {
    if crate::stage::open().is_none() || !need("strace") {
        return;
    }
    for (which, words) in [
        (1, "could not set TCP_SYNCNT"),
        (2, "This kernel lacks TCP_RTO_MAX_MS (Linux 6.15)"),
        (3, "could not set TCP_USER_TIMEOUT"),
    ] {
        let public = Public::new();
        let failing = public.failing(&format!(
            "-e inject=setsockopt:error=ENOPROTOOPT:when={which}+3"
        ));
        let output = Command::new(failing)
            .args(["run", "--tell", "--ticks", "4", "@wire:80"])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let told = text(&output);
        assert!(told.contains(words), "{told}");
        // Everything else goes on: the SYN is out and held.
        assert!(told.contains("SYN, is in your hand"), "{told}");
    }
}
