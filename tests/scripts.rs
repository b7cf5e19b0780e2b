//! Every phenomenon, staged by a script whose expectations must hold on the real kernel. One file in `tests/scripts`, one situation.

mod support;

use std::fmt::Write;
use std::path::PathBuf;
use std::process::{Command, Output};
use support::{SOCKSTEP, run_bounded};

/// Scripts that wait for the kernel's own timers take a few seconds; on a busy machine none takes longer.
const TIME_LIMIT: std::time::Duration = std::time::Duration::from_secs(120);

/// The scripts of the lab wire, which needs a TUN device and namespaces, or all others.
fn scripts(wire: bool) -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/scripts");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "script"))
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("wire-") == wire
        })
        .collect();
    files.sort();
    files
}

fn sockstep() -> Command {
    Command::new(SOCKSTEP)
}

fn run(command: &mut Command) -> Output {
    run_bounded(command, TIME_LIMIT)
}

fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs every script, several at a time, since most of the time is waiting; `around` makes the command.
fn all_hold(around: impl Fn() -> Command + Sync) {
    let files = scripts(false);
    assert!(files.len() >= 40, "only {} scripts", files.len());
    let failures: Vec<String> = std::thread::scope(|scope| {
        let workers: Vec<_> = files
            .chunks(files.len().div_ceil(4))
            .map(|some| {
                let around = &around;
                scope.spawn(move || {
                    let mut failures = Vec::new();
                    for file in some {
                        let output = run(around().args(["run", "--script"]).arg(file));
                        if output.status.code() != Some(0) {
                            failures.push(format!("{}: {}", file.display(), complaint(&output)));
                        }
                    }
                    failures
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("no worker panics"))
            .collect()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_phenomenon_can_be_staged() {
    all_hold(sockstep);
}

#[test]
fn every_phenomenon_of_the_wire_can_be_staged() {
    let rounds = if support::soak() { 20 } else { 1 };
    for _ in 0..rounds {
        for file in scripts(true) {
            let output = run(sockstep().args(["run", "--script"]).arg(&file));
            if complaint(&output).contains("there is no lab wire here") {
                return support::skip(&complaint(&output));
            }
            assert_eq!(
                output.status.code(),
                Some(0),
                "{}: {}",
                file.display(),
                complaint(&output)
            );
        }
    }
}

/// A trace without times, ports and raw bytes (in which the kernel's random sequence numbers are).
fn without_chance(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(fields) => {
            fields.retain(|name, _| !name.ends_with("_us") && name != "raw" && name != "started");
            fields.values_mut().for_each(without_chance);
        }
        serde_json::Value::Array(all) => all.iter_mut().for_each(without_chance),
        serde_json::Value::String(text) => {
            // A client's port has five digits; the server's has two.
            let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
            let at = text.len() - digits;
            if digits == 5 && text[..at].ends_with(':') {
                text.truncate(at);
            }
        }
        _ => {}
    }
}

/// The records without their numbers, and behind them what became of each packet. A kernel sends an ACK that it delays by its own clock,
/// so that the record in which it appears is chance; and so is a look by which nothing has changed but a time.
fn without_clocks(lines: Vec<serde_json::Value>) -> Vec<serde_json::Value> {
    let (mut records, mut packets) = (Vec::new(), Vec::new());
    let mut looks = std::collections::BTreeMap::new();
    for mut line in lines {
        if let Some(list) = line["packets"].as_array_mut() {
            packets.append(list);
        }
        if let Some(list) = line["looks"].as_array_mut() {
            for look in list.iter_mut().filter_map(serde_json::Value::as_object_mut) {
                let socket = look["socket"].to_string();
                look.retain(|name, says| {
                    let before = looks.insert(format!("{socket} {name}"), says.clone());
                    name != "socket" && before.as_ref() != Some(says)
                });
            }
            list.retain(|look| look.as_object().is_some_and(|look| !look.is_empty()));
        }
        line["n"] = serde_json::Value::Null;
        let is_empty = |field: &str| line[field].as_array().is_none_or(Vec::is_empty);
        let nothing = ["calls", "events", "looks", "stages", "changes"]
            .into_iter()
            .all(is_empty);
        if line["cause"] != "answer" || !nothing {
            records.push(line);
        }
    }
    packets.sort_by_key(|packet| packet["number"].as_u64());
    records.append(&mut packets);
    records
}

#[test]
fn the_same_wire_script_gives_the_same_trace_twenty_times() {
    for name in ["wire-a-whole-talk", "wire-a-talk-that-is-reset"] {
        let file = scripts(true)
            .into_iter()
            .find(|path| path.ends_with(format!("{name}.script")))
            .expect("it is there");
        let trace = || -> Option<Vec<serde_json::Value>> {
            let output = run(sockstep().args(["run", "--json", "--script"]).arg(&file));
            if complaint(&output).contains("there is no lab wire here") {
                support::skip(&complaint(&output));
                return None;
            }
            assert_eq!(output.status.code(), Some(0), "{}", complaint(&output));
            let mut lines = support::json_lines(&support::stdout(&output));
            lines.iter_mut().for_each(without_chance);
            Some(without_clocks(lines))
        };
        let Some(first) = trace() else { return };
        for round in 2..=20 {
            let again = trace().expect("there was a wire before");
            for (one, other) in first.iter().zip(&again) {
                assert_eq!(one, other, "{name}, run {round}");
            }
            assert_eq!(first.len(), again.len(), "{name}, run {round}");
        }
    }
}

/// What the scripts of modes, of calls that wait, of deadlocks, and of done, busy and gone are called.
const WAITING: &[&str] = &[
    "modes-",
    "deadlock-",
    "waiting-",
    "keepalive-",
    "done-",
    "three-ways-",
    "two-ways-",
    "select-on-",
    "a-full-unix-queue-in-",
    "files-",
    "wire-gone-",
    "wire-keepalive-",
    "wire-a-host-",
    "wire-modes-",
];

/// Most of their time is waiting, so that many are run beside each other; each twenty times in a row.
#[test]
fn whatever_waits_can_be_staged_twenty_times_in_a_row() {
    if !support::soak() {
        return;
    }
    let files = [scripts(false), scripts(true)].concat();
    let is_about = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        WAITING.iter().any(|beginning| name.starts_with(beginning))
    };
    let files: Vec<PathBuf> = files.into_iter().filter(is_about).collect();
    assert!(files.len() >= 25, "only {} scripts", files.len());
    let in_a_row = |file: &PathBuf| -> Option<String> {
        for round in 1..=20 {
            let output = run(sockstep().args(["run", "--script"]).arg(file));
            let said = complaint(&output);
            if said.contains("there is no lab wire here") {
                support::skip(&said);
                return None;
            }
            if output.status.code() != Some(0) {
                return Some(format!("{}, time {round}: {said}", file.display()));
            }
        }
        None
    };
    let failures: Vec<String> = std::thread::scope(|scope| {
        let started: Vec<_> = files
            .iter()
            .map(|file| scope.spawn(move || in_a_row(file)))
            .collect();
        let ended = started.into_iter();
        ended
            .filter_map(|one| one.join().expect("no worker panics"))
            .collect()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// One of the soak runs: everything twenty times, then on one CPU.
#[test]
fn every_phenomenon_can_be_staged_again_and_again() {
    if !support::soak() {
        return;
    }
    for _ in 0..20 {
        all_hold(sockstep);
    }
    for _ in 0..3 {
        all_hold(|| {
            let mut command = Command::new("taskset");
            command.args(["-c", "0"]).arg(SOCKSTEP);
            command
        });
    }
}

/// Receive steering hands packets to another CPU, so that what usually happens inside a call happens after it.
#[test]
fn every_phenomenon_can_be_staged_with_receive_steering() {
    if !support::soak() || !support::need_root("receive steering in a network namespace of its own")
    {
        return;
    }
    for _ in 0..3 {
        all_hold(|| {
            let mut command = Command::new("unshare");
            let steer = "ip link set lo up && for f in /sys/class/net/lo/queues/rx-*/rps_cpus; do echo 2 > $f; done; exec \"$@\"";
            command.args(["--net", "--mount", "sh", "-c"]);
            command.arg(format!("mount -t sysfs sysfs /sys && {steer}"));
            command.args(["sh", SOCKSTEP]);
            command
        });
    }
}

#[test]
fn the_first_claim_that_does_not_hold_is_named_and_the_exit_code_is_1() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("x.script");
    std::fs::write(
        &file,
        "add @refused\ntick 6\n\nexpect 1 stage connected\nexpect 1 stage closed\n",
    )
    .expect("written");
    let output = run(sockstep().args(["run", "--script"]).arg(&file));
    assert_eq!(output.status.code(), Some(1));
    let said = complaint(&output);
    assert_eq!(
        said,
        "sockstep: line 4: expect 1 stage connected: it is error ECONNREFUSED\n"
    );
}

#[test]
fn a_wrong_line_is_named_before_anything_is_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("x.script");
    std::fs::write(&file, "add @refused\nexpect 1 stage conected\n").expect("written");
    let output = run(sockstep().args(["run", "--script"]).arg(&file));
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty(), "nothing was run");
    assert!(
        complaint(&output)
            .contains("line 2: 'conected' cannot stand there. Write it so: expect stage STAGE")
    );
}

#[test]
fn a_missing_script_is_told_and_not_a_panic() {
    let output = run(sockstep().args(["run", "--script", "/nowhere/at.all"]));
    assert_eq!(output.status.code(), Some(2));
    assert!(
        complaint(&output).contains("No such file"),
        "{}",
        complaint(&output)
    );
}

/// A script of our own.
fn script(text: &str, command: &mut Command) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("x.script");
    std::fs::write(&file, text).expect("written");
    run(command.args(["run", "--script"]).arg(file))
}

/// select(2) cannot say anything of descriptor 1024 and above; poll and epoll can.
#[test]
fn an_fd_set_ends_at_1023() {
    let mut text = String::new();
    for _ in 0..20 {
        let _ = writeln!(text, "add{}", " @never-accept".repeat(27));
    }
    text.push_str("tick 4\nawait 540 kernel ESTABLISHED within 2s by looking\nexpect 1 select W\nexpect 540 select n/a\nexpect 540 poll OUT\n");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("x.script");
    std::fs::write(&file, text).expect("written");
    let output = run(sockstep()
        .args(["run", "--looks", "all", "--script"])
        .arg(&file));
    assert_eq!(output.status.code(), Some(0), "{}", complaint(&output));
}

/// EMFILE from accept() leaves the listener readable; after a close it works again.
#[test]
fn without_descriptors_the_listener_stays_readable_and_a_close_helps() {
    let mut text = String::from("add @open\nhand 1\n");
    let _ = writeln!(text, "add{}", " @open/1".repeat(60));
    text.push_str(
        "tick 7\nawait 3 stage connected within 2s\nawait 2 poll IN within 2s by looking\naccept 2\nexpect 2 call accept EMFILE\n\
         expect 2 says accept EMFILE\nexpect 2 poll IN\naccept 2\nexpect 2 call accept EMFILE\nexpect 2 poll IN\nclose 1\naccept 2\nexpect 2 call accept ok\n",
    );
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -n 64; exec \"$@\"", "sh", SOCKSTEP]);
    let output = script(&text, &mut limited);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{}", complaint(&output));
    assert!(
        said.contains("error EMFILE"),
        "socket() met the limit: {said}"
    );
}

/// A script in a network of its own, which `set_up` has prepared. `None` where no such network can be made.
fn in_a_network(set_up: &str, text: &str) -> Option<Output> {
    let mut probe = Command::new("unshare");
    let can = probe.args(["--net", "ip", "link", "set", "lo", "up"]);
    if !can.output().is_ok_and(|output| output.status.success()) {
        support::skip("no new network namespace can be made here (needs root, unshare and ip)");
        return None;
    }
    let mut command = Command::new("unshare");
    command.args(["--net", "sh", "-ec"]);
    command.arg(format!("ip link set lo up; {set_up}; exec \"$@\""));
    Some(script(text, command.args(["sh", SOCKSTEP])))
}

/// A link to nobody, with a route to everywhere.
const LINK: &str = "ip link add v0 type veth peer name v1; ip addr add 10.9.0.1/24 dev v0; ip link set v0 up; \
                    ip link set v1 up; ip route add default via 10.9.0.254";

#[test]
fn an_address_of_many_is_no_missing_route() {
    let text = "add 10.9.0.255:80 224.0.0.1:80 255.255.255.255:80\ntick 3\nexpect 1 says connect ENETUNREACH\n\
                expect 2 says connect ENETUNREACH/many\nexpect 3 says connect ENETUNREACH/many\n";
    let Some(output) = in_a_network(LINK, text) else {
        return;
    };
    assert_eq!(output.status.code(), Some(0), "{}", complaint(&output));
}

#[test]
fn a_neighbour_that_does_not_answer_is_no_word_of_a_router() {
    let text = "add 10.9.0.77:80 10.9.0.78:80\ntick 4\nawait 1 has ERR within 10s by looking\n\
                await 2 has ERR within 10s by looking\nconnect 2\nexpect 2 says connect EHOSTUNREACH/waited\n\
                tick 2\nexpect 1 says getsockopt EHOSTUNREACH\n";
    let Some(output) = in_a_network(LINK, text) else {
        return;
    };
    assert_eq!(output.status.code(), Some(0), "{}", complaint(&output));
}

#[test]
fn an_unspecified_address_has_a_peer_on_this_machine() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("it is bound").port();
    let text = format!(
        "add 0.0.0.0:{port}\ntick 7\nexpect 1 says getpeername ok/any\nexpect 1 stage connected\n"
    );
    let output = script(&text, &mut sockstep());
    assert_eq!(output.status.code(), Some(0), "{}", complaint(&output));
}

