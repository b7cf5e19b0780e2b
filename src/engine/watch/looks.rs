//! The looks at sockets of another process: each is duplicated, asked, and closed again at once. A duplicate that lived on would keep the
//! socket open after the program has closed it: the peer would hear nothing, and the program's epoll would go on to tell of it.

use super::Watched;
use crate::model::errno::Errno;
use crate::model::ids::{Fd, Row};
use crate::model::record::{Answer, Look, Record};
use crate::model::task::Blindness;
use crate::os::call::Descriptors;
use crate::os::diag;
use crate::os::look::{self, FD_SETSIZE, FullLooks, SocketQuestion};
use crate::os::tracee::peek;

impl Watched {
    /// Looks at every open socket that has a row, and writes down what is news.
    pub(super) fn look_at_all(&mut self, record: &mut Record) {
        let mut refused = Vec::new();
        let mut duplicates = Descriptors::default();
        let mut asked: Vec<(Row, Fd, SocketQuestion)> = Vec::new();
        for row in self.sockets.open() {
            let Some((pid, fd)) = self.sockets.place(row, &self.tasks) else {
                continue;
            };
            let duplicate = match peek::duplicate(pid, fd) {
                Ok(duplicate) => duplicate,
                Err(rustix::io::Errno::PERM) => {
                    refused.push((row, pid));
                    continue;
                }
                Err(_) => continue,
            };
            let known = self.world.row(row);
            let remote = known.and_then(|known| known.current().addr.clone());
            let question = SocketQuestion {
                fd: duplicates.insert(duplicate),
                file: None,
                local: true,
                remote,
            };
            asked.push((row, fd, question));
        }
        self.look_from_afar(&refused, record);
        let fds: Vec<Fd> = asked.iter().map(|(_, _, question)| question.fd).collect();
        let ready = look::poll_and_select(&fds, &[], &duplicates);
        let now_us = self.now_us();
        let questions: Vec<SocketQuestion> = asked
            .iter()
            .map(|(_, _, question)| question.clone())
            .collect();
        let mut full_looks = FullLooks::default();
        let looks = full_looks.ask(&questions, &duplicates, now_us).to_vec();
        // Before anything else happens.
        drop(duplicates);
        for (((row, fd, _), ready), mut look) in asked.into_iter().zip(ready).zip(looks) {
            look.poll = ready.poll;
            // select(2) goes by the program's number, not by that of the duplicate.
            look.select = match fd.0 < FD_SETSIZE {
                true => ready.select,
                false => Answer::NoAnswer,
            };
            self.looked(row, look, record);
        }
        record.looked = true;
    }

    fn looked(&self, row: Row, look: Look, record: &mut Record) {
        record.looks.retain(|(looked, _)| *looked != row);
        let before = self.world.row(row);
        if before.is_none_or(|before| look.is_news(&before.look)) {
            record.looks.push((row, look));
        }
    }

    /// Where no duplicate is given, the kernel's list of TCP sockets says the state of those that have a port; the witnesses cannot answer.
    fn look_from_afar(&mut self, refused: &[(Row, i32)], record: &mut Record) {
        let Some((_, pid)) = refused.first() else {
            return;
        };
        self.is_blind(match peek::sockets(*pid) {
            Some(_) => Blindness::NoDuplicates(Errno::EPERM),
            None => Blindness::Closed,
        });
        let states = diag::by_inode();
        for (row, _) in refused {
            let inode = self.sockets.inode(*row);
            let state = inode.and_then(|inode| states.get(&inode));
            let look = Look {
                poll: Answer::NoAnswer,
                select: Answer::NoAnswer,
                epoll: Answer::NoAnswer,
                tcp: state.map_or(Answer::NoAnswer, |facts| Answer::Says(*facts)),
                ..Look::default()
            };
            self.looked(*row, look, record);
        }
    }
}
