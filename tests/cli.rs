//! The command line: bad input, exit codes, streams.

mod support;

use std::io::Write;
use std::process::{Command, Stdio};
use support::{SOCKSTEP, sockstep, stderr, stdout};

#[test]
fn bad_targets_name_the_fault_and_the_right_form() {
    let long = "a".repeat(300) + ":80";
    let cases = [
        ("host", "has no port"),
        ("8080", "Write localhost:8080 for a server on this machine"),
        ("host:", "nothing after the colon"),
        (":80", "no host before the colon"),
        ("host:99999", "ports go from 1 to 65535"),
        ("1.2.3.4.5:80", "not an IPv4 address"),
        ("[::1", "does not close it"),
        ("host:http-nope", "no service is called"),
        ("@nope", "the lab has no '@nope'. It has @open"),
        ("10.0.0.0/8:80", "range"),
        (long.as_str(), "300 characters"),
        ("a\u{1b}[31m:80", "control character"),
        ("[fe80::1%nope0]:80", "no network interface"),
    ];
    for (target, part) in cases {
        for args in [vec!["run", target], vec![target]] {
            let output = sockstep(&args);
            assert_eq!(
                output.status.code(),
                Some(2),
                "{target}: {}",
                stderr(&output)
            );
            let message = stderr(&output);
            assert!(message.contains(part), "{target} gave: {message}");
            assert!(!message.contains('\u{1b}'), "{message:?}");
            assert!(output.stdout.is_empty());
        }
    }
}