/// Runs a script as a user without rights.
fn without_rights(text: &str) -> Option<Output> {
    if !support::need_root("to be another user") || !support::need("setpriv") {
        return None;
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]);
    Some(script(text, command.arg(SOCKSTEP)))
}

#[test]
fn a_socket_file_and_a_folder_can_forbid_a_connect() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::net::UnixListener;
    let folder = tempfile::tempdir().expect("a folder");
    let set = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("it is ours");
    };
    set(folder.path(), 0o755);
    let file = folder.path().join("file.sock");
    let inside = folder.path().join("shut");
    std::fs::create_dir(&inside).expect("a folder");
    let behind = inside.join("behind.sock");
    let _listeners = [&file, &behind].map(|path| UnixListener::bind(path).expect("a listener"));
    set(&file, 0o600);
    set(&inside, 0o600);
    let text = format!(
        "add unix:{} unix:{}\ntick 3\nexpect 1 says connect EACCES/unix\nexpect 2 says connect EACCES/unix\n",
        file.display(),
        behind.display()
    );
    let Some(output) = without_rights(&text) else {
        return;
    };
    assert_eq!(output.status.code(), Some(0), "{}", complaint(&output));
}

#[test]
fn what_is_wrong_with_a_unix_address_is_told_as_that() {
    use std::os::unix::net::UnixListener;
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    drop(UnixListener::bind(path("stale")).expect("a listener"));
    let text = format!(
        "add unix:{} unix:{} unix:@sockstep-nobody-has-this-name\ntick 3\nexpect 1 says connect ECONNREFUSED/unix\n\
         expect 2 says connect fails\nexpect 2 call connect ENOENT\nexpect 3 says connect ECONNREFUSED/unix\n",
        path("stale"),
        path("missing"),
    );
    let output = script(&text, &mut sockstep());
    assert_eq!(output.status.code(), Some(0), "{}", complaint(&output));
}

