//! A witness (C2SP tlog-witness v1.0.0): it remembers the latest checkpoint of each log that it knows, and cosigns
//! only what grew out of it. Nobody can then be shown another past without a witness lying.

use crate::{
    checkpoint::{Checkpoint, parse_size},
    hash::Hash,
    key::{SigningKey, VerifierKey},
    note::{NOTE_BYTES_MAX, Note},
    proof::{PROOF_HASHES_MAX, verify_consistency},
};
use std::fmt::Write;

/// What a witness remembers of a log: size, root, and the note as it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Entries.
    pub size: u64,
    /// Root over them.
    pub root: Hash,
    /// The checkpoint with its signatures, for monitors.
    pub note: String,
}

/// Where a witness keeps what it has seen.
pub trait WitnessStore {
    /// Why it failed.
    type Error;

    /// The latest checkpoint of a log.
    ///
    /// # Errors
    /// If the store fails.
    fn latest(&self, origin: &str) -> Result<Option<Seen>, Self::Error>;

    /// Replaces the latest checkpoint of a log if it still is `old`, durably and as one step; `false` if it is not.
    ///
    /// # Errors
    /// If the store fails. Then nothing may be answered but the failure.
    fn compare_and_set(&self, origin: &str, old: Option<&Seen>, new: &Seen) -> Result<bool, Self::Error>;
}

/// An answer as HTTP gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Content type of the body.
    pub content_type: &'static str,
    /// The body: signature lines (200), the latest size (409), or the reason in words.
    pub body: String,
}

impl Answer {
    fn words(status: u16, reason: &str) -> Self {
        Self { status, content_type: "text/plain; charset=utf-8", body: format!("{reason}\n") }
    }

    fn conflict(size: u64) -> Self {
        Self { status: 409, content_type: "text/x.tlog.size", body: format!("{size}\n") }
    }
}

/// A witness: its keys, the logs that it knows, its memory.
pub struct Witness<S> {
    /// Its keys; one cosignature each.
    pub keys: Vec<SigningKey>,
    /// The logs that it knows. One origin may have several keys.
    pub logs: Vec<VerifierKey>,
    /// What it has seen.
    pub store: S,
}

/// The body of `add-checkpoint`, taken apart.
struct Request<'a> {
    old: u64,
    proof: Vec<Hash>,
    note: &'a str,
}

impl<S: WitnessStore> Witness<S> {
    /// Answers `add-checkpoint`: 200 with cosignatures; 400 for a body that does not read or an old size above the new
    /// one; 403 if no trusted key signed; 404 for an unknown log; 409 with the latest size if the old one is not it;
    /// 422 if the proof does not hold. `time` is in POSIX seconds.
    ///
    /// # Errors
    /// If the store fails (500).
    pub fn add_checkpoint(&self, body: &[u8], time: u64) -> Result<Answer, S::Error> {
        let Some(request) = parse_request(body) else {
            return Ok(Answer::words(400, "the body is `old N`, at most 63 hashes, an empty line, a checkpoint"));
        };
        let (note, checkpoint) = match self.trusted(request.note) {
            Ok(trusted) => trusted,
            Err(answer) => return Ok(answer),
        };
        if request.old > checkpoint.size {
            return Ok(Answer::words(400, "the old size is larger than the checkpoint's"));
        }
        let latest = self.store.latest(&checkpoint.origin)?;
        let latest_size = latest.as_ref().map_or(0, |seen| seen.size);
        if request.old != latest_size {
            return Ok(Answer::conflict(latest_size));
        }
        if let Some(fault) = fault_of(&request, latest.as_ref(), &checkpoint) {
            return Ok(Answer::words(422, fault));
        }
        let Some(lines) = self.cosign(&note, time) else {
            return Ok(Answer::words(400, "the checkpoint cannot be cosigned"));
        };
        let new = Seen { size: checkpoint.size, root: checkpoint.root, note: format!("{note}{lines}") };
        match self.store.compare_and_set(&checkpoint.origin, latest.as_ref(), &new)? {
            true => Ok(Answer { status: 200, content_type: "text/plain; charset=utf-8", body: lines }),
            false => {
                let now = self.store.latest(&checkpoint.origin)?;
                Ok(Answer::conflict(now.map_or(0, |seen| seen.size)))
            }
        }
    }

