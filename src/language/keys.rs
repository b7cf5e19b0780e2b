//! One key table: it dispatches, it is the help, and it is the footer. Somebody may have bound keys anew: what is pressed is translated at
//! one door into the key that ships with the action, and whatever names a key asks for the one that is bound now.

mod bind;
mod bound;
mod heard;
mod names;
mod near;
mod notation;
mod table;

pub use bind::{BindFault, KeyLine, bind};
pub use bound::{all, install, is_bound_anew, means_now, shipped_keys};
pub use heard::{Heard, heard};
pub use names::{as_shipped, has_key, in_lines, in_prose, label, said, said_in_toml};
pub use near::without_meaning;
pub use notation::{NOTATION, written};

use strum::{EnumIter, IntoStaticStr, VariantArray};
use table::TABLE;

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
    /// Nothing is bound to it as shipped.
    Insert,
    /// The tabulator with Shift.
    BackTab,
    /// A function key.
    F(u8),
    /// A key that lost its meaning to another one. No terminal sends it.
    Unbound,
}

/// What a key asks for. Its name, such as `tick-only`, is what a configuration and a placeholder call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
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
    FirstDifference,
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
    Bytes,
    Wire,
    OpenWire,
    LetGo,
    LetAllGo,
    DropPacket,
    RepeatPacket,
    Later,
    Earlier,
    PacketAbove,
    PacketBelow,
    LetCallGo,
    TaskAbove,
    TaskBelow,
    TypeLine,
    Output,
    InterruptCall,
    EndProgram,
    Explain,
    Depth,
    Looks,
    Kernel,
    Code,
    Filter,
    Prompt,
    Lessons,
    SeenTick,
    Vote,
    Cover,
    Help,
    Escape,
    Quit,
    QuitAlways,
    Suspend,
}

/// Where a key has its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub enum KeyContext {
    /// Wherever nothing is open.
    Everywhere,
    /// While the packets of the wire fill the screen; what it means everywhere is hidden there.
    Wire,
    /// While a program is watched; what it means everywhere is hidden there.
    Program,
    /// In the guide's list and at its cards; what it means everywhere is hidden there.
    Guide,
    /// While two recordings are stepped together; what it means everywhere is hidden there.
    Comparison,
}

impl KeyContext {
    /// All of them.
    pub const ALL: &'static [KeyContext] = KeyContext::VARIANTS;
}

/// What somebody wants who looks for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub enum KeyGroup {
    /// That something happens.
    GoOn,
    /// To be elsewhere in time.
    Time,
    /// To act on a socket.
    Act,
    /// To act at its other end.
    Peer,
    /// To understand.
    Understand,
    /// To act on packets.
    Wire,
    /// To be asked.
    Lesson,
    /// To let a watched program go on.
    Program,
    /// To have the screen otherwise, or to leave it.
    Screen,
}

impl KeyGroup {
    /// All of them, in the order of the help.
    pub const ALL: &'static [KeyGroup] = KeyGroup::VARIANTS;

    /// Its heading in the help.
    pub fn title(self) -> &'static str {
        match self {
            KeyGroup::GoOn => "GO ON",
            KeyGroup::Time => "TIME",
            KeyGroup::Act => "ACT ON THE CHOSEN SOCKET",
            KeyGroup::Peer => "ACT AT ITS PEER",
            KeyGroup::Understand => "UNDERSTAND",
            KeyGroup::Wire => "THE WIRE",
            KeyGroup::Lesson => "LESSON AND CLASS",
            KeyGroup::Program => "A WATCHED PROGRAM",
            KeyGroup::Screen => "SCREEN AND SESSION",
        }
    }
}

/// What a beginner needs, in the order of the help. A key stands in its group as well.
pub const FIRST: &[Action] = &[
    Action::Tick,
    Action::TickOnly,
    Action::Back,
    Action::Live,
    Action::Digit(0),
    Action::TickWait,
    Action::Add,
    Action::Explain,
    Action::Looks,
    Action::Prompt,
    Action::Quit,
];

/// The same while a program is watched: its calls are its own.
pub const FIRST_OF_A_PROGRAM: &[Action] = &[
    Action::LetCallGo,
    Action::TaskBelow,
    Action::InterruptCall,
    Action::Output,
    Action::TypeLine,
    Action::EndProgram,
    Action::Back,
    Action::Live,
    Action::Accept,
    Action::Explain,
    Action::Looks,
    Action::Prompt,
    Action::Quit,
];

/// A line of the key table.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// What for.
    pub group: KeyGroup,
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
    /// What it does, in a sentence. It begins with a verb, and what stands before its first comma, colon or full stop is enough to know it.
    pub help: &'static str,
    /// The word of the `:` prompt that does the same, if there is one.
    pub says: Option<&'static str>,
}

/// The numbers choose sockets; they are no keys that can be bound.
const NUMBERS: Action = Action::Digit(0);

impl Action {
    /// What a configuration calls it.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl Binding {
    /// What it does, in as few words as possible: `calls connect() again`.
    pub fn briefly(&self) -> String {
        brief(self.help)
    }
}

/// What stands in a sentence before its first comma, colon or full stop, with a small letter.
fn brief(sentence: &str) -> String {
    let end = sentence
        .find([',', ':', '.', ';'])
        .unwrap_or(sentence.len());
    let mut brief = sentence[..end].to_owned();
    if let Some(first) = brief.get_mut(0..1) {
        first.make_ascii_lowercase();
    }
    brief
}

/// What a key does when nothing is open, as the keys ship.
pub fn action(key: Key) -> Option<Action> {
    if let Key::Char(c @ '0'..='9') = key {
        return Some(Action::Digit(c as u8 - b'0'));
    }
    shipped(KeyContext::Everywhere, key)
}

/// What a key does in one place only, as the keys ship.
pub fn action_in(on: KeyContext, key: Key) -> Option<Action> {
    shipped(on, key)
}

fn shipped(on: KeyContext, key: Key) -> Option<Action> {
    TABLE
        .iter()
        .find(|binding| binding.on == on && binding.keys.contains(&key))
        .map(|binding| binding.action)
}

/// The line of a key, as people read it, wherever it has its meaning.
pub fn labelled(label: &str) -> impl Iterator<Item = &'static Binding> {
    all().iter().filter(move |binding| {
        binding.label.eq_ignore_ascii_case(label)
            && (label.chars().count() > 1 || binding.label == label)
    })
}

/// The line whose key does what a word of the prompt does.
pub fn of_word(word: &str) -> Option<&'static Binding> {
    all().iter().find(|binding| binding.says == Some(word))
}

/// The line of an action.
pub fn of(action: Action) -> Option<&'static Binding> {
    all().iter().find(|binding| binding.action == action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_says_what_its_key_does_in_a_few_words_too() {
        for binding in all() {
            let brief = binding.briefly();
            assert!(
                (3..=70).contains(&brief.len()),
                "{}: {brief}",
                binding.label
            );
            if let Some(word) = binding.says {
                assert!(crate::language::verbs::find(word).is_some(), "{word}");
            }
        }
        for action in FIRST.iter().chain(FIRST_OF_A_PROGRAM) {
            assert!(of(*action).is_some(), "{action:?}");
        }
    }

    #[test]
    fn no_key_has_two_meanings_in_one_place() {
        for on in KeyContext::ALL {
            let keys: Vec<Key> = TABLE
                .iter()
                .filter(|binding| binding.on == *on)
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
