//! When a sequence of services can begin, and how long a route takes at least if its departure may be chosen.

use super::model::{Kind, Model};

/// A part of a route that keeps its windows: begun within **[early, late]** it takes `duration`; begun sooner it waits.
///
/// Parts are joined in constant time (Vidal et al. 2013, doi:10.1016/j.cor.2012.07.018), here without lateness: a join
/// that would be late has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Span {
    pub duration: i64,
    pub early: i64,
    pub late: i64,
}

impl Span {
    /// This part, then a way, then the other part.
    #[inline]
    pub(crate) fn join(self, travel: i64, other: Self) -> Option<Self> {
        let offset = self.duration + travel;
        if self.early + offset > other.late {
            return None;
        }
        let wait = (other.early - offset - self.late).max(0);
        Some(Self {
            duration: offset + other.duration + wait,
            early: (other.early - offset).max(self.early) - wait,
            late: (other.late - offset).min(self.late),
        })
    }
}

/// The shortest duration of a route through `sequence` (locations without the depots) by a kind of vehicle, with several
/// windows and releases; `None` where it cannot keep them.
///
/// The end of the route as a function of its departure rises in steps and slopes of one, so the shortest duration is
/// found where some service begins exactly as a window opens or closes, or at an end of the shift.
pub(crate) fn shortest_duration(model: &Model, kind: &Kind, sequence: &[u32]) -> Option<i64> {
    let release = sequence.iter().map(|&stop| model.release[stop as usize]).max().unwrap_or(0);
    let first = kind.shift_open.max(release);
    let table = &model.tables[kind.table];
    let end_at = |departure: i64| {
        let (mut now, mut place) = (departure, kind.start);
        for &stop in sequence {
            let begun = model.begin(stop as usize, now + table.time(place as usize, stop as usize))?;
            (now, place) = (begun + model.stops[stop as usize].service, stop);
        }
        now += table.time(place as usize, kind.end as usize);
        (now <= kind.shift_close).then_some(now)
    };
    end_at(first)?;
    let mut best = i64::MAX;
    let mut test = |departure: i64| {
        if (first..=kind.shift_close).contains(&departure)
            && let Some(end) = end_at(departure)
        {
            best = best.min(end - departure);
        }
    };
    test(first);
    let (mut offset, mut place) = (0, kind.start);
    for &stop in sequence {
        offset += table.time(place as usize, stop as usize);
        for window in model.windows_of(stop as usize) {
            test(window.open - offset);
            test(window.close - offset);
        }
        offset += model.stops[stop as usize].service;
        place = stop;
    }
    test(kind.shift_close - offset - table.time(place as usize, kind.end as usize));
    Some(best)
}
