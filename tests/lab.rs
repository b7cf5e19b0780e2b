//! `sockstep lab`: the peers as other programs meet them.

mod support;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use support::{SOCKSTEP, eventually, sockstep, stderr};

struct Served {
    child: Child,
    at: BTreeMap<String, Vec<String>>,
}

impl Served {
    fn start(names: &[&str]) -> Served {
        let mut command = Command::new(SOCKSTEP);
        command.arg("lab").args(names);
        Served::begin(command, names)
    }

    /// With at most so many descriptors.
    fn start_limited(limit: u32, names: &[&str]) -> Served {
        let mut command = Command::new("sh");
        let script = format!("ulimit -n {limit}; exec \"$0\" lab \"$@\"");
        command.args(["-c", &script, SOCKSTEP]).args(names);
        Served::begin(command, names)
    }

    fn begin(mut command: Command, names: &[&str]) -> Served {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the lab starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut at: BTreeMap<String, Vec<String>> = BTreeMap::new();
        while at.len() < names.len() {
            let line = lines.next().expect("a line for each").expect("text");
            let words: Vec<&str> = line.split(' ').collect();
            assert_eq!(words.len(), 3, "{line}");
            let place = format!("{}:{}", words[1], words[2]);
            at.entry(words[0].to_owned()).or_default().push(place);
        }
        Served { child, at }
    }

    /// Hundredths of a second that it has used a processor.
    fn cpu_ticks(&self) -> u64 {
        let file = format!("/proc/{}/stat", self.child.id());
        let text = std::fs::read_to_string(file).expect("it runs");
        let (_, behind) = text.rsplit_once(") ").expect("its name");
        let words: Vec<&str> = behind.split(' ').collect();
        [words[11], words[12]]
            .iter()
            .map(|word| word.parse::<u64>().expect("a number"))
            .sum()
    }

    fn connect(&self, name: &str) -> TcpStream {
        let place = self.at[name].last().expect("a place");
        let stream = TcpStream::connect(place).unwrap_or_else(|error| panic!("{name}: {error}"));
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .expect("set");
        stream
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already, as the test wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn other_programs_meet_the_same_peers() {
    let served = Served::start(&[
        "@open",
        "@echo",
        "@refused",
        "@reset",
        "@half-close",
        "@drip",
        "@never-accept",
    ]);
    let mut text = [0_u8; 17];
    served
        .connect("open")
        .read_exact(&mut text)
        .expect("a greeting");
    assert_eq!(&text, b"hello from @open\n");

    let mut echo = served.connect("echo");
    let sent: Vec<u8> = (0..200_000_u32).map(|n| (n % 251) as u8).collect();
    let copy = sent.clone();
    let mut writer = echo.try_clone().expect("a second handle");
    #[expect(
        clippy::disallowed_methods,
        reason = "a thread of a test needs no name"
    )]
    let sender = std::thread::spawn(move || {
        writer.write_all(&copy).expect("all is taken");
        writer.shutdown(Shutdown::Write).expect("shut");
    });
    let mut back = vec![0_u8; sent.len()];
    echo.read_exact(&mut back).expect("all comes back");
    sender.join().expect("the sender does not panic");
    assert!(back == sent, "the echo is what was sent");

    let refused = TcpStream::connect(&served.at["refused"][0]).expect_err("nobody listens");
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);

    let reset = served.connect("reset").read(&mut [0]).expect_err("a reset");
    assert_eq!(reset.kind(), ErrorKind::ConnectionReset);

    let mut half = served.connect("half-close");
    let mut all = String::new();
    half.read_to_string(&mut all)
        .expect("data, then end of file");
    assert_eq!(all, "that is all\n");
    half.write_all(b"still here")
        .expect("the other direction is open");

    let mut drip = [0_u8; 3];
    served.connect("drip").read_exact(&mut drip).expect("drops");
    assert_eq!(&drip, b"dri");

    served
        .connect("never-accept")
        .write_all(b"even send works")
        .expect("queued");
}

#[test]
fn a_served_connection_that_ends_is_let_go() {
    let served = Served::start(&["@open"]);
    let before = descriptors(&served);
    for _ in 0..50 {
        let mut text = [0_u8; 17];
        served
            .connect("open")
            .read_exact(&mut text)
            .expect("a greeting");
    }
    eventually("the connections are closed", || {
        (descriptors(&served) == before).then_some(())
    });
}

/// How many descriptors the lab has open.
fn descriptors(served: &Served) -> usize {
    std::fs::read_dir(format!("/proc/{}/fd", served.child.id()))
        .expect("the lab runs")
        .count()
}

