//! Invented histories, equal for equal seeds: for tests, benchmarks and load. Some of what they state is wrong on purpose.

mod care;

use crate::{
    AccountCard, AccountId, AccountKind, Budget, Dispatch, Earmark, Entry, EntryId, Exchange, Ledger, LogId, LossCause,
    Move, Outcome, Plain, Rate, Standing, Statement, Strength, Total, Transfer, Unit, UnitKind, Use, sums,
};
use mostari_model::{AreaId, Date, Digest, Label, Month, PartyId, Period, TransactionType};

/// How large a history is to be.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Chooses everything.
    pub seed: u64,
    /// At least so many legs are posted.
    pub postings: usize,
    /// Donors, each with its programme.
    pub donors: u64,
    /// Projects, each with its payee.
    pub projects: u64,
    /// How the people in it look before they spend.
    pub habits: Habits,
}

/// How the people of a history look before they spend.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Habits {
    /// They ask only how much there is. The longer it goes on, the more of what there is has expired or is meant for
    /// something else, and the more is refused: after a million postings a third of what is said.
    #[default]
    Careless,
    /// Each project keeps to one sector and area, people spend what its earmarks permit, pay whom they may, and give
    /// back what has expired. They still make the mistakes that the others make.
    Careful,
}

impl Default for Shape {
    fn default() -> Self {
        Self { seed: 1, postings: 500, donors: 3, projects: 8, habits: Habits::Careless }
    }
}

/// SplitMix64: small, well spread, and the same everywhere (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Dice that fall the same for the same seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`, which must not be 0.
    pub const fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// Four eyes from here on, in cents.
const LARGE: u64 = 5_000_000;
const SECTORS: [&str; 3] = ["health", "education", "transport"];
const NODES: [&str; 2] = ["node-0", "node-1"];

/// Makes a history and the ledger that it gives.
pub fn history(shape: Shape) -> (Vec<Entry>, Ledger) {
    let mut world = World {
        dice: Dice::new(shape.seed),
        shape,
        ledger: Ledger::new(),
        entries: Vec::new(),
        postings: 0,
        day: Date::constant(2026, 1, 1),
        open: Vec::new(),
        held: Vec::new(),
        posted: Vec::new(),
        sent: Vec::new(),
    };
    world.found();
    while world.postings < shape.postings {
        world.step();
    }
    (world.entries, world.ledger)
}

struct World {
    dice: Dice,
    shape: Shape,
    ledger: Ledger,
    entries: Vec<Entry>,
    postings: usize,
    day: Date,
    open: Vec<Month>,
    held: Vec<EntryId>,
    posted: Vec<EntryId>,
    sent: Vec<EntryId>,
}

impl World {
    fn say(&mut self, statement: Statement) -> Outcome {
        self.say_as("hq", "clerk", "agency", statement)
    }

    fn say_as(&mut self, log: &str, by: &str, party: &str, statement: Statement) -> Outcome {
        let number = self.entries.len() as u64;
        let back = i64::try_from(self.dice.below(4)).unwrap_or(0);
        let restricted = self.dice.below(10) == 0;
        self.submit(Entry {
            index: number * 2,
            id: format!("e{number}").into(),
            log: LogId::from(log),
            by: by.into(),
            party: party.into(),
            recorded: self.day,
            happened: self.day.saturating_sub(jiff::Span::new().days(back)),
            label: if restricted { "force".parse().expect("a label") } else { Label::public() },
            statement,
        })
    }

    fn submit(&mut self, entry: Entry) -> Outcome {
        let outcome = self.ledger.apply(&entry);
        self.postings += outcome.legs().len();
        match (&outcome, &entry.statement) {
            (Outcome::Held(_), _) => self.held.push(entry.id.clone()),
            (Outcome::Posted(_), Statement::Transfer(_)) => self.posted.push(entry.id.clone()),
            (Outcome::Posted(_), Statement::Dispatch(_)) => self.sent.push(entry.id.clone()),
            _ => {}
        }
        self.entries.push(entry);
        outcome
    }

    fn account(&mut self, account: String, unit: &str, kind: AccountKind, owner: &str, home: &str) {
        let (account, unit, home) = (account.into(), unit.into(), home.into());
        let card = AccountCard { account, unit, kind, owner: owner.into(), home, area: None, activity: String::new() };
        self.say(Statement::OpenAccount(card.into()));
    }

