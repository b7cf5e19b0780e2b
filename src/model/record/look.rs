//! What the looks say of one row after a record's calls.

use super::{AcceptQueue, Answer, TcpFacts, WireEnd, WireEnds};
use crate::model::addr::Addr;
use crate::model::file::FileFacts;
use crate::model::readiness::{PollMask, SelectSets};

/// What the looks say of one socket after a record's calls. Written only when something differs from the look before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// poll(2)
    pub poll: Answer<PollMask>,
    /// A level-triggered epoll made for this look.
    pub epoll: Answer<PollMask>,
    /// select(2)
    pub select: Answer<SelectSets>,
    /// `TCP_INFO`; no answer for a socket that is not TCP.
    pub tcp: Answer<TcpFacts>,
    /// The queue at the peer, if that is a listener of the lab.
    pub queue: Answer<AcceptQueue>,
    /// Both kernels on the lab wire; only of rows that are on it.
    pub ends: Option<Box<WireEnds>>,
    /// What fstat(2) and its like say of a descriptor that is no socket; only of those.
    pub file: Option<Box<FileFacts>>,
    /// getsockname(2)
    pub local: Option<Addr>,
    /// Of a number that was closed behind the program's back: whether it is open again and belongs to another socket or file, by fstat(2).
    /// The other looks are not asked about it then: they would speak of the other.
    pub strangers: Answer<bool>,
}

impl Look {
    /// What the client's kernel says, on the lab wire.
    pub fn client(&self) -> Answer<WireEnd> {
        self.ends
            .as_ref()
            .map_or(Answer::NotAsked, |ends| ends.client)
    }

    /// What the server's kernel says, on the lab wire.
    pub fn server(&self) -> Answer<WireEnd> {
        self.ends
            .as_ref()
            .map_or(Answer::NotAsked, |ends| ends.server)
    }

    /// Writes down what both kernels say. Nothing is kept if neither was asked.
    pub fn with_ends(mut self, client: Answer<WireEnd>, server: Answer<WireEnd>) -> Look {
        let asked = client != Answer::NotAsked || server != Answer::NotAsked;
        self.ends = asked.then(|| Box::new(WireEnds { client, server }));
        self
    }

    /// Whether it says anything that `before` did not.
    pub fn is_news(&self, before: &Look) -> bool {
        fn differs<T: PartialEq>(new: &Answer<T>, old: &Answer<T>) -> bool {
            !matches!(new, Answer::NotAsked) && new != old
        }
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
        } = self;
        let ends = ends.as_deref().is_some_and(|WireEnds { client, server }| {
            differs(client, &before.client()) || differs(server, &before.server())
        });
        differs(poll, &before.poll)
            || differs(epoll, &before.epoll)
            || differs(select, &before.select)
            || differs(tcp, &before.tcp)
            || differs(queue, &before.queue)
            || differs(strangers, &before.strangers)
            || ends
            || (file.is_some() && *file != before.file)
            || (local.is_some() && *local != before.local)
    }

    /// Takes over what `newer` asked about; what it did not ask stays. Nothing stays of a number that is a stranger's now.
    pub fn merge(&mut self, newer: &Look) {
        fn take<T: Copy>(old: &mut Answer<T>, new: &Answer<T>) {
            if !matches!(new, Answer::NotAsked) {
                *old = *new;
            }
        }
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
        } = newer;
        if *strangers == Answer::Says(true) {
            *self = Look::default();
        }
        take(&mut self.strangers, strangers);
        take(&mut self.poll, poll);
        take(&mut self.epoll, epoll);
        take(&mut self.select, select);
        take(&mut self.tcp, tcp);
        take(&mut self.queue, queue);
        if let Some(WireEnds { client, server }) = ends.as_deref() {
            let own = self.ends.get_or_insert_default();
            take(&mut own.client, client);
            take(&mut own.server, server);
        }
        if file.is_some() {
            self.file.clone_from(file);
        }
        if local.is_some() {
            self.local.clone_from(local);
        }
    }
}
