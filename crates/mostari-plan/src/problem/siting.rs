//! Where to open sites: the plain data of the questions and of the answers. No search stands here.
//!
//! A *client* is a place with people; a *site* is a place where something can be opened. Travel is a whole number in
//! one unit for the whole problem (seconds, metres), people are whole numbers, so that sums are exact.

use std::sync::Arc;

/// Sums of people x travel stay below this, so that they are exact in floating point too.
const EXACT_MAX: u64 = 1 << 53;

/// One client can reach one site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Leg {
    /// Seconds or metres, one way.
    pub travel: u32,
    /// Number of the site, from 0.
    pub site: u32,
}

/// What every client can reach: all sites (a full matrix), or only the nearest ones.
///
/// A client none of whose listed sites is open travels `beyond`, which is never less than its longest leg. Where
/// lists are cut off after the k nearest sites and `beyond` is the k-th travel, a bound on this problem is also a
/// bound on the problem with all legs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    sites_count: usize,
    starts: Vec<usize>,
    legs: Vec<Leg>,
    beyond: Vec<u32>,
}

/// Why a siting problem makes no sense.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SitingError {
    /// A leg leads to a site that there is not.
    #[error("client {client} reaches site {site}, but there are {sites_count} sites")]
    SiteUnknown {
        /// The client.
        client: usize,
        /// The site.
        site: u32,
        /// How many there are.
        sites_count: usize,
    },
    /// A client lists a site twice.
    #[error("client {client} lists site {site} twice")]
    SiteTwice {
        /// The client.
        client: usize,
        /// The site.
        site: u32,
    },
    /// Beyond its lists a client would travel less than within.
    #[error("client {client} travels {beyond} beyond its list, less than its longest leg")]
    BeyondTooShort {
        /// The client.
        client: usize,
        /// Its travel where no listed site is open.
        beyond: u32,
    },
    /// Two lists that belong together differ in length.
    #[error("{what}: {found} where {expected} are needed")]
    Length {
        /// Which list.
        what: &'static str,
        /// How long it is.
        found: usize,
        /// How long it must be.
        expected: usize,
    },
    /// More sites to open than there are, fewer than are kept, or none.
    #[error("{open_count} sites cannot be open out of {sites_count} with {kept_count} kept")]
    OpenCount {
        /// How many are to be open.
        open_count: usize,
        /// How many there are.
        sites_count: usize,
        /// How many must stay.
        kept_count: usize,
    },
    /// The people x travel of all clients is too large to be summed exactly.
    #[error("people x travel of all clients exceeds 2^53; use a coarser unit")]
    TooLarge,
    /// The share for being covered once is not between 1 and 1000.
    #[error("a share of {permille} permille for being covered once is not within 1 to 1000")]
    Share {
        /// What was given.
        permille: u32,
    },
    /// A number that must be finite and not negative is not.
    #[error("{what} of {index} is {value}")]
    Number {
        /// Which number.
        what: &'static str,
        /// Of which client or site.
        index: usize,
        /// What it is.
        value: f64,
    },
    /// All sites together cannot hold the demand.
    #[error("all sites together hold {capacity}, the demand is {demand}")]
    Capacity {
        /// Sum of the capacities.
        capacity: f64,
        /// Sum of the demand.
        demand: f64,
    },
}

impl Reach {
    /// Lists of legs, one a client in any order, with the travel beyond them.
    ///
    /// # Errors
    /// [`SitingError`] if a site is unknown or stands twice, or `beyond` is shorter than a leg.
    pub fn from_lists(
        sites_count: usize,
        lists: impl IntoIterator<Item = (Vec<Leg>, u32)>,
    ) -> Result<Self, SitingError> {
        let mut reach = Self { sites_count, starts: vec![0], legs: Vec::new(), beyond: Vec::new() };
        let mut last_client = vec![usize::MAX; sites_count];
        for (client, (mut list, beyond)) in lists.into_iter().enumerate() {
            list.sort_unstable();
            for leg in &list {
                let last = last_client.get_mut(leg.site as usize);
                let last = last.ok_or(SitingError::SiteUnknown { client, site: leg.site, sites_count })?;
                if *last == client {
                    return Err(SitingError::SiteTwice { client, site: leg.site });
                }
                *last = client;
            }
            if list.last().is_some_and(|leg| leg.travel > beyond) {
                return Err(SitingError::BeyondTooShort { client, beyond });
            }
            reach.legs.extend(list);
            reach.starts.push(reach.legs.len());
            reach.beyond.push(beyond);
        }
        Ok(reach)
    }

