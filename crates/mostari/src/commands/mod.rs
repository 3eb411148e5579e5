//! One file a command.

pub mod add;
pub mod assess;
pub mod brief;
pub mod check;
pub mod correct;
pub mod demo;
pub mod erase;
pub mod findings;
pub mod funds;
pub mod init;
pub mod keys;
pub mod list;
pub mod matches;
pub mod nominate;
pub mod plan;
pub mod receipt;
pub mod show;
pub mod verify;
