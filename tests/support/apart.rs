//! A conversation with the program in a network namespace of its own, where a test changes routes and links while it runs.

use super::SOCKSTEP;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

/// A link that leads nowhere, 10.9.0.0/24.
pub const DEVICE: &str = "ip tuntap add mode tun dev away0 && ip addr add 10.9.0.1/24 dev away0 \
    && ip link set away0 up";

/// Whether such a namespace can be made here; else the test skips.
pub fn need_a_namespace() -> bool {
    let probe = Command::new("unshare")
        .args(["-Urn", "sh", "-c"])
        .arg(format!("{DEVICE} && nsenter --version"))
        .output();
    let can = probe.is_ok_and(|probe| probe.status.success());
    if !can {
        super::skip("no namespace with a TUN device (needs unshare, nsenter and ip)");
    }
    can
}

/// Whether two such namespaces with a cable between them can be made here; else the test skips.
pub fn need_a_cable() -> bool {
    let probe = Command::new("unshare")
        .args(["-Urn", "sh", "-c"])
        .arg("ip link add a0 type veth peer name b0 && nsenter --version")
        .output();
    let can = probe.is_ok_and(|probe| probe.status.success());
    if !can {
        super::skip("no namespace with a veth pair (needs unshare, nsenter and ip)");
    }
    can
}

/// A session behind a pipe, in a network namespace of its own.
pub struct Apart {
    child: Child,
    answers: BufReader<ChildStdout>,
}

impl Apart {
    /// Does something there, and then begins a session with these arguments.
    pub fn start(before: &str, args: &str) -> Apart {
        Apart::with(Command::new("unshare").arg("-Urn"), before, args)
    }

    fn with(command: &mut Command, before: &str, args: &str) -> Apart {
        let mut child = command
            .args(["sh", "-c"])
            .arg(format!("{before} && exec \"$0\" --plain {args}"))
            .arg(SOCKSTEP)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let output = child.stdout.take().expect("piped");
        Apart {
            child,
            answers: BufReader::new(output),
        }
    }

    /// Another one beside this: the same user, and a network of its own.
    pub fn beside(&self, args: &str) -> Apart {
        let mut command = Command::new("nsenter");
        command.args(["-U", "--preserve-credentials", "-t"]);
        command.arg(self.child.id().to_string());
        Apart::with(command.args(["unshare", "-n"]), "true", args)
    }

    /// Says some lines and a claim, and reads up to its answer.
    pub fn holds(&mut self, lines: &str, claim: &str) -> Result<(), String> {
        let input = self.child.stdin.as_mut().expect("piped");
        // An empty line would be a tick.
        let lines = lines.lines().map(str::to_owned);
        for line in lines.chain([format!("expect {claim}")]) {
            writeln!(input, "{line}").expect("it listens");
        }
        loop {
            let mut line = String::new();
            let count = self.answers.read_line(&mut line).expect("it is UTF-8");
            assert!(count > 0, "it ended before it answered to {claim}");
            if line.starts_with("yes: ") {
                return Ok(());
            }
            if line.starts_with("no: ") || line.starts_with("not understood") {
                return Err(line);
            }
        }
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Runs a command where it is.
    pub fn run(&self, command: &[&str]) {
        let status = Command::new("nsenter")
            .args(["-U", "-n", "--preserve-credentials", "-t"])
            .arg(self.child.id().to_string())
            .args(command)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(status.is_ok_and(|status| status.success()), "{command:?}");
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // What it still has to say is read, or it would wait for a reader.
        let _ = std::io::Read::read_to_end(&mut self.answers, &mut Vec::new());
        let _ = self.child.wait();
    }
}

/// Two networks of their own, with a cable between them: the address of each leads to the other, but whatever the first one sends has a
/// wrong address on the cable and arrives nowhere. Each session has its target, and where it is recorded: `--no-save`, or `--record FILE`.
pub fn two_with_a_cable(one_saves: &str, other_saves: &str) -> (Apart, Apart) {
    let mut one = Apart::start("true", &format!("{one_saves} 10.9.0.2:4002"));
    one.holds("", "sockets 1").expect("it begins");
    let mut other = one.beside(&format!("{other_saves} 10.9.0.1:4001"));
    // It has its network when it answers.
    other.holds("", "sockets 1").expect("it begins");
    let there = other.id().to_string();
    one.run(&[
        "ip",
        "link",
        "add",
        "cable0",
        "address",
        "02:00:00:00:00:01",
        "type",
        "veth",
        "peer",
        "name",
        "cable1",
        "address",
        "02:00:00:00:00:02",
        "netns",
        &there,
    ]);
    for (end, device, own, far, at) in [
        (
            &one,
            "cable0",
            "10.9.0.1/24",
            "10.9.0.2",
            "02:00:00:00:00:09",
        ),
        (
            &other,
            "cable1",
            "10.9.0.2/24",
            "10.9.0.1",
            "02:00:00:00:00:01",
        ),
    ] {
        end.run(&["ip", "addr", "add", own, "dev", device]);
        end.run(&["ip", "link", "set", device, "up"]);
        end.run(&[
            "ip",
            "neigh",
            "replace",
            far,
            "lladdr",
            at,
            "dev",
            device,
            "nud",
            "permanent",
        ]);
    }
    (one, other)
}

/// From now on what the first one sends arrives.
pub fn mend_the_cable(one: &Apart) {
    one.run(&[
        "ip",
        "neigh",
        "replace",
        "10.9.0.2",
        "lladdr",
        "02:00:00:00:00:02",
        "dev",
        "cable0",
        "nud",
        "permanent",
    ]);
}
