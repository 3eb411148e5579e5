//! Writes a log for other people's verifiers to check: `write_log FOLDER ENTRIES`, the same bytes every time.
//!
//! ```text
//! FOLDER/log/checkpoint, FOLDER/log/tile/…   the log
//! FOLDER/policy                              its key, three witnesses
//! FOLDER/earlier/SIZE                        its earlier checkpoints
//! FOLDER/proof/INDEX.tlog-proof              some proofs
//! ```

#[path = "../tests/common/mod.rs"]
mod common;

use mostari_log::Folder;
use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(folder), Some(size)) = (arguments.next().map(PathBuf::from), arguments.next()) else {
        return Err("usage: write_log FOLDER ENTRIES".into());
    };
    let size: u64 = size.parse()?;
    let mut sizes = vec![1, 2, 3, size / 10, size / 7, size / 3, size / 2, size - 1, size];
    sizes.retain(|size| *size > 0);
    sizes.sort_unstable();
    sizes.dedup();
    let published = common::publish(&Folder::new(folder.join("log")), &sizes);
    fs::write(folder.join("policy"), common::policy_text())?;
    fs::create_dir_all(folder.join("earlier"))?;
    for (size, note) in &published.checkpoints {
        fs::write(folder.join(format!("earlier/{size}")), note.to_string())?;
    }
    fs::create_dir_all(folder.join("proof"))?;
    for index in [0, size / 3, size / 2, size - 1] {
        fs::write(folder.join(format!("proof/{index}.tlog-proof")), published.proof_file(index).to_string())?;
    }
    Ok(())
}
