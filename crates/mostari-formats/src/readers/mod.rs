//! One reader a file.

pub(crate) mod acled;
mod area_names;
pub(crate) mod areas;
pub(crate) mod areas_shapefile;
pub(crate) mod dtm;
pub(crate) mod facilities;
mod facility_kinds;
pub(crate) mod fts;
pub(crate) mod ged;
pub(crate) mod hazards;
pub(crate) mod hno;
pub(crate) mod hxl;
mod hxl_columns;
pub(crate) mod iati;
pub(crate) mod ipc;
pub(crate) mod oc4ids;
pub(crate) mod oc4ids_codes;
pub(crate) mod population;
mod population_header;
mod properties;
pub(crate) mod routes;
pub(crate) mod three_w;
pub(crate) mod unhcr;
