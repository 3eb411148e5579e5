//! `mostari plan presence`: how many teams stand ready where, and how likely each area is visited.

use crate::session::{Session, write};
use crate::terminal::{Terminal, Watch, counted, duration, table};
use crate::{Answer, args, failure::Failure};
use mostari_model::{AreaId, Digest, Finding, canonical_json};
use mostari_plan::check::presence::{check, check_visits};
use mostari_plan::mission::convoys::PEOPLE;
use mostari_plan::mission::presence::{ENGINE, PresenceQuestion, cover, gather, visits};
use mostari_plan::problem::Breach;
use mostari_plan::problem::ground::Ground;
use mostari_plan::problem::presence::{PresencePlan, PresenceProblem, Visits};
use mostari_record::ComputationKind;
use serde_json::{Value, json};
use std::hash::{BuildHasher, Hasher, RandomState};

/// Areas and rounds shown on a terminal.
const SHOWN: usize = 8;
/// Rules of the checker.
const RULES: usize = 11;

pub fn run(args: &args::Presence, terminal: &Terminal) -> Result<Answer, Failure> {
    let session = Session::open_with_areas(&args.folder, &args.reader.clearance, terminal)?;
    let assessment = match args.weigh == PEOPLE {
        true => None,
        false => {
            let as_of = session.as_of(args.as_of.as_deref())?;
            Some(session.assess(as_of, std::slice::from_ref(&args.weigh), terminal)?.0)
        }
    };
    let asked = question(args);
    terminal.progress("Measuring ways …");
    let gathered = gather(&session.snapshot, &session.placed.gazetteer, assessment.as_ref(), &asked);
    let (ground, problem, findings) = gathered.map_err(|error| Failure::Plan(error.into()))?;
    super::show_findings(&findings, terminal);
    let watch = Watch::start();
    terminal.progress(format!("Placing {} teams …", args.patrols));
    let plan = cover(&problem, args.time).map_err(|error| Failure::Plan(error.into()))?;
    // Whoever can guess the seed knows every visit; without one that was said, nobody can.
    let seed = args.seed.unwrap_or_else(|| RandomState::new().build_hasher().finish());
    let mut drawn = visits(&plan, args.rounds, seed);
    let mut breaches = check(&plan, &problem);
    breaches.extend(check_visits(&drawn, &plan, &problem));
    drawn.rounds.truncate(args.rounds as usize);
    terminal.clear_progress();
    let path = keep(&session, &plan, &problem, args)?;
    let as_of = assessment.as_ref().map(|assessment| assessment.as_of.to_string());
    let shown =
        Shown { ground: &ground, problem: &problem, plan: &plan, drawn: &drawn, seed, as_of, breaches: &breaches };
    shown.say(args, watch.seconds(), terminal);
    terminal.say(format!("Wrote {path} (teams and chances; the visits drawn are kept nowhere)"));
    terminal.json(&shown.as_json(&findings, watch.seconds(), &path));
    Ok(if breaches.is_empty() { Answer::Done } else { Answer::No })
}

fn question(args: &args::Presence) -> PresenceQuestion {
    PresenceQuestion {
        teams: args.patrols,
        shifts: (1..=args.shifts).map(|shift| format!("shift {shift}")).collect(),
        weigh: args.weigh.clone(),
        part: args.part.clone(),
        posts: args.post.iter().map(AreaId::new).collect(),
        speed_kmh: args.speed,
        detour: args.detour,
        within_h: args.within_hours,
        busy_share: args.busy,
        backup: args.backup,
        visits: args.visits,
        least: args.least,
        most: args.most,
    }
}

/// Teams and chances go into the record; visits do not, nor the seed that gives them away.
fn keep(
    session: &Session,
    plan: &PresencePlan,
    problem: &PresenceProblem,
    args: &args::Presence,
) -> Result<String, Failure> {
    let parameters =
        json!({"problem": Digest::of_value(problem), "weigh": args.weigh, "part": args.part, "time_s": args.time});
    let bytes = canonical_json(plan);
    session.record(ComputationKind::Presence, (parameters, Vec::new()), ENGINE, &bytes, &session.snapshot.label)?;
    let name = format!("presence-{}.json", Digest::of_value(plan).short());
    let path = session.mission.dir().join("plans").join(name);
    write(&path, &bytes)?;
    Ok(path.display().to_string())
}

/// Everything that is said of a plan.
struct Shown<'a> {
    ground: &'a Ground,
    problem: &'a PresenceProblem,
    plan: &'a PresencePlan,
    drawn: &'a Visits,
    seed: u64,
    as_of: Option<String>,
    breaches: &'a [Breach],
}

