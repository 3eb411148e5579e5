//! Reads policies and puts questions to them.

use super::{Action, Actor, EntryKind, PolicyError, Resource, Role};
use cedar_policy::{
    ActionConstraint, Authorizer, Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, Policy, PolicyId,
    PolicySet, PrincipalConstraint, Request, RestrictedExpression, Schema, ValidationMode, Validator,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    str::FromStr,
};

/// The schema that every policy must fit.
const SCHEMA: &str = include_str!("../../policies/schema.cedarschema");
/// The shipped policies.
const SHIPPED: &[&str] = &[include_str!("../../policies/permits.cedar"), include_str!("../../policies/forbids.cedar")];

/// A set of policies that fit the schema.
pub struct Policies {
    set: PolicySet,
    /// The policies whose scope admits an action, those for every role and those for one role. No other can speak of a
    /// question, so only these are asked.
    by_scope: BTreeMap<(Action, Option<Role>), PolicySet>,
    authorizer: Authorizer,
    types: Types,
}

/// Names of entity types, read once.
struct Types {
    action: EntityTypeName,
    actor: EntityTypeName,
    entry: EntityTypeName,
    role: EntityTypeName,
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Whether it may be done.
    pub allowed: bool,
    /// Names of the policies that decided: those that permit, or those that forbid. Empty if none speaks of it, which
    /// is a no.
    pub reasons: BTreeSet<String>,
}

impl Policies {
    /// The policies that come with Mostari.
    pub fn shipped() -> Self {
        Self::from_text(&SHIPPED.concat()).expect("the shipped policies are tested")
    }

    /// The shipped policies together with a deployment's own.
    ///
    /// # Errors
    /// As [`Policies::from_text`].
    pub fn shipped_and(text: &str) -> Result<Self, PolicyError> {
        Self::from_text(&format!("{}\n{text}", SHIPPED.concat()))
    }

    /// Reads policies, each with an `@id("name")`, and holds them against the schema.
    ///
    /// # Errors
    /// [`PolicyError::Text`], [`PolicyError::Name`], [`PolicyError::Schema`].
    ///
    /// # Example
    /// ```
    /// # use mostari_policy::actions::*;
    /// # use mostari_model::{Clearance, Label};
    /// let policies = Policies::shipped();
    /// let visitor = Actor {
    ///     key: "ed25519:anybody".into(),
    ///     party: "a citizen".into(),
    ///     domain: Domain::Civil,
    ///     roles: [Role::Public].into(),
    ///     clearance: Clearance::none(),
    /// };
    /// let mut plan = Resource {
    ///     kind: EntryKind::Computation,
    ///     label: Label::public(),
    ///     originator: "ministry".into(),
    ///     maker: "ed25519:planner".into(),
    ///     deliverer: None,
    /// };
    /// assert!(policies.may(&visitor, Action::Read, &plan).allowed);
    /// plan.label = "humanitarian".parse()?;
    /// assert!(!policies.may(&visitor, Action::Read, &plan).allowed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_text(text: &str) -> Result<Self, PolicyError> {
        let read = PolicySet::from_str(text).map_err(|error| PolicyError::Text { reason: error.to_string() })?;
        let set = named(&read)?;
        let (schema, _) =
            Schema::from_cedarschema_str(SCHEMA).map_err(|error| PolicyError::Schema { reason: error.to_string() })?;
        let result = Validator::new(schema).validate(&set, ValidationMode::Strict);
        if !result.validation_passed() {
            let reasons: BTreeSet<String> = result.validation_errors().map(ToString::to_string).collect();
            return Err(PolicyError::Schema { reason: Vec::from_iter(reasons).join("; ") });
        }
        let name = |name: &str| EntityTypeName::from_str(name).expect("a plain word");
        let types = Types { action: name("Action"), actor: name("Actor"), entry: name("Entry"), role: name("Role") };
        Ok(Self { by_scope: by_scope(&set), set, authorizer: Authorizer::new(), types })
    }

    /// The names of all policies, in order.
    pub fn names(&self) -> BTreeSet<String> {
        self.set.policies().map(|policy| policy.id().to_string()).collect()
    }

    /// The same without one policy: for the test that each of them matters.
    pub fn without(&self, name: &str) -> Self {
        let mut set = self.set.clone();
        // Removing what is not there leaves the set as it was.
        let _ = set.remove_static(PolicyId::new(name));
        let Types { action, actor, entry, role } = &self.types;
        let types = Types { action: action.clone(), actor: actor.clone(), entry: entry.clone(), role: role.clone() };
        Self { by_scope: by_scope(&set), set, authorizer: Authorizer::new(), types }
    }

    /// Whether an actor may do this to that. What cannot be decided, because a policy fails, is denied.
    pub fn may(&self, who: &Actor, action: Action, on: &Resource) -> Decision {
        let no = || Decision { allowed: false, reasons: BTreeSet::new() };
        let actor = EntityUid::from_type_name_and_id(self.types.actor.clone(), EntityId::new(&who.key));
        let entry = EntityUid::from_type_name_and_id(self.types.entry.clone(), EntityId::new("asked"));
        let asked = EntityUid::from_type_name_and_id(self.types.action.clone(), EntityId::new(action.word()));
        let Ok(request) = Request::new(actor.clone(), asked, entry.clone(), Context::empty(), None) else {
            return no();
        };
        let Some(entities) = self.entities(actor, who, entry, on) else { return no() };
        // A forbid of one part beats the permits of the others, as it would in one set.
        let roles = [None].into_iter().chain(who.roles.iter().map(|role| Some(*role)));
        let (mut permits, mut forbids) = (BTreeSet::new(), BTreeSet::new());
        for role in roles {
            let Some(policies) = self.by_scope.get(&(action, role)) else { continue };
            let response = self.authorizer.is_authorized(&request, policies, &entities);
            if response.diagnostics().errors().next().is_some() {
                return no();
            }
            let reasons = response.diagnostics().reason().map(ToString::to_string);
            match response.decision() {
                cedar_policy::Decision::Allow => permits.extend(reasons),
                cedar_policy::Decision::Deny => forbids.extend(reasons),
            }
        }
        let allowed = forbids.is_empty() && !permits.is_empty();
        Decision { allowed, reasons: if allowed { permits } else { forbids } }
    }

    fn entities(&self, actor: EntityUid, who: &Actor, entry: EntityUid, on: &Resource) -> Option<Entities> {
        let text = |text: &str| RestrictedExpression::new_string(text.to_owned());
        let actor_attributes = HashMap::from([
            ("key".to_owned(), text(&who.key)),
            ("party".to_owned(), text(who.party.as_str())),
            ("domain".to_owned(), text(who.domain.word())),
            ("clearance".to_owned(), RestrictedExpression::new_set(who.clearance.compartments().map(text))),
        ]);
        let mut entry_attributes = HashMap::from([
            ("kind".to_owned(), text(on.kind.word())),
            ("label".to_owned(), RestrictedExpression::new_set(on.label.compartments().map(text))),
            ("originator".to_owned(), text(on.originator.as_str())),
            ("maker".to_owned(), text(&on.maker)),
        ]);
        if let Some(deliverer) = &on.deliverer {
            entry_attributes.insert("deliverer".to_owned(), text(deliverer.as_str()));
        }
        let role = |word: &str| EntityUid::from_type_name_and_id(self.types.role.clone(), EntityId::new(word));
        let roles: HashSet<EntityUid> = who.roles.iter().map(|held| role(held.word())).collect();
        let actor = Entity::new(actor, actor_attributes, roles).ok()?;
        let entry = Entity::new(entry, entry_attributes, HashSet::new()).ok()?;
        Entities::from_entities([actor, entry], None).ok()
    }
}

