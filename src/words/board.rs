//! The numbers under a stage of the board: `1* 2* 4*`, `1-300`, `1-3 +12`. A star stands behind whoever has just come.

use crate::derive::board::BoardPlace;
use crate::model::world::StageRun;

/// A number or a range of numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardNumber {
    /// As it is shown.
    pub text: String,
    /// It has just come.
    pub moved: bool,
}

/// The longest form in at most `width` characters, with a space between two of them: what does not fit is counted.
pub fn numbers(place: &BoardPlace, width: usize) -> Vec<BoardNumber> {
    if place.count == 0 {
        return Vec::new();
    }
    let whole = place.runs.iter().map(|run| run.count()).sum::<usize>() == place.count;
    if whole && place.count * 2 <= width + 1 {
        let single: Vec<BoardNumber> = place.runs.iter().flat_map(singly).collect();
        if length(&single) <= width {
            return single;
        }
    }
    let mut shown: Vec<BoardNumber> = Vec::new();
    let mut count = 0;
    for run in &place.runs {
        shown.push(range(run));
        let rest = place.count - count - run.count();
        if length(&shown) + rest_of(rest).map_or(0, |text| text.len() + 1) > width {
            shown.pop();
            break;
        }
        count += run.count();
    }
    if let Some(text) = rest_of(place.count - count) {
        let moved = count == 0 && place.has_moved();
        let text = format!("{text}{}", star(moved && text.len() < width));
        shown.push(BoardNumber { text, moved });
    }
    shown
}

fn rest_of(count: usize) -> Option<String> {
    (count > 0).then(|| format!("+{count}"))
}

fn star(moved: bool) -> &'static str {
    if moved { "*" } else { "" }
}

fn singly(run: &StageRun) -> impl Iterator<Item = BoardNumber> {
    let moved = run.moved;
    (run.first.0..=run.last.0).map(move |number| BoardNumber {
        text: format!("{number}{}", star(moved)),
        moved,
    })
}

fn range(run: &StageRun) -> BoardNumber {
    let star = star(run.moved);
    let text = if run.first == run.last {
        format!("{}{star}", run.first)
    } else {
        format!("{}-{}{star}", run.first, run.last)
    };
    BoardNumber {
        text,
        moved: run.moved,
    }
}

fn length(numbers: &[BoardNumber]) -> usize {
    let texts: usize = numbers.iter().map(|number| number.text.len()).sum();
    texts + numbers.len().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::Row;
    use crate::model::socket::Stage;

    fn run(first: u32, last: u32, moved: bool) -> StageRun {
        StageRun {
            first: Row(first),
            last: Row(last),
            moved,
        }
    }

    #[test]
    fn every_number_of_the_board_is_shown_or_counted() {
        let cases: [(&[StageRun], usize, &str); 7] = [
            (&[], 10, ""),
            (&[run(1, 2, true), run(4, 4, true)], 10, "1* 2* 4*"),
            (&[run(1, 300, false)], 10, "1-300"),
            (&[run(1, 300, true)], 10, "1-300*"),
            (&[run(1, 2, true), run(4, 4, true)], 5, "+3*"),
            (
                &[
                    run(1, 3, false),
                    run(5, 5, false),
                    run(7, 7, true),
                    run(9, 9, false),
                ],
                7,
                "1-3 +3",
            ),
            (&[run(1, 1, false), run(3, 3, true)], 4, "1 3*"),
        ];
        for (runs, width, text) in cases {
            let place = BoardPlace {
                stage: Stage::Pending,
                count: runs.iter().map(|run| run.count()).sum(),
                runs: runs.to_vec(),
            };
            let shown: Vec<String> = numbers(&place, width).into_iter().map(|n| n.text).collect();
            assert_eq!(shown.join(" "), text);
        }
    }
}