    /// A full matrix, one row of `sites_count` a client.
    ///
    /// # Errors
    /// [`SitingError::Length`] if the matrix is not whole.
    pub fn from_matrix(sites_count: usize, matrix: &[u32]) -> Result<Self, SitingError> {
        if sites_count == 0 || !matrix.len().is_multiple_of(sites_count) {
            let expected = sites_count * matrix.len().div_ceil(sites_count.max(1));
            return Err(SitingError::Length { what: "travel", found: matrix.len(), expected });
        }
        let lists = matrix.chunks_exact(sites_count).map(|row| {
            let legs = row.iter().zip(0..).map(|(travel, site)| Leg { travel: *travel, site }).collect();
            (legs, row.iter().copied().max().unwrap_or(0))
        });
        Self::from_lists(sites_count, lists)
    }

    /// How many sites.
    pub fn sites_count(&self) -> usize {
        self.sites_count
    }

    /// How many clients.
    pub fn clients_count(&self) -> usize {
        self.beyond.len()
    }

    /// How many legs in all.
    pub fn legs_count(&self) -> usize {
        self.legs.len()
    }

    /// The legs of a client, nearest first, equal ones by site.
    pub fn legs(&self, client: usize) -> &[Leg] {
        &self.legs[self.starts[client]..self.starts[client + 1]]
    }

    /// What a client travels if none of its listed sites is open.
    pub fn beyond(&self, client: usize) -> u32 {
        self.beyond[client]
    }
}

/// What makes one set of sites better than another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Goal {
    /// p-median: the least sum of people x travel to the nearest open site.
    Median,
    /// p-center: the least longest travel of any client (people do not count).
    Center,
    /// Maximal covering with backup: the most people within `radius`, each counted with `once_permille` if one open
    /// site covers them and with 1000 if two or more do. 1000 is plain maximal covering.
    Cover {
        /// Longest travel that counts as covered.
        radius: u32,
        /// Share of a person who is covered once, 1 to 1000.
        once_permille: u32,
    },
}

/// A siting problem that makes sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Siting {
    reach: Arc<Reach>,
    people: Vec<u32>,
    open_count: usize,
    kept: Vec<u32>,
    goal: Goal,
}

impl Siting {
    /// Checks that the parts belong together. `kept` are sites that stay open whatever comes.
    ///
    /// # Errors
    /// [`SitingError`] says which part does not fit.
    pub fn new(
        reach: impl Into<Arc<Reach>>,
        people: Vec<u32>,
        open_count: usize,
        mut kept: Vec<u32>,
        goal: Goal,
    ) -> Result<Self, SitingError> {
        let reach = reach.into();
        let (clients_count, sites_count) = (reach.clients_count(), reach.sites_count());
        if people.len() != clients_count {
            return Err(SitingError::Length { what: "people", found: people.len(), expected: clients_count });
        }
        kept.sort_unstable();
        kept.dedup();
        if let Some(site) = kept.iter().find(|site| **site as usize >= sites_count) {
            return Err(SitingError::SiteUnknown { client: 0, site: *site, sites_count });
        }
        if open_count == 0 || open_count > sites_count || kept.len() > open_count {
            return Err(SitingError::OpenCount { open_count, sites_count, kept_count: kept.len() });
        }
        if let Goal::Cover { once_permille, .. } = goal
            && !(1..=1000).contains(&once_permille)
        {
            return Err(SitingError::Share { permille: once_permille });
        }
        let most = |(client, people): (usize, &u32)| u64::from(*people) * u64::from(reach.beyond(client).max(1000));
        let sum = people.iter().enumerate().map(most).try_fold(0_u64, u64::checked_add);
        if sum.is_none_or(|sum| sum >= EXACT_MAX) {
            return Err(SitingError::TooLarge);
        }
        Ok(Self { reach, people, open_count, kept, goal })
    }

    /// Who reaches which site.
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// The same lists for another problem, without a copy.
    pub fn shared_reach(&self) -> Arc<Reach> {
        Arc::clone(&self.reach)
    }

    /// People of each client.
    pub fn people(&self) -> &[u32] {
        &self.people
    }

    /// How many sites are open in the end, kept ones included.
    pub fn open_count(&self) -> usize {
        self.open_count
    }

    /// Sites that stay open, in order.
    pub fn kept(&self) -> &[u32] {
        &self.kept
    }

    /// What is sought.
    pub fn goal(&self) -> Goal {
        self.goal
    }

    /// The same problem with one more site that must be open; `None` if no more fit.
    #[must_use]
    pub fn with_kept(&self, site: u32) -> Option<Self> {
        let kept: Vec<u32> = self.kept.iter().copied().chain([site]).collect();
        Self::new(self.shared_reach(), self.people.clone(), self.open_count, kept, self.goal).ok()
    }
}

