//! Tiles: their paths, and which ones a log has (C2SP tlog-tiles).

use mostari_log::{Tile, TileError, TileKind, read_entries, read_hashes, write_entry};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn tile(kind: TileKind, index: u64, width: u64) -> Tile {
    Tile::new(kind, index, width).unwrap()
}

fn check(path: &str, expect: Tile) {
    assert_eq!(path.parse::<Tile>().as_ref(), Ok(&expect));
    assert_eq!(expect.to_string(), path);
}

#[test]
fn an_index_is_written_in_groups_of_three_digits() {
    check("tile/0/000", tile(TileKind::Hashes(0), 0, 256));
    check("tile/0/999", tile(TileKind::Hashes(0), 999, 256));
    check("tile/0/x001/000", tile(TileKind::Hashes(0), 1_000, 256));
    // The example of the specification.
    check("tile/1/x001/x234/067", tile(TileKind::Hashes(1), 1_234_067, 256));
    check("tile/entries/x001/x234/067.p/255", tile(TileKind::Entries, 1_234_067, 255));
    check("tile/7/000.p/1", tile(TileKind::Hashes(7), 0, 1));
}

#[test]
fn a_path_has_one_spelling() {
    for path in [
        "",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/0/x001/x000",
        "tile/00/000",
        "tile/+0/000",
        "tile/8/000", // a tree with fewer than 2^64 entries has no such level
        "tile/-1/000",
        "tile/data/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000.p/1/",
        "/tile/0/000",
        "tile/0/../0/000",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
    ] {
        let error = path.parse::<Tile>().unwrap_err();
        assert_eq!(error.to_string(), format!("`{path}` is no path of a tile"));
    }
}

/// How many full tiles of each kind a log has, and the width of its partial one.
fn shape(size: u64) -> BTreeMap<TileKind, (usize, Option<u64>)> {
    let mut found = BTreeMap::new();
    for tile in Tile::between(0, size) {
        let (full, partial) = found.entry(tile.kind()).or_insert((0, None));
        match tile.is_full() {
            true => *full += 1,
            false => *partial = Some(tile.width()),
        }
    }
    found
}

#[test]
fn a_log_of_70000_entries_has_the_tiles_of_the_specification() {
    let level = TileKind::Hashes;
    let expect = [
        (TileKind::Entries, (273, Some(112))),
        (level(0), (273, Some(112))),
        (level(1), (1, Some(17))),
        (level(2), (0, Some(1))),
    ];
    assert_eq!(shape(70_000), BTreeMap::from(expect));
}

#[test]
fn a_log_of_256_entries_has_a_full_tile_and_a_partial_one_above_it() {
    let expect =
        [(TileKind::Entries, (1, None)), (TileKind::Hashes(0), (1, None)), (TileKind::Hashes(1), (0, Some(1)))];
    assert_eq!(shape(256), BTreeMap::from(expect));
    assert_eq!(shape(0), BTreeMap::new());
}

#[test]
fn a_tile_at_another_size_is_wider_or_not_there() {
    let first = tile(TileKind::Hashes(1), 1, 17);
    assert_eq!(first.at_size(70_000), Some(first));
    assert_eq!(first.at_size(70_300).map(Tile::width), Some(18));
    assert_eq!(first.at_size(65_536), None);
    assert_eq!((first.first_entry(), tile(TileKind::Entries, 2, 1).first_entry()), (65_536, 512));
}

#[test]
fn a_tile_of_hashes_has_32_bytes_for_each() {
    assert_eq!(read_hashes(&[0; 64], 2).unwrap().len(), 2);
    for bytes in [0, 63, 65, 96] {
        assert_eq!(read_hashes(&vec![0; bytes], 2), Err(TileError::Length { found: bytes, needed: 64 }));
    }
}

#[test]
fn an_entry_in_a_bundle_stands_behind_its_length_in_two_bytes() {
    let mut bundle = Vec::new();
    write_entry(b"one", &mut bundle).unwrap();
    write_entry(b"", &mut bundle).unwrap();
    assert_eq!(bundle, b"\0\x03one\0\0");
    assert_eq!(read_entries(&bundle, 2), Ok(vec![&b"one"[..], b""]));
    for (bytes, width) in [(&bundle[..], 1), (&bundle[..], 3), (&bundle[..6], 2), (&bundle[..4], 1), (b"\0", 1)] {
        assert_eq!(read_entries(bytes, width), Err(TileError::Cut), "{bytes:?} {width}");
    }
}

proptest! {
    #[test]
    fn every_path_reads_as_it_is_written(level in 0..9_u8, index: u64, width in 1..=256_u64) {
        let kind = level.checked_sub(1).map_or(TileKind::Entries, TileKind::Hashes);
        let tile = tile(kind, index, width);
        prop_assert_eq!(tile.to_string().parse::<Tile>(), Ok(tile));
    }

    #[test]
    fn a_path_with_one_changed_byte_is_another_tile_or_none(index in 0..2_000_000_u64, width in 1..=256_u64, at: prop::sample::Index, byte in b' '..0x7f) {
        let tile = tile(TileKind::Hashes(3), index, width);
        let mut path = tile.to_string().into_bytes();
        let at = at.index(path.len());
        prop_assume!(path[at] != byte);
        path[at] = byte;
        prop_assert_ne!(String::from_utf8(path).unwrap().parse::<Tile>(), Ok(tile));
    }

    #[test]
    fn growing_in_steps_writes_the_tiles_of_the_last_size(steps in proptest::collection::vec(0..2_000_u64, 1..6)) {
        let mut size = 0;
        let mut written: BTreeMap<(TileKind, u64), u64> = BTreeMap::new();
        for step in steps {
            written.extend(Tile::between(size, size + step).map(|tile| ((tile.kind(), tile.index()), tile.width())));
            size += step;
        }
        let whole = Tile::between(0, size).map(|tile| ((tile.kind(), tile.index()), tile.width()));
        prop_assert_eq!(written, whole.collect());
    }
}
