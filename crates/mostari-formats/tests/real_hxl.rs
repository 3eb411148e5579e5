//! The test files of libhxl: what it reads we read alike, what it refuses we refuse and say why. Skipped where the
//! data are absent.

use mostari_formats::{Input, Probe, ReadError, hxl_tags, read};
use std::path::PathBuf;

/// File, rows of data (`None`: refused), tags of the columns. Made with libhxl 5.2.2 (Python):
/// `hxl.data(file)`, the count of its rows, and the `display_tag` of its columns.
const EXPECTED: &[(&str, Option<u64>, &str)] = &[
    ("mock/append-source-1.csv", Some(2), "#org,#targeted,#sector+list,#sector+list"),
    ("mock/append-source-2.csv", Some(2), "#org,#targeted,#sector+list,#sector+list"),
    ("mock/append-source-list.csv", Some(2), "#x_source"),
    ("mock/taxonomy.csv", Some(3), "#adm1+name,#adm1+code"),
    ("test_converters/wide-tagging-test.csv", None, ""),
    (
        "test_io/input-broken.xlsx",
        Some(6431),
        "#country+code,#country+name,#date+year,#date+start,#description,#crisis+category,#crisis+type,#affected+idps+ind+newdisp+disaster",
    ),
    ("test_io/input-fuzzy.csv", Some(4), ",#sector+es,#subsector+es,#org+es,#targeted+f,#targeted+f,,"),
    ("test_io/input-invalid.csv", None, ""),
    (
        "test_io/input-merged.xlsx",
        Some(4),
        ",#sector+es,#subsector+es,#org+es,#targeted+f,#targeted+m,#country,#adm1,#date+reported",
    ),
    ("test_io/input-multiline.csv", Some(1), "#description"),
    ("test_io/input-multiple-headers.csv", Some(2), "#org,,#adm1,#affected"),
    ("test_io/input-notag1.html", None, ""),
    ("test_io/input-notag2.html", None, ""),
    (
        "test_io/input-quality.xls",
        Some(4),
        ",#sector+es,#subsector+es,#org+es,#targeted+f,#targeted+m,#country,#adm1,#date+reported",
    ),
    (
        "test_io/input-quality.xlsx",
        Some(4),
        ",#sector+es,#subsector+es,#org+es,#targeted+f,#targeted+m,#country,#adm1,#date+reported",
    ),
    ("test_io/input-untagged-csv.zip", None, ""),
    ("test_io/input-untagged-objects.json", None, ""),
    ("test_io/input-untagged.csv", None, ""),
    ("test_io/input-untagged.json", None, ""),
    (
        "test_io/input-valid-csv.zip",
        Some(4),
        ",#sector+es,#subsector+es,#org+es,#targeted+f,#targeted+m,#country,#adm1,#date+reported",
    ),
    ("test_io/input-valid-json-selector.json", Some(1), "#adm1,#affected"),
    (
        "test_io/input-valid-json.txt",
        Some(4),
        ",#sector+es,#subsector+es,#org+es,#targeted+f,#targeted+m,#country,#adm1,#date+reported",
    ),
    (
        "test_io/input-valid-latin1.csv",
        Some(4),
        ",#sector+es,#subsector+es,#org+es,#targeted+f,#targeted+m,#country,#adm1,#date+reported",
    ),
    (
        "test_io/input-valid-nested.json",
        Some(4),
        ",#sector+es,#subsector+es,#org+es,#targeted+f,#targeted+m,#country,#adm1,#date+reported",
    ),
    (
        "test_io/input-valid-objects.json",
        Some(4),
        ",#sector+es,#subsector+es,#org+es,#targeted+f,#targeted+m,#country,#adm1,#date+reported",
    ),
    (
        "test_io/input-valid-xlsx.NOEXT",
        Some(4),
        ",#sector+es,#subsector+es,#org+es,#targeted+f,#targeted+m,#country,#adm1,#date+reported",
    ),
    (
        "test_io/input-valid.csv",
        Some(4),
        ",#sector+es,#subsector+es,#org+es,#targeted+f,#targeted+m,#country,#adm1,#date+reported",
    ),
    (
        "test_io/input-valid.hxl",
        Some(4),
        ",#sector+es,#subsector+es,#org+es,#targeted+f,#targeted+m,#country,#adm1,#date+reported",
    ),
    (
        "test_io/input-valid.json",
        Some(4),
        ",#sector+es,#subsector+es,#org+es,#targeted+f,#targeted+m,#country,#adm1,#date+reported",
    ),
    (
        "test_io/input-valid.ssv",
        Some(4),
        ",#sector+es,#subsector+es,#org+es,#targeted+f,#targeted+m,#country,#adm1,#date+reported",
    ),
    (
        "test_io/input-valid.tsv",
        Some(4),
        ",#sector+es,#subsector+es,#org+es,#targeted+f,#targeted+m,#country,#adm1,#date+reported",
    ),
    (
        "test_io/input-valid.xls",
        Some(4),
        ",#sector+es,#subsector+es,#org+es,#targeted+f,#targeted+m,#country,#adm1,#date+reported",
    ),
    (
        "test_io/input-valid.xlsx",
        Some(4),
        ",#sector+es,#subsector+es,#org+es,#targeted+f,#targeted+m,#country,#adm1,#date+reported",
    ),
    ("test_io/input-zip-invalid.zip", None, ""),
    (
        "test_io/output-valid-objects.json",
        Some(4),
        "#adm1,#country,#date+reported,#org+es,#sector+es,#subsector+es,#targeted+f,#targeted+m",
    ),
    (
        "test_io/output-valid.csv",
        Some(4),
        ",#sector+es,#subsector+es,#org+es,#targeted+f,#targeted+m,#country,#adm1,#date+reported",
    ),
    (
        "test_io/output-valid.json",
        Some(4),
        ",#sector+es,#subsector+es,#org+es,#targeted+f,#targeted+m,#country,#adm1,#date+reported",
    ),
    (
        "test_scripts/add-output-before.csv",
        Some(8),
        "#date+reported,#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1",
    ),
    (
        "test_scripts/add-output-default.csv",
        Some(8),
        "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1,#date+reported",
    ),
    (
        "test_scripts/add-output-headers.csv",
        Some(8),
        "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1,#date+reported",
    ),
    ("test_scripts/append-dataset.csv", Some(16), "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1"),
    (
        "test_scripts/clean-output-headers.csv",
        Some(8),
        "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1",
    ),
    (
        "test_scripts/clean-output-lower.csv",
        Some(8),
        "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1",
    ),
    (
        "test_scripts/clean-output-noheaders.csv",
        Some(8),
        "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1",
    ),
    (
        "test_scripts/clean-output-upper.csv",
        Some(8),
        "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1",
    ),
    (
        "test_scripts/clean-output-whitespace-all.csv",
        Some(8),
        "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1",
    ),
    (
        "test_scripts/clean-output-whitespace-tags.csv",
        Some(8),
        "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1",
    ),
    ("test_scripts/count-output-aggregated.csv", Some(4), "#org,#adm1,#targeted+total"),
    ("test_scripts/count-output-colspec.csv", Some(4), "#org,#adm1,#output+activities"),
    ("test_scripts/count-output-simple.csv", Some(4), "#org,#adm1,#meta+count"),
    ("test_scripts/cut-output-excludes.csv", Some(8), "#sector,#subsector,#org,#country,#adm1"),
    ("test_scripts/cut-output-includes.csv", Some(8), "#sector,#org,#adm1"),
    (
        "test_scripts/input-date.csv",
        Some(8),
        "#date+reported,#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1",
    ),
    ("test_scripts/input-merge.csv", Some(3), "#sector,#status"),
    ("test_scripts/input-simple.csv", Some(8), "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1"),
    (
        "test_scripts/input-status.csv",
        Some(8),
        "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1,#status",
    ),
    ("test_scripts/input-untagged.csv", None, ""),
    ("test_scripts/input-whitespace.csv", Some(8), "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1"),
    (
        "test_scripts/merge-output-basic.csv",
        Some(8),
        "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1,#status",
    ),
    (
        "test_scripts/merge-output-overwrite.csv",
        Some(8),
        "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1,#status",
    ),
    (
        "test_scripts/merge-output-replace.csv",
        Some(8),
        "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1,#status",
    ),
    (
        "test_scripts/rename-output-header.csv",
        Some(8),
        "#sector,#subsector,#org,#population+sex,#affected,#country,#adm1",
    ),
    (
        "test_scripts/rename-output-multiple.csv",
        Some(8),
        "#sector,#subsector,#funding,#population+sex,#affected,#country,#adm1",
    ),
    (
        "test_scripts/rename-output-single.csv",
        Some(8),
        "#sector,#subsector,#org,#population+sex,#affected,#country,#adm1",
    ),
    ("test_scripts/select-output-eq.csv", Some(4), "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1"),
    ("test_scripts/select-output-ge.csv", Some(4), "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1"),
    ("test_scripts/select-output-gt.csv", Some(2), "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1"),
    ("test_scripts/select-output-le.csv", Some(6), "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1"),
    ("test_scripts/select-output-lt.csv", Some(6), "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1"),
    (
        "test_scripts/select-output-multiple.csv",
        Some(6),
        "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1",
    ),
    ("test_scripts/select-output-ne.csv", Some(4), "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1"),
    ("test_scripts/select-output-nre.csv", Some(4), "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1"),
    ("test_scripts/select-output-re.csv", Some(4), "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1"),
    (
        "test_scripts/select-output-reverse.csv",
        Some(4),
        "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1",
    ),
    (
        "test_scripts/sort-output-date.csv",
        Some(8),
        "#date+reported,#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1",
    ),
    (
        "test_scripts/sort-output-default.csv",
        Some(8),
        "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1",
    ),
    (
        "test_scripts/sort-output-numeric.csv",
        Some(8),
        "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1",
    ),
    (
        "test_scripts/sort-output-reverse.csv",
        Some(8),
        "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1",
    ),
    ("test_scripts/sort-output-tags.csv", Some(8), "#sector,#subsector,#org,#population+sex,#targeted,#country,#adm1"),
    ("test_scripts/tag-output-ambiguous.csv", Some(4), "#org,,,#adm1"),
    ("test_scripts/tag-output-default.csv", Some(4), "#org,#meta,#meta,#meta"),
    ("test_scripts/tag-output-full.csv", Some(4), "#org,#sector,#country,#adm1"),
    ("test_scripts/tag-output-notsubstrings.csv", Some(4), ",#sector,,"),
    ("test_scripts/tag-output-partial.csv", Some(4), ",#sector,,"),
    ("test_scripts/validation-schema-invalid.csv", Some(1), "#valid_tag,#valid_datatype"),
    ("test_scripts/validation-schema-valid.csv", Some(1), "#valid_tag,#valid_datatype"),
    ("test_validation/truthy-schema.json", Some(1), "#valid_tag,#valid_severity,#valid_required"),
];

