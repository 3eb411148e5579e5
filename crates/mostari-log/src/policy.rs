//! Whom a reader trusts: logs, witnesses, and the quorum of witnesses that a checkpoint needs (C2SP tlog-policy, draft).
//!
//! ```text
//! log mostari.example/nation-a+…
//! witness a1 a.example/w+… https://witness.a.example/
//! group nations 2 a1 b1 c1
//! group agencies any u1 u2
//! group both all nations agencies
//! quorum both
//! ```

use crate::{
    checkpoint::{Checkpoint, CheckpointError, parse_size},
    key::{KeyError, KeyKind, VerifierKey},
    note::{Note, NoteError},
};
use std::collections::{BTreeMap, BTreeSet};

/// The most lines of a policy; the draft asks for at least 32 logs, 32 witnesses and 32 groups.
const LINES_MAX: usize = 1_000;

/// A witness that a policy knows: one key. An organisation with two keys has two names, and a group of its own.
#[derive(Debug, Clone)]
pub struct KnownWitness {
    /// Its name within the policy.
    pub name: String,
    /// Its key.
    pub key: VerifierKey,
    /// Where it is asked: the submission prefix of C2SP tlog-witness. Nobody needs it to check a checkpoint.
    pub url: Option<String>,
}

/// Whom to trust.
#[derive(Debug, Clone)]
pub struct Policy {
    logs: Vec<VerifierKey>,
    witnesses: Vec<KnownWitness>,
    groups: Vec<Group>,
    quorum: Option<String>,
}

#[derive(Debug, Clone)]
struct Group {
    name: String,
    needed: usize,
    members: Vec<String>,
}

/// Why a policy does not read; the line is counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct PolicyError {
    /// Which line.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

/// Why a checkpoint is not to be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// It is no note.
    #[error("it is no signed note: {0}")]
    Note(#[from] NoteError),
    /// The note is no checkpoint.
    #[error("it is no checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// No log of the policy has signed it.
    #[error("no log that is trusted signed it")]
    NoLog,
    /// A known key's signature is wrong.
    #[error(transparent)]
    Signature(#[from] KeyError),
    /// Too few witnesses.
    #[error("it lacks witnesses: {}", .0.join(", "))]
    Quorum(Vec<String>),
}

/// A checkpoint that a policy accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusted {
    /// What the log says.
    pub checkpoint: Checkpoint,
    /// Names of the witnesses in the policy whose cosignatures hold, with the time that each states (POSIX seconds).
    pub witnesses: Vec<(String, u64)>,
    /// Signature lines by keys that the policy does not know: they mean nothing.
    pub unknown: usize,
}

impl Policy {
    /// A policy of one log and no witnesses.
    pub fn of_log(log: VerifierKey) -> Self {
        Self { logs: vec![log], witnesses: Vec::new(), groups: Vec::new(), quorum: None }
    }

    /// Reads a policy file.
    ///
    /// # Errors
    /// [`PolicyError`] with the line.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let mut reading = Reading::default();
        for (i, line) in text.split('\n').enumerate() {
            let at = |reason: String| PolicyError { line: i + 1, reason };
            if i >= LINES_MAX {
                return Err(at(format!("a policy has at most {LINES_MAX} lines")));
            }
            if line.bytes().any(|byte| byte.is_ascii_control() && byte != b'\t') {
                return Err(at("it has a control character".to_owned()));
            }
            let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
            reading.line(&words).map_err(at)?;
        }
        let last = text.split('\n').count();
        reading.finish().map_err(|reason| PolicyError { line: last, reason })
    }

    /// The logs that are trusted.
    pub fn logs(&self) -> &[VerifierKey] {
        &self.logs
    }

    /// The witnesses that are known.
    pub fn witnesses(&self) -> &[KnownWitness] {
        &self.witnesses
    }

    /// The same logs and witnesses, but no quorum is asked for: to look at a checkpoint that witnesses have yet to see.
    #[must_use]
    pub fn without_quorum(&self) -> Self {
        Self { quorum: None, ..self.clone() }
    }

    /// Whether a checkpoint may be trusted: signed by one of the logs under its own origin, cosigned by a quorum.
    /// A known key's wrong signature refuses the whole note; unknown keys are ignored and counted.
    ///
    /// # Errors
    /// [`TrustError`].
    pub fn check(&self, bytes: &[u8]) -> Result<Trusted, TrustError> {
        let note = Note::parse(bytes)?;
        let checkpoint: Checkpoint = note.text().parse()?;
        let (mut has_log, mut unknown) = (false, 0);
        let mut witnesses = BTreeMap::new();
        for signature in note.signatures() {
            if let Some(key) = self.logs.iter().find(|key| key.is_named_by(signature)) {
                key.verify(note.text(), signature)?;
                has_log |= key.name() == checkpoint.origin;
            } else if let Some(known) = self.witnesses.iter().find(|known| known.key.is_named_by(signature)) {
                let time = known.key.verify(note.text(), signature)?;
                witnesses.insert(known.name.clone(), time);
            } else {
                unknown += 1;
            }
        }
        if !has_log {
            return Err(TrustError::NoLog);
        }
        if let Some(quorum) = &self.quorum
            && !self.is_met(quorum, &witnesses)
        {
            let names = self.witnesses.iter().map(|known| &known.name);
            return Err(TrustError::Quorum(names.filter(|name| !witnesses.contains_key(*name)).cloned().collect()));
        }
        Ok(Trusted { checkpoint, witnesses: witnesses.into_iter().collect(), unknown })
    }

    /// Whether a witness has signed, or enough members of a group have. Groups only name what stands above them, so
    /// this ends.
    fn is_met(&self, name: &str, signed: &BTreeMap<String, u64>) -> bool {
        match self.groups.iter().find(|group| group.name == name) {
            Some(group) => group.members.iter().filter(|member| self.is_met(member, signed)).count() >= group.needed,
            None => signed.contains_key(name),
        }
    }
}

