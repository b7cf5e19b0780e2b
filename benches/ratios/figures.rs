//! Figures beside their floors and budgets, as lines.

use std::fmt;

/// A measured figure beside what it may be.
struct Line {
    what: String,
    ours: f64,
    floor: Option<f64>,
    unit: &'static str,
    /// `None`: it is only told.
    budget: Option<f64>,
}

/// All of them, in the order in which they were measured.
#[derive(Default)]
pub(crate) struct Table(Vec<Line>);

impl Table {
    /// A figure beside its floor: the budget is a ratio of the two.
    pub(crate) fn ratio(
        &mut self,
        what: &str,
        unit: &'static str,
        (ours, floor): (f64, f64),
        budget: f64,
    ) {
        self.add(what, unit, (ours, Some(floor)), Some(budget));
    }

    /// A figure whose budget is a value in the same unit.
    pub(crate) fn value(&mut self, what: &str, unit: &'static str, ours: f64, budget: f64) {
        self.add(what, unit, (ours, None), Some(budget));
    }

    /// A figure that has no budget.
    pub(crate) fn told(&mut self, what: &str, unit: &'static str, ours: f64) {
        self.add(what, unit, (ours, None), None);
    }

    fn add(
        &mut self,
        what: &str,
        unit: &'static str,
        (ours, floor): (f64, Option<f64>),
        budget: Option<f64>,
    ) {
        // Whoever waits sees how far it is.
        eprintln!("{what}: {ours:.2} {unit}");
        self.0.push(Line {
            what: what.to_owned(),
            ours,
            floor,
            unit,
            budget,
        });
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<52}{:>14}{:>14}{:>8}{:>8}",
            "what", "ours", "floor", "ratio", "budget"
        )?;
        for line in &self.0 {
            let with_unit = |value: f64| format!("{value:.2} {}", line.unit);
            let floor = line.floor.map(with_unit).unwrap_or_default();
            let ratio = line.floor.map_or(line.ours, |floor| line.ours / floor);
            let shown = line
                .floor
                .map_or_else(String::new, |_| format!("{ratio:.2}"));
            let is_over = line.budget.is_some_and(|budget| ratio > budget);
            let kept = if is_over { "  over" } else { "" };
            let budget = line
                .budget
                .map_or_else(String::new, |budget| budget.to_string());
            writeln!(
                f,
                "{:<52}{:>14}{floor:>14}{shown:>8}{budget:>8}{kept}",
                line.what,
                with_unit(line.ours),
            )?;
        }
        Ok(())
    }
}

/// What a key costs with so many sockets, in ms.
pub(crate) struct Point {
    pub(crate) sockets: usize,
    /// With the looks, and without.
    pub(crate) looks: f64,
    pub(crate) no_looks: f64,
    /// The ratatui program, and the same looks made by nothing else.
    pub(crate) screen: f64,
    pub(crate) bare: f64,
    /// The program's memory, in KiB.
    pub(crate) memory_kib: f64,
}

/// The curve over the number of sockets, as lines.
pub(crate) fn curve(points: &[Point]) -> String {
    let head = [
        "sockets",
        "looks on",
        "looks off",
        "ratatui alone",
        "looks alone",
        "memory",
    ];
    let mut lines = vec![head.map(|word| format!("{word:>15}")).concat()];
    for point in points {
        let times = [point.looks, point.no_looks, point.screen, point.bare]
            .map(|ms| format!("{ms:>12.2} ms"));
        lines.push(format!(
            "{:>15}{}{:>11.1} MiB",
            point.sockets,
            times.concat(),
            point.memory_kib / 1024.0
        ));
    }
    lines.join("\n")
}
