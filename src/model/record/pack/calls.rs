//! How calls are packed: those by which a program connects, and only what is usual in them.

use super::{KEPT, PACKED};
use crate::model::addr::{Addr, Family};
use crate::model::call::{BornAs, Call, CallFact, CalledBy, CtlOp, Out, Outcome};
use crate::model::errno::Errno;
use crate::model::ids::{Fd, Row};
use crate::model::pack::{Pack, PackReader, PackWriter};
use crate::model::readiness::Interest;
use std::net::{Ipv4Addr, SocketAddrV4};

/// A call that can be packed.
#[derive(Clone, Copy)]
enum Usual {
    Socket(Family),
    SetNonblocking(Fd),
    Connect(Fd, SocketAddrV4),
    Register(Fd, Fd, Interest),
    SoError(Fd),
    Getpeername(Fd),
    Close(Fd),
}

/// What it wrote back.
#[derive(Clone, Copy)]
enum Wrote {
    Nothing,
    NoError,
    Error(Errno),
    Addr(SocketAddrV4),
}

fn usual(call: &Call) -> Option<Usual> {
    Some(match call {
        Call::Socket {
            family,
            born: BornAs::Blocking,
        } => Usual::Socket(*family),
        Call::SetNonblocking { fd } => Usual::SetNonblocking(*fd),
        Call::Connect {
            fd,
            addr: Addr::V4(addr),
        } => Usual::Connect(*fd, *addr),
        Call::EpollCtl {
            epfd,
            op: CtlOp::Add,
            fd,
            interest,
        } => Usual::Register(*epfd, *fd, *interest),
        Call::SoError { fd } => Usual::SoError(*fd),
        Call::Getpeername { fd } => Usual::Getpeername(*fd),
        Call::Close { fd } => Usual::Close(*fd),
        _ => return None,
    })
}

fn wrote(out: Option<&Out>) -> Option<Wrote> {
    Some(match out {
        None => Wrote::Nothing,
        Some(Out::SoError(None)) => Wrote::NoError,
        Some(Out::SoError(Some(errno))) => Wrote::Error(*errno),
        Some(Out::Addr(Addr::V4(addr))) => Wrote::Addr(*addr),
        Some(_) => return None,
    })
}

fn by_place(by: CalledBy) -> u8 {
    let place = CalledBy::ALL.iter().position(|known| *known == by);
    place.unwrap_or(0) as u8
}

fn pack_addr<K>(addr: SocketAddrV4, out: &mut PackWriter<K>) {
    addr.ip()
        .octets()
        .into_iter()
        .for_each(|byte| out.byte(byte));
    addr.port()
        .to_be_bytes()
        .into_iter()
        .for_each(|byte| out.byte(byte));
}

fn unpack_addr<K>(packed: &mut PackReader<'_, K>) -> SocketAddrV4 {
    let ip = [(); 4].map(|()| packed.byte());
    let port = [(); 2].map(|()| packed.byte());
    SocketAddrV4::new(Ipv4Addr::from(ip), u16::from_be_bytes(port))
}

const FAMILIES: [Family; 3] = [Family::Inet, Family::Inet6, Family::Unix];

impl Usual {
    /// Its kind and its arguments.
    fn pack<K>(self, out: &mut PackWriter<K>) {
        match self {
            Usual::Socket(family) => {
                let place = FAMILIES.iter().position(|known| *known == family);
                out.byte(place.unwrap_or(0) as u8);
            }
            Usual::SetNonblocking(fd)
            | Usual::SoError(fd)
            | Usual::Getpeername(fd)
            | Usual::Close(fd) => out.fd(fd),
            Usual::Connect(fd, addr) => {
                out.fd(fd);
                pack_addr(addr, out);
            }
            Usual::Register(epfd, fd, interest) => {
                out.number(epfd.0.into());
                out.fd(fd);
                out.byte(interest.bits());
            }
        }
    }

    fn kind(self) -> u8 {
        match self {
            Usual::Socket(_) => 0,
            Usual::SetNonblocking(_) => 1,
            Usual::Connect(..) => 2,
            Usual::Register(..) => 3,
            Usual::SoError(_) => 4,
            Usual::Getpeername(_) => 5,
            Usual::Close(_) => 6,
        }
    }
}

/// The call of a kind, with its arguments.
fn call<K>(kind: u8, packed: &mut PackReader<'_, K>) -> Call {
    match kind & 7 {
        0 => {
            let family = FAMILIES.get(usize::from(packed.byte()));
            Call::socket(family.copied().unwrap_or(Family::Inet))
        }
        1 => Call::SetNonblocking { fd: packed.fd() },
        2 => Call::Connect {
            fd: packed.fd(),
            addr: Addr::V4(unpack_addr(packed)),
        },
        3 => Call::EpollCtl {
            epfd: Fd(packed.number() as i32),
            op: CtlOp::Add,
            fd: packed.fd(),
            interest: Interest::from_bits_retain(packed.byte()),
        },
        4 => Call::SoError { fd: packed.fd() },
        5 => Call::Getpeername { fd: packed.fd() },
        _ => Call::Close { fd: packed.fd() },
    }
}

/// Its row, the call and what came back, if all of that is usual.
fn parts(fact: &CallFact) -> Option<(Row, Usual, &Outcome, Wrote)> {
    let CallFact {
        row: Some(row),
        id: None,
        call,
        by: _,
        outcome: Some(outcome),
        woken: false,
        made: None,
    } = fact
    else {
        return None;
    };
    Some((*row, usual(call)?, outcome, wrote(outcome.out.as_ref())?))
}

impl Pack for CallFact {
    type Kept = Box<CallFact>;

    fn pack(&self, out: &mut PackWriter<Self::Kept>) {
        let Some((row, call, outcome, wrote)) = parts(self) else {
            out.byte(KEPT);
            out.keep(Box::new(self.clone()));
            return;
        };
        out.byte(PACKED | call.kind() | by_place(self.by) << 3);
        let wrote_kind = match wrote {
            Wrote::Nothing => 0,
            Wrote::NoError => 1,
            Wrote::Error(_) => 2,
            Wrote::Addr(_) => 3,
        };
        out.byte(wrote_kind | u8::from(outcome.errno.is_some()) << 2);
        out.row(row);
        call.pack(out);
        out.number(outcome.ret);
        if let Some(errno) = outcome.errno {
            out.number(errno.packed().into());
        }
        match wrote {
            Wrote::Nothing | Wrote::NoError => {}
            Wrote::Error(errno) => out.number(errno.packed().into()),
            Wrote::Addr(addr) => pack_addr(addr, out),
        }
    }

    fn unpack(packed: &mut PackReader<'_, Self::Kept>) -> CallFact {
        let first = packed.byte();
        if first == KEPT {
            return packed.kept().as_ref().clone();
        }
        let second = packed.byte();
        let by = CalledBy::ALL.get(usize::from(first >> 3 & 3));
        let row = packed.row();
        let call = call(first, packed);
        let ret = packed.number();
        let errno = (second >> 2 & 1 == 1).then(|| Errno::unpacked(packed.number()));
        let out = match second & 3 {
            0 => None,
            1 => Some(Out::SoError(None)),
            2 => Some(Out::SoError(Some(Errno::unpacked(packed.number())))),
            _ => Some(Out::Addr(Addr::V4(unpack_addr(packed)))),
        };
        let by = by.copied().unwrap_or(CalledBy::Program);
        CallFact::done(row, by, call, Outcome { ret, errno, out })
    }

    fn set_aside(_: &Self::Kept) -> usize {
        size_of::<CallFact>()
    }
}
