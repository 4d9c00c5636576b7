//! The merged, read-only picture over all readable books: indicators and what is due.