/// The lab sleeps: it was found asleep a hundred times one after the other, which a program that spins never is.
fn comes_to_rest(served: &Served, what: &str) {
    let mut asleep = 0;
    eventually(what, || {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", served.child.id()));
        let stat = stat.expect("the lab runs");
        let sleeps = stat
            .rsplit_once(')')
            .is_some_and(|(_, rest)| rest.starts_with(" S"));
        asleep = if sleeps { asleep + 1 } else { 0 };
        (asleep == 100).then_some(())
    });
}

#[test]
fn an_echo_gives_everything_back_and_closes_at_the_end_of_file() {
    let served = Served::start(&["@echo"]);
    let before = descriptors(&served);
    let mut echo = served.connect("echo");
    echo.write_all(b"hello").expect("sent");
    echo.shutdown(Shutdown::Write).expect("shut");
    let mut all = String::new();
    echo.read_to_string(&mut all).expect("data, then the end");
    assert_eq!(all, "hello");
    eventually("its end is closed", || {
        (descriptors(&served) == before).then_some(())
    });
    comes_to_rest(&served, "after a half-closed client");
    drop(echo);
    drop(served.connect("echo"));
    eventually("its end is closed", || {
        (descriptors(&served) == before).then_some(())
    });
    comes_to_rest(&served, "after a closed client");
}

#[test]
fn an_echo_that_cannot_send_back_sleeps_although_the_client_has_half_closed() {
    let served = Served::start(&["@echo"]);
    let before = descriptors(&served);
    let mut echo = served.connect("echo");
    echo.set_nonblocking(true).expect("set");
    // Until nothing moves any more: all four buffers are full.
    let (mut refused, chunk) = (0, vec![7; 65_536]);
    eventually("the way there is full", || {
        refused = match echo.write(&chunk) {
            Ok(_) => 0,
            Err(_) => refused + 1,
        };
        (refused == 20_000).then_some(())
    });
    echo.shutdown(Shutdown::Write).expect("shut");
    comes_to_rest(&served, "a client that does not read");
    echo.set_nonblocking(false).expect("set");
    let mut all = Vec::new();
    echo.read_to_end(&mut all)
        .expect("everything, then the end");
    assert!(all.iter().all(|byte| *byte == 7));
    eventually("its end is closed", || {
        (descriptors(&served) == before).then_some(())
    });
}

#[test]
fn whoever_half_closes_towards_any_peer_lets_it_sleep() {
    let names = ["@open", "@half-close", "@urgent", "@never-accept", "@reset"];
    let served = Served::start(&names);
    for name in names {
        let stream = served.connect(&name[1..]);
        // A connection that was reset cannot be shut any more.
        let _ = stream.shutdown(Shutdown::Write);
        comes_to_rest(&served, name);
        drop(stream);
        comes_to_rest(&served, name);
    }
}

#[test]
fn a_slow_reader_reads_to_the_end_of_file() {
    let served = Served::start(&["@slow-reader"]);
    let before = descriptors(&served);
    let mut slow = served.connect("slow-reader");
    slow.write_all(&[7; 10_000]).expect("sent");
    slow.shutdown(Shutdown::Write).expect("shut");
    assert_eq!(slow.read(&mut [0]).expect("an end, and no reset"), 0);
    eventually("its end is closed", || {
        (descriptors(&served) == before).then_some(())
    });
}

#[test]
fn a_signal_ends_the_lab() {
    let mut served = Served::start(&["@open"]);
    let id = rustix::process::Pid::from_child(&served.child);
    rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("it runs");
    let status = eventually("the lab ends", || served.child.try_wait().expect("ours"));
    assert_eq!(status.code(), Some(143));
}

#[test]
fn what_cannot_be_served_is_told() {
    for (name, part) in [
        ("@self", "the program's own socket"),
        ("@nobody", "the lab has no '@nobody'"),
    ] {
        let output = sockstep(&["lab", name]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(
            stderr(&output).contains(part),
            "{name}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn a_lab_without_a_descriptor_left_waits_and_serves_again_when_one_is_free() {
    let served = Served::start_limited(24, &["@echo"]);
    let mut clients: Vec<TcpStream> = (0..30).map(|_| served.connect("echo")).collect();
    let mut waiting = clients.pop().expect("thirty");
    waiting.write_all(b"x").expect("the kernel takes it");
    waiting
        .set_read_timeout(Some(Duration::from_secs(2)))
        .expect("set");
    let before = served.cpu_ticks();
    let mut byte = [0_u8; 1];
    let error = waiting.read(&mut byte).expect_err("nobody serves it");
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    let used = served.cpu_ticks() - before;
    assert!(used <= 20, "{used} hundredths of a second in two seconds");
    drop(clients);
    waiting
        .set_read_timeout(Some(Duration::from_secs(60)))
        .expect("set");
    waiting.read_exact(&mut byte).expect("now it is served");
}
