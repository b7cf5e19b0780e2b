//! The curve over the number of sockets as a picture, both axes logarithmic.

use crate::figures::Point;
use std::fmt::Write as _;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 170.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 50.0;

/// A line of the picture: its words, its colour, its value at a point.
type Curve = (&'static str, &'static str, fn(&Point) -> f64);

const CURVES: [Curve; 4] = [
    ("looks on", "#0072b2", |point| point.looks),
    ("looks off", "#009e73", |point| point.no_looks),
    ("ratatui + bare looks", "#d55e00", |point| {
        point.screen + point.bare
    }),
    ("ratatui alone", "#767676", |point| point.screen),
];

/// Where a count of sockets and a time stand.
struct Axes {
    least: f64,
    most: f64,
}

impl Axes {
    fn of(points: &[Point]) -> Axes {
        let values = points
            .iter()
            .flat_map(|point| CURVES.map(|(_, _, value)| value(point)));
        let all: Vec<f64> = values.collect();
        Axes {
            least: all
                .iter()
                .copied()
                .fold(f64::MAX, f64::min)
                .max(0.01)
                .log10()
                .floor(),
            most: all.iter().copied().fold(1.0, f64::max).log10().ceil(),
        }
    }

    /// 10 sockets stand at the left edge, 10,000 at the right one.
    fn across(sockets: usize) -> f64 {
        LEFT + ((sockets as f64).log10() - 1.0) / 3.0 * (WIDTH - LEFT - RIGHT)
    }

    fn up(&self, ms: f64) -> f64 {
        let part = (ms.max(0.01).log10() - self.least) / (self.most - self.least).max(1.0);
        HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)
    }
}

/// The picture, on a ground of its own: it reads on a light page and on a dark one.
pub(crate) fn svg(points: &[Point]) -> String {
    let axes = Axes::of(points);
    let mut lines = vec![
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">"
        ),
        format!("<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>"),
        format!(
            "<text x=\"{LEFT}\" y=\"22\" font-size=\"14\">From a key to the last byte of the screen, in ms (median)</text>"
        ),
    ];
    lines.extend(scales(&axes, points));
    lines.extend(CURVES.map(|curve| path(&axes, points, curve)));
    lines.extend(labels(&axes, points));
    lines.push("</svg>\n".to_owned());
    lines.join("\n")
}

fn scales(axes: &Axes, points: &[Point]) -> Vec<String> {
    let mut lines = Vec::new();
    for power in axes.least as i32..=axes.most as i32 {
        let ms = 10_f64.powi(power);
        let y = axes.up(ms);
        let (end, at) = (WIDTH - RIGHT, LEFT - 8.0);
        lines.push(format!(
            "<path d=\"M{LEFT} {y:.1}H{end}\" stroke=\"#dddddd\"/>"
        ));
        lines.push(format!(
            "<text x=\"{at}\" y=\"{:.1}\" text-anchor=\"end\">{ms}</text>",
            y + 4.0
        ));
    }
    let below = HEIGHT - BOTTOM + 18.0;
    for point in points {
        let (x, sockets) = (Axes::across(point.sockets), point.sockets);
        lines.push(format!(
            "<text x=\"{x:.1}\" y=\"{below}\" text-anchor=\"middle\">{sockets}</text>"
        ));
    }
    let middle = f64::midpoint(LEFT, WIDTH - RIGHT);
    lines.push(format!(
        "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">sockets</text>",
        HEIGHT - 12.0
    ));
    lines
}

fn path(axes: &Axes, points: &[Point], (_, colour, value): Curve) -> String {
    let mut path = String::new();
    for point in points {
        let step = if path.is_empty() { 'M' } else { 'L' };
        let (x, y) = (Axes::across(point.sockets), axes.up(value(point)));
        let _ = write!(path, "{step}{x:.1} {y:.1}");
    }
    format!("<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>")
}

/// A label stands beside the end of its line, and on no other label.
fn labels(axes: &Axes, points: &[Point]) -> Vec<String> {
    let end =
        |value: fn(&Point) -> f64| points.last().map_or(HEIGHT, |point| axes.up(value(point)));
    let mut labels = CURVES.map(|(words, colour, value)| (end(value), words, colour));
    labels.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut above, x) = (0.0_f64, WIDTH - RIGHT + 8.0);
    let line = |(end, words, colour): (f64, &str, &str)| {
        above = (end + 4.0).max(above + 15.0);
        format!("<text x=\"{x}\" y=\"{above:.1}\" fill=\"{colour}\">{words}</text>")
    };
    labels.into_iter().map(line).collect()
}
