//! One file a command.

pub mod add;
pub mod assess;
pub mod brief;
pub mod check;
pub mod demo;
pub mod findings;
pub mod init;
pub mod list;
pub mod matches;
pub mod nominate;
pub mod plan;
pub mod show;
pub mod verify;
