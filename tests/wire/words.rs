//! What the program says of situations on the wire that are easily told wrongly.

use crate::support::{sockstep, stderr, stdout};

/// The telling of a script, from the record of its last line on.
fn told(script: &str) -> Option<String> {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("a.script");
    std::fs::write(&file, script).expect("it can be written");
    let output = sockstep(&["run", "--tell", "--script", file.to_str().expect("UTF-8")]);
    if stderr(&output).contains("there is no lab wire here") {
        crate::support::skip(&stderr(&output));
        return None;
    }
    assert!(output.status.success(), "{}", stderr(&output));
    Some(stdout(&output))
}

const CONNECTED: &str = "add @wire:80\npass all\ntick 7\nawait 1 stage connected within 2s\n\
    await 1 server ESTABLISHED within 2s by looking\naccept 1\nhold all\n";

/// Script, words that must be told at the end, words that must not.
const CASES: &[(&str, &str, &[&str], &[&str])] = &[
    (
        "after an ICMP error SO_ERROR is read and the error queue keeps ERR",
        "add @wire:80\ntick 4\ninject icmp 3 1\ntick 2\nlook\n",
        &["CLOSE (TCP state", "error queue", "host unreachable"],
        &["a new letter", "error waits. SO_ERROR"],
    ),
    (
        "a reset far outside of the window is not believed",
        "inject rst to-client wrong\n",
        &[
            "did not believe it and stays in ESTABLISHED",
            "outside of the window",
        ],
        &[],
    ),
    (
        "a reset inside the window is asked back for",
        "inject rst to-client in-window\n",
        &[
            "did not believe it and stays in ESTABLISHED",
            "a challenge ACK",
        ],
        &[],
    ),
    (
        "a reset with the right number is believed",
        "inject rst to-client valid\n",
        &["has reached the client's kernel", "CLOSE"],
        &["did not believe"],
    ),
    (
        "a close that leaves bytes unread sends a reset",
        "send 1 hello\nrelease all\nclose 2\n",
        &["bytes that nobody had read", "RST: it waits in your hand"],
        &[],
    ),
    (
        "a close after everything was read sends a FIN",
        "send 1 hello\nrelease all\nrecv 2\nclose 2\n",
        &["FIN"],
        &["bytes that nobody had read"],
    ),
    (
        "what changed at the server's kernel is told as changed",
        "add @wire:80\ntick 4\nrelease 1\n",
        &["changed: the server's kernel says of 1 SYN-RECV."],
        &[],
    ),
    (
        "a second small send waits for the first to be acknowledged",
        "send 1 one\nsend 1 two\n",
        &["Nagle"],
        &[],
    ),
    (
        "a repeated SYN brings another SYN+ACK, and no timer did it",
        "add @wire:80\ntick 4\nrelease 1\nrepeat 1\n",
        &["sent packet 2, SYN+ACK, again: 2 times in all"],
        &["No answer has reached the server's kernel"],
    ),
    (
        "a connect that the kernel gives up is told",
        "add @wire:80\ntick 2\nset 1 user_timeout 1500\ntick 2\nawait 1 client - within 5s by looking\n",
        &["has given up in SYN-SENT"],
        &[],
    ),
    (
        "what is shut for writing is not proposed for a send",
        "shutdown 1 wr\nrelease all\nawait wire held 1 within 2s\nrelease all\nawait 1 client FIN-WAIT-2 within 2s by looking\ntick\n",
        &["FIN-WAIT-2"],
        &["send 1 hello"],
    ),
];

#[test]
fn what_happened_is_told_as_it_happened() {
    for (what, script, has, has_not) in CASES {
        let script = if script.starts_with("add") {
            (*script).to_owned()
        } else {
            format!("{CONNECTED}{script}")
        };
        let Some(told) = told(&script) else { return };
        for words in *has {
            assert!(told.contains(words), "{what}: no {words:?} in\n{told}");
        }
        for words in *has_not {
            assert!(!told.contains(words), "{what}: {words:?} in\n{told}");
        }
    }
}
