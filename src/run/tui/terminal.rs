//! The terminal: taken over, given back, whatever happens in between.

use super::background;
use super::changes::{changes_in, places};
use super::unwritten;
use crate::os::{heap, signals};
use crate::view::{Frame, LineSpan, Picture};
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::style::{ResetColor, force_color_output};
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use rustix::termios;
use std::fs::File;
use std::io::{BufWriter, IsTerminal, Stdout, Write, stdout};
use std::os::fd::AsFd;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Whether the terminal is ours now.
static TAKEN: AtomicBool = AtomicBool::new(false);
static HOOK: Once = Once::new();
/// `_POSIX_VDISABLE`: no character does it.
const NO_CHARACTER: u8 = if cfg!(target_os = "linux") { 0 } else { 0xff };

/// The terminal while it is ours. Gives it back when dropped.
pub struct Screen {
    backend: CrosstermBackend<BufWriter<Stdout>>,
    /// What the terminal shows, as strokes and as cells.
    shown: Picture,
    shown_cells: Buffer,
    /// Where the next frame is drawn.
    next: Picture,
    next_cells: Buffer,
}

/// No more columns and lines than these are drawn: a terminal may say that it has 65535 of each.
const MOST: (u16, u16) = (1000, 500);

/// How much of a terminal of this size is drawn.
fn drawn(columns: u16, rows: u16) -> (u16, u16) {
    (columns.min(MOST.0), rows.min(MOST.1))
}

/// What a terminal is told when there is no time for anything else: no colour, no bracketed paste, the first screen, a cursor.
const FAREWELL: &[u8] = b"\x1b[0m\x1b[?2004l\x1b[?1049l\x1b[?25h";

fn take() -> std::io::Result<()> {
    // Without it a sudden end leaves the terminal as it is; that is no reason not to begin.
    let _ = signals::remember_the_terminal(FAREWELL);
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    signals::terminal_is_taken(true);
    // A terminal that does not allow it has a Ctrl-C that is a key, as any other.
    let _ = keep_interrupt();
    execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste)
}

/// Lets Ctrl-C be the kernel's SIGINT in raw mode too: whoever reads keys may wait inside a sequence whose end never comes. Ctrl-Z and
/// Ctrl-\ are no signals, so that a suspended program gives the terminal back by itself. The end of raw mode takes it back.
fn keep_interrupt() -> std::io::Result<()> {
    /// What Ctrl-C sends, whatever was bound to the signal before.
    const CTRL_C: u8 = 3;
    let stdin = std::io::stdin();
    let tty = if stdin.is_terminal() {
        None
    } else {
        Some(File::open("/dev/tty")?)
    };
    let fd = tty.as_ref().map_or(stdin.as_fd(), File::as_fd);
    let mut modes = termios::tcgetattr(fd)?;
    modes.local_modes |= termios::LocalModes::ISIG;
    modes.special_codes[termios::SpecialCodeIndex::VINTR] = CTRL_C;
    for off in [
        termios::SpecialCodeIndex::VQUIT,
        termios::SpecialCodeIndex::VSUSP,
    ] {
        modes.special_codes[off] = NO_CHARACTER;
    }
    Ok(termios::tcsetattr(
        fd,
        termios::OptionalActions::Now,
        &modes,
    )?)
}

/// Gives the terminal back, once; from any thread, also while panicking. A terminal that is gone is no fault.
pub(super) fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let mut out = stdout();
        let _ = queue!(
            out,
            ResetColor,
            DisableBracketedPaste,
            LeaveAlternateScreen,
            Show
        );
        let _ = out.flush();
        let _ = disable_raw_mode();
        signals::terminal_is_taken(false);
    }
}

/// A panic in any thread gives the terminal back, says what happened, and ends the program.
fn install_panic_hook() {
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            give_back();
            usual(info);
            unwritten::wait();
            #[expect(
                clippy::disallowed_methods,
                reason = "a panic in any thread ends the program"
            )]
            std::process::exit(101);
        }));
    });
}

