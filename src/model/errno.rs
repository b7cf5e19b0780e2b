//! `errno`: names, numbers on three systems, and what a program can do about them; and the codes of `getaddrinfo`.

mod table;

use std::borrow::Cow;
use std::num::NonZeroI32;
use table::TABLE;

/// What an errno means for the program's next move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrnoClass {
    /// Nothing was done; the same call may be made again.
    Retry,
    /// The kernel goes on by itself; wait for an event.
    Pending,
    /// The call failed, and calling again unchanged will not help.
    Error,
}

impl ErrnoClass {
    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            ErrnoClass::Retry => "Retry",
            ErrnoClass::Pending => "Pending",
            ErrnoClass::Error => "Error",
        }
    }
}

/// One row of the table of all errnos.
#[derive(Debug)]
pub struct ErrnoEntry {
    /// The POSIX name, such as `ECONNREFUSED`.
    pub name: &'static str,
    /// The number on Linux (generic, x86-64 and arm64).
    pub linux: u16,
    /// The number on macOS, if it has this errno. Documented, not measured.
    pub macos: Option<u16>,
    /// The Winsock code that stands in its place, if there is one. Documented, not measured.
    pub windows: Option<(&'static str, u16)>,
    /// What a program can do about it.
    pub class: ErrnoClass,
}

/// An errno: one that is in the table, or a number that is not.
///
/// Every call has room for one, so it is small: a place in the table is counted from 1, and a number without a name is turned below 0.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Errno(NonZeroI32);

enum Code {
    Known(usize),
    Other(i32),
}

const fn known(linux: u16) -> Errno {
    let mut i = 0;
    while i < TABLE.len() {
        if TABLE[i].linux == linux {
            return Errno::at(i);
        }
        i += 1;
    }
    panic!("this errno is not in the table");
}

macro_rules! names {
    ($($name:ident = $linux:literal),* $(,)?) => {
        impl Errno {
            $(#[doc = concat!("`", stringify!($name), "`")] pub const $name: Errno = known($linux);)*
        }
    };
}

names! {
    EPERM = 1, EINTR = 4, EIO = 5, EBADF = 9, EAGAIN = 11, EACCES = 13, EINVAL = 22, EMFILE = 24, EPIPE = 32, EADDRINUSE = 98, EADDRNOTAVAIL = 99,
    ENONET = 64, EPROTO = 71, ENOTSOCK = 88, EMSGSIZE = 90, ENOPROTOOPT = 92, EOPNOTSUPP = 95, ENETDOWN = 100, EHOSTDOWN = 112,
    ENETUNREACH = 101, ECONNABORTED = 103, ECONNRESET = 104, EISCONN = 106, ENOTCONN = 107, ETIMEDOUT = 110,
    ECONNREFUSED = 111, EHOSTUNREACH = 113, EALREADY = 114, EINPROGRESS = 115,
}

impl std::fmt::Debug for Errno {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name())
    }
}

impl Errno {
    /// The one at this place of the table.
    const fn at(place: usize) -> Errno {
        Errno(match NonZeroI32::new(place as i32 + 1) {
            Some(place) => place,
            None => NonZeroI32::MAX,
        })
    }

    /// A number that has no name here. A kernel gives none below 0.
    const fn without_name(number: i32) -> Errno {
        Errno(match NonZeroI32::new(!(number & i32::MAX)) {
            Some(number) => number,
            None => NonZeroI32::MIN,
        })
    }

    /// As a number that only [`Errno::unpacked`] understands.
    pub(super) fn packed(self) -> i32 {
        self.0.get()
    }

    /// What [`Errno::packed`] gave.
    pub(super) fn unpacked(packed: i64) -> Errno {
        let packed = i32::try_from(packed).ok().and_then(NonZeroI32::new);
        Errno(packed.unwrap_or(NonZeroI32::MIN))
    }

    fn code(self) -> Code {
        match self.0.get() {
            below if below < 0 => Code::Other(!below),
            place => Code::Known((place - 1) as usize),
        }
    }

    fn find(number: i32, column: impl Fn(&ErrnoEntry) -> Option<u16>) -> Errno {
        let position = TABLE
            .iter()
            .position(|entry| column(entry).map(i32::from) == Some(number));
        position.map_or_else(|| Errno::without_name(number), Errno::at)
    }

    /// The errno with this number on Linux.
    pub fn from_linux(number: i32) -> Errno {
        Errno::find(number, |entry| Some(entry.linux))
    }

    /// The errno with this number on macOS.
    pub fn from_macos(number: i32) -> Errno {
        Errno::find(number, |entry| entry.macos)
    }

    /// The errno of this name: `ECONNREFUSED`, or `errno 4711` for one without a name.
    pub fn from_name(name: &str) -> Option<Errno> {
        if let Some(number) = name.strip_prefix("errno ") {
            let number = number.parse().ok().filter(|number: &i32| *number >= 0)?;
            return Some(Errno::without_name(number));
        }
        let name = if name == "EWOULDBLOCK" {
            "EAGAIN"
        } else {
            name
        };
        TABLE
            .iter()
            .position(|entry| entry.name == name)
            .map(Errno::at)
    }