/// An answer to a [`Siting`] problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitingPlan {
    /// Open sites, in order.
    pub open: Vec<u32>,
    /// For each client the open site that it goes to (the nearest listed one; for covering only within the radius);
    /// `None` if there is none.
    pub serves: Vec<Option<u32>>,
    /// People x travel ([`Goal::Median`]), longest travel ([`Goal::Center`]), thousandths of people covered
    /// ([`Goal::Cover`]).
    pub objective: u64,
    /// Proven: no plan is better than this. Equal to `objective` where the plan is proven to be best.
    pub bound: u64,
}

impl SitingPlan {
    /// |objective - bound| / objective; 0 if both are 0.
    pub fn gap(&self) -> f64 {
        match self.objective.abs_diff(self.bound) {
            0 => 0.0,
            difference => difference as f64 / self.objective as f64,
        }
    }

    /// Whether no better plan exists.
    pub fn is_proven(&self) -> bool {
        self.objective == self.bound
    }
}

/// Sites with capacities and opening costs; the demand of a client may be split over several sites.
#[derive(Debug, Clone, PartialEq)]
pub struct CapacitatedLocation {
    capacities: Vec<f64>,
    opening_costs: Vec<f64>,
    demands: Vec<f64>,
    serving_costs: Vec<f64>,
}

impl CapacitatedLocation {
    /// `serving_costs` holds a row of sites for each client: the cost of bringing *all* of its demand from there.
    ///
    /// # Errors
    /// [`SitingError`] if lengths differ, a number is negative or not finite, or the capacity does not suffice.
    pub fn new(
        capacities: Vec<f64>,
        opening_costs: Vec<f64>,
        demands: Vec<f64>,
        serving_costs: Vec<f64>,
    ) -> Result<Self, SitingError> {
        let expected = capacities.len();
        if opening_costs.len() != expected {
            return Err(SitingError::Length { what: "opening costs", found: opening_costs.len(), expected });
        }
        let expected = expected * demands.len();
        if serving_costs.len() != expected {
            return Err(SitingError::Length { what: "serving costs", found: serving_costs.len(), expected });
        }
        let lists = [
            ("capacity", &capacities),
            ("opening cost", &opening_costs),
            ("demand", &demands),
            ("serving cost", &serving_costs),
        ];
        for (what, list) in lists {
            if let Some(index) = list.iter().position(|value| !value.is_finite() || *value < 0.0) {
                return Err(SitingError::Number { what, index, value: list[index] });
            }
        }
        let (capacity, demand) = (capacities.iter().sum::<f64>(), demands.iter().sum::<f64>());
        if capacity < demand {
            return Err(SitingError::Capacity { capacity, demand });
        }
        Ok(Self { capacities, opening_costs, demands, serving_costs })
    }

    /// How many sites.
    pub fn sites_count(&self) -> usize {
        self.capacities.len()
    }

    /// How many clients.
    pub fn clients_count(&self) -> usize {
        self.demands.len()
    }

    /// Most that each site can serve, in units of demand.
    pub fn capacities(&self) -> &[f64] {
        &self.capacities
    }

    /// What opening each site costs.
    pub fn opening_costs(&self) -> &[f64] {
        &self.opening_costs
    }

    /// What each client needs.
    pub fn demands(&self) -> &[f64] {
        &self.demands
    }

    /// Cost of bringing all that a client needs, from each site.
    pub fn serving_costs(&self, client: usize) -> &[f64] {
        let sites_count = self.sites_count();
        &self.serving_costs[client * sites_count..(client + 1) * sites_count]
    }
}

/// A part of a client's demand that a site serves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Portion {
    /// The client.
    pub client: u32,
    /// The site.
    pub site: u32,
    /// Units of demand.
    pub amount: f64,
}

/// An answer to a [`CapacitatedLocation`].
#[derive(Debug, Clone, PartialEq)]
pub struct LocationPlan {
    /// Open sites, in order.
    pub open: Vec<u32>,
    /// Who serves whom with how much, by client, then site.
    pub portions: Vec<Portion>,
    /// Opening and serving costs.
    pub cost: f64,
    /// Proven: no plan costs less.
    pub bound: f64,
}

impl LocationPlan {
    /// (cost - bound) / cost; 0 if both are 0.
    pub fn gap(&self) -> f64 {
        if self.cost <= self.bound { 0.0 } else { (self.cost - self.bound) / self.cost }
    }
}
