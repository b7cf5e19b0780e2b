//! The configuration: keys bound anew are named everywhere by their new names, and what is wrong is said with its line.

#[path = "../support/mod.rs"]
mod support;

mod messages;
mod named;
mod printed;
mod rebound;
mod screen;

/// Twenty keys that are others than those that ship.
const REBOUND: &str = "\
[keys]
tick = \"t\"
tick-only = \"T\"
back = \"u\"
forward = \"E\"
first = \"H\"
live = \"Z\"
escape = \"ctrl-g\"
next-pane = \"f3\"
explain = \"f4\"
lessons = \"G\"
zoom = \"P\"
quit = \"Q\"
help = \"f1\"
prompt = \"&\"
kernel = \"C\"
let-call-go = \"t\"
task-below = \"f6\"
output = \"f7\"
interrupt-call = \"f8\"
end-program = \"f9\"
seen-tick = \"f11\"
first-difference = \"f12\"
";
