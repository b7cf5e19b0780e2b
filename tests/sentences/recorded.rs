//! What is said of recordings: the golden ones, and those that the scripts make.

use crate::judge::Judge;
use crate::shown;
use crate::support::recordings::{GOLDEN, VERSION_2, WATCHED, golden_text, model, read};
use crate::support::{SOCKSTEP, run_bounded};
use sockstep::app::model::Pane;
use sockstep::model::world::World;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// Judges what is said of a recording.
pub(crate) fn recording(judge: &mut Judge, name: &str, text: &[u8]) {
    let Some((header, records)) = read(text) else {
        return;
    };
    let mut world = World::default();
    for record in &records {
        world.apply(record);
        judge.judge(&world, record, &|| format!("{name}, record {}", record.n));
        judge.tell(&world, record);
    }
    if name.starts_with("wire") {
        let mut model = model(&header, &records, (160, 50));
        (model.pane, model.zoom) = (Pane::Wire, Some(0));
        shown::draw(&mut model, &mut judge.told);
    }
}

/// The golden recordings.
pub(crate) fn golden(judge: &mut Judge) {
    for name in GOLDEN
        .into_iter()
        .chain([VERSION_2, "wire-secret", "watch-limit", "watch-threads"])
        .chain(WATCHED)
    {
        recording(judge, name, golden_text(name).as_bytes());
    }
}

/// Every script and every lesson, several at a time, since most of the time is waiting. Whether their claims hold is not asked here.
pub(crate) fn scripts(judge: &mut Judge) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folders = ["tests/scripts", "assets/lessons"].map(|folder| root.join(folder));
    let files = folders.iter().flat_map(|folder| {
        let files = std::fs::read_dir(folder).expect("the folder is there");
        files.map(|entry| entry.expect("an entry").path())
    });
    let mut files: Vec<PathBuf> = files
        .filter(|path| {
            let is = |wanted: &str| path.extension().is_some_and(|ext| ext == wanted);
            is("script") || is("lesson")
        })
        .collect();
    files.sort();
    let traces: Vec<(PathBuf, Vec<u8>)> = std::thread::scope(|scope| {
        let workers: Vec<_> = files
            .chunks(files.len().div_ceil(4))
            .map(|some| {
                scope.spawn(move || {
                    let run = |file: &PathBuf| {
                        let mut command = Command::new(SOCKSTEP);
                        command.args(["run", "--json", "--script"]).arg(file);
                        let output = run_bounded(&mut command, Duration::from_secs(60));
                        (file.clone(), output.stdout)
                    };
                    some.iter().map(run).collect::<Vec<_>>()
                })
            })
            .collect();
        let join = |worker: std::thread::ScopedJoinHandle<'_, Vec<_>>| {
            worker.join().expect("no worker panics")
        };
        workers.into_iter().flat_map(join).collect()
    });
    for (file, text) in traces {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        recording(judge, &name, &text);
    }
}
