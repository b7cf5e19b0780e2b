//! For a test: takes the terminal over and panics in another thread.

fn main() {
    let screen = sockstep::run::tui::terminal::Screen::enter().expect("a terminal");
    #[expect(
        clippy::disallowed_methods,
        reason = "a thread of a test needs no name"
    )]
    let thread = std::thread::spawn(|| panic!("a worker thread has panicked"));
    // The hook ends the program; if it did not, this would wait for the thread and end with 0.
    let _ = thread.join();
    screen.leave();
}
