//! One reader a file.

pub(crate) mod dtm;
pub(crate) mod fts;
pub(crate) mod hazards;
pub(crate) mod hno;
pub(crate) mod ipc;
pub(crate) mod population;
mod population_header;
mod properties;
pub(crate) mod three_w;
pub(crate) mod unhcr;
pub(crate) mod acled;
pub(crate) mod ged;
