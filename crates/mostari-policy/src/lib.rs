//! Who may do what, and what a release may show.
//!
//! Two questions, and nothing else: [`actions`] answers *may this actor do this to that entry?*, and [`disclosure`]
//! *what may a released table show, given everything that was released before?* A [`release::Release`] states the
//! outcome, for the record to carry; a [`measure::Measure`] is what its originator keeps of it. This crate touches no file and reads no clock.

pub mod actions;
pub mod disclosure;
pub mod measure;
pub mod release;
