//! Findings of confidentiality labels (STANAG 4774), from `STG-001`. All are errors: a label in doubt is never lowered.

use mostari_model::finding_cards;

finding_cards! {
    NOT_A_LABEL = "STG-001" Error "the file holds no STANAG 4774 label",
        "deliver a confidentiality label in the namespace of STANAG 4774; without one nothing is released";
    UNKNOWN_POLICY = "STG-002" Error "the policy of a label is not known here",
        "add the policy file (SPIF) of its originator; what carries an unknown policy is never taken for public";
    UNKNOWN_CLASSIFICATION = "STG-003" Error "the classification of a label is not in its policy",
        "ask the originator; the label was refused";
    UNKNOWN_CATEGORY = "STG-004" Error "a category of a label is not in its policy",
        "ask the originator, or bring the policy up to date; the label was refused";
    NOT_KEPT = "STG-005" Error "a label says something that cannot be kept",
        "ask the originator for a label without it: to leave it out could lower the protection";
    BREAKS_POLICY = "STG-006" Error "a label breaks its own policy",
        "ask the originator which part is meant; the label was refused";
    NOT_A_POLICY = "STG-007" Error "the file is no security policy that can be used",
        "deliver a SPIF file with classifications, each name once";
    NOT_IN_POLICY = "STG-008" Error "compartments do not belong to the policy that was asked for",
        "export with Mostari's own policy, which holds any compartment";
}
