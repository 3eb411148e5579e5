//! The money of the IATI files in the record, each unit counted once.

use crate::failure::Failure;
use crate::terminal::{Terminal, count};
use mostari_formats::read_iati;
use mostari_funds::chain::{Count, Fate, Loose, Matching, Place, by_place, count_once};
use mostari_model::{AidActivity, Currency, Money, Snapshot};
use mostari_record::Mission;

/// Id of the reader whose files are counted.
const READER: &str = "iati";
/// Unmatched movements shown of each side.
const SHOWN: usize = 5;

/// Counts the files of a snapshot: how many activities, and for each currency what was counted.
pub fn counts(mission: &Mission, snapshot: &Snapshot) -> Result<(usize, Vec<Count>), Failure> {
    let mut activities: Vec<AidActivity> = Vec::new();
    for dataset in snapshot.datasets.iter().filter(|dataset| dataset.reader == READER) {
        activities.extend(read_iati(&mission.blob(&dataset.file_digest)?).0);
    }
    Ok((activities.len(), count_once(&activities, Matching::default())))
}

/// Shows one currency.
pub fn show(counted: &Count, all: bool, terminal: &Terminal) {
    let say = |amount: i128| in_words(amount, counted.currency);
    terminal.say(format!("\n{}", counted.currency));
    terminal.say(format!("  added up as reported      {}", say(counted.naive)));
    terminal.say(format!("  counted once              {}", say(counted.once)));
    for (fate, words) in [
        (Fate::Spent, "spent"),
        (Fate::Left, "paid to others"),
        (Fate::Unconfirmed, "paid, not confirmed"),
        (Fate::Held, "held"),
    ] {
        terminal.say(format!("    of this {words:<20} {}", say(counted.sum_of(fate))));
    }
    terminal.say("  where");
    for (place, amount) in by_place(counted) {
        terminal.say(format!("    {:<28} {}", place_in_words(&place), say(amount)));
    }
    for (words, loose) in [
        ("paid out, and nobody confirms it", &counted.residue_out),
        ("received, and nobody says to have paid it", &counted.residue_in),
        ("reported by somebody who repeats others", &counted.secondary),
    ] {
        list(words, loose, all, &say, terminal);
    }
}

fn list(words: &str, loose: &[Loose], all: bool, say: &dyn Fn(i128) -> String, terminal: &Terminal) {
    if loose.is_empty() {
        return;
    }
    terminal.say(format!("  {words} (not added): {}", count(loose.len() as u64)));
    let shown = if all { loose.len() } else { SHOWN };
    for one in loose.iter().take(shown) {
        terminal.say(format!(
            "    {} {}  {}  {}",
            one.entry.activity,
            one.date,
            say(i128::from(one.amount)),
            one.words
        ));
    }
    if loose.len() > shown {
        terminal.say(format!("    and {} more: `--all`", count((loose.len() - shown) as u64)));
    }
}

fn in_words(amount: i128, currency: Currency) -> String {
    i64::try_from(amount)
        .map_or_else(|_| format!("{currency} {amount} minor units"), |minor| Money::new(minor, currency).to_string())
}

fn place_in_words(place: &Place) -> String {
    match place {
        Place::At(name) => name.clone(),
        Place::OneOf(names) => format!("one of {}", names.join(", ")),
        Place::Country(code) => format!("somewhere in {code}"),
        Place::Unknown => "no place is stated".to_owned(),
    }
}
