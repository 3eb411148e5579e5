//! The code lists of OC4IDS 0.9.5 that a project's fields are held against
//! (standard.open-contracting.org/infrastructure/latest/en/reference/codelists).

/// `projectStatus.csv`, closed.
pub(crate) const STATUSES: [&str; 8] = [
    "identification",
    "preparation",
    "implementation",
    "completion",
    "maintenance",
    "decommissioning",
    "decommissioned",
    "cancelled",
];

/// `projectType.csv`, closed.
pub(crate) const TYPES: [&str; 5] = ["construction", "rehabilitation", "replacement", "expansion", "decommissioning"];

/// `projectSector.csv`, open.
pub(crate) const SECTORS: [&str; 23] = [
    "education",
    "health",
    "energy",
    "energy.solar",
    "energy.wind",
    "energy.hydropower",
    "energy.biomass",
    "energy.geothermal",
    "communications",
    "waterAndWaste",
    "governance",
    "economy",
    "cultureSportsAndRecreation",
    "transport",
    "transport.air",
    "transport.water",
    "transport.rail",
    "transport.road",
    "transport.urban",
    "transport.lowCarbon",
    "socialHousing",
    "naturalResources",
    "naturalResources.floodProtection",
];

/// `relatedProject.csv`, open; `needsBefore` is ours and stands apart.
pub(crate) const RELATIONSHIPS: [&str; 4] = ["construction", "rehabilitation", "replacement", "expansion"];

/// `partyRole.csv`, open.
pub(crate) const PARTY_ROLES: [&str; 14] = [
    "buyer",
    "procuringEntity",
    "supplier",
    "tenderer",
    "funder",
    "enquirer",
    "payer",
    "payee",
    "reviewBody",
    "interestedParty",
    "publicAuthority",
    "administrativeEntity",
    "climateFinanceFocalPoint",
    "independentMonitor",
];
