//! Every code that placing can report. Codes are stable; `docs/findings/place.md` has a heading for each.

use mostari_model::finding_cards;

finding_cards! {
    AREA_TWICE = "PLC-001" Warning "area stands twice", "the newest version is used; remove the older file from the mission if it is not wanted";
    AREA_WITHOUT_BOUNDARY = "PLC-002" Warning "area has no boundary", "no point can be placed in it; add a file with its boundary";
    PARENT_UNKNOWN = "PLC-003" Note "unit above is not in the gazetteer", "add the boundary file of the level above";
    AREA_UNUSABLE = "PLC-004" Error "area has no code", "give the area a code in its file";
    COUNTRY_UNKNOWN = "PLC-005" Warning "country of an area is not known", "write the ISO 3166-1 alpha-3 code; the mission's country is used";
    PARENT_ELSEWHERE = "PLC-006" Warning "area lies outside the unit above it", "the code decides; check whether both files are of the same edition";
    LEVEL_UNKNOWN = "PLC-007" Warning "level of an area is not known", "it is taken as one below its unit above; state the level in the file";
    LIKELY = "PLC-010" Warning "place matched by a rule, not beyond doubt", "look at the match; settle it if it is wrong";
    ASK = "PLC-011" Error "place not matched", "say which area is meant, or that it is none of this mission";
    NO_PLACE = "PLC-012" Error "row names no place", "give the row a code, a name or coordinates";
    SETTLED_NONE = "PLC-013" Error "place settled as no area of this mission", "the rows are left out as you said; settle the place again to change that";
    SETTLED_LOST = "PLC-014" Error "place settled to an area that is not there", "settle it to an area of the gazetteer, or add the boundary file";
    POINT_NEAR = "PLC-020" Warning "point just outside every area", "it is counted in the nearest area; check the coordinates if that is wrong";
    POINT_OUTSIDE = "PLC-021" Error "point outside every area", "check the coordinates; add boundaries if the place belongs to the mission";
    COUNTRY_DIFFERS = "PLC-022" Warning "point lies in another country than the row says", "the point decides; check the coordinates or the country";
    INTERNATIONAL = "PLC-023" Error "event has no place on land", "nothing to do: the source says that it happened at sea, in the air or in no single country";
    BAD_COORDINATES = "PLC-024" Warning "coordinates are no longitude and latitude", "the row is placed by its code or name, if it has one; longitude is -180 to 180 and latitude -90 to 90, in degrees";
    PRECISION_UNKNOWN = "PLC-025" Warning "precision of an event's place is no known code", "it is counted for the country only; use 1 to 7 of the UCDP GED codebook";
    ABOVE_FINEST = "PLC-026" Note "events counted at a larger unit", "nothing to do: their source does not claim to know the place more precisely";
    POINT_SWAPPED = "PLC-027" Error "longitude and latitude look exchanged", "exchange the two columns in the file and add it again; nothing was turned round";
    TOTALS_DIFFER = "PLC-030" Warning "two population totals for one area and day", "the one that was added last is used; correct the file";
}
