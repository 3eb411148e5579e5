//! `mostari add`: files into the record.

use crate::terminal::{Terminal, Watch, count, counted, duration};
use crate::{Answer, args, failure::Failure, session};
use jiff::Timestamp;
use mostari_formats::{Input, ReadError, Reading};
use mostari_model::{About, Clearance, Digest, Finding, Label, Severity, count_by_code};
use mostari_record::{Body, DatasetDraft, Mission, Original, StoredDataset};
use rayon::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

/// Files that belong to another file of the same stem.
const SIBLINGS: [&str; 6] = ["dbf", "prj", "shx", "cpg", "sbn", "sbx"];
/// Above this, a file is read on all cores.
const LARGE_BYTES: usize = 16 << 20;
/// Bytes of a large file that are read at once.
const READ_BYTES: usize = 4 << 20;
/// Findings shown after adding; the rest by `mostari findings`.
const FINDINGS_SHOWN: usize = 3;

pub fn run(args: &args::Add, terminal: &Terminal) -> Result<Answer, Failure> {
    let watch = Watch::start();
    let mission = Mission::open(&args.folder)?;
    let label = session::label(&args.label)?;
    check_kind(args.kind.as_deref())?;
    let labels = labels_of_files(&mission)?;
    let mut added: Vec<Added> = Vec::new();
    let mut stored: Vec<StoredDataset> = Vec::new();
    for file in expand(&args.files, terminal)? {
        terminal.progress(format!("Reading {} …", file.path.display()));
        let (report, dataset) = read_one(&mission, &file, args, &label, &labels)?;
        added.push(report);
        stored.extend(dataset);
    }
    terminal.progress("Writing the record …");
    let mut entries = mission.append_datasets(stored, Timestamp::now())?.into_iter();
    for report in added.iter_mut().filter(|report| report.problem.is_none()) {
        report.already_present = entries.next().is_some_and(|entry| entry.already_present);
    }
    terminal.clear_progress();
    let nothing = added.iter().all(|file| file.problem.is_some());
    report(&added, &args.folder, watch.seconds(), nothing, terminal);
    let unread = added.iter().any(|file| file.problem.is_some() && file.named);
    match (nothing, unread) {
        (true, _) => Err(Failure::NothingAdded { files: added.iter().map(as_json).collect() }),
        (false, false) => Ok(Answer::Done),
        (false, true) => Ok(Answer::No),
    }
}

/// The labels under which the record holds each file.
type Labels = BTreeMap<Digest, Vec<Label>>;

fn labels_of_files(mission: &Mission) -> Result<Labels, Failure> {
    let mut labels = Labels::new();
    for entry in mission.entries(0)? {
        if let Body::Dataset(dataset) = entry.body {
            labels.entry(dataset.file_digest).or_default().push(entry.label);
        }
    }
    Ok(labels)
}

/// Nobody publishes a file in passing by adding it a second time under a weaker label.
fn refuse_weaker_label(labels: &Labels, digest: &Digest, label: &Label, file: &str) -> Result<(), Failure> {
    let reader = Clearance::for_label(label);
    let stricter = labels.get(digest).into_iter().flatten().find(|held| !held.is_readable_by(&reader));
    match stricter {
        Some(held) => Err(Failure::Lowered {
            file: file.to_owned(),
            stricter: held.join(label).to_string(),
            label: label.to_string(),
        }),
        None => Ok(()),
    }
}

fn check_kind(kind: Option<&str>) -> Result<(), Failure> {
    match kind {
        Some(kind) if mostari_formats::all().iter().all(|reader| reader.about().id != kind) => {
            Err(Failure::Option { value: kind.to_owned(), expected: "a reader; `mostari list readers` names them" })
        }
        _ => Ok(()),
    }
}

/// A file to read, and whether the user named it (a folder's other files may have no reader).
struct Named {
    path: PathBuf,
    named: bool,
}

/// What became of a file.
struct Added {
    path: String,
    named: bool,
    kind: Option<&'static About>,
    rows: u64,
    observations: u64,
    findings: Vec<Finding>,
    already_present: bool,
    problem: Option<String>,
}

