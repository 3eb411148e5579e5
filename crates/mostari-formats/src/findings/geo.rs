//! Findings of the geographic files: `GEO-001` to `GEO-039` for shapes and places, `GEO-040` on for OC4IDS.

use mostari_model::finding_cards;

finding_cards! {
    NOT_FEATURES = "GEO-001" Error "the file holds no list of features",
        "export it as a GeoJSON feature collection";
    BAD_FEATURE = "GEO-002" Error "an element of the list is not a feature",
        "export the layer again; the element was not used";
    NO_GEOMETRY = "GEO-003" Warning "a feature has no geometry",
        "draw it again or ask its source; it is kept without a shape";
    REPAIRED = "GEO-004" Warning "a polygon was invalid and has been repaired",
        "compare the repaired outline with the source before work on the ground";
    NOT_REPAIRED = "GEO-005" Warning "a polygon is invalid and no repair can be trusted",
        "correct the outline at its source; the feature is kept without a shape";
    BAD_GEOMETRY = "GEO-006" Warning "a geometry cannot be read",
        "export the layer again; the feature is kept without a shape";
    OTHER_GEOMETRY = "GEO-007" Warning "a geometry is not of the type that belongs here",
        "draw it as the type named; the feature is kept without a shape";
    OUT_OF_RANGE = "GEO-008" Warning "coordinates outside the world",
        "longitude lies in -180 to 180, latitude in -90 to 90; the feature is kept without a shape";
    SWAPPED = "GEO-009" Warning "longitude and latitude look swapped",
        "write longitude first; the feature is kept without a shape, nothing was turned round";
    ZERO = "GEO-010" Warning "the point is 0, 0, in the Gulf of Guinea",
        "0, 0 means unknown here; the feature is kept without a shape";
    UNKNOWN_CRS = "GEO-011" Error "the coordinate reference system is not one that can be read",
        "export the layer in WGS 84 (EPSG:4326)";
    CRS_ASSUMED = "GEO-012" Warning "the file does not say its coordinate reference system",
        "deliver the .prj file; WGS 84 was assumed";
    REPROJECTED = "GEO-013" Note "the coordinates were brought to WGS 84",
        "nothing to do; positions agree within a metre or so";
    CODE_TWICE = "GEO-014" Error "an area code stands twice in the file",
        "the first feature counts; join its parts into one feature or correct the code";
    NO_CODE = "GEO-015" Warning "an area has no code",
        "give it its P-code; an id made of level and position stands in for it";
    OTHER_NAME = "GEO-016" Warning "an area has no main name",
        "name it; another of its names, or its code, stands in for it";
    NO_LONGER_VALID = "GEO-017" Warning "the file says that a boundary is no longer valid",
        "get the version in force from its source; this one is used";
    NO_ATTRIBUTES = "GEO-018" Error "the shapefile has no table of attributes",
        "add the .shp together with its .dbf, .prj and .cpg, or the zip archive of all";
    ENCODING_ASSUMED = "GEO-019" Warning "the encoding of the attribute table is not known",
        "check a few names with diacritics; deliver a .cpg file that names the encoding";
    RECORD_DAMAGED = "GEO-020" Error "a record of the shapefile cannot be read",
        "export the shapefile again; the record was not used";
    RECORD_DELETED = "GEO-021" Error "a record is marked as deleted",
        "nothing to do if that was meant; the record was not used";
    UNKNOWN_STATE = "GEO-022" Error "the state of a hazard area is not known",
        "use an IMAS word: suspected, confirmed, cancelled, reduced, cleared; or incident";
    FEATURE_TWICE = "GEO-023" Error "a feature id stands twice in the file",
        "the first feature counts; remove the other or give it an id of its own";
    NO_KIND = "GEO-024" Error "a feature carries no tag that says what it is",
        "tag it as OpenStreetMap does (amenity, place, power, ...); it was not used";
    BAD_VALUE = "GEO-025" Warning "a property does not hold what it should",
        "correct the value; it counts as unknown";
    RING_NOT_CLOSED = "GEO-026" Note "a ring does not end where it began",
        "nothing to do; it was closed by a straight line";
    NOT_A_PROJECT = "GEO-040" Error "an element is not a project with an id",
        "every OC4IDS project is an object with an `id`; it was not used";
    UNKNOWN_CODE = "GEO-041" Warning "a code is not in its OC4IDS code list",
        "use a code of the list; the value counts as not given";
    PROJECT_TWICE = "GEO-042" Error "a project id stands twice in the file",
        "the first project counts; give the other an id of its own";
    BAD_FIELD = "GEO-043" Warning "a field of a project does not hold what it should",
        "correct the field; it counts as unknown";
    MORE_LOCATIONS = "GEO-044" Note "a project has several locations and one was used",
        "split the project if its parts are to be planned apart";
    NOT_OC4IDS = "GEO-045" Error "the file is not an OC4IDS project package",
        "a package is an object with a list `projects`";
    RELATED_ELSEWHERE = "GEO-046" Note "a project waits for one that is not in the file",
        "add the file that holds it, or correct the identifier; the link is kept";
    MILITARY = "GEO-047" Note "a feature is tagged as military and was left out",
        "nothing to do; no list of military sites is kept here";
}
