//! Authors' signatures: Ed25519 (RFC 8032 section 5.1.7), checked strictly: many together, with the answers of one by one.
//!
//! A signature (R, s) by a key A over a message is right if R = s·B − k·A, where B is the base point and k the SHA-512 of R, A
//! and the message. It must hold as it stands, not only after multiplying by the cofactor; a scalar beyond the group's order,
//! another spelling of R, and a key or nonce of small order are refused. So does `verify_strict` of ed25519-dalek.
//!
//! For many signatures together the differences of both sides are added up, each times a coin of 128 bits (Bellare, Garay,
//! Rabin, "Fast batch verification for modular exponentiation and digital signatures", 1998). That alone would leave to
//! chance what parts of small order do (Chalkias, Garillot, Nikolaenko, "Taming the many EdDSAs", 2020), so two programs
//! could disagree about one log. Therefore nonces and keys must have no such part: then all points lie in the group of prime
//! order, and the sum is zero for wrong signatures in one of 2^128 cases. Nonces are tested by the sums of random subsets: a
//! part of small order shows in each with a chance of one half. The coins are hashed from everything that is checked, so
//! that a log has one answer. A batch that fails is checked one by one.

use crate::key::{AuthorKey, SIGNATURE_BYTES};
use curve25519_dalek::{
    EdwardsPoint, Scalar,
    constants::ED25519_BASEPOINT_POINT,
    edwards::CompressedEdwardsY,
    traits::{Identity, IsIdentity, VartimeMultiscalarMul},
};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256, Sha512};
use std::{
    collections::BTreeMap,
    sync::{PoisonError, RwLock},
};

/// Fewer signatures than this are sooner checked one by one.
const WORTH_A_BATCH: usize = 256;
/// Signatures of a batch: the subsets cost as much for a small one.
const BATCH: usize = 8_192;
/// Sums of random subsets: a nonce with a part of small order passes all of them in one of 2^128 cases.
const SUBSETS: usize = 128;
/// Nonces whose sums are all made beforehand, 2^5 of them: the fewest additions in all.
const GROUP: usize = 5;

/// What is said to be signed, by whom, and the signature.
#[derive(Clone, Copy)]
pub(crate) struct Signed<'a> {
    pub author: AuthorKey,
    /// The message in two parts: what it is, and its bytes.
    pub message: [&'a [u8]; 2],
    pub signature: &'a [u8; SIGNATURE_BYTES],
}

impl Signed<'_> {
    /// Whether it is signed.
    pub fn is_right(self) -> bool {
        Known::new(&self.author).has_signed(&self)
    }

    fn nonce(&self) -> CompressedEdwardsY {
        CompressedEdwardsY(*self.signature.first_chunk().expect("a signature has 64 bytes"))
    }

    /// s, if it is below the group's order.
    fn scalar(&self) -> Option<Scalar> {
        Scalar::from_canonical_bytes(*self.signature.last_chunk().expect("a signature has 64 bytes")).into()
    }

    /// k.
    fn challenge(&self) -> Scalar {
        let hash = Sha512::new().chain_update(self.nonce().as_bytes()).chain_update(self.author.as_bytes());
        let [kind, bytes] = self.message;
        Scalar::from_bytes_mod_order_wide(&hash.chain_update(kind).chain_update(bytes).finalize().into())
    }
}

/// A key as a point of the curve.
#[derive(Clone, Copy)]
struct Known {
    /// −A, if A is a point and not of small order. The point is negated, never k: L − k is no −k for a key that has a part
    /// of small order.
    negative: Option<EdwardsPoint>,
    has_small_part: bool,
}

impl Known {
    fn new(author: &AuthorKey) -> Self {
        let point = CompressedEdwardsY(*author.as_bytes()).decompress().filter(|point| !point.is_small_order());
        let has_small_part = point.is_some_and(|point| !point.is_torsion_free());
        Self { negative: point.map(|point| -point), has_small_part }
    }

    fn has_signed(&self, signed: &Signed<'_>) -> bool {
        let due = |negative: &EdwardsPoint| {
            let scalar = signed.scalar()?;
            let due = EdwardsPoint::vartime_double_scalar_mul_basepoint(&signed.challenge(), negative, &scalar);
            Some(!due.is_small_order() && due.compress() == signed.nonce())
        };
        self.negative.as_ref().and_then(due) == Some(true)
    }
}

