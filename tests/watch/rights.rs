//! With fewer rights there is less to see, and it is said: nothing is made up in its place.

use crate::clients::{Clients, LONGEST, with_places};
use crate::support::{SOCKSTEP, json_lines, need, need_root, run_bounded, stderr, stdout};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A user with no rights of its own.
const NOBODY: &str = "65534";

/// This program and another one where everybody can run them; they go away with it.
struct ForAll {
    folder: tempfile::TempDir,
}

impl ForAll {
    fn new() -> Option<ForAll> {
        if !need_root("to become an ordinary user") || !need("setpriv") {
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let all = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(folder.path(), all).expect("it is ours");
        let here = folder.path().join("sockstep");
        std::fs::copy(SOCKSTEP, here).expect("room");
        Some(ForAll { folder })
    }

    fn put(&self, program: &str, mode: u32) -> PathBuf {
        let place = self.folder.path().join("client");
        std::fs::copy(program, &place).expect("room");
        let rights = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&place, rights).expect("it is ours");
        place
    }

    /// Watches as a user with no rights.
    fn watch(&self, options: &[&str], program: &[String]) -> Output {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]);
        command.arg(self.folder.path().join("sockstep"));
        command.arg("watch").args(options).arg("--").args(program);
        command.stdin(Stdio::null());
        run_bounded(&mut command, LONGEST)
    }
}

fn at_places(program: &std::path::Path) -> Vec<String> {
    with_places(&[program.to_string_lossy().into_owned()])
}

/// Every answer of one of the looks, and every TCP state.
fn answers(trace: &[Value]) -> (Vec<Value>, Vec<Value>) {
    let looks = trace.iter().flat_map(|record| {
        let looks = record["looks"].as_array().cloned().unwrap_or_default();
        looks.into_iter()
    });
    looks
        .map(|look| (look["poll"].clone(), look["tcp"]["state"].clone()))
        .unzip()
}

#[test]
fn an_ordinary_user_watches_with_looks() {
    let (Some(room), Some((_keep, program))) = (ForAll::new(), Clients::c("poll")) else {
        return;
    };
    let client = room.put(&program[0], 0o755);
    let options = ["--auto", "--json", "--lab", "@echo"];
    let output = room.watch(&options, &at_places(&client));
    let (polls, states) = answers(&json_lines(&stdout(&output)));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(polls.iter().any(Value::is_array), "{polls:?}");
    assert!(
        states.iter().any(|state| state == "ESTABLISHED"),
        "{states:?}"
    );
}

#[test]
fn where_sockets_cannot_be_duplicated_the_kernels_list_says_the_tcp_state_and_the_witnesses_nothing()
 {
    let Some((_keep, refuse)) = Clients::c("refuse") else {
        return;
    };
    let Some((_also, program)) = Clients::c("poll") else {
        return;
    };
    let run = |form: &str| {
        let mut command = Command::new(&refuse[0]);
        command.args([SOCKSTEP, "watch", "--auto", form, "--lab", "@echo", "--"]);
        command.args(with_places(&program)).stdin(Stdio::null());
        run_bounded(&mut command, LONGEST)
    };
    let output = run("--json");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let trace = json_lines(&stdout(&output));
    let (polls, states) = answers(&trace);
    assert!(
        states.iter().any(|state| state == "ESTABLISHED"),
        "{states:?}"
    );
    assert!(!polls.iter().any(Value::is_array), "{polls:?}");
    let stages = crate::support::stages(&trace, 1);
    assert!(
        stages.ends_with(&["connected".to_owned(), "closed".to_owned()]),
        "{stages:?}"
    );
    let text = stdout(&run("--plain"));
    assert!(text.contains("pidfd_getfd() gives EPERM"), "{text}");
    assert!(text.contains("says: connected"), "{text}");
}

