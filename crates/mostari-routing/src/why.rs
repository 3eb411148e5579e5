//! Why a client is on no route.
