//! What the benchmark says, and who says it.

use jiff::{Timestamp, tz::TimeZone};
use mostari_model::{Digest, Label};
use mostari_record::{AuthorSecret, Body, Draft, Reference, Said};
use serde_json::json;

/// 2024-06-19T19:22:45Z.
pub const AT: Timestamp = Timestamp::constant(1_718_824_965, 0);
/// Field offices that sign.
pub const AUTHORS: usize = 100;

/// The key of a field office.
pub fn author(number: usize) -> AuthorSecret {
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&(number as u64).to_be_bytes());
    AuthorSecret::from_seed(&seed)
}

/// A public statement about an area that speaks of another entry; its leaf has about 512 bytes.
pub fn delivery(number: usize) -> Draft {
    let statement = json!({
        "project": format!("bridge-{:03}", number % 271),
        "item": "steel beam HEB 300, 12 m",
        "quantity": 1 + number % 40,
        "unit": "piece",
        "waybill": format!("WB-2024-{:06}", number * 7 % 999_983),
        "from": "warehouse Jablanica",
        "condition": "complete, two beams scratched on the way over the pass",
        "received_by": "municipality of Konjic, works department",
    });
    let said = Said {
        kind: "delivery".into(),
        id: Some(format!("D-{number:08}").as_str().into()),
        happened: AT.to_zoned(TimeZone::UTC).date(),
        statement,
        blobs: Vec::new(),
    };
    Draft {
        area: Some(format!("BA-{:04}", number % 142).as_str().into()),
        references: vec![Reference { role: "fulfils".into(), index: 1, leaf: Digest::of(b"the order") }],
        ..Draft::new(Label::public(), Body::Said(said))
    }
}