#[test]
fn without_a_descriptor_nothing_stays_open() {
    let text = format!("add{}\ntick 1\n", " 127.0.0.1:1".repeat(60));
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -n 40; exec \"$@\"", "sh", SOCKSTEP]);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("x.script");
    std::fs::write(&file, text).expect("written");
    let output = run(limited.args(["run", "--tell", "--script"]).arg(file));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("There is no descriptor"), "{said}");
    assert!(!said.contains("stays open until close()"), "{said}");
}

/// The packets of a recorded talk, as another program reads them.
/// What tshark reads in the packets of a script, a line a packet: stream, flags, whether the checksum is right (1), whether tshark takes it
/// for sent again (1), comment. `None` if this machine cannot show it.
fn exported(script: &std::path::Path) -> Option<Vec<Vec<String>>> {
    if !support::need("tshark") {
        return None;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (recording, capture) = (
        folder.path().join("talk.jsonl"),
        folder.path().join("talk.pcapng"),
    );
    let output = run(sockstep()
        .args(["run", "--script"])
        .arg(script)
        .arg("--record")
        .arg(&recording));
    if complaint(&output).contains("there is no lab wire here") {
        support::skip(&complaint(&output));
        return None;
    }
    assert_eq!(output.status.code(), Some(0), "{}", complaint(&output));
    let output = run(sockstep()
        .arg("export")
        .arg(&recording)
        .args(["--to", "pcapng", "-o"])
        .arg(&capture));
    assert_eq!(output.status.code(), Some(0), "{}", complaint(&output));
    let mut tshark = Command::new("tshark");
    tshark
        .args(["-o", "tcp.check_checksum:TRUE", "-T", "fields", "-r"])
        .arg(&capture);
    for field in [
        "tcp.stream",
        "tcp.flags.str",
        "tcp.checksum.status",
        "tcp.analysis.retransmission",
        "frame.comment",
    ] {
        tshark.args(["-e", field]);
    }
    let output = run(tshark.env("HOME", folder.path()));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = |line: &str| -> Vec<String> {
        let fields = line.split('\t');
        fields.map(|field| field.replace(['·', '*'], "")).collect()
    };
    Some(text.lines().map(line).collect())
}

#[test]
fn a_recorded_talk_opens_in_tshark() {
    let file = scripts(true)
        .into_iter()
        .find(|path| path.ends_with("wire-a-whole-talk.script"))
        .expect("it is there");
    let Some(lines) = exported(&file) else { return };
    assert!(
        lines.iter().all(|line| line[0] == "0" && line[2] == "1"),
        "one stream, good checksums: {lines:?}"
    );
    let flags: Vec<&str> = lines.iter().map(|line| line[1].as_str()).collect();
    assert_eq!(
        flags,
        ["S", "AS", "A", "AP", "A", "AF", "A", "AF", "A"],
        "{lines:?}"
    );
    for (number, line) in (1..).zip(&lines) {
        let comment = &line[4];
        let begin = format!("packet {number}: released at tick ");
        assert!(comment.starts_with(&begin), "{lines:?}");
    }
}

#[test]
fn what_was_lost_and_sent_again_is_so_for_tshark_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("lost.script");
    let script = "add @wire:80\ntick 4\ndrop 1\nawait wire held 1 within 5s\nrelease 1\nawait wire 2 copies 2 within 5s\n\
                  release 2\nrelease 3\ntick 3\nexpect 1 stage connected\n";
    std::fs::write(&file, script).expect("it can be written");
    let Some(lines) = exported(&file) else { return };
    let told: Vec<(&str, &str, &str)> = lines
        .iter()
        .map(|line| (line[1].as_str(), line[3].as_str(), line[4].as_str()))
        .filter(|(_, _, comment)| !comment.contains("still held"))
        .collect();
    assert_eq!(
        told,
        [
            ("S", "", "packet 1: dropped at tick 4"),
            ("S", "1", "packet 1, copy 2: released at tick 4"),
            ("AS", "", "packet 2: never let go, copy 2 went in its place"),
            ("AS", "1", "packet 2, copy 2: released at tick 4"),
            ("A", "", "packet 3: released at tick 4"),
        ],
        "{lines:?}"
    );
}
