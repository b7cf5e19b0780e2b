//! The looks at sockets of another process: each is duplicated, asked, and closed again at once. A duplicate that lived on would keep the
//! socket open after the program has closed it: the peer would hear nothing, and the program's epoll would go on to tell of it.

use super::Watched;
use crate::model::ids::{Fd, Row};
use crate::model::record::{Answer, Record};
use crate::os::call::Descriptors;
use crate::os::look::{self, FD_SETSIZE, SocketQuestion};
use crate::os::tracee::peek;

impl Watched {
    /// Looks at every open socket that has a row, and writes down what is news.
    pub(super) fn look_at_all(&mut self, record: &mut Record) {
        let mut duplicates = Descriptors::default();
        let mut asked: Vec<(Row, Fd, SocketQuestion)> = Vec::new();
        for row in self.sockets.open() {
            let Some((pid, fd)) = self.sockets.place(row, &self.tasks) else {
                continue;
            };
            let Ok(duplicate) = peek::duplicate(pid, fd) else {
                continue;
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
        let fds: Vec<Fd> = asked.iter().map(|(_, _, question)| question.fd).collect();
        let ready = look::poll_and_select(&fds, &[], &duplicates);
        let now_us = self.now_us();
        let questions: Vec<SocketQuestion> = asked
            .iter()
            .map(|(_, _, question)| question.clone())
            .collect();
        let looks = look::look_at(&questions, &duplicates, now_us);
        // Before anything else happens.
        drop(duplicates);
        for (((row, fd, _), ready), mut look) in asked.into_iter().zip(ready).zip(looks) {
            look.poll = ready.poll;
            // select(2) goes by the program's number, not by that of the duplicate.
            look.select = match fd.0 < FD_SETSIZE {
                true => ready.select,
                false => Answer::NoAnswer,
            };
            record.looks.retain(|(looked, _)| *looked != row);
            let before = self.world.row(row);
            if before.is_none_or(|before| look.is_news(&before.look)) {
                record.looks.push((row, look));
            }
        }
        record.looked = true;
    }
}