#[test]
fn a_run_without_a_target_is_one_of_the_lab() {
    let output = sockstep(&["run", "--ticks", "6"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let said = stdout(&output);
    for part in [
        "socket 1 @open: writable",
        "socket 2 @refused: error ECONNREFUSED",
        "socket 3 @pending: pending",
        "socket 4 @reset: error ECONNRESET",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn a_targets_file_is_read_line_by_line() {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    writeln!(file, "# the class\n\n@refused\n  @open  ").expect("written");
    let path = file.path().display().to_string();
    let output = sockstep(&["run", "--targets", &path]);
    assert!(output.status.success());
    assert!(stdout(&output).contains("socket 1 @refused: error ECONNREFUSED"));
    assert!(stdout(&output).contains("socket 2 @open: connected"));
}

#[test]
fn a_bad_line_of_a_targets_file_is_named() {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    writeln!(file, "# the class\n@open\nhost:").expect("written");
    let path = file.path().display().to_string();
    let output = sockstep(&["run", "--targets", &path]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("line 3: 'host:' has nothing after the colon"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_targets_file_without_targets_says_what_to_write() {
    let file = tempfile::NamedTempFile::new().expect("an empty file");
    let path = file.path().display().to_string();
    for args in [
        vec!["run", "--targets", &path],
        vec!["run", "--targets", "/nonexistent/file"],
    ] {
        let output = sockstep(&args);
        assert_eq!(output.status.code(), Some(2));
    }
    assert!(stderr(&sockstep(&["run", "--targets", &path])).contains("names no target"));
}

#[test]
fn targets_come_from_standard_input_too() {
    let mut child = Command::new(SOCKSTEP)
        .args(["run", "--targets", "-", "--plain"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(b"@refused\n")
        .expect("written");
    let output = child.wait_with_output().expect("it ends");
    assert!(stdout(&output).contains("error ECONNREFUSED"));
}

#[test]
fn check_fails_if_one_socket_is_not_connected() {
    assert_eq!(
        sockstep(&["run", "--check", "@open"]).status.code(),
        Some(0)
    );
    assert_eq!(
        sockstep(&["run", "--check", "@open", "@refused"])
            .status
            .code(),
        Some(1)
    );
    assert_eq!(sockstep(&["run", "@refused"]).status.code(), Some(0));
}

#[test]
fn usage_errors_have_code_2() {
    let cases: [&[&str]; 5] = [
        &["run", "--timeout", "5", "@open"],
        &["run", "--interest", "x", "@open"],
        &["run", "--json", "--plain", "@open"],
        &["run", "--no-such-option", "@open"],
        &["--looks", "sometimes"],
    ];
    for args in cases {
        assert_eq!(sockstep(args).status.code(), Some(2), "{args:?}");
    }
}

#[test]
fn without_a_terminal_it_says_to_use_run() {
    let output = sockstep(&["@open"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("sockstep run TARGET"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let script = format!("{SOCKSTEP} run --json --ticks 100000 @open | head -n 1");
    let output = Command::new("sh")
        .args(["-c", &script])
        .output()
        .expect("a shell");
    assert!(output.status.success());
    assert_eq!(stdout(&output).lines().count(), 1);
    assert!(output.stderr.is_empty(), "{}", stderr(&output));
}

#[test]
fn plain_prints_one_line_a_stage_change_and_the_calls_on_request() {
    let plain = stdout(&sockstep(&["run", "--plain", "@open"]));
    assert_eq!(plain.lines().count(), 6, "{plain}");
    assert_eq!(
        plain.lines().last(),
        Some("tick 7 socket 1 @open: connected")
    );
    let calls = stdout(&sockstep(&["run", "--plain", "--calls", "@open"]));
    assert!(calls.contains("= -1 EINPROGRESS"), "{calls}");
    assert!(calls.contains("SO_ERROR, [0]) = 0"), "{calls}");
}

#[test]
fn an_interrupted_run_ends_with_130() {
    let mut child = Command::new(SOCKSTEP)
        .args(["run", "--plain", "--timeout", "1m", "@pending"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut first = [0_u8; 1];
    std::io::Read::read_exact(child.stdout.as_mut().expect("a pipe"), &mut first)
        .expect("it prints something");
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("the signal is sent");
    let status = support::eventually("the program ends", || child.try_wait().expect("its state"));
    assert_eq!(status.code(), Some(130));
}

#[test]
fn doctor_completions_and_man_print_something_useful() {
    assert!(stdout(&sockstep(&["doctor"])).contains("IPv4 loopback"));
    assert!(stdout(&sockstep(&["completions", "bash"])).contains("sockstep"));
    assert!(stdout(&sockstep(&["man"])).contains(".TH"));
}

#[test]
fn a_targets_file_is_read_as_editors_and_people_write_it() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("targets.txt");
    let path = file.to_str().expect("a path in UTF-8");
    let text = "\u{feff}@open\r\n\r\n# the second is closed\r\n@refused   # nobody listens\r\n\t@self\t# its own\r\n";
    std::fs::write(&file, text).expect("written");
    let output = sockstep(&["run", "--plain", "--ticks", "1", "--targets", path]);
    assert!(output.status.success(), "{}", stderr(&output));
    for target in ["1 @open:", "2 @refused:", "3 @self:"] {
        assert!(stdout(&output).contains(target), "{}", stdout(&output));
    }
    let wrong = [
        ("./srv/redis.sock\n", "line 1: './srv/redis.sock' is a path"),
        (
            "@open # one\nlocalhost:80/ # two\n",
            "line 2: 'localhost:80/' has a path behind its port",
        ),
        ("# nothing\n", "names no target"),
    ];
    for (text, words) in wrong {
        std::fs::write(&file, text).expect("written");
        let output = sockstep(&["run", "--targets", path]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    }
    std::fs::write(&file, b"\xff\xfe@\0o\0").expect("written");
    let output = sockstep(&["run", "--targets", path]);
    assert!(stderr(&output).contains("UTF-16"), "{}", stderr(&output));
}

#[test]
fn a_script_with_the_marks_of_another_system_runs() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("session.script");
    let text = "\u{feff}add @open\t# the first\r\ntick 7\r\nawait 1 stage connected within 2s # at last\r\n";
    std::fs::write(&file, text).expect("written");
    let output = sockstep(&["run", "--script", file.to_str().expect("a path in UTF-8")]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("connected"), "{}", stdout(&output));
}

#[test]
fn every_address_of_this_host_is_one_that_can_be_connected_to() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a listener");
    let port = listener.local_addr().expect("its address").port();
    let target = format!("0.0.0.0:{port}");
    let output = sockstep(&["run", "--plain", "--check", &target]);
    assert!(output.status.success(), "{}", stdout(&output));
}

/// What `explain` says in the shell.
fn explain(words: &[&str]) -> std::process::Output {
    sockstep(&[&["explain"], words].concat())
}

#[test]
fn explain_says_what_a_word_is_and_a_misspelt_one_is_told_the_nearest() {
    for (words, begins) in [
        (vec!["ENOTCONN"], "ENOTCONN.\n"),
        (vec!["EPOLLHUP"], "HUP.\n"),
        (vec!["SYN-RECV"], "SYN-RECV.\n"),
        (vec!["107"], "ENOTCONN.\n"),
        (vec!["10035"], "EAGAIN.\n"),
        (vec!["EAI_NONAME"], "EAI_NONAME.\n"),
        (vec!["NEW"], "NEW.\n"),
        (vec!["connect", "attempted"], "connect attempted.\n"),
        (vec!["W"], "W.\n"),
        (vec!["K"], "key K: "),
        (vec!["tick"], "tick.\n"),
        (vec!["?"], "?.\n"),
    ] {
        let output = explain(&words);
        let said = stdout(&output);
        assert!(said.starts_with(begins), "{words:?}: {said}");
        assert_eq!(output.status.code(), Some(0), "{words:?}");
        assert!(output.stderr.is_empty(), "{words:?}");
    }
    let two = stdout(&explain(&["HUP", "NEW"]));
    assert!(
        two.starts_with("HUP.\n") && two.contains("\n\nNEW.\n"),
        "{two}"
    );

    let wrong = explain(&["ECONREFUSED"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(wrong.stdout.is_empty());
    let said = stderr(&wrong);
    assert!(said.ends_with("Did you mean ECONNREFUSED?\n"), "{said}");
    assert_eq!(explain(&[]).status.code(), Some(2));
}

#[test]
fn the_manual_page_has_every_key() {
    let page = stdout(&sockstep(&["man"]));
    for binding in sockstep::language::keys::all() {
        let label = binding.label.replace('\\', "\\e").replace('-', "\\-");
        assert!(page.contains(&format!("\n\\fB\\&{label}\\fR\n")), "{label}");
    }
}

#[test]
fn every_subcommand_has_a_manual_page_of_its_own() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().to_str().expect("a path in UTF-8");
    assert!(sockstep(&["man", "--all", path]).status.success());
    let help = stdout(&sockstep(&["--help"]));
    let subcommands: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(subcommands.len() >= 12, "{subcommands:?}");
    for name in subcommands {
        let file = dir.path().join(format!("sockstep-{name}.1"));
        let page = std::fs::read_to_string(file).expect("its page");
        assert_eq!(page, stdout(&sockstep(&["man", name])), "{name}");
        assert!(
            page.contains(&format!(".TH sockstep-{name} 1 \"\" \"sockstep ")),
            "{page}"
        );
        assert!(page.contains("\n.SH DESCRIPTION\n"), "{page}");
    }
    assert!(dir.path().join("sockstep-lesson-check.1").exists());
    let again = sockstep(&["man", "--all", path]);
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("exists already"));

    let unknown = sockstep(&["man", "replai"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("There are: run, watch"));
}
