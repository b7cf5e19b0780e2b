//! Every key. The order is the order of the help.
//!
//! Longer than other files: it is one list of data, which the help, the footer and the keys read from top to bottom.

use super::{Action, Binding, Key, KeyContext, KeyGroup};

const fn binding(
    group: KeyGroup,
    keys: &'static [Key],
    label: &'static str,
    action: Action,
    word: &'static str,
    help: &'static str,
) -> Binding {
    Binding {
        group,
        on: KeyContext::Everywhere,
        keys,
        label,
        action,
        word,
        help,
        says: None,
    }
}

impl KeyContext {
    /// Where that is, as a sentence; nothing of what is everywhere.
    pub fn note(self) -> &'static str {
        match self {
            KeyContext::Everywhere => "",
            KeyContext::Wire => "On the wire only.",
            KeyContext::Program => "While a program is watched.",
            KeyContext::Guide => "In the guide only.",
            KeyContext::Comparison => "While two recordings are stepped together.",
        }
    }
}

impl Binding {
    /// The same, in one place only.
    const fn only(self, on: KeyContext) -> Binding {
        Binding { on, ..self }
    }

    /// The same, with the word of the prompt that does it too.
    const fn says(self, word: &'static str) -> Binding {
        Binding {
            says: Some(word),
            ..self
        }
    }
}

