//! Better prices where depots are open in part.
//!
//! A link is worth no more to a depot than the part in which that is open: with this limit (the strong model of
//! facility location) prices are those of a larger program. Given the prices of stock, those of need follow area by
//! area; the prices of stock climb by subgradients (Held, Wolfe and Crowder 1974, doi:10.1007/BF01580223). Any prices
//! make a valid plane, so that nothing depends on how far the climb gets.

use super::transport::Costs;

/// How far beyond the best value a step aims at first, as a share of it; halved after steps that gain little.
const AHEAD: f64 = 0.02;

/// Part of a need below which it is met.
const NOTHING: f64 = 1e-9;

/// Steps that gain little before the aim is halved.
const PATIENCE: u32 = 2;

/// Part of the aim that a step has to gain to count.
const GAIN_MIN: f64 = 0.1;

/// One good in one scenario at a decision.
pub(super) struct Market<'a> {
    pub costs: &'a Costs,
    pub closed: &'a [bool],
    /// By area.
    pub need: &'a [f64],
    /// By depot, the part in which it is open.
    pub open: &'a [f64],
    /// By depot, what is left of its stock.
    pub supply: &'a [f64],
}

/// What prices of stock are worth, and what follows from them.
pub(super) struct Worth {
    pub value: f64,
    /// By area.
    pub need_prices: Vec<f64>,
    /// By depot, what is wanted beyond its supply.
    slopes: Vec<f64>,
}

impl Market<'_> {
    /// The prices of need that are best with these prices of stock.
    pub fn at(&self, stock_prices: &[f64]) -> Worth {
        let depots = self.costs.depots;
        let mut worth = Worth { value: 0.0, need_prices: Vec::with_capacity(self.need.len()), slopes: Vec::new() };
        worth.slopes = self.supply.iter().map(|supply| -supply).collect();
        worth.value = -self.supply.iter().zip(stock_prices).map(|(supply, price)| supply * price).sum::<f64>();
        let mut offers: Vec<(f64, usize)> = Vec::with_capacity(depots);
        for (area, &need) in self.need.iter().enumerate() {
            let unmet = self.costs.of[area * (depots + 1) + depots];
            let (mut left, mut cost, mut price) = (1.0, 0.0, unmet);
            if need > 0.0 {
                self.offers(area, stock_prices, &mut offers);
                for &(offer, depot) in &offers {
                    let taken = self.open[depot].min(left);
                    cost += taken * offer;
                    worth.slopes[depot] += need * taken;
                    left -= taken;
                    if left <= NOTHING {
                        price = offer;
                        break;
                    }
                }
            }
            worth.need_prices.push(price);
            worth.value += need * (cost + left.max(0.0) * unmet);
        }
        worth
    }

    /// What a unit costs in an area, and from which depot: the cheapest first, none dearer than not to be met.
    fn offers(&self, area: usize, stock_prices: &[f64], offers: &mut Vec<(f64, usize)>) {
        let (depots, at) = (self.costs.depots, area * (self.costs.depots + 1));
        offers.clear();
        for (depot, (open, price)) in self.open.iter().zip(stock_prices).enumerate() {
            let cost = self.costs.of[at + depot] + price;
            let can = self.costs.can[at + depot] && !self.closed[at + depot];
            if *open > 0.0 && can && cost < self.costs.of[at + depots] {
                offers.push((cost, depot));
            }
        }
        offers.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    }

    /// Climbs from the better of some prices of stock.
    pub fn climb(&self, starts: &[&[f64]], rounds: u32) -> (Vec<f64>, Worth) {
        let seen = starts.iter().map(|start| (start.to_vec(), self.at(start)));
        let mut best = seen.reduce(|a, b| if b.1.value > a.1.value { b } else { a }).expect("there is a start");
        let (mut prices, mut slopes) = (best.0.clone(), best.1.slopes.clone());
        let (mut ahead, mut waited, mut value) = (AHEAD * best.1.value.abs(), 0, best.1.value);
        for _ in 0..rounds {
            for (depot, slope) in slopes.iter_mut().enumerate() {
                if prices[depot] <= 0.0 && *slope < 0.0 {
                    *slope = 0.0;
                }
            }
            let norm: f64 = slopes.iter().map(|slope| slope * slope).sum();
            if norm <= 1e-12 {
                break;
            }
            let step = (best.1.value + ahead - value) / norm;
            prices.iter_mut().zip(&slopes).for_each(|(price, slope)| *price = (*price + step * slope).max(0.0));
            let seen = self.at(&prices);
            (value, slopes) = (seen.value, seen.slopes.clone());
            if seen.value > best.1.value {
                waited = if seen.value < best.1.value + GAIN_MIN * ahead { waited + 1 } else { 0 };
                best = (prices.clone(), seen);
            } else {
                waited += 1;
            }
            if waited >= PATIENCE {
                (ahead, waited) = (ahead / 2.0, 0);
                prices.clone_from(&best.0);
                (value, slopes) = (best.1.value, best.1.slopes.clone());
            }
        }
        best
    }
}
