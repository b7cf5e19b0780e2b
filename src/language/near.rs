//! The word that was probably meant by one that nobody knows, and whether a text speaks of what is looked for.

/// The known word that is nearest to what was typed, if it is near enough: one slip in a short word, two in a longer one. Capitals are
/// letters as all others.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// A word with more letters was no slip of anybody's.
    const LONGEST: usize = 40;
    let typed: Vec<char> = typed.to_lowercase().chars().collect();
    if typed.len() < 2 || typed.len() > LONGEST {
        return None;
    }
    let allowed = if typed.len() < 5 { 1 } else { 2 };
    known
        .into_iter()
        .filter(|word| word.chars().count() > 1)
        .map(|word| {
            let letters: Vec<char> = word.to_lowercase().chars().collect();
            (slips(&typed, &letters), word)
        })
        .filter(|(slips, _)| *slips <= allowed)
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, word)| word)
}

/// Whether a text speaks of what is looked for: each of its words begins a word of the text. So `rst` is not found in `first`.
pub fn speaks_of(text: &str, wanted: &str) -> bool {
    let text = text.to_lowercase();
    let wanted = wanted.to_lowercase().replace("color", "colour");
    let letters = |c: char| c.is_alphanumeric();
    let begins = |word: &str| {
        let mut places = text.match_indices(word);
        places.any(|(at, _)| {
            // A sign, such as =>, may stand behind anything.
            !word.starts_with(letters) || !text[..at].ends_with(letters)
        })
    };
    !wanted.trim().is_empty() && wanted.split_whitespace().all(begins)
}

/// How many letters are missing, too many, wrong, or have changed places with their neighbour.
fn slips(one: &[char], other: &[char]) -> usize {
    if one.len().abs_diff(other.len()) > 2 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut line = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let swapped = i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b;
            let mut best = (last[j] + usize::from(a != b))
                .min(last[j + 1] + 1)
                .min(line[j] + 1);
            if swapped {
                best = best.min(before[j - 1] + 1);
            }
            line.push(best);
        }
        before = std::mem::replace(&mut last, line);
    }
    last.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_speaks_of_words_that_begin_its_words() {
        let text = "Goes one record back in time, view only. The colours: EPOLLHUP, SO_ERROR, =>.";
        for wanted in [
            "back in time",
            "TIME",
            "color",
            "so_error",
            "error",
            "=>",
            "epoll",
            "view rec",
        ] {
            assert!(speaks_of(text, wanted), "{wanted}");
        }
        for wanted in ["ack", "hup", "iew", "back and time", "", "  "] {
            assert!(!speaks_of(text, wanted), "{wanted}");
        }
    }

    #[test]
    fn a_slip_of_the_fingers_finds_its_word_and_nonsense_finds_none() {
        let known = ["help", "send", "connect", "getpeername", "EINPROGRESS", "K"];
        for (typed, meant) in [
            ("hlep", Some("help")),
            ("sned", Some("send")),
            ("conect", Some("connect")),
            ("getpername", Some("getpeername")),
            ("einprogres", Some("EINPROGRESS")),
            ("nonsense", None),
            ("k", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, known), meant, "{typed}");
        }
        assert_eq!(nearest(&"x".repeat(100_000), known), None);
    }
}
