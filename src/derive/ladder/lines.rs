//! Lines that remember how they were: each with the place of the record that made it and of those that changed it.

use super::LadderRow;

/// A line as it is from a record on.
#[derive(Clone, Debug)]
struct LineVersion {
    /// The record's place, counted from the session's beginning.
    since: usize,
    ladder_row: LadderRow,
}

/// The lines of one socket of a row.
#[derive(Clone, Debug, Default)]
struct SocketLines {
    /// The record with which it began.
    since: usize,
    /// So many lines before these are forgotten.
    forgotten: usize,
    /// Each in all its versions, of which there is one at least.
    lines: Vec<Vec<LineVersion>>,
}

/// The lines of a row, as they are and as they were.
#[derive(Clone, Debug)]
pub(super) struct LadderLines {
    /// In order; there is always one.
    sockets: Vec<SocketLines>,
    /// The place of the record that is being taken in.
    at: usize,
    heap_size: usize,
}

fn heap_size(ladder_row: &LadderRow) -> usize {
    let text = |text: &Option<String>| text.as_ref().map_or(0, |text| text.capacity() + 16);
    // A version is in a list of its own, and that in another list.
    size_of::<LineVersion>() + 40 + text(&ladder_row.client_call) + text(&ladder_row.server_call)
}

impl SocketLines {
    fn at(&self, place: usize) -> usize {
        self.lines
            .partition_point(|versions| versions[0].since <= place)
    }
}

impl LadderLines {
    /// None yet, before the record at this place.
    pub(super) fn new(at: usize) -> LadderLines {
        LadderLines {
            sockets: vec![SocketLines {
                since: at,
                ..SocketLines::default()
            }],
            at,
            heap_size: 0,
        }
    }

    /// Whatever comes now is of the record at this place.
    pub(super) fn stand_at(&mut self, place: usize) {
        self.at = place;
    }

    fn socket(&mut self) -> &mut SocketLines {
        self.sockets.last_mut().expect("there is always one")
    }

    /// Begins again with no line.
    pub(super) fn begin(&mut self) {
        let at = self.at;
        // What began with this very record and ends with it was never seen.
        if let Some(socket) = self.sockets.pop_if(|socket| socket.since == at) {
            self.heap_size -= heap_size_of(&socket.lines);
        }
        self.sockets.push(SocketLines {
            since: at,
            ..SocketLines::default()
        });
    }

    /// One more line; returns its number, which stays the same.
    pub(super) fn push(&mut self, ladder_row: LadderRow) -> usize {
        self.heap_size += heap_size(&ladder_row);
        let since = self.at;
        let socket = self.socket();
        socket.lines.push(vec![LineVersion { since, ladder_row }]);
        socket.forgotten + socket.lines.len() - 1
    }

    /// The number of the last line.
    pub(super) fn last(&self) -> Option<usize> {
        let socket = self.sockets.last()?;
        (socket.forgotten + socket.lines.len()).checked_sub(1)
    }

    /// Changes a line from this record on, if it is not forgotten.
    pub(super) fn edit(&mut self, line: usize, change: impl FnOnce(&mut LadderRow)) {
        let since = self.at;
        let socket = self.socket();
        let place = line.checked_sub(socket.forgotten);
        let Some(versions) = place.and_then(|place| socket.lines.get_mut(place)) else {
            return;
        };
        // Of several changes in one record the last one counts.
        let mut size_before = 0;
        let ladder_row = match versions.pop_if(|last| last.since == since) {
            Some(last) => {
                size_before = heap_size(&last.ladder_row);
                Some(last.ladder_row)
            }
            None => versions.last().map(|last| last.ladder_row.clone()),
        };
        let Some(mut ladder_row) = ladder_row else {
            return;
        };
        change(&mut ladder_row);
        let now = heap_size(&ladder_row);
        versions.push(LineVersion { since, ladder_row });
        self.heap_size = self.heap_size + now - size_before;
    }

    /// The lines as they were after the record at this place, oldest first.
    pub(super) fn of(
        &self,
        place: usize,
    ) -> impl DoubleEndedIterator<Item = &LadderRow> + ExactSizeIterator {
        let begun = self.sockets.partition_point(|socket| socket.since <= place);
        let lines = match begun.checked_sub(1).map(|index| &self.sockets[index]) {
            Some(socket) => &socket.lines[..socket.at(place)],
            None => &[],
        };
        lines.iter().map(move |versions| {
            let known = versions.partition_point(|version| version.since <= place);
            &versions[known - 1].ladder_row
        })
    }

    /// Forgets what only records before this place speak of.
    pub(super) fn forget(&mut self, before: usize) {
        let over = self.sockets.windows(2);
        let over = over.take_while(|two| two[1].since <= before).count();
        for socket in self.sockets.drain(..over) {
            self.heap_size -= heap_size_of(&socket.lines);
        }
        let socket = &mut self.sockets[0];
        let old = |versions: &&Vec<LineVersion>| versions.last().is_some_and(|v| v.since < before);
        let gone = socket.lines.iter().take_while(old).count();
        socket.forgotten += gone;
        let gone: Vec<Vec<LineVersion>> = socket.lines.drain(..gone).collect();
        self.heap_size -= heap_size_of(&gone);
        let mut outlived = 0;
        for versions in &mut self.sockets[0].lines {
            let last = versions.partition_point(|version| version.since <= before);
            let old = versions.drain(..last.saturating_sub(1));
            outlived += old
                .map(|version| heap_size(&version.ladder_row))
                .sum::<usize>();
        }
        self.heap_size -= outlived;
    }

    /// The number of the first line that is not forgotten.
    pub(super) fn first(&self) -> usize {
        self.sockets.last().map_or(0, |socket| socket.forgotten)
    }

    /// What they take, in bytes, about.
    pub(super) fn heap_size(&self) -> usize {
        self.heap_size
    }
}

fn heap_size_of(lines: &[Vec<LineVersion>]) -> usize {
    let versions = lines.iter().flatten();
    versions.map(|version| heap_size(&version.ladder_row)).sum()
}