#[test]
fn a_limit_that_the_program_gives_its_socket_is_known_with_and_without_duplicates() {
    let (Some((_keep, refuse)), Some((_also, program))) =
        (Clients::c("refuse"), Clients::c("limited"))
    else {
        return;
    };
    for (how, is_limited) in [("limited", true), ("lifted", false)] {
        let mut program = with_places(&program);
        program.push(how.to_owned());
        let options = ["--auto", "--plain", "--limit", "3s", "--lab", "@echo"];
        let seen = run_bounded(&mut crate::clients::watch(&options, &program), LONGEST);
        let mut command = Command::new(&refuse[0]);
        command.args([SOCKSTEP, "watch"]).args(options).arg("--");
        command.args(&program).stdin(Stdio::null());
        let blind = run_bounded(&mut command, LONGEST);
        assert!(stdout(&blind).contains("pidfd_getfd() gives EPERM"));
        for output in [seen, blind] {
            let text = stdout(&output);
            let says = text.contains("it waits at most 20s");
            assert_eq!(says, is_limited, "{how}: {text}");
            assert_eq!(text.contains("It was stuck"), !is_limited, "{how}: {text}");
        }
    }
}

#[test]
fn a_program_that_may_not_be_read_is_stepped_and_what_is_not_seen_is_said() {
    let (Some(room), Some((_keep, program))) = (ForAll::new(), Clients::c("nodump")) else {
        return;
    };
    let client = room.put(&program[0], 0o755);
    let output = room.watch(&["--auto", "--lab", "@echo"], &at_places(&client));
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("this program cannot be read"), "{text}");
    assert!(text.contains("connect(3, ?) = 0  [socket 1]"), "{text}");
    assert!(text.contains("has ended: exit 0"), "{text}");
    assert!(!text.contains("poll(2) says"), "{text}");
}

#[test]
fn a_set_uid_program_runs_without_its_rights_and_that_is_said_before() {
    let Some(room) = ForAll::new() else {
        return;
    };
    let client = room.put("/usr/bin/id", 0o4755);
    let program = [client.to_string_lossy().into_owned(), "-u".to_owned()];
    let output = room.watch(&["--auto"], &program);
    assert!(
        stderr(&output).contains("is set-uid"),
        "{}",
        stderr(&output)
    );
    let said = format!("says: {NOBODY}");
    assert!(stdout(&output).contains(&said), "{}", stdout(&output));
}

#[test]
fn a_program_with_address_sanitizer_ends_as_without_us_and_its_leaks_are_said_to_be_unseen() {
    if !need("cc") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let source = folder.path().join("right.c");
    std::fs::write(&source, "int main(void) { return 7; }\n").expect("room");
    let program = folder.path().join("right");
    let mut cc = Command::new("cc");
    cc.args(["-fsanitize=address", "-o"])
        .arg(&program)
        .arg(&source);
    if !run_bounded(&mut cc, LONGEST).status.success() {
        return crate::support::skip("the compiler has no AddressSanitizer");
    }
    let program = [program.to_string_lossy().into_owned()];
    let output = crate::clients::watched(&["--auto"], &program);
    assert_eq!(output.status.code(), Some(7), "{}", stdout(&output));
    assert!(
        stderr(&output).contains("detect_leaks=0"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn the_doctor_says_whether_programs_can_be_watched_and_looked_at() {
    let Some((_keep, refuse)) = Clients::c("refuse") else {
        return;
    };
    let output = crate::support::sockstep(&["doctor"]);
    let text = stdout(&output);
    assert!(
        text.contains("works    watch: a program's network calls can be held"),
        "{text}"
    );
    assert!(
        text.contains("works    watch: its sockets can be looked at"),
        "{text}"
    );
    let mut command = Command::new(&refuse[0]);
    command.args([SOCKSTEP, "doctor"]).stdin(Stdio::null());
    let text = stdout(&run_bounded(&mut command, LONGEST));
    assert!(
        text.contains("limited  watch: its sockets can be looked at"),
        "{text}"
    );
    assert!(text.contains("--cap-add SYS_PTRACE"), "{text}");
}
