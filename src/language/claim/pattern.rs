//! Claims whose row may be a variable: `some` is any row and the same one in every line, `other` is another row than that.

use super::program::ProgramClaim;
use super::{BadClaim, Claim, Property, SaidSentence, Subject};
use crate::model::clean;
use crate::model::ids::Row;
use crate::model::world::World;

/// A row that a claim leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowVariable {
    /// Any row; the same in all lines.
    Some,
    /// Another row than that.
    Other,
}

/// The rows that stand for the two variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowBinding {
    /// For `some`.
    pub some: Row,
    /// For `other`.
    pub other: Row,
}

/// A claim, perhaps about a row that is left open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    claim: Claim,
    variable: Option<RowVariable>,
    /// What stands behind the row, for messages.
    words: String,
}

/// Claims of which all must hold at once: `CLAIM and CLAIM`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conjunction(Vec<Pattern>);

impl Pattern {
    /// Reads one claim; its row is a number, `some` or `other`.
    ///
    /// # Errors
    /// Names the wrong word and the right form.
    pub fn parse(text: &str) -> Result<Pattern, BadClaim> {
        let text = text.trim();
        let is_unseen = |word: &&str| word.chars().any(clean::is_hostile);
        if let Some(word) = text.split_whitespace().find(is_unseen) {
            return Err(BadClaim {
                word: clean::quoted(word),
                form: r"ROW bytes a\x06b",
            });
        }
        let (not, rest) = match text.strip_prefix("not ") {
            Some(rest) => ("not ", rest.trim_start()),
            None => ("", text),
        };
        let (first, behind) = super::words::split(rest);
        let variable = match first {
            "some" => Some(RowVariable::Some),
            "other" => Some(RowVariable::Other),
            _ => None,
        };
        let claim = match variable {
            Some(_) => Claim::parse(&format!("{not}1 {behind}"))?,
            None => Claim::parse(text)?,
        };
        let words = match variable {
            Some(_) => behind,
            None => rest,
        };
        // A recording keeps the words in lines: whatever white space was typed is a space.
        let spaced = |c: char| if c.is_whitespace() { ' ' } else { c };
        Ok(Pattern {
            claim,
            variable,
            words: format!("{not}{words}").chars().map(spaced).collect(),
        })
    }

    /// The variable that it speaks of.
    pub fn variable(&self) -> Option<RowVariable> {
        self.variable
    }

    /// The claim about the row that stands for its variable.
    pub fn of(&self, row: Row) -> Claim {
        let mut claim = self.claim.clone();
        if self.variable.is_some() {
            match &mut claim.what {
                Subject::Of(of, _) => *of = row,
                Subject::Says(of, _) => *of = Some(row),
                _ => {}
            }
        }
        claim
    }

    /// The row that it speaks of.
    pub fn row(&self, binding: RowBinding) -> Option<Row> {
        match (self.variable, &self.claim.what) {
            (Some(RowVariable::Some), _) => Some(binding.some),
            (Some(RowVariable::Other), _) => Some(binding.other),
            (None, Subject::Of(row, _)) => Some(*row),
            (None, Subject::Says(row, _)) => *row,
            _ => None,
        }
    }

    /// What it claims, without the row that is left open.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// Whether it holds of this row, or what is so instead.
    ///
    /// # Errors
    /// What is so instead.
    pub fn check(
        &self,
        row: Row,
        world: &World,
        said: &dyn Fn() -> Vec<SaidSentence>,
    ) -> Result<(), String> {
        self.of(row).check(world, said)
    }

    /// Whether it is true or false by the state of the row that stands for its variable, and by nothing else: as long as that is as it was,
    /// so is the answer.
    pub fn is_about_its_row_alone(&self) -> bool {
        let of_others = |property: &Property| {
            matches!(
                property,
                Property::Reported(_) | Property::Partner(_) | Property::Deadlock(_)
            )
        };
        let of_a_row = matches!(&self.claim.what, Subject::Of(_, property) if !of_others(property));
        self.variable.is_some() && of_a_row
    }

