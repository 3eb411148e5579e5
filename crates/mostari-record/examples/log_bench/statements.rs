//! What the benchmark says, and who says it.

use jiff::Timestamp;
use mostari_model::{Digest, Label};
use mostari_record::{AuthorSecret, Body, Draft, Reference};
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
        "delivery": format!("D-{number:07}"),
        "project": format!("bridge-{:03}", number % 271),
        "item": "steel beam HEB 300, 12 m",
        "quantity": 1 + number % 40,
        "unit": "piece",
        "waybill": format!("WB-2024-{:06}", number * 7 % 999_983),
        "from": "warehouse Jablanica",
        "condition": "complete, two beams scratched",
    });
    Draft {
        area: Some(format!("BA-{:04}", number % 142).as_str().into()),
        references: vec![Reference { role: "fulfils".into(), index: 1, leaf: Digest::of(b"the order") }],
        ..Draft::new(Label::public(), Body::Said { kind: "delivery".into(), statement })
    }
}