/// Authors' keys, each decoded once.
#[derive(Default)]
pub(crate) struct KnownKeys(RwLock<BTreeMap<AuthorKey, Known>>);

impl KnownKeys {
    /// Of each whether it is signed.
    pub fn are_right(&self, signed: &[Signed<'_>]) -> Vec<bool> {
        if signed.len() < WORTH_A_BATCH {
            return signed.iter().map(|signed| self.known(&signed.author).has_signed(signed)).collect();
        }
        let size = signed.len().div_ceil(rayon::current_num_threads()).clamp(WORTH_A_BATCH, BATCH);
        signed.par_chunks(size).flat_map(|batch| self.check(batch)).collect()
    }

    fn check(&self, batch: &[Signed<'_>]) -> Vec<bool> {
        match self.are_all_right(batch) {
            true => vec![true; batch.len()],
            false => batch.par_iter().map(|signed| self.known(&signed.author).has_signed(signed)).collect(),
        }
    }

    fn known(&self, author: &AuthorKey) -> Known {
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(author) {
            return *known;
        }
        *self.0.write().unwrap_or_else(PoisonError::into_inner).entry(*author).or_insert_with(|| Known::new(author))
    }

    /// Whether all are signed. The answer "no" is not proven.
    fn are_all_right(&self, batch: &[Signed<'_>]) -> bool {
        let Some(equations) = batch.iter().map(|signed| self.equation(signed)).collect::<Option<Vec<_>>>() else {
            return false;
        };
        let mut coins = Coins::of(batch, &equations);
        do_all_hold(&equations, &mut coins) && is_none_small(&equations, &mut coins)
    }

    fn equation(&self, signed: &Signed<'_>) -> Option<Equation> {
        let Known { negative, has_small_part } = self.known(&signed.author);
        let negative = negative.filter(|_| !has_small_part)?;
        let nonce = signed.nonce().decompress()?;
        // Of the points of small order only this one has no part of small order.
        let is_sound = is_spelled_right(&signed.nonce()) && !nonce.is_identity();
        let (scalar, challenge) = (signed.scalar()?, signed.challenge());
        is_sound.then_some(Equation { author: signed.author, negative, nonce, scalar, challenge })
    }
}

/// R = s·B − k·A.
struct Equation {
    author: AuthorKey,
    negative: EdwardsPoint,
    nonce: EdwardsPoint,
    scalar: Scalar,
    challenge: Scalar,
}

/// Whether y is below the field's prime, 2^255 − 19. A sign that is not right is one of small order.
fn is_spelled_right(point: &CompressedEdwardsY) -> bool {
    let [low, middle @ .., high] = point.as_bytes();
    *low < 0xed || middle.iter().any(|byte| *byte != 0xff) || high & 0x7f != 0x7f
}

/// Whether the sum of all R − s·B + k·A, each times a coin, is zero.
fn do_all_hold(equations: &[Equation], coins: &mut Coins) -> bool {
    let mut base = Scalar::ZERO;
    let mut keys: BTreeMap<AuthorKey, (EdwardsPoint, Scalar)> = BTreeMap::new();
    let tosses: Vec<Scalar> = coins.toss(16 * equations.len()).as_chunks().0.iter().map(short_scalar).collect();
    for (Equation { author, negative, scalar, challenge, .. }, coin) in equations.iter().zip(&tosses) {
        base -= coin * scalar;
        keys.entry(*author).or_insert((*negative, Scalar::ZERO)).1 -= coin * challenge;
    }
    let nonces = equations.iter().map(|equation| equation.nonce);
    let (key_points, key_scalars): (Vec<_>, Vec<_>) = keys.into_values().unzip();
    let points = nonces.chain(key_points).chain([ED25519_BASEPOINT_POINT]);
    EdwardsPoint::vartime_multiscalar_mul(tosses.into_iter().chain(key_scalars).chain([base]), points).is_identity()
}

fn short_scalar(bytes: &[u8; 16]) -> Scalar {
    Scalar::from(u128::from_le_bytes(*bytes))
}

/// Whether no nonce has a part of small order.
fn is_none_small(equations: &[Equation], coins: &mut Coins) -> bool {
    let mut sums = [EdwardsPoint::identity(); SUBSETS];
    // The sum of those nonces of a group whose bits are set in the number of the place.
    let mut subsets = [EdwardsPoint::identity(); 1 << GROUP];
    for group in equations.chunks(GROUP) {
        for (number, Equation { nonce, .. }) in group.iter().enumerate() {
            let (without, with) = subsets.split_at_mut(1 << number);
            with.iter_mut().zip(without).for_each(|(with, without)| *with = *without + nonce);
        }
        for (sum, toss) in sums.iter_mut().zip(coins.toss(SUBSETS)) {
            *sum += &subsets[usize::from(toss) % (1 << group.len())];
        }
    }
    sums.iter().all(EdwardsPoint::is_torsion_free)
}

/// Coins that nobody can know who has not settled on what is checked.
struct Coins {
    seed: [u8; 32],
    tossed: u64,
}

impl Coins {
    fn of(batch: &[Signed<'_>], equations: &[Equation]) -> Self {
        let mut hash = Sha256::new().chain_update("mostari batch of signatures\n");
        for (Signed { author, signature, .. }, Equation { challenge, .. }) in batch.iter().zip(equations) {
            hash.update(author.as_bytes());
            hash.update(signature);
            hash.update(challenge.as_bytes());
        }
        Self { seed: hash.finalize().into(), tossed: 0 }
    }

    fn toss(&mut self, bytes: usize) -> Vec<u8> {
        let mut tosses = Vec::with_capacity(bytes + 31);
        while tosses.len() < bytes {
            tosses.extend(Sha256::new().chain_update(self.seed).chain_update(self.tossed.to_le_bytes()).finalize());
            self.tossed += 1;
        }
        tosses.truncate(bytes);
        tosses
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::AuthorSecret;
    use curve25519_dalek::constants::EIGHT_TORSION;
    use ed25519_dalek::{Signature, VerifyingKey};

    type Case = (AuthorKey, Vec<u8>, [u8; SIGNATURE_BYTES]);

    const CONTEXT: &[u8] = b"test\n";

    fn signed((author, message, signature): &Case) -> Signed<'_> {
        Signed { author: *author, message: [CONTEXT, message], signature }
    }

    fn join(nonce: [u8; 32], scalar: [u8; 32]) -> [u8; SIGNATURE_BYTES] {
        [nonce, scalar].concat().try_into().unwrap()
    }

    /// The signature with this nonce that fulfils the equation up to points of small order.
    fn with_nonce(author: AuthorKey, message: &[u8], nonce: EdwardsPoint, logarithm: Scalar, key: Scalar) -> Case {
        let mut signature = join(nonce.compress().to_bytes(), [0; 32]);
        let challenge = Signed { author, message: [CONTEXT, message], signature: &signature }.challenge();
        signature = join(nonce.compress().to_bytes(), (logarithm + challenge * key).to_bytes());
        (author, message.to_vec(), signature)
    }

    /// Right signatures, changed ones, and those on which checks that are not strict disagree, by one holder of a key.
    fn cases(number: u8) -> Vec<Case> {
        let seed = [number; 32];
        let secret = AuthorSecret::from_seed(&seed);
        let (author, message) = (secret.author(), vec![number; usize::from(number)]);
        let right = secret.sign(&[CONTEXT, &message].concat());
        let mut changed = right;
        changed[usize::from(number) % SIGNATURE_BYTES] ^= 1 << (number % 8);
        let mut beyond = right;
        add_order(&mut beyond);
        let mut cases = vec![(author, message.clone(), right), (author, message.clone(), changed)];
        cases.push((author, message.clone(), beyond));
        let key = ed25519_dalek::SigningKey::from_bytes(&seed).to_scalar();
        let logarithm = Scalar::from(u64::from(number) + 1);
        let nonce = ED25519_BASEPOINT_POINT * logarithm;
        for small in EIGHT_TORSION {
            // A nonce of small order, and one with a part of small order.
            cases.push(with_nonce(author, &message, small, Scalar::ZERO, key));
            cases.push(with_nonce(author, &message, nonce + small, logarithm, key));
            // A key of small order, under which anything is signed, and one with a part of small order.
            let weak = AuthorKey::from_bytes(small.compress().to_bytes());
            cases.push(with_nonce(weak, &message, nonce, logarithm, Scalar::ZERO));
            let mixed = (ED25519_BASEPOINT_POINT * key + small).compress().to_bytes();
            cases.push(with_nonce(AuthorKey::from_bytes(mixed), &message, nonce, logarithm, key));
        }
        cases
    }

    /// Adds the order of the group to the scalar: the equation still holds.
    fn add_order(signature: &mut [u8; SIGNATURE_BYTES]) {
        let mut carry = 1;
        for (byte, order) in signature[32..].iter_mut().zip((-Scalar::ONE).to_bytes()) {
            carry += u16::from(*byte) + u16::from(order);
            *byte = carry.to_le_bytes()[0];
            carry >>= 8;
        }
    }

    fn is_strictly_right((author, message, signature): &Case) -> bool {
        let signature = Signature::from_bytes(signature);
        VerifyingKey::from_bytes(author.as_bytes())
            .is_ok_and(|key| key.verify_strict(&[CONTEXT, message].concat(), &signature).is_ok())
    }

    #[test]
    fn one_by_one_signatures_are_checked_as_strictly_as_by_others() {
        let (mut right, mut lax) = (0, 0);
        for case in (0..60).flat_map(cases) {
            let due = is_strictly_right(&case);
            assert_eq!(signed(&case).is_right(), due, "{} {:?}", case.0, case.2);
            right += u32::from(due);
            let (key, signature) =
                (VerifyingKey::from_bytes(case.0.as_bytes()).unwrap(), Signature::from_bytes(&case.2));
            let message = [CONTEXT, &case.1].concat();
            lax += u32::from(!due && ed25519_dalek::Verifier::verify(&key, &message, &signature).is_ok());
        }
        assert!(right > 100, "right signatures are among them: {right}");
        assert!(lax > 100, "so are those that only a strict check refuses: {lax}");
    }

    #[test]
    fn in_a_batch_each_signature_has_the_answer_of_one_by_one() {
        let keys = KnownKeys::default();
        let others: Vec<Case> = (0..=255).map(|number| cases(number).swap_remove(0)).collect();
        let mut batch: Vec<Signed<'_>> = others.iter().map(signed).collect();
        assert!(keys.are_all_right(&batch), "right signatures pass together");
        let doubtful: Vec<Case> = (0..3).flat_map(cases).collect();
        for case in &doubtful {
            let due = is_strictly_right(case);
            batch[77] = signed(case);
            assert!(due || !keys.are_all_right(&batch), "{} {:?}", case.0, case.2);
            let mut expect = vec![true; batch.len()];
            expect[77] = due;
            assert_eq!(keys.are_right(&batch), expect, "{} {:?}", case.0, case.2);
        }
        // Several that would cancel each other out, were it not for the coins and the subsets.
        let both: Vec<Signed<'_>> = doubtful.iter().map(signed).chain(others.iter().map(signed)).collect();
        let due: Vec<bool> = doubtful.iter().chain(&others).map(is_strictly_right).collect();
        assert_eq!(keys.are_right(&both), due);
    }

    #[test]
    fn parts_of_small_order_are_found_however_they_cancel() {
        let keys = KnownKeys::default();
        let key = ed25519_dalek::SigningKey::from_bytes(&[1; 32]).to_scalar();
        let author = AuthorSecret::from_seed(&[1; 32]).author();
        let nonce_and = |number: u8, small: EdwardsPoint| {
            let logarithm = Scalar::from(u64::from(number) + 1);
            with_nonce(author, &[number], ED25519_BASEPOINT_POINT * logarithm + small, logarithm, key)
        };
        // All small parts are of order 2, 4 or 8; they add up to nothing.
        for small in &EIGHT_TORSION[1..] {
            let parts = [*small, -small];
            let cases: Vec<Case> = (0..=255).map(|number| nonce_and(number, parts[usize::from(number % 2)])).collect();
            let batch: Vec<Signed<'_>> = cases.iter().map(signed).collect();
            let equations: Vec<_> = batch.iter().map(|signed| keys.equation(signed).unwrap()).collect();
            let mut coins = Coins::of(&batch, &equations);
            assert!(!is_none_small(&equations, &mut coins));
            assert!(!keys.are_right(&batch).contains(&true));
        }
    }

    #[test]
    fn a_key_that_is_no_point_has_signed_nothing() {
        // No x belongs to y = 2.
        let author = AuthorKey::from_bytes(std::array::from_fn(|i| if i == 0 { 2 } else { 0 }));
        assert!(!signed(&(author, vec![], [0; SIGNATURE_BYTES])).is_right());
    }
}
