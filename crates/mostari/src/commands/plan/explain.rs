//! `mostari plan explain` and `mostari plan why-not`: the reasons of a plan.

use crate::terminal::Terminal;
use crate::{Answer, args, failure::Failure, session::Session};
use mostari_model::{Chosen, NotChosen, Plan};
use serde_json::json;
use std::collections::BTreeMap;

/// Why one project is in the plan when it is, or why it is not.
pub fn one(args: &args::ExplainProject, terminal: &Terminal) -> Result<Answer, Failure> {
    let session = Session::open_with_areas(&args.folder, &args.reader.clearance, terminal)?;
    let plan = session.plan(args.plan.as_deref())?;
    if let Some(chosen) = plan.chosen.iter().find(|chosen| chosen.project.as_str() == args.project) {
        say_chosen(chosen, terminal);
        terminal.json(&json!({"plan": plan.digest(), "chosen": chosen}));
        return Ok(Answer::Done);
    }
    let left_out = plan.not_chosen.iter().find(|left_out| left_out.project.as_str() == args.project);
    let left_out = left_out.ok_or_else(|| Failure::NotFound(format!("`{}` among the candidates", args.project)))?;
    say_left_out(left_out, terminal);
    terminal.json(&json!({"plan": plan.digest(), "not_chosen": left_out}));
    Ok(Answer::Done)
}

/// Every reason, by what stands in the way.
pub fn all(args: &args::WhyNot, terminal: &Terminal) -> Result<Answer, Failure> {
    let session = Session::open_with_areas(&args.folder, &args.reader.clearance, terminal)?;
    let plan = session.plan(args.plan.as_deref())?;
    for (group, members) in by_group(&plan) {
        terminal.say(format!("{group}: {}", members.len()));
        members.iter().for_each(|left_out| say_left_out(left_out, terminal));
    }
    let verified = plan.not_chosen.iter().filter(|left_out| left_out.verified).count();
    terminal.say(format!("{verified} of {} reasons verified by solving again", plan.not_chosen.len()));
    terminal.json(&json!({"plan": plan.digest(), "not_chosen": plan.not_chosen, "verified": verified}));
    Ok(Answer::Done)
}

fn by_group(plan: &Plan) -> BTreeMap<&'static str, Vec<&NotChosen>> {
    let mut groups: BTreeMap<&'static str, Vec<&NotChosen>> = BTreeMap::new();
    for left_out in &plan.not_chosen {
        groups.entry(left_out.reason.group.name()).or_default().push(left_out);
    }
    groups
}

fn say_chosen(chosen: &Chosen, terminal: &Terminal) {
    terminal.say(format!("`{}` is in the plan: {} to {}", chosen.project, chosen.start, chosen.end));
    for payment in &chosen.payers {
        terminal.say(format!("  `{}` pays {} in {}", payment.donor, payment.amount, payment.year));
    }
    for work in &chosen.executors {
        terminal.say(format!(
            "  `{}` gives {:.1} weeks of `{}` a month, {} to {}",
            work.party, work.weeks_per_month, work.capability, work.from, work.until
        ));
    }
    terminal.say(format!(
        "  brings {:.0} severity-weighted person-months, completed with probability {:.2}",
        chosen.benefit, chosen.completes
    ));
}

fn say_left_out(left_out: &NotChosen, terminal: &Terminal) {
    let verified = if left_out.verified { "" } else { " (not verified)" };
    terminal.say(format!("`{}`: {}{verified}", left_out.project, left_out.reason.words));
    left_out.reason.changes.iter().for_each(|change| terminal.say(format!("  {}", change.words)));
}
