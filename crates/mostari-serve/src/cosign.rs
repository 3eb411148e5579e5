//! Asking all witnesses of a log at once for their cosignatures.
//!
//! Every witness is asked on a thread of its own. What it answers counts only if it holds under the policy's keys: a wrong
//! signature refuses the whole answer, lines by unknown keys are left out. The checkpoint is handed out as soon as the
//! policy's quorum is met, and once more if others cosign soon after.

use crate::{
    client::{Answer, Client, Fault, base_of},
    error::ServeError,
};
use mostari_log::{
    Blocks, Checkpoint, Fetch, Hash, NOTE_BYTES_MAX, Note, NoteSignature, Policy, TileTree, TrustError, Trusted,
    add_checkpoint_body, parse_signatures,
};
use std::{
    collections::BTreeMap,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// What became of asking one witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// It cosigned; the names in the policy of the keys with which it did.
    Cosigned(Vec<String>),
    /// It remembers more entries than this log has: this copy of the log is an old one.
    Ahead(u64),
    /// It refused, with this status and these words.
    Refused(u16, String),
    /// It answered with something that does not hold.
    Wrong(String),
    /// It could not be reached, or did not answer in time.
    Silent(String),
}

/// A witness and what it said.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// Its address.
    pub url: String,
    /// What it said.
    pub said: Said,
    /// After how many seconds.
    pub seconds: f64,
}

/// The checkpoint with the cosignatures that hold.
#[derive(Debug)]
pub struct Cosigned {
    /// The checkpoint, signed by the log and by who cosigned.
    pub note: Note,
    /// What the policy makes of it.
    pub trusted: Result<Trusted, TrustError>,
    /// What each witness said, in the order of asking.
    pub heard: Vec<Heard>,
}

/// How long to wait.
#[derive(Debug, Clone, Copy)]
pub struct Waiting {
    /// For all witnesses, until the quorum is met.
    pub in_all: Duration,
    /// For the others after that.
    pub after_quorum: Duration,
}

/// A log's witnesses, and how far each of them has seen it.
pub struct Witnesses {
    client: Client,
    policy: Policy,
    /// Address, and the size of the log that this witness is thought to have cosigned last.
    asked: BTreeMap<String, u64>,
    /// A checkpoint that was cosigned earlier.
    earlier: Option<Note>,
}

/// The part of [`Witnesses`] that the thread of one witness takes along.
struct Question<F> {
    client: Client,
    url: String,
    old: u64,
    checkpoint: Checkpoint,
    /// The checkpoint as the log signed it.
    note: String,
    source: F,
}

impl Witnesses {
    /// Asks at these addresses, or at those that the policy states if there are none.
    ///
    /// # Errors
    /// `SRV-002`; `SRV-006` if nobody can be asked, or the policy knows no witness's key.
    pub fn new(client: Client, policy: Policy, urls: &[String]) -> Result<Self, ServeError> {
        let stated = policy.witnesses().iter().filter_map(|witness| witness.url.as_deref());
        let urls: Vec<&str> =
            if urls.is_empty() { stated.collect() } else { urls.iter().map(String::as_str).collect() };
        let asked: BTreeMap<String, u64> =
            urls.into_iter().map(|url| Ok((base_of(url)?, 0))).collect::<Result<_, ServeError>>()?;
        match asked.is_empty() || policy.witnesses().is_empty() {
            true => Err(ServeError::NoWitness),
            false => Ok(Self { client, policy, asked, earlier: None }),
        }
    }

    /// Learns from a checkpoint that was cosigned earlier how far its witnesses have seen the log: a right guess saves them
    /// a question. If it is the one that is asked for, what it was cosigned with stays.
    pub fn remember(&mut self, earlier: Note) {
        let Ok(Checkpoint { size, .. }) = earlier.text().parse() else { return };
        for known in self.policy.witnesses() {
            let url = known.url.as_deref().and_then(|url| base_of(url).ok());
            if let Some(last) = url.and_then(|url| self.asked.get_mut(&url))
                && earlier.signatures().iter().any(|line| known.key.is_named_by(line))
            {
                *last = size;
            }
        }
        self.earlier = Some(earlier);
    }