impl Decision {
    /// The decision as an error that a person can read, if the answer is no.
    ///
    /// # Errors
    /// [`PolicyError::Denied`].
    pub fn into_result(self, action: Action, kind: EntryKind) -> Result<(), PolicyError> {
        match self.allowed {
            true => Ok(()),
            false => Err(PolicyError::Denied { action, kind, reasons: self.reasons.into_iter().collect() }),
        }
    }
}

/// Sorts policies by the action and the role of their scope. The schema has no groups of actions or roles, so the names
/// say it all; a policy for a role that there is not is for nobody.
fn by_scope(set: &PolicySet) -> BTreeMap<(Action, Option<Role>), PolicySet> {
    let admits = |policy: &Policy, action: Action| {
        let is_named = |uid: &EntityUid| uid.id().unescaped() == action.word();
        match policy.action_constraint() {
            ActionConstraint::Any => true,
            ActionConstraint::Eq(uid) => is_named(&uid),
            ActionConstraint::In(uids) => uids.iter().any(is_named),
        }
    };
    let role_of = |policy: &Policy| match policy.principal_constraint() {
        PrincipalConstraint::In(uid) if uid.type_name().basename() == "Role" => Some(uid.id().unescaped().to_owned()),
        _ => None,
    };
    let mut sets = BTreeMap::new();
    for action in Action::ALL {
        let of_action: Vec<&Policy> = set.policies().filter(|policy| admits(policy, *action)).collect();
        for role in [None].into_iter().chain(Role::ALL.iter().copied().map(Some)) {
            let is_for = |policy: &&&Policy| role_of(policy).as_deref() == role.map(Role::word);
            let admitted = of_action.iter().filter(is_for).map(|policy| (*policy).clone());
            let admitted = PolicySet::from_policies(admitted).expect("names that are distinct stay so");
            if !admitted.is_empty() {
                sets.insert((*action, role), admitted);
            }
        }
    }
    sets
}

/// The same policies under the names that they give themselves.
fn named(read: &PolicySet) -> Result<PolicySet, PolicyError> {
    let mut set = PolicySet::new();
    let number_of = |id: &PolicyId| id.to_string().trim_start_matches("policy").parse::<usize>().unwrap_or(0);
    let mut policies: Vec<_> = read.policies().collect();
    policies.sort_by_key(|policy| number_of(policy.id()));
    if read.templates().next().is_some() {
        return Err(PolicyError::Text { reason: "templates are not supported".to_owned() });
    }
    for (index, policy) in policies.into_iter().enumerate() {
        let name = policy.annotation("id").unwrap_or_default().to_owned();
        let refused = PolicyError::Name { number: index + 1, name: name.clone() };
        if name.is_empty() || set.add(policy.new_id(PolicyId::new(&name))).is_err() {
            return Err(refused);
        }
    }
    Ok(set)
}
