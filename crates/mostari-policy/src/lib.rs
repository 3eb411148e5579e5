//! Who may do what, and what a release may show.

pub mod disclosure;