    /// Asks every witness to cosign a checkpoint that the log signed. `source` has the log's tiles, for the proofs that
    /// the log only grew. `publish` gets the checkpoint with its cosignatures when the quorum is met, and once more if
    /// others came by the end.
    ///
    /// # Errors
    /// Those of `publish`.
    pub fn ask<F, E>(
        &mut self,
        note: &Note,
        source: &F,
        waiting: Waiting,
        mut publish: impl FnMut(&Note) -> Result<(), E>,
    ) -> Result<Cosigned, E>
    where
        F: Fetch + Clone + Send + 'static,
    {
        let mut gathered = Gathered { policy: &self.policy, note: note.clone(), heard: BTreeMap::new() };
        if let Some(earlier) = self.earlier.as_ref().filter(|earlier| earlier.text() == note.text()) {
            // Lines that do not hold any more are nobody's fault who is asked now.
            let _ = gathered.keep(earlier.signatures().to_vec());
        }
        let answers = self.ask_all(note, source);
        let (since, mut published) = (Instant::now(), None);
        let mut deadline = since + waiting.in_all;
        while let Ok((url, answer)) = answers.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            let is_new = gathered.hear(&url, answer, since.elapsed());
            if is_new && published.is_none() && gathered.is_trusted() {
                publish(&gathered.note)?;
                published = Some(gathered.note.clone());
                deadline = deadline.min(Instant::now() + waiting.after_quorum);
            }
        }
        if published.is_some_and(|published| published != gathered.note) {
            publish(&gathered.note)?;
        }
        Ok(conclude(&mut self.asked, gathered, since.elapsed()))
    }

    fn ask_all<F>(&self, note: &Note, source: &F) -> mpsc::Receiver<(String, Result<Vec<NoteSignature>, Said>)>
    where
        F: Fetch + Clone + Send + 'static,
    {
        let (tell, answers) = mpsc::channel();
        let Ok(checkpoint) = note.text().parse::<Checkpoint>() else { return answers };
        for (url, old) in &self.asked {
            let question = Question {
                client: self.client.clone(),
                url: url.clone(),
                old: *old,
                checkpoint: checkpoint.clone(),
                note: note.to_string(),
                source: source.clone(),
            };
            let tell = tell.clone();
            // Whoever answers too late is not listened to any more.
            thread::spawn(move || tell.send((question.url.clone(), question.ask())).ok());
        }
        answers
    }
}

/// What each witness said, and what is remembered of it for the next time.
fn conclude(asked: &mut BTreeMap<String, u64>, gathered: Gathered<'_>, elapsed: Duration) -> Cosigned {
    let trusted = gathered.trusted();
    let Gathered { note, mut heard, .. } = gathered;
    let size = note.text().parse::<Checkpoint>().map_or(0, |checkpoint| checkpoint.size);
    let silent = |url: &String| Heard {
        url: url.clone(),
        said: Said::Silent("no answer in time".to_owned()),
        seconds: elapsed.as_secs_f64(),
    };
    let mut all = Vec::new();
    for (url, last) in asked {
        let heard = heard.remove(url).unwrap_or_else(|| silent(url));
        if matches!(heard.said, Said::Cosigned(_)) {
            *last = size;
        }
        all.push(heard);
    }
    Cosigned { note, trusted, heard: all }
}

/// What has come in so far.
struct Gathered<'a> {
    policy: &'a Policy,
    note: Note,
    heard: BTreeMap<String, Heard>,
}

