//! The table of situations: what the kernel says in each, according to this program's looks and events, and according to an independent
//! Python script that brings about the same by itself. One entry in `tests/truth/*.toml`, one situation.

#[path = "truth/reading.rs"]
mod reading;
mod support;

use reading::{calls, flags, last_look, last_look_of, reported, text};
use serde::Deserialize;
use serde_json::Value;
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use support::{SOCKSTEP, json_lines, need, need_root, run_bounded, stderr, stdout};

const TABLES: [&str; 4] = [
    include_str!("truth/connect.toml"),
    include_str!("truth/streams.toml"),
    include_str!("truth/descriptors.toml"),
    include_str!("truth/files.toml"),
];
const PRELUDE: &str = include_str!("truth/prelude.py");

/// A client, its listener and the accepted socket, all under the keys.
const PAIR: &str = "add @open\nhand 1\ntick 7\nawait 1 stage connected within 2s\nawait 2 poll IN within 2s by looking\naccept 2";
/// What is acknowledged late makes room again: it is filled until there is none.
const FULL: &str = "fill 1\ntick\nfill 1\ntick\nfill 1";
const PAIR_CALLS: &str = "connect=EINPROGRESS getsockopt=0 getpeername=0";

const TIME_LIMIT: Duration = Duration::from_secs(120);

/// One situation. The fields are explained in `connect.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    place: Place,
    #[serde(default = "first")]
    row: u64,
    script: String,
    python: String,
    #[serde(default)]
    calls: String,
    poll: String,
    /// Only where it differs from poll; `any` if it may fail.
    epoll: Option<String>,
    select: String,
    told: Option<String>,
    state: Option<String>,
}

/// Where both run.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
enum Place {
    #[default]
    #[serde(rename = "here")]
    Here,
    /// A network namespace with two ephemeral ports.
    #[serde(rename = "two ports")]
    TwoPorts,
    /// At most 64 descriptors.
    #[serde(rename = "few descriptors")]
    FewDescriptors,
}

fn first() -> u64 {
    1
}

#[derive(Debug, Deserialize)]
struct Table {
    case: Vec<Case>,
}

fn cases() -> Vec<Case> {
    TABLES
        .into_iter()
        .flat_map(|text| toml::from_str::<Table>(text).expect("a table").case)
        .collect()
}

/// What somebody says of a situation.
#[derive(Debug, PartialEq, Eq)]
struct Says {
    calls: String,
    poll: String,
    epoll: String,
    select: String,
    state: Option<String>,
}

impl Case {
    fn expected(&self) -> Says {
        Says {
            calls: self.calls.replace("PAIR", PAIR_CALLS),
            poll: self.poll.clone(),
            epoll: self.epoll.clone().unwrap_or_else(|| self.poll.clone()),
            select: self.select.clone(),
            state: self.state.clone(),
        }
    }

    /// A command that runs where the situation wants it.
    fn command(&self, program: &str) -> Command {
        let within = match self.place {
            Place::Here => return Command::new(program),
            Place::TwoPorts => {
                let mut command = Command::new("unshare");
                command.args(["--net", "sh", "-c"]);
                command.arg("ip link set lo up && echo 40000 40001 > /proc/sys/net/ipv4/ip_local_port_range && exec \"$@\"");
                command
            }
            Place::FewDescriptors => {
                let mut command = Command::new("sh");
                command.args(["-c", "ulimit -n 64; exec \"$@\""]);
                command
            }
        };
        let mut command = within;
        command.args(["sh", program]);
        command
    }

    fn by_python(&self, folder: &Path) -> Result<Says, String> {
        let own = fill_in(&self.python, folder, "");
        let mask = &self.poll;
        let program = format!("{PRELUDE}\n{own}\nfinish(s, s.fileno(), '{mask}')\n");
        let output = run_bounded(
            self.command("python3").args(["-I", "-c", &program]),
            TIME_LIMIT,
        );
        if !output.status.success() {
            return Err(stderr(&output));
        }
        let answer: Value =
            serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
        let text = |key: &str| answer[key].as_str().unwrap_or_default().to_owned();
        Ok(Says {
            calls: text("calls"),
            poll: text("poll"),
            epoll: text("epoll"),
            select: text("select"),
            state: answer["state"].as_str().map(str::to_owned),
        })
    }

