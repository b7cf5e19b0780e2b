//! All ratios of the program's budgets in one run, side by side with their floors: `cargo bench --bench ratios`, or with `-- --plot FILE`
//! for the curve as a picture, or with `-- --quick` for a few rounds only, or with `-- --only keys` (start, connects, replay, rest) for a part of them; with `-- --instructions` it counts them instead, by valgrind. On a quiet machine; nothing else is touched than loopback.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    reason = "it prints figures, counts few things, and its threads end with it"
)]

mod figures;
mod floors;
mod growth;
mod measure;
mod plot;
mod terminal;

use figures::Table;
use std::path::PathBuf;

/// How many rounds are made, and where the picture goes.
struct Options {
    rounds: usize,
    picture: PathBuf,
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let Some(at) = words.iter().position(|word| word == "--floor") {
        let rest = words.get(at + 1..).unwrap_or_default();
        floors::run(rest).expect("the floor runs");
        return;
    }
    // `cargo test --benches` only wants to know that it runs.
    if words.iter().any(|word| word == "--test") {
        return;
    }
    floors::more_descriptors();
    let after = |name: &str| {
        let at = words.iter().position(|word| word == name)?;
        words.get(at + 1).cloned()
    };
    if words.iter().any(|word| word == "--instructions") {
        growth::table();
        return;
    }
    let options = Options {
        rounds: if words.iter().any(|word| word == "--quick") {
            15
        } else {
            60
        },
        picture: after("--plot")
            .unwrap_or_else(|| "target/ratios.svg".to_owned())
            .into(),
    };
    let mut table = Table::default();
    let only = after("--only");
    let wanted = |name: &str| only.as_deref().is_none_or(|only| only == name);
    if wanted("keys") {
        measure::keys(&mut table, &options);
    }
    if wanted("start") {
        measure::first_frames(&mut table, &options);
    }
    if wanted("connects") {
        measure::connects(&mut table, &options);
    }
    if wanted("replay") {
        measure::replay(&mut table);
    }
    if wanted("rest") {
        measure::rest(&mut table);
    }
    if only.is_some() {
        println!("{table}");
        return;
    }
    let curve = measure::curve(&mut table, &options);
    println!("{table}");
    println!("{}", figures::curve(&curve));
    std::fs::write(&options.picture, plot::svg(&curve)).expect("the picture is written");
    println!("The curve as a picture: {}", options.picture.display());
}
