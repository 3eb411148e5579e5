//! Static files: tiles, bundles, and whole logs that somebody else serves.

use super::{entry, publish_up_to, published_log};
use crate::target::Target;
use mostari_log::{
    Blocks, Checkpoint, Edge, Fetch, Hash, Tile, TileTree, audit, audit_earlier_tiles, read_entries, read_hashes,
    write_entry,
};
use std::{cell::RefCell, collections::BTreeMap, io, sync::LazyLock};

pub const TILE: Target = Target {
    name: "tile",
    about: "tiles, entry bundles and their paths",
    seeds: || {
        let mut bundle = vec![3];
        for entry in [&b""[..], b"an entry", &[7; 300]] {
            write_entry(entry, &mut bundle).expect("it is short");
        }
        let paths = ["tile/entries/x001/x234/067.p/8", "tile/7/000", "tile/0/x018/x446/x744/x073/x709/x551/615"];
        let paths = paths.map(|path| path.as_bytes().to_vec());
        [vec![bundle, [vec![2], vec![9; 64]].concat()], paths.to_vec()].concat()
    },
    run: |input| {
        if let Some((width, bytes)) = input.split_first() {
            let width = u64::from(*width) + 1 - u64::from(*width > 0);
            if let Ok(entries) = read_entries(bytes, width) {
                let mut written = Vec::new();
                entries.iter().for_each(|entry| write_entry(entry, &mut written).expect("it was read"));
                assert_eq!(
                    (written.as_slice(), entries.len() as u64),
                    (bytes, width),
                    "a bundle is written as it was read"
                );
            }
            if let Ok(hashes) = read_hashes(bytes, width) {
                let written: Vec<u8> = hashes.iter().flat_map(|hash| hash.0).collect();
                assert_eq!(
                    (written.as_slice(), hashes.len() as u64),
                    (bytes, width),
                    "a tile is written as it was read"
                );
            }
        }
        let Ok(text) = std::str::from_utf8(input) else { return };
        if let Ok(tile) = text.parse::<Tile>() {
            assert_eq!(tile.to_string(), text, "a path prints as it was read");
            assert_eq!(Tile::new(tile.kind(), tile.index(), tile.width()), Some(tile));
        }
    },
};

static HONEST: LazyLock<(BTreeMap<String, Vec<u8>>, Checkpoint)> = LazyLock::new(|| {
    // Published at 520 entries too: tiles of that checkpoint are still there.
    let (memory, mut log) = published_log(520);
    publish_up_to(&mut log, 600);
    let mut files = memory.files().clone();
    files.retain(|path, _| path.starts_with("tile/"));
    (files, log.checkpoint().clone())
});

/// Files of the honest log, some of them changed.
struct Changed {
    files: BTreeMap<String, Vec<u8>>,
}

impl Fetch for Changed {
    fn fetch(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(self.files.get(path).cloned())
    }
}

/// Eight bytes that are added to the size that the checkpoint claims, then steps of four bytes: which file, where, what.
pub const AUDIT: Target = Target {
    name: "audit",
    about: "a log whose files and size were changed by whoever serves them",
    seeds: || {
        let step = |size: u64, steps: &[u8]| [&size.to_be_bytes()[..], steps].concat();
        let whole =
            [step(0, &[]), step(1, &[]), step(u64::MAX - 599, &[]), step(0, &[3, 0, 1, 1]), step(0, &[5, 0, 0, 0])];
        // One changed byte in each file.
        let each = (0..).zip(HONEST.0.keys()).map(|(file, _)| step(0, &[file, 0, 3, 8]));
        whole.into_iter().chain(each).collect()
    },
    run: |input| {
        let (honest, checkpoint) = &*HONEST;
        let Some((added, steps)) = input.split_first_chunk::<8>() else { return };
        let size = checkpoint.size.wrapping_add(u64::from_be_bytes(*added));
        let mut source = Changed { files: honest.clone() };
        steps.chunks_exact(4).for_each(|step| change(&mut source.files, step));
        let is_honest = source.files == *honest && size == checkpoint.size;
        let claimed = Checkpoint { size, ..checkpoint.clone() };
        let seen = RefCell::new(Edge::default());
        let found = audit(&source, &claimed, |_, entries| {
            entries.iter().for_each(|entry| seen.borrow_mut().push(Hash::of_leaf(entry)));
        });
        let found = found.and_then(|()| audit_earlier_tiles(&source, &claimed, honest.keys()));
        assert_eq!(found.is_ok(), is_honest, "an audit passes what was not changed, and nothing else");
        if is_honest {
            assert_eq!(seen.borrow().root(), checkpoint.root, "it has shown every entry");
        }
        prove(&source, size, u64::from_be_bytes(*added));
    },
};

/// Changes, cuts or removes a file; or lengthens it.
fn change(files: &mut BTreeMap<String, Vec<u8>>, step: &[u8]) {
    let which = usize::from(step[0]) % files.len().max(1);
    let Some(path) = files.keys().nth(which).cloned() else { return };
    let at = usize::from(u16::from_be_bytes([step[1], step[2]]));
    match (step[3], files.get_mut(&path)) {
        (0, _) => drop(files.remove(&path)),
        (1, Some(bytes)) => bytes.truncate(at),
        (2, Some(bytes)) => bytes.extend(entry(at as u64)),
        (flip, Some(bytes)) if at < bytes.len() => bytes[at] ^= flip,
        _ => (),
    }
}

/// Asks for proofs out of the changed files; they may be wrong, but they are short and do not panic.
fn prove(source: &Changed, size: u64, other: u64) {
    let tree = TileTree::new(source, size);
    for proof in [tree.prove_inclusion(other, size), tree.prove_consistency(other, size)].into_iter().flatten() {
        assert!(proof.len() <= 64);
    }
    let _ = (tree.entry(other), tree.block(u8::try_from(other % 64).expect("below 64"), other));
}
