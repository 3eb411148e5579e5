//! The states of a project, which may follow which, and what other vocabularies call them.

use mostari_model::Oc4idsStatus;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a project stands between nomination and its life in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Put forward.
    Nominated,
    /// Looked at: it is the kind of thing that could be done here.
    Screened,
    /// Scored with a stated version of a method.
    Appraised,
    /// Decided upon.
    Approved,
    /// A fund stands behind a part of it.
    PartlyFunded,
    /// Funds stand behind all of it.
    Funded,
    /// Somebody is bound to do it.
    Contracted,
    /// Work goes on.
    Implementing,
    /// The work is done; nobody has taken it over yet.
    MechanicallyComplete,
    /// The owner has taken it over.
    Accepted,
    /// In use.
    Operating,
    /// Stopped for a time.
    Suspended,
    /// Given up by decision.
    Cancelled,
    /// Left by those who were bound to do it.
    Abandoned,
    /// Left to an owner who did not sign.
    TransferredUnilaterally,
}

use State::{
    Abandoned, Accepted, Appraised, Approved, Cancelled, Contracted, Funded, Implementing, MechanicallyComplete,
    Nominated, Operating, PartlyFunded, Screened, Suspended, TransferredUnilaterally,
};

impl State {
    /// Every state, in the order of a project's life.
    pub const ALL: [Self; 15] = [
        Nominated,
        Screened,
        Appraised,
        Approved,
        PartlyFunded,
        Funded,
        Contracted,
        Implementing,
        MechanicallyComplete,
        Accepted,
        Operating,
        Suspended,
        Cancelled,
        Abandoned,
        TransferredUnilaterally,
    ];

    /// The states that may follow. A suspended project may also return to the state in which it was stopped; only the
    /// project knows which one that is.
    pub const fn next(self) -> &'static [Self] {
        match self {
            Nominated => &[Screened, Suspended, Cancelled],
            Screened => &[Appraised, Suspended, Cancelled],
            Appraised => &[Appraised, Approved, Suspended, Cancelled],
            Approved => &[PartlyFunded, Funded, Suspended, Cancelled],
            PartlyFunded => &[PartlyFunded, Funded, Contracted, Suspended, Cancelled],
            Funded => &[Contracted, Suspended, Cancelled],
            Contracted => &[Implementing, Suspended, Cancelled, Abandoned],
            Implementing => &[MechanicallyComplete, Suspended, Cancelled, Abandoned, TransferredUnilaterally],
            MechanicallyComplete => &[Implementing, Accepted, Cancelled, Abandoned, TransferredUnilaterally],
            Accepted => &[Operating],
            Suspended => &[Cancelled, Abandoned],
            // An owner may still sign what was left to it.
            TransferredUnilaterally => &[Accepted],
            Operating | Cancelled | Abandoned => &[],
        }
    }

    /// Whether the state may follow this one.
    pub fn may_become(self, next: Self) -> bool {
        self.next().contains(&next)
    }

    /// What OC4IDS calls it (code list `projectStatus`).
    ///
    /// OC4IDS has no word for a stop: `before` is the state in which a suspended project was stopped. Its
    /// `decommissioning` and `decommissioned` have no counterpart: our record ends with the checks on the use.
    pub const fn oc4ids(self, before: Option<Self>) -> Oc4idsStatus {
        match self {
            Nominated | Screened => Oc4idsStatus::Identification,
            Appraised | Approved | PartlyFunded | Funded => Oc4idsStatus::Preparation,
            Contracted | Implementing => Oc4idsStatus::Implementation,
            MechanicallyComplete | Accepted | TransferredUnilaterally => Oc4idsStatus::Completion,
            Operating => Oc4idsStatus::Maintenance,
            Cancelled | Abandoned => Oc4idsStatus::Cancelled,
            Suspended => match before {
                Some(Suspended) | None => Oc4idsStatus::Identification,
                Some(stopped_in) => stopped_in.oc4ids(None),
            },
        }
    }

    /// What IATI 2.03 calls it (code list `ActivityStatus`).
    ///
    /// IATI closes an activity when nothing is left to examine, so a project in use stays in finalisation until `checked`:
    /// until its last check is done.
    pub const fn iati(self, checked: bool) -> ActivityStatus {
        match self {
            Nominated | Screened | Appraised | Approved | PartlyFunded | Funded => ActivityStatus::Pipeline,
            Contracted | Implementing => ActivityStatus::Implementation,
            MechanicallyComplete | Accepted => ActivityStatus::Finalisation,
            Operating | TransferredUnilaterally => match checked {
                true => ActivityStatus::Closed,
                false => ActivityStatus::Finalisation,
            },
            Cancelled | Abandoned => ActivityStatus::Cancelled,
            Suspended => ActivityStatus::Suspended,
        }
    }

    /// As a person would say it.
    pub const fn words(self) -> &'static str {
        match self {
            Nominated => "nominated",
            Screened => "screened",
            Appraised => "appraised",
            Approved => "approved",
            PartlyFunded => "partly funded",
            Funded => "funded",
            Contracted => "contracted",
            Implementing => "implementing",
            MechanicallyComplete => "mechanically complete",
            Accepted => "accepted by its owner",
            Operating => "operating",
            Suspended => "suspended",
            Cancelled => "cancelled",
            Abandoned => "abandoned",
            TransferredUnilaterally => "transferred without the owner's signature",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.words())
    }
}

