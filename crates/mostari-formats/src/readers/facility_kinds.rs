//! From OpenStreetMap tags to our two-step kinds of facility.
//!
//! The table is read from the top: the first line whose key the feature has with that value decides, so that a
//! hospital with a helipad is a hospital. `*` takes any value of the key that has no line of its own, and the kind is
//! then `other.<key>.<value>`, or the one given. Source of the tags: wiki.openstreetmap.org/wiki/Map_features.

use serde_json::{Map, Value};

/// Key, value, kind.
const KINDS: [(&str, &str, &str); 66] = [
    ("amenity", "hospital", "health.hospital"),
    ("amenity", "clinic", "health.clinic"),
    ("amenity", "doctors", "health.clinic"),
    ("amenity", "health_post", "health.clinic"),
    ("amenity", "pharmacy", "health.pharmacy"),
    ("amenity", "dentist", "health.dentist"),
    ("healthcare", "hospital", "health.hospital"),
    ("healthcare", "clinic", "health.clinic"),
    ("healthcare", "centre", "health.clinic"),
    ("healthcare", "doctor", "health.clinic"),
    ("healthcare", "health_post", "health.clinic"),
    ("healthcare", "pharmacy", "health.pharmacy"),
    ("amenity", "school", "education.school"),
    ("amenity", "college", "education.college"),
    ("amenity", "university", "education.university"),
    ("amenity", "kindergarten", "education.kindergarten"),
    ("amenity", "drinking_water", "water.point"),
    ("amenity", "water_point", "water.point"),
    ("man_made", "water_well", "water.point"),
    ("man_made", "water_tap", "water.point"),
    ("man_made", "borehole", "water.point"),
    ("man_made", "water_tower", "water.tower"),
    ("man_made", "water_works", "water.works"),
    ("man_made", "pumping_station", "water.pumping_station"),
    ("man_made", "wastewater_plant", "water.wastewater_plant"),
    ("amenity", "police", "police"),
    ("amenity", "fire_station", "fire_station"),
    ("amenity", "marketplace", "market"),
    ("amenity", "fuel", "fuel"),
    ("amenity", "bank", "bank"),
    ("amenity", "townhall", "government.townhall"),
    ("amenity", "courthouse", "government.courthouse"),
    ("amenity", "post_office", "post_office"),
    ("amenity", "place_of_worship", "worship"),
    ("amenity", "community_centre", "community_centre"),
    ("amenity", "bus_station", "transport.bus_station"),
    ("amenity", "ferry_terminal", "transport.ferry_terminal"),
    ("aeroway", "aerodrome", "transport.aerodrome"),
    ("aeroway", "helipad", "transport.helipad"),
    ("power", "substation", "power.substation"),
    ("power", "sub_station", "power.substation"),
    ("power", "plant", "power.plant"),
    ("power", "generator", "power.generator"),
    ("power", "transformer", "power.transformer"),
    ("power", "tower", "power.tower"),
    ("power", "pole", "power.pole"),
    ("man_made", "bridge", "bridge"),
    ("bridge", "no", ""),
    ("bridge", "*", "bridge"),
    ("place", "city", "settlement.city"),
    ("place", "town", "settlement.town"),
    ("place", "village", "settlement.village"),
    ("place", "hamlet", "settlement.hamlet"),
    ("place", "isolated_dwelling", "settlement.isolated_dwelling"),
    ("place", "suburb", "settlement.suburb"),
    ("place", "neighbourhood", "settlement.neighbourhood"),
    ("amenity", "*", ""),
    ("healthcare", "*", ""),
    ("emergency", "*", ""),
    ("man_made", "*", ""),
    ("power", "*", ""),
    ("place", "*", ""),
    ("aeroway", "*", ""),
    ("shop", "*", ""),
    ("office", "*", ""),
    ("building", "*", ""),
];

/// Further keys that say what a thing is, after all others.
const LAST_KEYS: [&str; 7] = ["leisure", "craft", "tourism", "historic", "military", "vending", "landuse"];