    fn found(&mut self) {
        let unit = |unit: &str, kind, digits, four_eyes_from| {
            Statement::OpenUnit(Unit { unit: unit.into(), kind, digits, four_eyes_from })
        };
        self.say(unit("EUR", UnitKind::Money, 2, Some(LARGE)));
        self.say(unit("XAF", UnitKind::Money, 0, Some(LARGE * 6)));
        self.say(unit("diesel-l", UnitKind::Goods, 0, Some(400)));
        for (area, parent) in [("land", None), ("north", Some("land")), ("south", Some("land"))] {
            self.say(Statement::PlaceArea { area: area.into(), parent: parent.map(AreaId::from) });
        }
        for unit in ["EUR", "XAF", "diesel-l"] {
            self.account(format!("world-{unit}"), unit, AccountKind::Outside, "world", "hq");
            self.account(format!("bank-{unit}"), unit, AccountKind::Exchange, "bank", "hq");
            self.account(format!("rounding-{unit}"), unit, AccountKind::Rounding, "bank", "hq");
        }
        for donor in 0..self.shape.donors {
            let owner = format!("donor-{donor}");
            self.account(owner.clone(), "EUR", AccountKind::Donor, &owner, "hq");
            self.account(format!("programme-{donor}"), "EUR", AccountKind::Programme, "agency", "hq");
            self.account(format!("programme-xaf-{donor}"), "XAF", AccountKind::Programme, "agency", "hq");
            for side in ["words", "word-to"] {
                self.account(format!("{side}-{donor}"), "EUR", AccountKind::Promise, &owner, "hq");
            }
            let (grant, receiver) = (format!("grant-{donor}").into(), "agency".into());
            self.say(Statement::OpenGrant { grant, unit: "EUR".into(), donor: owner.into(), receiver });
        }
        for project in 0..self.shape.projects {
            self.account(format!("project-{project}"), "EUR", AccountKind::Project, "ngo", "hq");
            let payee = format!("payee-{project}");
            self.account(payee.clone(), "EUR", AccountKind::Payee, &payee, "hq");
            if project > 0 {
                self.standing(&payee, Standing::Released);
            }
        }
        for node in NODES {
            self.account(format!("escrow-{node}"), "EUR", AccountKind::Escrow, "ngo", node);
            self.account(format!("transit-{node}"), "diesel-l", AccountKind::Transit, "carrier", node);
            self.account(format!("camp-{node}"), "diesel-l", AccountKind::Delivered, "ngo", node);
        }
        self.account("depot".to_owned(), "diesel-l", AccountKind::Stock, "agency", "hq");
        for cause in [LossCause::Spoilage, LossCause::Looting, LossCause::Diversion] {
            self.account(format!("loss-{cause:?}"), "diesel-l", AccountKind::Loss(cause), "agency", "hq");
        }
        self.next_day();
    }

    fn standing(&mut self, payee: &str, standing: Standing) {
        let (payee, reason) = (PartyId::from(payee), "checked against the register".to_owned());
        self.say(Statement::SetStanding { payee, standing, reason });
    }

    /// Opens the month that begins, and closes the one before the last.
    fn next_day(&mut self) {
        self.day = self.day.saturating_add(jiff::Span::new().days(1));
        let month = Month::of(self.day);
        if self.open.last() != Some(&month) {
            self.open.push(month);
            self.say(Statement::OpenPeriod { period: Period::month(month) });
            if let Some(old) = self.open.len().checked_sub(3) {
                self.say(Statement::ClosePeriod { period: Period::month(self.open[old]) });
            }
        }
    }

    fn step(&mut self) {
        if self.dice.below(300) == 0 {
            self.next_day();
        }
        match self.dice.below(1_000) {
            0..10 => self.give(),
            10..30 => self.promise(),
            30..230 => self.fund_programme(),
            230..470 => self.fund_project(),
            470..740 => self.pay(),
            740..810 => self.end_one(),
            810..825 => self.give_back(),
            825..850 => self.exchange(),
            850..865 => self.reverse(),
            865..905 => self.escrow(),
            905..965 => self.goods(),
            965..980 => self.repeat(),
            980..992 => self.mistake(),
            992..999 => self.declare(),
            _ => self.total(),
        }
    }

    fn pick(&mut self, count: u64) -> u64 {
        self.dice.below(count.max(1))
    }

    fn purpose(&mut self) -> Use {
        let sector = SECTORS[self.pick(3) as usize].to_owned();
        let area = Some(["land", "north", "south"][self.pick(3) as usize].into());
        Use { sector, area, purpose: String::new() }
    }

