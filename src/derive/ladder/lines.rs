//! Lines that remember how they were: each with the place of the record that made it and of those that changed it.

use super::Rung;

/// A line as it is from a record on.
#[derive(Clone, Debug)]
struct Version {
    /// The record's place, counted from the session's beginning.
    since: usize,
    rung: Rung,
}

/// The lines of one socket of a row.
#[derive(Clone, Debug, Default)]
struct Life {
    /// The record with which it began.
    since: usize,
    /// So many lines before these are forgotten.
    forgotten: usize,
    /// Each in all its versions, of which there is one at least.
    lines: Vec<Vec<Version>>,
}

/// The lines of a row, as they are and as they were.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    /// In order; there is always one.
    lives: Vec<Life>,
    /// The place of the record that is being taken in.
    at: usize,
    weight: usize,
}

fn weight(rung: &Rung) -> usize {
    let text = |text: &Option<String>| text.as_ref().map_or(0, |text| text.capacity() + 16);
    // A version is in a list of its own, and that in another list.
    size_of::<Version>() + 40 + text(&rung.client_call) + text(&rung.server_call)
}

impl Life {
    fn at(&self, place: usize) -> usize {
        self.lines
            .partition_point(|versions| versions[0].since <= place)
    }
}

impl Lines {
    /// None yet, before the record at this place.
    pub(super) fn new(at: usize) -> Lines {
        Lines {
            lives: vec![Life {
                since: at,
                ..Life::default()
            }],
            at,
            weight: 0,
        }
    }

    /// Whatever comes now is of the record at this place.
    pub(super) fn stand_at(&mut self, place: usize) {
        self.at = place;
    }

    fn life(&mut self) -> &mut Life {
        self.lives.last_mut().expect("there is always one")
    }

    /// Begins again with no line.
    pub(super) fn begin(&mut self) {
        let at = self.at;
        // What began with this very record and ends with it was never seen.
        if let Some(life) = self.lives.pop_if(|life| life.since == at) {
            self.weight -= weight_of(&life.lines);
        }
        self.lives.push(Life {
            since: at,
            ..Life::default()
        });
    }

    /// One more line; returns its number, which stays the same.
    pub(super) fn push(&mut self, rung: Rung) -> usize {
        self.weight += weight(&rung);
        let since = self.at;
        let life = self.life();
        life.lines.push(vec![Version { since, rung }]);
        life.forgotten + life.lines.len() - 1
    }

    /// The number of the last line.
    pub(super) fn last(&self) -> Option<usize> {
        let life = self.lives.last()?;
        (life.forgotten + life.lines.len()).checked_sub(1)
    }

    /// Changes a line from this record on, if it is not forgotten.
    pub(super) fn edit(&mut self, line: usize, change: impl FnOnce(&mut Rung)) {
        let since = self.at;
        let life = self.life();
        let place = line.checked_sub(life.forgotten);
        let Some(versions) = place.and_then(|place| life.lines.get_mut(place)) else {
            return;
        };
        // Of several changes in one record the last one counts.
        let mut weighed = 0;
        let rung = match versions.pop_if(|last| last.since == since) {
            Some(last) => {
                weighed = weight(&last.rung);
                Some(last.rung)
            }
            None => versions.last().map(|last| last.rung.clone()),
        };
        let Some(mut rung) = rung else { return };
        change(&mut rung);
        let now = weight(&rung);
        versions.push(Version { since, rung });
        self.weight = self.weight + now - weighed;
    }

    /// The lines as they were after the record at this place, oldest first.
    pub(super) fn of(
        &self,
        place: usize,
    ) -> impl DoubleEndedIterator<Item = &Rung> + ExactSizeIterator {
        let begun = self.lives.partition_point(|life| life.since <= place);
        let lines = match begun.checked_sub(1).map(|index| &self.lives[index]) {
            Some(life) => &life.lines[..life.at(place)],
            None => &[],
        };
        lines.iter().map(move |versions| {
            let known = versions.partition_point(|version| version.since <= place);
            &versions[known - 1].rung
        })
    }

    /// Forgets what only records before this place speak of.
    pub(super) fn forget(&mut self, before: usize) {
        let over = self.lives.windows(2);
        let over = over.take_while(|two| two[1].since <= before).count();
        for life in self.lives.drain(..over) {
            self.weight -= weight_of(&life.lines);
        }
        let life = &mut self.lives[0];
        let old = |versions: &&Vec<Version>| versions.last().is_some_and(|v| v.since < before);
        let gone = life.lines.iter().take_while(old).count();
        life.forgotten += gone;
        let gone: Vec<Vec<Version>> = life.lines.drain(..gone).collect();
        self.weight -= weight_of(&gone);
        let mut outlived = 0;
        for versions in &mut self.lives[0].lines {
            let last = versions.partition_point(|version| version.since <= before);
            let old = versions.drain(..last.saturating_sub(1));
            outlived += old.map(|version| weight(&version.rung)).sum::<usize>();
        }
        self.weight -= outlived;
    }

    /// The number of the first line that is not forgotten.
    pub(super) fn first(&self) -> usize {
        self.lives.last().map_or(0, |life| life.forgotten)
    }

    /// What they take, in bytes, about.
    pub(super) fn weight(&self) -> usize {
        self.weight
    }
}

fn weight_of(lines: &[Vec<Version>]) -> usize {
    let versions = lines.iter().flatten();
    versions.map(|version| weight(&version.rung)).sum()
}