/// Every key, in the order of the help.
pub(super) const TABLE: &[Binding] = &[
    binding(
        KeyGroup::GoOn,
        &[Key::Char(' '), Key::PageDown],
        "SPACE",
        Action::Tick,
        "tick",
        "Makes one tick: asks the kernel once for events, then each socket that heard nothing makes its one next call. In the past: forward, stops at LIVE.",
    )
    .says("tick"),
    binding(
        KeyGroup::GoOn,
        &[Key::Enter],
        "ENTER",
        Action::TickOnly,
        "only",
        "Makes the same tick for the chosen socket alone: the others hear their events and call nothing. In lists: opens what is chosen.",
    ),
    binding(
        KeyGroup::GoOn,
        &[Key::Char('w')],
        "w",
        Action::TickWait,
        "wait",
        "Makes a tick that waits for an event, unless a socket has a call to make: then it does not wait. {key escape} ends the wait; keys pressed meanwhile are thrown away, except {key escape} and {key quit}.",
    ),
    binding(
        KeyGroup::GoOn,
        &[Key::Char('n')],
        "n",
        Action::UntilChange,
        "until change",
        "Makes ticks until something changes: at most 10 a second, at most 100; any key stops. It says how many it took.",
    ),
    binding(
        KeyGroup::GoOn,
        &[Key::Char('o')],
        "o",
        Action::LookAgain,
        "look",
        "Looks again: asks the kernel, makes no call for your program.",
    )
    .says("look"),
    binding(
        KeyGroup::Time,
        &[Key::Left, Key::Char('h'), Key::Backspace, Key::PageUp],
        "LEFT",
        Action::Back,
        "back",
        "Goes one record back in time, view only.",
    )
    .says("back"),
    binding(
        KeyGroup::Time,
        &[Key::Right, Key::Char('l')],
        "RIGHT",
        Action::Forward,
        "forward",
        "Goes forward in the past; never a new tick.",
    )
    .says("forward"),
    binding(
        KeyGroup::Time,
        &[Key::Home],
        "HOME",
        Action::First,
        "first",
        "Goes to the very beginning. In a list: to its first line.",
    )
    .says("first"),
    binding(
        KeyGroup::Time,
        &[Key::End],
        "END",
        Action::Live,
        "live",
        "Goes back to LIVE. In a list: to its last line.",
    )
    .says("live"),
    binding(
        KeyGroup::Time,
        &[Key::Char(']')],
        "]",
        Action::NextChange,
        "next change",
        "Goes forward to the next record that speaks of the chosen socket. To a tick: type :goto 12.",
    )
    .says("next"),
    binding(
        KeyGroup::Time,
        &[Key::Char('[')],
        "[",
        Action::PreviousChange,
        "change before",
        "Goes back to the record before that speaks of the chosen socket.",
    )
    .says("previous"),
    binding(
        KeyGroup::Time,
        &[Key::Char('f')],
        "f",
        Action::FirstDifference,
        "first difference",
        "Goes to the first difference, where two recordings are stepped together.",
    )
    .only(KeyContext::Comparison),
    binding(
        KeyGroup::Time,
        &[Key::Char('m')],
        "m",
        Action::Note,
        "note",
        "Writes a note beside what happened. It is kept in the recording, and marked m in the timeline.",
    )
    .says("note"),
    binding(
        KeyGroup::Time,
        &[Key::Char('Y')],
        "Y",
        Action::Timeline,
        "timeline",
        "Shows the stages of all sockets, record by record. Up and down choose a socket, left and right move in time. Again: back.",
    ),
    binding(
        KeyGroup::Act,
        &[Key::Up, Key::Char('k')],
        "UP",
        Action::Up,
        "up",
        "Chooses the socket above.",
    ),
    binding(
        KeyGroup::Act,
        &[Key::Down, Key::Char('j')],
        "DOWN",
        Action::Down,
        "down",
        "Chooses the socket below.",
    ),
    binding(
        KeyGroup::Act,
        &[],
        "1-9",
        Action::Digit(0),
        "choose",
        "Chooses a socket by its number; two digits within one second for more than 9.",
    ),
    binding(
        KeyGroup::Act,
        &[Key::Char('i')],
        "i",
        Action::Interest,
        "interest",
        "Changes what the chosen socket is watched for: letters of r, w, p. If it is registered already, epoll_ctl(MOD) follows at once.",
    )
    .says("interest"),
    binding(
        KeyGroup::Act,
        &[Key::Char('c')],
        "c",
        Action::Connect,
        "connect again",
        "Calls connect() again, or too early, on the chosen socket.",
    )
    .says("connect"),
    binding(
        KeyGroup::Act,
        &[Key::Char('e')],
        "e",
        Action::SoError,
        "SO_ERROR",
        "Reads SO_ERROR of the chosen socket. Reading empties it.",
    )
    .says("so_error"),
    binding(
        KeyGroup::Act,
        &[Key::Char('p')],
        "p",
        Action::Getpeername,
        "getpeername",
        "Calls getpeername() on the chosen socket.",
    )
    .says("getpeername"),
    binding(
        KeyGroup::Act,
        &[Key::Char('s')],
        "s",
        Action::Send,
        "send",
        "Sends text on the chosen socket; \\n, \\x00 and the like are understood.",
    )
    .says("send"),
    binding(
        KeyGroup::Act,
        &[Key::Char('v')],
        "v",
        Action::Recv,
        "receive",
        "Calls recv() on the chosen socket, for so many bytes.",
    )
    .says("recv"),
    binding(
        KeyGroup::Act,
        &[Key::Char('x')],
        "x",
        Action::Shutdown,
        "shutdown",
        "Calls shutdown() on the chosen socket: rd, wr or rdwr.",
    )
    .says("shutdown"),
    binding(
        KeyGroup::Act,
        &[Key::Char('X')],
        "X",
        Action::Close,
        "close",
        "Closes the chosen socket for ever, by close(). Asks for a second press.",
    )
    .says("close"),
    binding(
        KeyGroup::Act,
        &[Key::Char('I')],
        "I",
        Action::Interrupt,
        "interrupt",
        "Ends a call that is stuck on the chosen socket, with a signal: it returns EINTR.",
    )
    .says("interrupt"),
    binding(
        KeyGroup::Act,
        &[Key::Char('a')],
        "a",
        Action::Add,
        "add",
        "Adds targets: host:port, [::1]:80, unix:/path, @open ...",
    )
    .says("add"),
    binding(
        KeyGroup::Act,
        &[Key::Char('d')],
        "d",
        Action::Delete,
        "delete",
        "Deletes the chosen socket; its descriptors are closed. Asks for a second press.",
    )
    .says("delete"),
    binding(
        KeyGroup::Act,
        &[Key::Char('r')],
        "r",
        Action::Restart,
        "restart",
        "Starts the chosen target afresh, with a new socket. Asks for a second press.",
    )
    .says("restart"),
    binding(
        KeyGroup::Peer,
        &[Key::Char('A')],
        "A",
        Action::Accept,
        "accept",
        "Accepts one connection at the peer of the chosen lab socket.",
    )
    .says("accept"),
    binding(
        KeyGroup::Peer,
        &[Key::Char('f')],
        "f",
        Action::ByHand,
        "peer",
        "Takes the peer of the chosen lab socket in hand: its sockets stand in the list, and all keys act on them. Again: the lab plays it.",
    )
    .says("hand"),
    binding(
        KeyGroup::Understand,
        &[Key::Char('K')],
        "K",
        Action::Explain,
        "why",
        "Explains what the chosen socket shows: cards for its errno, call, stage, TCP state and flags, each with its manual page. {key next-pane}: the next card. For any other word type :explain WORD.",
    )
    .says("explain"),
    binding(
        KeyGroup::Understand,
        &[Key::Char('W')],
        "W",
        Action::Looks,
        "four answers",
        "Shows four answers about the chosen socket side by side: epoll_wait, level-triggered epoll, poll, select. Again: back.",
    ),
    binding(
        KeyGroup::Understand,
        &[Key::Char('U')],
        "U",
        Action::Kernel,
        "kernel",
        "Shows what is under the program: what the kernel's TCP says of the shown sockets. Again: back.",
    ),
    binding(
        KeyGroup::Understand,
        &[Key::Char('B')],
        "B",
        Action::Code,
        "code",
        "Shows a program beside the socket, with the line it ran last and the one it runs next. Again: the next language, then back.",
    ),
    binding(
        KeyGroup::Understand,
        &[Key::Char('b')],
        "b",
        Action::Bytes,
        "bytes",
        "Shows what the chosen socket sent and received, as text and in hex. Again: back.",
    ),
    binding(
        KeyGroup::Understand,
        &[Key::Char('y')],
        "y",
        Action::Depth,
        "depth",
        "Tells what happened in another language: your program, readiness, kernel and packets.",
    )
    .says("depth"),
    binding(
        KeyGroup::Wire,
        &[Key::Char('N')],
        "N",
        Action::Wire,
        "wire",
        "Shows the lab wire: the packets between two kernels, each in your hand. In [brackets]: it has not arrived. =>below: it arrives on a line further down, and ...dots there say that it left further up. A copy that a kernel sends of what you let go or dropped is held again, under the same number. Again: back.",
    ),
    binding(
        KeyGroup::Wire,
        &[Key::Char('g')],
        "g",
        Action::OpenWire,
        "wire",
        "Shows the lab wire, where {key let-go} lets the chosen packet go.",
    ),
    binding(
        KeyGroup::Wire,
        &[Key::Char('g')],
        "g",
        Action::LetGo,
        "let go",
        "Lets the chosen packet go on to the other kernel. On the wire, as all that follow.",
    )
    .only(KeyContext::Wire)
    .says("release"),
    binding(
        KeyGroup::Wire,
        &[Key::Char('*')],
        "*",
        Action::LetAllGo,
        "all",
        "Lets every held packet go on, in the order of the list.",
    )
    .only(KeyContext::Wire),
    binding(
        KeyGroup::Wire,
        &[Key::Char('D')],
        "D",
        Action::DropPacket,
        "drop",
        "Drops the chosen packet: it is lost. What matters its kernel sends again by itself.",
    )
    .only(KeyContext::Wire)
    .says("drop"),
    binding(
        KeyGroup::Wire,
        &[Key::Char('R')],
        "R",
        Action::RepeatPacket,
        "repeat",
        "Repeats the chosen packet: one more copy goes on; with none held, of the newest. Of any other: :repeat 2.",
    )
    .only(KeyContext::Wire)
    .says("repeat"),
    binding(
        KeyGroup::Wire,
        &[Key::Char('+')],
        "+",
        Action::Later,
        "later",
        "Moves the chosen packet behind the next one.",
    )
    .only(KeyContext::Wire),
    binding(
        KeyGroup::Wire,
        &[Key::Char('-')],
        "-",
        Action::Earlier,
        "earlier",
        "Moves the chosen packet before the one above.",
    )
    .only(KeyContext::Wire),
    binding(
        KeyGroup::Wire,
        &[Key::Up, Key::Char('k')],
        "UP",
        Action::PacketAbove,
        "packet above",
        "Chooses the held packet above. A number still chooses a socket.",
    )
    .only(KeyContext::Wire),
    binding(
        KeyGroup::Wire,
        &[Key::Down, Key::Char('j')],
        "DOWN",
        Action::PacketBelow,
        "packet below",
        "Chooses the held packet below.",
    )
    .only(KeyContext::Wire),
    binding(
        KeyGroup::Screen,
        &[Key::Char(':')],
        ":",
        Action::Prompt,
        "do",
        "Lists what can be done now, in words with their keys; typing filters it, and any command can be typed, such as: send 1 hello, tick only 3.",
    ),
    binding(
        KeyGroup::Lesson,
        &[Key::Char('L')],
        "L",
        Action::Lessons,
        "lessons",
        "Lessons with questions, which the kernel answers; each has sockets of its own, and this session is kept. While a question is open a to d answer it, {key tick} lets the kernel answer, :later passes; {key quit} leaves the lesson.",
    ),
    binding(
        KeyGroup::Lesson,
        &[Key::Char('t')],
        "t",
        Action::SeenTick,
        "that tick",
        "Goes to the tick in which the chosen topic of the guide was seen.",
    )
    .only(KeyContext::Guide),
    binding(
        KeyGroup::Lesson,
        &[Key::Char('V')],
        "V",
        Action::Vote,
        "vote",
        "Lets a class vote on the open question, over the whole screen: by hands, with counts or without. Again: the second vote, beside the first.",
    )
    .says("vote"),
    binding(
        KeyGroup::Lesson,
        &[Key::Char('.')],
        ".",
        Action::Cover,
        "cover",
        "Covers what the kernel knows, or uncovers it: kernel TCP, TRUE, the looks, what happened.",
    )
    .says("cover"),
    binding(
        KeyGroup::Program,
        &[Key::Char(' '), Key::PageDown],
        "SPACE",
        Action::LetCallGo,
        "one call",
        "Lets the chosen thread's call go, which is held until then: one network call a press. Without a choice it is the thread that is held longest. By sockstep watch, as all that follow.",
    )
    .only(KeyContext::Program),
    binding(
        KeyGroup::Program,
        &[Key::Up, Key::Char('k')],
        "UP",
        Action::TaskAbove,
        "thread above",
        "Chooses the thread above. A number still chooses a socket.",
    )
    .only(KeyContext::Program),
    binding(
        KeyGroup::Program,
        &[Key::Down, Key::Char('j')],
        "DOWN",
        Action::TaskBelow,
        "thread",
        "Chooses the thread below.",
    )
    .only(KeyContext::Program),
    binding(
        KeyGroup::Program,
        &[Key::Char('t')],
        "t",
        Action::TypeLine,
        "type",
        "Types a line at the program's terminal, as its standard input.",
    )
    .only(KeyContext::Program),
    binding(
        KeyGroup::Program,
        &[Key::Char('O')],
        "O",
        Action::Output,
        "output",
        "Shows what the program wrote to its standard output and standard error. Again: back.",
    )
    .only(KeyContext::Program),
    binding(
        KeyGroup::Program,
        &[Key::Char('I')],
        "I",
        Action::InterruptCall,
        "interrupt",
        "Ends the call in which the chosen thread waits, as a signal would: it returns EINTR.",
    )
    .only(KeyContext::Program),
    binding(
        KeyGroup::Program,
        &[Key::Char('X')],
        "X",
        Action::EndProgram,
        "end it",
        "Ends the program, with every process of it. Asks for a second press.",
    )
    .only(KeyContext::Program),
    binding(
        KeyGroup::Screen,
        &[Key::Char('?')],
        "?",
        Action::Help,
        "help",
        "Shows this list. Type to search in it: a key, a command, or a word that stands on the screen.",
    )
    .says("help"),
    binding(
        KeyGroup::Screen,
        &[Key::Esc],
        "ESC",
        Action::Escape,
        "back",
        "Closes what is open, one level; ends a wait. Never quits.",
    ),
    binding(
        KeyGroup::Screen,
        &[Key::Char('q')],
        "q",
        Action::Quit,
        "quit",
        "Quits on the main screen: in an open pane, card or list it closes that.",
    )
    .says("quit"),
    binding(
        KeyGroup::Screen,
        &[Key::Tab],
        "TAB",
        Action::NextPane,
        "pane",
        "Chooses the next pane, for {key zoom}.",
    ),
    binding(
        KeyGroup::Screen,
        &[Key::Char('z')],
        "z",
        Action::Zoom,
        "zoom",
        "Shows the chosen pane over the whole screen; up and down scroll it. Again, or {key escape}: back. In a prompt Ctrl-U clears the line.",
    ),
    binding(
        KeyGroup::Screen,
        &[Key::Char('/')],
        "/",
        Action::Filter,
        "filter",
        "Filters the sockets: only those are shown whose target, stage or errno contains a text.",
    ),
    binding(
        KeyGroup::Screen,
        &[Key::Ctrl('c')],
        "Ctrl-C",
        Action::QuitAlways,
        "quit",
        "Quits at once, wherever you are.",
    ),
    binding(
        KeyGroup::Screen,
        &[Key::Ctrl('z')],
        "Ctrl-Z",
        Action::Suspend,
        "suspend",
        "Suspends the program; fg comes back.",
    ),
];
