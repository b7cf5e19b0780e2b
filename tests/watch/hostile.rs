//! Programs that are made to harm whoever watches them: they write without an end, fork, leave children behind, and end their watcher.

use crate::clients::{LONGEST, watch, watched};
use crate::support::recordings::read;
use crate::support::{eventually, need, stdout};
use std::io::Read;
use std::path::Path;
use std::process::Stdio;

/// A program of Python, as a command line.
fn python(program: &str) -> Option<Vec<String>> {
    need("python3").then(|| ["python3", "-I", "-c", program].map(str::to_owned).to_vec())
}

/// Its recording is good up to the last whole line, and holds something.
fn is_good(recording: &Path) {
    let bytes = std::fs::read(recording).expect("it was begun");
    let end = bytes.iter().rposition(|byte| *byte == b'\n');
    let (_, records) = read(&bytes[..=end.expect("a line")]).expect("a recording");
    assert!(!records.is_empty());
}

#[test]
fn a_program_that_ends_its_watcher_ends_with_it_and_the_recording_is_good() {
    // Not SIGHUP: where whoever began the tests ignores it, so does the watcher.
    for signal in ["SIGTERM", "SIGKILL", "SIGABRT"] {
        let folder = tempfile::tempdir().expect("a folder");
        let (recording, alive) = (folder.path().join("a.jsonl"), folder.path().join("alive"));
        let program = format!(
            "import os, signal, socket, time\n\
             socket.socket(); os.kill(os.getppid(), signal.{signal}); time.sleep(30)\n\
             open({:?}, 'w').close()",
            alive.display().to_string()
        );
        let Some(program) = python(&program) else {
            return;
        };
        let name = recording.to_string_lossy();
        let output = watched(&["--auto", "--record", &name], &program);
        assert!(!output.status.success(), "{signal}: {:?}", output.status);
        is_good(&recording);
        assert!(!alive.exists(), "{signal}");
    }
}

#[test]
fn a_program_that_writes_without_an_end_takes_no_memory_and_steers_nothing() {
    let Some(program) =
        python("import os\nwhile True: os.write(1, b'\\x1b]0;evil\\x07\\x1b[2J\\n' * 4096)")
    else {
        return;
    };
    let mut child = watch(&["--auto"], &program)
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut output = child.stdout.take().expect("a pipe");
    let mut piece = vec![0; 1 << 16];
    let mut count = 0;
    while count < 8 << 20 {
        let some = output.read(&mut piece).expect("it goes on");
        assert!(some > 0, "it ended after {count} bytes");
        assert!(!piece[..some].contains(&0x1b), "an escape sequence");
        count += some;
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
    let status = status.expect("it lives");
    let most = status.lines().find_map(|line| {
        let kilobytes = line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?;
        kilobytes.parse::<u64>().ok()
    });
    assert!(most.expect("a number") < 256 * 1024, "{most:?} KiB");
    // Nobody reads any more: it ends by itself, and so does the program.
    drop(output);
    eventually("it ends", || child.try_wait().expect("its state"));
}

#[test]
fn many_children_and_one_that_outlives_its_parent_are_followed_to_their_ends() {
    let Some(program) = python(
        "import os, socket, time\n\
         for _ in range(60):\n    if os.fork() == 0: socket.socket().close(); os._exit(0)\n\
         if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: time.sleep(1); socket.socket().close()\n    os._exit(0)\n\
         for _ in range(61): os.wait()\nprint('over')",
    ) else {
        return;
    };
    let output = watched(&["--auto", "--json"], &program);
    assert!(output.status.success(), "{:?}", output.status);
    let sockets = stdout(&output).matches("\"call\":\"socket\"").count();
    assert!(sockets >= 61, "{sockets} of 61 within {LONGEST:?}");
}
