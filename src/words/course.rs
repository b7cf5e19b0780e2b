//! The course: the lessons that come with the program, in groups, in the order in which one goes through them.

use crate::language::lesson::Lesson;

/// A lesson of the course.
#[derive(Debug)]
pub struct CourseLesson {
    /// Its number, of two digits; it stays when the order changes.
    pub number: &'static str,
    /// The name of its file, without the number.
    pub slug: &'static str,
    /// The file.
    pub text: &'static str,
}

/// Lessons that belong together.
#[derive(Debug)]
pub struct CourseGroup {
    /// Its letter; a place in it is `A1`.
    pub letter: char,
    /// Its title.
    pub title: &'static str,
    /// In their order.
    pub lessons: &'static [CourseLesson],
}

macro_rules! lesson {
    ($number:literal, $slug:literal) => {
        CourseLesson {
            number: $number,
            slug: $slug,
            text: include_str!(concat!(
                "../../assets/lessons/",
                $number,
                "-",
                $slug,
                ".lesson"
            )),
        }
    };
}

/// The lesson at this place of the list, such as `A2`, in either case.
pub fn at_place(place: &str) -> Option<&'static CourseLesson> {
    let letter = place.chars().next().filter(char::is_ascii_alphabetic)?;
    let number: usize = place[1..].parse().ok()?;
    let group = GROUPS
        .iter()
        .find(|group| group.letter.eq_ignore_ascii_case(&letter))?;
    group.lessons.get(number.checked_sub(1)?)
}

/// All groups. The first is one lecture.
pub const GROUPS: &[CourseGroup] = &[
    CourseGroup {
        letter: 'A',
        title: "ONE LECTURE",
        lessons: &[
            lesson!("00", "seven-presses"),
            lesson!("01", "what-writable-promises"),
            lesson!("03", "so-error-twice"),
            lesson!("04", "so-error-while-pending"),
            lesson!("48", "nothing-to-read-yet"),
            lesson!("15", "two-of-five-bytes"),
            lesson!("17", "thirty-megabytes"),
            lesson!("12", "a-server-that-does-not-accept"),
        ],
    },
    CourseGroup {
        letter: 'B',
        title: "CONNECT",
        lessons: &[
            lesson!("05", "a-socket-before-connect"),
            lesson!("06", "registering-before-connect"),
            lesson!("07", "connect-to-this-machine"),
            lesson!("32", "when-does-the-port-come"),
            lesson!("08", "connect-again"),
            lesson!("09", "so-error-then-connect"),
            lesson!("10", "recv-then-so-error"),
            lesson!("02", "select-and-a-failed-connect"),
            lesson!("57", "connect-again-or-a-poll"),
        ],
    },
    CourseGroup {
        letter: 'C',
        title: "WAITING",
        lessons: &[
            lesson!("11", "while-no-key-is-pressed"),
            lesson!("13", "when-nobody-answers"),
            lesson!("28", "filtered-beside-closed"),
            lesson!("14", "two-clients-no-accept"),
            lesson!("16", "watching-readable-only"),
            lesson!("34", "five-events-room-for-two"),
            lesson!("37", "three-modes"),
            lesson!("39", "a-blocking-recv"),
            lesson!("55", "both-ends-in-recv"),
            lesson!("25", "a-signal-during-connect"),
            lesson!("56", "a-peer-that-does-not-answer"),
        ],
    },
    CourseGroup {
        letter: 'D',
        title: "DATA AND ENDINGS",
        lessons: &[
            lesson!("49", "two-sends-one-recv"),
            lesson!("42", "reading-to-the-end"),
            lesson!("18", "the-peer-read-1000-bytes"),
            lesson!("19", "after-end-of-file"),
            lesson!("20", "fin-beside-rst"),
            lesson!("50", "the-second-send"),
            lesson!("52", "closed-with-data-unread"),
            lesson!("58", "one-of-two-descriptors"),
            lesson!("59", "close-beside-a-recv"),
            lesson!("36", "one-urgent-byte"),
        ],
    },
    CourseGroup {
        letter: 'E',
        title: "SERVERS, DESCRIPTORS, NAMES",
        lessons: &[
            lesson!("38", "a-listeners-readiness"),
            lesson!("53", "what-accept-gives"),
            lesson!("21", "accept-after-a-reset"),
            lesson!("35", "no-descriptor-left"),
            lesson!("22", "one-closed-descriptor"),
            lesson!("23", "descriptors-above-1023"),
            lesson!("24", "connecting-to-the-own-port"),
            lesson!("33", "a-full-unix-queue"),
            lesson!("29", "connecting-to-a-name"),
            lesson!("30", "a-name-with-two-addresses"),
            lesson!("61", "a-name-with-a-silent-address"),
            lesson!("43", "who-is-who"),
            lesson!("47", "writing-a-question"),
        ],
    },
    CourseGroup {
        letter: 'F',
        title: "THE WIRE",
        lessons: &[
            lesson!("40", "after-the-syn-ack"),
            lesson!("41", "a-dropped-syn"),
            lesson!("26", "four-kinds-of-route"),
            lesson!("27", "two-icmp-messages"),
            lesson!("31", "only-an-error"),
            lesson!("60", "a-gap-in-the-stream"),
            lesson!("51", "binding-a-port-again"),
        ],
    },
    CourseGroup {
        letter: 'G',
        title: "PROGRAMS, CALL BY CALL",
        lessons: &[
            lesson!("44", "a-client-that-says-hello"),
            lesson!("62", "a-client-that-waits-in-poll"),
            lesson!("63", "a-client-that-watches-early"),
            lesson!("64", "a-client-that-reads-pieces"),
            lesson!("65", "a-client-that-tries-twice"),
            lesson!("66", "a-client-that-keeps-a-log"),
            lesson!("54", "three-sockets-in-select"),
            lesson!("45", "three-ways-to-wait-for-ten"),
            lesson!("46", "one-line-of-a-library"),
        ],
    },
];

/// Every lesson, in the order of the course.
pub fn all() -> impl Iterator<Item = &'static CourseLesson> {
    GROUPS.iter().flat_map(|group| group.lessons)
}

impl CourseLesson {
    /// What it is about.
    pub fn topic(&self) -> &'static str {
        let first = self.text.lines().next().unwrap_or_default();
        first.strip_prefix("lesson ").unwrap_or(first).trim()
    }

    /// It, read.
    pub fn lesson(&self) -> Lesson {
        Lesson::parse(self.text).expect("a test reads this embedded asset")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_lesson_of_the_course_can_be_read_and_stands_in_it_once() {
        let mut numbers = BTreeSet::new();
        for of in all() {
            let lesson = Lesson::parse(of.text).map_err(|error| format!("{}: {error}", of.slug));
            let lesson = lesson.expect("a lesson");
            assert!(numbers.insert(of.number), "{}", of.number);
            assert!(
                lesson.name.is_some() && lesson.belief.is_some(),
                "{}",
                of.number
            );
            assert!(
                !lesson.seen.is_empty() && lesson.see.is_some(),
                "{}",
                of.number
            );
            assert!(
                lesson.questions().count() + lesson.goals().count() > 0,
                "{}",
                of.number
            );
            assert_eq!(lesson.foreign_target(), None, "{}", of.number);
        }
    }
}