    fn by_sockstep(&self, folder: &Path, v6: &str) -> Result<(Says, String), String> {
        let many = format!("add{}\n", " @never-accept".repeat(27)).repeat(20);
        let script = fill_in(&self.script, folder, v6)
            .replace("PAIR", PAIR)
            .replace("FULL", FULL)
            .replace("MANY", many.trim_end());
        let script = format!(
            "{}\nawait {} poll {} within 2s by looking\n",
            script.trim(),
            self.row,
            self.poll
        );
        let file = folder.join(format!("{}.script", self.name.replace('/', " ")));
        std::fs::write(&file, script).expect("written");
        let output = run_bounded(
            self.command(SOCKSTEP)
                .args(["run", "--json", "--looks", "all", "--script"])
                .arg(&file),
            TIME_LIMIT,
        );
        if !output.status.success() {
            return Err(stderr(&output));
        }
        let out = stdout(&output);
        if text(&out, self.row).is_none() {
            return Err(format!("no text says what {} means here", self.poll));
        }
        let trace = json_lines(&out);
        let look = |answer: &str| last_look(&trace, self.row, answer);
        let (_, broken) = last_look_of(&trace, self.row, "select");
        let says = Says {
            calls: calls(&trace, self.row),
            poll: flags(&look("poll")),
            epoll: match self.epoll.as_deref() {
                // It is not asked about a closed number, and not where there is no descriptor for it.
                Some(other) => other.to_owned(),
                None => flags(&look("epoll")),
            },
            select: match look("select") {
                Value::Null => broken.unwrap_or_else(|| "n/a".to_owned()),
                sets => flags(&sets),
            },
            state: look("tcp")["state"]
                .as_str()
                .filter(|_| self.poll != "NVAL")
                .map(str::to_owned),
        };
        Ok((says, reported(&trace, self.row)))
    }
}

fn fill_in(text: &str, folder: &Path, v6: &str) -> String {
    text.replace("{dir}", &folder.to_string_lossy())
        .replace("{v6}", v6)
}

/// Runs one situation both ways; what differs from the table.
fn differences(case: &Case) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    let _room = UnixListener::bind(path.join("room")).expect("a unix listener");
    drop(UnixListener::bind(path.join("stale")).expect("a unix listener"));
    let v6 = case.script.contains("{v6}").then(|| {
        let listener = TcpListener::bind("[::1]:0").expect("a listener on ::1");
        let address = listener.local_addr().expect("its address").to_string();
        (listener, address)
    });
    let address = v6.as_ref().map_or("", |(_, address)| address.as_str());
    let mut wrong = Vec::new();
    let mut compare = |who: &str, found: String, wanted: String| {
        if found != wanted {
            wrong.push(format!(
                "{}\n  {who} {found}\n  table    {wanted}",
                case.name
            ));
        }
    };
    let expected = |says: &Says| {
        let mut expected = case.expected();
        if expected.epoll == "any" {
            expected.epoll.clone_from(&says.epoll);
        }
        format!("{expected:?}")
    };
    match case.by_sockstep(path, address) {
        Ok((says, reported)) => {
            compare("sockstep", format!("{says:?}"), expected(&says));
            if let Some(wanted) = &case.told {
                compare("event   ", reported, wanted.clone());
            }
        }
        Err(error) => compare("sockstep", error, String::new()),
    }
    match case.by_python(path) {
        Ok(says) => compare("python  ", format!("{says:?}"), expected(&says)),
        Err(error) => compare("python  ", error, String::new()),
    }
    wrong
}

