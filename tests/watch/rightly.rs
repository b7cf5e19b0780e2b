//! Right programs of shapes that the rules once took for wrong, beside wrong ones that look like them; and what goes in and comes out of a
//! program that goes by itself.

use crate::clients::{LONGEST, python, watch, watched};
use crate::support::{run_bounded, stdout};
use std::process::{Command, Stdio};

/// The rules by which watch says that there is something to look at.
fn looked(peer: &str, program: &str) -> Option<Vec<String>> {
    let python = python("select.py")?;
    let mut argv: Vec<String> = [&*python[0], "-I", "-c", program].map(str::to_owned).into();
    argv.extend(["{host}", "{port}"].map(str::to_owned));
    let output = watched(&["--auto", "--limit", "10s", "--lab", peer], &argv);
    let text = stdout(&output);
    let found = text
        .lines()
        .filter_map(|line| line.strip_prefix("look here: "));
    Some(
        found
            .filter_map(|line| line.split(':').next())
            .map(str::to_owned)
            .collect(),
    )
}

const CONNECTS: &str = "import select, socket, sys, threading\n\
    s = socket.socket(); s.setblocking(False); to = (sys.argv[1], int(sys.argv[2]))\n\
    s.connect_ex(to)\n";

#[test]
fn poll_that_tells_writable_without_an_error_is_an_answer_and_select_has_none() {
    let poll = format!(
        "{CONNECTS}p = select.poll(); p.register(s, select.POLLOUT)\n\
         told = p.poll()[0][1]\n\
         if told == select.POLLOUT:\n    print('connected', flush=True); s.send(b'x')\n\
         else:\n    print(s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), flush=True)\n"
    );
    let naive = format!(
        "{CONNECTS}select.select([], [s], [])\nprint('connected', flush=True)\ntry: s.send(b'x')\nexcept OSError as e: print(e)\n"
    );
    for (peer, program, expected) in [
        ("@open", &poll, &[][..]),
        ("@refused", &poll, &[]),
        ("@open", &naive, &["says-connected", "no-verdict"]),
        ("@refused", &naive, &["says-connected", "no-verdict"]),
    ] {
        let Some(found) = looked(peer, program) else {
            return;
        };
        assert_eq!(found, expected, "{peer}: {program}");
    }
}

#[test]
fn whoever_remembers_that_a_socket_was_readable_has_drained_it_and_whoever_waits_for_an_edge_has_not()
 {
    let reads = format!(
        "{CONNECTS}select.select([], [s], []); s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR); s.getpeername()\n\
         s.send(b'x' * 40)\n\
         ep = select.epoll(); ep.register(s, select.EPOLLIN | select.EPOLLET)\n\
         while not any(what & select.EPOLLIN for _, what in ep.poll()): pass\n\
         a, b = socket.socketpair(); ep.register(b, select.EPOLLIN)\n\
         n = len(s.recv(10))\n"
    );
    // Another thread waits while this one reads on.
    let remembers = format!(
        "{reads}t = threading.Thread(target=ep.poll); t.start()\n\
         import time; time.sleep(0.3)\n\
         while n < 40: n += len(s.recv(10))\n\
         a.send(b'.'); t.join(); print(n, flush=True)\n"
    );
    let waits =
        format!("{reads}threading.Timer(1, lambda: a.send(b'.')).start()\nep.poll(); s.close()\n");
    for (program, expected) in [(&remembers, &[][..]), (&waits, &["edge-not-drained"])] {
        let Some(found) = looked("@echo", program) else {
            return;
        };
        assert_eq!(found, expected, "{program}");
    }
}

#[test]
fn all_that_a_program_says_is_heard_however_long_one_write_is() {
    let Some(python) = python("select.py") else {
        return;
    };
    for program in [
        "import os; os.write(1, b'0123456789\\n' * 9000)",
        "import os; os.writev(1, [b'0123456789\\n' * 4500] * 2)",
    ] {
        let argv = [&*python[0], "-I", "-c", program].map(str::to_owned);
        let text = stdout(&watched(&["--auto"], &argv));
        assert_eq!(
            text.matches("says: 0123456789\n").count(),
            9000,
            "{program}"
        );
    }
}

#[test]
fn what_is_piped_in_is_read_by_the_program_that_goes_by_itself() {
    let program = ["cat".to_owned()];
    let mut command = Command::new("sh");
    command.arg("-c");
    command.arg("printf 'one\\ntwo\\n' | \"$@\"").arg("sh");
    let watch = watch(&["--auto"], &program);
    command.arg(watch.get_program()).args(watch.get_args());
    let text = stdout(&run_bounded(&mut command, LONGEST));
    assert!(text.contains("cat says: one\n"), "{text}");
    assert!(text.contains("cat says: two\n"), "{text}");
    assert!(text.contains("cat has ended: exit 0"), "{text}");
    // Nothing is an end, too.
    let mut nothing = crate::clients::watch(&["--auto"], &program);
    let text = stdout(&run_bounded(nothing.stdin(Stdio::null()), LONGEST));
    assert!(text.contains("cat has ended: exit 0"), "{text}");
}
