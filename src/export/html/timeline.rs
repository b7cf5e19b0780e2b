//! The timeline of the page: which stage each socket was in after each step.

use crate::export::escape::xml;
use crate::export::room::MAX_CELLS;
use crate::export::step::ExportStep;
use crate::model::ids::Row;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Which stage each socket was in after each step.
#[derive(Default)]
pub(super) struct Timeline {
    heads: Vec<(u64, String, String)>,
    targets: BTreeMap<Row, String>,
    signs: BTreeMap<Row, BTreeMap<usize, TimelineCell>>,
    cells: usize,
}

struct TimelineCell {
    sign: char,
    stage: String,
    class: &'static str,
    changed: bool,
}

impl Timeline {
    pub(super) fn add(&mut self, step: &ExportStep) {
        let column = self.heads.len();
        let head = step
            .tick
            .map_or_else(|| "-".to_owned(), |tick| tick.to_string());
        self.heads.push((step.n, head, step.title.clone()));
        self.cells += step.rows.len() + step.more;
        if self.cells > MAX_CELLS {
            self.signs.clear();
            return;
        }
        for row in &step.rows {
            self.targets
                .entry(row.row)
                .or_insert_with(|| row.target.clone());
            let cell = TimelineCell {
                sign: row.sign,
                stage: row.stage.clone(),
                class: super::section::class_of(row.sign),
                changed: row.changed,
            };
            self.signs.entry(row.row).or_default().insert(column, cell);
        }
    }

    pub(super) fn write(&self, out: &mut String) {
        out.push_str("<div class=\"scroll timeline\" tabindex=\"0\" role=\"region\" aria-label=\"Timeline\">\n<table>\n<caption>Timeline: the stage of each socket after each tick</caption>\n<thead><tr><th scope=\"col\">socket</th>");
        for (n, head, title) in &self.heads {
            let _ = write!(
                out,
                "<th scope=\"col\"><a href=\"#step-{n}\" aria-label=\"{}\">{}</a></th>",
                xml(title),
                xml(head)
            );
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        if self.cells > MAX_CELLS {
            let _ = writeln!(
                out,
                "<tr><td colspan=\"{}\">There are too many sockets to show the stages of all of them here.</td></tr>",
                self.heads.len() + 1
            );
        } else {
            for (row, cells) in &self.signs {
                self.line(out, *row, cells);
            }
        }
        out.push_str("</tbody>\n</table>\n<p>Signs: . not begun, o on the way, ~ pending, ? a hint only, = connected, x error, - closed</p>\n</div>\n");
    }

    fn line(&self, out: &mut String, row: Row, cells: &BTreeMap<usize, TimelineCell>) {
        let target = self.targets.get(&row).map_or("", String::as_str);
        let _ = write!(out, "<tr><th scope=\"row\">{row} {}</th>", xml(target));
        for column in 0..self.heads.len() {
            let Some(cell) = cells.get(&column) else {
                out.push_str("<td></td>");
                continue;
            };
            let changed = if cell.changed { " moved" } else { "" };
            let _ = write!(
                out,
                "<td class=\"{}{changed}\"><abbr title=\"{}\">{}</abbr></td>",
                cell.class,
                xml(&cell.stage),
                xml(&cell.sign.to_string())
            );
        }
        out.push_str("</tr>\n");
    }
}
