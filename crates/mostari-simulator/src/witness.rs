//! Witnesses, those who ask them, and a forger who holds the log's key and shows them another past.

use crate::{
    WITNESSES, keys,
    tree::Tree,
    world::{Fate, World, refused},
    writer::SimulatedLog,
};
use mostari_log::{Answer, Blocks, Checkpoint, Hash, Note, Seen, WitnessStore, add_checkpoint_body, parse_signatures};
use std::io;

/// Which history a checkpoint is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The log's.
    True,
    /// The forger's.
    Forged,
}

/// What a witness remembers, and what it has told anybody.
#[derive(Debug, Default)]
pub struct Memory {
    seen: Option<Seen>,
    answered: Vec<(u64, Side)>,
}

/// A history that begins like the log's and goes on otherwise.
#[derive(Debug)]
pub struct Fork {
    at: u64,
    tree: Tree,
}

/// The memory of one witness, as it reaches it.
#[derive(Debug, Clone, Copy)]
pub struct Store {
    /// Which witness.
    pub witness: usize,
}

impl Store {
    fn call(self, what: &str) -> Result<Fate, io::Error> {
        let world = World::here();
        world.remote_call(|| format!("witness {} {what}", self.witness))?;
        Ok(world.fate())
    }
}

impl WitnessStore for Store {
    type Error = io::Error;

    fn latest(&self, _origin: &str) -> Result<Option<Seen>, io::Error> {
        match self.call("looks up what it has seen")? {
            Fate::Done => Ok(World::here().witnesses[self.witness].borrow().seen.clone()),
            _ => Err(refused(0)),
        }
    }

    fn compare_and_set(&self, _origin: &str, old: Option<&Seen>, new: &Seen) -> Result<bool, io::Error> {
        let fate = self.call(&format!("stores size {}", new.size))?;
        let world = World::here();
        let mut memory = world.witnesses[self.witness].borrow_mut();
        let is_old = memory.seen.as_ref() == old;
        if fate != Fate::Refused && is_old {
            memory.seen = Some(new.clone());
        }
        match fate {
            Fate::Done => Ok(is_old),
            _ => Err(refused(0)),
        }
    }
}

impl World {
    /// Sends a witness a checkpoint. `None` if it did not answer.
    fn send(&self, witness: usize, body: &str, side: Side, checkpoint: &Checkpoint) -> Option<Answer> {
        let injected = self.injected.get();
        let is_post_quantum = self.weather.borrow().is_post_quantum;
        let asked = keys::with_witness(witness, is_post_quantum, |witness| {
            witness.add_checkpoint(body.as_bytes(), self.clock.get())
        });
        let Ok(answer) = asked else {
            if self.injected.get() == injected {
                self.violate("a witness failed without cause");
            }
            return None;
        };
        self.say(|| format!("witness {witness} answers {} for size {} ({side:?})", answer.status, checkpoint.size));
        if answer.status == 200 {
            let judged = self.judge(witness, side, checkpoint);
            self.expect(judged);
            self.count("cosignatures");
        }
        Some(answer)
    }

    /// Whether a witness may have cosigned this after all that it has cosigned before.
    fn judge(&self, witness: usize, side: Side, new: &Checkpoint) -> Result<(), String> {
        let divides_at = self.fork.borrow().as_ref().map_or(u64::MAX, |fork| fork.at);
        let mut memory = self.witnesses[witness].borrow_mut();
        for (size, other) in &memory.answered {
            if new.size < *size {
                return Err(format!("witness {witness} cosigned size {} after size {size}", new.size));
            }
            if *other != side && *size.min(&new.size) > divides_at {
                return Err(format!("witness {witness} cosigned two histories: sizes {size} and {}", new.size));
            }
        }
        if memory.seen.as_ref().is_none_or(|seen| seen.size < new.size) {
            return Err(format!("witness {witness} answered before it had stored size {}", new.size));
        }
        memory.answered.push((new.size, side));
        Ok(())
    }

