//! The faults that are planted: each an exact replacement in the log's source, such as somebody might write by mistake.

/// A fault: a few words for it, and what it changes.
pub struct Fault {
    /// What is wrong with it.
    pub name: &'static str,
    /// The file below `crates/mostari-log/src/`.
    pub file: &'static str,
    /// What stands there, exactly once, and what stands there instead.
    pub changes: &'static [(&'static str, &'static str)],
}

const fn fault(name: &'static str, file: &'static str, changes: &'static [(&'static str, &'static str)]) -> Fault {
    Fault { name, file, changes }
}

/// Every fault, from the disk upwards.
pub const FAULTS: &[Fault] = &[
    fault(
        "a file takes its name before its content is synced",
        "disk.rs",
        &[("            .and_then(|()| self.files.sync(&partial))\n", "")],
    ),
    fault(
        "a file is written in its place, not beside it",
        "disk.rs",
        &[("let partial = format!(\"{path}.{}.partial\", self.files.unique());", "let partial = path.to_owned();")],
    ),
    fault(
        "the names of new folders are not synced",
        "disk.rs",
        &[("flat_map(|path| folders_above(path))", "flat_map(|path| folders_above(path).take(1))")],
    ),
    fault(
        "the journal is not synced",
        "journal.rs",
        &[("        disk.sync_content(&self.path)?;\n        if is_new {", "        if is_new {")],
    ),
    fault("the name of a new journal is not synced", "journal.rs", &[("if is_new {", "if is_new && self.end > 0 {")]),
    fault(
        "a dropped journal may come back",
        "journal.rs",
        &[(
            "            disk.remove(&self.path)?;\n            disk.sync_names(std::slice::from_ref(&self.path))?;\n",
            "            disk.remove(&self.path)?;\n",
        )],
    ),
    fault(
        "the digest in the journal is not checked",
        "journal.rs",
        &[("if Sha256::digest(body).as_slice() != digest {", "if digest.is_empty() {")],
    ),
    fault(
        "a level-1 tile lacks its last hash",
        "tile.rs",
        &[(
            "Self::Hashes(level) => size.checked_shr(u32::from(level * TILE_LEVELS)).unwrap_or(0),",
            "Self::Hashes(level) => {\n                let count = size.checked_shr(u32::from(level * TILE_LEVELS)).unwrap_or(0);\n                count.saturating_sub(u64::from(level == 1))\n            }",
        )],
    ),
    fault(
        "the names of tiles are not synced",
        "writer.rs",
        &[("        self.disk.sync_names(&paths).map_err(disk_failed(\"make tiles durable\"))?;\n", "")],
    ),
    fault(
        "the name of the checkpoint is not synced",
        "writer.rs",
        &[(
            "    disk.sync_names(&[CHECKPOINT_PATH.to_owned()]).map_err(disk_failed(\"make the checkpoint durable\"))",
            "    Ok(())",
        )],
    ),
    fault(
        "entries are staged after the lock is set",
        "writer.rs",
        &[
            ("        self.journal.append(&self.disk, first, &batch).map_err(disk_failed(\"stage entries\"))?;\n", ""),
            (
                "        batch.entries.into_iter().for_each(|entry| self.recent.push(entry));\n",
                "        self.journal.append(&self.disk, first, &batch).map_err(disk_failed(\"stage entries\"))?;\n        batch.entries.into_iter().for_each(|entry| self.recent.push(entry));\n",
            ),
        ],
    ),
    fault(
        "the checkpoint is published before the lock is set",
        "writer.rs",
        &[(
            "        if !self.lock.compare_and_set(Some(&self.locked), &locked)",
            "        publish_checkpoint(&self.disk, &locked.note)?;\n        if !self.lock.compare_and_set(Some(&self.locked), &locked)",
        )],
    ),
    fault(
        "the checkpoint is published before its tiles",
        "writer.rs",
        &[(
            "                let tiles = self.write_tiles()?;\n                publish_checkpoint(&self.disk, &self.locked.note)?;\n",
            "                publish_checkpoint(&self.disk, &self.locked.note)?;\n                let tiles = self.write_tiles()?;\n",
        )],
    ),
    fault(
        "an append sets the lock without comparing",
        "writer.rs",
        &[(
            "self.lock.compare_and_set(Some(&self.locked), &locked)",
            "self.lock.compare_and_set(self.lock.load().map_err(lock_failed)?.as_ref(), &locked)",
        )],
    ),
    fault(
        "an opening sets the lock without comparing",
        "writer.rs",
        &[(
            "log.lock.compare_and_set(Some(&old), &locked)",
            "log.lock.compare_and_set(log.lock.load().map_err(lock_failed)?.as_ref(), &locked)",
        )],
    ),
    fault(
        "an append does not look at what comparing said",
        "writer.rs",
        &[(
            "        if !self.lock.compare_and_set(Some(&self.locked), &locked).map_err(lock_failed)? {",
            "        self.lock.compare_and_set(Some(&self.locked), &locked).map_err(lock_failed)?;\n        if self.has_failed {",
        )],
    ),
    fault(
        "batches that are not in the log are taken from the journal",
        "writer.rs",
        &[(
            "        batches.retain(|staged| staged.end() <= checkpoint.size);\n",
            "        batches.retain(|staged| staged.first <= checkpoint.size);\n",
        )],
    ),
    fault(
        "the size is taken from the published file, not from the lock",
        "writer.rs",
        &[(
            "policy.check(locked.note.as_bytes())",
            "policy.check(&disk.read(CHECKPOINT_PATH).ok().flatten().unwrap_or(locked.note.clone().into_bytes()))",
        )],
    ),
    fault(
        "the journal is dropped before tiles are durable",
        "writer.rs",
        &[(
            "        match self.unpublished() {\n            0 => self.publish",
            "        self.journal.drop_all(&self.disk).map_err(disk_failed(\"drop the journal\"))?;\n        match self.unpublished() {\n            0 => self.publish",
        )],
    ),
    fault(
        "attachments are kept after the journal is dropped",
        "writer.rs",
        &[
            ("        keep().map_err(|error| LogError::Lock(Box::new(error)))?;\n", ""),
            (
                "        self.journal.drop_all(&self.disk).map_err(disk_failed(\"drop the journal\"))\n",
                "        self.journal.drop_all(&self.disk).map_err(disk_failed(\"drop the journal\"))?;\n        keep().map_err(|error| LogError::Lock(Box::new(error)))\n",
            ),
        ],
    ),
    fault("an opening does not hand attachments over", "writer.rs", &[("keep(&batches)", "keep(&[])")]),
    fault("an append goes on after an error", "writer.rs", &[("        self.has_failed = committed.is_err();\n", "")]),
    fault(
        "a publication goes on after an error",
        "writer.rs",
        &[("        self.has_failed = published.is_err();\n", "")],
    ),
    fault(
        "a writer that takes the log keeps the old journal",
        "writer.rs",
        &[("journal: next_journal(&old.journal)", "journal: old.journal.clone()")],
    ),
    fault("journals of earlier writers stay", "writer.rs", &[("        log.remove_journals()?;\n", "")]),
    fault(
        "the journal of a later writer is removed",
        "writer.rs",
        &[("number_of(path).is_some() && number_of(path) < own", "number_of(path) != own")],
    ),
    fault(
        "an opening publishes before it has taken the log",
        "writer.rs",
        &[
            ("        log.publish_checkpoint_again()?;\n", ""),
            (
                "        let tiles = log.write_tiles()?;\n",
                "        let tiles = log.write_tiles()?;\n        log.publish_checkpoint_again()?;\n",
            ),
        ],
    ),
    fault(
        "an opening believes a checkpoint because it can be read",
        "writer.rs",
        &[("log.publish_checkpoint_again()?;", "log.publish_checkpoint_if_stale()?;")],
    ),
    fault(
        "a writer publishes without asking whether it still may",
        "writer.rs",
        &[("if self.lock.load().map_err(lock_failed)?.as_ref() != Some(&self.locked) {", "if self.has_failed {")],
    ),
    fault(
        "partial tiles go before the full one is there",
        "writer.rs",
        &[(
            "            self.disk.write(path, &bytes).map_err(disk_failed(\"write a tile\"))?;\n",
            "            if tile.is_full() {\n                self.remove_partial(*tile, self.published)?;\n            }\n            self.disk.write(path, &bytes).map_err(disk_failed(\"write a tile\"))?;\n",
        )],
    ),
    fault(
        "a witness answers although it could not store",
        "witness.rs",
        &[(
            "self.store.compare_and_set(&checkpoint.origin, latest.as_ref(), &new)? {",
            "self.store.compare_and_set(&checkpoint.origin, latest.as_ref(), &new).unwrap_or(true) {",
        )],
    ),
    fault(
        "a witness stores without comparing",
        "witness.rs",
        &[(
            "self.store.compare_and_set(&checkpoint.origin, latest.as_ref(), &new)?",
            "self.store.compare_and_set(&checkpoint.origin, self.store.latest(&checkpoint.origin)?.as_ref(), &new)?",
        )],
    ),
    fault(
        "a witness does not look at the proof",
        "witness.rs",
        &[("    step.is_err().then_some(", "    (step.is_err() && latest.size > new.size).then_some(")],
    ),
];
