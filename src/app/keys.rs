//! One key table: it dispatches, it is the help, and it is the footer.

/// A key as the program knows it, whatever library read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A printable character, as typed.
    Char(char),
    /// With the control key.
    Ctrl(char),
    /// A named key.
    Enter,
    /// Closes one level.
    Esc,
    /// The tabulator.
    Tab,
    /// Erases to the left.
    Backspace,
    /// Erases under the cursor.
    Delete,
    /// Arrow.
    Left,
    /// Arrow.
    Right,
    /// Arrow.
    Up,
    /// Arrow.
    Down,
    /// To the beginning.
    Home,
    /// To the end.
    End,
    /// What clickers send for back.
    PageUp,
    /// What clickers send for forward.
    PageDown,
}

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the table below says what each does")]
pub enum Action {
    Tick,
    TickOnly,
    TickWait,
    UntilChange,
    LookAgain,
    Back,
    Forward,
    First,
    Live,
    NextChange,
    PreviousChange,
    Note,
    Timeline,
    Up,
    Down,
    Digit(u8),
    NextPane,
    Zoom,
    Add,
    Delete,
    Restart,
    Interest,
    PollTimeout,
    Connect,
    SoError,
    Getpeername,
    Send,
    Recv,
    Shutdown,
    Close,
    Accept,
    Hand,
    Interrupt,
    Spoil,
    Hunt,
    Bytes,
    Wire,
    LetGo,
    LetAllGo,
    DropPacket,
    RepeatPacket,
    Later,
    Earlier,
    PacketAbove,
    PacketBelow,
    Rules,
    Inject,
    Explain,
    Depth,
    Witnesses,
    Kernel,
    Code,
    Filter,
    Prompt,
    Theme,
    Help,
    Escape,
    Quit,
    Suspend,
}

/// Where a key has its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// Wherever nothing is open.
    Everywhere,
    /// While the packets of the wire fill the screen; what it means everywhere is hidden there.
    Wire,
}

/// A line of the key table.
#[derive(Debug)]
pub struct Binding {
    /// Where it has this meaning.
    pub on: Where,
    /// Every key that does it.
    pub keys: &'static [Key],
    /// The keys as people read them.
    pub label: &'static str,
    /// What it does.
    pub action: Action,
    /// The word in the footer.
    pub word: &'static str,
    /// What it does, in a sentence.
    pub help: &'static str,
}

const fn binding(
    keys: &'static [Key],
    label: &'static str,
    action: Action,
    word: &'static str,
    help: &'static str,
) -> Binding {
    Binding {
        on: Where::Everywhere,
        keys,
        label,
        action,
        word,
        help,
    }
}

const fn on_the_wire(
    key: &'static [Key],
    label: &'static str,
    action: Action,
    word: &'static str,
    help: &'static str,
) -> Binding {
    Binding {
        on: Where::Wire,
        ..binding(key, label, action, word, help)
    }
}