    fn earmark(&mut self, donor: u64) -> Earmark {
        let strength = if self.dice.below(2) == 0 { Strength::Soft } else { Strength::Hard };
        let sectors = (self.dice.below(15) == 0).then(|| SECTORS[self.pick(3) as usize].to_owned());
        let areas = (self.dice.below(20) == 0).then(|| AreaId::from("north"));
        let expires = (self.dice.below(2) == 0).then(|| {
            let days = 60 + i64::try_from(self.dice.below(700)).unwrap_or(0);
            self.day.saturating_add(jiff::Span::new().days(days))
        });
        Earmark {
            donor: Some(format!("donor-{donor}").into()),
            sectors: sectors.into_iter().collect(),
            areas: areas.into_iter().collect(),
            purposes: std::collections::BTreeSet::new(),
            expires,
            strength,
        }
    }

    /// Transfers once; a large one is approved at once, and some are pending.
    fn transfer(&mut self, log: &str, moves: Vec<Move>) {
        if self.shape.habits == Habits::Careful && moves.iter().any(care::is_nothing) {
            return;
        }
        let pending = (self.dice.below(12) == 0).then(|| {
            let days = i64::try_from(self.dice.below(20)).unwrap_or(0);
            self.day.saturating_add(jiff::Span::new().days(days))
        });
        let override_reason = (self.dice.below(200) == 0).then(|| "the winter came early".to_owned());
        let transfer = Transfer { moves, pending_until: pending, override_reason };
        let outcome = self.say_as(log, "clerk", "agency", Statement::Transfer(transfer));
        if matches!(&outcome, Outcome::Held(hold) if hold.needs != crate::Signature::None) {
            let of = self.entries[self.entries.len() - 1].id.clone();
            let (by, party) = if self.dice.below(10) == 0 { ("clerk", "agency") } else { ("treasurer", "donor-0") };
            if matches!(self.say_as("hq", by, party, Statement::Approve { of: of.clone() }), Outcome::Posted(_)) {
                self.posted.push(of);
            }
        }
    }

    fn give(&mut self) {
        let donor = self.pick(self.shape.donors);
        let kind = Some(TransactionType::IncomingFunds);
        let earmark = Some(self.earmark(donor));
        let amount = 20_000_000 + self.dice.below(900_000_000);
        let plain = Plain { kind, earmark, ..Plain::new("world-EUR", format!("donor-{donor}"), amount) };
        self.transfer("hq", vec![Move::Plain(plain)]);
        let (amount, earmark) = (1 + self.dice.below(20_000), Some(self.earmark(donor)));
        let diesel = Plain { earmark, ..Plain::new("world-diesel-l", "depot", amount) };
        self.transfer("hq", vec![Move::Plain(diesel)]);
    }

    fn promise(&mut self) {
        let donor = self.pick(self.shape.donors);
        let kind = match self.dice.below(2) {
            0 => TransactionType::OutgoingPledge,
            _ => TransactionType::OutgoingCommitment,
        };
        let grant = Some(format!("grant-{donor}").into());
        let amount = 1 + self.dice.below(400_000_000);
        let kind = if self.has_room(donor, kind, amount) { kind } else { TransactionType::OutgoingPledge };
        let words = Plain::new(format!("words-{donor}"), format!("word-to-{donor}"), amount);
        self.transfer("hq", vec![Move::Plain(Plain { kind: Some(kind), grant, ..words })]);
    }

    /// A part of what an account has free, so that most movements succeed; of the careful, what it has for a use.
    fn part_of(&mut self, account: &str, in_all: u64, purpose: Option<&Use>) -> u64 {
        let free = match self.shape.habits {
            Habits::Careless => self.free(account),
            Habits::Careful => self.usable(account, purpose),
        };
        if free == 0 && self.shape.habits == Habits::Careful {
            return 0;
        }
        1 + self.dice.below(1 + (free / in_all).min(LARGE + LARGE / 20))
    }

    fn free(&self, account: &str) -> u64 {
        self.ledger.account(&AccountId::from(account)).map_or(0, |it| it.available().max(0).unsigned_abs())
    }

    fn fund_programme(&mut self) {
        let donor = self.pick(self.shape.donors);
        let from = format!("donor-{donor}");
        let amount = self.part_of(&from, 40, None);
        self.transfer("hq", vec![Move::Plain(Plain::new(from, format!("programme-{donor}"), amount))]);
    }

