//! A program behind a real pseudo-terminal, measured from outside: when its bytes come, what it costs, what it keeps.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Whoever writes nothing for so long has written all that a key brings.
const QUIET: Duration = Duration::from_millis(60);
/// Nobody is waited for longer.
const LIMIT: Duration = Duration::from_secs(20);

/// A running program; it is ended when this is dropped.
pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    started: Instant,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    /// Starts it at 160x50, in a state directory of its own.
    pub(crate) fn start(program: &str, args: &[String], state: &std::path::Path) -> Terminal {
        let size = PtySize {
            rows: 50,
            cols: 160,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).expect("a terminal");
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        command.env("XDG_STATE_HOME", state);
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).expect("it starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("its output");
        let writer = pair.master.take_writer().expect("its input");
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                let bytes = buffer.get(..count).unwrap_or_default().to_vec();
                if sender.send((Instant::now(), bytes)).is_err() {
                    return;
                }
            }
        });
        Terminal {
            child,
            writer,
            output,
            started,
            _master: pair.master,
        }
    }

    /// From the start to the last byte of the first frame.
    pub(crate) fn first_frame(&mut self) -> Duration {
        let last = self.last_byte(Duration::from_millis(300));
        last.map_or(LIMIT, |last| last - self.started)
    }

    /// From a key to the last byte that it brings; `None` if it brings nothing.
    pub(crate) fn key(&mut self, key: &str) -> Option<Duration> {
        let pressed = Instant::now();
        self.writer.write_all(key.as_bytes()).ok()?;
        self.last_byte(QUIET).map(|last| last - pressed)
    }

    /// Presses a key.
    pub(crate) fn press(&mut self, key: &str) {
        let _ = self.writer.write_all(key.as_bytes());
    }

    fn last_byte(&mut self, quiet: Duration) -> Option<Instant> {
        let until = Instant::now() + LIMIT;
        let mut last = None;
        while Instant::now() < until {
            // A slow tick's first byte is waited for longer than the pause behind its last.
            let wait = if last.is_some() { quiet } else { LIMIT };
            match self.output.recv_timeout(wait.min(LIMIT)) {
                Ok((at, bytes)) => {
                    last = Some(at);
                    self.answer(&bytes);
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
        last
    }

    /// What a terminal answers to a program that asks who it is.
    fn answer(&mut self, bytes: &[u8]) {
        let asks = |what: &[u8]| bytes.windows(what.len()).any(|window| window == what);
        if asks(b"\x1b[6n") {
            let _ = self.writer.write_all(b"\x1b[1;1R");
        }
        if asks(b"\x1b[c") {
            let _ = self.writer.write_all(b"\x1b[?62;c");
        }
    }

    /// Waits until it does nothing any more: what it writes while a long tick goes on is no sign of it.
    pub(crate) fn settle(&mut self) {
        let until = Instant::now() + LIMIT * 10;
        let mut before = self.cpu_ticks();
        while Instant::now() < until {
            self.hears_for(QUIET * 4);
            let now = self.cpu_ticks();
            if now == before {
                return;
            }
            before = now;
        }
    }

    /// The CPU time that it has taken, in clock ticks (proc_pid_stat(5), fields 14 and 15).
    fn cpu_ticks(&self) -> u64 {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.pid()));
        let text = text.unwrap_or_default();
        let behind = text.rsplit_once(')').map_or("", |(_, behind)| behind);
        let fields = behind.split_whitespace().skip(11).take(2);
        fields.filter_map(|field| field.parse::<u64>().ok()).sum()
    }

    /// Takes in what comes within this time.
    fn hears_for(&mut self, time: Duration) {
        let until = Instant::now() + time;
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            let Ok((_, bytes)) = self.output.recv_timeout(left) else {
                return;
            };
            self.answer(&bytes);
        }
    }

    /// Quits it, and waits until it is gone.
    pub(crate) fn quit(&mut self) {
        let _ = self.writer.write_all(b"q");
        let until = Instant::now() + LIMIT;
        while Instant::now() < until {
            // Its output is read meanwhile: it could not end else.
            self.hears_for(QUIET);
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
        }
    }

    /// The memory that it has resident, in KiB (VmRSS, proc(5)).
    pub(crate) fn resident_kib(&self) -> f64 {
        self.status("VmRSS:").unwrap_or_default()
    }

    /// The most memory that it has had resident, in KiB (VmHWM, proc(5)).
    pub(crate) fn peak_kib(&self) -> f64 {
        self.status("VmHWM:").unwrap_or_default()
    }

    /// How often its threads have gone to sleep by themselves until now: a wake-up each.
    pub(crate) fn wake_ups(&self) -> f64 {
        let tasks = format!("/proc/{}/task", self.pid());
        let tasks = std::fs::read_dir(tasks).into_iter().flatten().flatten();
        let switches =
            tasks.filter_map(|task| field(&task.path().join("status"), "voluntary_ctxt_switches:"));
        switches.sum()
    }

    fn status(&self, name: &str) -> Option<f64> {
        let path = format!("/proc/{}/status", self.pid());
        field(std::path::Path::new(&path), name)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.process_id().unwrap_or_default()
    }
}

fn field(path: &std::path::Path, name: &str) -> Option<f64> {
    let text = std::fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
