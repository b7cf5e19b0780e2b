//! The columns of the socket list: what is least needed goes first.

use crate::app::model::Model;
use ratatui::layout::Rect;

/// The longest stage word with its sign and star: `o connect attempted*`.
const STAGE: usize = 20;
/// `ECONNREFUSED`, `SO_ERROR was 0`, with a space.
const FACT: usize = 15;
/// `SYN-SENT, 4 SYNs sent`, with a space.
const KERNEL: usize = 22;
const FD: usize = 4;
const PORT: usize = 6;
/// `recv tick 12`, `error waits`, with three spaces before it.
const SO_ERROR: usize = 15;

/// Where each column begins, and how wide it is; 0 is left out.
pub(super) struct SocketColumns {
    pub(super) number: usize,
    pub(super) target: usize,
    pub(super) stage: usize,
    pub(super) fact: usize,
    pub(super) kernel: usize,
    pub(super) fd: usize,
    pub(super) port: usize,
    pub(super) so_error: usize,
}

impl SocketColumns {
    pub(super) fn of(model: &Model, width: usize) -> SocketColumns {
        let number = model.world().rows_ever().to_string().len();
        let longest = model.world().longest_target;
        let mut columns = SocketColumns {
            number,
            target: longest.clamp(8, 40),
            stage: STAGE,
            fact: FACT,
            kernel: KERNEL,
            fd: FD,
            port: PORT,
            so_error: SO_ERROR,
        };
        // What is least needed goes first.
        let drops: [fn(&mut SocketColumns); 9] = [
            |c| c.so_error = 0,
            |c| c.target = c.target.min(24),
            |c| c.kernel = KERNEL - 5,
            |c| c.target = c.target.min(17),
            |c| c.port = 0,
            |c| c.fd = 0,
            |c| (c.fact, c.stage, c.kernel) = (0, STAGE + 4, KERNEL),
            |c| c.kernel = KERNEL - 6,
            |c| c.target = c.target.min(11),
        ];
        for drop in drops {
            if columns.total() <= width {
                break;
            }
            drop(&mut columns);
        }
        // What is left over goes to the target.
        columns.target += width
            .saturating_sub(columns.total())
            .min(longest.saturating_sub(columns.target));
        columns
    }

    pub(super) fn stage_at(&self) -> usize {
        2 + self.number + 1 + self.target + 1
    }

    fn total(&self) -> usize {
        self.stage_at() + self.stage + self.fact + self.kernel + self.fd + self.port + self.so_error
    }
}

/// The room of `. no socket yet`, after which it says where the row will lead.
pub(super) fn new_width(area: Rect) -> usize {
    if area.width < 80 { 16 } else { STAGE }
}
