//! The terminal: taken over, given back, whatever happens in between.

use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::style::{ResetColor, force_color_output};
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Frame, Terminal};
use std::io::{BufWriter, Stdout, Write, stdout};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the terminal is ours now.
static TAKEN: AtomicBool = AtomicBool::new(false);
static HOOK: Once = Once::new();

/// The terminal while it is ours. Gives it back when dropped.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
}

fn take() -> std::io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste)
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
    }
}

/// A panic in any thread gives the terminal back, says what happened, and ends the program.
fn install_panic_hook() {
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            give_back();
            usual(info);
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
        install_panic_hook();
        // With NO_COLOR crossterm would emit resets that also end bold; the mono theme has no colours anyway.
        force_color_output(true);
        if let Err(error) = take() {
            give_back();
            return Err(error);
        }
        let backend = CrosstermBackend::new(BufWriter::with_capacity(1 << 16, stdout()));
        let terminal = Terminal::new(backend).inspect_err(|_| give_back())?;
        Ok(Screen { terminal })
    }

    pub(super) fn size(&self) -> (u16, u16) {
        self.terminal
            .size()
            .map_or((0, 0), |size| (size.width, size.height))
    }

    pub(super) fn area(&mut self) -> std::io::Result<Rect> {
        let size = self.terminal.size()?;
        Ok(Rect::new(0, 0, size.width, size.height))
    }

    pub(super) fn show(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> std::io::Result<()> {
        self.terminal.draw(draw).map(|_| ())
    }

    /// Gives the terminal back.
    pub fn leave(self) {}

    /// Gives the terminal back, stops, and takes it again when continued.
    pub(super) fn suspend(&mut self) -> anyhow::Result<()> {
        give_back();
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
        take()?;
        // Terminal::clear would ask the terminal for the cursor's place, and the answer goes to the input thread.
        let area = self.area()?;
        self.terminal.resize(area)?;
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.terminal.backend_mut().flush();
        give_back();
    }
}