impl Shown<'_> {
    fn name(&self, id: &str) -> String {
        self.ground.name(&AreaId::new(id)).to_owned()
    }

    /// The doubt about weights and travel.
    fn doubt(&self, args_weigh: &str) -> String {
        let day = self.as_of.as_ref().map_or_else(String::new, |day| format!(" as of {day}"));
        format!(
            "weight is `{args_weigh}`{day}, the same in every shift; hours are over touching areas, great circles x a detour"
        )
    }

    fn say(&self, args: &args::Presence, seconds: f64, terminal: &Terminal) {
        let shifts = &self.plan.shifts;
        let stands = |post: &usize| shifts.iter().any(|shift| shift.teams[*post] > 0);
        let rows: Vec<Vec<String>> = (0..self.problem.posts.len())
            .filter(stands)
            .map(|post| {
                let teams = shifts.iter().map(|shift| shift.teams[post].to_string());
                std::iter::once(self.name(&self.problem.posts[post].id)).chain(teams).collect()
            })
            .collect();
        let header: Vec<&str> =
            std::iter::once("teams stand ready in").chain(self.problem.shifts.iter().map(String::as_str)).collect();
        let right: Vec<usize> = (1..header.len()).collect();
        table(&header, &rows, &right).iter().for_each(|line| terminal.say(line));
        for (name, shift) in self.problem.shifts.iter().zip(shifts) {
            let all: f64 = self.problem.areas.iter().map(|area| area.weights[0]).sum();
            terminal.say(format!(
                "{name}: {:.1} % of the weight finds a free team within {} h, {:.1} % has a second one; {} of {} areas are out of reach",
                100.0 * shift.expected_weight / all.max(f64::MIN_POSITIVE),
                self.problem.response_limit_h,
                100.0 * shift.backup_share,
                shift.cover.iter().filter(|teams| **teams == 0).count(),
                self.problem.areas.len(),
            ));
        }
        self.say_chances(terminal);
        terminal.say(format!(
            "Visits drawn for {} (seed {}; whoever has it and the plan knows them):",
            counted(self.drawn.rounds.len() as u64, "round", "rounds"),
            self.seed
        ));
        for (round, drawn) in self.drawn.rounds.iter().enumerate().take(SHOWN) {
            for (shift, areas) in self.problem.shifts.iter().zip(drawn) {
                let names: Vec<String> =
                    areas.iter().map(|area| self.name(&self.problem.areas[*area as usize].id)).collect();
                terminal.say(format!("  round {}, {shift}: {}", round + 1, names.join(", ")));
            }
        }
        if self.drawn.rounds.len() > SHOWN {
            terminal.say(format!("  … {} more rounds; `--json` has them", self.drawn.rounds.len() - SHOWN));
        }
        let gap = format!("within {:.1} % of the best possible", 100.0 * self.plan.gap);
        let stopped = if self.plan.is_stopped { "; time ended the search" } else { "" };
        terminal.say(format!(
            "{} in {}, {gap}{stopped}, in {}",
            counted(self.plan.rota_teams.iter().map(|teams| u64::from(*teams)).sum(), "team", "teams"),
            counted(self.problem.shifts.len() as u64, "shift", "shifts"),
            duration(seconds)
        ));
        terminal.say(format!("Doubt: {}", self.doubt(&args.weigh)));
        super::say_breaches(self.breaches, RULES, terminal);
    }

    /// The areas that are likeliest to be visited, and the least chance of any.
    fn say_chances(&self, terminal: &Terminal) {
        let Some(first) = self.plan.shifts.first() else { return };
        let mut by_chance: Vec<(f64, usize)> = first.visit_chances.iter().copied().zip(0..).collect();
        by_chance.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let likeliest: Vec<String> = by_chance
            .iter()
            .take(SHOWN)
            .map(|(chance, area)| format!("{} {chance:.2}", self.name(&self.problem.areas[*area].id)))
            .collect();
        let least = by_chance.last().map_or(0.0, |(chance, _)| *chance);
        terminal.say(format!(
            "Chance of a visit in {}: {}; no area below {least:.3}",
            self.problem.shifts[0],
            likeliest.join(", ")
        ));
    }

    fn as_json(&self, findings: &[Finding], seconds: f64, path: &str) -> Value {
        let id = |area: u32| self.problem.areas[area as usize].id.as_str();
        let shift = |(name, cover): (&String, &mostari_plan::problem::presence::ShiftCover)| {
            let posts: Vec<Value> = (self.problem.posts.iter().zip(&cover.teams))
                .filter(|(_, teams)| **teams > 0)
                .map(|(post, teams)| json!({"area": post.id, "teams": teams}))
                .collect();
            let areas: Vec<Value> = (self.problem.areas.iter().zip(&cover.cover).zip(&cover.visit_chances))
                .map(|((area, teams), chance)| json!({"area": area.id, "weight": area.weights[0], "teams": teams, "visit_chance": chance}))
                .collect();
            json!({
                "shift": name, "posts": posts, "areas": areas, "expected_weight": cover.expected_weight,
                "backup_share": cover.backup_share, "visits": cover.visits_count,
            })
        };
        let drawn: Vec<Vec<Vec<&str>>> = (self.drawn.rounds.iter())
            .map(|round| round.iter().map(|areas| areas.iter().map(|area| id(*area)).collect()).collect())
            .collect();
        json!({
            "plan": path, "digest": Digest::of_value(self.plan), "as_of": self.as_of, "seed": self.seed,
            "shifts": self.problem.shifts.iter().zip(&self.plan.shifts).map(shift).collect::<Vec<_>>(), "drawn": drawn,
            "expected_weight": self.plan.expected_weight, "bound": self.plan.bound, "gap": self.plan.gap,
            "findings": findings, "check": {"rules": RULES, "violations": self.breaches}, "seconds": seconds,
        })
    }
}