    /// Answers a monitor that asks for a log by the hexadecimal SHA-256 of its origin.
    ///
    /// # Errors
    /// If the store fails.
    pub fn latest_by_hash(&self, origin_sha256: &str) -> Result<Option<String>, S::Error> {
        use sha2::{Digest, Sha256};
        let is_asked = |name: &str| {
            let hash = Sha256::digest(name.as_bytes());
            hash.iter().fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            }) == origin_sha256
        };
        match self.logs.iter().map(VerifierKey::name).find(|name| is_asked(name)) {
            Some(origin) => Ok(self.store.latest(origin)?.map(|seen| seen.note)),
            None => Ok(None),
        }
    }

    /// The note with only the signatures of known keys, and its checkpoint.
    fn trusted(&self, text: &str) -> Result<(Note, Checkpoint), Answer> {
        let note = Note::parse(text.as_bytes()).map_err(|error| Answer::words(400, &error.to_string()))?;
        let checkpoint: Checkpoint =
            note.text().parse().map_err(|_| Answer::words(400, "the note is no checkpoint"))?;
        let keys: Vec<&VerifierKey> = self.logs.iter().filter(|key| key.name() == checkpoint.origin).collect();
        if keys.is_empty() {
            return Err(Answer::words(404, "this witness does not know the log"));
        }
        let mut kept = Note::new(note.text()).map_err(|error| Answer::words(400, &error.to_string()))?;
        for signature in note.signatures() {
            let Some(key) = keys.iter().find(|key| key.is_named_by(signature)) else { continue };
            if key.verify(note.text(), signature).is_err() {
                return Err(Answer::words(403, "the log's signature is wrong"));
            }
            kept.add(signature.clone());
        }
        match kept.signatures().is_empty() {
            true => Err(Answer::words(403, "no key that is trusted for this log signed")),
            false => Ok((kept, checkpoint)),
        }
    }

    fn cosign(&self, note: &Note, time: u64) -> Option<String> {
        let lines: Option<Vec<String>> =
            self.keys.iter().map(|key| Some(key.sign(note, time).ok()?.to_string())).collect();
        Some(lines?.concat())
    }
}

/// What is wrong with the step from the old to the new checkpoint, in words.
fn fault_of(request: &Request<'_>, latest: Option<&Seen>, new: &Checkpoint) -> Option<&'static str> {
    if new.size == 0 && new.root != Hash::of_empty_tree() {
        return Some("an empty log has the root SHA-256 of nothing");
    }
    let Some(latest) = latest.filter(|seen| seen.size > 0) else {
        return (!request.proof.is_empty()).then_some("there is nothing to prove from an empty log");
    };
    let step = verify_consistency(latest.size, &latest.root, new.size, &new.root, &request.proof);
    step.is_err().then_some("the proof does not lead from the latest checkpoint to this one")
}

fn parse_request(body: &[u8]) -> Option<Request<'_>> {
    if body.len() > 2 * NOTE_BYTES_MAX {
        return None;
    }
    let text = std::str::from_utf8(body).ok()?;
    let (head, note) = text.split_once("\n\n")?;
    let mut lines = head.split('\n');
    let old = lines.next()?.strip_prefix("old ").and_then(parse_size)?;
    let proof: Vec<Hash> = lines.map(Hash::from_base64).collect::<Option<_>>()?;
    (proof.len() <= PROOF_HASHES_MAX).then_some(Request { old, proof, note })
}

/// The body of `add-checkpoint` that asks a witness to go from `old` to a checkpoint.
pub fn add_checkpoint_body(old: u64, proof: &[Hash], checkpoint: &str) -> String {
    let hashes: String = proof.iter().map(|hash| format!("{hash}\n")).collect();
    format!("old {old}\n{hashes}\n{checkpoint}")
}
