//! From nomination to handover: states, deliveries, checks due, location truth, the chain of one id.