/// Key and value of features in military use that need not carry the key `military`
/// (wiki.openstreetmap.org/wiki/Key:military and the pages that it names).
const MILITARY: [(&str, &str); 9] = [
    ("landuse", "military"),
    ("building", "military"),
    ("building", "barracks"),
    ("building", "bunker"),
    ("aerodrome", "military"),
    ("aerodrome:type", "military"),
    ("aeroway:type", "military"),
    ("office", "military"),
    ("historic", "bunker"),
];

/// What a prefix of a key, or a value of `operational_status` and its kin, says about the working state.
const LIFE_CYCLE: [(&str, &str); 6] = [
    ("disused", "closed"),
    ("abandoned", "closed"),
    ("closed", "closed"),
    ("destroyed", "destroyed"),
    ("demolished", "destroyed"),
    ("ruins", "destroyed"),
];

/// Properties that state how well a facility works, the plainest first.
const STATUS_KEYS: [&str; 6] =
    ["operational_status", "status", "functionality", "damage", "damage:grade", "building:condition"];

/// The words of those properties and ours; damage words follow the Copernicus EMS grades.
const STATUS_WORDS: [(&str, &str); 26] = [
    ("functional", "functional"),
    ("operational", "functional"),
    ("open", "functional"),
    ("ok", "functional"),
    ("yes", "functional"),
    ("good", "functional"),
    ("none", "functional"),
    ("no visible damage", "functional"),
    ("partial", "partial"),
    ("partially functional", "partial"),
    ("partially_functional", "partial"),
    ("needs_maintenance", "partial"),
    ("needs repair", "partial"),
    ("possibly damaged", "partial"),
    ("damaged", "partial"),
    ("moderate", "partial"),
    ("severe", "partial"),
    ("destroyed", "destroyed"),
    ("collapsed", "destroyed"),
    ("ruined", "destroyed"),
    ("total", "destroyed"),
    ("closed", "closed"),
    ("non-functional", "closed"),
    ("nonoperational", "closed"),
    ("non_functional", "closed"),
    ("no", "closed"),
];

/// The keys by which a file is known to hold facilities.
pub(super) fn is_kind_key(key: &str) -> bool {
    KINDS.iter().any(|(of, _, _)| *of == key) || LAST_KEYS.contains(&key)
}

/// Whether the tags say that the place is or was in military use: such places are not listed.
///
/// `military` with any value but `no` says so, also behind a prefix (`disused:military`); so does one of [`MILITARY`].
pub(super) fn is_military(tags: &Map<String, Value>) -> bool {
    tags.iter().any(|(key, value)| {
        let plain = LIFE_CYCLE.iter().find_map(|(of, _)| key.strip_prefix(of)?.strip_prefix(':')).unwrap_or(key);
        let Some(found) = value.as_str().map(|text| text.trim().to_lowercase()) else { return false };
        let is_said = plain == "military" && !matches!(found.as_str(), "" | "no");
        is_said || found.split(';').any(|found| MILITARY.contains(&(plain, found.trim())))
    })
}

/// The kind of a feature and the working state that its key implies (`disused:amenity`), or `None` without a tag.
pub(super) fn kind(tags: &Map<String, Value>) -> Option<(String, &'static str)> {
    if let Some(kind) = kind_by(|key| word(tags, key)) {
        return Some((kind, ""));
    }
    LIFE_CYCLE
        .iter()
        .find_map(|(prefix, status)| kind_by(|key| word(tags, &format!("{prefix}:{key}"))).map(|kind| (kind, *status)))
}

fn kind_by<'a>(value: impl Fn(&str) -> Option<&'a str>) -> Option<String> {
    for (key, expected, kind) in KINDS {
        let Some(found) = value(key) else { continue };
        let has_own_line = |(of, value, _): &(&str, &str, &str)| *of == key && *value == found;
        let fits = found == expected || expected == "*" && !KINDS.iter().any(has_own_line);
        if fits && !(key == "bridge" && found == "no") {
            return Some(if kind.is_empty() { format!("other.{key}.{found}") } else { kind.to_owned() });
        }
    }
    LAST_KEYS.iter().find_map(|key| value(key).map(|found| format!("other.{key}.{found}")))
}