    /// Its row of the table, unless it is a number without a name.
    pub fn entry(self) -> Option<&'static ErrnoEntry> {
        match self.code() {
            Code::Known(index) => TABLE.get(index),
            Code::Other(_) => None,
        }
    }

    /// The name, as strace writes it.
    pub fn name(self) -> Cow<'static, str> {
        match self.code() {
            Code::Known(index) => Cow::Borrowed(TABLE[index].name),
            Code::Other(number) => Cow::Owned(format!("errno {number}")),
        }
    }

    /// What a program can do about it.
    pub fn class(self) -> ErrnoClass {
        self.entry().map_or(ErrnoClass::Error, |entry| entry.class)
    }

    /// Every errno of the table, by Linux number.
    pub fn all() -> impl Iterator<Item = Errno> {
        (0..TABLE.len()).map(Errno::at)
    }
}

impl std::fmt::Display for Errno {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name())
    }
}

/// The codes of getaddrinfo(3) with their numbers in glibc. A failed name is not an errno: it has a class of its own.
pub const EAI: &[(&str, i32)] = &[
    ("EAI_BADFLAGS", -1),
    ("EAI_NONAME", -2),
    ("EAI_AGAIN", -3),
    ("EAI_FAIL", -4),
    ("EAI_NODATA", -5),
    ("EAI_FAMILY", -6),
    ("EAI_SOCKTYPE", -7),
    ("EAI_SERVICE", -8),
    ("EAI_ADDRFAMILY", -9),
    ("EAI_MEMORY", -10),
    ("EAI_SYSTEM", -11),
    ("EAI_OVERFLOW", -12),
    ("EAI_INPROGRESS", -100),
    ("EAI_CANCELED", -101),
    ("EAI_NOTCANCELED", -102),
    ("EAI_ALLDONE", -103),
    ("EAI_INTR", -104),
    ("EAI_IDN_ENCODE", -105),
];

/// A failure of getaddrinfo(3), by name.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Eai(u8);

impl std::fmt::Debug for Eai {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Eai {
    /// The code of this name.
    pub fn from_name(name: &str) -> Option<Eai> {
        let place = EAI.iter().position(|(known, _)| *known == name)?;
        u8::try_from(place).ok().map(Eai)
    }

    /// As a byte that only [`Eai::unpacked`] understands.
    pub(super) fn packed(self) -> u8 {
        self.0
    }

    /// What [`Eai::packed`] gave.
    pub(super) fn unpacked(packed: u8) -> Eai {
        Eai(packed)
    }

    /// Its name, such as `EAI_NONAME`.
    pub fn name(self) -> &'static str {
        EAI.get(usize::from(self.0)).map_or("", |(name, _)| name)
    }
}

/// Why a row is in stage *error*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Failure {
    /// A system call, or SO_ERROR, said so.
    Errno(Errno),
    /// The name could not be turned into an address.
    Name(Eai),
    /// The program waited as long as it wanted: no errno, and the kernel goes on trying.
    TimedOut,
}

/// The word for [`Failure::TimedOut`].
const TIMED_OUT: &str = "timed out";

impl Failure {
    /// The failure of this name.
    pub fn from_name(name: &str) -> Option<Failure> {
        if name == TIMED_OUT {
            return Some(Failure::TimedOut);
        }
        Eai::from_name(name)
            .map(Failure::Name)
            .or_else(|| Errno::from_name(name).map(Failure::Errno))
    }

    /// Its name: `ECONNREFUSED`, `EAI_NONAME`.
    pub fn name(self) -> Cow<'static, str> {
        match self {
            Failure::Errno(errno) => errno.name(),
            Failure::Name(eai) => Cow::Borrowed(eai.name()),
            Failure::TimedOut => Cow::Borrowed(TIMED_OUT),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_errno_is_found_by_its_number_and_by_its_name() {
        for errno in Errno::all() {
            let entry = errno.entry().expect("all() gives rows of the table");
            assert_eq!(Errno::from_linux(i32::from(entry.linux)), errno);
            assert_eq!(Errno::from_name(entry.name), Some(errno));
        }
    }

    #[test]
    fn a_number_without_a_name_keeps_its_number() {
        let errno = Errno::from_linux(4711);
        assert_eq!(errno.name(), "errno 4711");
        assert_eq!(Errno::from_name("errno 4711"), Some(errno));
        assert_eq!(errno.class(), ErrnoClass::Error);
    }

    #[test]
    fn the_classes_tell_what_to_do() {
        let classes = [
            (Errno::EAGAIN, ErrnoClass::Retry),
            (Errno::EINTR, ErrnoClass::Retry),
            (Errno::EINPROGRESS, ErrnoClass::Pending),
            (Errno::EALREADY, ErrnoClass::Pending),
            (Errno::ECONNREFUSED, ErrnoClass::Error),
        ];
        for (errno, class) in classes {
            assert_eq!(errno.class(), class, "{errno}");
        }
    }
}
