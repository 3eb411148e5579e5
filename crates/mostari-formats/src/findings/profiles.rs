//! Findings of the untagged tables: `ING-050` to `ING-099`.

use mostari_model::finding_cards;

finding_cards! {
    NO_FIGURE = "ING-050" Error "a row holds no figure",
        "fill in the figure or remove the row; it was not used";
    ROW_TWICE = "ING-051" Error "the same row stands twice",
        "remove one of the two; the first counts";
    NO_PLACE = "ING-052" Error "a row names no place",
        "name the place or give its code; the row was not used";
    COUNT_ROUNDED = "ING-053" Warning "a count of people is not a whole number",
        "it was rounded to the nearest person; check how the source computed it";
    PLACE_MARK = "ING-054" Warning "a mark for `not available` stands where a place belongs",
        "look the code or the name up; the cell counts as not given";
    AREAS_BELOW_TOTAL = "ING-055" Note "areas add up to less than the row above them",
        "nothing to do if areas were left out on purpose; the row above is a check and is never added";
    AREAS_ABOVE_TOTAL = "ING-056" Warning "areas add up to more than the row above them",
        "ask the publisher which of the two is right; the row above is a check and is never added";
    GROUPS_OVERLAP = "ING-057" Warning "groups without a row for everybody",
        "groups may overlap, so none of them is added; ask the publisher for the total";
    TARGET_ABOVE_NEED = "ING-058" Warning "more people are targeted than are in need",
        "check both cells against the source; they are kept as they are";
    PHASES_OFF_ALL = "ING-059" Warning "phases 1 to 5 do not add up to everybody analysed",
        "check the area against its source; the phases are used and `all` is only a check";
    PHASES_OFF_CRISIS = "ING-060" Warning "phases 3 to 5 do not add up to `3+`",
        "check the area against its source; the phases are used and `3+` is only a check";
    AREAS_ABOVE_COUNTRY = "ING-061" Warning "areas analysed hold more people than the country",
        "areas may overlap, such as camps within a district; compare with the published total before adding";
    BAD_PHASE = "ING-062" Error "no such food security phase",
        "phases are 1 to 5, `3+` and `all`; the row was not used";
    BAD_SHARE = "ING-063" Warning "a share is not between 0 and 1",
        "write shares as 0.35; the cell counts as unknown";
    FLOW_TWICE = "ING-064" Error "a flow id stands twice",
        "the first row counts, so that no money is summed twice";
    FLOW_WITHOUT_ID = "ING-065" Error "a flow has no id",
        "export the flows with their ids; without one a flow cannot be counted once";
    FLOW_SHARED = "ING-066" Note "the flow is shared with places or years outside the selection",
        "it is kept and marked as shared; the totals that FTS publishes leave it out";
    BAD_AMOUNT = "ING-067" Warning "an amount of money is not exact",
        "write amounts with at most the digits of the currency; the amount counts as unknown";
    FLOW_WORD = "ING-068" Warning "an unknown boundary or status of a flow",
        "boundaries are incoming, internal, outgoing; states are pledge, commitment, paid; the word is kept";
    FLOW_PAGES = "ING-069" Note "the file is one page of several",
        "add the other pages too; each flow is counted once by its id";
    FLOW_TOTAL = "ING-070" Warning "the flows do not add up to the total that the file states",
        "download the file again; compare the total with the flows by boundary and status";
    NO_ORGANISATION = "ING-071" Warning "a row names no organisation",
        "say who does it; the activity is kept without one";
    ACTIVITY_TWICE = "ING-072" Note "rows that are the same in every column",
        "nothing to do if an organisation does the same thing several times; all are kept";
    TOTAL_ROW = "ING-073" Error "a totals row among the areas",
        "nothing to do: it is a check and not an area, so it was not used";
    TOTAL_OFF = "ING-074" Error "a totals row that is not the sum of the areas",
        "find the missing or the surplus area; the row is not an area, so it was not used";
    PARTS_OFF = "ING-075" Warning "women and men, or the ages, do not add up to the total",
        "check the row against its source; total and parts are kept apart and never added";
    BLANK_CELL = "ING-076" Note "a figure is not given",
        "fill it in if it is known; it counts as unknown, not as 0";
    NO_YEAR = "ING-077" Error "a row has no year",
        "fill in the year; without it the row was not used";
    ZERO_CELLS = "ING-078" Note "cells that say 0 were passed over",
        "nothing to do: in this source 0 stands for none reported";
    RETURN_TURNED = "ING-079" Note "returns are counted where people returned to",
        "nothing to do: country of origin and country of asylum change places for these rows";
}