    fn fund_project(&mut self) {
        let (donor, project) = (self.pick(self.shape.donors), self.pick(self.shape.projects));
        let from = format!("programme-{donor}");
        let plan = self.plan_of(project);
        let amount = self.part_of(&from, 30, plan.as_ref());
        let deviation = (self.dice.below(2) == 0).then(|| "the road washed away".to_owned());
        let grant = (self.dice.below(2) == 0).then(|| format!("grant-{donor}").into());
        let purpose = Some(plan.unwrap_or_else(|| self.purpose()));
        let kind = TransactionType::Disbursement;
        let (grant, kind) = (grant.filter(|_| self.has_room(donor, kind, amount)), Some(kind));
        let plain = Plain { kind, grant, purpose, deviation, ..Plain::new(from, format!("project-{project}"), amount) };
        self.transfer("hq", vec![Move::Plain(plain)]);
    }

    fn pay(&mut self) {
        let (donor, project) = (self.pick(self.shape.donors), self.pick(self.shape.projects));
        let from = format!("project-{project}");
        let plan = self.plan_of(project);
        if plan.is_some() && !self.may_be_paid(project) {
            return;
        }
        let amount = self.part_of(&from, 10, plan.as_ref());
        let grant = (self.dice.below(4) == 0).then(|| format!("grant-{donor}").into());
        let purpose = Some(plan.unwrap_or_else(|| self.purpose()));
        let deviation = (self.dice.below(2) == 0).then(|| "the well ran dry".to_owned());
        let kind = TransactionType::Expenditure;
        let (grant, kind) = (grant.filter(|_| self.has_room(donor, kind, amount)), Some(kind));
        let plain = Plain { kind, grant, purpose, deviation, ..Plain::new(from, format!("payee-{project}"), amount) };
        self.transfer("hq", vec![Move::Plain(plain)]);
    }

    /// Posts, voids or approves something that waits.
    fn end_one(&mut self) {
        let Some(of) = self.held.pop() else { return };
        let waits = self.ledger.state.waiting.contains_key(&of);
        if !waits && self.dice.below(20) > 0 {
            return;
        }
        let statement = match self.dice.below(4) {
            0 => Statement::Void { of: of.clone(), reason: "the supplier withdrew".to_owned() },
            1 => Statement::Post { of: of.clone(), amount: Some(1 + self.dice.below(10_000)) },
            2 => Statement::Approve { of: of.clone() },
            _ => Statement::Post { of: of.clone(), amount: None },
        };
        if matches!(self.say_as("hq", "treasurer", "donor-1", statement), Outcome::Posted(_)) {
            self.posted.push(of);
        }
    }

    /// What has expired, or was not needed, goes back to a donor.
    fn give_back(&mut self) {
        let (donor, project) = (self.pick(self.shape.donors), self.pick(self.shape.projects));
        if self.shape.habits == Habits::Careful {
            return self.give_back_expired(donor, project);
        }
        let from = format!("project-{project}");
        let amount = self.part_of(&from, 1, None);
        self.transfer("hq", vec![Move::Plain(Plain::new(from, format!("donor-{donor}"), amount))]);
    }

    fn exchange(&mut self) {
        let donor = self.pick(self.shape.donors);
        let from = format!("programme-{donor}");
        let gives = self.part_of(&from, 100, None);
        let rate = Rate { numerator: 655_957, denominator: 100_000, source: "BEAC".to_owned(), date: self.day };
        let off = self.dice.below(3);
        let gets = (rate.of(gives).unwrap_or(1) + off).saturating_sub(1);
        let plan = Exchange {
            from: from.into(),
            gives,
            gets,
            rate,
            sold_to: "bank-EUR".into(),
            bought_from: "bank-XAF".into(),
            to: format!("programme-xaf-{donor}").into(),
            rounding: "rounding-XAF".into(),
        };
        let fee = Plain::new(format!("donor-{donor}"), format!("programme-{donor}"), 1 + self.dice.below(50));
        self.transfer("hq", vec![Move::Exchange(plan), Move::Plain(fee)]);
    }

    fn reverse(&mut self) {
        let Some(last) = (self.posted.len() as u64).checked_sub(1) else { return };
        let of = self.posted[(last - self.dice.below(last.min(30) + 1)) as usize].clone();
        self.say(Statement::Reverse { of, reason: "typed wrongly".to_owned() });
    }

    /// Gives a node something to spend alone, or lets it spend.
    fn escrow(&mut self) {
        let node = NODES[self.pick(2) as usize];
        let (donor, project) = (self.pick(self.shape.donors), self.pick(self.shape.projects));
        let escrow = format!("escrow-{node}");
        if self.dice.below(3) == 0 {
            let from = format!("programme-{donor}");
            let amount = self.part_of(&from, 50, None);
            return self.transfer("hq", vec![Move::Plain(Plain::new(from, escrow, amount))]);
        }
        let plan = self.plan_of(project);
        let amount = self.part_of(&escrow, 10, plan.as_ref());
        let log = if self.dice.below(8) == 0 { "hq" } else { node };
        let purpose = Some(plan.unwrap_or_else(|| self.purpose()));
        let plain = Plain { purpose, ..Plain::new(escrow, format!("project-{project}"), amount) };
        self.transfer(log, vec![Move::Plain(plain)]);
    }

