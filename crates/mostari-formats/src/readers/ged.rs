//! UCDP Georeferenced Event Dataset: CSV of every release (33 to 49 columns, read by name), GeoJSON, spreadsheet.

use crate::{
    Fit, Probe, ReadError, Reader, Reading,
    event_source::{fits, read_events},
    events::{EventLayout, Slot},
};
use mostari_model::{About, Direction, Kind};

/// The reader.
#[derive(Debug)]
pub(crate) struct Ged;

static ABOUT: About = About {
    id: "ucdp-ged",
    kind: Kind::Reader,
    name: "UCDP georeferenced events",
    summary: "Events of organised violence with dates, place and deaths, each at the precision that UCDP claims.",
    unit: "events",
    range: "one row per event; deaths from 0 up as low, best and high estimates",
    direction: Direction::Neutral,
    source: "UCDP GED codebook 25.1; Sundberg and Melander 2013, doi:10.1177/0022343313484347",
    method: "Columns are found by name. An event that stands twice counts once; one without any date is listed, not used.",
    protection: "Names of sides and persons are not kept; events known only to a region or country keep that precision.",
};

static LAYOUT: EventLayout = EventLayout {
    columns: [
        "id",
        "type_of_violence",
        "date_start",
        "date_end",
        "date_prec",
        "where_prec",
        "latitude",
        "longitude",
        "country",
        "adm_1",
        "adm_2",
        "",
        "where_coordinates",
        "low",
        "best",
        "high",
        "deaths_civilians",
    ],
    required: &[Slot::Id, Slot::Kind, Slot::DateStart, Slot::Latitude, Slot::Longitude, Slot::Best],
    kind_of: type_of_violence,
    where_precision_of: |code| (1..=7).contains(&code).then_some(code),
};

/// The words of the codebook for `type_of_violence`.
fn type_of_violence(code: &str) -> Option<&str> {
    match code {
        "1" => Some("state-based"),
        "2" => Some("non-state"),
        "3" => Some("one-sided"),
        _ => None,
    }
}