#[test]
fn the_looks_the_events_and_python_agree_with_the_table() {
    if !need("python3") {
        return;
    }
    let mut cases = cases();
    assert!(cases.len() >= 55, "only {} situations", cases.len());
    if cases.iter().any(|case| case.place == Place::TwoPorts)
        && !need_root("two ports in a network namespace of its own")
    {
        cases.retain(|case| case.place != Place::TwoPorts);
    }
    let leads_there = |case: &Case| case.script.contains("{v6}");
    if cases.iter().any(leads_there) && !support::need_ipv6("a situation of the table") {
        cases.retain(|case| !leads_there(case));
    }
    let wanted = std::env::var("SOCKSTEP_CASE").unwrap_or_default();
    cases.retain(|case| case.name.contains(&wanted));
    let next = AtomicUsize::new(0);
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let work = || {
            let mut wrong = Vec::new();
            while let Some(case) = cases.get(next.fetch_add(1, Ordering::SeqCst)) {
                wrong.extend(differences(case));
            }
            wrong
        };
        let workers: Vec<_> = (0..6).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("no worker panics"))
            .collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Runs a Python program that prints one line, and a script of sockstep.
fn python_and_trace(python: &str, script: &str) -> (String, Vec<Value>) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("x.script");
    std::fs::write(&file, script).expect("written");
    let output = run_bounded(
        Command::new(SOCKSTEP)
            .args(["run", "--json", "--script"])
            .arg(&file),
        TIME_LIMIT,
    );
    assert!(output.status.success(), "{}", stderr(&output));
    let program = format!("{PRELUDE}\n{python}");
    let said = run_bounded(
        Command::new("python3").args(["-I", "-c", &program]),
        TIME_LIMIT,
    );
    assert!(said.status.success(), "{}", stderr(&said));
    (
        stdout(&said).trim().to_owned(),
        json_lines(&stdout(&output)),
    )
}

#[test]
fn five_ready_sockets_and_room_for_two_events_come_as_two_two_one() {
    if !need("python3") {
        return;
    }
    let python = r#"
to = listener().getsockname(); edges = select.epoll()
for _ in range(5):
    s = client(); s.connect_ex(to); until_mask(s, "OUT"); kept.append(s)
    edges.register(s, WANTED | select.EPOLLET)
print(*[len(edges.poll(0, 2)) for _ in range(4)])
"#;
    let script = "add @never-accept @never-accept @never-accept @never-accept @never-accept\ntick 3\n\
                  await 1 kernel ESTABLISHED within 2s by looking\nawait 2 kernel ESTABLISHED within 2s by looking\n\
                  await 3 kernel ESTABLISHED within 2s by looking\nawait 4 kernel ESTABLISHED within 2s by looking\n\
                  await 5 kernel ESTABLISHED within 2s by looking\ntick\ncapacity 2\ntick 4\n";
    let (python, trace) = python_and_trace(python, script);
    let ticks: Vec<&Value> = trace
        .iter()
        .filter(|record| record["tick"].is_u64())
        .collect();
    let events = |record: &&Value| record["events"].as_array().map_or(0, Vec::len).to_string();
    let ours: Vec<String> = ticks[ticks.len() - 4..].iter().map(events).collect();
    assert_eq!(ours.join(" "), "2 2 1 0");
    assert_eq!(python, "2 2 1 0");
}

/// The looks ask with an epoll of their own after each tick, and take no edge away from the program's poll.
#[test]
fn two_pollers_on_one_descriptor_each_get_their_own_edges() {
    if !need("python3") {
        return;
    }
    let python = r#"
s = client(); one, two = select.epoll(), select.epoll()
s.connect_ex(listener().getsockname()); until_mask(s, "OUT")
for edges in (one, two): edges.register(s, WANTED | select.EPOLLET)
print(*[joined(dict(edges.poll(0)).get(s.fileno(), 0)) for edges in (one, two, one, two)])
"#;
    let script = "add @never-accept\ntick 4\nawait 1 epoll OUT within 2s by looking\nlook\ntick\n";
    let (python, trace) = python_and_trace(python, script);
    assert_eq!(python, "OUT OUT - -");
    assert_eq!(flags(&last_look(&trace, 1, "epoll")), "OUT");
    assert_eq!(reported(&trace, 1), "WRITABLE");
}
