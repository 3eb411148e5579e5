//! Deliveries in several parts: a client whose demand no vehicle carries at once, or that may be served by several.
//!
//! The client is replaced by parts at the same place, before the search: as many as fit of a fifth, a tenth, a twentieth
//! and a hundredth of the largest vehicle, so that parts can be put together to nearly any load (a-priori splitting after
//! Chen, Golden, Wang and Wasil 2017, "A novel approach to solve the split delivery vehicle routing problem"). The result
//! is a problem like any other, which the same search routes and the same checker judges. Each part is a visit of its
//! own and takes the whole service time.

use crate::matrix::Matrix;
use crate::problem::{Client, Problem, ProblemError, Profile, Solution, VehicleType};

/// Sizes of parts, in thousandths of the largest vehicle.
const SIZES_PERMILLE: [i64; 4] = [200, 100, 50, 10];

/// A client that fills more than this, in thousandths of a vehicle, is taken for a slip of the pen.
const FILL_PERMILLE_MAX: i64 = 1_000_000;

/// A problem in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// The problem in which each part is a client.
    pub problem: Problem,
    /// The client of each part.
    pub client_of: Vec<u32>,
    /// The demand of each client as it was.
    demand: Vec<Vec<i64>>,
}

/// Splits clients whose demand is above `above_permille` thousandths of the largest vehicle that may serve them: 1000 for
/// those that must be split, 0 for all.
///
/// # Errors
/// [`ProblemError`] if the problem, or what becomes of it, does not [validate](Problem::validate), or a client wants more than a thousand vehicles full.
pub fn split(problem: &Problem, above_permille: u32) -> Result<Parts, ProblemError> {
    problem.validate()?;
    let mut clients = Vec::new();
    let mut client_of = Vec::new();
    for (number, client) in problem.clients.iter().enumerate() {
        let fill = fill_permille(problem, number);
        if fill > FILL_PERMILLE_MAX {
            let what = "its demand fills more than a thousand vehicles";
            return Err(ProblemError::Client { client: number, what });
        }
        let parts = if fill > i64::from(above_permille) { parts_of(client, fill) } else { vec![client.clone()] };
        client_of.extend(std::iter::repeat_n(number as u32, parts.len()));
        clients.extend(parts);
    }
    let place =
        |at: usize| at.checked_sub(problem.depots_count).map_or(at, |part| problem.location(client_of[part] as usize));
    let side = problem.depots_count + clients.len();
    let table = |old: &Matrix| Matrix::from_arcs(side, |from, to| old.get(place(from), place(to)));
    let profile = |old: &Profile| -> Result<Profile, ProblemError> {
        let barred = |&(from, to): &(usize, usize)| old.is_forbidden(place(from), place(to));
        let arcs = (0..side).flat_map(|from| (0..side).map(move |to| (from, to)));
        let forbidden = if old.forbidden_arcs.is_empty() { Vec::new() } else { arcs.filter(barred).collect() };
        Ok(Profile {
            distance: table(&old.distance)?,
            duration: old.duration.as_ref().map(table).transpose()?,
            risk: old.risk.as_ref().map(table).transpose()?,
            forbidden_arcs: forbidden.into_iter().map(|(from, to)| (from as u32, to as u32)).collect(),
        })
    };
    let kind = |old: &VehicleType| {
        let is_barred = |part: &u32| old.barred_clients.binary_search(&client_of[*part as usize]).is_ok();
        VehicleType { barred_clients: (0..clients.len() as u32).filter(is_barred).collect(), ..old.clone() }
    };
    let in_parts = Problem {
        goods_count: problem.goods_count,
        depots_count: problem.depots_count,
        vehicle_types: problem.vehicle_types.iter().map(kind).collect(),
        profiles: problem.profiles.iter().map(profile).collect::<Result<_, _>>()?,
        clients,
    };
    in_parts.validate()?;
    let demand = problem.clients.iter().map(|client| client.demand.clone()).collect();
    Ok(Parts { problem: in_parts, client_of, demand })
}

impl Parts {
    /// How much of each good each client gets, by client and good.
    pub fn delivered(&self, solution: &Solution) -> Vec<Vec<i64>> {
        let mut delivered: Vec<Vec<i64>> = self.demand.iter().map(|goods| vec![0; goods.len()]).collect();
        for &part in solution.routes.iter().flat_map(|route| &route.clients) {
            let client = self.client_of[part as usize] as usize;
            let goods = &self.problem.clients[part as usize].demand;
            delivered[client].iter_mut().zip(goods).for_each(|(sum, goods)| *sum += goods);
        }
        delivered
    }

    /// The largest share of a good that a client wants and does not get, in **[0, 1]**.
    pub fn unmet_share_max(&self, solution: &Solution) -> f64 {
        let delivered = self.delivered(solution);
        let pairs = self.demand.iter().flatten().zip(delivered.iter().flatten());
        let shares =
            pairs.filter(|(wanted, _)| **wanted > 0).map(|(wanted, got)| (wanted - got) as f64 / *wanted as f64);
        shares.fold(0.0, f64::max)
    }
}

/// How much of the largest vehicle that may serve a client its demand fills, in thousandths, rounded up; the good counts
/// that fills most.
fn fill_permille(problem: &Problem, client: usize) -> i64 {
    let may = |kind: &&VehicleType| kind.barred_clients.binary_search(&(client as u32)).is_err();
    let fill = |kind: &VehicleType| {
        let goods = problem.clients[client].demand.iter().zip(&kind.capacity);
        let share = |(&demand, &capacity): (&i64, &i64)| {
            if demand == 0 { Some(0) } else { (demand * 1000 + capacity - 1).checked_div(capacity) }
        };
        goods.map(share).collect::<Option<Vec<i64>>>().map(|shares| shares.into_iter().max().unwrap_or(0))
    };
    problem.vehicle_types.iter().filter(may).filter_map(fill).min().unwrap_or(0)
}

/// The parts of a client that fills so much of a vehicle; their demands and prizes add up to the client's.
fn parts_of(client: &Client, fill: i64) -> Vec<Client> {
    let (mut sizes, mut left) = (Vec::new(), fill);
    for size in SIZES_PERMILLE {
        sizes.extend(std::iter::repeat_n(size, (left / size) as usize));
        left %= size;
    }
    if left > 0 || sizes.is_empty() {
        sizes.push(left.max(1));
    }
    let whole: i64 = sizes.iter().sum();
    let mut before = 0;
    let part = |size: i64| {
        let (low, high) = (before, before + size);
        before = high;
        // Rounded at the borders between parts, so that nothing is lost.
        let share = |amount: i64| amount * high / whole - amount * low / whole;
        Client {
            demand: client.demand.iter().map(|&goods| share(goods)).collect(),
            prize: client.prize.map(share),
            ..client.clone()
        }
    };
    let mut parts: Vec<Client> = sizes.into_iter().map(part).collect();
    let carries = |part: &Client| part.demand.iter().any(|&goods| goods > 0) || part.prize.is_some_and(|it| it > 0);
    if parts.iter().any(carries) {
        parts.retain(carries);
    } else {
        parts.truncate(1);
    }
    parts
}
