//! The program in a real pseudo-terminal, with its screen kept by a terminal emulator.

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

pub use super::BOUND;

/// So long nothing must come for a frame to be whole, if its end cannot be seen.
const QUIET: Duration = Duration::from_millis(200);

/// The program ends each frame by showing the cursor and putting it in its place.
fn ends_a_frame(raw: &[u8]) -> bool {
    let tail = &raw[raw.len().saturating_sub(20)..];
    let show = b"\x1b[?25h\x1b[";
    let at = tail.windows(show.len()).rposition(|window| window == show);
    at.is_some_and(|at| {
        let place = &tail[at + show.len()..];
        place.ends_with(b"H")
            && place
                .iter()
                .all(|byte| byte.is_ascii_digit() || *byte == b';' || *byte == b'H')
    })
}

struct Shared {
    parser: vt100::Parser,
    raw: Vec<u8>,
    ended: bool,
}

/// A running program and its screen.
pub struct Pty {
    shared: Arc<(Mutex<Shared>, Condvar)>,
    writer: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
}

impl Pty {
    /// Starts a command in a terminal of this size.
    pub fn start(columns: u16, rows: u16, command: &str, args: &[&str]) -> Pty {
        // The tests' sessions do not push out the user's own.
        let state = concat!(env!("CARGO_TARGET_TMPDIR"), "/state");
        Pty::start_with(columns, rows, command, args, &[("XDG_STATE_HOME", state)])
    }

    /// The program at tick 4 with one socket on the lab wire, whose SYN is held. `None`: this machine has no wire, which was said.
    pub fn on_the_wire(columns: u16, rows: u16) -> Option<Pty> {
        let mut pty = Pty::start(columns, rows, super::SOCKSTEP, &["--no-save", "@wire:80"]);
        let first = pty.wait("the program or its refusal", |screen| {
            screen.contains("TICK 0") || screen.contains("there is no lab wire here")
        });
        if first.contains("there is no lab wire here") {
            super::skip(&first);
            return None;
        }
        for tick in 1..=4 {
            pty.press_until(" ", &format!("TICK {tick} "));
        }
        Some(pty)
    }