    /// Whether it holds of this row.
    pub fn holds(&self, row: Row, world: &World, said: &dyn Fn() -> Vec<SaidSentence>) -> bool {
        match (&self.claim.what, self.variable) {
            (Subject::Of(_, property), Some(_)) => property.is_so(row, world) != self.claim.not,
            _ => self.check(row, world, said).is_ok(),
        }
    }

    /// Whether what it speaks of is covered while a question is open: what the kernel knows, as against what the program was told.
    pub fn is_covered(&self) -> bool {
        self.claim.is_covered()
    }
}

impl Conjunction {
    /// Reads claims that are joined by `and`.
    ///
    /// # Errors
    /// Names the wrong word of the first wrong claim, and its right form.
    pub fn parse(text: &str) -> Result<Conjunction, BadClaim> {
        let all: Result<Vec<Pattern>, BadClaim> =
            text.trim().split(" and ").map(Pattern::parse).collect();
        all.map(Conjunction)
    }

    /// Whether it says that a watched program is stuck, and nothing else.
    pub fn is_stuck(&self) -> bool {
        let stuck = Subject::Program(ProgramClaim::Stuck);
        matches!(self.0.as_slice(), [only] if !only.claim.not && only.claim.what == stuck)
    }

    /// Its claims.
    pub fn claims(&self) -> &[Pattern] {
        &self.0
    }

    /// Whether a claim in it leaves this row open.
    pub fn leaves_open(&self, variable: RowVariable) -> bool {
        self.0.iter().any(|claim| claim.variable == Some(variable))
    }

    /// Whether all its claims hold, where no row is left open; else the first that does not hold, and what is so instead.
    ///
    /// # Errors
    /// The claim that does not hold, and what is so instead.
    pub fn check(
        &self,
        world: &World,
        said: &dyn Fn() -> Vec<SaidSentence>,
    ) -> Result<(), (&Pattern, String)> {
        self.0
            .iter()
            .try_for_each(|claim| claim.check(Row(0), world, said).map_err(|why| (claim, why)))
    }

    /// The rows that it names by number.
    pub fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        self.0
            .iter()
            .filter(|claim| claim.variable.is_none())
            .filter_map(|claim| match claim.claim.what {
                Subject::Of(row, _) => Some(row),
                _ => None,
            })
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (not, words) = match self.words.strip_prefix("not ") {
            Some(words) => ("not ", words),
            None => ("", self.words.as_str()),
        };
        match self.variable {
            Some(RowVariable::Some) => write!(f, "{not}some {words}"),
            Some(RowVariable::Other) => write!(f, "{not}other {words}"),
            None => write!(f, "{not}{words}"),
        }
    }
}

impl std::fmt::Display for Conjunction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, claim) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" and ")?;
            }
            write!(f, "{claim}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_in_a_claim_is_a_space_when_it_is_written() {
        let claim =
            Conjunction::parse("1 stage connected and 4 \rerrno\tEINVAL").expect("two claims");
        assert_eq!(claim.to_string(), "1 stage connected and 4  errno EINVAL");
    }

    #[test]
    fn what_cannot_be_seen_is_refused_in_a_claim() {
        let refused = Conjunction::parse("1 bytes lat\u{6}e").expect_err("not one claim");
        assert_eq!(refused.form, r"ROW bytes a\x06b");
        assert!(!refused.word.contains('\u{6}'), "{}", refused.word);
    }

    #[test]
    fn a_row_is_a_number_or_is_left_open_and_is_written_as_it_was_read() {
        for text in [
            "some stage connected",
            "not some port",
            "other errno ECONNREFUSED",
            "2 stage error",
            "new writable 1 2",
            "some call send EAGAIN and not some poll OUT and wire held 1",
        ] {
            let all = Conjunction::parse(text).expect(text);
            assert_eq!(all.to_string(), text);
        }
        let open = Pattern::parse("not some port").expect("a claim");
        assert_eq!(
            open.of(Row(7)),
            Claim::parse("not 7 port").expect("a claim")
        );
    }

    #[test]
    fn a_wrong_claim_in_a_row_of_them_is_named() {
        let bad = Conjunction::parse("some stage connected and other stage conected")
            .expect_err("a wrong word");
        assert_eq!(bad.word, "conected");
        assert!(Conjunction::parse("some").is_err());
        assert!(Conjunction::parse("some stage connected and ").is_err());
    }
}
