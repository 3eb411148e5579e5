//! A transparency log over bytes: tree, tiles, checkpoints, witnesses, proofs.
