//! The files of the demo, in the real formats.

mod boundaries;
mod events;
mod means;
mod people;
mod projects;
mod story;
mod things;

pub use story::PARTIES;

use crate::{Options, World};

/// Where a file belongs in the demo folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoFile {
    /// Data to add to the record.
    Inbox,
    /// Input of `nominate`, `plan` and `say`.
    Settings,
}

/// A file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// File name.
    pub name: &'static str,
    /// Where it belongs.
    pub role: DemoFile,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Who would publish such a file.
    pub source: &'static str,
}

impl File {
    fn inbox(name: &'static str, source: &'static str, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name, role: DemoFile::Inbox, bytes: bytes.into(), source }
    }
}

/// Makes the world's files, in the order in which a mission would add them.
pub fn files(options: &Options) -> Vec<File> {
    let world = World::new(options.seed, options.areas);
    let settings =
        |name, text: String| File { name, role: DemoFile::Settings, bytes: text.into_bytes(), source: "demo" };
    vec![
        File::inbox("boundaries-adm1.geojson", "Velmora Institute of Geography (invented)", boundaries::adm1(&world)),
        File::inbox("boundaries-adm2.geojson", "Velmora Institute of Geography (invented)", boundaries::adm2(&world)),
        File::inbox("population.csv", "Velmora Statistics (invented)", people::population(&world)),
        File::inbox("events.csv", "Velmora Event Data (invented)", events::ged(&world, options)),
        File::inbox("hazards.geojson", "Velmora Mine Action Centre (invented)", things::hazards(&world, options.seed)),
        File::inbox("facilities.geojson", "Open map of Velmora (invented)", things::facilities(&world, options.seed)),
        File::inbox("roads.geojson", "Open map of Velmora (invented)", things::roads(&world)),
        File::inbox("needs-hxl.csv", "Velmora humanitarian team (invented)", people::needs(&world, options.seed)),
        File::inbox(
            "displacement.csv",
            "Velmora displacement tracking (invented)",
            people::displacement(&world, options.seed),
        ),
        File::inbox(
            "who-does-what.csv",
            "Velmora humanitarian team (invented)",
            people::who_does_what(&world, options.seed),
        ),
        File::inbox(
            "projects-oc4ids.json",
            "Velmora ministry of works (invented)",
            projects::oc4ids(&world, options.seed),
        ),
        settings("catalogue.toml", means::catalogue()),
        settings("means.toml", means::means(&world)),
        settings("story.jsonl", story::story(&world)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_writes_the_same_bytes_and_another_seed_does_not() {
        let options = Options::default();
        assert_eq!(files(&options), files(&options));
        let other = files(&Options { seed: 8, ..options });
        assert!(files(&options).iter().zip(&other).filter(|(a, b)| a.bytes != b.bytes).count() > 8);
    }

    #[test]
    fn a_larger_world_has_more_of_everything() {
        let small = files(&Options::default());
        let large = files(&Options { areas: 60, ..Options::default() });
        for (a, b) in small.iter().zip(&large).filter(|(a, _)| a.role == DemoFile::Inbox) {
            assert!(b.bytes.len() > 2 * a.bytes.len(), "{}", a.name);
        }
    }
}
