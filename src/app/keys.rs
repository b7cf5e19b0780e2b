//! One key table: it dispatches, it is the help, and it is the footer.

mod table;

pub use table::TABLE;

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
    ByHand,
    Interrupt,
    BadFd,
    Probe,
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
    Looks,
    Kernel,
    Code,
    Filter,
    Prompt,
    Theme,
    Lessons,
    Cover,
    Help,
    Escape,
    Quit,
    Suspend,
}

/// Where a key has its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyContext {
    /// Wherever nothing is open.
    Everywhere,
    /// While the packets of the wire fill the screen; what it means everywhere is hidden there.
    Wire,
}

/// A line of the key table.
#[derive(Debug)]
pub struct Binding {
    /// Where it has this meaning.
    pub on: KeyContext,
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

/// What a key does when nothing is open.
pub fn action(key: Key) -> Option<Action> {
    if let Key::Char(c @ '0'..='9') = key {
        return Some(Action::Digit(c as u8 - b'0'));
    }
    bound(KeyContext::Everywhere, key)
}

/// What a key does while the packets of the wire fill the screen, if it has a meaning of its own there.
pub fn wire_action(key: Key) -> Option<Action> {
    bound(KeyContext::Wire, key)
}

fn bound(on: KeyContext, key: Key) -> Option<Action> {
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
        for on in [KeyContext::Everywhere, KeyContext::Wire] {
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
