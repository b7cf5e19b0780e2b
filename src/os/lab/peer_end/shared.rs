//! The names of sockets: dup(2) gives one more.

use crate::model::ids::Fd;

/// Open sockets that have more than one descriptor, each with all of them: dup(2).
#[derive(Debug, Default)]
pub(in crate::os::lab) struct SharedDescriptors(Vec<Vec<Fd>>);

impl SharedDescriptors {
    /// The socket of `fd` is also `name` from now on.
    pub(super) fn add_name(&mut self, fd: Fd, name: Fd) {
        match self.0.iter_mut().find(|names| names.contains(&fd)) {
            Some(names) => names.push(name),
            None => self.0.push(vec![fd, name]),
        }
    }

    /// A descriptor was closed: whether its socket lives on under another.
    pub(in crate::os::lab) fn remove_name(&mut self, fd: Option<Fd>) -> bool {
        let Some(fd) = fd else { return false };
        let Some(at) = self.0.iter().position(|names| names.contains(&fd)) else {
            return false;
        };
        self.0[at].retain(|name| *name != fd);
        if self.0[at].is_empty() {
            self.0.remove(at);
            return false;
        }
        true
    }
}