/// A policy while its lines are read.
#[derive(Default)]
struct Reading {
    logs: Vec<VerifierKey>,
    witnesses: Vec<KnownWitness>,
    groups: Vec<Group>,
    quorum: Option<Option<String>>,
    members: BTreeSet<String>,
}

impl Reading {
    fn line(&mut self, words: &[&str]) -> Result<(), String> {
        match words {
            [] => Ok(()),
            [first, ..] if first.starts_with('#') => Ok(()),
            ["log", key] | ["log", key, _] => self.log(key),
            ["witness", name, key] => self.witness(name, key, None),
            ["witness", name, key, url] => self.witness(name, key, Some(url)),
            ["group", name, needed, members @ ..] => self.group(name, needed, members),
            ["quorum", name] => self.quorum(name),
            [first, ..] => Err(format!("`{first}` begins no line of a policy, or has too few or too many words")),
        }
    }

    fn log(&mut self, key: &str) -> Result<(), String> {
        let key: VerifierKey = key.parse().map_err(|error: KeyError| error.to_string())?;
        if key.kind() != KeyKind::Log {
            return Err("this kind of key is no log's".to_owned());
        }
        if self.logs.iter().any(|other| other.public_bytes() == key.public_bytes()) {
            return Err("the log stands twice".to_owned());
        }
        self.logs.push(key);
        Ok(())
    }

    fn witness(&mut self, name: &str, key: &str, url: Option<&str>) -> Result<(), String> {
        let key: VerifierKey = key.parse().map_err(|error: KeyError| error.to_string())?;
        if key.kind() == KeyKind::Log {
            return Err("this kind of key is no witness's".to_owned());
        }
        if self.witnesses.iter().any(|other| other.key.public_bytes() == key.public_bytes()) {
            return Err("the witness stands twice".to_owned());
        }
        self.check_new(name)?;
        self.witnesses.push(KnownWitness { name: name.to_owned(), key, url: url.map(str::to_owned) });
        Ok(())
    }

    fn group(&mut self, name: &str, needed: &str, members: &[&str]) -> Result<(), String> {
        self.check_new(name)?;
        for member in members {
            self.check_known(member)?;
            if !self.members.insert((*member).to_owned()) {
                return Err(format!("`{member}` is a member twice"));
            }
        }
        let needed = match needed {
            "all" => members.len(),
            "any" => 1,
            number => {
                let size = parse_size(number).and_then(|size| usize::try_from(size).ok());
                size.ok_or_else(|| format!("`{number}` is neither `all`, `any` nor a number"))?
            }
        };
        if needed == 0 || needed > members.len() {
            return Err(format!("{needed} of {} members cannot be asked for", members.len()));
        }
        let members = members.iter().map(|member| (*member).to_owned()).collect();
        self.groups.push(Group { name: name.to_owned(), needed, members });
        Ok(())
    }

    fn quorum(&mut self, name: &str) -> Result<(), String> {
        if self.quorum.is_some() {
            return Err("there is a second quorum".to_owned());
        }
        if name != "none" {
            self.check_known(name)?;
        }
        self.quorum = Some((name != "none").then(|| name.to_owned()));
        Ok(())
    }

    fn check_new(&self, name: &str) -> Result<(), String> {
        match name == "none" || self.check_known(name).is_ok() {
            true => Err(format!("the name `{name}` is taken")),
            false => Ok(()),
        }
    }

    fn check_known(&self, name: &str) -> Result<(), String> {
        let mut names =
            self.witnesses.iter().map(|known| &known.name).chain(self.groups.iter().map(|group| &group.name));
        match names.any(|known| known == name) {
            true => Ok(()),
            false => Err(format!("nothing above is called `{name}`")),
        }
    }

    fn finish(self) -> Result<Policy, String> {
        let quorum = self.quorum.ok_or("it has no quorum line")?;
        Ok(Policy { logs: self.logs, witnesses: self.witnesses, groups: self.groups, quorum })
    }
}
