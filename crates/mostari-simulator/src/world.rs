//! The world of one run: what stands still between two steps, what can go wrong at each, and what may happen meanwhile.
//!
//! A run has one thread. When a program makes a system call, the world may let others act first (a second writer, a
//! reader, a witness), end the program, stop the machine, or let the call fail. So whatever could happen between two
//! system calls of real programs happens here too, and a seed repeats it.

use crate::{
    Options, WITNESSES, WRITERS,
    image::Image,
    ledger::Transfer,
    random::Random,
    truth::Truth,
    weather::Weather,
    witness::{Fork, Memory},
    writer::Slot,
};
use mostari_log::{Locked, Policy};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    fmt::Write,
    io,
    rc::Rc,
};

/// The process that serves files to readers; those before it are the writers.
pub const SERVER: usize = WRITERS;

thread_local! {
    /// The log's traits ask that a disk can be shared between threads, so the disk of a run holds nothing but a number,
    /// and finds the run that its thread is in here.
    static WORLD: RefCell<Option<Rc<World>>> = const { RefCell::new(None) };
}

/// Checkpoints as they are published, with the size and the root that each tells of.
pub type Trusted = BTreeMap<Vec<u8>, (u64, [u8; 32])>;

/// How a system call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// As it should.
    Done,
    /// It fails and has done nothing.
    Refused,
    /// It fails, and has done its work in whole or in part.
    Doubtful,
}

/// The world of one run.
pub struct World {
    /// What the run is asked to do.
    pub options: Options,
    /// How often what goes wrong.
    pub weather: RefCell<Weather>,
    /// All chance.
    pub random: RefCell<Random>,
    /// POSIX seconds.
    pub clock: Cell<u64>,
    /// The log's folder.
    pub image: RefCell<Image>,
    /// An earlier copy of it.
    pub backup: RefCell<Option<Image>>,
    /// Whether the folder that lies there was a backup and has not been opened yet.
    pub is_restored: Cell<bool>,
    /// The store of the lock.
    pub lock: RefCell<Option<Locked>>,
    /// The store of attachments: atomic and durable, by the first index of their batch.
    pub kept: RefCell<BTreeMap<u64, Vec<u8>>>,
    /// What the witnesses remember.
    pub witnesses: [RefCell<Memory>; WITNESSES],
    /// A false history under the same key.
    pub fork: RefCell<Option<Fork>>,
    /// The folder that a backup took the place of.
    pub stash: RefCell<Option<Image>>,
    /// The writer that set the lock last.
    pub holder: Cell<Option<usize>>,
    /// The writers that held the log when they began what they are doing.
    pub began_as_holder: RefCell<[bool; WRITERS]>,
    /// How often a writer published from which the log had just been taken.
    pub overtaken: Cell<u64>,
    /// Batches of which nobody knew what became of them.
    pub unknown: RefCell<Vec<Vec<Transfer>>>,
    /// The id of the next transfer.
    pub next_id: Cell<u64>,
    /// The writers.
    pub writers: [RefCell<Slot>; WRITERS],
    /// The last checkpoint that the reader saw: size and root.
    pub reader: RefCell<Option<(u64, [u8; 32])>>,
    /// What is true.
    pub truth: RefCell<Truth>,
    /// Checkpoints that were found to be signed, so that no signature is checked twice.
    pub trusted: RefCell<Trusted>,
    /// The log's key and a quorum of witnesses.
    pub quorum: Policy,
    /// The processes that have ended, and whether the machine has stopped.
    dead: RefCell<[bool; WRITERS + 1]>,
    crashed: Cell<bool>,
    /// How many actors wait for one another.
    pub depth: Cell<usize>,
    /// Things that went wrong on purpose.
    pub injected: Cell<u64>,
    calls: Cell<u64>,
    violation: RefCell<Option<String>>,
    trace: RefCell<Option<String>>,
    /// What happened how often.
    pub counts: RefCell<BTreeMap<&'static str, u64>>,
}

impl World {
    /// A world before anything happened.
    pub fn new(seed: u64, options: Options, quorum: Policy) -> Rc<Self> {
        let mut random = Random::new(seed);
        let weather = Weather::draw(&mut random);
        Rc::new(Self {
            options,
            weather: RefCell::new(weather),
            random: RefCell::new(random),
            clock: Cell::new(1_700_000_000),
            image: RefCell::default(),
            backup: RefCell::default(),
            is_restored: Cell::default(),
            lock: RefCell::default(),
            kept: RefCell::default(),
            witnesses: Default::default(),
            fork: RefCell::default(),
            stash: RefCell::default(),
            holder: Cell::default(),
            began_as_holder: RefCell::default(),
            overtaken: Cell::default(),
            unknown: RefCell::default(),
            next_id: Cell::new(1),
            writers: Default::default(),
            reader: RefCell::default(),
            truth: RefCell::default(),
            trusted: RefCell::default(),
            quorum,
            dead: RefCell::default(),
            crashed: Cell::default(),
            depth: Cell::default(),
            injected: Cell::default(),
            calls: Cell::default(),
            violation: RefCell::default(),
            trace: RefCell::new(options.trace.then(String::new)),
            counts: RefCell::default(),
        })
    }

    /// The world that this thread is in.
    pub fn here() -> Rc<Self> {
        WORLD.with_borrow(|world| world.clone()).expect("a run sets its world before anybody acts")
    }