    /// The same with more in the environment.
    pub fn start_with(
        columns: u16,
        rows: u16,
        command: &str,
        args: &[&str],
        env: &[(&str, &str)],
    ) -> Pty {
        let pair = native_pty_system()
            .openpty(PtySize {
                rows,
                cols: columns,
                pixel_width: 0,
                pixel_height: 0,
            })
            .expect("a pseudo-terminal");
        let mut builder = CommandBuilder::new(command);
        builder.args(args);
        builder.env("TERM", "xterm-256color");
        builder.env("LANG", "C.UTF-8");
        builder.env_remove("LC_ALL");
        builder.env_remove("COLORFGBG");
        builder.env_remove("NO_COLOR");
        for (name, value) in env {
            builder.env(name, value);
        }
        let child = pair
            .slave
            .spawn_command(builder)
            .expect("the program starts");
        drop(pair.slave);
        let reader = pair.master.try_clone_reader().expect("a reader");
        let writer = pair.master.take_writer().expect("a writer");
        let shared = Shared {
            parser: vt100::Parser::new(rows.max(1), columns.max(1), 0),
            raw: Vec::new(),
            ended: false,
        };
        let shared = Arc::new((Mutex::new(shared), Condvar::new()));
        let theirs = Arc::clone(&shared);
        #[expect(
            clippy::disallowed_methods,
            reason = "a thread of a test needs no name"
        )]
        std::thread::spawn(move || keep_screen(reader, &theirs));
        Pty {
            shared,
            writer,
            master: pair.master,
            child,
        }
    }

    /// Types something.
    pub fn press(&mut self, keys: &str) {
        self.writer
            .write_all(keys.as_bytes())
            .and_then(|()| self.writer.flush())
            .expect("the terminal takes keys");
    }

    /// Types bytes, unless the program has ended meanwhile.
    pub fn press_bytes(&mut self, bytes: &[u8]) {
        let _ = self
            .writer
            .write_all(bytes)
            .and_then(|()| self.writer.flush());
    }

    /// Waits until the program writes nothing for a while, but not longer than `longest`.
    pub fn settle(&self, quiet: Duration, longest: Duration) {
        let until = Instant::now() + longest;
        while self.bytes_within(quiet) > 0 && Instant::now() < until && !self.has_ended() {}
    }

    /// Whether the program's side of the terminal is closed.
    pub fn has_ended(&self) -> bool {
        self.shared.0.lock().expect("no panic while reading").ended
    }

    /// Presses a key and waits for a text on the screen.
    pub fn press_until(&mut self, keys: &str, text: &str) -> String {
        self.press(keys);
        self.wait_for(text)
    }

    /// Waits until a text is on the screen, and returns the screen.
    pub fn wait_for(&self, text: &str) -> String {
        self.wait(&format!("the screen shows {text:?}"), |screen| {
            screen.contains(text)
        })
    }

    /// Waits until the screen is as wanted, and returns it.
    pub fn wait(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        let (lock, bell) = &*self.shared;
        let deadline = Instant::now() + BOUND;
        let mut shared = lock.lock().expect("no panic while reading");
        loop {
            let screen = shared.parser.screen().contents();
            if wanted(&screen) {
                if ends_a_frame(&shared.raw) || shared.ended {
                    return screen;
                }
                // A frame comes in pieces: the screen is taken when no further piece follows.
                let (later, quiet) = bell
                    .wait_timeout(shared, QUIET)
                    .expect("no panic while reading");
                shared = later;
                if quiet.timed_out() {
                    return screen;
                }
                continue;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !shared.ended,
                "not within {BOUND:?}: {what}. The screen:\n{screen}"
            );
            shared = bell
                .wait_timeout(shared, left)
                .expect("no panic while reading")
                .0;
        }
    }

    /// Watches for a while that nothing is written; returns how many bytes were.
    pub fn bytes_within(&self, window: Duration) -> usize {
        let (lock, bell) = &*self.shared;
        let deadline = Instant::now() + window;
        let mut shared = lock.lock().expect("no panic while reading");
        let before = shared.raw.len();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return shared.raw.len() - before;
            }
            shared = bell
                .wait_timeout(shared, left)
                .expect("no panic while reading")
                .0;
        }
    }

    /// The screen as it is now.
    pub fn screen(&self) -> String {
        self.shared
            .0
            .lock()
            .expect("no panic while reading")
            .parser
            .screen()
            .contents()
    }

    /// Everything that was ever written to the terminal.
    pub fn raw(&self) -> Vec<u8> {
        self.shared
            .0
            .lock()
            .expect("no panic while reading")
            .raw
            .clone()
    }

    /// Whether the program has left the alternate screen.
    pub fn is_restored(&self) -> bool {
        !self
            .shared
            .0
            .lock()
            .expect("no panic while reading")
            .parser
            .screen()
            .alternate_screen()
    }

    /// Gives the terminal another size.
    pub fn resize(&self, columns: u16, rows: u16) {
        self.shared
            .0
            .lock()
            .expect("no panic while reading")
            .parser
            .screen_mut()
            .set_size(rows.max(1), columns.max(1));
        let size = PtySize {
            rows,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        self.master
            .resize(size)
            .expect("the terminal can be resized");
    }

    /// Tells the program of another size than the one that is kept here: no emulator holds a terminal of 65535 lines.
    pub fn claim(&self, columns: u16, rows: u16) {
        let size = PtySize {
            rows,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        self.master
            .resize(size)
            .expect("the terminal can be resized");
    }

    /// Whether the terminal puts lines together and shows what is typed, as it did at first.
    pub fn is_cooked(&self) -> bool {
        let modes = self.master.get_termios();
        let modes = modes.map(|modes| format!("{:?}", modes.local_flags));
        modes.is_some_and(|modes| modes.contains("ICANON") && modes.contains("ECHO |"))
    }

    /// The program's process.
    pub fn pid(&self) -> u32 {
        self.child.process_id().expect("it was started")
    }

    /// Waits for the end of the program, and until everything that it wrote has been read.
    pub fn end(&mut self) -> ExitStatus {
        let status = super::eventually("the program ends", || {
            self.child.try_wait().expect("its state can be asked for")
        });
        let ended = || {
            self.shared
                .0
                .lock()
                .expect("no panic while reading")
                .ended
                .then_some(())
        };
        super::eventually("all of its output is read", ended);
        status
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn keep_screen(mut reader: Box<dyn Read + Send>, shared: &(Mutex<Shared>, Condvar)) {
    let mut buffer = [0_u8; 8192];
    loop {
        let count = reader.read(&mut buffer).unwrap_or(0);
        let Ok(mut shared_now) = shared.0.lock() else {
            return;
        };
        shared_now.parser.process(&buffer[..count]);
        shared_now.raw.extend_from_slice(&buffer[..count]);
        shared_now.ended = count == 0;
        shared.1.notify_all();
        if count == 0 {
            return;
        }
    }
}