    fn goods(&mut self) {
        let node = NODES[self.pick(2) as usize];
        let Some(last) = (self.sent.len() as u64).checked_sub(1).filter(|_| self.dice.below(4) > 0) else {
            let (amount, purpose) = (self.part_of("depot", 20, None), self.purpose());
            let (transit, to) = (format!("transit-{node}").into(), format!("camp-{node}").into());
            if amount == 0 {
                return;
            }
            let (from, deliverer) = ("depot".into(), "carrier".into());
            self.say(Statement::Dispatch(Dispatch { from, transit, to, deliverer, amount, purpose }.into()));
            return;
        };
        let dispatch = self.sent[(last - self.dice.below(last.min(20) + 1)) as usize].clone();
        let open = self.ledger.consignment(&dispatch).map_or(0, crate::Consignment::open);
        if open == 0 && self.dice.below(20) > 0 {
            return;
        }
        let amount = 1 + self.dice.below(open + 1);
        let reports = self.dice.below(4) == 0;
        let party = if reports != (self.dice.below(15) == 0) { "carrier" } else { "community" };
        let loss = format!("loss-{:?}", [LossCause::Spoilage, LossCause::Looting][self.pick(2) as usize]).into();
        let statement = match self.dice.below(5) {
            _ if reports => Statement::ReportDelivery { dispatch, amount },
            0 => Statement::Lose { dispatch, loss, amount },
            _ => Statement::ConfirmDelivery { dispatch, amount },
        };
        self.say_as(node, "elder", party, statement);
    }

    /// Says something again, or something else under an id that was used.
    fn repeat(&mut self) {
        let count = self.entries.len() as u64;
        let index = count * 2;
        let mut entry = self.entries[(count - 1 - self.dice.below(count.min(50))) as usize].clone();
        if self.dice.below(3) == 0 {
            entry.by = "somebody-else".into();
        }
        self.submit(Entry { index, recorded: self.day, ..entry });
    }

    /// Statements that must be refused.
    fn mistake(&mut self) {
        let project = self.pick(self.shape.projects);
        let (from, to) = (format!("project-{project}"), format!("payee-{project}"));
        let purpose = Some(self.purpose());
        let plain = match self.dice.below(7) {
            0 => Plain::new(from, "camp-node-0", 1),
            1 => Plain { purpose, ..Plain::new(from, "payee-0", 1) },
            2 => Plain { purpose, ..Plain::new(from, to, 0) },
            3 => Plain { purpose, ..Plain::new(from, to, u64::MAX) },
            4 => Plain::new("bank-EUR", from, 1),
            5 => Plain { purpose, grant: Some("no-grant".into()), ..Plain::new(from, to, 1) },
            _ => Plain::new(from.clone(), from, 1),
        };
        self.transfer("hq", vec![Move::Plain(plain)]);
    }

    fn declare(&mut self) {
        let project = self.pick(self.shape.projects);
        match self.dice.below(3) {
            0 => {
                let standing = if self.dice.below(10) == 0 { Standing::Suspended } else { Standing::Released };
                self.standing(&format!("payee-{project}"), standing);
            }
            _ => {
                let node = self.pick(12);
                let parent = (node > 0).then(|| format!("budget-{}", (node - 1) / 2).into());
                let (budget, allocation) = (format!("budget-{node}").into(), self.dice.below(1_000_000) >> node);
                self.say(Statement::Budget(
                    Budget { budget, parent, unit: "EUR".into(), allocation, rate: None }.into(),
                ));
            }
        }
    }

    fn total(&mut self) {
        let Some(first) = self.open.first() else { return };
        let (unit, kind) = ("EUR".into(), TransactionType::Expenditure);
        let period = Period { from: first.first_day(), to: self.day };
        let Some(sums) = sums(&self.ledger, &unit, kind, period) else { return };
        let wrong = i64::from(self.dice.below(4) == 0);
        let (total, restricted) = (sums.public + sums.restricted, sums.restricted + wrong);
        let commitment = Digest::of(format!("restricted {}", sums.restricted).as_bytes());
        self.say(Statement::StateTotal(Total { unit, kind, period, total, restricted, commitment }.into()));
    }
}
