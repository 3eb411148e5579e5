//! ACLED's data export: CSV of 31 columns, spreadsheet, or the JSON of its API.

use crate::{
    Fit, Probe, ReadError, Reader, Reading,
    event_source::{fits, read_events},
    events::{EventLayout, Slot},
};
use mostari_model::{About, Direction, Kind};

/// The reader.
#[derive(Debug)]
pub(crate) struct Acled;

static ABOUT: About = About {
    id: "acled",
    kind: Kind::Reader,
    name: "ACLED conflict events",
    summary: "Political violence and protest events with date, place and reported fatalities.",
    unit: "events",
    range: "one row per event; fatalities from 0 up, without an interval",
    direction: Direction::Neutral,
    source: "ACLED codebook 2024; columns of the data export tool",
    method: "Columns are found by name; geo_precision 1, 2, 3 becomes UCDP's precision 1, 2, 4; fatalities are the best estimate.",
    protection: "Actors, notes and sources are not kept.",
};

static LAYOUT: EventLayout = EventLayout {
    columns: [
        "event_id_cnty",
        "event_type",
        "event_date",
        "",
        "time_precision",
        "geo_precision",
        "latitude",
        "longitude",
        "country",
        "admin1",
        "admin2",
        "admin3",
        "location",
        "",
        "fatalities",
        "",
        "",
    ],
    required: &[Slot::Id, Slot::Kind, Slot::DateStart, Slot::Latitude, Slot::Longitude, Slot::Best],
    kind_of: |word| (!word.is_empty()).then_some(word),
    where_precision_of: |code| match code {
        1 | 2 => Some(code),
        3 => Some(4),
        _ => None,
    },
};

impl Reader for Acled {
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
    use mostari_model::{Event, Table};

    /// Invented rows: ACLED's data are under terms of use and are never copied.
    fn check(rows: &str) -> (Vec<Event>, Vec<String>) {
        let header = "event_id_cnty,event_date,year,time_precision,event_type,country,admin1,admin2,admin3,location,latitude,longitude,geo_precision,fatalities";
        let text = format!("{header}\n{rows}");
        let (about, reading) = read(&Input { name: "x", bytes: text.as_bytes(), siblings: &[] }, None).unwrap();
        assert_eq!(about.id, "acled");
        let [Table::Events(events)] = reading.tables.as_slice() else { panic!("one table of events") };
        (events.iter().collect(), reading.findings.iter().map(|f| f.code.to_string()).collect())
    }

    #[test]
    fn both_ways_of_writing_dates_are_read() {
        let (events, findings) = check(
            "VEL1,2024-01-05,2024,1,Battles,Velmora,North,Upper,,Ford,10.5,20.5,1,4\nVEL2,05 January 2024,2024,1,Riots,Velmora,North,,,Ford,10.5,20.5,3,0\n",
        );
        assert_eq!(findings, [""; 0]);
        assert_eq!(events[0].date_start, events[1].date_start);
        assert_eq!(events[0].date_end, events[0].date_start);
        assert_eq!(events[1].kind, "Riots");
    }

    #[test]
    fn precision_is_in_ucdp_terms_and_the_interval_unknown() {
        let (events, _) = check("VEL1,2024-01-05,2024,1,Battles,Velmora,North,Upper,,Ford,10.5,20.5,3,4\n");
        let event = &events[0];
        assert_eq!((event.where_precision, event.date_precision), (Some(4), Some(1)));
        assert_eq!((event.deaths_low, event.deaths_best, event.deaths_high), (None, Some(4), None));
        assert_eq!(
            (event.place.level, event.place.name.as_str(), event.place.parent_name.as_str()),
            (Some(2), "Upper", "North")
        );
    }

    #[test]
    fn a_precision_outside_the_code_list_is_told() {
        let (events, findings) = check("VEL1,2024-01-05,2024,1,Battles,Velmora,,,,Ford,10.5,20.5,9,4\n");
        assert_eq!(findings, ["ING-016"]);
        assert_eq!((events[0].where_precision, events[0].place.name.as_str()), (None, "Ford"));
    }
}