/// The status of an activity in IATI 2.03, code list `ActivityStatus`, by its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum ActivityStatus {
    /// Scoped or planned.
    Pipeline = 1,
    /// Under way.
    Implementation = 2,
    /// Physically complete, open for sign-off or evaluation.
    Finalisation = 3,
    /// Physically complete, nothing left to examine.
    Closed = 4,
    /// Given up.
    Cancelled = 5,
    /// Stopped for a time.
    Suspended = 6,
}

impl ActivityStatus {
    /// Every status, in the order of its code.
    pub const ALL: [Self; 6] =
        [Self::Pipeline, Self::Implementation, Self::Finalisation, Self::Closed, Self::Cancelled, Self::Suspended];

    /// Its code, 1 to 6.
    pub const fn code(self) -> u8 {
        self as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Our state, what OC4IDS calls it, what IATI calls it before and after the last check on the use.
    const TABLE: [(State, &str, u8, u8); 15] = [
        (Nominated, "identification", 1, 1),
        (Screened, "identification", 1, 1),
        (Appraised, "preparation", 1, 1),
        (Approved, "preparation", 1, 1),
        (PartlyFunded, "preparation", 1, 1),
        (Funded, "preparation", 1, 1),
        (Contracted, "implementation", 2, 2),
        (Implementing, "implementation", 2, 2),
        (MechanicallyComplete, "completion", 3, 3),
        (Accepted, "completion", 3, 3),
        (Operating, "maintenance", 3, 4),
        (Suspended, "implementation", 6, 6),
        (Cancelled, "cancelled", 5, 5),
        (Abandoned, "cancelled", 5, 5),
        (TransferredUnilaterally, "completion", 3, 4),
    ];

    #[test]
    fn each_state_has_one_word_of_oc4ids_and_one_code_of_iati() {
        assert_eq!(TABLE.map(|row| row.0), State::ALL);
        for (state, oc4ids, open, closed) in TABLE {
            assert_eq!(state.oc4ids(Some(Implementing)).code(), oc4ids, "{state}");
            assert_eq!((state.iati(false).code(), state.iati(true).code()), (open, closed), "{state}");
        }
    }

    #[test]
    fn a_suspended_project_keeps_the_word_of_the_state_it_was_stopped_in() {
        for before in State::ALL.into_iter().filter(|state| *state != Suspended) {
            assert_eq!(Suspended.oc4ids(Some(before)), before.oc4ids(None), "{before}");
        }
    }

    #[test]
    fn all_words_of_oc4ids_but_those_of_disposal_are_used_and_all_codes_of_iati() {
        let ours: BTreeSet<_> = State::ALL.iter().map(|state| state.oc4ids(None)).collect();
        let absent: Vec<_> = Oc4idsStatus::ALL.into_iter().filter(|status| !ours.contains(status)).collect();
        assert_eq!(absent, [Oc4idsStatus::Decommissioning, Oc4idsStatus::Decommissioned]);
        let codes: BTreeSet<u8> = State::ALL
            .iter()
            .flat_map(|state| [state.iati(false), state.iati(true)])
            .map(ActivityStatus::code)
            .collect();
        assert_eq!(codes.into_iter().collect::<Vec<_>>(), ActivityStatus::ALL.map(ActivityStatus::code));
    }

    #[test]
    fn every_state_can_be_reached_from_a_nomination() {
        let mut reached = BTreeSet::from([Nominated]);
        let mut open = vec![Nominated];
        while let Some(state) = open.pop() {
            open.extend(state.next().iter().filter(|next| reached.insert(**next)));
        }
        assert_eq!(reached.len(), State::ALL.len());
    }

    #[test]
    fn the_use_of_an_asset_begins_only_with_its_owner() {
        let before: Vec<_> = State::ALL.into_iter().filter(|state| state.may_become(Operating)).collect();
        assert_eq!(before, [Accepted]);
    }
}
