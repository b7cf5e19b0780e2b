//! The board as a picture: the stages with the ways between them, and the numbers of the sockets that stand there. The page moves the
//! numbers from stage to stage.

use super::ExportInput;
use super::escape::xml;
use crate::derive::board::{self, BoardPlace};
use crate::model::socket::Stage;
use crate::model::world::World;
use crate::words::board::numbers;
use crate::words::prose;
use std::fmt::Write;

/// With more sockets than these a stage shows their numbers as a text.
const MOST_DOTS: usize = 12;
/// So many characters such a text has.
const TEXT: usize = 18;
/// The size of the picture.
const SIZE: (u32, u32) = (960, 280);
/// So wide and so high is a stage.
const STAGE: (u32, u32) = (130, 32);

/// Where each stage stands.
fn corner(stage: Stage) -> (u32, u32) {
    match stage {
        Stage::Created => (16, 30),
        Stage::NonBlocking => (172, 30),
        Stage::ConnectAttempted => (328, 30),
        Stage::Pending => (484, 30),
        Stage::Writable => (640, 30),
        Stage::Connected => (804, 30),
        Stage::Error => (804, 120),
        Stage::Closed => (804, 210),
        _ => (16, 120),
    }
}

/// A socket as a number on the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Dot {
    row: u32,
    /// Which stage, as its place in [`board::WALK`].
    stage: usize,
    /// Which of those at this stage.
    nth: u32,
    moved: bool,
}

/// Every socket, if they are few.
fn dots(places: &[BoardPlace]) -> Option<Vec<Dot>> {
    let all: usize = places.iter().map(|place| place.count).sum();
    if all > MOST_DOTS {
        return None;
    }
    let mut dots = Vec::new();
    for (stage, place) in places.iter().enumerate() {
        let rows = place.runs.iter().flat_map(|run| {
            let moved = run.moved;
            (run.first.0..=run.last.0).map(move |row| (row, moved))
        });
        dots.extend((0..).zip(rows).map(|(nth, (row, moved))| Dot {
            row,
            stage,
            nth,
            moved,
        }));
    }
    dots.sort_by_key(|dot| dot.row);
    Some(dots)
}

/// Where the nth number of a stage stands: five in a line below its word.
fn dot_place(stage: Stage, nth: u32) -> (u32, u32) {
    let (x, y) = corner(stage);
    (x + 11 + nth % 5 * 27, y + STAGE.1 + 16 + nth / 5 * 26)
}

/// The places of one record for the page: `1:4 2:5*`, the stage as its number, or the texts of all stages.
pub(super) fn attributes(places: &[BoardPlace]) -> String {
    if let Some(dots) = dots(places) {
        let star = |dot: &Dot| if dot.moved { "*" } else { "" };
        let parts: Vec<String> = dots
            .iter()
            .map(|dot| format!("{}:{}{}", dot.row, dot.stage, star(dot)))
            .collect();
        return format!(" data-board=\"{}\"", parts.join(" "));
    }
    let texts: Vec<String> = places.iter().map(text).collect();
    format!(" data-many=\"{}\"", xml(&texts.join("|")))
}

fn text(place: &BoardPlace) -> String {
    let all: Vec<String> = numbers(place, TEXT).into_iter().map(|n| n.text).collect();
    all.join(" ")
}

/// Where everybody stands, in a line of words: for readers without pictures.
pub(super) fn in_words(places: &[BoardPlace]) -> String {
    let parts: Vec<String> = places
        .iter()
        .filter(|place| place.count > 0)
        .map(|place| format!("{} {}", place.stage.word(), text(place)))
        .collect();
    if parts.is_empty() {
        prose::say("board none").to_owned()
    } else {
        format!("Stages: {}.", parts.join("; "))
    }
}

/// The picture after the last record, inside of the page. Its script moves the numbers.
pub(super) fn inline(places: &[BoardPlace]) -> String {
    let mut out = format!(
        "<svg class=\"board\" viewBox=\"0 0 {} {}\" role=\"img\" aria-labelledby=\"board-title\">\n<title id=\"board-title\">Where all sockets stand. {}</title>\n",
        SIZE.0,
        SIZE.1,
        xml(&in_words(places))
    );
    drawing(&mut out, places);
    out.push_str("</svg>\n");
    out
}