/// Every key. The order is the order of the help.
pub const TABLE: &[Binding] = &[
    binding(
        &[Key::Char(' '), Key::PageDown],
        "SPACE",
        Action::Tick,
        "tick",
        "One tick: ask the kernel once for news, then each socket that heard nothing makes its one next call. PageDown too. In the past: forward, stops at LIVE.",
    ),
    binding(
        &[Key::Enter],
        "ENTER",
        Action::TickOnly,
        "only",
        "The same tick, but only the chosen socket makes its call; the others hear their events and call nothing.",
    ),
    binding(
        &[Key::Left, Key::Char('h'), Key::Backspace, Key::PageUp],
        "LEFT",
        Action::Back,
        "back",
        "One record back, view only. Also h, Backspace, PageUp.",
    ),
    binding(
        &[Key::Right, Key::Char('l')],
        "RIGHT",
        Action::Forward,
        "forward",
        "Forward in the past; never a new tick. Also l.",
    ),
    binding(
        &[Key::Home],
        "HOME",
        Action::First,
        "first",
        "To the very beginning.",
    ),
    binding(&[Key::End], "END", Action::Live, "live", "Back to LIVE."),
    binding(
        &[Key::Char(']')],
        "]",
        Action::NextChange,
        "next change",
        "In the past: forward to the next record that speaks of the chosen socket. To a tick: type :goto 12.",
    ),
    binding(
        &[Key::Char('[')],
        "[",
        Action::PreviousChange,
        "change before",
        "Back to the record before that speaks of the chosen socket.",
    ),
    binding(
        &[Key::Char('m')],
        "m",
        Action::Note,
        "note",
        "Write a note beside what happened. It is kept in the recording, and marked m in the timeline.",
    ),
    binding(
        &[Key::Char('Y')],
        "Y",
        Action::Timeline,
        "timeline",
        "The stages of all sockets, record by record. Up and down choose a socket, left and right move in time. Again: back.",
    ),
    binding(
        &[Key::Up, Key::Char('k')],
        "UP",
        Action::Up,
        "up",
        "Choose the socket above. Also k.",
    ),
    binding(
        &[Key::Down, Key::Char('j')],
        "DOWN",
        Action::Down,
        "down",
        "Choose the socket below. Also j.",
    ),
    binding(
        &[],
        "1-9",
        Action::Digit(0),
        "choose",
        "Choose a socket by its number; two digits within one second for more than 9.",
    ),
    binding(
        &[Key::Char('w')],
        "w",
        Action::TickWait,
        "wait",
        "A tick that waits for news, unless a socket has a call to make: then it does not wait. Esc ends the wait; keys pressed meanwhile are thrown away, except Esc and q.",
    ),
    binding(
        &[Key::Char('n')],
        "n",
        Action::UntilChange,
        "until change",
        "Ticks until something changes: at most 10 a second, at most 100; any key stops. It says how many it took.",
    ),
    binding(
        &[Key::Char('o')],
        "o",
        Action::LookAgain,
        "look",
        "Look again: ask the witnesses, make no call for your program.",
    ),
    binding(
        &[Key::Char('a')],
        "a",
        Action::Add,
        "add",
        "Add targets: host:port, [::1]:80, unix:/path, @open ...",
    ),
    binding(
        &[Key::Char('d')],
        "d",
        Action::Delete,
        "delete",
        "Delete the chosen socket; its descriptors are closed. Asks for a second press.",
    ),
    binding(
        &[Key::Char('r')],
        "r",
        Action::Restart,
        "restart",
        "Start the chosen target afresh with a new socket. Asks for a second press.",
    ),
    binding(
        &[Key::Char('i')],
        "i",
        Action::Interest,
        "interest",
        "What the chosen socket is watched for: letters of r, w, p. If it is registered already, epoll_ctl(MOD) follows at once.",
    ),
    binding(
        &[Key::Char('t')],
        "t",
        Action::PollTimeout,
        "timeout",
        "How long each tick's poll waits: 0, 500ms, 2s.",
    ),
    binding(
        &[Key::Char('c')],
        "c",
        Action::Connect,
        "connect again",
        "Call connect() on the chosen socket, again or too early.",
    ),
    binding(
        &[Key::Char('e')],
        "e",
        Action::SoError,
        "SO_ERROR",
        "Read SO_ERROR of the chosen socket. Reading empties it.",
    ),
    binding(
        &[Key::Char('p')],
        "p",
        Action::Getpeername,
        "getpeername",
        "Call getpeername() on the chosen socket.",
    ),
    binding(
        &[Key::Char('s')],
        "s",
        Action::Send,
        "send",
        "Send text on the chosen socket; \\n, \\x00 and the like are understood.",
    ),
    binding(
        &[Key::Char('v')],
        "v",
        Action::Recv,
        "receive",
        "Call recv() on the chosen socket, for so many bytes.",
    ),
    binding(
        &[Key::Char('x')],
        "x",
        Action::Shutdown,
        "shutdown",
        "Call shutdown() on the chosen socket: rd, wr or rdwr.",
    ),
    binding(
        &[Key::Char('X')],
        "X",
        Action::Close,
        "close",
        "close() the chosen socket, for ever. Asks for a second press.",
    ),
    binding(
        &[Key::Char('A')],
        "A",
        Action::Accept,
        "accept",
        "Accept one connection at the far end of the chosen lab socket.",
    ),
    binding(
        &[Key::Char('f')],
        "f",
        Action::Hand,
        "far end",
        "Take the far end of the chosen lab socket in hand: its sockets stand in the list, and all keys act on them. Again: the lab plays it.",
    ),
    binding(
        &[Key::Char('I')],
        "I",
        Action::Interrupt,
        "interrupt",
        "End a call that is stuck on the chosen socket with a signal: it returns EINTR.",
    ),
    binding(
        &[Key::Char('Z')],
        "Z",
        Action::Spoil,
        "spoil",
        "Close the chosen descriptor behind the program's back, as a bug elsewhere would. Asks for a second press.",
    ),
    binding(
        &[Key::Char('u')],
        "u",
        Action::Hunt,
        "hunt",
        "Hunt for a bad descriptor: select() on the next socket alone.",
    ),
    binding(
        &[Key::Char('b')],
        "b",
        Action::Bytes,
        "bytes",
        "What the chosen socket sent and received, as text and in hex. Again: back.",
    ),
    binding(
        &[Key::Char('N')],
        "N",
        Action::Wire,
        "wire",
        "The lab wire: the packets between two kernels, each in your hand. Again: back.",
    ),
    on_the_wire(
        &[Key::Char('g')],
        "g",
        Action::LetGo,
        "let go",
        "On the wire: the chosen packet goes on to the other kernel.",
    ),
    on_the_wire(
        &[Key::Char('*')],
        "*",
        Action::LetAllGo,
        "all",
        "On the wire: every held packet goes on, in the order of the list.",
    ),
    on_the_wire(
        &[Key::Char('D')],
        "D",
        Action::DropPacket,
        "drop",
        "On the wire: the chosen packet is lost. What matters its kernel sends again by itself.",
    ),
    on_the_wire(
        &[Key::Char('R')],
        "R",
        Action::RepeatPacket,
        "repeat",
        "On the wire: one more copy of the chosen packet goes on; with none held, of the newest. Of any other: :repeat 2.",
    ),
    on_the_wire(
        &[Key::Char('+')],
        "+",
        Action::Later,
        "later",
        "On the wire: the chosen packet changes places with the one behind it.",
    ),
    on_the_wire(
        &[Key::Char('-')],
        "-",
        Action::Earlier,
        "earlier",
        "On the wire: the chosen packet changes places with the one before it.",
    ),
    on_the_wire(
        &[Key::Up, Key::Char('k')],
        "UP",
        Action::PacketAbove,
        "packet above",
        "On the wire: choose the held packet above. Also k. A number still chooses a socket.",
    ),
    on_the_wire(
        &[Key::Down, Key::Char('j')],
        "DOWN",
        Action::PacketBelow,
        "packet below",
        "On the wire: choose the held packet below. Also j.",
    ),
    on_the_wire(
        &[Key::Char('H')],
        "H",
        Action::Rules,
        "rules",
        "On the wire: a rule for packets that appear from now on, such as: hold syn+ack, pass all, pass data 500ms, pass from-server 2ticks.",
    ),
    on_the_wire(
        &[Key::Char('E')],
        "E",
        Action::Inject,
        "make a packet",
        "On the wire: make an error packet: inject rst to-client valid (or in-window, wrong), inject icmp 3 1 (type and code; of ICMPv6 where the packet is IPv6).",
    ),
    binding(
        &[Key::Char('K')],
        "K",
        Action::Explain,
        "explain",
        "Cards for what the chosen socket shows: errno, call, stage, TCP state, flags, each with its manual page. TAB: the next card. For any other word type :explain WORD.",
    ),
    binding(
        &[Key::Char('y')],
        "y",
        Action::Depth,
        "depth",
        "Tell what happened in another language: your program, readiness, kernel and packets.",
    ),
    binding(
        &[Key::Char('W')],
        "W",
        Action::Witnesses,
        "witnesses",
        "Four witnesses of the chosen socket side by side: epoll_wait, level-triggered epoll, poll, select. Again: back.",
    ),
    binding(
        &[Key::Char('U')],
        "U",
        Action::Kernel,
        "kernel",
        "Under the program: what the kernel's TCP says of the shown sockets. Again: back.",
    ),
    binding(
        &[Key::Char('B')],
        "B",
        Action::Code,
        "code",
        "A program beside the socket, with the line it ran last and the one it runs next. Again: the next language, then back.",
    ),
    binding(
        &[Key::Tab],
        "TAB",
        Action::NextPane,
        "pane",
        "Choose the next pane, for z.",
    ),
    binding(
        &[Key::Char('z')],
        "z",
        Action::Zoom,
        "zoom",
        "Show the chosen pane over the whole screen; up and down scroll it. Again, or Esc: back. In a prompt Ctrl-U clears the line.",
    ),
    binding(
        &[Key::Char('/')],
        "/",
        Action::Filter,
        "filter",
        "Show only sockets whose target, stage or errno contains a text.",
    ),
    binding(
        &[Key::Char(':')],
        ":",
        Action::Prompt,
        "words",
        "Type a command in words, such as: send 1 hello, recv 1 2, tick only 3.",
    ),
    binding(
        &[Key::Char('T')],
        "T",
        Action::Theme,
        "theme",
        "The next theme: mono, dark, light, high-contrast.",
    ),
    binding(
        &[Key::Char('?')],
        "?",
        Action::Help,
        "help",
        "This list. Type to search in it.",
    ),
    binding(
        &[Key::Esc],
        "ESC",
        Action::Escape,
        "close",
        "Close what is open, one level; end a wait. Never quits.",
    ),
    binding(
        &[Key::Char('q'), Key::Ctrl('c')],
        "q",
        Action::Quit,
        "quit",
        "Quit at once. Ctrl-C always quits.",
    ),
    binding(
        &[Key::Ctrl('z')],
        "Ctrl-Z",
        Action::Suspend,
        "suspend",
        "Suspend; fg comes back.",
    ),
];

/// What a key does when nothing is open.
pub fn action(key: Key) -> Option<Action> {
    if let Key::Char(c @ '0'..='9') = key {
        return Some(Action::Digit(c as u8 - b'0'));
    }
    bound(Where::Everywhere, key)
}

/// What a key does while the packets of the wire fill the screen, if it has a meaning of its own there.
pub fn wire_action(key: Key) -> Option<Action> {
    bound(Where::Wire, key)
}

fn bound(on: Where, key: Key) -> Option<Action> {
    TABLE
        .iter()
        .find(|binding| binding.on == on && binding.keys.contains(&key))
        .map(|binding| binding.action)
}

/// The line of an action.
pub fn of(action: Action) -> Option<&'static Binding> {
    TABLE.iter().find(|binding| binding.action == action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_has_two_meanings_in_one_place() {
        for on in [Where::Everywhere, Where::Wire] {
            let keys: Vec<Key> = TABLE
                .iter()
                .filter(|binding| binding.on == on)
                .flat_map(|binding| binding.keys)
                .copied()
                .collect();
            for (index, key) in keys.iter().enumerate() {
                assert!(
                    !keys[..index].contains(key),
                    "{key:?} stands twice in the table"
                );
            }
        }
    }
}