    /// Asks all witnesses to cosign a log's latest checkpoint; gives it with what they signed.
    pub fn ask_witnesses(&self, writer: usize, log: &SimulatedLog, known: &mut [u64; WITNESSES]) -> Option<Note> {
        let mut note = Note::parse(log.note().as_bytes()).ok()?;
        let begin = self.below(WITNESSES as u64) as usize;
        for witness in (0..WITNESSES).map(|i| (begin + i) % WITNESSES) {
            for _ in 0..2 {
                if self.is_dead(writer) {
                    return None;
                }
                let answer = self.ask_one(log, witness, known)?;
                if answer.status == 200 {
                    let signatures = parse_signatures(&answer.body);
                    signatures.into_iter().flatten().for_each(|signature| note.add(signature));
                    break;
                }
                let Some(size) = answer.body.trim().parse().ok().filter(|_| answer.status == 409) else { break };
                known[witness] = size;
            }
        }
        if self.quorum.check(note.to_string().as_bytes()).is_ok() {
            self.count("quorums");
        }
        Some(note)
    }

    /// One request. `None` if there is nothing that could be asked.
    fn ask_one(&self, log: &SimulatedLog, witness: usize, known: &mut [u64; WITNESSES]) -> Option<Answer> {
        let checkpoint = log.checkpoint().clone();
        let old = known[witness];
        if old > checkpoint.size {
            return None;
        }
        let injected = self.injected.get();
        let Ok(proof) = log.prove_consistency(old) else {
            if self.injected.get() == injected {
                self.violate(format!("no proof can be had from size {old} to {}", checkpoint.size));
            }
            return None;
        };
        let body = add_checkpoint_body(old, &proof, log.note());
        let answer = self.send(witness, &body, Side::True, &checkpoint)?;
        let is_fooled = self.witnesses[witness].borrow().answered.iter().any(|(_, side)| *side == Side::Forged)
            || self.fork.borrow().is_some();
        match answer.status {
            200 => known[witness] = checkpoint.size,
            409 => (),
            status if is_fooled => self.say(|| format!("witness {witness} was shown the other history: {status}")),
            status => self.violate(format!("an honest witness answers {status}: {}", answer.body)),
        }
        Some(answer)
    }

    /// Shows a witness something that it should see through, or could not.
    pub fn forge(&self) {
        let witness = self.below(WITNESSES as u64) as usize;
        let seen = self.witnesses[witness].borrow().seen.as_ref().map_or(0, |seen| seen.size);
        self.grow_fork();
        let (old, side, size) = match self.below(4) {
            // An earlier checkpoint of the true log again.
            0 => (seen, Side::True, self.below(self.truth.borrow().size() + 1)),
            // The false history, from where the witness stands.
            1 => (seen, Side::Forged, self.fork_size()),
            // The same, at the very size that it has seen.
            2 => (seen, Side::Forged, seen.min(self.fork_size())),
            // From the beginning, as if it had seen nothing.
            _ => (0, Side::Forged, self.fork_size()),
        };
        let divides_at = self.fork.borrow().as_ref().map_or(0, |fork| fork.at);
        let side = if size <= divides_at { Side::True } else { side };
        let (root, proof) = {
            let (fork, truth) = (self.fork.borrow(), self.truth.borrow());
            let tree = match (side, fork.as_ref()) {
                (Side::Forged, Some(fork)) => &fork.tree,
                _ => &truth.tree,
            };
            (Hash(tree.root(size)), tree.prove_consistency(old.min(size), size).unwrap_or_default())
        };
        let checkpoint = Checkpoint { origin: keys::ORIGIN.to_owned(), size, root, extensions: Vec::new() };
        let proof = if self.chance(3_000) { Vec::new() } else { proof };
        let body = add_checkpoint_body(old, &proof, &keys::sign(&checkpoint));
        self.send(witness, &body, side, &checkpoint);
        self.count("forgeries");
    }

    fn fork_size(&self) -> u64 {
        self.fork.borrow().as_ref().map_or(0, |fork| fork.tree.size())
    }

    /// The false history leaves the true one somewhere, and grows with it.
    fn grow_fork(&self) {
        let truth = self.truth.borrow();
        let mut fork = self.fork.borrow_mut();
        let fork = fork.get_or_insert_with(|| {
            let at = self.below(truth.size() + 1);
            Fork { at, tree: truth.tree.beginning(at) }
        });
        let size = truth.size() + 1 + self.below(3);
        for index in fork.tree.size()..size.min(fork.tree.size() + 400) {
            fork.tree.push(format!("forged {index}").as_bytes());
        }
    }
}