/// The board alone after tick `tick`, or the last record. `None` if there is no such tick.
pub fn svg(input: &ExportInput, tick: Option<u64>) -> Option<String> {
    let wanted = super::svg::record_of(input, tick)?;
    let mut world = World::default();
    for record in &input.records[..=wanted] {
        world.apply(record);
    }
    let places = board::walk(&world);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" role=\"img\">\n\
         <title>sockstep, {2}: {3}</title>\n<style>{4}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
        SIZE.0,
        SIZE.1,
        xml(&super::step::title(&input.records[wanted])),
        xml(&in_words(&places)),
        STYLE
    );
    drawing(&mut out, &places);
    out.push_str("</svg>\n");
    Some(out)
}

/// What it looks like; the page has the same in its own style.
const STYLE: &str = "text{font:14px system-ui,sans-serif;fill:#1a1a1a}.stage rect{fill:#ffffff;stroke:#555555;stroke-width:1.5}\
    .stage.here rect{fill:#e8f1fb;stroke:#00468b;stroke-width:2.5}.stage text,.socket text,.many{text-anchor:middle}.tip{fill:#555555}.way{fill:none;stroke:#555555;stroke-width:1.5}\
    .stage text{font-size:13px}.note{font-size:12px}.rare:not(.here){visibility:hidden}.socket circle{fill:#ffffff;stroke:#00468b;stroke-width:1.5}.socket text{font-size:12px}\
    .socket.moved circle{fill:#00468b}.socket.moved text{fill:#ffffff;font-weight:bold}";

fn drawing(out: &mut String, places: &[BoardPlace]) {
    ways(out);
    let dots = dots(places);
    for (index, place) in places.iter().enumerate() {
        let (x, y) = corner(place.stage);
        let (name, here) = match place.stage {
            Stage::Resolving | Stage::Closed if place.count == 0 => (" rare", ""),
            _ if place.count > 0 => ("", " here"),
            _ => ("", ""),
        };
        let _ = writeln!(
            out,
            "<g class=\"stage{name}{here}\" data-stage=\"{index}\" data-x=\"{}\" data-y=\"{}\"><rect x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\" rx=\"5\"/><text x=\"{}\" y=\"{}\">{}</text></g>",
            x + 11,
            y + STAGE.1 + 16,
            STAGE.0,
            STAGE.1,
            x + STAGE.0 / 2,
            y + 21,
            place.stage.word()
        );
        let many = if dots.is_none() {
            text(place)
        } else {
            String::new()
        };
        let _ = writeln!(
            out,
            "<text class=\"many\" data-stage=\"{index}\" x=\"{}\" y=\"{}\">{}</text>",
            x + STAGE.0 / 2,
            y + STAGE.1 + 20,
            xml(&many)
        );
    }
    for dot in dots.iter().flatten() {
        let (x, y) = dot_place(board::WALK[dot.stage], dot.nth);
        let (class, star) = if dot.moved { (" moved", "*") } else { ("", "") };
        let _ = writeln!(
            out,
            "<g class=\"socket{class}\" data-row=\"{0}\" style=\"transform:translate({x}px,{y}px)\"><circle r=\"12\"/><text y=\"4\">{0}{star}</text></g>",
            dot.row
        );
    }
}

/// The ways between the stages, with the three that branch off, each with its tip.
fn ways(out: &mut String) {
    let walk = [
        Stage::Created,
        Stage::NonBlocking,
        Stage::ConnectAttempted,
        Stage::Pending,
        Stage::Writable,
        Stage::Connected,
    ];
    let to_the_right = |x: u32, y: u32| format!("M{0} {1}L{x} {y}L{0} {2}z", x - 8, y - 4, y + 4);
    let mut paths: Vec<(String, String)> = walk
        .windows(2)
        .map(|pair| {
            let ((from, y), (to, _)) = (corner(pair[0]), corner(pair[1]));
            let y = y + STAGE.1 / 2;
            (format!("M{} {y}H{to}", from + STAGE.0), to_the_right(to, y))
        })
        .collect();
    // To the error, back to pending, and at once to the end.
    paths.push(("M770 52H786V136H804".to_owned(), to_the_right(804, 136)));
    paths.push((
        "M700 30V14H560V30".to_owned(),
        "M556 22L560 30L564 22z".to_owned(),
    ));
    paths.push(("M344 62V200H780".to_owned(), to_the_right(780, 200)));
    for (path, tip) in paths {
        let _ = writeln!(
            out,
            "<path class=\"way\" d=\"{path}\"/><path class=\"tip\" d=\"{tip}\"/>"
        );
    }
    for (x, y, words) in [
        (590, 11, "early event"),
        (352, 194, "connect() itself says it: connected, or error"),
    ] {
        let _ = writeln!(
            out,
            "<text class=\"note\" x=\"{x}\" y=\"{y}\">{words}</text>"
        );
    }
}