/// Files as they are; of a folder every file in it and below it, in order of name.
fn expand(files: &[PathBuf], terminal: &Terminal) -> Result<Vec<Named>, Failure> {
    let mut all = Vec::new();
    for path in files {
        match path.is_dir() {
            true => enter(path, &mut all, terminal)?,
            false => all.push(Named { path: path.clone(), named: true }),
        }
    }
    Ok(all)
}

fn enter(folder: &Path, all: &mut Vec<Named>, terminal: &Terminal) -> Result<(), Failure> {
    if folder.join("mostari.toml").exists() {
        terminal.note(format!("note: {} is a mission folder; its own files were left out", folder.display()));
        return Ok(());
    }
    let fail = |source| Failure::Read { path: folder.to_owned(), source };
    let inside = fs::read_dir(folder).map_err(fail)?.map(|entry| entry.map(|e| e.path()));
    let mut inside: Vec<PathBuf> = inside.collect::<Result<_, _>>().map_err(fail)?;
    let hidden = |path: &Path| path.file_name().and_then(OsStr::to_str).is_some_and(|name| name.starts_with('.'));
    inside.retain(|path| !hidden(path) && !belongs_to_a_shapefile(path));
    inside.sort();
    for path in inside {
        match path.is_dir() {
            true => enter(&path, all, terminal)?,
            false => all.push(Named { path, named: false }),
        }
    }
    Ok(())
}

fn extension(path: &Path) -> String {
    path.extension().and_then(OsStr::to_str).unwrap_or_default().to_lowercase()
}

fn belongs_to_a_shapefile(path: &Path) -> bool {
    SIBLINGS.contains(&extension(path).as_str())
        && (path.with_extension("shp").exists() || path.with_extension("SHP").exists())
}

fn siblings(path: &Path) -> Vec<(String, Vec<u8>)> {
    if extension(path) != "shp" {
        return Vec::new();
    }
    let read = |ending: &str| {
        let lower = fs::read(path.with_extension(ending));
        lower
            .or_else(|_| fs::read(path.with_extension(ending.to_uppercase())))
            .ok()
            .map(|bytes| (ending.to_owned(), bytes))
    };
    SIBLINGS.iter().filter_map(|ending| read(ending)).collect()
}

/// The bytes of a file; a large one is read on all cores, because copying takes one alone nearly as long as the parsing.
fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let length = fs::metadata(path)?.len() as usize;
    if length <= LARGE_BYTES {
        return fs::read(path);
    }
    let mut bytes = vec![0; length];
    bytes.par_chunks_mut(READ_BYTES).enumerate().try_for_each(|(piece, bytes)| {
        let mut file = fs::File::open(path)?;
        file.seek(io::SeekFrom::Start((piece * READ_BYTES) as u64))?;
        file.read_exact(bytes)
    })?;
    Ok(bytes)
}

/// Reads one file; what could not be read is reported, not an error.
fn read_one(
    mission: &Mission,
    file: &Named,
    args: &args::Add,
    label: &Label,
    labels: &Labels,
) -> Result<(Added, Option<StoredDataset>), Failure> {
    let path = file.path.display().to_string();
    let name = file.path.file_name().and_then(OsStr::to_str).unwrap_or(&path).to_owned();
    let mut report = Added {
        path,
        named: file.named,
        kind: None,
        rows: 0,
        observations: 0,
        findings: Vec::new(),
        already_present: false,
        problem: None,
    };
    let bytes = match read_file(&file.path) {
        Ok(bytes) => bytes,
        Err(error) => {
            report.problem = Some(format!("cannot be read: {error}"));
            report.named = true;
            return Ok((report, None));
        }
    };
    let beside = siblings(&file.path);
    let input = Input { name: &name, bytes: &bytes, siblings: &beside };
    let detected = mostari_formats::detect(&input, args.kind.as_deref());
    // The digest beside the reading; the bytes are kept only of a file that was read, beside its tables.
    let (read, original) = rayon::join(
        || detected.and_then(|detected| Ok((detected.about(), detected.read()?))),
        || Original::of(input.bytes),
    );
    match read {
        Ok((about, reading)) => {
            refuse_weaker_label(labels, &original.digest(), label, &name)?;
            report.kind = Some(about);
            report.rows = reading.rows;
            report.observations = reading.tables.iter().map(|table| table.len() as u64).sum();
            report.findings = reading.findings.iter().cloned().map(|finding| finding.in_file(&name)).collect();
            let draft = draft(args, label, name.clone(), original.digest(), about, reading, report.findings.clone());
            let (dataset, kept) = rayon::join(|| mission.store_dataset(draft), || mission.store_original(&original));
            kept?;
            Ok((report, Some(dataset?)))
        }
        Err(error) => {
            if let ReadError::Refused(finding) = &error {
                report.findings = vec![finding.as_ref().clone().in_file(&name)];
            }
            report.problem = Some(error.to_string());
            Ok((report, None))
        }
    }
}

