//! Targets of `mostari-record`: leaves of other authors. What they promise beyond *no panic*: only what an author signed is
//! believed, and a leaf has one spelling.

use crate::target::Target;
use jiff::Timestamp;
use mostari_model::Label;
use mostari_record::{AuthorSecret, Body, Decision, Draft, Leaf, Pen};

/// All of them.
pub const TARGETS: &[Target] = &[LEAF];

const LEAF: Target = Target { name: "leaf", about: "entries as other authors sign them", seeds: leaf_seeds, run: leaf };

fn leaf_seeds() -> Vec<Vec<u8>> {
    let secret = AuthorSecret::from_seed(&[7; 32]);
    let mut pen = Pen::new(&secret);
    let decision = Decision {
        about: "plan 3".into(),
        decision: "approved".into(),
        reason: "before winter".into(),
        overrides: None,
    };
    let draft = |label: &str| Draft {
        area: Some("XV00101".into()),
        id: Some([3; 16]),
        ..Draft::new(label.parse::<Label>().expect("a label"), Body::Decision(decision.clone()))
    };
    let sign = |label| pen.sign(&draft(label), Timestamp::UNIX_EPOCH).expect("it can be spelled").bytes;
    ["public", "force", "force+humanitarian"].map(sign).into()
}

fn leaf(data: &[u8]) {
    let Ok(signed) = Leaf::open(data) else { return };
    assert!(Leaf::open(&[data, &[0]].concat()).is_err(), "it has a second spelling");
    assert!(Leaf::open(&data[..data.len() - 1]).is_err(), "cut short it still reads");
    if signed.is_signed() && signed.leaf.author == AuthorSecret::from_seed(&[7; 32]).author() {
        // Only what the seeds say was ever signed with this key.
        assert_eq!(signed.leaf.id, [3; 16]);
        assert!(["decision", "sealed"].contains(&signed.leaf.kind.as_str()));
    }
}
