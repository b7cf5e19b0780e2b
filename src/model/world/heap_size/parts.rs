//! How much is owned by what stands in records and in rows alike.

use super::heap::{counted, heap, shared, text, vec};
use crate::model::addr::Addr;
use crate::model::file::FileFacts;
use crate::model::packet::segment::Segment;
use crate::model::record::{Answer, Look, WireEnds};
use crate::model::target::{Host, Port, Target, TargetPlace, Typed};

pub(super) fn addr(addr: &Addr) -> usize {
    match addr {
        Addr::V4(_) | Addr::V6(_) | Addr::UnixUnnamed => 0,
        Addr::UnixPath(bytes) | Addr::UnixAbstract(bytes) => vec(bytes),
    }
}

fn place(place: &TargetPlace) -> usize {
    match place {
        TargetPlace::At(to) => addr(to),
        TargetPlace::Unresolved { host, port } => {
            let behind = heap(size_of::<Host>());
            let host = match host.as_ref() {
                Host::V4(_) | Host::V6(_, None) => 0,
                Host::V6(_, Some(name)) | Host::Name(name) => text(name),
            };
            behind
                + host
                + match port {
                    Port::Number(_) => 0,
                    Port::Service(name) => text(name),
                }
        }
        TargetPlace::Name { host, port: _ } => text(host),
        TargetPlace::Lab(peer) | TargetPlace::Shared { with: _, peer } => text(peer),
        TargetPlace::Wire(_) => 0,
    }
}

/// With its share of what others share.
pub(super) fn target(target: &Target) -> usize {
    let Typed {
        text: words,
        place: to,
    } = &**target;
    counted::<Typed>() + shared(words) + place(to)
}

/// An answer that owns nothing.
fn plain<T: Copy>(_: &Answer<T>) -> usize {
    0
}

pub(super) fn look(look: &Look) -> usize {
    let Look {
        poll,
        epoll,
        select,
        tcp,
        queue,
        ends,
        file,
        local,
        strangers,
    } = look;
    plain(poll)
        + plain(epoll)
        + plain(select)
        + plain(tcp)
        + plain(queue)
        + plain(strangers)
        + ends.as_ref().map_or(0, |_| heap(size_of::<WireEnds>()))
        + file.as_ref().map_or(0, |_| heap(size_of::<FileFacts>()))
        + local.as_ref().map_or(0, addr)
}

pub(super) fn segment(segment: &Segment) -> usize {
    let Segment {
        direction: _,
        kind: _,
        flags: _,
        seq: _,
        ack: _,
        length: _,
        window: _,
        excerpt,
    } = segment;
    text(excerpt)
}
