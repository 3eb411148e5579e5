//! One file a command.

pub mod add;
pub mod assess;
pub mod brief;
pub mod check;
pub mod correct;
pub mod cosign;
pub mod demo;
pub mod edit;
pub mod erase;
pub mod export;
pub mod findings;
pub mod funds;
pub mod init;
pub mod keys;
pub mod list;
pub mod matches;
pub mod mirror;
pub mod nominate;
pub mod plan;
pub mod receipt;
pub mod release;
pub mod say;
pub mod show;
pub mod trace;
pub mod verify;
pub mod witness;