fn draft(
    args: &args::Add,
    label: &Label,
    file: String,
    file_digest: Digest,
    about: &About,
    reading: Reading,
    findings: Vec<Finding>,
) -> DatasetDraft {
    DatasetDraft {
        source: args.source.clone().unwrap_or_else(|| file.clone()),
        file,
        licence: args.licence.clone(),
        label: label.clone(),
        reader: about.id.to_owned(),
        file_digest,
        rows: reading.rows,
        tables: reading.tables,
        findings,
    }
}

fn report(added: &[Added], folder: &Path, seconds: f64, nothing: bool, terminal: &Terminal) {
    let width = added.iter().map(|file| file.path.chars().count()).max().unwrap_or(0);
    let kinds = added.iter().filter_map(|file| Some(file.kind?.name.chars().count())).max().unwrap_or(0);
    for file in added {
        terminal.say(format!("{:width$}  {}", file.path, line(file, kinds)));
    }
    let read: Vec<&Added> = added.iter().filter(|file| file.problem.is_none()).collect();
    let observations: u64 = read.iter().filter(|file| !file.already_present).map(|file| file.observations).sum();
    let findings: Vec<&Finding> = added.iter().flat_map(|file| &file.findings).collect();
    terminal.say(format!(
        "Recorded {} from {} in {}; {}",
        counted(observations, "observation", "observations"),
        counted(read.len() as u64, "file", "files"),
        duration(seconds),
        counted(findings.len() as u64, "finding", "findings"),
    ));
    show_some(&findings, folder, nothing, terminal);
    // An error prints an object of its own: there is always exactly one.
    if !nothing {
        terminal.json(&json!({"files": added.iter().map(as_json).collect::<Vec<_>>(), "seconds": seconds}));
    }
}

fn line(file: &Added, kinds_width: usize) -> String {
    match (&file.kind, &file.problem) {
        (_, Some(problem)) => format!("not read: {problem}"),
        (Some(about), None) => {
            let findings = match file.findings.len() as u64 {
                0 => String::new(),
                n => format!("  {}", counted(n, "finding", "findings")),
            };
            let again = if file.already_present { "  already in the record, nothing changed" } else { "" };
            format!("{:kinds_width$} {:>9} observations{findings}{again}", about.name, count(file.observations))
        }
        (None, None) => String::new(),
    }
}

/// The worst findings, one of each code.
fn show_some(findings: &[&Finding], folder: &Path, nothing_recorded: bool, terminal: &Terminal) {
    let mut worst: Vec<&Finding> = Vec::new();
    for severity in [Severity::Error, Severity::Warning] {
        for finding in findings.iter().filter(|finding| finding.severity == severity) {
            if worst.len() < FINDINGS_SHOWN && !worst.iter().any(|shown| shown.code == finding.code) {
                worst.push(finding);
            }
        }
    }
    for finding in &worst {
        terminal.note(format!("\n{finding}"));
    }
    if !findings.is_empty() && !nothing_recorded {
        terminal.hint(format!("see all of them with `mostari findings {}`", folder.display()));
    }
}

fn as_json(file: &Added) -> Value {
    json!({
        "path": file.path,
        "kind": file.kind.map(|about| about.id),
        "rows": file.rows,
        "observations": file.observations,
        "findings": count_by_code(&file.findings),
        "already_present": file.already_present,
        "problem": file.problem,
    })
}
