//! Mixed-integer linear programs: a typed model builder over HiGHS, one thread, deterministic.
//!
//! The same model, seed and limits give the same solution on every machine, unless the limit on
//! seconds struck; then [`Solution::stopped_by`] says [`StoppedBy::Time`].
//!
//! ```
//! use mostari_milp::{Kind, Limits, Model, Sense, solve};
//! let mut model = Model::new(Sense::Maximise);
//! let clinic = model.add_variable(3.0, 0.0, 1.0, Kind::Integer);
//! let school = model.add_variable(2.0, 0.0, 1.0, Kind::Integer);
//! model.add_row(f64::NEG_INFINITY, 4.0, &[(clinic, 3.0), (school, 2.0)]);
//! let solution = solve(&model, &Limits::exact(1)).unwrap();
//! assert_eq!((solution.objective, solution.is_one(clinic)), (3.0, true));
//! ```

mod model;
mod solve;

pub use model::{Kind, Model, Row, Sense, Variable};
pub use solve::{Duals, Limits, MilpError, Solution, StoppedBy, relaxed_over, solve};