/// Rows and tags, or the finding that refuses.
fn outcome(path: &str, bytes: &[u8]) -> Result<(u64, String), ReadError> {
    let input = Input { name: path, bytes, siblings: &[] };
    let (_, reading) = read(&input, Some("hxl"))?;
    let kept: usize = reading.tables.iter().map(mostari_model::Table::len).sum();
    let unused = reading.findings.iter().filter(|finding| finding.code == "ING-033").count() as u64;
    assert!(kept as u64 + unused >= reading.rows, "{path}: every row is kept or named");
    Ok((reading.rows, hxl_tags(&Probe::of(&input)?)?.join(",")))
}

fn folder() -> Option<PathBuf> {
    let root = std::env::var_os("MOSTARI_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")), PathBuf::from);
    let folder = root.join("formats/hxl-libhxl/tests/files");
    if folder.exists() {
        return Some(folder);
    }
    println!("skipped: no libhxl files under {}", root.display());
    None
}

#[test]
fn every_file_is_read_or_refused_as_libhxl_does() {
    let Some(folder) = folder() else { return };
    let mut wrong = Vec::new();
    for (path, rows, tags) in EXPECTED {
        let bytes = std::fs::read(folder.join(path)).expect("a file of the list");
        let got = outcome(path, &bytes);
        let agrees = match (&got, rows) {
            (Ok((got_rows, got_tags)), Some(rows)) => got_rows == rows && got_tags == tags,
            (Err(ReadError::Refused(finding)), None) => {
                println!("{path} | refused | {}: {}", finding.code, finding.message);
                true
            }
            _ => false,
        };
        if let (true, Some(rows)) = (agrees, rows) {
            println!("{path} | {rows} | {tags}");
        }
        if !agrees {
            wrong.push(format!("{path}: expected {rows:?} {tags}, got {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_list_names_every_file() {
    let Some(folder) = folder() else { return };
    let folders = std::fs::read_dir(folder).expect("a folder").filter_map(Result::ok);
    let files = folders.flat_map(|folder| std::fs::read_dir(folder.path()).into_iter().flatten()).count();
    assert_eq!(files, EXPECTED.len());
}