impl Reader for Ged {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, probe: &Probe<'_>) -> Fit {
        fits(probe, &LAYOUT)
    }

    fn read(&self, probe: &Probe<'_>) -> Result<Reading, ReadError> {
        read_events(probe, &LAYOUT)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Input, read};
    use mostari_model::{Events, Table};

    const HEADER: &str = "id,type_of_violence,where_prec,where_coordinates,adm_1,adm_2,latitude,longitude,country,date_prec,date_start,date_end,deaths_civilians,best,high,low";

    /// Reads rows under [`HEADER`]; gives the events and the findings as `CODE row`.
    fn check(rows: &str, expect_events: usize, expect_findings: &[&str]) -> Events {
        let text = format!("{HEADER}\n{rows}");
        check_file(text.as_bytes(), expect_events, expect_findings)
    }

    fn check_file(bytes: &[u8], expect_events: usize, expect_findings: &[&str]) -> Events {
        let (about, reading) = read(&Input { name: "x", bytes, siblings: &[] }, None).unwrap();
        assert_eq!(about.id, "ucdp-ged");
        let said = reading.findings.iter().map(|f| format!("{} {}", f.code, f.row.unwrap_or(0)));
        assert_eq!(said.collect::<Vec<_>>(), expect_findings);
        let Some(Table::Events(events)) = reading.tables.into_iter().next() else { panic!("no events") };
        assert_eq!(events.len(), expect_events);
        events
    }

    #[test]
    fn an_event_keeps_its_precision_and_its_place_in_the_words_of_the_source() {
        let events = check(
            "7,3,4,Foca town,Haut-Mbomou province,Djema,5.4,26.4,Oland,2,2009-02-20 00:00:00.000,2009-02-21,1,3,4,2\n",
            1,
            &[],
        );
        let event = events.get(0);
        assert_eq!((event.event_id.as_str(), event.kind.as_str(), event.row), ("7", "one-sided", 2));
        assert_eq!((event.where_precision, event.date_precision), (Some(4), Some(2)));
        assert_eq!(
            (event.deaths_low, event.deaths_best, event.deaths_high, event.deaths_civilians),
            (Some(2), Some(3), Some(4), Some(1))
        );
        assert_eq!((event.latitude, event.longitude), (Some(5.4), Some(26.4)));
        assert_eq!(event.date_start.unwrap().to_string(), "2009-02-20");
        assert_eq!((event.place.level, event.place.name.as_str()), (Some(2), "Djema"));
        assert_eq!((event.place.parent_name.as_str(), event.place.country.as_str()), ("Haut-Mbomou province", "Oland"));
    }

    #[test]
    fn an_event_that_stands_twice_counts_once() {
        let row = "7,1,1,A,,,44,18,,1,1992-04-27,1992-04-27,0,1,1,1\n";
        check(&row.repeat(3), 1, &["ING-011 3", "ING-011 4"]);
    }

    #[test]
    fn coordinates_that_cannot_be_are_told_and_not_used() {
        let events = check(
            "1,1,1,A,,,0,0,,1,1992-04-27,,0,1,1,1\n2,1,1,A,,,118,44,,1,1992-04-27,,0,1,1,1\n3,1,1,A,,,200,200,,1,1992-04-27,,0,1,1,1\n4,1,1,A,,,x,18,,1,1992-04-27,,0,1,1,1\n",
            4,
            &["ING-015 2", "ING-014 3", "ING-013 4", "ING-007 5"],
        );
        assert!(events.latitude.iter().chain(&events.longitude).all(Option::is_none));
    }

    #[test]
    fn estimates_out_of_order_and_unknown_codes_are_told() {
        let events = check(
            "1,9,8,A,,,44,18,,6,1992-04-27,1992-04-27,0,5,4,1\n",
            1,
            &["ING-016 2", "ING-016 2", "ING-016 2", "ING-012 2"],
        );
        let event = events.get(0);
        assert_eq!((event.kind.as_str(), event.where_precision, event.date_precision), ("", None, None));
        assert_eq!((event.deaths_best, event.deaths_high), (Some(5), Some(4)));
    }

    #[test]
    fn days_in_reverse_are_taken_in_order_and_an_event_without_a_day_is_not_used() {
        let events = check(
            "1,1,1,A,,,44,18,,1,1992-05-02,1992-04-27,0,1,1,1\n2,1,1,A,,,44,18,,1,,,0,1,1,1\n3,1,1,A,,,44,18,,1,soon,1992-04-27,0,1,1,1\n",
            2,
            &["ING-017 2", "ING-018 3", "ING-008 4"],
        );
        assert_eq!(events.get(0).date_start.unwrap().to_string(), "1992-04-27");
        assert_eq!(events.get(1).date_start.unwrap().to_string(), "1992-04-27");
    }

    #[test]
    fn unknown_deaths_are_unknown_and_not_zero() {
        let events = check("1,1,1,A,,,44,18,,1,1992-05-02,1992-05-02,,,n/a,-1\n", 1, &["ING-021 2"]);
        assert_eq!(
            (events.get(0).deaths_best, events.get(0).deaths_low, events.get(0).deaths_high),
            (None, None, None)
        );
    }

    #[test]
    fn a_quoted_line_break_is_one_row_and_a_hashtag_row_is_none() {
        let events = check(
            "#event+id,#x,,,,,#geo+lat,,,,#date+start,,,#affected,,\n1,1,1,\"A\nB \"\"C\"\"\",,,44,18,,1,1992-04-27,1992-04-27,0,1,1,1\n\n2,1,1,D,,,44,18,,1,1992-04-27,1992-04-27,0,1,1,1\n",
            2,
            &[],
        );
        assert_eq!((events.get(0).row, events.get(0).place.name.as_str()), (3, "A\nB \"C\""));
        assert_eq!(events.get(1).row, 5);
    }

    #[test]
    fn a_short_row_is_told_and_read_as_far_as_it_goes() {
        let events = check(
            "1,1,1,A,,,44,18,,1,1992-04-27,1992-04-27,0,1,1,1\n2,1,1,A,,,44,18,,1,1992-04-27\n",
            2,
            &["ING-005 3"],
        );
        assert_eq!(events.get(1).deaths_best, None);
    }

    #[test]
    fn day_and_month_are_told_apart_by_the_whole_column() {
        let events =
            check("1,1,1,A,,,44,18,,1,02/03/1992,02/03/1992,0,1,1,1\n2,1,1,A,,,44,18,,1,12/31/1992,,0,1,1,1\n", 2, &[]);
        assert_eq!(events.get(0).date_start.unwrap().to_string(), "1992-02-03");
        check("1,1,1,A,,,44,18,,1,02/03/1992,02/03/1992,0,1,1,1\n", 1, &["ING-009 0"]);
    }

    #[test]
    fn semicolons_a_mark_and_an_old_encoding_are_read_too() {
        let text = format!("{HEADER}\n1,1,1,Fo\u{e7}a,,,44,18,,1,1992-04-27,1992-04-27,0,1,1,1\n").replace(',', ";");
        let utf8: Vec<u8> = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        assert_eq!(check_file(&utf8, 1, &[]).get(0).place.name, "Foça");
        let latin1: Vec<u8> = text.chars().map(|c| c as u8).collect();
        assert_eq!(check_file(&latin1, 1, &["ING-002 0"]).get(0).place.name, "Foça");
    }

    #[test]
    fn geojson_takes_the_point_of_the_geometry() {
        let json = br#"{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"id": 36210, "type_of_violence": 1, "best": 3,
            "low": 3, "high": 3, "date_start": "2009-02-20T00:00:00", "where_prec": 5, "date_prec": 1}, "geometry": {"type": "Point", "coordinates": [26.5, 5.4]}}]}"#;
        let event = check_file(json, 1, &[]).get(0);
        assert_eq!(
            (event.event_id.as_str(), event.longitude, event.latitude, event.row),
            ("36210", Some(26.5), Some(5.4), 1)
        );
    }
}