impl Gathered<'_> {
    /// Takes an answer in; whether it brought a cosignature.
    fn hear(&mut self, url: &str, answer: Result<Vec<NoteSignature>, Said>, elapsed: Duration) -> bool {
        let said = match answer.and_then(|lines| self.keep(lines)) {
            Ok(names) => Said::Cosigned(names),
            Err(said) => said,
        };
        let is_new = matches!(said, Said::Cosigned(_));
        let heard = Heard { url: url.to_owned(), said, seconds: elapsed.as_secs_f64() };
        self.heard.insert(url.to_owned(), heard);
        is_new
    }

    /// Keeps the lines of an answer if those by known keys hold; their names in the policy.
    fn keep(&mut self, lines: Vec<NoteSignature>) -> Result<Vec<String>, Said> {
        let (mut names, mut kept) = (Vec::new(), Vec::new());
        for line in lines {
            let known = self.policy.witnesses().iter().find(|witness| witness.key.is_named_by(&line));
            let Some(witness) = known else { continue };
            witness.key.verify(self.note.text(), &line).map_err(|error| Said::Wrong(error.to_string()))?;
            names.push(witness.name.clone());
            kept.push(line);
        }
        if kept.is_empty() {
            return Err(Said::Wrong("it cosigned with no key that the policy knows".to_owned()));
        }
        self.replace(kept);
        Ok(names)
    }

    /// Adds lines; an earlier one by the same key goes.
    fn replace(&mut self, lines: Vec<NoteSignature>) {
        let is_replaced =
            |old: &NoteSignature| lines.iter().any(|new| (new.name(), new.key_id()) == (old.name(), old.key_id()));
        let mut note = Note::new(self.note.text()).expect("the text of a note");
        let earlier = self.note.signatures().iter().filter(|line| !is_replaced(line)).cloned();
        earlier.chain(lines.iter().cloned()).for_each(|line| note.add(line));
        self.note = note;
    }

    fn trusted(&self) -> Result<Trusted, TrustError> {
        self.policy.check(self.note.to_string().as_bytes())
    }

    fn is_trusted(&self) -> bool {
        self.trusted().is_ok()
    }
}

impl<F: Fetch + Clone> Question<F> {
    /// Asks, and once more with the size that the witness names if it remembers another one than was thought.
    fn ask(&self) -> Result<Vec<NoteSignature>, Said> {
        let answer = self.ask_from(self.old)?;
        let answer = match remembered(&answer) {
            Some(size) if size > self.checkpoint.size => return Err(Said::Ahead(size)),
            Some(size) if size != self.old => self.ask_from(size)?,
            _ => answer,
        };
        let words = String::from_utf8_lossy(&answer.body);
        match answer.status {
            200 => parse_signatures(&words).map_err(|error| Said::Wrong(error.to_string())),
            status => Err(Said::Refused(status, words.trim_end().chars().take(WORDS_MAX).collect())),
        }
    }

    fn ask_from(&self, old: u64) -> Result<Answer, Said> {
        let proof = self.prove(old).map_err(|error| Said::Silent(format!("it was not asked: {error}")))?;
        let body = add_checkpoint_body(old, &proof, &self.note);
        let url = format!("{}add-checkpoint", self.url);
        self.client.post(&url, &body, NOTE_BYTES_MAX as u64).map_err(|fault| match fault {
            Fault::TooLarge(_) => Said::Wrong(fault.reason()),
            Fault::Network { reason, .. } => Said::Silent(reason),
        })
    }

    fn prove(&self, old: u64) -> Result<Vec<Hash>, String> {
        let size = self.checkpoint.size;
        if old == 0 || old >= size {
            return Ok(Vec::new());
        }
        let tree = TileTree::new(self.source.clone(), size);
        tree.prove_consistency(old, size).map_err(|error| error.to_string())
    }
}

/// The most letters of a refusal that are shown.
const WORDS_MAX: usize = 200;

/// The size that a witness says it remembers (409).
fn remembered(answer: &Answer) -> Option<u64> {
    let text = std::str::from_utf8(&answer.body).ok().filter(|_| answer.status == 409)?;
    text.strip_suffix('\n')?.parse().ok()
}