    /// Does something in this world.
    pub fn enter<T>(self: &Rc<Self>, act: impl FnOnce() -> T) -> T {
        WORLD.set(Some(self.clone()));
        let done = act();
        WORLD.set(None);
        done
    }

    /// Comes before every system call of a process: lets others act, and decides how the call goes.
    ///
    /// # Errors
    /// If the process has ended or the machine stopped.
    pub fn call(&self, process: usize, what: impl Fn() -> String) -> io::Result<Fate> {
        self.alive(process)?;
        self.others_act();
        self.alive(process)?;
        let weather = *self.weather.borrow();
        if self.chance(weather.probe) {
            self.probe();
        }
        let fate = self.fate();
        if self.chance(weather.crash) {
            self.say(|| format!("the machine stops at: {}", what()));
            self.crashed.set(true);
            self.injected.set(self.injected.get() + 1);
            // Whether the call still did its work is open.
            return if fate == Fate::Refused { Err(stopped()) } else { Ok(Fate::Doubtful) };
        }
        self.say(|| match fate {
            Fate::Done => format!("{} {}", name(process), what()),
            Fate::Refused => format!("{} {}: REFUSED", name(process), what()),
            Fate::Doubtful => format!("{} {}: FAILS, perhaps after doing it", name(process), what()),
        });
        Ok(fate)
    }

    /// Comes before every call to a store on another machine, which does not stop with this one.
    pub fn remote_call(&self, what: impl Fn() -> String) -> io::Result<()> {
        self.others_act();
        match self.is_over() {
            true => Err(stopped()),
            false => {
                self.say(what);
                Ok(())
            }
        }
    }

    /// How a call goes.
    pub fn fate(&self) -> Fate {
        if !self.chance(self.weather.borrow().fault) {
            return Fate::Done;
        }
        self.injected.set(self.injected.get() + 1);
        if self.chance(5_000) { Fate::Refused } else { Fate::Doubtful }
    }

    fn others_act(&self) {
        self.calls.set(self.calls.get() + 1);
        let meanwhile = self.weather.borrow().meanwhile;
        if self.depth.get() < 2 && self.chance(meanwhile) {
            self.depth.set(self.depth.get() + 1);
            self.meanwhile();
            self.depth.set(self.depth.get() - 1);
        }
    }

    fn alive(&self, process: usize) -> io::Result<()> {
        if self.crashed.get() || self.dead.borrow()[process] || self.is_over() { Err(stopped()) } else { Ok(()) }
    }

    /// What the machine is.
    pub fn has_crashed(&self) -> bool {
        self.crashed.get()
    }

    /// Ends a process: its calls fail from now on.
    pub fn kill(&self, process: usize) {
        self.injected.set(self.injected.get() + 1);
        self.dead.borrow_mut()[process] = true;
    }

    /// Whether a process was ended.
    pub fn is_dead(&self, process: usize) -> bool {
        self.crashed.get() || self.dead.borrow()[process]
    }

    /// Lets a process begin anew.
    pub fn revive(&self, process: usize) {
        self.dead.borrow_mut()[process] = false;
    }

    /// Stops the machine, which loses what was not stable.
    pub fn stop(&self) {
        self.injected.set(self.injected.get() + 1);
        self.crashed.set(true);
    }

    /// Starts the machine again after a stop.
    pub fn start(&self) {
        self.crashed.set(false);
        *self.dead.borrow_mut() = Default::default();
        self.count("crashes");
    }

    /// True this often in ten thousand.
    pub fn chance(&self, in_ten_thousand: u64) -> bool {
        in_ten_thousand > 0 && self.random.borrow_mut().chance(in_ten_thousand)
    }

    /// A number below this one.
    pub fn below(&self, end: u64) -> u64 {
        self.random.borrow_mut().below(end)
    }

    /// Notes that something happened.
    pub fn count(&self, what: &'static str) {
        *self.counts.borrow_mut().entry(what).or_default() += 1;
    }

    /// Writes a line into the trace, if there is one.
    pub fn say(&self, line: impl FnOnce() -> String) {
        if let Some(trace) = self.trace.borrow_mut().as_mut() {
            let _ = writeln!(trace, "{:>5} {}{}", self.calls.get(), "    ".repeat(self.depth.get()), line());
        }
    }

    /// What an invariant says that does not hold.
    pub fn violate(&self, what: impl Into<String>) {
        let what = what.into();
        self.say(|| format!("VIOLATION: {what}"));
        self.violation.borrow_mut().get_or_insert(what);
    }

    /// Whether an invariant is broken: nothing else matters then.
    pub fn is_over(&self) -> bool {
        self.violation.borrow().is_some()
    }

    /// Checks an invariant.
    pub fn expect(&self, holds: Result<(), String>) {
        if let Err(what) = holds {
            self.violate(what);
        }
    }

    /// The first invariant that was broken, the trace, and the number of system calls.
    pub fn outcome(&self) -> (Option<String>, String, u64) {
        (self.violation.borrow().clone(), self.trace.borrow().clone().unwrap_or_default(), self.calls.get())
    }
}

/// The name of a process in a trace.
pub fn name(process: usize) -> String {
    if process == SERVER { "server".to_owned() } else { format!("writer {process}") }
}

fn stopped() -> io::Error {
    io::Error::other("the process has ended")
}

/// An error that is no fault of the log.
pub fn refused(random: u64) -> io::Error {
    match random % 2 {
        0 => io::Error::from_raw_os_error(5),
        _ => io::Error::from(io::ErrorKind::StorageFull),
    }
}