impl Screen {
    /// Takes the terminal over: raw mode, alternate screen, bracketed paste.
    ///
    /// # Errors
    /// If the terminal does not allow it; then it is left as it was.
    pub fn enter() -> std::io::Result<Screen> {
        // Whoever has a screen has a history behind it.
        heap::keep_little();
        install_panic_hook();
        // With NO_COLOR crossterm would emit resets that also end bold; the mono theme has no colours anyway.
        force_color_output(true);
        if let Err(error) = take() {
            give_back();
            return Err(error);
        }
        let backend = CrosstermBackend::new(BufWriter::with_capacity(1 << 16, stdout()));
        Ok(Screen {
            backend,
            shown: Picture::default(),
            shown_cells: Buffer::default(),
            next: Picture::default(),
            next_cells: Buffer::default(),
        })
    }

    pub(super) fn size(&self) -> (u16, u16) {
        self.backend
            .size()
            .map_or((0, 0), |size| drawn(size.width, size.height))
    }

    pub(super) fn area(&self) -> std::io::Result<Rect> {
        let (columns, rows) = match termios::tcgetwinsize(stdout()) {
            Ok(size) if size.ws_col > 0 && size.ws_row > 0 => (size.ws_col, size.ws_row),
            // It is asked in other ways, which cost more.
            _ => {
                let size = self.backend.size()?;
                (size.width, size.height)
            }
        };
        let (columns, rows) = drawn(columns, rows);
        Ok(Rect::new(0, 0, columns, rows))
    }

    /// Draws a frame and writes what differs from the one before.
    pub(super) fn show(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> std::io::Result<()> {
        let area = self.area()?;
        if area != self.shown.area() {
            self.clear(area)?;
        }
        self.next.begin(area);
        let mut frame = Frame::new(&mut self.next);
        draw(&mut frame);
        let cursor = frame.cursor();
        let differing: Vec<LineSpan> = self.next.differing(&self.shown).collect();
        for part in &differing {
            self.next.paint(part, &mut self.next_cells);
        }
        let mut changes = Vec::new();
        for part in &differing {
            changes_in(&self.shown_cells, &self.next_cells, part, &mut changes);
        }
        self.backend.draw(changes.into_iter())?;
        // The backend's own words for it are written at once, each by a write(2) of its own.
        match cursor {
            Some(Position { x, y }) => queue!(self.backend, Show, MoveTo(x, y))?,
            None => queue!(self.backend, Hide)?,
        }
        std::mem::swap(&mut self.shown, &mut self.next);
        for part in &differing {
            let shown = self.shown_cells.content.get_mut(places(area, part));
            let next = self.next_cells.content.get_mut(places(area, part));
            if let (Some(shown), Some(next)) = (shown, next) {
                shown.swap_with_slice(next);
            }
        }
        std::io::Write::flush(&mut self.backend)
    }

    /// Empties the terminal, which is so large now.
    fn clear(&mut self, area: Rect) -> std::io::Result<()> {
        self.backend.clear()?;
        self.shown = Picture::new(area);
        self.shown_cells = Buffer::empty(area);
        self.next_cells = Buffer::empty(area);
        Ok(())
    }

    /// Asks the terminal for the colour of its background, and says when. The answer comes among the keys, or never.
    pub(super) fn ask_background(&mut self) -> Instant {
        // A terminal that takes no output is noticed when the next frame is drawn.
        let _ = self.backend.write_all(background::QUESTION.as_bytes());
        let _ = std::io::Write::flush(&mut self.backend);
        Instant::now()
    }

    /// Gives the terminal back.
    pub fn leave(self) {}

    /// Gives the terminal back, stops, and takes it again when continued.
    pub(super) fn suspend(&mut self) -> anyhow::Result<()> {
        give_back();
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
        take()?;
        let area = self.area()?;
        self.clear(area)?;
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = std::io::Write::flush(&mut self.backend);
        give_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_that_says_it_is_huge_is_drawn_in_part() {
        assert_eq!(drawn(65535, 65535), (1000, 500));
        assert_eq!(drawn(80, 24), (80, 24));
        assert_eq!(drawn(0, 0), (0, 0));
    }
}
