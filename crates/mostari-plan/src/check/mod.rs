//! Does a plan keep every rule? Written apart from the planners and sharing no code with them: whoever holds the
//! plan and the problem can find out, without a solver and without trusting ours.
//!
//! It uses only the vocabulary and the plain data of [`Problem`]; a test holds that no planner module is imported.

mod area;
mod benefit;
mod conditions;
pub mod convoys;
pub mod knapsack;
mod money;
pub mod preposition;
pub mod presence;
pub mod siting;
pub mod stock;
pub mod survey;
mod time;
mod work;

use crate::problem::Problem;
use mostari_model::{CheckReport, Chosen, Plan, Project, ProjectId, Rule, Violation};
use std::collections::BTreeMap;

/// What the rules look at.
struct Subject<'a> {
    plan: &'a Plan,
    problem: &'a Problem,
    /// Candidates by id.
    projects: BTreeMap<&'a ProjectId, &'a Project>,
}

/// Re-derives every rule and says which the plan breaks, in the order of [`Rule::ALL`].
///
/// A chosen project that is no candidate is reported under [`Rule::Once`]; the other rules speak of the rest.
pub fn check(plan: &Plan, problem: &Problem) -> CheckReport {
    let projects = problem.projects.iter().map(|project| (&project.id, project)).collect();
    let subject = Subject { plan, problem, projects };
    let mut violations = Vec::new();
    for rule in Rule::ALL {
        let found = match rule {
            Rule::Once => time::once(&subject),
            Rule::Horizon => time::horizon(&subject),
            Rule::Precedence => time::precedence(&subject),
            Rule::Paid => money::paid(&subject),
            Rule::Budget => money::budget(&subject),
            Rule::Earmark => [money::earmark(&subject), money::expiry(&subject)].concat(),
            Rule::Years => money::years(&subject),
            Rule::Work => work::work(&subject),
            Rule::Weeks => work::weeks(&subject),
            Rule::Caveat => work::caveat(&subject),
            Rule::Required => conditions::required(&subject),
            Rule::UnderWay => time::under_way(&subject),
            Rule::Alternatives => conditions::alternatives(&subject),
            Rule::Bundles => conditions::bundles(&subject),
            Rule::Running => conditions::running(&subject),
            Rule::Floor => benefit::floor(&subject),
            Rule::Objective => benefit::objective(&subject),
        };
        let violation = |(project, message)| Violation { rule, project, message };
        violations.extend(found.into_iter().map(violation));
    }
    CheckReport { rules: Rule::ALL.to_vec(), violations }
}

/// What a rule found: the project that it is about, if one, and what is wrong.
type Found = Vec<(Option<ProjectId>, String)>;

impl<'a> Subject<'a> {
    /// Chosen projects that are candidates, with the candidate.
    fn chosen(&self) -> impl Iterator<Item = (&'a Chosen, &'a Project)> {
        self.plan.chosen.iter().filter_map(|chosen| Some((chosen, *self.projects.get(&chosen.project)?)))
    }
}

fn about(chosen: &Chosen, message: String) -> (Option<ProjectId>, String) {
    (Some(chosen.project.clone()), message)
}
