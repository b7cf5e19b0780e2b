//! The records that a session begins with, before the screen is there. The last of them is drawn before it is written.

use super::taken;
use crate::app::update::Msg;
use crate::model::record::Record;
use crate::model::world::World;
use crate::run::driver::live::LiveDriver;
use crate::run::driver::{Driver, Reply};
use crate::run::outputs::Output;
use crate::run::recorder::Recorder;
use std::ops::ControlFlow;
use std::sync::Arc;

/// The record that is still to be written, and the world after it.
pub(super) type LastMade = Option<(Arc<Record>, World)>;

/// Begins the session. Every record but the last is written before the next one is made.
pub(super) fn begin(
    live: &mut LiveDriver,
    recorder: &mut Recorder,
) -> anyhow::Result<(Vec<Msg>, LastMade)> {
    let (mut first, mut last) = (Vec::new(), None);
    live.begin(&mut |reply| {
        first.extend(taken(&reply));
        if let Reply::Made { record, world } = reply {
            write(last.replace((record, World::clone(world))), recorder);
        }
        ControlFlow::Continue(())
    })?;
    Ok((first, last))
}

/// Writes it; the recorder says by itself what it cannot write.
pub(super) fn write(record: LastMade, recorder: &mut Recorder) {
    if let Some((record, world)) = record {
        let _ = recorder.record(&record, &world);
    }
}
