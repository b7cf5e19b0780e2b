//! The rules find each of the broken clients, and nothing in right ones but that they wait.

use crate::clients::{Homeworks, csv_rows, python, watched};
use crate::support::{need, stderr, stdout};
use std::collections::BTreeSet;

/// Each bug with the rule that must find it.
pub(crate) const BUGS: [(&str, &str); 6] = [
    ("writable-means-connected", "no-verdict"),
    ("readable-only", "not-asked-writable"),
    ("registered-too-early", "registered-before-connect"),
    ("edge-without-draining", "edge-not-drained"),
    ("same-descriptor-again", "connect-after-failure"),
    ("so-error-twice", "so-error-twice"),
];

const PEERS: &str = "lesson A client of one's own\npeer @open: ends within 20s\npeer @refused: ends within 20s\n\
    peer @reset: ends within 20s\npeer @pending: ends within 20s\nrules all\n";

/// For each homework the rules that fired somewhere.
fn fired(homeworks: &Homeworks, run: &str) -> Vec<(String, BTreeSet<String>)> {
    let output = homeworks.mark(PEERS, run, &["--csv", "--limit", "6s", "--jobs", "3"]);
    let text = stdout(&output);
    let rows = csv_rows(&text);
    let mut found: Vec<(String, BTreeSet<String>)> = Vec::new();
    for row in &rows {
        assert_ne!(row[2], "not run", "{text}{}", stderr(&output));
        let who = row[0].rsplit('/').next().unwrap_or_default().to_owned();
        if found.last().is_none_or(|(last, _)| *last != who) {
            found.push((who, BTreeSet::new()));
        }
        if let (Some((_, rules)), false) = (found.last_mut(), row[4].is_empty()) {
            rules.insert(row[4].clone());
        }
    }
    assert_eq!(found.len(), 2 * BUGS.len(), "{text}");
    found
}

/// The broken ones are found by their rule, the mended ones by none but *stuck*.
fn judge(found: &[(String, BTreeSet<String>)]) {
    for (who, rules) in found {
        let bug = BUGS.iter().find(|(name, _)| name == who);
        if let Some((_, rule)) = bug {
            assert!(rules.contains(*rule), "{who}: {rules:?}");
            continue;
        }
        let known = ["stuck", "expected"];
        let others = rules.iter().filter(|rule| !known.contains(&rule.as_str()));
        assert_eq!(others.count(), 0, "{who}: {rules:?}");
    }
}

#[test]
fn the_six_broken_clients_in_c_are_found_by_their_rule_and_the_mended_ones_by_none() {
    if !need("cc") {
        return;
    }
    let homeworks = Homeworks::new();
    for (name, _) in BUGS {
        homeworks.compiled(name, &format!("assets/broken/{name}.c"));
        let mended = format!("{name}.mended");
        homeworks.compiled(&mended, &format!("assets/broken/{mended}.c"));
    }
    judge(&fired(&homeworks, "./client {host} {port}"));
}

#[test]
fn the_six_broken_clients_in_python_are_found_by_their_rule_and_the_mended_ones_by_none() {
    let Some(python) = python("select.py") else {
        return;
    };
    let homeworks = Homeworks::new();
    for (name, _) in BUGS {
        for name in [name.to_owned(), format!("{name}.mended")] {
            let path = format!("{}/assets/broken/{name}.py", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(path).expect("a broken client");
            homeworks.file(&name, "client.py", &text, 0o644);
        }
    }
    judge(&fired(
        &homeworks,
        &format!("{} -I client.py {{host}} {{port}}", python[0]),
    ));
}

/// The lines in which watch says where to look.
fn looked(peer: &str, program: &[String]) -> Vec<String> {
    let output = watched(&["--auto", "--limit", "8s", "--lab", peer], program);
    let text = stdout(&output);
    let lines = text.lines().filter(|line| line.starts_with("look here: "));
    lines.map(str::to_owned).collect()
}

#[test]
fn watch_says_at_its_end_where_to_look_and_cites_the_call() {
    if !need("cc") {
        return;
    }
    let homeworks = Homeworks::new();
    homeworks.compiled("one", "assets/broken/writable-means-connected.c");
    let client = homeworks.folder.path().join("one/client");
    let program = [client.to_string_lossy().as_ref(), "{host}", "{port}"].map(str::to_owned);
    let lines = looked("@refused", &program);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].starts_with("look here: says-connected: step 3, write(1, \"connected\"): "),
        "{lines:?}"
    );
    assert!(
        lines[1].starts_with("look here: no-verdict: step 4, sendto(3, ")
            && lines[1].contains("SO_ERROR"),
        "{lines:?}"
    );
}

/// Clients that come with a system: each with its arguments.
const OTHERS: &[&[&str]] = &[
    &[
        "curl",
        "-s",
        "-m",
        "4",
        "-o",
        "/dev/null",
        "http://{host}:{port}/",
    ],
    &[
        "wget",
        "-q",
        "-T",
        "2",
        "-t",
        "1",
        "-O",
        "/dev/null",
        "http://{host}:{port}/",
    ],
    &["nc", "-w", "2", "-z", "{host}", "{port}"],
    &[
        "socat",
        "-T",
        "2",
        "OPEN:/dev/null",
        "TCP:{host}:{port},connect-timeout=2",
    ],
    &["redis-cli", "-h", "{host}", "-p", "{port}", "ping"],
    &[
        "ssh",
        "-o",
        "BatchMode=yes",
        "-o",
        "ConnectTimeout=2",
        "-p",
        "{port}",
        "{host}",
        "true",
    ],
    &["openssl", "s_client", "-quiet", "-connect", "{host}:{port}"],
    &[
        "perl",
        "-MIO::Socket::INET",
        "-e",
        "$s = IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => $ARGV[1], Timeout => 2) or die; print \"connected\\n\"; print $s \"x\\n\"",
        "{host}",
        "{port}",
    ],
    &[
        "node",
        "-e",
        "const s = require('net').connect(process.argv[2], process.argv[1], () => { console.log('connected'); s.end('x') }); s.on('error', e => console.log(e.code))",
        "{host}",
        "{port}",
    ],
    &[
        "bash",
        "-c",
        "exec 3<>/dev/tcp/{host}/{port} && echo connected >&3",
    ],
];

/// Whether a program of this name is on the path.
fn is_here(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}

#[test]
fn in_clients_that_others_wrote_the_rules_find_nothing_but_that_they_wait() {
    let mut seen = 0;
    for client in OTHERS {
        let program: Vec<String> = client.iter().map(|word| (*word).to_owned()).collect();
        if !is_here(client[0]) {
            continue;
        }
        for peer in ["@open", "@echo", "@refused", "@reset"] {
            let lines = looked(peer, &program);
            let other = lines
                .iter()
                .filter(|line| !line.starts_with("look here: stuck"));
            assert_eq!(other.count(), 0, "{} {peer}: {lines:?}", client[0]);
        }
        seen += 1;
    }
    assert!(seen > 0, "none of them is here");
}
