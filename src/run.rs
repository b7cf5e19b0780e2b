//! The program as a process: without a terminal ([`headless`]), and what it can say of this machine ([`doctor`]).

pub mod broken;
pub mod compare;
pub mod config;
pub mod cost;
pub mod doctor;
pub mod driver;
pub mod explain;
pub mod files;

pub mod headless;
pub mod homework;
pub mod lesson;
pub mod outputs;
pub mod plain;
pub mod recorder;
pub mod recording;
pub mod replay;
pub mod saved;
pub mod script;
pub mod serve;
pub mod settings;
pub mod targets;
pub mod tui;
pub mod watch;
