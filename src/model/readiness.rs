//! Interest (what is asked for) and readiness (what is reported), in the words of mio, poll(2) and select(2).

use bitflags::bitflags;

bitflags! {
    /// What a registered socket is watched for. Errors and hang-ups are not here: they are always reported.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct Interest: u8 {
        /// Reported when a read would not block.
        const READABLE = 1;
        /// Reported when a write would not block.
        const WRITABLE = 2;
        /// Reported when there is urgent data (Linux only).
        const PRIORITY = 4;
        /// The end of what can be read is not asked for with it: no RDHUP beside IN. mio asks for both; a program that is watched may not.
        const WITHOUT_END = 8;
    }

    /// What one mio event says. A hint: nothing may be concluded from it.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct Readiness: u8 {
        /// `Event::is_readable`
        const READABLE = 1;
        /// `Event::is_writable`
        const WRITABLE = 2;
        /// `Event::is_error`
        const ERROR = 4;
        /// `Event::is_read_closed`
        const READ_CLOSED = 8;
        /// `Event::is_write_closed`
        const WRITE_CLOSED = 16;
        /// `Event::is_priority`
        const PRIORITY = 32;
    }

    /// The bits of poll(2), which are also those of epoll.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct PollMask: u8 {
        /// A read would not block.
        const IN = 1;
        /// Urgent data.
        const PRI = 2;
        /// A write would not block.
        const OUT = 4;
        /// An error waits.
        const ERR = 8;
        /// Both directions are shut, or it was never connected.
        const HUP = 16;
        /// The peer will send no more.
        const RDHUP = 32;
        /// The descriptor is closed.
        const NVAL = 64;
    }

    /// The three sets of select(2).
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct SelectSets: u8 {
        /// In `readfds`.
        const R = 1;
        /// In `writefds`.
        const W = 2;
        /// In `exceptfds`: on Linux TCP, urgent data only.
        const X = 4;
    }
}

impl Default for Interest {
    fn default() -> Self {
        Interest::READABLE | Interest::WRITABLE
    }
}

impl Readiness {
    /// Whether it says that a failure has begun, and nothing of its end: the error is set, and no direction is closed or ready yet. The
    /// kernel sets the error first; whoever looks from another CPU meanwhile sees it so, and is told the rest by a second event.
    pub fn is_half_a_failure(self) -> bool {
        let rest = Readiness::READABLE | Readiness::WRITABLE | Readiness::READ_CLOSED;
        self.contains(Readiness::ERROR) && !self.intersects(rest)
    }
}

impl Interest {
    /// From letters: `r`, `w`, `p`. At least one, each once.
    pub fn from_letters(letters: &str) -> Option<Interest> {
        let mut interest = Interest::empty();
        for letter in letters.chars() {
            let flag = match letter {
                'r' => Interest::READABLE,
                'w' => Interest::WRITABLE,
                'p' => Interest::PRIORITY,
                _ => return None,
            };
            if interest.contains(flag) {
                return None;
            }
            interest |= flag;
        }
        (!interest.is_empty()).then_some(interest)
    }

    /// The letters again.
    pub fn letters(self) -> String {
        [
            (Interest::READABLE, 'r'),
            (Interest::WRITABLE, 'w'),
            (Interest::PRIORITY, 'p'),
        ]
        .into_iter()
        .filter(|(flag, _)| self.contains(*flag))
        .map(|(_, letter)| letter)
        .collect()
    }

    /// The letters as a trace has them: behind them a `-` if RDHUP is not asked for with IN.
    pub fn trace_letters(self) -> String {
        let without = self.contains(Interest::WITHOUT_END);
        format!("{}{}", self.letters(), if without { "-" } else { "" })
    }

    /// From what [`Interest::trace_letters`] wrote.
    pub fn from_trace_letters(letters: &str) -> Option<Interest> {
        let plain = letters.strip_suffix('-');
        let interest = Interest::from_letters(plain.unwrap_or(letters))?;
        Some(match plain {
            Some(_) => interest | Interest::WITHOUT_END,
            None => interest,
        })
    }

    /// Whether the end of what can be read is asked for.
    pub fn asks_for_the_end(self) -> bool {
        self.contains(Interest::READABLE) && !self.contains(Interest::WITHOUT_END)
    }

    /// In words: `readable and writable`.
    pub fn words(self) -> String {
        let words: Vec<&str> = [
            (Interest::READABLE, "readable"),
            (Interest::WRITABLE, "writable"),
            (Interest::PRIORITY, "priority"),
        ]
        .into_iter()
        .filter(|(flag, _)| self.contains(*flag))
        .map(|(_, word)| word)
        .collect();
        words.join(" and ")
    }

    /// As mio passes it to `epoll_ctl`, in strace's letters without the prefix.
    pub fn epoll_words(self) -> String {
        let mut words = Vec::new();
        if self.contains(Interest::READABLE) {
            words.push("IN");
        }
        if self.contains(Interest::PRIORITY) {
            words.push("PRI");
        }
        if self.contains(Interest::WRITABLE) {
            words.push("OUT");
        }
        if self.contains(Interest::READABLE) {
            words.push("RDHUP");
        }
        words.push("ET");
        words.join("|")
    }
}

/// The names of the set bits, in table order: `IN`, `OUT`.
pub fn names<F: bitflags::Flags>(flags: &F) -> Vec<&'static str> {
    F::FLAGS
        .iter()
        .filter(|flag| flags.contains(F::from_bits_retain(flag.value().bits())))
        .map(bitflags::Flag::name)
        .collect()
}

/// The set bits joined by a bar, or `-` for none.
pub fn joined<F: bitflags::Flags>(flags: &F) -> String {
    let names = names(flags);
    if names.is_empty() {
        "-".to_owned()
    } else {
        names.join("|")
    }
}

/// The flags from their names. `None` if a name is unknown.
pub fn from_names<F: bitflags::Flags>(names: &[impl AsRef<str>]) -> Option<F> {
    let mut all = F::empty();
    for name in names {
        all.insert(F::from_name(name.as_ref())?);
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interest_letters_go_there_and_back() {
        for letters in ["r", "w", "p", "rw", "rp", "wp", "rwp"] {
            let interest = Interest::from_letters(letters).expect("valid letters");
            assert_eq!(interest.letters(), letters);
        }
        for bad in ["", "x", "rr", "r w"] {
            assert_eq!(Interest::from_letters(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn mask_names_go_there_and_back() {
        for bits in 0..=PollMask::all().bits() {
            let mask = PollMask::from_bits_retain(bits);
            assert_eq!(from_names::<PollMask>(&names(&mask)), Some(mask));
        }
    }
}
