//! Findings of files, text, spreadsheets, values, events and HXL: `ING-001` to `ING-049`.

use mostari_model::finding_cards;

finding_cards! {
    EMPTY_FILE = "ING-001" Error "the file is empty",
        "export it again; check that the download was complete";
    NOT_UTF8 = "ING-002" Warning "the text is not UTF-8",
        "check a few names with diacritics; save the file as UTF-8 if they are wrong";
    DAMAGED_CONTAINER = "ING-003" Error "the file is damaged or not what it seems",
        "open it in the program that wrote it and save it again";
    SEVERAL_FILES = "ING-004" Error "the archive holds several files",
        "unpack it and add the files one by one";
    RAGGED_ROW = "ING-005" Warning "a row has more or fewer cells than the header",
        "look for an unquoted delimiter or a broken line";
    MISSING_COLUMN = "ING-006" Error "a column that the format needs is absent",
        "export the file with all its columns";
    BAD_NUMBER = "ING-007" Warning "a cell should hold a number and does not",
        "correct the cell; it counts as unknown";
    BAD_DATE = "ING-008" Warning "a cell should hold a date and does not",
        "write dates as 2024-06-30; the cell counts as unknown";
    DATE_ORDER = "ING-009" Warning "day and month cannot be told apart",
        "write dates as 2024-06-30";
    OTHER_SHEETS = "ING-010" Note "only one sheet of the workbook was read",
        "save the other sheets as files of their own if they matter";
    EVENT_TWICE = "ING-011" Error "an event id stands twice in the file",
        "the first row counts; remove the other or give it an id of its own";
    DEATHS_ORDER = "ING-012" Warning "the estimates of deaths are not ordered low, best, high",
        "check the row against its source; the figures are kept as they are";
    COORDINATES_OUT_OF_RANGE = "ING-013" Warning "coordinates outside the world",
        "latitude lies in -90 to 90, longitude in -180 to 180; the event is kept without a point";
    COORDINATES_SWAPPED = "ING-014" Warning "latitude and longitude look swapped",
        "check the row on a map; the event is kept without a point";
    COORDINATES_ZERO = "ING-015" Warning "the point is 0, 0, in the Gulf of Guinea",
        "0, 0 means unknown here; the event is kept without a point";
    BAD_CODE = "ING-016" Warning "a code is not in the code list",
        "see the codebook of the source; the cell counts as unknown";
    DATES_REVERSED = "ING-017" Warning "the last day is before the first",
        "check the row against its source; the days were taken the other way round";
    NO_DATE = "ING-018" Error "an event has no usable date",
        "give the event a date; it was not used";
    NO_ID = "ING-019" Warning "an event has no id",
        "give every event an id, so that it is counted once";
    BLANK_ROW = "ING-020" Note "rows without any content were passed over",
        "nothing to do, unless you expected data there";
    NEGATIVE_COUNT = "ING-021" Warning "a count is negative",
        "correct the cell; it counts as unknown";
    UNCLOSED_QUOTE = "ING-022" Warning "a quote is opened and never closed",
        "look for a lone `\"` in the row; rows after it may have run together";
    WEB_PAGE = "ING-023" Error "the file is a web page, not data",
        "download the data itself: the page may be a login form or an error message";
    ZIPPED_WORKBOOK = "ING-024" Error "the archive holds a workbook",
        "unpack it and add the workbook itself";
    NO_ROWS = "ING-025" Warning "the file holds no rows",
        "nothing was read but its heading; export it again, without a filter that leaves nothing";
    SWELLS = "ING-026" Error "the file unpacks to far more than it holds",
        "unpack it yourself and look at it; no table packs that tightly, but an attack does";
    HXL_NO_TAGS = "ING-030" Error "no row of HXL hashtags",
        "add a row of hashtags such as `#adm1+name` under the headings, within the first 25 rows";
    HXL_BAD_TAG = "ING-031" Warning "a cell in the row of hashtags is none",
        "write `#` and a letter first, and begin each attribute with a letter: `#affected+y2013`";
    HXL_UNTAGGED = "ING-032" Note "columns without a hashtag were not used",
        "put a hashtag above the column if it matters";
    HXL_ROW_UNUSED = "ING-033" Error "a row has no number to keep",
        "nothing to do if the row is a remark; else tag the column that holds its number";
}