/// The working state that the tags state in words, or the property and the word that we do not know.
pub(super) fn status(tags: &Map<String, Value>) -> Result<&'static str, (&'static str, String)> {
    let mut unknown = None;
    for key in STATUS_KEYS {
        let Some(found) = word(tags, key) else { continue };
        let plain = found.trim().to_lowercase();
        match STATUS_WORDS.iter().find(|(of, _)| *of == plain) {
            Some((_, status)) => return Ok(status),
            None => _ = unknown.get_or_insert((key, found.to_owned())),
        }
    }
    match (unknown, word(tags, "ruins"), word(tags, "disused"), word(tags, "abandoned")) {
        (_, Some("yes"), _, _) => Ok("destroyed"),
        (_, _, Some("yes"), _) | (_, _, _, Some("yes")) => Ok("closed"),
        (Some(unknown), ..) => Err(unknown),
        _ => Ok(""),
    }
}

/// A tag's value; nothing and `no` at a kind are told apart by the caller.
pub(super) fn word<'a>(tags: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    tags.get(key)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(tags: Value, expect: Option<(&str, &str)>) {
        let got = kind(tags.as_object().unwrap());
        assert_eq!(got.as_ref().map(|(kind, status)| (kind.as_str(), *status)), expect);
    }

    #[test]
    fn the_first_line_of_the_table_decides() {
        check(json!({"aeroway": "helipad", "amenity": "hospital"}), Some(("health.hospital", "")));
        check(json!({"amenity": "clinic", "healthcare": "hospital"}), Some(("health.clinic", "")));
        check(json!({"place": "village", "name": "Lug"}), Some(("settlement.village", "")));
        check(json!({"man_made": "water_well"}), Some(("water.point", "")));
    }

    #[test]
    fn what_has_no_kind_of_ours_keeps_its_own_words() {
        check(json!({"amenity": "cafe"}), Some(("other.amenity.cafe", "")));
        check(json!({"shop": "bakery", "name": "x"}), Some(("other.shop.bakery", "")));
        check(json!({"craft": "carpenter"}), Some(("other.craft.carpenter", "")));
    }

    #[test]
    fn a_disused_hospital_is_a_closed_hospital() {
        check(json!({"disused:amenity": "hospital"}), Some(("health.hospital", "closed")));
        check(json!({"destroyed:bridge": "yes"}), Some(("bridge", "destroyed")));
    }

    #[test]
    fn no_bridge_and_a_bare_name_are_nothing() {
        check(json!({"bridge": "no"}), None);
        check(json!({"name": "x"}), None);
    }

    #[test]
    fn military_use_is_known_by_its_key_and_by_values_of_others() {
        let is = |tags: Value| is_military(tags.as_object().unwrap());
        assert!(is(json!({"military": "bunker"})));
        assert!(is(json!({"abandoned:military": "yes"})));
        assert!(is(json!({"aeroway": "aerodrome", "aerodrome:type": "public;military"})));
        assert!(is(json!({"landuse": "Military"})));
        assert!(!is(json!({"military": "no", "amenity": "hospital"})));
        assert!(!is(json!({"military": " ", "landuse": "farmland", "population": 3})));
    }

    #[test]
    fn a_state_that_we_do_not_know_is_told() {
        let of = |tags: Value| status(tags.as_object().unwrap());
        assert_eq!(of(json!({"operational_status": "needs_maintenance"})), Ok("partial"));
        assert_eq!(of(json!({"damage": "Destroyed"})), Ok("destroyed"));
        assert_eq!(of(json!({"status": "blue"})), Err(("status", "blue".to_owned())));
        assert_eq!(of(json!({})), Ok(""));
    }
}
